// Runs NumPy's own tests, the fast ones as numpy.test() does, in the interpreter that the page has, under Node:
//
//   node tests/numpy/run.ts PYODIDE NUMPY GROUPS...         a group is a subpackage: linalg, _core, tests
//   LIMIT=3600 node tests/numpy/run.ts ...                  seconds that each group may take; default 2400
//
// Each group runs in a process of its own, as many at once as there are cores. What failed, and why, is in NUMPY/test-logs/GROUP.log.
import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { createInterface } from 'node:readline';

const [pyodide, numpy, ...groups] = process.argv.slice(2);
const limit = Number(process.env.LIMIT ?? 2400);
const logs = `${numpy}/test-logs`;
mkdirSync(logs, { recursive: true });

type Counts = Record<string, number>;
interface Told { counts: Counts; test: string }
interface Result { group: string; counts: Counts; seconds: number; trouble: string | null }

const words = (counts: Counts) => Object.entries(counts).filter(([, n]) => n).map(([what, n]) => `${n} ${what}`).join(', ') || 'nothing yet';

function runGroup(group: string): Promise<Result> {
  return new Promise((resolve) => {
    const since = performance.now(), seconds = () => (performance.now() - since) / 1000;
    const log = createWriteStream(`${logs}/${group}.log`);
    const child = spawn(process.execPath, [`${import.meta.dirname}/group.ts`, pyodide, numpy, group], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] });
    child.stdout!.pipe(log, { end: false });
    child.stderr!.pipe(log, { end: false });
    let last: Told = { counts: {}, test: 'before the first test' }, timedOut = false;
    createInterface({ input: child.stdio[3] as NodeJS.ReadableStream }).on('line', (line) => { last = JSON.parse(line); });
    const progress = setInterval(() => console.log(`  ${group} ${seconds().toFixed(0)} s: ${words(last.counts)}`), 10_000);
    const timer = setTimeout(() => { timedOut = true; child.kill('SIGKILL'); }, limit * 1000);
    child.on('close', (code) => {
      clearInterval(progress);
      clearTimeout(timer);
      log.end();
      const trouble = timedOut ? `time limit of ${limit} s, in ${last.test}` : code === 0 || last.counts.failed ? null : `it ended with code ${code}, in ${last.test}`;
      resolve({ group, counts: last.counts, seconds: seconds(), trouble });
    });
  });
}

const waiting = [...groups], results: Result[] = [];
await Promise.all(Array.from({ length: Math.min(availableParallelism(), groups.length) }, async () => {
  for (let group = waiting.shift(); group; group = waiting.shift()) {
    const result = await runGroup(group);
    results.push(result);
    // The form of pytest's last line, which tests/count.ts adds up. A group that did not come to its end has failed.
    const { passed = 0, failed = 0, ...others } = result.counts;
    console.log(`${words({ passed, failed: failed + (result.trouble ? 1 : 0), ...others })} in ${result.seconds.toFixed(1)}s: numpy.${group}${result.trouble ? ` (NOT WHOLE: ${result.trouble})` : ''}`);
  }
}));
process.exit(results.some(({ counts, trouble }) => trouble || counts.failed) ? 1 : 0);
