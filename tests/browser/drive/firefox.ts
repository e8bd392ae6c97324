// Firefox over plain Marionette. Not puppeteer over WebDriver BiDi: while a BiDi session is attached, a worker started inside a worker
// hangs now and then (16 to 20 of 40 measured), and this site starts them; over Marionette 0 of 40. There is no geckodriver in Debian.
// Console and requests: everything, workers and service worker included (firefox-recorder.ts).
// Scripts run in Marionette's sandbox over the page: `window.x = 1` reaches the page, a bare global `x = 1` does not.
// Dark is a preference of the whole browser: the newest page's wish holds for all.

import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Browser, LaunchOptions, Message, OpenOptions } from './types.ts';
import { RECORD, COLLECT } from './firefox-recorder.ts';
import { Marionette } from './marionette.ts';
import { Gone, guard, program, start, START_LIMIT, until } from './processes.ts';
import { Session } from './w3c.ts';

// Quiet: no first-run pages, no telemetry, no look-ups or downloads of the browser's own.
const PREFERENCES: Record<string, string | number | boolean> = {
  'marionette.port': 0,                                    // a free one; Firefox writes it to the profile
  'app.normandy.enabled': false,
  'app.update.enabled': false,
  'browser.aboutwelcome.enabled': false,
  'browser.newtabpage.enabled': false,
  'browser.safebrowsing.malware.enabled': false,
  'browser.safebrowsing.phishing.enabled': false,
  'browser.shell.checkDefaultBrowser': false,
  'browser.startup.homepage_override.mstone': 'ignore',
  'browser.startup.page': 0,
  'datareporting.policy.dataSubmissionEnabled': false,
  'extensions.getAddons.cache.enabled': false,
  'extensions.update.enabled': false,
  'media.gmp-manager.updateEnabled': false,
  'messaging-system.rsexperimentloader.enabled': false,
  'network.captive-portal-service.enabled': false,
  'network.connectivity-service.enabled': false,
  'network.dns.disablePrefetch': true,
  'network.prefetch-next': false,
  'services.settings.server': 'data:,',
  'toolkit.telemetry.enabled': false,
  'ui.systemUsesDarkTheme': 0,
};

// The colour for pages (0 dark, 1 light), and windows as narrow as a phone: Firefox holds them at 500 px.
const PREPARE = `
  Services.prefs.setIntPref('layout.css.prefers-color-scheme.content-override', arguments[0]);
  for (const window of Services.wm.getEnumerator('navigator:browser')) window.document.documentElement.style.setProperty('min-width', '0', 'important');
  arguments[1]();
`;

export async function launchFirefox(options: LaunchOptions): Promise<Browser> {
  const command = program('FIREFOX', ['firefox-esr', 'firefox'], 'apt-get install firefox-esr');
  const timeout = options.timeout ?? 60_000;
  const owner = guard('firefox');                          // its folder is the home, and holds the profile unless one is given
  const profile = options.profile ?? path.join(owner.folder, 'profile');
  let client: Marionette | undefined;
  const stop = async () => { client?.close(); await owner.end(); };
  try {
    mkdirSync(profile, { recursive: true });
    const portFile = path.join(profile, 'MarionetteActivePort');
    rmSync(portFile, { force: true });                     // of an earlier launch
    writeFileSync(path.join(profile, 'user.js'), Object.entries(PREFERENCES).map(([name, value]) => `user_pref(${JSON.stringify(name)}, ${JSON.stringify(value)});\n`).join(''));
    const child = start(owner, command, ['--headless', '--marionette', '--remote-allow-system-access', '--no-remote', '--profile', profile], { HOME: owner.folder, ...options.environment });
    const port = await until(() => {
      if (child.ended()) throw new Gone(`firefox ended at its start (${child.ended()}): ${child.output.stderr.slice(-1000)}`);
      return Number(readFileSync(portFile, 'utf8')) || undefined;
    }, START_LIMIT, 'firefox: its Marionette port');
    client = new Marionette(port);
    await client.greeting(START_LIMIT);
    return await connect(client, timeout, async () => {
      await client!.command('Marionette:Quit', { flags: ['eForceQuit'] }, 10_000).catch(() => {});      // so that a kept profile is whole
      await child.settle(10_000);
      await stop();
    });
  } catch (error) {
    await stop();
    throw error;
  }
}

async function connect(client: Marionette, timeout: number, close: () => Promise<void>): Promise<Browser> {
  const created = await client.command<{ capabilities: { browserVersion: string } }>('WebDriver:NewSession', { capabilities: { alwaysMatch: {} } }, START_LIMIT);
  const command = <T>(name: string, parameters: Record<string, unknown> = {}) => client.command<T>(`WebDriver:${name}`, parameters, timeout + 10_000);
  /** Runs in the browser's own process, with its rights. */
  const privileged = async <T>(script: string, args: unknown[] = []): Promise<T> => {
    await client.command('Marionette:SetContext', { value: 'chrome' }, timeout);
    try { return await command<T>('ExecuteAsyncScript', { script, args }); } finally { await client.command('Marionette:SetContext', { value: 'content' }, timeout); }
  };
  const recorded = { messages: [] as Message[], requests: [] as string[] };

  const session: Session = new Session({
    timeout, command,
    async recorded() {
      const news = await session.alone(() => privileged<typeof recorded>(COLLECT));
      recorded.messages.push(...news.messages);
      recorded.requests.push(...news.requests);
      return recorded;
    },
  });
  await command('SetTimeouts', { script: timeout + 5000, pageLoad: timeout, implicit: 0 });
  await privileged(RECORD);
  session.keep((await command<string[]>('GetWindowHandles'))[0]);
  return {
    name: 'firefox',
    version: created.capabilities.browserVersion,
    async open(url: string, open: OpenOptions = {}) {
      const page = session.page(await session.window({ type: 'window', focus: true }));
      await session.alone(() => privileged(PREPARE, [open.dark ? 0 : 1]));
      await page.setSize(open.width ?? 1200, open.height ?? 800);
      await page.mark();
      await page.goto(url);
      return page;
    },
    async pages() { return (await session.pages()).filter(page => !session.isFree(page.handle)); },
    close,
  };
}
