// Where the files of an interpreter are, relative to the script that asks, with the hash of their content in the name; and how
// large they are, for progress. Vite copies them into the site.
import loader from 'pyodide/pyodide.mjs?url';
import module from 'pyodide/pyodide.asm.mjs?url';
import python from 'pyodide/pyodide.asm.wasm?url';
import library from 'pyodide/python_stdlib.zip?url';
import kernelsScript from '../../build/wasm/kernels.mjs?url';
import kernels from '../../build/wasm/kernels.wasm?url';
import extension from '../../build/wasm/_photofinish.so?url';
import bridge from '../../build/wasm/bridge.wasm?url';
import bridgeJS from '../../build/wasm/bridge_js.wasm?url';
import snapshot from '../../build/wasm/snapshot.bin?url';
import sources from '../../build/wasm/sources.json?url';
import sizes from '../../build/wasm/sizes.json';

export const urls = { loader, module, python, library, kernelsScript, kernels, extension, bridge, bridgeJS, snapshot, sources };
export { sizes };
