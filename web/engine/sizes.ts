// Writes how many bytes the page will load of each part of an interpreter, for progress:
//
//   node web/engine/sizes.ts WASM PYODIDE NUMPY TARGET
import { readdirSync, statSync, writeFileSync } from 'node:fs';

const [wasm, pyodide, numpy, target] = process.argv.slice(2);
const files: Record<string, string> = {
  python: `${pyodide}/pyodide.asm.wasm`, library: `${pyodide}/python_stdlib.zip`,
  kernels: `${wasm}/kernels.wasm`, extension: `${wasm}/_photofinish.so`, bridge: `${wasm}/bridge.wasm`, bridgeJS: `${wasm}/bridge_js.wasm`, ipc: `${wasm}/ipc.wasm`,
  snapshot: `${wasm}/snapshot.bin`, sources: `${wasm}/sources.json`,
  numpySnapshot: `${wasm}/snapshot-numpy.bin`, numpySources: `${numpy}/numpy-sources.bin`,
};
for (const file of readdirSync(`${numpy}/extensions`).sort()) files[file.replace(/\.wasm$/, '')] = `${numpy}/extensions/${file}`;
const sizes = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, statSync(file).size]));
writeFileSync(target, JSON.stringify(sizes, null, 2) + '\n');
