# Every command of Photo Finish. The two that people need: `make serve` and `make test`; `make help` lists the others.
#
# What is built where, all below build/ and all of it generated:
#   build/venv, build/node_modules, build/toolchain     tools (make setup)
#   build/native     objects and libraries of this machine, plain, with sanitizers, and the Python extension
#   build/wasm       what the page's interpreter is made of: kernels, extension, bridge, snapshots
#   build/numpy      NumPy for it, built once
#   build/site       the static site

SHELL := /bin/sh
COMMA := ,
.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules
.SUFFIXES:

PORT ?= 8000
BROWSERS ?= chromium,firefox,webkit
JOBS := $(shell nproc 2>/dev/null || sysctl -n hw.ncpu 2>/dev/null || echo 2)

IN_TOOLCHAIN := src/toolchain/run
EMCC := $(IN_TOOLCHAIN) emcc
export PATH := $(CURDIR)/build/venv/bin:$(PATH)
NODE := node
PYTHON := build/venv/bin/python

# ------------------------------------------------------------------------------------------------ sources

RUNTIME := $(addprefix src/runtime/,status.c arena.c parallel_for.c)
KERNELS := $(sort $(wildcard src/kernels/*.c src/kernels/*/*.c))
STATS := $(sort $(wildcard src/stats/*.c))
CORE := $(RUNTIME) $(KERNELS) $(STATS)
IPC := $(sort $(wildcard src/ipc/*.c))
EXTENSION := $(sort $(wildcard src/python/_photofinish/*.c))
PACKAGE := $(sort $(wildcard src/python/photofinish/*.py src/python/photofinish/*/*.py src/python/photofinish/*.json))

# ------------------------------------------------------------------------------------------------ flags

# Every build of the C sources:
#   -std=gnu11           atomics and alignment; POSIX clocks and threads in prim
#   -ffp-contract=off    no fused multiply-add: one side has it and the other does not, and results are equal to the last bit
#   -fno-math-errno      sqrt is one instruction, also of a vector: nothing here reads errno after mathematics
#   -MMD -MP             which headers an object was made from, for the next make
# The first five stand in a file of their own, since setup.py compiles with them as well.
C_FLAGS := $(shell cat src/c_flags.txt) -Wall -Wextra -Wpedantic -Wconversion -MMD -MP

# Native: -O3 as the kernels want it; -fPIC for the shared library and the extension; -pthread for the pool;
# -fvisibility=default since the header is the list of what is public.
NATIVE_FLAGS := $(C_FLAGS) -O3 -fPIC -pthread
# Sanitized builds for tests: -O1 -g for readable reports, frames kept; a first error ends the run. Here a warning is an error;
# in what people build, with compilers that we have not seen, it is not.
ASAN_FLAGS := $(C_FLAGS) -Werror -O1 -g -fno-omit-frame-pointer -fsanitize=address,undefined -fno-sanitize-recover=all -pthread
TSAN_FLAGS := $(C_FLAGS) -O1 -g -fno-omit-frame-pointer -fsanitize=thread -pthread

# WebAssembly, kernels on all cores (a module of its own on shared memory):
#   -O3 -msimd128        the SIMD forms; every browser that can share memory has it
#   -pthread             shared memory, atomics, workers as threads
WASM_FLAGS := $(C_FLAGS) -O3 -msimd128 -pthread
#   MODULARIZE, EXPORT_ES6     a module that the engine imports and starts itself
#   ENVIRONMENT          web for its workers' loader, worker for us, node for the tests of the same objects
#   PTHREAD_POOL_SIZE    all workers start before the first call: a call blocks, and a blocked worker starts no others
#   ALLOW_MEMORY_GROWTH, MAXIMUM_MEMORY    16 MiB at first (a phone), up to 1 GiB for large inputs
#   EXPORTED_FUNCTIONS   the entries of src/runtime/page.c, in a sorted file
#   EXPORTED_RUNTIME_METHODS   newer emcc exports the memory only when asked
#   DYNAMIC_EXECUTION=0  no eval: the worker's policy forbids it
#   -Wno-pthreads-mem-growth   growth makes JavaScript's access slower; JavaScript does not access it
WASM_LINK := -O3 -pthread -sMODULARIZE -sEXPORT_ES6 -sENVIRONMENT=web,worker -sPTHREAD_POOL_SIZE='Module.threads-1' \
  -sINITIAL_MEMORY=16MB -sALLOW_MEMORY_GROWTH -sMAXIMUM_MEMORY=1GB -sEXPORTED_FUNCTIONS=@src/runtime/page.exports.txt \
  -sEXPORTED_RUNTIME_METHODS=wasmMemory -sDYNAMIC_EXECUTION=0 -sFILESYSTEM=0 -Wno-pthreads-mem-growth

# WebAssembly, the extension inside the interpreter (a side module of Pyodide):
#   -fPIC                placed wherever the interpreter loads it
#   -fwasm-exceptions, SUPPORT_LONGJMP=wasm    Pyodide's ABI
#   no -pthread          the interpreter's memory is not shared: one thread
#   Python's headers     CPython 3.14's with Pyodide's pyconfig.h; -isystem, since warnings in them are not ours
SIDE_FLAGS := $(C_FLAGS) -O3 -msimd128 -fPIC -fwasm-exceptions -sSUPPORT_LONGJMP=wasm -isystem build/wasm/python-headers
#   SIDE_MODULE=2        exports only what is named: the one entry that the import system calls
#   --experimental-pic   no warning that side modules may still change: Pyodide is built on them
SIDE_LINK := -O3 -fPIC -fwasm-exceptions -sSUPPORT_LONGJMP=wasm -sSIDE_MODULE=2 -sEXPORTED_FUNCTIONS=_PyInit__photofinish -Wl,--experimental-pic

# WebAssembly, the kernel of the processes: a module without a runtime, instantiated by every process on one memory.
#   -pthread             atomics, and the instructions that wait and wake
#   -mbulk-memory        zeroing and copying are instructions; without a C library nobody else could
#   -Os                  as fast as -O3 here, where atomics are what takes time, and a third smaller
#   linked by src/ipc/link.sh, which has the rest
IPC_FLAGS := $(C_FLAGS) -Os -pthread -mbulk-memory

# The extension is written against CPython's limited API of 3.11: one binary for every later version.
# Its slots hold functions as void *, which C11 does not promise and POSIX does.
LIMITED_API := -DPy_LIMITED_API=0x030b0000 -Wno-pedantic

# ------------------------------------------------------------------------------------------------ set-up

.PHONY: all setup setup-test serve help clean
all: build/.setup build/site/.done

# Run again when what is to be installed has changed; does only what is missing.
build/.setup: src/toolchain/setup.sh src/toolchain/requirements.txt src/toolchain/debian-testing.sh web/package-lock.json
	@sh src/toolchain/setup.sh build
	@touch $@

build/.setup-test: build/.setup
	@sh src/toolchain/setup.sh test
	@touch $@

setup: build/.setup          ## install what the build needs
setup-test: build/.setup-test

help:                        ## this list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 26

# ------------------------------------------------------------------------------------------------ native

# $(call objects,folder,sources)
objects = $(patsubst src/%.c,$(1)/%.o,$(2))
NATIVE_CORE := $(CORE) src/runtime/pool.c src/runtime/prim_native.c
PYTHON_INCLUDE = $(shell $(PYTHON) -c 'import sysconfig; print(sysconfig.get_path("include"))')

build/native/objects/%.o: src/%.c | build/.setup
	@mkdir -p $(@D)
	$(CC) $(NATIVE_FLAGS) $(if $(findstring src/python/,$<),-isystem $(PYTHON_INCLUDE) $(LIMITED_API)) -c $< -o $@

build/native/libphotofinish.so: $(call objects,build/native/objects,$(NATIVE_CORE))
	$(CC) -shared -pthread $^ -lm -o $@
	@mkdir -p build/native/include && cp src/include/*.h build/native/include/

build/native/python/_photofinish.abi3.so: $(call objects,build/native/objects,$(EXTENSION) $(NATIVE_CORE))
	@mkdir -p $(@D)
	$(CC) -shared -pthread $(if $(filter Darwin,$(shell uname)),-undefined dynamic_lookup) $^ -lm -o $@

# The wheel: setuptools by pyproject.toml and setup.py, with what is installed in build/venv instead of a download.
build/native/.wheel: pyproject.toml setup.py src/c_flags.txt $(PACKAGE) $(EXTENSION) $(NATIVE_CORE) $(wildcard src/*/*.h src/*/*/*.h) \
    $(shell find lessons -name '*.py' -o -name '*.md' -o -name '*.toml' -o -name '*.json') | build/.setup
	@rm -rf build/native/*.whl build/wheel
	@echo "native: the wheel, about half a minute"
	@$(PYTHON) -m pip wheel --quiet --disable-pip-version-check --no-build-isolation --no-deps --wheel-dir build/native .
	@ls build/native/*.whl && touch $@

.PHONY: native
native: build/native/.wheel build/native/libphotofinish.so      ## the Python package as a wheel, the C library and its header, in build/native

# ------------------------------------------------------------------------------------------------ one lesson

.PHONY: lesson check-lesson
lesson: build/.setup         ## begins a lesson, from a template that races: SLUG=x
	@$(PYTHON) src/toolchain/lesson/new.py '$(SLUG)'
check-lesson: build/native/python/_photofinish.abi3.so       ## checks a lesson's lanes, text and native reference: SLUG=x
	@PYTHONPATH=src/python:build/native/python $(PYTHON) -m photofinish check '$(SLUG)'

# ------------------------------------------------------------------------------------------------ native references

# The lessons' lanes on native CPython 3.14, by pyperf in a venv of it; 1 to 2 minutes a lesson, on a machine that does nothing else.
REFERENCE := build/reference
$(REFERENCE)/.ready: src/python/reference/requirements.txt | build/.setup
	@echo "reference: pyperf into $(REFERENCE)/venv"
	@mkdir -p $(@D)
	$(IN_TOOLCHAIN) python3.14 -m venv $(REFERENCE)/venv
	$(IN_TOOLCHAIN) $(REFERENCE)/venv/bin/python -m pip install --quiet --disable-pip-version-check -r $<
	@touch $@

.PHONY: reference
reference: $(REFERENCE)/.ready build/native/python/_photofinish.abi3.so       ## records lessons natively with pyperf: SLUG=x, FAST=1, PROCESSES=20, FORCE=1
	@$(IN_TOOLCHAIN) $(REFERENCE)/venv/bin/python src/python/reference/record.py $(SLUG) $(if $(FAST),--fast) $(if $(FORCE),--force) \
	  $(if $(PROCESSES),--processes $(PROCESSES))

# ------------------------------------------------------------------------------------------------ WebAssembly

WASM := build/wasm
PYODIDE := build/node_modules/pyodide

$(WASM)/python-headers/Python.h: src/toolchain/python_headers.py | build/.setup
	@mkdir -p $(WASM)
	$(IN_TOOLCHAIN) python3.14 $< $(PYODIDE)/python_stdlib.zip $(WASM)/python-headers
	@touch $@

$(WASM)/kernels-objects/%.o: src/%.c | build/.setup
	@mkdir -p $(@D)
	$(EMCC) $(WASM_FLAGS) -c $< -o $@

$(WASM)/extension-objects/%.o: src/%.c | build/.setup $(WASM)/python-headers/Python.h
	@mkdir -p $(@D)
	$(EMCC) $(SIDE_FLAGS) $(if $(findstring src/python/,$<),$(LIMITED_API)) -c $< -o $@

# One link writes both files. The script starts itself again as its threads' worker, by a fixed name; in the site its name has a hash.
$(WASM)/kernels.mjs: $(call objects,$(WASM)/kernels-objects,$(CORE) src/runtime/pool.c src/runtime/prim_wasm.c src/runtime/page.c) src/runtime/page.exports.txt
	$(EMCC) $(WASM_LINK) $(filter %.o,$^) -o $@
	@grep -q 'new URL("kernels.mjs",import.meta.url)' $@
	@sed -i.bak 's|new URL("kernels.mjs",import.meta.url)|import.meta.url|' $@ && rm $@.bak
$(WASM)/kernels.wasm: $(WASM)/kernels.mjs ;

$(WASM)/_photofinish.so: $(call objects,$(WASM)/extension-objects,$(EXTENSION) $(CORE) src/runtime/pool_none.c src/runtime/prim_wasm.c)
	$(EMCC) $(SIDE_LINK) $^ -o $@

$(WASM)/ipc-objects/%.o: src/%.c | build/.setup
	@mkdir -p $(@D)
	$(EMCC) $(IPC_FLAGS) -c $< -o $@
$(WASM)/ipc.wasm: src/ipc/link.sh src/ipc/ipc.exports.txt $(call objects,$(WASM)/ipc-objects,$(IPC) src/runtime/prim_bare.c)
	$(IN_TOOLCHAIN) sh $< $@ $(filter-out $<,$^)

# Binaryen's assembler; the flags name the proposals that the text uses.
$(WASM)/%.wasm: src/runtime/%.wat | build/.setup
	@mkdir -p $(@D)
	$(IN_TOOLCHAIN) wasm-as --enable-multimemory --enable-threads --enable-bulk-memory $< -o $@

# The Python package as the page's interpreter gets it.
$(WASM)/sources.json: src/python/pack.py $(PACKAGE) | build/.setup
	@mkdir -p $(@D)
	$(PYTHON) $< src/python/photofinish $@

#   jspi                 Pyodide notes in the memory whether stacks can be suspended, and most browsers can
SNAPSHOT := web/engine/make-snapshot.ts web/engine/boot.ts $(addprefix web/engine/threads/,check.ts foreign.ts)
$(WASM)/snapshot.bin: $(WASM)/_photofinish.so $(WASM)/sources.json $(SNAPSHOT)
	$(NODE) --experimental-wasm-jspi $(firstword $(SNAPSHOT)) $(PYODIDE) $@ $(WASM)/_photofinish.so $(WASM)/sources.json

# NumPy, from its source on PyPI: there is no WebAssembly wheel of it, and the site asks nothing of any other origin. Minutes, so
# once: the script leaves alone what was built from the same recipe, whatever the files' dates are. For a build anew: rm -r build/numpy
NUMPY := build/numpy
$(NUMPY)/.recipe: $(wildcard src/toolchain/numpy/*.* src/toolchain/numpy/sdist/*.py) src/toolchain/python_headers.py $(WASM)/python-headers/Python.h | build/.setup
	@sh src/toolchain/numpy/build.sh

# A second snapshot, in which NumPy is imported; only pages whose programs want it load it.
$(WASM)/snapshot-numpy.bin: $(WASM)/_photofinish.so $(WASM)/sources.json $(NUMPY)/.recipe $(SNAPSHOT)
	$(NODE) --experimental-wasm-jspi $(firstword $(SNAPSHOT)) $(PYODIDE) $@ $(WASM)/_photofinish.so $(WASM)/sources.json $(NUMPY)/numpy-sources.bin $(NUMPY)/extensions/*

ENGINE_PARTS := $(addprefix $(WASM)/,kernels.mjs kernels.wasm _photofinish.so bridge.wasm bridge_js.wasm ipc.wasm snapshot.bin snapshot-numpy.bin sources.json) $(NUMPY)/.recipe

# Bytes of what is loaded, for progress.
$(WASM)/sizes.json: web/engine/sizes.ts $(ENGINE_PARTS)
	$(NODE) $< $(WASM) $(PYODIDE) $(NUMPY) $@

# ------------------------------------------------------------------------------------------------ site

WEB := $(shell find web -path web/node_modules -prune -o -type f -print)
LESSONS := $(shell find lessons -type f)

# Scripts and styles: hashed bundles, by Vite. Pages: static HTML around them.
build/web/.done: $(WEB) $(ENGINE_PARTS) $(WASM)/sizes.json build/.setup
	cd web && $(NODE) node_modules/vite/bin/vite.js build --logLevel warn
	@mkdir -p $(@D) && touch $@

# What inspect says of photofinish.kernels, for its page in the docs.
KERNELS_PYTHON := build/native/kernels-python.json
$(KERNELS_PYTHON): web/render/kernels_python.py build/native/python/_photofinish.abi3.so $(PACKAGE)
	$(PYTHON) $< $@

KERNEL_TEXTS := $(wildcard src/kernels/README.md src/kernels/*/README.md src/kernels/list.h)
build/site/.done: build/web/.done $(LESSONS) $(KERNELS_PYTHON) $(KERNEL_TEXTS)
	$(NODE) web/render/site.ts --out build/site
	@touch $@

