"""The one change to NumPy's source: a floating-point status word in software.

    python3 fp_status.py NUMPY_SOURCE_FOLDER

WebAssembly has no floating-point status flags, and Emscripten's fenv.h does nothing. So what NumPy raises by itself, with
npy_set_floatstatus_*(), would be lost: LinAlgError('Singular matrix'), integer division by zero, overflow of float16.
Here the flags are kept in a word. It has to be the same word for all of NumPy's extension modules (_umath_linalg sets it,
_multiarray_umath reads it), which share no symbols with each other; so it is one of the interpreter's C library:
__optreset, which only getopt(3) uses, and CPython has a getopt of its own.
Flags that hardware would raise (1.0/0.0) still go unreported.
"""
import pathlib
import sys

INCLUDE = '#  include <fenv.h>\n'
SOFTWARE = '''#ifdef __EMSCRIPTEN__
extern int __optreset;
#define FE_DIVBYZERO 1
#define FE_OVERFLOW 2
#define FE_UNDERFLOW 4
#define FE_INVALID 8
#define fetestexcept(flags) (*(volatile int *)&__optreset & (flags))
#define feclearexcept(flags) (*(volatile int *)&__optreset &= ~(flags))
#define feraiseexcept(flags) (*(volatile int *)&__optreset |= (flags))
#endif
'''

path = pathlib.Path(sys.argv[1], 'numpy/_core/src/npymath/ieee754.c.src')
source = path.read_text()
assert source.count(INCLUDE) == 1, f'{path} is not as expected'
path.write_text(source.replace(INCLUDE, INCLUDE + SOFTWARE))
