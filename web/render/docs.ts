// The pages of docs/: written ones (docs/*.md) and those made of the sources, the recordings and the build.
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { apiHtml, readApi } from './api.ts';
import { familyHtml, kernelsHtml, readClaims, readKernels, type Facts } from './kernels.ts';
import { benchmarksHtml, readRecordings } from './measured.ts';
import { docsPage, type DocsPage, type Tools } from './pages.ts';

const WRITTEN: DocsPage[] = [
  { folder: '', title: 'How it measures', description: 'How the races of Photo Finish are timed, compared and judged.', file: 'how-it-measures.md' },
  { folder: 'engine/', title: 'The engine', description: 'photofinish.mjs: Python programs and races in your own page.', file: 'engine.md' },
  { folder: 'command-line/', title: 'The command line', description: 'python3 -m photofinish: the same races natively, references, checks.', file: 'command-line.md', wide: true },
];
const BENCHMARKS: DocsPage = { folder: 'benchmarks/', title: 'Benchmarks', description: 'Every kernel as WebAssembly and natively, on one core and on all, against Python and NumPy.', wide: true };
const KERNELS: DocsPage = { folder: 'kernels/', title: 'Kernels', description: 'The C kernels: ideas, worked examples, proof and size.' };
const API: DocsPage = { folder: 'kernels-python/', title: 'Kernels from Python', description: 'photofinish.kernels: every function with its types, errors and algorithm.' };
export const DOCS = [...WRITTEN, BENCHMARKS, KERNELS, API];

/** Every page of docs/ by its path in the site. `root`: the project's folder, in which the kernels and the extension are built. */
export function docsPages(root: string, tools: Tools): Map<string, string> {
  const own = join(root, 'web/render/docs');
  const recordings = readRecordings(join(own, 'measured'));
  const kernels = readKernels(root), claims = readClaims(root);
  const reasons = new Map(kernels.families.flatMap((family) => [...family.reasons]));
  const families = new Map(kernels.list.map((kernel) => [kernel.name, kernel.family]));
  const links = {
    link: (kernel: string) => (families.get(kernel) ? `../kernels/${families.get(kernel)}/index.html` : null),
    reason: (kernel: string) => reasons.get(kernel) ?? null,
  };
  const measured = recordings.filter(({ name }) => name !== 'fuzz');
  const pages = new Map<string, string>();
  const put = (page: DocsPage, html: string) => pages.set(`docs/${page.folder}index.html`, docsPage(page, html, DOCS, tools));

  for (const page of WRITTEN) put(page, tools.markdown(readFileSync(join(own, page.file!), 'utf8')));
  put(BENCHMARKS, benchmarksHtml(measured, links, tools.markdown));
  put(KERNELS, kernelsHtml(kernels, claims, readFacts(root, recordings.find(({ name }) => name === 'fuzz')), tools.markdown));
  for (const family of kernels.families) {
    put({ folder: `kernels/${family.name}/`, title: family.title, description: `The kernels of src/kernels/${family.name}.` }, familyHtml(family, kernels, tools.markdown));
  }
  put(API, apiHtml(readApi(join(root, 'build/native/kernels-python.json')), kernels.families.map(({ name }) => name), tools.highlight));
  return pages;
}

function readFacts(root: string, fuzz: Facts['fuzz']): Facts {
  const cTests = readdirSync(join(root, 'tests/c')).filter((file) => /^test_.*\.c$/.test(file));
  const builds = /^C_BUILDS := (.*)$/m.exec(readFileSync(join(root, 'Makefile'), 'utf8'))?.[1].trim().split(' ') ?? [];
  return { wasm: readFileSync(join(root, 'build/wasm/kernels.wasm')), cTests, builds: [...builds, 'wasm'], fuzz };
}
