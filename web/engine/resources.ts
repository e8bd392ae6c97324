// Loads and compiles, once a page, what every interpreter is made of; tells how far it is.
import { EngineError } from './errors.ts';
import { sizes, urls } from './assets.ts';
import type { Features } from './features.ts';
import type { Progress, Resources } from '../protocol.ts';

type OnProgress = (progress: Progress) => void;
type File = Exclude<keyof typeof urls, 'loader' | 'module' | 'kernelsScript'>;

let loading: Promise<Resources> | null = null;
const listeners = new Set<OnProgress>();
let loaded = 0;

/** The same promise for all who ask; after a failure the next one tries again. */
export function loadResources(features: Features, onProgress: OnProgress = () => {}): Promise<Resources> {
  listeners.add(onProgress);
  loading ??= load(features).catch((error) => { loading = null; throw error; });
  return loading.finally(() => listeners.delete(onProgress));
}

async function load(features: Features): Promise<Resources> {
  loaded = 0;
  const bridge: File = features.multiMemory ? 'bridge' : 'bridgeJS';
  const files: File[] = ['python', 'kernels', 'extension', bridge, 'library', 'snapshot', 'sources'];
  const total = files.reduce((sum, file) => sum + sizes[file], 0);
  const report = (bytes: number) => {
    loaded = Math.min(loaded + bytes, total);
    for (const listener of listeners) listener({ stage: 'loading', done: loaded, total });
  };
  report(0);

  // A response goes to the compiler as it came, so that the browser may keep the compiled code beside it.
  const compiled = async (file: File) => {
    const module = await WebAssembly.compileStreaming(asWasm(await request(file)));
    report(sizes[file]);
    return module;
  };
  const bytes = async (file: File, unpack = false) => {
    let body = (await request(file)).body!.pipeThrough(new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, controller) { report(chunk.length); controller.enqueue(chunk); },
    }));
    if (unpack) body = body.pipeThrough(new DecompressionStream('gzip') as ReadableWritablePair<Uint8Array, Uint8Array>);
    return shareable(await new Response(body).arrayBuffer(), features.isolated);
  };

  try {
    const [python, kernels, extension, bridgeModule, library, snapshot, sources] = await Promise.all([
      compiled('python'), compiled('kernels'), compiled('extension'), compiled(bridge),
      bytes('library'), bytes('snapshot', true), request('sources').then((response) => response.json()),
    ]);
    report(sizes.sources);
    return {
      urls: { loader: absolute(urls.loader), module: absolute(urls.module), kernels: absolute(urls.kernelsScript) },
      python, kernels, extension, bridge: { module: bridgeModule, direct: features.multiMemory }, library, snapshot, sources,
    };
  } catch (error) {
    if (error instanceof EngineError) throw error;
    throw new EngineError('LoadError', `A file of this site arrived damaged (${(error as Error).message}). Reload the page.`);
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
