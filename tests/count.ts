// Runs a test command, shows what it prints, and ends with one line: "NAME: N passed, N failed[, N skipped]".
//
//   node tests/count.ts NAME -- COMMAND...     counts what cmocka, pytest, Vitest and node:test say at their ends
//   node tests/count.ts --sum -- COMMAND...    adds up the lines of the first form; its own line has no name
//
// Exit code 1 when a test failed, when the command failed without saying which, and when no test ran at all.
import { spawn } from 'node:child_process';

type Count = 'passed' | 'failed' | 'skipped';
const counts: Record<Count, number> = { passed: 0, failed: 0, skipped: 0 };

const [name, , command, ...parameters] = process.argv.slice(2);
const sum = name === '--sum';

const RUNNERS: [RegExp, Count][] = [
  [/^\[  PASSED  \] (\d+) test/, 'passed'], [/^\[  FAILED  \] .*?(\d+) test\(s\)/, 'failed'], [/^\[  SKIPPED \] (\d+) test/, 'skipped'],
  [/^(?:ℹ|#) cancelled (\d+)/, 'failed'],
  [/^(?:ℹ|#) pass (\d+)/, 'passed'], [/^(?:ℹ|#) fail (\d+)/, 'failed'], [/^(?:ℹ|#) skipped (\d+)/, 'skipped'],
];
const SUMMARIES = [/^=+ .* in [\d.]+s.* =+$/, /^\d+ (?:passed|failed|skipped).* in [\d.]+s/, /^ *Tests  /];     // pytest, pytest -q, Vitest
const PART = /^[\w-]+: \d+ passed, \d+ failed/;

function count(line: string): void {
  const text = line.replace(/\x1b\[[\d;]*m/g, '');
  if (sum ? PART.test(text) : SUMMARIES.some((pattern) => pattern.test(text))) {
    for (const [, number, what] of text.matchAll(/(\d+) (passed|failed|skipped|errors?)/g)) {
      counts[what.startsWith('error') ? 'failed' : what as Count] += Number(number);
    }
  } else if (!sum) {
    for (const [pattern, what] of RUNNERS) {
      const match = pattern.exec(text);
      if (match) counts[what] += Number(match[1]);
    }
  }
}

const child = spawn(command, parameters, { stdio: ['inherit', 'pipe', 'pipe'] });
for (const stream of [child.stdout, child.stderr]) {
  let rest = '';
  stream.setEncoding('utf8').on('data', (text: string) => {
    process.stdout.write(text);
    const lines = (rest + text).split('\n');
    rest = lines.pop()!;
    lines.forEach(count);
  }).on('end', () => count(rest));
}

child.on('close', (code) => {
  const { passed, failed, skipped } = counts;
  const silent = code !== 0 && failed === 0;                 // it broke before it could count
  const nothing = code === 0 && passed + failed === 0;
  if (silent || nothing) {
    counts.failed++;
    console.log(nothing ? `${name}: no test ran` : `${name}: '${command}' ended with code ${code}`);
  }
  console.log(`${sum ? '' : `${name}: `}${passed} passed, ${counts.failed} failed${skipped ? `, ${skipped} skipped` : ''}`);
  process.exitCode = counts.failed ? 1 : 0;
});