serve: all                   ## build, and serve with isolation headers: PORT=8000
	@$(NODE) web/isolation/serve.ts build/site $(PORT)

# ------------------------------------------------------------------------------------------------ tests

.PHONY: test test-c test-python test-web test-browser test-lessons
COUNT := $(NODE) tests/count.ts
TESTS := build/tests
C_TESTS := $(patsubst tests/c/%.c,%,$(sort $(wildcard tests/c/test_*.c)))
IPC_TESTS := $(filter test_ipc_%,$(C_TESTS))

test: build/.setup-test      ## every test; the last line counts them
	@$(COUNT) --sum -- $(MAKE) --no-print-directory --keep-going test-c test-python test-web test-lessons test-browser

# The C tests run four times: as they are, under address and undefined-behaviour sanitizers, under the thread sanitizer, and as
# WebAssembly under Node. IPC_STEPS: places in src/ipc at which a test lets a process die. C11 atomics and cmocka's casts want fewer
# warnings than the sources do.
test-flags = $(filter-out -Wconversion -Wpedantic -Werror,$(1)) -I$(TESTS)/c -Itests/c
# The core and the jobs, which every test is linked with.
test-objects = $(call objects,$(TESTS)/c/$(1)/objects,$(NATIVE_CORE)) $(JOBS:tests/c/%.c=$(TESTS)/c/$(1)/objects/%.o)
JOBS := $(sort $(wildcard tests/c/jobs/*.c))
C_BUILDS := native asan tsan
C_PROGRAMS := $(foreach kind,$(C_BUILDS),$(addprefix $(TESTS)/c/$(kind)/,$(C_TESTS)))

$(TESTS)/c/golden.h: tests/c/golden.py tests/c/golden.json | build/.setup
	@mkdir -p $(@D)
	$(PYTHON) $< tests/c/golden.json $@

# What the native build with -O3 computes, for every build to compare with.
$(TESTS)/c/bits_table: $(TESTS)/c/native/objects/bits_table.o $(call test-objects,native)
	$(CC) -pthread $^ -lm -o $@
$(TESTS)/c/bits_table.h: $(TESTS)/c/bits_table
	$< > $@
$(foreach kind,$(C_BUILDS),$(TESTS)/c/$(kind)/test_bits) $(TESTS)/c/wasm/test_bits.cjs: $(TESTS)/c/bits_table.h

# Tests that stand between the core and what it asks of the system: the linker calls __wrap_NAME instead.
LINK_out_of_memory := -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc,--wrap=posix_memalign
LINK_cancel_kernels := -Wl,--wrap=pf_prim_now

native_FLAGS := $(NATIVE_FLAGS)
asan_FLAGS := $(ASAN_FLAGS)
tsan_FLAGS := $(TSAN_FLAGS)
# $(1): one of C_BUILDS. Its objects, and its test programs.
define c-build
$(TESTS)/c/$(1)/objects/%.o: src/%.c | build/.setup-test
	@mkdir -p $$(@D)
	$(CC) $$($(1)_FLAGS) -c $$< -o $$@
$(TESTS)/c/$(1)/objects/%.o: tests/c/%.c | build/.setup-test
	@mkdir -p $$(@D)
	$(CC) $$(call test-flags,$$($(1)_FLAGS)) -c $$< -o $$@
$(TESTS)/c/$(1)/objects/ipc/%.o: src/ipc/%.c | build/.setup-test
	@mkdir -p $$(@D)
	$(CC) $$($(1)_FLAGS) -DIPC_STEPS -c $$< -o $$@
$(addprefix $(TESTS)/c/$(1)/,$(IPC_TESTS)): $(TESTS)/c/$(1)/%: tests/c/%.c tests/c/ipc/world.c $(call objects,$(TESTS)/c/$(1)/objects,$(IPC) src/runtime/prim_native.c)
	$(CC) $$(call test-flags,$$($(1)_FLAGS)) $$(filter %.c %.o,$$^) -lcmocka -o $$@
$(TESTS)/c/$(1)/test_%: tests/c/test_%.c $(TESTS)/c/golden.h $(call test-objects,$(1))
	$(CC) $$(call test-flags,$$($(1)_FLAGS)) $$< $$(filter %.o,$$^) $$(LINK_$$*) -lcmocka -lm -o $$@
endef
$(foreach kind,$(C_BUILDS),$(eval $(call c-build,$(kind))))

# A part of the extension that knows nothing of Python.
$(foreach kind,$(C_BUILDS),$(eval $(TESTS)/c/$(kind)/test_differences: $(TESTS)/c/$(kind)/objects/python/_photofinish/differences.o))
$(TESTS)/c/wasm/test_differences.cjs: $(TESTS)/c/wasm/objects/python/_photofinish/differences.o

# Objects are kept: make would delete them as means to an end.
.PRECIOUS: $(foreach kind,$(C_BUILDS) wasm,$(TESTS)/c/$(kind)/objects/%.o)

# cmocka itself is compiled from the source that the toolchain folder holds; a machine's own Emscripten comes without it.
CMOCKA := build/toolchain/usr/src/cmocka/source
WASM_TESTS := $(if $(wildcard $(CMOCKA)),$(addprefix $(TESTS)/c/wasm/,$(addsuffix .cjs,$(C_TESTS))))
$(TESTS)/c/wasm/cmocka.o:
	@mkdir -p $(@D)
	$(EMCC) -O1 -pthread -w -I$(CMOCKA)/include -DHAVE_CLOCK_REALTIME=1 -DHAVE_STRUCT_TIMESPEC=1 -c $(CMOCKA)/src/cmocka.c -o $@
WASM_TEST_FLAGS := $(call test-flags,$(C_FLAGS)) -O2 -msimd128 -pthread -w
$(TESTS)/c/wasm/objects/%.o: tests/c/%.c | build/.setup-test
	@mkdir -p $(@D)
	$(EMCC) $(WASM_TEST_FLAGS) -c $< -o $@
#   PROXY_TO_PTHREAD     main runs in a worker, as our engine does: it may block
NODE_TEST_LINK := -sENVIRONMENT=node -sPROXY_TO_PTHREAD -sPTHREAD_POOL_SIZE=4 -sEXIT_RUNTIME -sSTACK_SIZE=1MB -sINITIAL_MEMORY=256MB
$(TESTS)/c/wasm/objects/%.o: src/%.c | build/.setup
	@mkdir -p $(@D)
	$(EMCC) $(WASM_FLAGS) -DIPC_STEPS -c $< -o $@
$(patsubst %,$(TESTS)/c/wasm/%.cjs,$(IPC_TESTS)): $(TESTS)/c/wasm/%.cjs: tests/c/%.c tests/c/ipc/world.c $(TESTS)/c/wasm/cmocka.o \
    $(call objects,$(TESTS)/c/wasm/objects,$(IPC) src/runtime/prim_wasm.c)
	$(EMCC) $(WASM_TEST_FLAGS) -isystem $(CMOCKA)/include $(filter %.c %.o,$^) -o $@ $(NODE_TEST_LINK)
$(TESTS)/c/wasm/test_%.cjs: tests/c/test_%.c $(TESTS)/c/golden.h $(TESTS)/c/wasm/cmocka.o \
    $(call objects,$(WASM)/kernels-objects,$(CORE) src/runtime/pool.c src/runtime/prim_wasm.c) $(JOBS:tests/c/%.c=$(TESTS)/c/wasm/objects/%.o)
	$(EMCC) $(WASM_TEST_FLAGS) -isystem $(CMOCKA)/include $< $(filter %.o,$^) $(LINK_$*) -o $@ $(NODE_TEST_LINK)

test-c: build/.setup-test $(C_PROGRAMS) $(WASM_TESTS)       ## the C core: native, sanitized, as WebAssembly
	@$(COUNT) test-c -- sh tests/c/run.sh $(C_PROGRAMS) $(WASM_TESTS)

# Fuzzing: every kernel with jobs that are decoded from libFuzzer's bytes, for so many seconds. Not part of `make test`, which
# replays 2000 fixed inputs (test_fuzz_replay). Clang, since GCC has no libFuzzer; sources are compiled anew, all in one command.
#   fuzzer               coverage, and the main that feeds it back
#   address,undefined    what counts as a finding, besides a wrong result; -fno-sanitize-recover=all ends with the first
#   max_len, timeout     inputs are a few bytes; a call is cancelled after 50 ms, so 20 s is a hang
#   malloc_limit_mb      jobs are small: a kernel that wants 1 GiB for one is a finding
SECONDS ?= 60
FUZZ := build/fuzz
$(FUZZ)/fuzz_kernels: $(wildcard tests/c/fuzz/*.[ch] tests/c/jobs/*.[ch]) $(NATIVE_CORE) $(wildcard src/include/*.h src/*/*.h src/*/*/*.h)
	@mkdir -p $(@D)
	@command -v clang >/dev/null || { echo "make fuzz needs clang with libFuzzer: apt-get install clang libclang-rt-14-dev"; exit 1; }
	clang $(filter-out -MMD -MP -Wpedantic -Wconversion,$(C_FLAGS)) -Itests/c -O1 -g -fno-omit-frame-pointer -pthread \
	  -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all $(filter %.c,$^) -lm -o $@

.PHONY: fuzz
fuzz: build/.setup $(FUZZ)/fuzz_kernels   ## looks for inputs that trip a kernel: SECONDS=60; RECORD=1 for the docs
	@mkdir -p $(FUZZ)/corpus
	@$(NODE) tests/c/fuzz/run.ts $(FUZZ)/fuzz_kernels -max_total_time=$(SECONDS) -max_len=256 -timeout=20 -malloc_limit_mb=1024 -print_final_stats=1 \
	  -artifact_prefix=$(FUZZ)/ $(FUZZ)/corpus

# tests/python/processes: the kernel of the processes as a library for real processes of this machine; and the same with the extension, both
# under the address and undefined-behaviour sanitizers (the core as it is).
PYTHON_TESTS := $(TESTS)/python
$(PYTHON_TESTS)/plain/kernel.so: tests/python/processes/kernel.c $(call objects,build/native/objects,$(IPC))
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP,$(NATIVE_FLAGS)) -shared $^ -o $@
$(PYTHON_TESTS)/asan/objects/%.o: src/%.c | build/.setup-test
	@mkdir -p $(@D)
	$(CC) $(ASAN_FLAGS) -fPIC $(if $(findstring src/python/,$<),-isystem $(PYTHON_INCLUDE) $(LIMITED_API)) -c $< -o $@
