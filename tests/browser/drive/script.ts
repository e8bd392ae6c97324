// The code sent into pages, the same for all engines: calling a function with JSON in and out, polling, finding elements.
// It is inlined as source, so it also runs where the page's policy forbids eval.

import type { Script } from './types.ts';
import { Gone, sleep } from './processes.ts';

const callable = (script: Script<unknown>): string => typeof script === 'function' ? String(script) : `async () => (${script}\n)`;

/** JavaScript source: an expression whose value is a promise of a JSON text, which decode() reads. */
export function encode(script: Script<unknown>, args: unknown[], timeout: number): string {
  return `(async () => {
  let timer;
  const late = new Promise((_, reject) => { timer = setTimeout(() => reject(new Error('not finished within ${timeout} ms')), ${timeout}); });
  try {
    const value = await Promise.race([(${callable(script)})(...${JSON.stringify(args)}), late]);
    return JSON.stringify({ value });
  } catch (error) {
    return JSON.stringify({ error: { name: error?.name ?? 'Error', message: String(error?.message ?? error), stack: String(error?.stack ?? '') } });
  } finally { clearTimeout(timer); }
})()`;
}

/** The value, or throws the page's error; its stack shows the page's part above ours. */
export function decode<T>(json: string): T {
  const { value, error } = JSON.parse(json);
  if (!error) return value;
  const thrown = new Error(error.message);
  thrown.name = error.name;
  thrown.stack = `${error.name}: ${error.message}\n${error.stack.replace(`${error.name}: ${error.message}\n`, '')}\n    -- from the page to the test --\n${thrown.stack?.replace(/^.*\n/, '')}`;
  throw thrown;
}

/** Splits waitFor's trailing { timeout } from the arguments of the function. */
function splitOptions(args: unknown[], timeout: number): { args: unknown[]; timeout: number } {
  const last = args.at(-1);
  if (typeof last === 'object' && last !== null && Object.keys(last).join() === 'timeout') return { args: args.slice(0, -1), timeout: (last as { timeout: number }).timeout };
  return { args, timeout };
}

/** Polls in the page, at most a second per visit, so that a reload or a lost answer costs one visit and not the wait. */
export async function poll<T>(evaluate: (source: string) => Promise<unknown>, script: Script<T>, argsThenOptions: unknown[], standard: number): Promise<T> {
  const { args, timeout } = splitOptions(argsThenOptions, standard);
  const end = Date.now() + timeout;
  let last = '';
  while (true) {
    const visit = Math.max(50, Math.min(1000, end - Date.now()));
    try {
      const answer = await evaluate(`(async (ask, end) => {
        let last = '';
        do {
          try { const value = await ask(); last = ''; if (value) return { value }; } catch (error) { last = String(error); }
          await new Promise(resolve => setTimeout(resolve, 50));
        } while (performance.now() < end);
        return { last };
      })(() => (${callable(script)})(...${JSON.stringify(args)}), performance.now() + ${visit})`) as { value?: T; last?: string };
      if ('value' in answer) return answer.value as T;
      last = answer.last ?? '';
    } catch (error) {
      if (error instanceof Gone) throw error;
      last = String(error);
    }
    if (Date.now() >= end) throw new Error(`waitFor: not true within ${timeout} ms: ${String(script).trim().slice(0, 200)}${last ? `\nlast error: ${last}` : ''}`);
    await sleep(20);
  }
}

/** Runs in the page: the first element that matches, looking into open shadow roots; `host >>> inner` searches inner within host. */
export function find(selector: string): Element | null {
  const search = (root: ParentNode, part: string): Element | null => {
    const hit = root.querySelector(part);
    if (hit) return hit;
    for (const element of root.querySelectorAll('*')) {
      const inner = element.shadowRoot && search(element.shadowRoot, part);
      if (inner) return inner;
    }
    return null;
  };
  const [first, ...parts] = selector.split('>>>');
  return parts.reduce((host, part) => host && ((host.shadowRoot && search(host.shadowRoot, part)) ?? search(host, part)), search(document, first));
}

/** Runs in the page: gives the element the focus; false where it does not take it. */
export function focus(element: HTMLElement): boolean {
  element.scrollIntoView({ block: 'nearest' });
  element.focus();
  return (element.getRootNode() as Document | ShadowRoot).activeElement === element;
}
