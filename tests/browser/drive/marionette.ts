// A client of Firefox's Marionette protocol: TCP, messages as LENGTH:JSON. We send [0, id, command, parameters], Firefox answers
// [1, id, error, result]. The greeting comes without a type: { applicationType, marionetteProtocol: 3 }.

import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Gone, within } from './processes.ts';
import { CommandError } from './w3c.ts';

interface Waiting { resolve(value: unknown): void; reject(error: Error): void }

export class Marionette {
  private socket: Socket;
  private received = Buffer.alloc(0);
  private waiting = new Map<number, Waiting>();
  private next = 1;
  private gone: Gone | undefined;
  private greeted: Promise<unknown>;

  constructor(port: number) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.unref();
    this.greeted = new Promise((resolve, reject) => this.waiting.set(0, { resolve, reject }));
    this.greeted.catch(() => {});
    this.socket.on('data', data => this.receive(data));
    this.socket.on('error', error => this.fail(error.message));
    this.socket.on('close', () => this.fail('connection closed'));
  }

  greeting(milliseconds: number): Promise<unknown> { return within(this.greeted, milliseconds, 'firefox: greeting of Marionette'); }

  /** The value of the answer: what WebDriver wraps as { value } comes unwrapped. */
  async command<T>(name: string, parameters: Record<string, unknown>, milliseconds: number): Promise<T> {
    if (this.gone) throw this.gone;
    const id = this.next++, text = JSON.stringify([0, id, name, parameters]);
    const answer = new Promise<unknown>((resolve, reject) => this.waiting.set(id, { resolve, reject }));
    this.socket.write(`${Buffer.byteLength(text)}:${text}`);
    try {
      const result = await within(answer, milliseconds, `firefox: ${name} ${text.slice(0, 300)}`);
      return (typeof result === 'object' && result !== null && 'value' in result ? result.value : result) as T;
    } finally { this.waiting.delete(id); }
  }

  close(): void { this.socket.destroy(); }

  private receive(data: Buffer): void {
    this.received = Buffer.concat([this.received, data]);
    while (true) {
      const colon = this.received.indexOf(':');
      if (colon < 0) return;
      const end = colon + 1 + Number(this.received.subarray(0, colon).toString());
      if (this.received.length < end) return;
      const message = JSON.parse(this.received.subarray(colon + 1, end).toString());
      this.received = this.received.subarray(end);
      const [id, error, result] = Array.isArray(message) ? message.slice(1) : [0, null, message];
      const waiting = this.waiting.get(id);      // gone where the command timed out
      if (error) waiting?.reject(new CommandError(error.error, error.message));
      else waiting?.resolve(result);
    }
  }

  private fail(reason: string): void {
    this.gone ??= new Gone(`firefox has gone: ${reason}`);
    for (const { reject } of this.waiting.values()) reject(this.gone);
    this.waiting.clear();
  }
}
