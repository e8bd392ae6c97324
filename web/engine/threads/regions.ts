// C stacks: the memory beside a WebAssembly stack, in which C keeps what has an address. Every thread has one of its own, so that nothing
// has to be moved while it is suspended: the interpreter's collector walks the frames of suspended threads, too.

export interface Region { bottom: number; top: number }

const MARK = 0x600df00d;        // lies at the bottom; overwritten when a stack has overflowed

export class Regions {
  #module: any;
  #size: number;
  #free: Region[] = [];

  constructor(module: any, size: number) {
    this.#module = module;
    this.#size = size;
  }

  /** null: no memory. */
  take(): Region | null {
    const used = this.#free.pop();
    if (used) return used;
    const address = this.#module._malloc(this.#size) >>> 0;
    if (!address) return null;
    const region = { bottom: (address + 15) & ~15, top: (address + this.#size) & ~15 };
    this.#module.HEAPU32[region.bottom >>> 2] = MARK;
    return region;
  }

  /** Takes it back for the next; throws where the stack has overflowed, since memory below it is then destroyed. */
  give(region: Region): void {
    if (this.#module.HEAPU32[region.bottom >>> 2] !== MARK) throw new Error('a thread used more stack than it has');
    this.#free.push(region);
  }
}
