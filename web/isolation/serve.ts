// Serves a folder on 127.0.0.1 with the isolation headers: node web/isolation/serve.ts FOLDER [PORT]
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, resolve } from 'node:path';
import { headersFor } from './headers.ts';

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.mjs': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8', '.json': 'application/json', '.wasm': 'application/wasm', '.py': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml', '.png': 'image/png', '.woff2': 'font/woff2', '.txt': 'text/plain; charset=utf-8',
};

const [folder = 'build/site', port = '8000'] = process.argv.slice(2);
const root = resolve(folder);

/** The file that a URL's path names, or null; nothing outside the folder. */
function fileAt(path: string): string | null {
  const file = join(root, decodeURIComponent(path));
  if (file !== root && !file.startsWith(root + '/')) return null;
  if (!existsSync(file)) return null;
  if (!statSync(file).isDirectory()) return file;
  const index = join(file, 'index.html');
  return existsSync(index) ? index : null;
}

const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? '/', 'http://localhost');
  let file: string | null = null;
  try { file = fileAt(pathname); } catch { /* a path that does not decode */ }
  if (!file) {
    response.writeHead(404, { 'Content-Type': 'text/plain' }).end('Not found\n');
    return;
  }
  if (file.endsWith('index.html') && !pathname.endsWith('/') && !pathname.endsWith('.html')) {
    response.writeHead(301, { Location: pathname + '/' }).end();       // relative links need the slash
    return;
  }
  const stat = statSync(file);
  const tag = `"${stat.size.toString(36)}-${stat.mtimeMs.toString(36)}"`;
  const headers = { ...headersFor(pathname), 'Cache-Control': 'no-cache', ETag: tag };
  if (request.headers['if-none-match'] === tag) {
    response.writeHead(304, headers).end();
    return;
  }
  response.writeHead(200, { ...headers, 'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream', 'Content-Length': stat.size });
  if (request.method === 'HEAD') response.end();
  else createReadStream(file).pipe(response);
});

server.on('error', (error: NodeJS.ErrnoException) => {
  console.error(error.code === 'EADDRINUSE' ? `Port ${port} is taken. Try: make serve PORT=${Number(port) + 1}` : String(error));
  process.exit(1);
});
server.listen(Number(port), '127.0.0.1', () => console.log(`Photo Finish: http://127.0.0.1:${port}/   (Ctrl-C ends it)`));
