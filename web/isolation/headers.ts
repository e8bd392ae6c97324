// The one set of headers with which memory can be shared between threads, in every browser that can (measured: docs, isolation).
// Sent by the server where it can, else added by the service worker.

export const ISOLATION: Record<string, string> = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',            // never credentialless: WebKit does not isolate with it
  'Cross-Origin-Resource-Policy': 'cross-origin',            // the site may be embedded by isolated pages
  'Document-Isolation-Policy': 'isolate-and-require-corp',   // Chromium: threads in an iframe whose parent knows nothing of it
};

// A worker obeys the policy of its own script's response, not the page's. Programs run in workers: no eval, and no request off the
// origin. On a response that is not a worker's script it has no effect.
export const WORKER_POLICY = "script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/** All headers for a response; `path` decides whether it may be a worker's script. */
export function headersFor(path: string): Record<string, string> {
  return /\.m?js$/.test(path) ? { ...ISOLATION, 'Content-Security-Policy': WORKER_POLICY } : ISOLATION;
}
