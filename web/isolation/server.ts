// A static server on 127.0.0.1 for `make serve` and for the browser tests:
//
//   const site = await serve('build/site', { headers: true, prefix: '/courses/python/' });
//   ... site.url, site.requests, site.missing() ...
//   await site.close();
//
// Answers carry an ETag and Cache-Control: no-cache: a warm browser asks again and gets 304, as on a static host.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { headersFor } from './headers.ts';

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8', '.gz': 'application/octet-stream', '.html': 'text/html; charset=utf-8', '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8', '.json': 'application/json', '.mjs': 'text/javascript; charset=utf-8', '.png': 'image/png', '.py': 'text/x-python; charset=utf-8',
  '.svg': 'image/svg+xml', '.txt': 'text/plain; charset=utf-8', '.wasm': 'application/wasm', '.webmanifest': 'application/manifest+json', '.whl': 'application/octet-stream', '.woff2': 'font/woff2', '.zip': 'application/zip',
};

export interface ServeOptions {
  /** Send the isolation headers; default false, as hosts that do not know them. */
  headers?: boolean;
  /** Default: a free one. */
  port?: number;
  /** Serve under this path, 404 elsewhere; starts and ends with a slash; default '/'. */
  prefix?: string;
  /** Files, by their path within the folder, that are answered with 404. */
  hide?: string[];
  /** Headers for a file, over all others; `file` is its path within the folder, e.g. 'index.html'. */
  extra?(file: string): Record<string, string>;
}

export interface Site {
  /** Of the folder, ends with a slash: http://127.0.0.1:PORT/prefix/ */
  url: string;
  /** Every request so far: path with query, as asked; status 200, 304, 403 (outside the folder), 404 or 405. */
  requests: { method: string; path: string; status: number }[];
  /** Paths answered with 4xx. The browser's own wish for /favicon.ico does not count. */
  missing(): string[];
  close(): Promise<void>;
}

export async function serve(folder: string, options: ServeOptions = {}): Promise<Site> {
  const root = path.resolve(folder), prefix = options.prefix ?? '/';
  if (!prefix.startsWith('/') || !prefix.endsWith('/')) throw new Error(`prefix ${prefix} must start and end with a slash`);
  const requests: Site['requests'] = [];

  const server = createServer(async (request, response) => {
    const asked = request.url ?? '/';
    const end = (status: number, headers: Record<string, string> = {}, body?: Buffer | string) => {
      requests.push({ method: request.method ?? '', path: asked, status });
      response.writeHead(status, { ...(options.headers ? headersFor(asked.split('?')[0]) : {}), ...headers }).end(request.method === 'HEAD' ? undefined : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return end(405);
    let pathname: string;
    try { pathname = decodeURIComponent(new URL(asked, 'http://host').pathname); } catch { return end(404); }
    if (!pathname.startsWith(prefix)) return end(404);
    let file = path.join(root, pathname.slice(prefix.length));
    if (file !== root && !file.startsWith(root + path.sep)) return end(403);
    if (pathname.endsWith('/')) file = path.join(file, 'index.html');
    let body: Buffer;
    try { body = await readFile(file); } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EISDIR') return end(301, { Location: `${pathname}/` });
      return end(404, { 'Content-Type': 'text/plain' }, 'not found');
    }
    const inside = path.relative(root, file).split(path.sep).join('/');
    if (options.hide?.includes(inside)) return end(404);
    const headers: Record<string, string> = {
      'Content-Type': TYPES[path.extname(file)] ?? 'application/octet-stream',
      'Cache-Control': 'no-cache',
      'ETag': `"${createHash('sha1').update(body).digest('base64url')}"`,
      ...options.extra?.(inside),
    };
    if (request.headers['if-none-match'] === headers.ETag) return end(304, headers);
    end(200, headers, body);
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(options.port ?? 0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}${prefix}`,
    requests,
    missing: () => requests.filter(r => r.status >= 400 && r.path !== '/favicon.ico').map(r => r.path),
    close: () => new Promise(resolve => { server.close(() => resolve()); server.closeAllConnections(); }),
  };
}
