// One group of NumPy's own tests in one interpreter, for run.ts: node tests/numpy/group.ts PYODIDE NUMPY GROUP
// The counts so far go to file descriptor 3, as lines of JSON; what pytest says to standard output.
import { globSync, readFileSync, statSync, writeSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { boot, SITE_PACKAGES, type Loader } from '../../web/engine/boot.ts';

const PROGRAM = `
import json, os, time
import pytest

class Counts:
    def __init__(self, tell):
        self.counts = dict(passed=0, failed=0, skipped=0, xfailed=0)
        self.tell, self.told = tell, 0.0

    def say(self, test):
        self.told = time.monotonic()
        self.tell(json.dumps({"counts": self.counts, "test": test}))

    def pytest_runtest_logstart(self, nodeid, location):
        if time.monotonic() - self.told > 2:
            self.say(nodeid)

    def pytest_runtest_logreport(self, report):
        if report.when == "call" or not report.passed:
            expected = hasattr(report, "wasxfail")
            self.counts["xfailed" if expected and report.skipped else report.outcome] += 1

    def pytest_collectreport(self, report):
        if report.failed:
            self.counts["failed"] += 1

    def pytest_sessionfinish(self):
        self.say("the end")

def run(folder, tell):
    return int(pytest.main(["-q", "--no-header", "--tb=short", "-rfE", "-p", "no:cacheprovider", "-m", "not slow", "--rootdir", os.path.dirname(folder), folder], plugins=[Counts(tell)]))
`;

const [folder, numpy, group] = process.argv.slice(2);
const at = (name: string) => pathToFileURL(resolve(folder, name)).href;
const loader: Loader = {
  loadPyodide: (await import(at('pyodide.mjs'))).loadPyodide,
  createPyodide: (await import(at('pyodide.asm.mjs'))).default,
};
const extensions = await Promise.all(globSync(`${numpy}/extensions/*.wasm`).map(async (file) =>
  ({ name: basename(file, '.wasm'), module: await WebAssembly.compile(readFileSync(file)) })));
const sources = JSON.parse(gunzipSync(readFileSync(`${numpy}/numpy-sources.bin`)).toString());
const pyodide = await boot({ indexURL: resolve(folder), extensions, sources }, loader);

// The tests, the extensions that they need, and pytest.
for (const root of [`${numpy}/tests`, `${numpy}/test-packages`]) {
  for (const name of globSync('**/*', { cwd: root })) {
    const file = resolve(root, name), target = SITE_PACKAGES + name;
    if (name.endsWith('.pyc') || !statSync(file).isFile()) continue;
    pyodide.FS.mkdirTree(target.slice(0, target.lastIndexOf('/')));
    pyodide.FS.writeFile(target, readFileSync(file));
  }
}
pyodide.runPython(PROGRAM);
const run = pyodide.runPython('run');
const code = run(`${SITE_PACKAGES}numpy/${group}`, (line: string) => { writeSync(3, line + '\n'); });
process.exit(code);
