// A page over the W3C WebDriver commands, which Marionette (Firefox) and WebKitWebDriver share. The session has one current window and
// frame, so commands take turns: a page's command first makes its window current. An evaluate that waits makes other pages' commands wait.

import { writeFile } from 'node:fs/promises';
import type { Frame, Message, Page, Script } from './types.ts';
import { pressActions, typeActions } from './keys.ts';
import { sleep, within } from './processes.ts';
import { decode, encode, find, focus, poll } from './script.ts';

/** One WebDriver session. Command names are Marionette's without "WebDriver:"; values come unwrapped. */
export interface Connection {
  timeout: number;
  command<T = unknown>(name: string, parameters?: Record<string, unknown>): Promise<T>;
  recorded(): Promise<{ messages: Message[]; requests: string[] }>;
}

/** What the driver answered: `code` is WebDriver's, such as "no such element". */
export class CommandError extends Error {
  code: string;
  constructor(code: string, message: string) { super(`${code}: ${message}`); this.code = code; }
}

const VISIT_LIMIT = 4000;      // milliseconds of one look of waitFor

type Reference = Record<string, string>;      // { "element-6066-...": id }

export class Session {
  connection: Connection;
  private current = '';
  private turn: Promise<unknown> = Promise.resolve();
  private known = new Map<string, W3cPage>();
  /** A window that no page uses: the first one, or the last one after its page was closed; a session needs one. */
  private free?: string;

  constructor(connection: Connection) { this.connection = connection; }

  get timeout(): number { return this.connection.timeout; }

  command<T = unknown>(name: string, parameters?: Record<string, unknown>): Promise<T> { return this.connection.command<T>(name, parameters); }

  /** Runs the work when it is its turn, in the window and frames it names. */
  at<T>(handle: string, frames: string[], work: () => Promise<T>): Promise<T> {
    return this.alone(async () => {
      const place = [handle, ...frames].join(' >>> ');
      if (place !== this.current || frames.length) {
        this.current = '';
        await this.command('SwitchToWindow', { handle });
        await this.command('SwitchToFrame', { id: null });
        for (const selector of frames) await this.command('SwitchToFrame', { id: await this.element(selector) });
        this.current = place;
      }
      return work();
    });
  }

  /** Runs the work when it is its turn, wherever the session is. */
  alone<T>(work: () => Promise<T>): Promise<T> {
    const result = this.turn.then(work);
    this.turn = result.catch(() => {});
    return result;
  }

  /** A window for a new page. */
  async window(parameters: Record<string, unknown>): Promise<string> {
    const { free } = this;
    this.free = undefined;
    return free ?? (await this.alone(() => this.command<{ handle: string }>('NewWindow', parameters))).handle;
  }

  isFree(handle: string): boolean { return this.free === handle; }
  keep(handle: string): void { this.free = handle; }

  /** Closes the current window, unless it is the last one: that is emptied and kept. Otherwise the session goes to one that is left. */
  async closeWindow(handle: string): Promise<void> {
    const others = (await this.command<string[]>('GetWindowHandles')).filter(other => other !== handle);
    if (others.length === 0) {
      await this.command('Navigate', { url: 'about:blank' });
      this.keep(handle);
      return;
    }
    await this.command('CloseWindow');
    this.current = '';
    await this.command('SwitchToWindow', { handle: others[0] });
  }

  /** Waits for the first match in the current frame. */
  async element(selector: string): Promise<Reference> {
    const end = Date.now() + this.timeout;
    while (true) {
      const found = await this.command<Reference | null>('ExecuteScript', { script: `return (${find})(arguments[0])`, args: [selector] }).catch(error => {
        if (Date.now() > end) throw error;
        return null;
      });
      if (found) return found;
      if (Date.now() > end) throw new Error(`no element matches ${selector} within ${this.timeout} ms`);
      await sleep(50);
    }
  }

  page(handle: string): W3cPage {
    let made = this.known.get(handle);
    if (!made) this.known.set(handle, made = new W3cPage(this, handle));
    return made;
  }

  forget(handle: string): void { this.known.delete(handle); this.current = ''; }

  async pages(): Promise<W3cPage[]> { return (await this.alone(() => this.command<string[]>('GetWindowHandles'))).map(handle => this.page(handle)); }
}

class W3cFrame implements Frame {
  protected session: Session;
  readonly handle: string;
  protected frames: string[];

  constructor(session: Session, handle: string, frames: string[]) {
    this.session = session;
    this.handle = handle;
    this.frames = frames;
  }

