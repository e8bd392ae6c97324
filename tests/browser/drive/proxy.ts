// A recording HTTP proxy for the engine whose driver tells neither console nor requests (webkit.ts). It forwards to loopback, records
// and refuses the rest: a test sees what would leave the machine, and nothing does. Into every HTML document it puts one script, first of
// all, which reports the console; the script element removes itself. Its own two paths are in no record and never reach the site's server.

import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { connect } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import type { Message } from './types.ts';

export interface Proxy {
  address: string;
  requests: string[];
  messages(): Message[];
  close(): Promise<void>;
}

const SCRIPT = '/photo-finish-drive.js', REPORT = '/photo-finish-drive/report';
const HEADERS = { 'Cross-Origin-Resource-Policy': 'cross-origin', 'Cache-Control': 'no-store' };
const isLoopback = (host: string): boolean => /^(127\.\d+\.\d+\.\d+|localhost|\[?::1\]?)$/.test(host);

/** Runs in the page before any script of its own. */
function report(address: string): void {
  const write = (part: unknown): string => {
    if (part instanceof Error) return `${part.name}: ${part.message}\n${part.stack}`;
    try { return typeof part === 'object' && part !== null ? JSON.stringify(part) : String(part); } catch { return Object.prototype.toString.call(part); }
  };
  const tell = (type: string, text: string): void => { navigator.sendBeacon(address, JSON.stringify({ type, text: text.slice(0, 4000), time: performance.timeOrigin + performance.now() })); };
  for (const [method, type] of [['log', 'log'], ['info', 'info'], ['warn', 'warning'], ['error', 'error'], ['debug', 'debug']] as const) {
    const original = console[method];
    console[method] = (...parts: unknown[]) => { tell(type, parts.map(write).join(' ')); original.apply(console, parts); };
  }
  addEventListener('error', event => { if (event instanceof ErrorEvent) tell('uncaught', `${event.message} (${event.filename}:${event.lineno})`); });
  addEventListener('unhandledrejection', event => tell('uncaught', write(event.reason)));
  addEventListener('securitypolicyviolation', event => tell('csp', `${event.effectiveDirective} blocked ${event.blockedURI} (${event.sourceFile}:${event.lineNumber})`));
  document.currentScript?.remove();
}

export async function recordingProxy(): Promise<Proxy> {
  const requests: string[] = [];
  const messages: (Message & { time: number })[] = [];
  const sockets = new Set<Socket>();

  const server = createServer((request, response) => {
    let url: URL;
    try { url = new URL(request.url ?? ''); } catch { response.writeHead(400).end(); return; }
    if (url.pathname === SCRIPT) { response.writeHead(200, { ...HEADERS, 'Content-Type': 'text/javascript' }).end(`(${report})(${JSON.stringify(REPORT)});`); return; }
    if (url.pathname === REPORT) {
      collect(request, body => { messages.push(JSON.parse(body.toString())); response.writeHead(204, HEADERS).end(); });
      return;
    }
    requests.push(url.href);
    if (!isLoopback(url.hostname)) { response.writeHead(502).end(); return; }
    forward(request, url, response);
  });
  server.on('connect', (request, client: Socket, head) => {      // https, and WebSockets
    requests.push(`https://${request.url}`);
    const [, host, port] = /^(.*):(\d+)$/.exec(request.url ?? '') ?? ['', '', '0'];
    if (!isLoopback(host)) { client.end('HTTP/1.1 502 Bad Gateway\r\n\r\n'); return; }
    const onward = connect(Number(port), host, () => { client.write('HTTP/1.1 200 OK\r\n\r\n'); onward.write(head); onward.pipe(client).pipe(onward); });
    onward.on('error', () => { client.destroy(); });
    client.on('error', () => { onward.destroy(); });
  });
  server.on('connection', socket => { sockets.add(socket); socket.on('close', () => sockets.delete(socket)); });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(0, '127.0.0.1', resolve));
  server.unref();
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    messages: () => messages.toSorted((a, b) => a.time - b.time).map(({ type, text }) => ({ type, text })),      // beacons may overtake each other
    async close() { for (const socket of sockets) socket.destroy(); server.close(); },
  };
}

function collect(stream: IncomingMessage, done: (body: Buffer) => void): void {
  const pieces: Buffer[] = [];
  stream.on('data', piece => pieces.push(piece)).on('end', () => done(Buffer.concat(pieces)));
}

function forward(request: IncomingMessage, url: URL, response: ServerResponse): void {
  const { 'accept-encoding': _, ...headers } = request.headers;      // documents must come as plain text
  const onward = ask(url, { method: request.method, headers }, answer => {
    const isDocument = request.method === 'GET' && answer.statusCode === 200 && /^text\/html\b/.test(answer.headers['content-type'] ?? '');
    if (!isDocument) {
      response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
      answer.pipe(response);
      return;
    }
    collect(answer, body => {
      const { 'content-length': _, ...rest } = answer.headers;
      response.writeHead(200, rest).end(body.toString().replace(/^(\s*<!doctype[^>]*>)?/i, `$1<script src="${SCRIPT}"></script>`));
    });
  });
  onward.on('error', () => { response.destroy(); });
  response.on('close', () => { onward.destroy(); });
  request.pipe(onward);
}
