// A lesson's page: finds what the renderer left, makes the race, gives it to the views. Order matters to the reader: the text
// is there already; then come the controls, the editors, and last, when the page is idle, the engine.
import './tokens.css';
import './page.css';
import { announce } from './announcer.ts';
import type { NativeReference } from './logic/native.ts';
import { Race, type Lesson } from './race.ts';
import { isolate } from '../isolation/isolate.ts';
import type { Bar } from './view/bar.ts';
import type { Explanation } from './view/explanation.ts';
import type { Prediction } from './view/prediction.ts';
import type { Result } from './view/result.ts';
import './view/bar.ts';
import './view/explanation.ts';
import './view/prediction.ts';
import './view/result.ts';
import { Lanes } from './view/lanes.ts';

const main = document.querySelector<HTMLElement>('main.lesson')!;
const panel = main.querySelector<HTMLElement>('.race')!;
const lanes = main.querySelector<Lanes>('pf-lanes')!;
const root = new URL('../../', location.href);

const race = new Race(readLesson(), async (onProgress) => {
  await isolated;
  const { createEngine } = await import('../photofinish.ts');
  return createEngine({ onProgress });
});
const isolated = isolate(root);

for (const view of main.querySelectorAll<Bar | Prediction | Result | Explanation | Lanes>('pf-bar, pf-prediction, pf-result, pf-explanation, pf-lanes')) view.race = race;

const region = document.createElement('p');
region.className = 'unseen';
region.setAttribute('role', 'status');
main.append(region);
announce(race, region);
panel.dataset.state = race.phase;

race.addEventListener('change', () => { panel.dataset.state = race.phase; });
showPictureWhenItStarts();
keepInView();

whenIdle(() => void isolated.then(() => lanes.makeEditable()));      // not in a page that is about to reload
whenIdle(() => void import('./view/more.ts'));
whenIdle(() => void race.warmUp().catch(() => { /* said when Run is pressed */ }));

function readLesson(): Lesson {
  const prediction = main.querySelector<HTMLElement>('pf-prediction')!;
  const cells = [...lanes.querySelectorAll<HTMLElement>('.cell.lane')];
  return {
    slug: main.dataset.lesson!,
    source: lanes.source,
    names: cells.map((cell) => ({ id: cell.dataset.lane!, name: cell.dataset.name! })),
    predict: prediction.dataset.lane!,
    baseline: prediction.dataset.baseline!,
    reference: panel.dataset.reference ? JSON.parse(panel.dataset.reference) as NativeReference : null,
  };
}

function whenIdle(task: () => void): void {
  if ('requestIdleCallback' in window) requestIdleCallback(task, { timeout: 2000 });
  else setTimeout(task, 200);
}

/** Run is above the lanes and the picture below them: it comes into view when there is something to see. */
function showPictureWhenItStarts(): void {
  let busy = false;
  race.addEventListener('change', () => {
    if (race.racing && !busy) {
      const calm = matchMedia('(prefers-reduced-motion: reduce)').matches;
      panel.querySelector('figure')?.scrollIntoView({ block: 'nearest', behavior: calm ? 'auto' : 'smooth' });
    }
    busy = race.racing;
  });
}

/** The panel stays in view beside the text; where it is taller than the window, its lower end does, with the picture. */
function keepInView(): void {
  const place = () => panel.style.setProperty('--stick', `${Math.min(20, innerHeight - panel.offsetHeight - 20)}px`);
  new ResizeObserver(place).observe(panel);
  addEventListener('resize', place);
}
