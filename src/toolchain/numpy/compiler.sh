#!/bin/sh
# emcc as the compiler of side modules of Pyodide, for Meson:  compiler.sh emcc|em++ PARAMETERS...
#
#   -fPIC, -fwasm-exceptions, SUPPORT_LONGJMP=wasm    Pyodide's ABI
#   -O2, DEFAULT_TO_CXX=0    for Meson's checks, which link programs with -O0: emcc would first build libc++, and debugging variants
#                        of its libraries, for them, which takes longer than NumPy. Nothing else is linked as a program
#   -g0                  no debugging information, whatever else is asked
#   python-headers       of the target instead of this machine's, and last: CPython and NumPy both have a refcount.h
#   -shared              becomes a side module that exports only what the import system calls. All other exports would take
#                        room in the function table, and in another order in WebKit (keepIdentity in web/engine/boot.ts)
set -eu
compiler=$1; shift
project=$(cd "$(dirname "$0")/../../.." && pwd)

previous="" output="" product=program
for parameter do
  shift
  [ "$previous" = -o ] && output=$parameter
  previous=$parameter
  case $parameter in
    -I*/include/python3.14 | -O0) continue ;;
    -shared) product=module; continue ;;
    -c | -E | -S) product=object ;;
  esac
  set -- "$@" "$parameter"
done
case $product in
  module)
    name=${output##*/}; exports=_PyInit_${name%%.*}
    case $name in _multiarray_tests.*) exports=$exports,_forward_pointer ;; esac     # NumPy's tests of ctypes call it
    set -- "$@" -sSIDE_MODULE=2 "-sEXPORTED_FUNCTIONS=$exports" -Wl,--experimental-pic ;;
  program) compiler=emcc; set -- "$@" -sDEFAULT_TO_CXX=0 ;;
esac
exec "$compiler" -O2 -fPIC -fwasm-exceptions -sSUPPORT_LONGJMP=wasm -g0 "$@" "-I$project/build/wasm/python-headers"
