#!/bin/bash
# The library as others use it: installed, found by pkg-config, and the example
# of its manual page compiled against it and run.
set -eu
srcdir=${srcdir:-.}
command -v pkg-config >/dev/null || {
	echo "skipped: pkg-config is not installed"
	exit 77
}
[ -x ./nn-init ] || {
	echo "skipped: nn-init is not built"
	exit 77
}
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
make -s install DESTDIR="$tmp/root" >"$tmp/log" 2>&1 || {
	cat "$tmp/log"
	exit 1
}
pc=$(find "$tmp/root" -name nnfmt.pc)
prefix=$(sed -n 's/^prefix=//p' "$pc")
export PKG_CONFIG_PATH="${pc%/*}"
flags() {
	pkg-config --define-variable=prefix="$tmp/root$prefix" \
	    --define-variable=exec_prefix="$tmp/root$prefix" "$@" nnfmt
}

sed -n '/^\.Bd -literal/,/^\.Ed/p' "$srcdir/man/nnfmt.3" |
    sed '/^\.Bd/d; /^\.Ed/d; s/\\e/\\/g' >"$tmp/layers.c"
# shellcheck disable=SC2046
${CC:-cc} -Wall -Werror -o "$tmp/layers" "$tmp/layers.c" \
    $(flags --cflags) $(flags --libs --static)
./nn-init --preset=mlp-mnist -o "$tmp/new.h5nn"
libdir=$(cd "${pc%/*}/.." && pwd)
LD_LIBRARY_PATH=$libdir "$tmp/layers" "$tmp/new.h5nn" >"$tmp/out"
cat "$tmp/out"
grep -q "^dense_1	dense	100480$" "$tmp/out"

# Every header stands alone.
for h in "$tmp/root$prefix"/include/nnfmt/*.h \
    "$tmp/root$prefix"/include/nnfmt/base/*.h; do
	echo "#include \"$h\"" >"$tmp/one.c"
	# shellcheck disable=SC2046
	${CC:-cc} -Wall -Werror -fsyntax-only $(flags --cflags) "$tmp/one.c"
done

# Nothing but what the headers say is seen in the shared library.
so=$libdir/libnnfmt.so
if [ -e "$so" ]; then
	strange=$(nm -D --defined-only "$so" | awk '{ print $3 }' |
	    grep -v '^\(arena\|digest\|dtype\|err\|fmt\|graph\|json\|node\|setting\|sha256\|shape\|slab\|tensor\|xxh3\)\(_.*\)*$' || true)
	[ -z "$strange" ] || {
		echo "FAIL: libnnfmt.so shows $strange"
		exit 1
	}
fi
