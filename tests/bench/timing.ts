// What the measuring is worth: races whose right answer is known, by the hundred, in every browser and natively.
//
//   make bench-timing      or: NEIGHBOUR=1 BROWSERS=firefox,native RACES=50 make bench-timing; QUICK=1 for a look; RESUME=1
//
// BROWSERS    (PLACES, without make) chromium, firefox, webkit, native; default all four        RACES   in each of them, default 200; pairs of the same lanes
// NEIGHBOUR=1 a process keeps one core busy meanwhile; the report is then timing-neighbour. NEIGHBOUR_CPU=1: always that core (taskset)
// RESUME=1    goes on with what an interrupted run of the same plan left in build/bench/timing; every race is written there as it ends
// QUICK=1     12 races each                                              SEED    of the plan
//
// The lanes are those of src/python/photofinish/selftest.py, the race is the engine's own with its default budget.
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { serve } from '../../web/isolation/server.ts';
import { figures, remarks, type Found, type Outcome } from './timing-figures.ts';
import { open, python, type Place, type PlaceName, type Raced } from './places.ts';
import { atMost, median, report, type Row } from './report.ts';

const PLACES = (process.env.PLACES ?? 'chromium,firefox,webkit,native').split(',') as PlaceName[];
const QUICK = process.env.QUICK === '1', NEIGHBOUR = process.env.NEIGHBOUR === '1', NEIGHBOUR_CPU = process.env.NEIGHBOUR_CPU, RESUME = process.env.RESUME === '1';
const RACES = Number(process.env.RACES ?? (QUICK ? 12 : 200)), SEED = Number(process.env.SEED ?? 1);
const ANSWERS = QUICK ? 2 : 5;                // races of a lesson, to see how soon something is said
const LESSON = 'join-strings', LESSON_LANES = 4;
const folder = 'build/bench/timing';

interface Planned { job: string; pair: number; source: string; baseline: string; copy: string; units: Record<string, number>; seed: number }

mkdirSync(folder, { recursive: true });
const planText = await python(['-m', 'photofinish.selftest', String(RACES), String(SEED)]);
const plan = JSON.parse(planText) as Planned[];
const planName = createHash('sha256').update(planText).digest('hex').slice(0, 12);
const site = await serve('build/site', { headers: true });
const rows: Row[] = [], versions: Record<string, string> = {};

for (const name of PLACES) {
  const neighbour = NEIGHBOUR ? startNeighbour() : null;
  try {
    const place = await open(name, site);
    try {
      versions[name] = place.version;
      const outcomes = await runAll(place);
      const label = `${name}${NEIGHBOUR ? ', neighbour' : ''}`;
      console.log(`\n${name} ${place.version}${NEIGHBOUR ? ', with a neighbour on one core' : ''}: ${outcomes.length} races`);
      for (const line of remarks(outcomes)) console.log(line);
      rows.push(...figures(label, outcomes), ...await answers(place, label));
    } finally {
      await place.close();
    }
  } catch (error) {
    console.error(`\n${name}: ${(error as Error).message}\nIts races so far are in ${folder}; RESUME=1 goes on with them.`);      // the other places are told all the same
    process.exitCode = 1;
  } finally {
    neighbour?.kill();
  }
}
await site.close();
console.log();
report(NEIGHBOUR ? 'timing-neighbour' : 'timing', { ours: 'measured', theirs: 'goal' }, rows,
  { where: { ...versions, races: RACES, plan: planName, neighbour: NEIGHBOUR && (NEIGHBOUR_CPU ? `cpu ${NEIGHBOUR_CPU}` : true) }, part: QUICK });
process.exit();

// ------------------------------------------------------------------------------------------------ races

async function runAll(place: Place): Promise<Outcome[]> {
  const file = `${folder}/${place.name}${NEIGHBOUR ? '-neighbour' : ''}-${planName}.jsonl`;
  const done: Outcome[] = RESUME && existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean).map((line) => JSON.parse(line)) : [];
  if (!done.length) writeFileSync(file, '');
  else console.log(`${place.name}: ${done.length} of ${plan.length} races are there already`);
  const first = done.length, since = performance.now();
  for (const [index, race] of plan.entries()) {
    if (index < first) continue;
    const outcome = outcomeOf(place.name, race, await place.race({ source: race.source }, { seed: race.seed }));
    done.push(outcome);
    appendFileSync(file, JSON.stringify(outcome) + '\n');
    progress(place.name, done, index + 1, (performance.now() - since) / 1000 / (index + 1 - first));
  }
  return done;
}

function outcomeOf(place: string, race: Planned, { report, whole }: Raced): Outcome {
  const failed = report.lanes.find((lane) => lane.error);
  if (failed || !report.equal) throw new Error(`${place}, ${race.job}: ${failed?.error ?? report.notes.join(' ')}`);
  const found = Object.fromEntries(report.comparisons.map(({ lane, ratio, low, high, verdict, flags }): [string, Found] =>
    [lane, { work: race.units[lane] / race.units[race.baseline], ratio, low, high, verdict, flags }]));
  return { place, job: race.job, pair: race.pair, seconds: report.seconds, whole, found };
}

function progress(name: string, done: Outcome[], count: number, secondsEach: number): void {
  const left = (plan.length - count) * secondsEach, text = `${name}: ${count} of ${plan.length} races, ${secondsEach.toFixed(1)} s each, ${Math.ceil(left / 60)} min left`;
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}${count === plan.length ? '\n' : ''}`);
  else if (count % 10 === 0 || count === plan.length) console.log(text);
}

// ------------------------------------------------------------------------------------------------ how soon

/** A race of four lanes of a lesson, with the engine at rest before: until something is said, and until all is. */
async function answers(place: Place, label: string): Promise<Row[]> {
  const source = fourLanes(readFileSync(`lessons/${LESSON}/lanes.py`, 'utf8'));
  const firsts: number[] = [], wholes: number[] = [];
  for (let turn = 0; turn < ANSWERS; turn++) {
    if (place.name !== 'native') await new Promise((resolve) => setTimeout(resolve, 2500));        // the spare interpreter has booted
    const { first, whole } = await place.race({ source });
    if (first !== null) firsts.push(first);
    wholes.push(whole);
  }
  return [
    ...(firsts.length ? [within(`${label}: first answer, four lanes, ready engine (median of ${firsts.length})`, median(firsts), 1.5)] : []),
    within(`${label}: the whole race, four lanes (slowest of ${wholes.length})`, Math.max(...wholes), 11),
  ];
}

function within(what: string, seconds: number, goal: number): Row {
  return { ...atMost(what, seconds, goal, 's', 1), goal: `<= ${goal} s` };
}

/** The file without what comes after its fourth lane. */
function fourLanes(source: string): string {
  const at = [...source.matchAll(/^# %% lane/gm)][LESSON_LANES]?.index;
  return at === undefined ? source : source.slice(0, at);
}

// ------------------------------------------------------------------------------------------------ the neighbour

/** Keeps one core busy until it is ended, or this process has gone. */
function startNeighbour(): ChildProcess {
  const busy = 'const parent = process.ppid; (function spin() { const until = Date.now() + 250; while (Date.now() < until); if (process.ppid === parent) setImmediate(spin); })();';
  const command = [...(NEIGHBOUR_CPU ? ['taskset', '-c', NEIGHBOUR_CPU] : []), process.execPath, '-e', busy];
  const child = spawn(command[0], command.slice(1), { stdio: 'ignore' });
  process.once('exit', () => child.kill());
  return child;
}
