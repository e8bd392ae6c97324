// Loads and compiles, once a page, what interpreters are made of; tells how far it is.
import { EngineError } from './errors.ts';
import { numpyExtensions, sizes, urls, type File } from './assets.ts';
import type { Features } from './features.ts';
import type { Extension, Progress, Resources, Variant } from '../protocol.ts';

type OnProgress = (progress: Progress) => void;

/** What is loaded once a page: the same promise for all who ask; after a failure the next one tries again. */
class Shared {
  #load: (features: Features, onProgress: OnProgress) => Promise<Resources>;
  #promise: Promise<Resources> | null = null;
  #listeners = new Set<OnProgress>();

  constructor(load: (features: Features, onProgress: OnProgress) => Promise<Resources>) {
    this.#load = load;
  }

  get(features: Features, onProgress: OnProgress): Promise<Resources> {
    this.#listeners.add(onProgress);
    this.#promise ??= this.#load(features, (progress) => { for (const listener of this.#listeners) listener(progress); })
      .catch((error) => { this.#promise = null; throw error; });
    return this.#promise.finally(() => this.#listeners.delete(onProgress));
  }
}

const variants: Record<Variant, Shared> = { plain: new Shared(loadPlain), numpy: new Shared(loadNumPy) };

/** Always the same object for a variant. */
export function loadResources(variant: Variant, features: Features, onProgress: OnProgress = () => {}): Promise<Resources> {
  return variants[variant].get(features, onProgress);
}

async function loadPlain(features: Features, onProgress: OnProgress): Promise<Resources> {
  const bridge = features.multiMemory ? 'bridge' : 'bridgeJS';
  const loader = new Loader(['python', 'kernels', 'extension', bridge, 'ipc', 'library', 'snapshot', 'sources'], features, onProgress);
  const [python, kernels, extension, bridgeModule, ipc, library, snapshot, sources] = await loader.all([
    loader.module('python'), loader.module('kernels'), loader.module('extension'), loader.module(bridge), loader.module('ipc'),
    loader.bytes('library'), loader.bytes('snapshot'), loader.json('sources'),
  ]);
  return {
    urls: { loader: absolute(urls.loader), module: absolute(urls.module), kernels: absolute(urls.kernelsScript) },
    python, kernels, extensions: [{ name: '_photofinish', module: extension }], bridge: { module: bridgeModule, direct: features.multiMemory }, ipc,
    library, snapshot, sources,
  };
}

/** The plain variant's, with NumPy's extensions and sources, and a snapshot in which it is imported. */
async function loadNumPy(features: Features, onProgress: OnProgress): Promise<Resources> {
  const plain = await loadResources('plain', features);
  const loader = new Loader([...numpyExtensions, 'numpySnapshot', 'numpySources'], features, onProgress);
  const [snapshot, sources, ...modules] = await loader.all([
    loader.bytes('numpySnapshot'), loader.json('numpySources'), ...numpyExtensions.map((name) => loader.module(name)),
  ]);
  const extensions: Extension[] = numpyExtensions.map((name, i) => ({ name, module: modules[i] }));
  return { ...plain, extensions: [...plain.extensions, ...extensions], snapshot, sources: { ...plain.sources, ...sources } };
}

/** Loads the files that are asked of it and tells how much of all of them has come. */
class Loader {
  #features: Features;
  #report: (bytes: number) => void;

  constructor(files: File[], features: Features, onProgress: OnProgress) {
    const total = files.reduce((sum, file) => sum + sizes[file], 0);
    let done = 0;
    this.#features = features;
    this.#report = (bytes) => {
      done = Math.min(done + bytes, total);
      onProgress({ stage: 'loading', done, total });
    };
    this.#report(0);
  }

  /** Promise.all, with a failure told as one of the engine's. */
  async all<T extends unknown[]>(parts: [...T]): Promise<{ [I in keyof T]: Awaited<T[I]> }> {
    try {
      return await Promise.all(parts);
    } catch (error) {
      if (error instanceof EngineError) throw error;
      throw new EngineError('LoadError', `A file of this site arrived damaged (${(error as Error).message}). Reload the page.`);
    }
  }

  /** Compiled. The response goes to the compiler as it came, so that the browser may keep the compiled code beside it. */
  async module(file: File): Promise<WebAssembly.Module> {
    const module = await WebAssembly.compileStreaming(asWasm(await request(file)));
    this.#report(sizes[file]);
    return module;
  }

  async bytes(file: File): Promise<ArrayBuffer | SharedArrayBuffer> {
    return shareable(await new Response(await this.#body(file)).arrayBuffer(), this.#features.isolated);
  }

  async json(file: File): Promise<any> {
    return new Response(await this.#body(file)).json();
  }

  /** What is in a file; those named .bin are gzip-compressed by the build, since not every host compresses. */
  async #body(file: File): Promise<ReadableStream<Uint8Array>> {
    const body = (await request(file)).body!.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
      transform: (chunk, controller) => { this.#report(chunk.length); controller.enqueue(chunk); },
    }));
    return name(file).endsWith('.bin') ? body.pipeThrough(new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>) : body;
  }
}

async function request(file: File): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(absolute(urls[file]));
  } catch {
    throw new EngineError('LoadError', `Could not load ${name(file)}: no connection. Check the network and try again.`);
  }
  if (!response.ok) {
    throw new EngineError('LoadError', `Could not load ${name(file)}: the server answered ${response.status}. Reload the page; if that does not help, the site is not complete.`);
  }
  return response;
}

const absolute = (url: string) => new URL(url, import.meta.url).href;
const name = (file: File) => urls[file].split('/').at(-1)!.split('?')[0];

/** Hosts that do not know .wasm (or .so) send another type, which streaming compilation refuses. */
function asWasm(response: Response): Response {
  if (response.headers.get('Content-Type') === 'application/wasm') return response;
  return new Response(response.body, { headers: { 'Content-Type': 'application/wasm' } });
}

/** One copy for all workers where memory can be shared; elsewhere each message copies. */
function shareable(bytes: ArrayBuffer, shared: boolean): ArrayBuffer | SharedArrayBuffer {
  if (!shared) return bytes;
  const copy = new SharedArrayBuffer(bytes.byteLength);
  new Uint8Array(copy).set(new Uint8Array(bytes));
  return copy;
}
