#!/bin/sh
# Builds NumPy for the interpreter in the page, from its source on PyPI, into build/numpy:
#
#   sh src/toolchain/numpy/build.sh
#
#   extensions/MODULE.wasm   its C extensions, as side modules of Pyodide. Named .wasm: hosts know that type, and compress it
#   numpy-sources.bin        its Python modules (pack.py says how)
#   tests/                   its own tests, and the extensions and headers that only they need
#
# Takes about 4 minutes on 2 cores. What was built from the same recipe is left as it is: .recipe holds what it was built from.
# Where one of these files is edited, all is built anew.
set -eu
project=$(cd "$(dirname "$0")/../../.." && pwd)
here=$project/src/toolchain/numpy
run=$project/src/toolchain/run
numpy=$project/build/numpy
pyodide=$project/build/node_modules/pyodide
work=$numpy/work
log=$numpy/build.log

mkdir -p "$numpy"
recipe() { cat "$here"/*.* "$here"/sdist/*.py "$project/src/toolchain/python_headers.py" "$pyodide/package.json"; "$run" emcc --version; }
recipe >"$numpy/.recipe.new"
if cmp -s "$numpy/.recipe.new" "$numpy/.recipe"; then rm "$numpy/.recipe.new"; touch "$numpy/.recipe"; exit 0; fi

say() { printf '  numpy: %s\n' "$1"; }
step() {  # step WHAT COMMAND...: its output into the log, shown only when it fails; a line every eight seconds
  what=$1; shift
  say "$what"
  "$@" >>"$log" 2>&1 & child=$!
  waited=0
  while kill -0 "$child" 2>/dev/null; do
    sleep 1; waited=$((waited + 1))
    [ $((waited % 8)) -eq 0 ] && say "  ${waited} s  $(tail -n 5 "$log" | grep . | tail -n 1 | cut -c1-90)"
  done
  wait "$child" || { tail -n 40 "$log"; echo "numpy: '$what' failed; the whole log is $log" >&2; exit 1; }
}

# In the toolchain, with the tools first, and with Python answering for the target where it is asked what extensions are called.
with_tools() {
  "$run" sh -c 'export PYTHONUNBUFFERED=1 PATH="$1/tools/bin:$PATH" PYTHONPATH="$1/work/target" _PYTHON_SYSCONFIGDATA_NAME=_sysconfigdata__emscripten_wasm32-emscripten
    shift; exec "$@"' sh "$numpy" "$@"
}
tools() {
  "$run" python3.14 -m venv --clear "$numpy/tools"
  "$run" "$numpy/tools/bin/python" -m pip install --disable-pip-version-check --progress-bar off -r "$here/requirements.txt"
}
source() {
  "$run" env PYTHONPATH="$here/sdist" "$numpy/tools/bin/python" -m pip download --disable-pip-version-check --progress-bar off \
    --no-deps --no-build-isolation --no-binary numpy --dest "$work" -r "$here/source.txt"
  mkdir "$work/source" "$work/target"
  tar -xzf "$work"/numpy-*.tar.gz --strip-components 1 -C "$work/source"
  "$run" python3.14 "$here/fp_status.py" "$work/source"
  "$run" python3.14 -c 'import sys, zipfile; zipfile.ZipFile(sys.argv[1]).extract(sys.argv[2], sys.argv[3])' \
    "$pyodide/python_stdlib.zip" _sysconfigdata__emscripten_wasm32-emscripten.py "$work/target"
  sed "s|@HERE@|$here|; s|@TOOLS@|$numpy/tools|" "$here/emscripten.cross" >"$work/emscripten.cross"
}
meson() { command=$1; shift; with_tools python "$work/source/vendored-meson/meson/meson.py" "$command" -C "$work/objects" "$@"; }
#   optimization=2       as fast as 3, and smaller
#   b_ndebug             without assertions
#   blas, lapack         none: NumPy's own C replacements
#   purelibdir, platlibdir   one place for all, below the destdir of the installation
configure() {
  with_tools python "$work/source/vendored-meson/meson/meson.py" setup "$work/objects" "$work/source" --cross-file "$work/emscripten.cross" \
    -Dbuildtype=release -Doptimization=2 -Db_ndebug=true -Dallow-noblas=true -Dblas=none -Dlapack=none \
    --prefix=/ -Dpython.purelibdir=/ -Dpython.platlibdir=/
}
cores=$(nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)
compile() { with_tools ninja -C "$work/objects" -j "$cores"; }
install() {
  meson install --no-rebuild --tags runtime,python-runtime --destdir "$work/runtime"
  meson install --no-rebuild --tags tests,devel --destdir "$work/tests"
  "$run" python3.14 "$here/pack.py" "$work" "$numpy"
}

rm -rf "$work" "$numpy/.recipe"; mkdir -p "$work"; : >"$log"
say "NumPy for the page, built once: about 4 minutes on 2 cores"
step "tools" tools
step "source" source
step "configure" configure
step "compile" compile
step "pack" install
rm -rf "$work"
mv "$numpy/.recipe.new" "$numpy/.recipe"
say "ready: $(du -sh "$numpy/extensions" | cut -f1) of extensions, $(du -sh "$numpy/numpy-sources.bin" | cut -f1) of Python modules"
