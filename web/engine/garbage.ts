// Gives the page's garbage collector a reason to run. What the page holds of an interpreter that has ended is small for it (a view of the
// kernels' memory), but in Chromium each such memory keeps 10 GB of addresses, of which a page has 1 TB: after a hundred
// programs no interpreter would start any more, and the collector of the page does not know why. It does count the bytes of plain buffers;
// nobody touches these, so they take no memory.
const INTERPRETERS = 16;
const BUFFERS = 8, BYTES = 64 * 2 ** 20;

let ended = 0;

/** Another interpreter that had kernels has ended. */
export function countEnded(): void {
  if (++ended % INTERPRETERS === 0) collectGarbage();
}

/** Takes some 20 ms, and a moment later what nobody refers to is gone. */
export function collectGarbage(): void {
  try {
    for (let i = 0; i < BUFFERS; i++) new ArrayBuffer(BYTES);
  } catch {
    // no memory for that: the collector has run
  }
}
