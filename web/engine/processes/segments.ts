// Shared segments as files and mappings of the interpreter: os.ftruncate, os.fstat, read, write, seek and mmap of a descriptor that
// shm_open returned.
//
// The interpreter cannot see the memory of the segments. A mapping is a copy in its own memory, one for each segment, which C keeps equal to
// the segment at release and acquire points (src/python/_photofinish/segments.h has the memory model). Here is what Emscripten's file system asks.
import type { Pyodide } from '../boot.ts';
import { first, READ_END, second, Status } from './kernel.ts';
import type { Process } from './process.ts';

/** Counts who uses an end of an object in this process (files.ts): a mapping is one more besides the descriptors. */
interface Users { hold(id: number, end: number): void; drop(id: number, end: number): void }

/** Errors as Emscripten numbers them. */
const Errno = { EFBIG: 22, EINVAL: 28, ENOMEM: 48 } as const;
const S_IFREG = 0o100600;
const PROT_WRITE = 2, MAP_PRIVATE = 2;
const SEEK_CUR = 1, SEEK_END = 2;

/** segments.c, by index of the function table: segment_calls(). */
interface Calls {
  map(id: number, writable: number): number;
  unmap(address: number): number;
  syncAddress(address: number): number;
  sync(id: number): void;
  changed(id: number, at: number, bytes: number): void;
  release(): void;
  acquire(): void;
}

export class Segments {
  /** For streams whose node is one of node()'s; dup and close are files.ts's. */
  readonly operations: object;
  /** Others may read what was written here until now; what others had written can be read here. */
  readonly release: () => void;
  readonly acquire: () => void;

  #FS: any;
  #module: any;
  #process: Process;
  #users: Users;
  #calls: Calls;

  /** For an interpreter that is connected as this process; from now on its mappings are asked for here. */
  constructor(pyodide: Pyodide, process: Process, users: Users) {
    this.#FS = pyodide.FS;
    this.#module = pyodide._module;
    this.#process = process;
    this.#users = users;
    const extension = pyodide.pyimport('_photofinish'), indices = extension.segment_calls();
    const [map, unmap, syncAddress, sync, changed, release, acquire] =
      indices.toJs().map((index: number | bigint) => pyodide._module.wasmTable.get(Number(index)));
    indices.destroy();
    extension.destroy();
    this.#calls = { map, unmap, syncAddress, sync, changed, release, acquire };
    this.release = () => release();
    this.acquire = () => acquire();
    this.operations = this.#streamOperations();
    mapped = this;
  }

  /** A file of no folder. */
  node(id: number): any {
    return new this.#FS.FSNode(this.#module.PIPEFS.root, `segment-${id}`, S_IFREG, 0);
  }

  /** Ends a mapping; false: it is none of a segment. */
  unmap(address: number): boolean {
    const id = this.#calls.unmap(address);
    if (id) this.#users.drop(id, READ_END);
    return id !== 0;
  }

  /** Makes a mapping and its segment equal; false: it is none of a segment. */
  sync(address: number): boolean {
    return this.#calls.syncAddress(address) !== 0;
  }

