// Starts one interpreter: Pyodide with the extension _photofinish, and NumPy's where it is wanted, from a memory snapshot where
// there is one.
// Runs in a worker of the page (which hands over everything, loaded and compiled) and under Node when the snapshot is made.
//
// A snapshot is the interpreter's memory after it has imported what programs here use. Memory says where functions and data
// of the extensions lie, so they are instantiated at the same moment (preRun, before anything else) and in the same order on
// both sides.
import { checkSignalsIn, type Words } from './threads/check.ts';
import { guardForeignCalls } from './threads/foreign.ts';
import type { Resources } from '../protocol.ts';

export const SITE_PACKAGES = '/lib/python3.14/site-packages/';
/** Where the import system looks for an extension. */
const extensionFile = (name: string) => `${SITE_PACKAGES}${name.replaceAll('.', '/')}.cpython-314-wasm32-emscripten.so`;
const PAGE = 65536;

/** The parts of Pyodide that are used here and that its types leave out. */
export interface Pyodide {
  version: string;
  FS: any;
  _module: any;
  runPython(code: string): any;
  pyimport(name: string): any;
  setStdout(options: { write(bytes: Uint8Array): number; isatty: boolean }): void;
  setStderr(options: { write(bytes: Uint8Array): number; isatty: boolean }): void;
  setStdin(options: { error: boolean }): void;
  setInterruptBuffer(buffer: Int32Array | Uint8Array | null): void;
  toPy(value: unknown): any;
  makeMemorySnapshot(): Uint8Array;
  /** The interpreter's memory; not Pyodide's: kept when the page's worker boots. */
  memory?: WebAssembly.Memory;
}

export interface Loader {
  loadPyodide(options: object): Promise<Pyodide>;         // pyodide.mjs
  createPyodide(settings: any): Promise<any>;             // pyodide.asm.mjs
}

/**
 * indexURL: the folder that Pyodide's loader takes itself to be in; under Node it reads what is not given from there.
 * signals: where the page says that there is one (threads/check.ts). hooks: may put functions of their own among the imports of
 * Pyodide's module, before it is instantiated.
 */
export type BootResources = Pick<Resources, 'extensions' | 'sources'> & Partial<Pick<Resources, 'python' | 'library' | 'snapshot'>>
  & { indexURL: string; signals?: Words; hooks?: Hook[] };
export type Hook = (imports: WebAssembly.Imports) => void;

/**
 * One interpreter, ready to run code. `makeSnapshot`: it is to be the source of a snapshot.
 * Times of the stages, in ms, are added to `times`. Not to be called twice at once in one worker: it stands in for `fetch` while it loads.
 */
export async function boot(resources: BootResources, loader: Loader, makeSnapshot = false, times: Record<string, number> = {}): Promise<Pyodide> {
  const { python, library, snapshot, sources } = resources;
  const extensions = resources.extensions.toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const started = performance.now();
  const timed = (stage: string, since: number) => { times[stage] = performance.now() - since; };

  const createPyodideModule = (settings: any) => {
    settings.preRun = [].concat(settings.preRun ?? [], ((module: any) => {
      const since = performance.now();
      for (const extension of extensions) {
        const file = extensionFile(extension.name);
        module.preloadedWasm[file] = module.loadWebAssemblyModule(extension.module, { global: false, nodelete: true, loadAsync: false }, file, {});
      }
      timed('extensions', since);
    }) as never);
    return loader.createPyodide(settings);
  };

  const loaded = python && library ? answerLoader(python, library, snapshot?.byteLength ?? 0, hooksOf(resources)) : null;
  let pyodide: Pyodide;
  try {
    const loading = loader.loadPyodide({
      indexURL: resources.indexURL,
      lockFileContents: { info: { abi_version: '2026_0', arch: 'wasm32', platform: 'emscripten', version: '0', python: '3.14' }, packages: {} },
      packageBaseUrl: resources.indexURL,       // never a CDN; nothing is installed from here
      checkAPIVersion: false,
      createPyodideModule,
      ...(makeSnapshot && { _makeSnapshot: true }),
      // Pyodide decodes a part of it as text, which no browser does from a shared view: a private copy.
      ...(snapshot && { _loadSnapshot: new Uint8Array(snapshot).slice() }),
    });
    pyodide = await (loaded ? Promise.race([loading, loaded.failed]) : loading);
  } finally {
    loaded?.restore();
  }
  pyodide.memory = loaded?.memory();
  timed('load', started);

  // Files live in JavaScript, not in the memory that a snapshot holds. Extensions only have to be found by the import system.
  const since = performance.now();
  const write = (file: string, text: string) => {
    pyodide.FS.mkdirTree(file.slice(0, file.lastIndexOf('/')));
    pyodide.FS.writeFile(file, text);
  };
  for (const { name } of extensions) write(extensionFile(name), '');
  for (const [path, text] of Object.entries(sources)) write(SITE_PACKAGES + path, text);
  timed('sources', since);
  timed('boot', started);
  return pyodide;
}

