#!/bin/sh
# build.sh DIR [CONFIGURE-ARGUMENT]...: builds the suite in DIR, out of the
# source tree; run again, it does only what is new.
set -eu
src=$(cd "$(dirname "$0")/.." && pwd)
mkdir -p "$1"
dir=$(cd "$1" && pwd)
shift

log=$dir/build.log
run() {
	"$@" >>"$log" 2>&1 </dev/null || {
		tail -n 30 "$log" >&2
		echo "build.sh: failed: $*; everything is in $log" >&2
		exit 1
	}
}

: >"$log"
if [ ! -x "$src/configure" ] || [ -n "$(find "$src/configure.ac" \
    -newer "$src/configure")" ]; then
	mkdir -p "$src/m4"
	run autoreconf -fi "$src"
fi
cd "$dir"
if [ ! -f Makefile ] || [ "$src/configure" -nt config.status ] ||
    [ "$(cat configured 2>/dev/null)" != "$*" ]; then
	rm -f configured
	run "$src/configure" "$@"
	printf '%s' "$*" >configured
fi
run make -j "$(nproc)"
