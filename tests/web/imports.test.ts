// Which modules a program imports: sh tests/web/run.sh imports
import { describe, expect, test } from 'vitest';
import { importedModules, needs, wantsProcesses } from '../../web/engine/imports.ts';

describe('imported modules', () => {
  test.each([
    ['import numpy', ['numpy']],
    ['import numpy as np', ['numpy']],
    ['import os, numpy as np, json.decoder', ['os', 'numpy', 'json']],
    ['from numpy import array', ['numpy']],
    ['from numpy.linalg import (\n    solve,\n    inv,\n)', ['numpy']],
    ['from  numpy.random\timport *', ['numpy']],
    ['def f():\n    import numpy.fft\n', ['numpy']],
    ['if True: import numpy', ['numpy']],
    ['try: import numpy\nexcept ImportError: pass', ['numpy']],
    ['x = 1; import numpy; y = 2', ['numpy']],
    ['import os, \\\n  numpy', ['os', 'numpy']],
    ['x = "a"; import numpy', ['numpy']],
    ['import numpy  # arrays', ['numpy']],
    ['import numpy\r\nprint(1)\r\n', ['numpy']],
    ['# %% lane idiom: "a quote\nimport numpy', ['numpy']],
    ["x = 'it\\'s'\nimport numpy", ['numpy']],
  ])('%j', (source, names) => expect([...importedModules(source)]).toEqual(names));

  test.each([
    '# import numpy',
    'x = 1  # from numpy import array',
    '"""\nimport numpy\n"""',
    "'''doc: \\''' \nimport numpy\n'''",
    'print("import numpy")',
    "print('a'); print(\"\"\"b\nimport numpy\"\"\")",
    'important = numpy',
    'from . import numpy',
    'import_numpy = 1',
    '',
  ])('none in %j', (source) => expect([...importedModules(source)]).toEqual([]));

  test('names that only begin alike are others', () => {
    expect([...importedModules('import numpydoc\nfrom numpy_financial import npv')]).toEqual(['numpydoc', 'numpy_financial']);
  });

  test('half a program is no trouble', () => {
    for (const source of ['import', 'from', 'import ,', 'x = "import numpy', "'''import numpy", 'import numpy, (']) expect(() => importedModules(source)).not.toThrow();
  });
});

describe('what a program needs', () => {
  const files = Object.entries({
    'helper.py': 'import deeper', 'deeper.py': 'import helper\nimport numpy', 'package/__init__.py': 'from numpy import pi', 'numpy.txt': '', 'other.py': 'import os',
  }).map(([path, text]) => [path, new TextEncoder().encode(text)] as [string, Uint8Array]);

  test.each([
    ['import numpy', true], ['import helper', true], ['from package import pi', true], ['import other', false], ['print(1)', false], ['import missing', false],
  ])('%j: %s', (source, answer) => expect(needs('numpy', source, files)).toBe(answer));
});

describe('programs that want processes', () => {
  const files: [string, Uint8Array][] = [['work.py', new TextEncoder().encode('from multiprocessing import Pool')]];

  test.each([
    ['import multiprocessing as mp', true],
    ['from multiprocessing.pool import Pool', true],
    ['from concurrent.futures import ProcessPoolExecutor', true],
    ['import concurrent.futures\nwith concurrent.futures.ProcessPoolExecutor() as pool: pass', true],
    ['import work', true],
    ['from concurrent.futures import ThreadPoolExecutor', false],
    ['from concurrent.futures import ThreadPoolExecutor  # not ProcessPoolExecutor', false],
    ['ProcessPoolExecutor = None', false],
    ['import threading', false],
    ['import other', false],
  ])('%j: %s', (source, answer) => expect(wantsProcesses(source, files)).toBe(answer));
});