const hooksOf = ({ signals, hooks = [] }: BootResources): Hook[] =>
  [guardForeignCalls, ...(signals ? [(imports: WebAssembly.Imports) => checkSignalsIn(signals, imports)] : []), ...hooks];

/**
 * Answers the loader's own requests from what the page has loaded, and makes room for the snapshot before it is restored.
 * `failed` rejects where the interpreter cannot be instantiated (no memory): the loader prints that, and waits for ever.
 */
function answerLoader(python: WebAssembly.Module, library: ArrayBuffer | SharedArrayBuffer, snapshotBytes: number,
  hooks: Hook[]): { failed: Promise<never>; memory(): WebAssembly.Memory | undefined; restore(): void } {
  const { fetch } = globalThis;
  const { instantiateStreaming, Memory } = WebAssembly;
  const compiled = new Response();
  let memory: WebAssembly.Memory | undefined, fail!: (error: unknown) => void;
  const failed = new Promise<never>((_, reject) => { fail = reject; });
  globalThis.fetch = (input, init) => {
    const url = String(input instanceof Request ? input.url : input);
    if (url.endsWith('/pyodide.asm.wasm')) return Promise.resolve(compiled);
    if (url.endsWith('/python_stdlib.zip')) return Promise.resolve(new Response(new Uint8Array(library).slice()));
    return fetch(input, init);
  };
  // Pyodide makes a memory of one page to sleep on. Each takes gigabytes of addresses, of which Chromium has enough for about 100.
  if (typeof SharedArrayBuffer === 'function') {
    WebAssembly.Memory = function (descriptor: WebAssembly.MemoryDescriptor) {
      return descriptor.shared && descriptor.maximum === 1 ? { buffer: new SharedArrayBuffer(PAGE) } : new Memory(descriptor);
    } as unknown as typeof WebAssembly.Memory;
  }
  WebAssembly.instantiateStreaming = async (source, imports) => {
    if (await source !== compiled) return instantiateStreaming(source, imports);
    for (const hook of hooks) hook(imports!);
    const instance = await WebAssembly.instantiate(python, imports).catch((error) => { fail(error); throw error; });
    keepIdentity(instance);
    memory = instance.exports.memory as WebAssembly.Memory;
    const lacking = snapshotBytes - memory.buffer.byteLength;
    if (lacking > 0) memory.grow(Math.ceil(lacking / PAGE));
    return { instance, module: python };
  };
  return { failed, memory: () => memory, restore() { globalThis.fetch = fetch; Object.assign(WebAssembly, { instantiateStreaming, Memory }); } };
}

/**
 * Emscripten looks exported functions up in the function table by identity and appends those that it does not find. In WebKit
 * the table hands out other objects than the exports are, so that its table would be longer than the one of the engine that
 * made the snapshot, and function pointers in the snapshot would be wrong. Here the table hands out the exports: both objects
 * bear the function's index as their name.
 */
function keepIdentity({ exports }: WebAssembly.Instance): void {
  const table = exports.__indirect_function_table as WebAssembly.Table;
  const byIndex = new Map<string, Function>();
  for (const value of Object.values(exports)) if (typeof value === 'function') byIndex.set(value.name, value);
  const get = table.get.bind(table);
  const first = Array.from({ length: table.length }, (_, i) => get(i)).find((f) => f && byIndex.has(f.name));
  if (!first || byIndex.get(first.name) === first) return;

  const own = table.length;         // entries that come later belong to other modules, which number their functions anew
  table.get = (index: number) => {
    const f = get(index);
    return (f && index < own && byIndex.get(f.name)) || f;
  };
}
