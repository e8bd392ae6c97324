// What a screen reader is told of a race: its start, its end with the result, once; errors. Not the progress, which would
// drown everything else.
import type { Race, Phase } from './race.ts';
import { pairOf } from './logic/facts.ts';
import { capital, equalSentence, verdictSentence } from './logic/sentences.ts';

export function announce(race: Race, region: HTMLElement): void {
  let before: Phase = race.phase;
  race.addEventListener('change', () => {
    if (race.phase === before) return;
    before = race.phase;
    const words = wordsFor(race);
    if (words) region.textContent = words;
  });
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
