// What waits watch in other processes: a pipe to become readable, a semaphore to be given back, a child to end. A wait names them in a
// list, whose length and address are its first two words (pfpy_watch in src/python/_photofinish/threads.h).
//
// No change is missed: the sequence is read before anything is armed, and whatever was armed is armed anew when the sequence is another
// one than it was.
import type { Outside } from './outside.ts';

export class Watches<W extends { address: number }> {
  #outside: Pick<Outside, 'sequence' | 'arm'>;
  #words: () => Uint32Array;
  #waits = new Set<W>();
  #seen = 0;

  constructor(outside: Pick<Outside, 'sequence' | 'arm'>, words: () => Uint32Array) {
    this.#outside = outside;
    this.#words = words;
  }

  /** Whether anybody watches. */
  get some(): boolean {
    return this.#waits.size > 0;
  }

  has(wait: W): boolean {
    return this.#waits.has(wait);
  }

  /** A wait begins. True: something that it watches is ready already. */
  add(wait: W): boolean {
    if (this.#words()[wait.address >>> 2] === 0) return false;
    if (this.#waits.size === 0) this.#seen = this.#outside.sequence();
    this.#waits.add(wait);
    return this.isReady(wait);
  }

  remove(wait: W): void {
    this.#waits.delete(wait);
  }

  /** Whether something that it watches is ready; else the sequence changes when it may be. */
  isReady({ address }: W): boolean {
    const words = this.#words(), count = words[address >>> 2], list = words[(address >>> 2) + 1] >>> 2;
    for (let i = 0; i < count; i++) {
      if (this.#outside.arm(words[list + 2 * i], words[list + 2 * i + 1])) return true;
    }
    return false;
  }

  /** Those whose watches are ready, of all that wait. Nothing is looked at where nothing has changed. */
  ready(): W[] {
    if (this.#waits.size === 0) return [];
    const sequence = this.#outside.sequence();
    if (sequence === this.#seen) return [];
    this.#seen = sequence;
    return [...this.#waits].filter((wait) => this.isReady(wait));
  }
}