  protected at<T>(work: () => Promise<T>): Promise<T> { return this.session.at(this.handle, this.frames, work); }

  evaluate<T>(script: Script<T>, ...args: unknown[]): Promise<T> {
    return this.at(() => this.execute<T>(encode(script, args, this.session.timeout)));
  }

  /** Short visits: in WebKitGTK a script whose page goes away is never answered. */
  waitFor<T>(script: Script<T>, ...args: unknown[]): Promise<T> {
    const visit = (source: string) => this.at(() => within(this.execute(encode(source, [], VISIT_LIMIT)), VISIT_LIMIT, 'waitFor'));
    return poll(visit, script, args, this.session.timeout);
  }

  private async execute<T>(source: string): Promise<T> {
    return decode<T>(await this.session.command<string>('ExecuteAsyncScript', { script: `const answer = arguments[arguments.length - 1]; ${source}.then(answer);`, args: [] }));
  }

  async click(selector: string): Promise<void> {
    const end = Date.now() + this.session.timeout;
    while (true) {
      try {
        return await this.at(async () => { await this.session.command('ElementClick', { id: Object.values(await this.session.element(selector))[0] }); });
      } catch (error) {
        const again = error instanceof CommandError && ['element click intercepted', 'element not interactable', 'stale element reference', 'no such element'].includes(error.code);
        if (!again || Date.now() > end) throw new Error(`click ${selector}: ${(error as Error).message}`, { cause: error });
        await sleep(50);
      }
    }
  }

  type(selector: string, text: string): Promise<void> {
    return this.at(async () => {
      const element = await this.session.element(selector);
      if (!await this.session.command<boolean>('ExecuteScript', { script: `return (${focus})(arguments[0])`, args: [element] })) throw new Error(`type: ${selector} does not take the focus`);
      await this.session.command('PerformActions', typeActions(text));
      await this.session.command('ReleaseActions');
    });
  }

  frame(selector: string): Frame { return new W3cFrame(this.session, this.handle, [...this.frames, selector]); }
}

export class W3cPage extends W3cFrame implements Page {
  private since = { message: 0, request: 0 };

  constructor(session: Session, handle: string) { super(session, handle, []); }

  /** What is recorded from here on belongs to this page. */
  async mark(): Promise<void> {
    const { messages, requests } = await this.session.connection.recorded();
    this.since = { message: messages.length, request: requests.length };
  }

  press(key: string): Promise<void> {
    return this.at(async () => {
      await this.session.command('PerformActions', pressActions(key));
      await this.session.command('ReleaseActions');
    });
  }

  screenshot(file: string): Promise<void> {
    return this.at(async () => { await writeFile(file, Buffer.from(await this.session.command<string>('TakeScreenshot', { full: false }), 'base64')); });
  }

  /** The driver sets the window; what its frame takes is measured and added until the viewport has the size. */
  async setSize(width: number, height: number): Promise<void> {
    const inner = (): Promise<number[]> => this.evaluate(() => [innerWidth, innerHeight]);
    let got: number[] = [], asked = { width, height };
    for (let attempt = 0; attempt < 4; attempt++) {
      await this.at(() => this.session.command('SetWindowRect', asked));
      for (let wait = 0; wait < 10; wait++) {      // windows take their size when they like
        got = await inner();
        if (got[0] === width && got[1] === height) return;
        await sleep(50);
      }
      asked = { width: asked.width + width - got[0], height: asked.height + height - got[1] };
    }
    throw new Error(`setSize: asked for ${width} x ${height}, the viewport is ${got.join(' x ')}`);
  }

  goto(url: string): Promise<void> { return this.at(async () => { await this.session.command('Navigate', { url }); }); }

  /** As a reader's reload. The Refresh command of Marionette would go past cache and service worker. */
  async reload(): Promise<void> {
    await this.evaluate(() => { (document as { reloading?: boolean }).reloading = true; setTimeout(() => location.reload()); });
    await this.waitFor(() => !(document as { reloading?: boolean }).reloading && document.readyState === 'complete');
  }

  title(): Promise<string> { return this.at(() => this.session.command<string>('GetTitle')); }
  url(): Promise<string> { return this.at(() => this.session.command<string>('GetCurrentURL')); }
  async console(): Promise<Message[]> { return (await this.session.connection.recorded()).messages.slice(this.since.message); }
  async requests(): Promise<string[]> { return (await this.session.connection.recorded()).requests.slice(this.since.request); }

  async close(): Promise<void> {
    await this.at(() => this.session.closeWindow(this.handle));
    this.session.forget(this.handle);
  }
}