$(PYTHON_TESTS)/asan/kernel.so: tests/python/processes/kernel.c $(call objects,$(PYTHON_TESTS)/asan/objects,$(IPC))
	$(CC) $(filter-out -MMD -MP,$(ASAN_FLAGS)) -fPIC -shared $^ -o $@
$(PYTHON_TESTS)/asan/_photofinish.abi3.so: $(call objects,$(PYTHON_TESTS)/asan/objects,$(EXTENSION)) $(call objects,build/native/objects,$(NATIVE_CORE))
	$(CC) -fsanitize=address,undefined -shared -pthread $^ -lm -o $@
PYTHON_TEST_PARTS := $(addprefix $(PYTHON_TESTS)/,plain/kernel.so asan/kernel.so asan/_photofinish.abi3.so)

test-python: build/.setup build/native/python/_photofinish.abi3.so build/native/.wheel $(PYTHON_TEST_PARTS)      ## the Python package, natively
	@$(COUNT) test-python -- $(PYTHON) -m pytest -q tests/python

test-web: build/.setup $(WASM)/sizes.json $(KERNELS_PYTHON)       ## types (one of them is generated), and the page's pure parts
	@$(COUNT) test-web -- sh tests/web/run.sh

test-lessons: all build/native/python/_photofinish.abi3.so $(REFERENCE)/.ready       ## every lesson natively; links of the built site
	@$(COUNT) test-lessons -- $(PYTHON) -m pytest -q tests/lessons

