// Descriptors of the processes' objects among the interpreter's files: a pipe, a connection, a listener or a segment is a stream of
// Emscripten's file system, so that os.fdopen, os.dup2, os.fstat, select and whatever else takes a descriptor work.
//
// Calls that matter for speed never come here: C reads the descriptor table (pfpy_descriptor in src/python/_photofinish/processes.h), which
// is written here, and asks the kernel itself. C also lets other threads run while it waits; what waits here (a file object that
// reads, select, poll) stops all threads of the process.
//
// In the kernel a process holds an end of an object once or not at all; how many descriptors share it is counted here.
import type { Pyodide } from '../boot.ts';
import { Event, Kind, Status } from './kernel.ts';
import { endsOf, type Held, type Process } from './process.ts';

/** Errors as Emscripten numbers them. */
export const Errno = { EAGAIN: 6, EBADF: 8, EINTR: 27, EINVAL: 28, EMFILE: 33, ENOMEM: 48, EPIPE: 64 } as const;

export const DESCRIPTORS = 4096;                // the table's length; the file system has as many
const DESCRIPTOR_WORDS = 3;                     // kind, reads, writes
/** In the table's kind: reading and writing do not wait. */
const NONBLOCKING = 256;

const O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_NONBLOCK = 2048;
const S_IFIFO = 0o10600, S_IFSOCK = 0o140600;
const FIONREAD = 21531, FIONBIO = 21537;
const POLLIN = 1 | 64, POLLOUT = 4 | 256, POLLHUP = 16;

/** Streams of shared segments (segments.ts). */
export interface SegmentStreams {
  node(id: number): any;
  operations: object;
}

/** What goes on around a read or write that passes something between processes (segments.ts). */
export interface Points { release(): void; acquire(): void }

export class Files {
  segments: SegmentStreams | null = null;
  points: Points | null = null;

  #FS: any;
  #module: any;
  #process: Process;
  #table: number;
  #interrupted: () => boolean;
  #holders = new Map<string, number>();
  #operations: object;
  #names = 0;

  /** table: the address of the descriptor table; interrupted: whether a signal is to be handled before anything is waited for. */
  constructor(pyodide: Pyodide, process: Process, table: number, interrupted: () => boolean) {
    this.#FS = pyodide.FS;
    this.#module = pyodide._module;
    this.#process = process;
    this.#table = table;
    this.#interrupted = interrupted;
    this.#operations = this.#pipeOperations();
  }

  /** A descriptor for what the process holds already; fd >= 0: that one, whatever it was before. The descriptor, or -errno. */
  open(kind: number, reads: number, writes: number, fd: number): number {
    if (fd >= DESCRIPTORS || (kind === Kind.SEGMENT && !this.segments)) return -Errno.EBADF;
    const FS = this.#FS, held: Held = { kind, reads, writes };
    try {
      const before = fd >= 0 ? FS.getStream(fd) : null;
      if (before) FS.close(before);
      const stream = kind === Kind.SEGMENT ? this.#segmentStream(held, fd) : this.#pipeStream(held, fd);
      stream.node.held = held;
      this.#begins(stream);
      return stream.fd;
    } catch (error) {
      if (error instanceof FS.ErrnoError) return -(error as { errno: number }).errno;
      throw error;
    }
  }

  /** One more user of an end in this process: a descriptor, or a mapping of a segment. The end is held already. */
  hold(id: number, end: number): void {
    const key = `${id} ${end}`;
    this.#holders.set(key, (this.#holders.get(key) ?? 0) + 1);
  }

