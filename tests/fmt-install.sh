#!/bin/bash
# The library as others use it: installed, found by pkg-config, the example of
# its manual page compiled against it, linked to the shared and to the static
# library, and run.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
. "$srcdir/tests/nnfmt-lib.sh"
command -v pkg-config >/dev/null || {
	echo "skipped: pkg-config is not installed"
	exit 77
}
[ -x ./nn-init ] || {
	echo "skipped: nn-init is not built"
	exit 77
}
read -ra cc <<<"${CC:-cc}"
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
make -s install DESTDIR="$tmp/root" >"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	exit 1
}
pc=$(find "$tmp/root" -name nnfmt.pc)
prefix=$(sed -n 's/^prefix=//p' "$pc")
libdir=$(cd "${pc%/*}/.." && pwd)
export PKG_CONFIG_PATH="${pc%/*}"
flags() {
	pkg-config --define-variable=prefix="$tmp/root$prefix" \
	    --define-variable=exec_prefix="$tmp/root$prefix" "$@" nnfmt
}

example 1 >"$tmp/weights.c"
./nn-init --preset=mlp-mnist -o "$tmp/new.h5nn"

# build_and_run NAME FLAG...
build_and_run() {
	name=$1
	shift
	# shellcheck disable=SC2046
	"${cc[@]}" -Wall -Werror -o "$tmp/$name" "$tmp/weights.c" \
	    $(flags --cflags) "$@"
	LD_LIBRARY_PATH=$libdir "$tmp/$name" "$tmp/new.h5nn" >"$tmp/out"
	grep -q "^dense_1/kernel	100352$" "$tmp/out"
	echo "$name: ok"
}

so=$libdir/libnnfmt.so
if [ -e "$so" ]; then
	# shellcheck disable=SC2046
	build_and_run shared $(flags --libs)
	readelf -d "$tmp/shared" | grep -q 'libnnfmt\.so\.1\]' || {
		echo "FAIL: the program does not ask for libnnfmt.so.1"
		exit 1
	}
	declared "$srcdir/libfmt/nnfmt.h" >"$tmp/declared"
	shown "$so" | sed 's/@.*//' >"$tmp/shown"
	same_lists "header and library" "$tmp/declared" "$tmp/shown"
fi
# Debian has the static libraries that ours needs; not everyone does.
echo 'int main(void) { return 0; }' >"$tmp/empty.c"
if [ ! -e "$libdir/libnnfmt.a" ] ||
    ! "${cc[@]}" -static -o "$tmp/empty" "$tmp/empty.c" -ljansson -lnettle \
    -lxxhash 2>/dev/null; then
	echo "static: skipped, there are no static libraries"
else
	# shellcheck disable=SC2046
	build_and_run static -static $(flags --libs --static)
fi

# One header, and none of those that are ours alone.
headers=$(cd "$tmp/root$prefix/include" && find . -name '*.h')
[ "$headers" = ./nnfmt.h ] || {
	echo "FAIL: installed headers: $headers"
	exit 1
}
