// The C statistics and fits on noise whose truth is known: recorded races resampled, and simulations (tests/bench/stats/*.py). No
// clock is involved, so a busy machine changes no figure.
//
//   make bench-stats        RACES=500 for every kind of noise and truth, FITS=2000, NOISE="more.json recordings.json", QUICK=1
import { execFileSync } from 'node:child_process';
import { report, type Row } from './report.ts';

interface Share { kind: string; what: string; count: number; of: number; percent: number; goal: 'at most' | 'at least'; against: number }
interface Growth { state: string; model: string; right: number; wrong: number; 'cannot tell': number; none: number }

const quick = Boolean(process.env.QUICK);
const races = process.env.RACES ?? (quick ? '40' : '500'), fits = process.env.FITS ?? (quick ? '400' : '2000');
const extra = (process.env.NOISE ?? '').split(' ').filter(Boolean);
const { rows, growth, python, numpy }: { rows: Share[]; growth: Growth[]; python: string; numpy: string } = JSON.parse(execFileSync(
  'build/venv/bin/python', ['tests/bench/stats/main.py', races, fits, ...extra],
  { encoding: 'utf8', env: { ...process.env, PYTHONPATH: 'src/python:build/native/python' }, maxBuffer: 1e8, stdio: ['ignore', 'pipe', 'inherit'] }));

const told = rows.map(({ kind, what, count, of, percent, goal, against }): Row => ({
  what: `${kind}: ${what} (${count} of ${of})`, ours: percent, theirs: against, unit: '%', ratio: percent / against,
  goal: `${goal === 'at most' ? '<=' : '>='} ${against} %`, met: goal === 'at most' ? percent <= against : percent >= against,
}));
report('stats', { ours: 'measured', theirs: 'goal' }, told, {
  part: Number(races) < 500 || Number(fits) < 2000,
  where: { python, numpy, races, fits },
  table: {
    columns: ['growth, times', 'truth', 'right', 'wrong', 'cannot tell', 'none'],
    rows: growth.map((row) => [row.state, row.model, ...([row.right, row.wrong, row['cannot tell'], row.none].map((percent) => `${percent.toFixed(1)} %`))]),
  },
});
console.log('\nGrowth, in %: told rightly / wrongly / not / as none of the five');
for (const { state, model, right, wrong, none, ...rest } of growth) {
  console.log(`  ${state.padEnd(13)} ${model.padEnd(11)} ${[right, wrong, rest['cannot tell'], none].map((percent) => percent.toFixed(1).padStart(6)).join(' /')}`);
}
