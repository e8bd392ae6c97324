// <pf-explanation>: what the lesson says after the race. It is part of the page from the start, for readers without
// JavaScript; here it waits until there is something to explain. "What you saw" shows the paragraphs whose condition holds
// and puts the race's own figures into them.
import { fillText, holds, parseCondition, parseFill } from '../logic/template.ts';
import type { Race } from '../race.ts';

export class Explanation extends HTMLElement {
  #race: Race | null = null;
  #ask = document.createElement('div');
  #readOn = false;

  get race(): Race | null { return this.#race; }
  set race(race: Race | null) {
    if (!race || this.#race) return;
    this.#race = race;
    this.#ask.className = 'ask';
    this.#ask.innerHTML = '<h2>First a guess, then the race</h2><p>What it shows, and why, stands here afterwards. <button type="button" class="link">Read it without racing</button></p>';
    this.#ask.querySelector('button')!.addEventListener('click', () => {
      this.#readOn = true;
      this.#show();
      this.querySelector<HTMLElement>('section:not([hidden]) h2')?.setAttribute('tabindex', '-1');
      this.querySelector<HTMLElement>('section:not([hidden]) h2')?.focus();
    });
    this.before(this.#ask);
    this.classList.add('live');
    race.addEventListener('change', () => this.#show());
    this.#show();
  }

  #show(): void {
    const race = this.#race!;
    const shown = this.#readOn || race.phase === 'done';
    this.hidden = !shown;
    this.#ask.hidden = shown;
    const saw = this.querySelector<HTMLElement>('.saw')!;
    saw.hidden = !(race.phase === 'done' && race.report?.equal);
    if (!saw.hidden) this.#fill(saw);
  }

  #fill(saw: HTMLElement): void {
    const { facts, edited } = this.#race!;
    if (!facts) return;
    for (const variant of saw.querySelectorAll<HTMLElement>('[data-when]')) {
      const condition = parseCondition(variant.dataset.when!);
      variant.hidden = !condition || !holds(condition, facts);
    }
    for (const span of saw.querySelectorAll<HTMLElement>('[data-fill]')) {
      const fill = parseFill(span.dataset.fill!);
      span.textContent = fill ? fillText(fill, facts) : '';
    }
    saw.classList.toggle('edited', edited);
  }
}

customElements.define('pf-explanation', Explanation);
