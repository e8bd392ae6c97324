// Where two fields lie in CPython's PyThreadState, in bytes, for the one Pyodide that is used here. The extension tries them out at every
// start (allow_threads in src/python/_photofinish/threads.c); where they are wrong there are no threads.

export interface Layout { ident: number; breaker: number }

const LAYOUTS: Record<string, Layout> = {
  '314.0.7': { ident: 92, breaker: 12 },       // CPython 3.14.2, 32-bit
};

/** A bit of the field `breaker`: the interpreter looks for signals before its next bytecode. */
export const SIGNALS_PENDING = 2;

export function layoutOf(pyodideVersion: string): Layout | null {
  return LAYOUTS[pyodideVersion] ?? null;
}
