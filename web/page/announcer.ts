// What a screen reader is told of a race, of a sweep, of repeated runs: start, end with the result, once; errors. Not the
// progress, which would drown everything else.
import type { Race } from './race.ts';
import type { Study } from './study.ts';
import { pairOf } from './logic/facts.ts';
import { sweepWords } from './logic/growth.ts';
import { runsSentence } from './logic/runs.ts';
import { capital, equalSentence, verdictSentence } from './logic/sentences.ts';

export function announce(race: Race, region: HTMLElement): void {
  tellChanges(race, region, () => race.phase, () => wordsFor(race));
  tellChanges(race, region, () => race.sweep.phase, () => studyWords(race.sweep, 'sweep', () => sweepWords(race.sweep.report!, race.sweep.shown)));
  tellChanges(race, region, () => race.runs.phase, () => studyWords(race.runs, 'repetition', () => runWords(race)));
}

function tellChanges<P>(race: Race, region: HTMLElement, phase: () => P, words: () => string): void {
  let before = phase();
  race.addEventListener('change', () => {
    if (phase() === before) return;
    before = phase();
    region.textContent = words() || region.textContent;
  });
}

function studyWords(study: Study<unknown>, what: string, done: () => string): string {
  switch (study.phase) {
    case 'running': return `The ${what} is running; it takes a while.`;
    case 'stopped': return 'Stopped.';
    case 'error': return `The ${what} could not run. ${study.message}`;
    case 'done': return done();
    case 'idle': return '';
  }
}

function runWords({ runs }: Race): string {
  const lane = (id: string) => runs.lanes.find((other) => other.id === id)?.name ?? id;
  return runs.report!.comparisons.map((found) => runsSentence(found, lane(found.lane))).join(' ');
}

function wordsFor(race: Race): string {
  switch (race.phase) {
    case 'loading': return 'Python is loading. The race starts when it is there.';
    case 'running': return 'The race is running.';
    case 'stopped': return 'Stopped.';
    case 'error': return `The race could not run. ${race.message}`;
    case 'done': return doneWords(race);
    case 'idle': return '';
  }
}

function doneWords(race: Race): string {
  const { facts, report } = race;
  if (!facts || !report) return 'The race is over.';
  const pair = pairOf(facts, race.lesson.predict);
  const failed = facts.lanes.filter((lane) => lane.error !== null && !lane.unavailable).map((lane) => `${lane.title} did not run.`);
  const verdict = report.equal && pair ? verdictSentence(pair) : '';
  return [verdict, `${capital(equalSentence(report.equal, report.value, facts.lanes))}.`, ...failed].filter(Boolean).join(' ');
}
