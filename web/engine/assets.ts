// Where the files of an interpreter are, relative to the script that asks, with the hash of their content in the name; and how
// large they are, for progress. Vite copies them into the site. NumPy's extensions go by the names that Python imports.
import loader from 'pyodide/pyodide.mjs?url';
import module from 'pyodide/pyodide.asm.mjs?url';
import python from 'pyodide/pyodide.asm.wasm?url';
import library from 'pyodide/python_stdlib.zip?url';
import kernelsScript from '../../build/wasm/kernels.mjs?url';
import kernels from '../../build/wasm/kernels.wasm?url';
import extension from '../../build/wasm/_photofinish.so?url';
import bridge from '../../build/wasm/bridge.wasm?url';
import bridgeJS from '../../build/wasm/bridge_js.wasm?url';
import ipc from '../../build/wasm/ipc.wasm?url';
import snapshot from '../../build/wasm/snapshot.bin?url';
import sources from '../../build/wasm/sources.json?url';
import numpySnapshot from '../../build/wasm/snapshot-numpy.bin?url';
import numpySources from '../../build/numpy/numpy-sources.bin?url';
import sizesOfFiles from '../../build/wasm/sizes.json';

const own = { loader, module, python, library, kernelsScript, kernels, extension, bridge, bridgeJS, ipc, snapshot, sources, numpySnapshot, numpySources };
const found = import.meta.glob<string>('../../build/numpy/extensions/*.wasm', { query: '?url', import: 'default', eager: true });
const numpy = Object.fromEntries(Object.entries(found).map(([path, url]) => [path.slice(path.lastIndexOf('/') + 1, -'.wasm'.length), url]));

export type NumPyExtension = `numpy.${string}`;
export const urls: Record<keyof typeof own | NumPyExtension, string> = { ...own, ...numpy };
export const numpyExtensions = Object.keys(numpy) as NumPyExtension[];
/** What is loaded here; the rest by those who import it. */
export type File = Exclude<keyof typeof own, 'loader' | 'module' | 'kernelsScript'> | NumPyExtension;
export const sizes: Record<File, number> = sizesOfFiles;
