// The interpreter asks again and again whether there is a signal, in str(1) as in every loop. Asking JavaScript costs 0.15 us on a
// stack that can be suspended (Firefox), so the question is answered in WebAssembly: by a word of shared memory that the page's Stop
// writes, one that is not 0 while there are time slices, and one that the page sets when another process has sent a signal. Only where
// one of them is set, JavaScript is asked.

/**
 * Places in the shared memory, as indices of 32-bit words. SIGNALS: not 0 when another process sent a signal that is caught here.
 * ANSWER: 0, until the page answers a 'spawn'.
 */
export const INTERRUPT = 0, SLICES = 1, SIGNALS = 2, ANSWER = 3;

/** One interpreter's words, at a byte of a shared memory of one page. */
export interface Words { memory: WebAssembly.Memory; at: number }

const EACH = 64;      // bytes
let shared: WebAssembly.Memory | null = null;
let taken = 0;

/**
 * Words for another interpreter, all 0; for the page. In one memory for all: browsers reserve gigabytes of addresses for each, and Chromium
 * has room for about 100. Those of an interpreter are used again after a thousand others.
 */
export function takeWords(): Words {
  shared ??= new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
  const words = { memory: shared, at: EACH * (taken++ % (shared.buffer.byteLength / EACH)) };
  viewOf(words).fill(0);
  return words;
}

export const viewOf = ({ memory, at }: Words) => new Int32Array(memory.buffer, at, EACH / 4);

/**
 *   (import "js" "memory" (memory 1 1 shared))  (import "js" "ask" (func $ask (result i32)))  (import "js" "at" (global $at i32))
 *   (func (export "check") (result i32)
 *     (if (result i32)
 *       (i32.or (i32.or (i32.load (global.get $at)) (i32.load offset=4 (global.get $at))) (i32.load offset=8 (global.get $at)))
 *       (then (call $ask)) (else (i32.const 0))))
 */
const CHECK = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 2, 33, 3, 2, 106, 115, 6, 109, 101, 109, 111, 114, 121, 2, 3, 1, 1,
  2, 106, 115, 3, 97, 115, 107, 0, 0, 2, 106, 115, 2, 97, 116, 3, 127, 0, 3, 2, 1, 0, 7, 9, 1, 5, 99, 104, 101, 99, 107, 0, 1,
  10, 29, 1, 27, 0, 35, 0, 40, 2, 0, 35, 0, 40, 2, 4, 114, 35, 0, 40, 2, 8, 114, 4, 127, 16, 0, 5, 65, 0, 11, 11,
];

/** Before Pyodide's module is instantiated with these imports. */
export function checkSignalsIn({ memory, at }: Words, imports: WebAssembly.Imports): void {
  const { env } = imports as { env: Record<string, any> };
  const ask = env._Py_CheckEmscriptenSignals_Helper;
  const { check } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(CHECK)), { js: { memory, at, ask } }).exports;
  env._Py_CheckEmscriptenSignals_Helper = check;
}
