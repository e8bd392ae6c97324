// Service worker: adds the isolation headers to the site's own responses where the host does not send them.
// It caches nothing yet; it passes every request on and changes headers only.
import { headersFor } from './headers.ts';

const worker = self as unknown as ServiceWorkerGlobalScope;

worker.addEventListener('install', () => { worker.skipWaiting(); });
worker.addEventListener('activate', (event) => { event.waitUntil(worker.clients.claim()); });

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (url.origin !== location.origin) return;
  // DevTools asks for what may only come from the cache; passing that on is an error.
  if (request.cache === 'only-if-cached' && request.mode !== 'same-origin') return;
  // A page that goes away takes its requests back; nobody is left to hear of that, and no error of ours it is.
  event.respondWith(isolated(request, url.pathname).catch(() => Response.error()));
});

async function isolated(request: Request, path: string): Promise<Response> {
  const response = await fetch(request);
  if (response.type === 'opaque' || response.type === 'error' || response.headers.has('Cross-Origin-Embedder-Policy')) return response;
  const headers = new Headers(response.headers);
  for (const [name, value] of Object.entries(headersFor(path))) headers.set(name, value);
  const empty = [101, 204, 205, 304].includes(response.status);
  return new Response(empty ? null : response.body, { status: response.status, statusText: response.statusText, headers });
}
