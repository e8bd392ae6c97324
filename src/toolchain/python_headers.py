"""CPython 3.14's headers for the interpreter in the page: the machine's own, with Pyodide's pyconfig.h in place of the machine's.

    src/toolchain/run python3.14 src/toolchain/python_headers.py PYTHON_STDLIB_ZIP FOLDER

Pyodide's npm package has no headers, but its standard library holds what configure found on its side
(_sysconfigdata__emscripten_wasm32-emscripten.py). That mixes pyconfig.h with the Makefile's variables; the machine's own
pyconfig.h says which names belong to pyconfig.h.
"""
import pathlib
import re
import shutil
import sys
import sysconfig
import zipfile

TARGET = '_sysconfigdata__emscripten_wasm32-emscripten.py'
# sysconfig leaves out names that begin with an underscore: those that configure defines for every target and headers look at.
UNDERSCORED = ('_GNU_SOURCE 1', '_ALL_SOURCE 1', '__EXTENSIONS__ 1', '_FILE_OFFSET_BITS 64', '_LARGEFILE_SOURCE 1')
# Emscripten's stack grows down; configure says so under an underscored name as well.
UNDERSCORED += ('_Py_STACK_GROWS_DOWN 1',)


def configured_names(header: str) -> list[str]:
    """The names that a pyconfig.h may define, in its order."""
    names = re.findall(r'^(?:\s*#\s*define\s+(\w+)|/\* #undef (\w+) \*/)', header, re.MULTILINE)
    return list(dict.fromkeys(a or b for a, b in names if 'Py_PYCONFIG_H' not in (a, b)))


def machine_header() -> str:
    """This machine's pyconfig.h; Debian's is a switch that includes the real one of the processor."""
    path = pathlib.Path(sysconfig.get_config_h_filename())
    real = path.parent.parent / (sysconfig.get_config_var('MULTIARCH') or '') / path.parent.name / path.name
    return (real if real.exists() else path).read_text()


def pyconfig(names: list[str], values: dict) -> str:
    """pyconfig.h with the target's values; 0 and '' were #undef'd, except where a size or a declaration is counted."""
    lines = ['#ifndef Py_PYCONFIG_H', '#define Py_PYCONFIG_H']
    for name in names:
        if name not in values:
            continue
        value = values[name]
        counted = name.startswith(('SIZEOF_', 'ALIGNOF_', 'HAVE_DECL_'))
        defined = value != '' and (value != 0 or counted)
        lines.append(f'#define {name} {value}' if defined else f'/* #undef {name} */')
    lines += [f'#define {line}' for line in UNDERSCORED]
    return '\n'.join(lines + ['#endif', ''])


def main(library: str, folder: str) -> None:
    namespace: dict = {}
    exec(zipfile.ZipFile(library).read(TARGET).decode(), namespace)
    values = namespace['build_time_vars']
    assert values['SIZEOF_LONG'] == 4 and values['SIZEOF_VOID_P'] == 4, 'not a 32-bit WebAssembly target'

    target = pathlib.Path(folder)
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(sysconfig.get_path('include'), target)
    (target / 'pyconfig.h').write_text(pyconfig(configured_names(machine_header()), values))


if __name__ == '__main__':
    main(*sys.argv[1:])