  /** One less; the last one closes it. */
  drop(id: number, end: number): void {
    const key = `${id} ${end}`, left = (this.#holders.get(key) ?? 1) - 1;
    if (left > 0) this.#holders.set(key, left);
    else {
      this.#holders.delete(key);
      this.#process.close(id, end);
    }
  }

  /**
   * poll(2), on which select stands too, where at least one descriptor is ours: waits as long as it says. `ask` answers at once for all
   * kinds of files. milliseconds < 0: without limit. The number of descriptors with news, or -errno.
   */
  poll(list: number, count: number, milliseconds: number, ask: () => number): number {
    const until = milliseconds < 0 ? Infinity : performance.now() + milliseconds;
    for (;;) {
      const sequence = this.#process.sequence();
      if (milliseconds !== 0 && !this.#armAll(list, count) && until === Infinity) return ask();
      const news = ask();
      if (news !== 0) {
        this.points?.acquire();
        return news;
      }
      if (performance.now() >= until) return 0;
      if (this.#interrupted()) return -Errno.EINTR;
      this.#process.park(sequence, until - performance.now());
    }
  }

  // ------------------------------------------------------------------------------------------- streams

  #pipeStream(held: Held, fd: number): any {
    const FS = this.#FS, { reads, writes, kind } = held;
    const isSocket = kind === Kind.LISTENER || (reads > 0 && writes > 0);
    const name = `process-pipe-${this.#names++}`;
    const node = new FS.FSNode(this.#module.PIPEFS.root, name, isSocket ? S_IFSOCK : S_IFIFO, 0);       // no path leads to it
    const flags = isSocket ? O_RDWR : writes ? O_WRONLY : O_RDONLY;
    return this.#withFlags(FS.createStream({ path: name, node, flags, seekable: false, stream_ops: this.#operations }, fd));
  }

  #segmentStream(held: Held, fd: number): any {
    const node = this.segments!.node(held.reads);
    const stream_ops = { ...this.segments!.operations, ...this.#counted() };
    const path = `process-segment-${this.#names++}`;
    return this.#FS.createStream({ node, path, flags: O_RDWR, seekable: true, position: 0, ungotten: [], error: false, stream_ops }, fd);
  }

  /** Flags belong to all descriptors that were duplicated from one another; the table of each is to know whether they wait. */
  #withFlags(stream: any): any {
    let { flags } = stream;
    const all = stream.shared.descriptors = new Set<number>();
    Object.defineProperty(stream.shared, 'flags', {
      get: () => flags,
      set: (value: number) => {
        flags = value;
        for (const fd of all) this.#write(fd, stream.node.held, (flags & O_NONBLOCK) !== 0);
      },
    });
    return stream;
  }

  #counted() {
    return { dup: (stream: any) => this.#begins(stream), close: (stream: any) => this.#ends(stream) };
  }

  /** A descriptor comes into use. */
  #begins(stream: any): void {
    const { held } = stream.node as { held: Held };
    for (const [id, end] of endsOf(held)) this.hold(id, end);
    stream.shared.descriptors?.add(stream.fd);
    this.#write(stream.fd, held, (stream.flags & O_NONBLOCK) !== 0);
  }

  #ends(stream: any): void {
    const { held } = stream.node as { held: Held };
    stream.shared.descriptors?.delete(stream.fd);
    this.#write(stream.fd, null, false);
    for (const [id, end] of endsOf(held)) this.drop(id, end);
  }

