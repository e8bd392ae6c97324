// The interpreter asks again and again whether there is a signal, in str(1) as in every loop. Asking JavaScript costs 0.15 us on a
// stack that can be suspended (Firefox), so the question is answered in WebAssembly: by a word of shared memory that the page's Stop
// writes, one that is not 0 while there are time slices, and one that the page sets when another process has sent a signal. Only where
// one of them is set, JavaScript is asked.

/**
 * Places in the shared memory, as indices of 32-bit words. SIGNALS: not 0 when another process sent a signal that is caught here.
 * ANSWER: 0, until the page answers a 'spawn'.
 */
export const INTERRUPT = 0, SLICES = 1, SIGNALS = 2, ANSWER = 3;

/**
 *   (import "js" "memory" (memory 1 1 shared))  (import "js" "ask" (func $ask (result i32)))
 *   (func (export "check") (result i32)
 *     (if (result i32)
 *       (i32.or (i32.or (i32.load (i32.const 0)) (i32.load offset=4 (i32.const 0))) (i32.load offset=8 (i32.const 0)))
 *       (then (call $ask)) (else (i32.const 0))))
 */
const CHECK = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 127, 2, 24, 2, 2, 106, 115, 6, 109, 101, 109, 111, 114, 121, 2, 3, 1, 1,
  2, 106, 115, 3, 97, 115, 107, 0, 0, 3, 2, 1, 0, 7, 9, 1, 5, 99, 104, 101, 99, 107, 0, 1,
  10, 29, 1, 27, 0, 65, 0, 40, 2, 0, 65, 0, 40, 2, 4, 114, 65, 0, 40, 2, 8, 114, 4, 127, 16, 0, 5, 65, 0, 11, 11,
];

/** Before Pyodide's module is instantiated with these imports; memory: one page, shared. */
export function checkSignalsIn(memory: WebAssembly.Memory, imports: WebAssembly.Imports): void {
  const { env } = imports as { env: Record<string, any> };
  const ask = env._Py_CheckEmscriptenSignals_Helper;
  const { check } = new WebAssembly.Instance(new WebAssembly.Module(new Uint8Array(CHECK)), { js: { memory, ask } }).exports;
  env._Py_CheckEmscriptenSignals_Helper = check;
}
