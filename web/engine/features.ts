// What this browser can do here, found out by trying: neither user agents nor crossOriginIsolated alone are to be believed
// (WebKitGTK says isolated where SharedArrayBuffer is undefined).

export interface Features { isolated: boolean; simd: boolean; multiMemory: boolean; jspi: boolean }

// Smallest modules that use one feature each.
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11];
const MULTI_MEMORY = [0, 97, 115, 109, 1, 0, 0, 0, 5, 5, 2, 0, 0, 0, 0];

const valid = (bytes: number[]) => WebAssembly.validate(new Uint8Array(bytes));

/** Memory can be shared between workers: really posts one, the only test that three engines pass honestly. */
function sharesMemory(): boolean {
  if (!globalThis.crossOriginIsolated || typeof SharedArrayBuffer !== 'function') return false;
  const channel = new MessageChannel();
  try {
    channel.port1.postMessage(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }));
    return true;
  } catch {
    return false;
  } finally {
    channel.port1.close();
  }
}

export function features(): Features {
  return {
    isolated: sharesMemory(),
    simd: valid(SIMD),
    multiMemory: valid(MULTI_MEMORY),
    jspi: typeof (WebAssembly as any).Suspending === 'function' && typeof (WebAssembly as any).promising === 'function',
  };
}

/** The browser's name and major version as people say it, e.g. "Firefox 153". */
export function browserName(agent: string = navigator.userAgent): string {
  const patterns: [RegExp, string][] = [
    [/Firefox\/(\d+)/, 'Firefox'], [/Edg\/(\d+)/, 'Edge'], [/OPR\/(\d+)/, 'Opera'], [/(?:Headless)?Chrome\/(\d+)/, 'Chrome'],
    [/Version\/(\d+(?:\.\d+)?).*Safari\//, 'Safari'],
  ];
  for (const [pattern, name] of patterns) {
    const match = pattern.exec(agent);
    if (match) return `${name} ${match[1]}`;
  }
  return 'unknown browser';
}
