// Runs the fuzzer, as `make fuzz` does: node tests/c/fuzz/run.ts PROGRAM ARGUMENTS... RECORD=1 writes how long it ran and what it
// found into web/render/docs/measured/fuzz.json, which docs/kernels/ shows.
import { spawn } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { record } from '../../bench/report.ts';

const [program, ...given] = process.argv.slice(2);
const corpus = given.at(-1)!;
const child = spawn(program, given, { stdio: ['ignore', 'inherit', 'pipe'] });
let said = '';
child.stderr.on('data', (bytes: Buffer) => { process.stderr.write(bytes); said = (said + bytes).slice(-100_000); });
const code = await new Promise<number>((resolve) => child.on('close', (code) => resolve(code ?? 1)));
const done = /Done (\d+) runs in (\d+) second/.exec(said);
if (process.env.RECORD) {
  if (code === 0 && !done) throw new Error('the fuzzer did not say how long it ran');
  record('fuzz', {}, [
    ['time', done ? `${done[2]} s` : 'ended by a finding'],
    ['inputs', done ? Number(done[1]).toLocaleString('en') : ''],
    ['inputs kept for their coverage', readdirSync(corpus).length.toLocaleString('en')],
    ['findings', code === 0 ? '0' : '1'],
  ]);
}
process.exit(code);
