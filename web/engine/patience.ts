// Gives up on an interpreter that falls silent in the middle of a race. Seen in WebKitGTK on a machine with a load of 8, about one
// race in a hundred: the worker never comes back from a loop that is being compiled, and does not hear Stop's interrupt either.
//
// How long silence may last is known once every lane has run: from then on a race reports after every few samples,
// but for a pause while the page is hidden, of which it tells first.
import type { RaceEvent } from '../protocol.ts';

const LEAST_SECONDS = 10;
const ROUNDS = 100;            // so many times what it took to run every lane once

export class Patience {
  #silence = Infinity;         // seconds
  #timer: ReturnType<typeof setTimeout> | undefined;
  #lost: () => void;

  /** `lost` is called, once, when nothing was heard for too long. */
  constructor(lost: () => void) {
    this.#lost = lost;
  }

  heard(event: RaceEvent): void {
    if (event.event === 'stage' && event.stage === 'setup') this.#silence = Infinity;       // a race, or the next point of a sweep
    if (event.event === 'checked') this.#silence = LEAST_SECONDS + ROUNDS * event.seconds;
    this.end();
    if (this.#silence < Infinity && event.event !== 'pause') this.#timer = setTimeout(this.#lost, this.#silence * 1000);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
