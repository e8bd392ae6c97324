// The kernels on all cores, seen from an interpreter's worker: starts the kernel module (WebAssembly pthreads on a shared
// memory of their own) and connects the extension _photofinish to it.
//
// The extension calls the kernel module without JavaScript in between: the module's exported functions are put into the
// interpreter's own function table, where a C function pointer is an index. What no C program can do is copy between two
// memories; a module of a few lines does that (src/runtime/bridge.wat), or a JavaScript function where the browser knows one
// memory a module only.
import type { Pyodide } from './boot.ts';
import type { Resources } from '../protocol.ts';

/** The exports of src/runtime/page.c, as Emscripten names them: the WebAssembly functions themselves. */
interface KernelModule {
  wasmMemory: WebAssembly.Memory;
  _pf_page_start(threads: number): number;
  _pf_page_cancel_word(): number;
  _pf_page_alloc: Function;
  _pf_page_free: Function;
  _pf_page_run: Function;
  _pf_page_cancelled: Function;
}

/** alloc, free: of its memory, in bytes; alloc answers 0 where there is none. */
export interface Kernels {
  threads: number;
  cancel: Int32Array;
  memory: WebAssembly.Memory;
  copies: Copies;
  alloc(bytes: number): number;
  free(address: number): void;
}

/** Copies between the interpreter's memory and the shared one, as functions of WebAssembly. */
export interface Copies { copy_in: Function; copy_out: Function }

/**
 * Starts `threads` threads (this worker counts as one) and lets the interpreter's kernels use them. Throws with a reason.
 * `starting` is told what comes next, as long as something may not come to an end.
 */
export async function startKernels(pyodide: Pyodide, { urls, kernels, bridge }: Resources, threads: number,
  starting: (stage: string) => void): Promise<Kernels> {
  starting("the kernels' script");
  const { default: createModule } = await import(/* @vite-ignore */ urls.kernels);
  starting("the workers of the kernels' threads");
  const module = await new Promise<KernelModule>((resolve, reject) => {
    createModule({
      threads,
      instantiateWasm(imports: WebAssembly.Imports, received: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void) {
        // Emscripten has no way to hear of a failure here.
        WebAssembly.instantiate(kernels, imports).then((instance) => received(instance, kernels)).catch(reject);
        return {};
      },
    }).then(resolve, reject);
  });
  starting('connecting the kernels');
  const status = module._pf_page_start(threads);
  if (status !== 0) throw new Error(`the kernels' threads could not be started (status ${status})`);

  const copies = connectMemories(pyodide.memory!, module.wasmMemory, bridge);
  const extension = pyodide.pyimport('_photofinish');
  extension.connect(...inTable(pyodide, [
    module._pf_page_alloc, module._pf_page_free, module._pf_page_run, module._pf_page_cancelled, copies.copy_in, copies.copy_out,
  ]), threads);
  extension.destroy();
  return {
    threads, cancel: new Int32Array(module.wasmMemory.buffer, module._pf_page_cancel_word(), 1), memory: module.wasmMemory, copies,
    alloc: module._pf_page_alloc as Kernels['alloc'], free: module._pf_page_free as Kernels['free'],
  };
}

/** Functions of other WebAssembly modules, as C's pointers to them: indices of the interpreter's function table. */
export function inTable(pyodide: Pyodide, functions: Function[]): number[] {
  const table: WebAssembly.Table = pyodide._module.wasmTable;
  const first = table.grow(functions.length);
  return functions.map((f, i) => { table.set(first + i, f); return first + i; });
}

/** copy_in(to_shared, from, bytes) and copy_out(to, from_shared, bytes) as WebAssembly functions. */
export function connectMemories(interpreter: WebAssembly.Memory, shared: WebAssembly.Memory, bridge: Resources['bridge']): Copies {
  const imports: WebAssembly.Imports = bridge.direct
    ? { interpreter: { memory: interpreter }, shared: { memory: shared } }
    : {
        js: {
          // Memory may have grown since the last copy: views are made anew.
          copy_in: (to: number, from: number, bytes: number) =>
            new Uint8Array(shared.buffer, to >>> 0, bytes >>> 0).set(new Uint8Array(interpreter.buffer, from >>> 0, bytes >>> 0)),
          copy_out: (to: number, from: number, bytes: number) =>
            new Uint8Array(interpreter.buffer, to >>> 0, bytes >>> 0).set(new Uint8Array(shared.buffer, from >>> 0, bytes >>> 0)),
        },
      };
  return new WebAssembly.Instance(bridge.module, imports).exports as unknown as Copies;
}
