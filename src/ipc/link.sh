#!/bin/sh
# Links ipc.wasm: src/ipc/link.sh OUTPUT EXPORTS OBJECT...   (inside the toolchain: src/toolchain/run)
#
# The linker itself, not emcc: that would add a runtime of threads, with data of its own, which is initialised once a program; this
# module is instantiated once a process, on memory that is in use.
#   --import-memory, --shared-memory     the memory of the kernels
#   --initial-memory, --max-memory       the least and most that the import may have: any
#   --no-entry                           nothing runs when it is instantiated
#   -z stack-size=0                      none: see below
#   --strip-debug --gc-sections          nothing that is not called; then wasm-opt, for a fifth less
# What must not be in it is looked for afterwards: data (there is no place for it) and a stack pointer (instances would need a stack
# each; no function here takes the address of a local variable, so none is needed).
set -eu
output=$1 exports=$2
shift 2
linker=$(ls "$(em-config LLVM_ROOT)"/wasm-ld* | head -n 1)
binaryen=$(em-config BINARYEN_ROOT)/bin
"$linker" --no-entry --import-memory --shared-memory --initial-memory=65536 --max-memory=2147483648 -z stack-size=0 --strip-debug \
  --gc-sections $(sed 's/^/--export=/' "$exports") "$@" -o "$output.linked"
"$binaryen/wasm-opt" -O3 "$output.linked" -o "$output"
rm "$output.linked"
if "$binaryen/wasm-dis" "$output" | grep -E '^ \((data|elem|start) |global\.(get|set)|^ \(import' | grep -vE '"env" "memory"|"host" "now"' >&2; then
  echo "$output has data, a stack, or further imports: see src/ipc/link.sh" >&2
  rm -f "$output"
  exit 1
fi
