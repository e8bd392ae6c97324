// Starts an interpreter; where it does not come up, it is ended and another one is started in its place, once: a worker, or one of the kernels'
// threads inside it, may never answer, with no error told, and where memory was lacking there may be some when garbage has gone.
import { EngineError } from './errors.ts';
import { collectGarbage } from './garbage.ts';
import type { Interpreter } from './interpreter.ts';

const FIRST_SECONDS = 20;       // while nothing is known of this machine
const LEAST_SECONDS = 10;       // others take half a second
const TIMES_SLOWEST = 20;
const MOST_SECONDS = 60;        // and for the last attempt
const PAUSE_MS = 200;           // until garbage has gone

let slowest = 0;                // seconds, of those that came up

/** How long the next one may take, in seconds. */
const patience = () => (slowest ? Math.min(Math.max(LEAST_SECONDS, TIMES_SLOWEST * slowest), MOST_SECONDS) : FIRST_SECONDS);

/**
 * `up` resolves when the interpreter that `make` made can be used. `again`: whether another one is started where it fails, or does not in so
 * many seconds. Rejects with its error, or with a BootError that says how far it came; given up, with a ClosedError.
 */
export async function startInterpreter(make: () => Interpreter, up: (interpreter: Interpreter) => Promise<unknown>,
  givenUp?: AbortSignal, seconds = patience(), again = true): Promise<Interpreter> {
  const interpreter = make(), since = performance.now();
  const giveUp = () => interpreter.end();
  givenUp?.addEventListener('abort', giveUp);
  let silence: EngineError | null = null;
  const forget = afterSeconds(seconds, () => {
    silence = new EngineError('BootError', `Python did not start within ${Math.round(seconds)} s: it came no further than ${interpreter.stage}. Reload the page.`);
    interpreter.end(silence);
  });
  try {
    await up(interpreter);
    slowest = Math.max(slowest, (performance.now() - since) / 1000);
    return interpreter;
  } catch (error) {
    if (!again || givenUp?.aborted || (error as Error).name !== 'BootError') throw error;
    console.warn(silence ? `An interpreter came no further than ${interpreter.stage} within ${Math.round(seconds)} s; another one is started in its place.`
      : `An interpreter did not start; another one is started in its place. ${(error as Error).message}`);
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
    return startInterpreter(make, up, givenUp, MOST_SECONDS, false);
  } finally {
    forget();
    givenUp?.removeEventListener('abort', giveUp);
  }
}

/** Counts seconds in which the page runs: one that was frozen, or asleep with its machine, has not waited. Returns what ends the count. */
function afterSeconds(seconds: number, call: () => void): () => void {
  let left = seconds;
  const timer = setInterval(() => { if (--left <= 0) { clearInterval(timer); call(); } }, 1000);
  return () => clearInterval(timer);
}