test-browser: build/.setup-test all      ## the built site in real browsers: BROWSERS=chromium,firefox,webkit
	@BROWSERS=$(BROWSERS) $(COUNT) test-browser -- $(NODE) --test --test-concurrency=1 tests/browser/*.test.ts

# NumPy's own tests, of the NumPy that the page gets. Half an hour or more, so by hand: after a change of NumPy or of the toolchain.
.PHONY: test-numpy
NUMPY_GROUPS ?= _core lib linalg fft random ma polynomial matrixlib testing tests
test-numpy: build/.setup $(NUMPY)/.recipe $(NUMPY)/test-packages/.done      ## NumPy's own tests under Node: NUMPY_GROUPS='linalg fft'
	@$(COUNT) test-numpy -- $(NODE) tests/numpy/run.ts $(PYODIDE) $(NUMPY) $(NUMPY_GROUPS)
$(NUMPY)/test-packages/.done: tests/numpy/requirements.txt | $(NUMPY)/.recipe
	$(IN_TOOLCHAIN) $(NUMPY)/tools/bin/python -m pip install --quiet --disable-pip-version-check --upgrade --target $(@D) -r $<
	@touch $@

# Processes that die at any moment: `make test-browser` runs a handful of schedules. SEEDS=500 FIRST=1 BROWSERS=chromium
.PHONY: test-faults
test-faults: build/.setup-test all       ## 500 random schedules of kills and stops
	@BROWSERS=$(BROWSERS) SEEDS=$(or $(SEEDS),500) $(COUNT) test-faults -- $(NODE) --test --test-concurrency=1 tests/browser/faults.test.ts

# CPython's own tests of threads and of processes, unedited, in the page's engine. They are a Debian package; minutes, so by hand.
.PHONY: test-threads-cpython test-processes-cpython
CPYTHON_TESTS := build/toolchain/usr/lib/python3.14
test-threads-cpython: build/.setup-test all $(CPYTHON_TESTS)/test/lock_tests.py     ## CPython's tests of threads: BROWSERS=chromium,firefox ONLY=test_queue RECORD=1
	@BROWSERS=$(BROWSERS) $(COUNT) test-threads-cpython -- $(NODE) tests/cpython/run.ts $(CPYTHON_TESTS) threads
test-processes-cpython: build/.setup-test all $(CPYTHON_TESTS)/test/lock_tests.py     ## CPython's tests of processes: BROWSERS=chromium,firefox ONLY=test_misc WORDS=Lock
	@BROWSERS=$(BROWSERS) $(COUNT) test-processes-cpython -- $(NODE) tests/cpython/run.ts $(CPYTHON_TESTS) processes
$(CPYTHON_TESTS)/test/lock_tests.py: | build/.setup
	$(IN_TOOLCHAIN) apt-get install -y --no-install-recommends libpython3.14-testsuite

# ------------------------------------------------------------------------------------------------ benchmarks

# Both sides in one run; a table with ratios, and build/reports/NAME.json. RECORD=1 also writes web/render/docs/measured/NAME.json,
# from which docs/benchmarks/ of the site is made: to be committed.
.PHONY: bench bench-boot
bench: bench-boot bench-kernels bench-cancel bench-timing   ## all benchmarks
bench-boot: build/.setup-test all       ## time until Python runs, against a bare loadPyodide
	@BROWSERS=$(BROWSERS) $(NODE) tests/bench/boot.ts

# The kernels' driver, one C source in two builds of one vector width (SSE2 is what gcc takes on x86-64, as simd128 128 bits wide), from the
# very objects that the page and the extension are made of.
#   ENVIRONMENT     Node for turns with the native program, a worker of Chromium for the same in a browser
#   STACK, memory   as in the page; the functions of kernels.c instead of the page's
BENCH_JOBS := tests/bench/kernels.c $(JOBS)
BENCH_HEADERS := $(wildcard tests/c/jobs/*.h src/include/*.h)
BENCH := build/bench/kernels
$(BENCH)/native: $(BENCH_JOBS) $(BENCH_HEADERS) $(call objects,build/native/objects,$(NATIVE_CORE))
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP -Wpedantic -Wconversion,$(NATIVE_FLAGS)) -Itests/c $(filter %.c %.o,$^) -lm -o $@
$(BENCH)/kernels.mjs: $(BENCH_JOBS) $(BENCH_HEADERS) tests/bench/kernels.exports.txt tests/bench/kernels-page.html tests/bench/kernels-worker.mjs \
    $(call objects,$(WASM)/kernels-objects,$(CORE) src/runtime/pool.c src/runtime/prim_wasm.c)
	@mkdir -p $(@D)
	$(EMCC) $(filter-out -MMD -MP -Wpedantic -Wconversion,$(WASM_FLAGS)) -Itests/c --no-entry $(filter %.c %.o,$^) -o $@ \
	  $(subst src/runtime/page.exports.txt,tests/bench/kernels.exports.txt,$(subst web$(COMMA)worker,web$(COMMA)worker$(COMMA)node,$(WASM_LINK)))
	cp tests/bench/kernels-page.html $(@D)/index.html
	cp tests/bench/kernels-worker.mjs $(@D)/worker.mjs

.PHONY: bench-kernels
bench-kernels: build/.setup-test all $(BENCH)/native $(BENCH)/kernels.mjs build/native/python/_photofinish.abi3.so  ## every kernel: wasm, native, cores, Python: QUICK=1, ONLY=sum,sort
	@$(NODE) tests/bench/kernels.ts

.PHONY: bench-cancel
bench-cancel: build/.setup-test $(BENCH)/native $(BENCH)/kernels.mjs  ## how soon every kernel returns once cancelled: QUICK=1, ONLY=sum,sort
	@$(NODE) tests/bench/cancel.ts

# The processes' kernel alone, from the very objects that its tests have, without the steps.
IPC_BENCH := build/bench/ipc
$(IPC_BENCH)/native: tests/bench/ipc.c $(call objects,build/native/objects,$(IPC) src/runtime/prim_native.c)
	@mkdir -p $(@D)
	$(CC) $(filter-out -MMD -MP -Wpedantic -Wconversion,$(NATIVE_FLAGS)) $^ -o $@
$(IPC_BENCH)/ipc.cjs: tests/bench/ipc.c $(call objects,$(WASM)/kernels-objects,$(IPC) src/runtime/prim_wasm.c)
	@mkdir -p $(@D)
	$(EMCC) $(filter-out -MMD -MP -Wpedantic -Wconversion,$(WASM_FLAGS)) $^ -o $@ $(NODE_TEST_LINK)

.PHONY: bench-ipc
bench-ipc: build/.setup-test $(IPC_BENCH)/native $(IPC_BENCH)/ipc.cjs   ## the processes' kernel alone, against pipe(2) and sem_t
	@$(NODE) tests/bench/ipc.ts

.PHONY: bench-threads
bench-threads: build/.setup-test all    ## threads in the page against native CPython 3.14, both in one run
	@BROWSERS=$(BROWSERS) $(NODE) tests/bench/threads.ts

.PHONY: bench-processes
bench-processes: build/.setup-test all  ## processes in the page against native CPython 3.14, both in one run: PARTS=messages,locks,stop
	@BROWSERS=$(BROWSERS) $(NODE) tests/bench/processes.ts

.PHONY: soak
soak: build/.setup-test all             ## minutes of mixed races and programs in one page, and the browser's memory: MINUTES=10
	@BROWSERS=$(BROWSERS) $(NODE) tests/bench/soak.ts

.PHONY: bench-numpy
bench-numpy: build/.setup-test all      ## NumPy in the page: sizes, time to boot against a plain interpreter, speed
	@BROWSERS=$(BROWSERS) $(NODE) tests/bench/numpy.ts

# Rates of wrong verdicts, coverage, power and agreement, from races with known answers. 10 to 15 minutes a browser on a quiet machine.
.PHONY: bench-timing
bench-timing: build/.setup-test all build/native/python/_photofinish.abi3.so    ## what verdicts are worth: BROWSERS=firefox,native, RACES=200, NEIGHBOUR=1, QUICK=1
	@env -u BROWSERS PLACES=$(TIMING_PLACES) $(NODE) tests/bench/timing.ts
TIMING_PLACES = $(if $(filter-out file default,$(origin BROWSERS)),$(BROWSERS),chromium,firefox,webkit,native)

# All samples of races in the browsers that no study had recorded; then what the method makes of them.
.PHONY: record
record: build/.setup-test all build/native/python/_photofinish.abi3.so    ## record races, and replay them through the statistics: PLACES=firefox,webkit
	@$(NODE) tests/bench/record.ts
	@PYTHONPATH=src/python:build/native/python $(PYTHON) tests/bench/stats/recorded.py tests/stats-noise/*.json

# Replays: thousands of races and fits on noise whose truth is known; nothing is timed. Five minutes.
.PHONY: bench-stats
bench-stats: build/.setup build/native/python/_photofinish.abi3.so    ## the statistics on recorded and simulated noise: RACES=500, FITS=2000, NOISE=more.json, QUICK=1
	@$(NODE) tests/bench/stats.ts

.PHONY: pictures
pictures: build/.setup-test all         ## the README's pictures: a real race in Chromium
	@$(NODE) tests/browser/pictures.ts

clean:                       ## remove build/
	rm -rf build

-include $(shell find build/native build/wasm build/tests -name '*.d' 2>/dev/null)
