// Records races with all of their samples, in browsers or natively: the noise that src/stats is tried on.
//
//   make record            or: PLACES=firefox,webkit SECONDS=6 OUT=tests/stats-noise node tests/bench/record.ts; COND=quiet says how busy it was
//
// Twelve races in each place: for every job one of four equal lanes (same: 1), and one of two equal lanes beside two others. OUT/PLACE.json
// has the form of noise.json of the study that led to the method (src/stats/README.md); tests/bench/stats/recorded.py replays it.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { loadavg } from 'node:os';
import { serve } from '../../web/isolation/server.ts';
import { open, type PlaceName } from './places.ts';

const PLACES = (process.env.PLACES ?? 'firefox,webkit').split(',') as PlaceName[];
const SECONDS = Number(process.env.SECONDS ?? 6), OUT = process.env.OUT ?? 'tests/stats-noise';
const JOBS = ['str', 'sq', 'count', 'obj', 'sort', 'json'];
const program = readFileSync('tests/bench/record.py', 'utf8');

mkdirSync(OUT, { recursive: true });
const site = await serve('build/site', { headers: true });
for (const name of PLACES) {
  const place = await open(name, site);
  const races: object[] = [];
  try {
    for (const [index, job] of JOBS.entries()) {
      const next = JOBS[(index + 1) % JOBS.length], after = JOBS[(index + 2) % JOBS.length];
      for (const jobs of [[job, job, job, job], [job, job, next, after]]) {
        const load = loadavg()[0];
        const about = `env=${JSON.stringify(`${name} ${place.version}`)}, cond=${JSON.stringify(process.env.COND ?? 'as it was')}, load=${load.toFixed(2)}`;
        races.push(JSON.parse(await place.run(`${program}\n\nrecord(${JSON.stringify(jobs)}, ${SECONDS}, ${races.length + 1}, ${about})\n`)));
        console.log(`${name}: ${races.length} of ${2 * JOBS.length}`);
      }
    }
  } finally {
    await place.close();
  }
  const note = 'recorded sample times. t: per block, one time per lane, in units of unit_us microseconds; n: calls per sample of each lane; '
    + 'o: order of the lanes in each block, one letter = index A..X into the sorted permutations of 0123; lanes 0 and 1 run the same code, all four do when same=1';
  const file = `${OUT}/${name}.json`;
  writeFileSync(file, `{"note":${JSON.stringify(note)},"races":[\n${races.map((race) => JSON.stringify(race)).join(',\n')}\n]}\n`);
  console.log(file);
}
await site.close();
process.exit();
