"""Puts NumPy, as Meson has installed it, into the form that the page loads:  python3.14 pack.py INSTALLED TARGET

INSTALLED/runtime and INSTALLED/tests    what runs, and what only NumPy's own tests need
TARGET/extensions/MODULE.wasm            a file per extension
TARGET/numpy-sources.bin                 {path below site-packages: text} of the Python modules, as JSON, compressed
TARGET/tests                             as it is, with the modules that the page does not get: tests want NumPy whole

The modules go as text: what most programs use is compiled in the snapshot already, and text is smaller than compiled code
(0.8 against 1.3 MB), shows its lines in tracebacks, and is written as the package photofinish is.
"""
import gzip
import json
import pathlib
import shutil
import sys

# What compiles Fortran, what other programs' installers ask, and what pytest asks.
LEFT_OUT = ('numpy/f2py/', 'numpy/_pyinstaller/', 'numpy/conftest.py')

installed, target = map(pathlib.Path, sys.argv[1:])
runtime, tests = installed / 'runtime', installed / 'tests'
extensions = target / 'extensions'
for folder in (extensions, target / 'tests'):
    shutil.rmtree(folder, ignore_errors=True)
extensions.mkdir()
shutil.copytree(tests, target / 'tests')

sources = {}
for path in sorted(runtime.rglob('*')):
    name = path.relative_to(runtime).as_posix()
    if not name.startswith('numpy/') or '/tests/' in name or not path.is_file():
        continue
    if name.startswith(LEFT_OUT):
        kept = target / 'tests' / name
        kept.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, kept)
    elif path.suffix == '.py':
        sources[name] = path.read_text(encoding='utf-8')
    elif path.suffix == '.so':
        module = name.split('.')[0].replace('/', '.')
        shutil.copyfile(path, extensions / f'{module}.wasm')

(target / 'numpy-sources.bin').write_bytes(gzip.compress(json.dumps(sources, ensure_ascii=False).encode(), mtime=0))
