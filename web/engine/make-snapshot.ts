// Makes the memory snapshot that every interpreter starts from, at build time, under Node.
//
//   node web/engine/make-snapshot.ts PYODIDE_FOLDER EXTENSION SOURCES.json SNAPSHOT
//
// The snapshot is written gzip-compressed (browsers unpack that by themselves, on any host, whatever its MIME types).
import { readFile, writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';
import { gzipSync } from 'node:zlib';
import { boot } from './boot.ts';
import type { Loader } from './boot.ts';

const [folder, extension, sources, target] = process.argv.slice(2);
const at = (name: string) => pathToFileURL(resolve(folder, name)).href;
const loader: Loader = {
  loadPyodide: (await import(at('pyodide.mjs'))).loadPyodide,
  createPyodide: (await import(at('pyodide.asm.mjs'))).default,
};
const pyodide = await boot({
  indexURL: resolve(folder),
  extension: await WebAssembly.compile(await readFile(extension)),
  sources: JSON.parse(await readFile(sources, 'utf8')),
}, loader, true);
// No value may stay behind in JavaScript: a snapshot that holds a proxy cannot be restored.
pyodide.runPython('import photofinish.page; photofinish.page.warm(); del photofinish');
const snapshot = pyodide.makeMemorySnapshot();
await writeFile(target, gzipSync(snapshot, { level: 9 }));
console.log(`snapshot: ${(snapshot.length / 2 ** 20).toFixed(1)} MiB`);
process.exit(0);   // Pyodide keeps the process alive
