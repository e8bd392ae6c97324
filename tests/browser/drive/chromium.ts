// Chromium by playwright-core (DevTools protocol).
// Console: everything, workers and service worker included. Requests: everything, workers within workers included; a request that
// a content security policy blocked is not in the list.

import { readlinkSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import type { BrowserContext, ElementHandle, Frame as PlaywrightFrame, JSHandle, Page as PlaywrightPage } from 'playwright-core';
import type { Browser, Frame, LaunchOptions, Message, OpenOptions, Page, Script } from './types.ts';
import { Gone, guard, program, START_LIMIT, within } from './processes.ts';
import { decode, encode, find, focus, poll } from './script.ts';

// Playwright switches third-party storage partitioning off, which breaks service workers in cross-site iframes
// (Document-Isolation-Policy by service worker). Its argument is replaced by the same list without that feature.
const UNWANTED = 'ThirdPartyStoragePartitioning';

const ARGUMENTS = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

export async function launchChromium(options: LaunchOptions): Promise<Browser> {
  const executablePath = program('CHROMIUM', ['chromium', 'chromium-browser', 'google-chrome'], 'apt-get install chromium');
  const timeout = options.timeout ?? 60_000;
  const owner = guard('chromium'), profile = options.profile ?? owner.folder;
  let context: BrowserContext;
  try {
    const features = await disabledFeatures();
    context = await chromium.launchPersistentContext(profile, {
      executablePath, timeout: START_LIMIT, headless: true, viewport: { width: 1200, height: 800 },
      env: { ...process.env as Record<string, string>, ...options.environment },
      ignoreDefaultArgs: [features],
      args: [...ARGUMENTS, features.replace(`${UNWANTED},`, '').replace(`,${UNWANTED}`, '')],
    });
    owner.watch(processOf(profile));
  } catch (error) { await owner.end(); throw error; }
  context.setDefaultTimeout(timeout);
  context.setDefaultNavigationTimeout(timeout);
  const record = new Recorder(context);
  const known = new Map<PlaywrightPage, ChromiumPage>();
  const wrap = (page: PlaywrightPage): ChromiumPage => {
    let made = known.get(page);
    if (!made) known.set(page, made = new ChromiumPage(page, timeout, record));
    return made;
  };
  let first: PlaywrightPage | undefined = context.pages()[0];      // the empty one it starts with
  return {
    name: 'chromium',
    version: context.browser()!.version(),
    async open(url: string, open: OpenOptions = {}) {
      const page = first ?? await context.newPage();
      first = undefined;
      await page.emulateMedia({ colorScheme: open.dark ? 'dark' : 'light' });
      const made = wrap(page);
      made.mark();
      await made.setSize(open.width ?? 1200, open.height ?? 800);
      await made.goto(url);
      return made;
    },
    async pages() { return context.pages().filter(page => page !== first).map(wrap); },
    async close() {
      await within(context.close(), 15_000, 'closing chromium').finally(() => owner.end());
    },
  };
}

/** Playwright keeps the process to itself; Chromium's lock on its profile names it: a link to HOST-PID. Playwright starts it detached. */
function processOf(profile: string): number {
  return Number(/\d+$/.exec(readlinkSync(path.join(profile, 'SingletonLock')))![0]);
}

/** Playwright's own --disable-features argument, word for word, as ignoreDefaultArgs needs it. It shows no list, so we ask it for the command line it would use. */
let features: Promise<string> | undefined;
function disabledFeatures(): Promise<string> {
  return features ??= (async () => {
    const error = await chromium.launch({ executablePath: '/bin/false', args: [] }).then(async browser => { await browser.close(); return undefined; }, error => error as Error);
    const found = /--disable-features=\S*/.exec(error?.message ?? '')?.[0];
    if (!found?.includes(UNWANTED)) throw new Error(`cannot see Playwright's --disable-features list with ${UNWANTED}; look at chromiumSwitches in playwright-core`);
    return found;
  })();
}

class Recorder {
  messages: Message[] = [];
  requests: { url: string; blocked: boolean }[] = [];

  constructor(context: BrowserContext) {
    context.on('console', message => {
      const type = message.type(), text = message.text();
      this.messages.push({ text, type: /content security policy/i.test(text) && type === 'error' ? 'csp' : type === 'assert' ? 'error' : type === 'log' || type === 'info' || type === 'warning' || type === 'error' || type === 'debug' ? type : 'log' });
    });
    context.on('weberror', failure => { const thrown = failure.error(); this.messages.push({ type: 'uncaught', text: thrown.stack || String(thrown) }); });
    const seen = new Map<unknown, { url: string; blocked: boolean }>();
    context.on('request', request => { if (!/^(https?|wss?):/.test(request.url())) return; const entry = { url: request.url(), blocked: false }; seen.set(request, entry); this.requests.push(entry); });
    context.on('requestfailed', request => { const entry = seen.get(request); if (entry && request.failure()?.errorText === 'csp') entry.blocked = true; });
  }
}

class ChromiumFrame implements Frame {
  protected timeout: number;
  private resolve: () => Promise<PlaywrightFrame>;

  constructor(timeout: number, resolve: () => Promise<PlaywrightFrame>) {
    this.timeout = timeout;
    this.resolve = resolve;
  }

  async evaluate<T>(script: Script<T>, ...args: unknown[]): Promise<T> { return decode<T>(await this.run(encode(script, args, this.timeout))); }

  private async run(source: string): Promise<string> {
    const frame = await this.resolve();
    if (frame.page().isClosed()) throw new Gone('the page is closed');
    return within(frame.evaluate<string>(source), this.timeout + 5000, `chromium: evaluate ${source.slice(0, 300)}`);
  }

  waitFor<T>(script: Script<T>, ...args: unknown[]): Promise<T> { return poll(source => this.evaluate(source), script, args, this.timeout); }

  async click(selector: string): Promise<void> {
    const end = Date.now() + this.timeout;
    while (true) {
      const element = await this.element(selector, end);
      try { return await element.click({ timeout: Math.max(1, end - Date.now()) }); } catch (error) {
        if (!/not attached/.test(String(error)) || Date.now() > end) throw error;
      }
    }
  }

  async type(selector: string, text: string): Promise<void> {
    const element = await this.element(selector, Date.now() + this.timeout);
    if (!await element.evaluate(focus)) throw new Error(`type: ${selector} does not take the focus`);
    await (await this.resolve()).page().keyboard.type(text);
  }

  frame(selector: string): Frame {
    return new ChromiumFrame(this.timeout, async () => {
      const inner = await (await this.element(selector, Date.now() + this.timeout)).contentFrame();
      if (!inner) throw new Error(`frame: ${selector} is no iframe`);
      return inner;
    });
  }

  private async element(selector: string, end: number): Promise<ElementHandle<HTMLElement>> {
    while (true) {
      const handle: JSHandle | undefined = await (await this.resolve()).evaluateHandle(`(${find})(${JSON.stringify(selector)})`).catch(error => {
        if (Date.now() > end) throw error;
        return undefined;
      });
      const element = handle?.asElement();
      if (element) return element as ElementHandle<HTMLElement>;
      if (Date.now() > end) throw new Error(`no element matches ${selector} within ${this.timeout} ms`);
      await new Promise(resolve => setTimeout(resolve, 50));
    }
  }
}

class ChromiumPage extends ChromiumFrame implements Page {
  private page: PlaywrightPage;
  private record: Recorder;
  private since = { message: 0, request: 0 };

  constructor(page: PlaywrightPage, timeout: number, record: Recorder) {
    super(timeout, async () => page.mainFrame());
    this.page = page;
    this.record = record;
  }

  /** What is recorded from here on belongs to this page. */
  mark(): void { this.since = { message: this.record.messages.length, request: this.record.requests.length }; }

  press(key: string): Promise<void> { return this.page.keyboard.press(key); }
  async screenshot(file: string): Promise<void> { await this.page.screenshot({ path: file }); }
  setSize(width: number, height: number): Promise<void> { return this.page.setViewportSize({ width, height }); }
  async goto(url: string): Promise<void> {
    await this.page.goto(url).catch(error => {      // a navigation of the page's own was under way
      if (!/interrupted by another navigation/.test(String(error))) throw error;
      return this.page.goto(url);
    });
  }
  async reload(): Promise<void> { await this.page.reload(); }
  title(): Promise<string> { return this.page.title(); }
  async url(): Promise<string> { return this.page.url(); }
  async console(): Promise<Message[]> { await this.evaluate('0').catch(() => {}); return this.record.messages.slice(this.since.message); }
  async requests(): Promise<string[]> { return this.record.requests.slice(this.since.request).filter(entry => !entry.blocked).map(entry => entry.url); }
  close(): Promise<void> { return this.page.close(); }
}
