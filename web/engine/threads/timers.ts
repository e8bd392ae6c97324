// When waits end by themselves: a binary heap, earliest first. Waits that ended otherwise stay in it until their time comes, or until
// they are most of it.

export interface Timed { until: number; waiting: boolean }       // until: on the clock of performance.now()

export class Timers<T extends Timed> {
  #heap: T[] = [];

  add(timed: T): void {
    if (this.#heap.length >= 64 && this.#heap.length > 4 * this.#heap.filter((each) => each.waiting).length) this.#rebuild();
    this.#push(timed);
  }

  /** When the next one ends; Infinity: none. */
  next(): number {
    while (this.#heap.length > 0 && !this.#heap[0]!.waiting) this.#pop();
    return this.#heap[0]?.until ?? Infinity;
  }

  /** Takes out the earliest, if it is over at `now`. */
  due(now: number): T | null {
    return this.next() <= now ? this.#pop() : null;
  }

  #rebuild(): void {
    const waiting = this.#heap.filter((each) => each.waiting);
    this.#heap = [];
    for (const timed of waiting) this.#push(timed);
  }

  #push(timed: T): void {
    const heap = this.#heap;
    let i = heap.length;
    for (let parent: number; i > 0 && heap[parent = (i - 1) >> 1]!.until > timed.until; i = parent) heap[i] = heap[parent]!;
    heap[i] = timed;
  }

  #pop(): T {
    const heap = this.#heap, first = heap[0]!, last = heap.pop()!;
    if (heap.length > 0) {
      let i = 0;
      for (let child: number; (child = 2 * i + 1) < heap.length; i = child) {
        if (child + 1 < heap.length && heap[child + 1]!.until < heap[child]!.until) child++;
        if (heap[child]!.until >= last.until) break;
        heap[i] = heap[child]!;
      }
      heap[i] = last;
    }
    return first;
  }
}
