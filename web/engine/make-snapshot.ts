// Makes a memory snapshot that interpreters of one variant start from, at build time, under Node.
//
//   node web/engine/make-snapshot.ts PYODIDE_FOLDER SNAPSHOT FILES...
//
// FILES are what the variant's interpreters get: extensions by their names (_photofinish.so, numpy._core._multiarray_umath.wasm)
// and Python sources (.json; .bin where compressed). With NumPy among them, the snapshot holds it imported.
// The snapshot is written gzip-compressed (browsers unpack that by themselves, on any host, whatever its MIME types).
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { basename, extname, resolve } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { boot } from './boot.ts';
import type { Loader } from './boot.ts';
import type { Extension } from '../protocol.ts';

const [folder, target, ...files] = process.argv.slice(2);
const extensions: Extension[] = [];
const sources: Record<string, string> = {};
for (const file of files) {
  const bytes = await readFile(file), kind = extname(file);
  if (kind === '.json') Object.assign(sources, JSON.parse(bytes.toString()));
  else if (kind === '.bin') Object.assign(sources, JSON.parse(gunzipSync(bytes).toString()));
  else extensions.push({ name: basename(file, kind), module: await WebAssembly.compile(bytes) });
}

const at = (name: string) => pathToFileURL(resolve(folder, name)).href;
const loader: Loader = {
  loadPyodide: (await import(at('pyodide.mjs'))).loadPyodide,
  createPyodide: (await import(at('pyodide.asm.mjs'))).default,
};
const pyodide = await boot({ indexURL: resolve(folder), extensions, sources }, loader, true);
// No value may stay behind in JavaScript: a snapshot that holds a proxy cannot be restored.
pyodide.runPython('from photofinish.threads.install import install; install(); del install');     // before what uses locks is imported
pyodide.runPython('from photofinish.processes.install import install; install(); del install');
pyodide.runPython('import photofinish.page; photofinish.page.warm(); del photofinish');
if ('numpy/__init__.py' in sources) pyodide.runPython('import numpy, numpy.fft, numpy.linalg, numpy.random; del numpy');
const snapshot = pyodide.makeMemorySnapshot();
await writeFile(target, gzipSync(snapshot, { level: 9 }));
console.log(`${basename(target)}: ${(snapshot.length / 2 ** 20).toFixed(1)} MiB`);
process.exit(0);   // Pyodide keeps the process alive
