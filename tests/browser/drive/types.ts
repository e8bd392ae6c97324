// What a browser test sees: one interface for Chromium, Firefox and WebKitGTK. Implemented in chromium.ts (Playwright)
// and w3c.ts (Firefox over Marionette, WebKitGTK over WebDriver). How to use it: index.ts.

export type Name = 'chromium' | 'firefox' | 'webkit';

/** Code to run in the page: an expression (may use await), or a function that uses nothing but its arguments and the page's globals. */
export type Script<T> = string | ((...args: any[]) => T | Promise<T>);

export interface LaunchOptions {
  /** Milliseconds each command may take, and waitFor without its own timeout; default 60 000. */
  timeout?: number;
  /** A folder that keeps the browser's cache, storage and service workers between launches; made if missing, never removed.
   *  Without it every launch starts afresh. WebKitGTK is always afresh (see webkit.ts) and refuses this option. */
  profile?: string;
  /** More environment variables for the browser. */
  environment?: Record<string, string>;
  /** Record console and requests; default true. False takes WebKitGTK's recording proxy out of the way, for timing loads; no effect elsewhere. */
  record?: boolean;
}

export interface OpenOptions {
  /** Size of the page's viewport in CSS pixels; default 1200 x 800. */
  width?: number;
  height?: number;
  /** prefers-color-scheme: dark; default light. In Firefox the newest page's wish holds for all; in WebKitGTK all pages of a browser must agree. */
  dark?: boolean;
}

export interface Message {
  /** console.log, .info, .warn, .error, .debug; uncaught errors and rejections; blocked by a content security policy; other complaints of the browser are error or warning. */
  type: 'log' | 'info' | 'warning' | 'error' | 'debug' | 'uncaught' | 'csp';
  text: string;
}

/** A document: a page's own, or one in an iframe. */
export interface Frame {
  /** Runs in the page and waits for its promise. Arguments and result travel as JSON. What the page throws is thrown here, with its message, name and stack. */
  evaluate<T>(script: Script<T>, ...args: unknown[]): Promise<T>;
  /** Calls it in the page every 50 ms until it returns something true, and returns that. Survives reloads; an error counts as "not yet". The last argument may be { timeout }. */
  waitFor<T>(script: Script<T>, ...argsThenOptions: unknown[]): Promise<T>;
  /** A real click on the middle of the first match. Waits until it is there and can be clicked. Selectors look into open shadow roots; `host >>> inner` names a way. */
  click(selector: string): Promise<void>;
  /** Focuses the first match and types with real key presses where its caret is; a newline is Enter. */
  type(selector: string, text: string): Promise<void>;
  /** The document in an iframe, of any origin. */
  frame(selector: string): Frame;
}

export interface Page extends Frame {
  /** Real key presses to whatever has focus: 'a', 'Tab', 'Enter', 'Escape', 'ArrowDown', 'Control+Enter', 'Control+Shift+z'. */
  press(key: string): Promise<void>;
  /** The viewport as a PNG file. */
  screenshot(file: string): Promise<void>;
  setSize(width: number, height: number): Promise<void>;
  goto(url: string): Promise<void>;
  reload(): Promise<void>;
  title(): Promise<string>;
  url(): Promise<string>;
  /** What the browser printed since this page was opened: this page, its workers, its service worker, and any other page open beside it. */
  console(): Promise<Message[]>;
  /** URLs the browser asked of the network since this page was opened, by page, workers and service worker, of any origin. Not those a policy blocked. */
  requests(): Promise<string[]>;
  close(): Promise<void>;
}

export interface Browser {
  name: Name;
  version: string;
  open(url: string, options?: OpenOptions): Promise<Page>;
  /** All open pages, those which a page opened by itself too, in no order. */
  pages(): Promise<Page[]>;
  close(): Promise<void>;
}
