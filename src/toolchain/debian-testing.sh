#!/bin/sh
# Makes build/toolchain: Emscripten >= 5 and CPython 3.14 as a Debian-testing folder, for machines that do not have them.
#
#   sudo src/toolchain/debian-testing.sh FOLDER
#
# Nothing outside FOLDER is touched. A folder that was finished before is left as it is; one that was cut off is made anew.
# Takes about 2 minutes and 2.5 GB. Used through src/toolchain/run, which enters the folder.
set -eu
folder=$1
packages="emscripten python3.14 python3.14-dev python3.14-venv gcc g++ libc6-dev ninja-build ca-certificates"

[ -e "$folder/.ready" ] && exit 0
rm -rf "$folder"
mkdir -p "$folder"
log=$(dirname "$folder")/toolchain.log

# The mirror this machine already uses for Debian; elsewhere (Ubuntu) debootstrap's own default.
mirror=$(cat /etc/apt/sources.list /etc/apt/sources.list.d/*.list /etc/apt/sources.list.d/*.sources 2>/dev/null | awk '
  /^deb / || /^URIs:/ { for (i = 2; i <= NF; i++) if ($i ~ /:\/\/.*\/debian\/?$/) { print $i; exit } }
')

step() { printf '  toolchain: %s\n' "$1"; }
run() {  # run WHAT COMMAND...: its output into the log, shown only when it fails; a line every ten seconds so that nobody thinks it hangs
  what=$1; shift
  step "$what"
  "$@" >>"$log" 2>&1 & child=$!
  waited=0
  while kill -0 "$child" 2>/dev/null; do
    sleep 1; waited=$((waited + 1))
    [ $((waited % 10)) -eq 0 ] && printf '  toolchain:   %ss  %s\n' "$waited" "$(tail -n 1 "$log" | cut -c1-90)"
  done
  wait "$child" || { tail -n 30 "$log"; echo "toolchain: '$what' failed; the whole log is $log" >&2; exit 1; }
}

: >"$log"
# Debian 12's debootstrap has no script named forky; every Debian release since buster uses the one named sid.
run "Debian testing base system (debootstrap)" \
  debootstrap --variant=minbase forky "$folder" ${mirror:+"$mirror" /usr/share/debootstrap/scripts/sid}
# A machine behind its own certificate authority or resolver: the folder needs them as well.
mkdir -p "$folder/etc/ssl/certs"
[ -r /etc/resolv.conf ] && cp -L /etc/resolv.conf "$folder/etc/resolv.conf"
run "Emscripten and CPython 3.14 (about 1.5 GB)" \
  env DEBIAN_FRONTEND=noninteractive chroot "$folder" apt-get install -y --no-install-recommends $packages
[ -r /etc/ssl/certs/ca-certificates.crt ] && cp -L /etc/ssl/certs/ca-certificates.crt "$folder/etc/ssl/certs/ca-certificates.crt"
# cmocka from source: its tests of the C core also run as WebAssembly. The mirror may be a frozen one: its dates do not matter.
run "cmocka's source" chroot "$folder" sh -euc '
  sed -n "s/^deb /deb-src /p" /etc/apt/sources.list >/etc/apt/sources.list.d/source.list
  apt-get update -o Acquire::Check-Valid-Until=false
  mkdir -p /usr/src/cmocka && cd /usr/src/cmocka
  apt-get source --download-only cmocka
  python3.14 -m tarfile -e cmocka_*.orig.tar.xz .
  mv cmocka-*/ source'
rm -f "$folder"/var/cache/apt/archives/*.deb
touch "$folder/.ready"
step "ready: $(chroot "$folder" emcc --version | head -n 1)"
