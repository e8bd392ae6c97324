"""Puts NumPy, as Meson has installed it, into the form that the page loads:  python3.14 pack.py INSTALLED TARGET

INSTALLED/runtime and INSTALLED/tests    what runs, and what only NumPy's own tests need
TARGET/extensions/MODULE.wasm            a file per extension
TARGET/numpy-sources.bin                 {path below site-packages: text} of the Python modules, as JSON, compressed
TARGET/tests                             as it is

The modules go as text: what most programs use is compiled in the snapshot already, and text is smaller than compiled code
(0.8 against 1.3 MB), shows its lines in tracebacks, and is written as the package photofinish is.
"""
import gzip
import json
import pathlib
import shutil
import sys

# What compiles Fortran, and what other programs' installers ask.
LEFT_OUT = ('numpy/f2py/', 'numpy/_pyinstaller/')

installed, target = map(pathlib.Path, sys.argv[1:])
runtime, tests = installed / 'runtime', installed / 'tests'
extensions = target / 'extensions'
for folder in (extensions, target / 'tests'):
    shutil.rmtree(folder, ignore_errors=True)
extensions.mkdir()

sources = {}
for path in sorted(runtime.rglob('*')):
    name = path.relative_to(runtime).as_posix()
    if not name.startswith('numpy/') or name.startswith(LEFT_OUT) or '/tests/' in name:
        continue
    if path.suffix == '.py':
        sources[name] = path.read_text(encoding='utf-8')
    elif path.suffix == '.so':
        module = name.split('.')[0].replace('/', '.')
        shutil.copyfile(path, extensions / f'{module}.wasm')

(target / 'numpy-sources.bin').write_bytes(gzip.compress(json.dumps(sources, ensure_ascii=False).encode(), mtime=0))
shutil.copytree(tests, target / 'tests')