  #write(fd: number, held: Held | null, nonblocking: boolean): void {
    const words: Uint32Array = this.#module.HEAPU32, at = (this.#table >>> 2) + DESCRIPTOR_WORDS * fd;
    words[at] = held ? held.kind | (nonblocking ? NONBLOCKING : 0) : 0;
    words[at + 1] = held?.reads ?? 0;
    words[at + 2] = held?.writes ?? 0;
  }

  // ------------------------------------------------------------------------------------------- operations of pipes

  #pipeOperations() {
    const fail = (errno: number): never => { throw new this.#FS.ErrnoError(errno); };
    return {
      ...this.#counted(),
      getattr: ({ node }: any) => {
        const time = new Date(0);
        return { dev: 14, ino: node.id, mode: node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size: 0, atime: time, mtime: time, ctime: time, blksize: 4096, blocks: 0 };
      },
      setattr: () => fail(Errno.EINVAL),
      fsync: () => fail(Errno.EINVAL),
      ioctl: (stream: any, request: number, address: number) => this.#control(stream, request, address),
      poll: (stream: any) => this.#events(stream.node.held),
      read: (stream: any, target: Int8Array, offset: number, most: number) => (most > 0 ? this.#read(stream, target, offset, most, fail) : 0),
      write: (stream: any, source: Int8Array, offset: number, most: number) => (most > 0 ? this.#writeAll(stream, source, offset, most, fail) : 0),
    };
  }

  #control(stream: any, request: number, address: number): number {
    const words: Int32Array = this.#module.HEAP32, { reads } = stream.node.held as Held;
    if (request === FIONREAD && reads) words[address >>> 2] = this.#process.bytes(reads);
    else if (request === FIONBIO) stream.flags = words[address >>> 2] ? stream.flags | O_NONBLOCK : stream.flags & ~O_NONBLOCK;
    else return Errno.EINVAL;
    return 0;
  }

  #events({ kind, reads, writes }: Held): number {
    let events = 0;
    if (reads && this.#process.ready(Event.READABLE, reads)) {
      events |= POLLIN | (kind === Kind.PIPE && this.#process.bytes(reads) === 0 ? POLLHUP : 0);
    }
    if (writes && this.#process.ready(Event.WRITABLE, writes)) events |= POLLOUT;
    return events;
  }

  #read(stream: any, target: Int8Array, offset: number, most: number, fail: (errno: number) => never): number {
    const { kind, reads } = stream.node.held as Held;
    if (kind !== Kind.PIPE || !reads) fail(Errno.EINVAL);
    for (;;) {
      const bytes = this.#process.read(reads, target, offset, most);
      if (bytes >= 0) {
        this.points?.acquire();
        return bytes;
      }
      if (bytes === Status.CLOSED) return 0;
      if (bytes !== Status.AGAIN) fail(Errno.EBADF);
      this.#wait(stream, Event.READABLE, reads, fail);
    }
  }

  #writeAll(stream: any, source: Int8Array, offset: number, most: number, fail: (errno: number) => never): number {
    const { kind, writes } = stream.node.held as Held;
    if (kind !== Kind.PIPE || !writes) fail(Errno.EINVAL);
    this.points?.release();
    for (let done = 0; ; ) {
      const bytes = this.#process.write(writes, source, offset + done, most - done);
      if (bytes >= 0) done += bytes;
      if (done === most || (bytes < 0 && bytes !== Status.AGAIN && done > 0)) return done;
      if (bytes >= 0) continue;
      if (bytes !== Status.AGAIN) fail(bytes === Status.BROKEN ? Errno.EPIPE : bytes === Status.MEMORY ? Errno.ENOMEM : Errno.EBADF);
      if (done > 0 && (stream.flags & O_NONBLOCK || this.#interrupted())) return done;
      this.#wait(stream, Event.WRITABLE, writes, fail);
    }
  }

  /** Until the event may be ready. All threads of the process stand still. */
  #wait(stream: any, event: number, id: number, fail: (errno: number) => never): void {
    if (stream.flags & O_NONBLOCK) fail(Errno.EAGAIN);
    const sequence = this.#process.sequence();
    if (this.#process.arm(event, id)) return;
    if (this.#interrupted()) fail(Errno.EINTR);
    this.#process.park(sequence, Infinity);
  }

  /** Arms what poll asks for; whether any descriptor of its list is ours. struct pollfd: int fd; short events, revents. */
  #armAll(list: number, count: number): boolean {
    const { HEAP32, HEAP16 } = this.#module as { HEAP32: Int32Array; HEAP16: Int16Array };
    let ours = false;
    for (let at = list; at < list + 8 * count; at += 8) {
      const held = this.#FS.getStream(HEAP32[at >>> 2])?.node?.held as Held | undefined;
      if (!held || held.kind === Kind.SEGMENT) continue;
      ours = true;
      const events = HEAP16[(at + 4) >>> 1];
      if (held.reads && events & POLLIN) this.#process.arm(Event.READABLE, held.reads);
      if (held.writes && events & POLLOUT) this.#process.arm(Event.WRITABLE, held.writes);
    }
    return ours;
  }
}

let files: Files | null = null;

/** Before Pyodide's module is instantiated with these imports: poll waits, once this is a process. */
export function waitInPoll(imports: WebAssembly.Imports): void {
  const { env } = imports as { env: Record<string, any> };
  const ask = env.__syscall_poll;
  env.__syscall_poll = Object.assign((list: number, count: number, milliseconds: number): number =>
    (files ? files.poll(list >>> 0, count >>> 0, milliseconds, () => ask(list, count, 0)) : ask(list, count, milliseconds)), ask);
}

/** From now on poll waits on these. */
export function pollWith(these: Files): void {
  files = these;
}