  #fail(errno: number): never {
    throw new this.#FS.ErrnoError(errno);
  }

  #size(id: number): number {
    const { kernel, region, token } = this.#process;
    const where = kernel.ipc_segment_at(region, token, id);
    return where > 0n ? second(where) : 0;
  }

  /** Bytes of the segment itself, as they are now. */
  #bytes(id: number, position: number, length: number): Uint8Array {
    const { kernel, memory, region, token } = this.#process;
    return new Uint8Array(memory.buffer, region + first(kernel.ipc_segment_at(region, token, id)) + position, length);
  }

  #resize(id: number, bytes: number): void {
    const { kernel, region, token } = this.#process;
    if (bytes === this.#size(id)) return;
    const status = bytes > 0 ? kernel.ipc_segment_resize(region, token, id, Math.min(bytes, 2 ** 32 - 1)) : Status.EXISTS;
    if (status !== Status.OK) this.#fail(status === Status.MEMORY ? Errno.ENOMEM : Errno.EINVAL);        // a segment has one size for ever
  }

  #write(id: number, source: Uint8Array | Int8Array, offset: number, length: number, position: number): number {
    const { kernel, region, token } = this.#process;
    const bytes = Math.min(length, this.#size(id) - position);
    if (bytes <= 0) this.#fail(Errno.EFBIG);
    this.#calls.sync(id);
    if (kernel.ipc_hold(region, token) !== Status.OK) return bytes;      // this process has been ended
    this.#bytes(id, position, bytes).set(source.subarray(offset, offset + bytes));
    this.#calls.changed(id, position, bytes);
    kernel.ipc_unhold(region, token);
    return bytes;
  }

  #map(id: number, length: number, position: number, prot: number, flags: number): { ptr: number; allocated: boolean } {
    if (position + length > this.#size(id)) this.#fail(Errno.EINVAL);
    if (flags & MAP_PRIVATE) {
      this.#calls.sync(id);
      const ptr = this.#module._malloc(length) >>> 0;
      if (!ptr) this.#fail(Errno.ENOMEM);
      this.#module.HEAPU8.set(this.#bytes(id, position, length), ptr);
      return { ptr, allocated: true };
    }
    const address = this.#calls.map(id, prot & PROT_WRITE) >>> 0;
    if (!address) this.#fail(Errno.ENOMEM);
    this.#users.hold(id, READ_END);
    return { ptr: address + position, allocated: false };
  }

  #streamOperations(): object {
    const idOf = (stream: any): number => stream.node.held.reads;
    return {
      getattr: (stream: any) => {
        const size = this.#size(idOf(stream)), time = new Date(0);
        return { dev: 15, ino: stream.node.id, mode: stream.node.mode, nlink: 1, uid: 0, gid: 0, rdev: 0, size, atime: time, mtime: time, ctime: time,
          blksize: 4096, blocks: Math.ceil(size / 512) };
      },
      setattr: (stream: any, { size }: { size?: number }) => { if (size !== undefined) this.#resize(idOf(stream), size); },
      fsync: () => 0,
      read: (stream: any, target: Uint8Array | Int8Array, offset: number, length: number, position: number) => {
        const id = idOf(stream), bytes = Math.max(0, Math.min(length, this.#size(id) - position));
        if (bytes > 0) {
          this.#calls.sync(id);
          new Uint8Array(target.buffer, target.byteOffset + offset, bytes).set(this.#bytes(id, position, bytes));
        }
        return bytes;
      },
      write: (stream: any, source: Uint8Array | Int8Array, offset: number, length: number, position: number) =>
        (length > 0 ? this.#write(idOf(stream), source, offset, length, position) : 0),
      llseek: (stream: any, offset: number, whence: number) => {
        const from = whence === SEEK_CUR ? stream.position : whence === SEEK_END ? this.#size(idOf(stream)) : 0;
        if (from + offset < 0) this.#fail(Errno.EINVAL);
        return from + offset;
      },
      mmap: (stream: any, length: number, position: number, prot: number, flags: number) => this.#map(idOf(stream), length, position, prot, flags),
      msync: () => 0,       // guardMappings
    };
  }
}

let mapped: Segments | null = null;

/**
 * Before Pyodide's module is instantiated with these imports: munmap and msync of a segment's mapping are the segments'. By address: Emscripten's own
 * look for the descriptor, which Python has closed by then, and another file may have its number.
 */
export function guardMappings(imports: WebAssembly.Imports): void {
  const { env } = imports as { env: Record<string, any> };
  const unmap = env._munmap_js, sync = env._msync_js;
  env._munmap_js = Object.assign((address: number, ...others: unknown[]) => (mapped?.unmap(address >>> 0) ? 0 : unmap(address, ...others)), unmap);
  env._msync_js = Object.assign((address: number, ...others: unknown[]) => (mapped?.sync(address >>> 0) ? 0 : sync(address, ...others)), sync);
}
