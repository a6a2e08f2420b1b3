#!/bin/bash
# The public library against the build tree: the programs of its manual page and
# of the samples are compiled, in C and in C++, and run; and header, map and
# library agree about what there is.
set -eu
srcdir=$(cd "${srcdir:-.}" && pwd)
top=$(pwd)
. "$srcdir/tests/nnfmt-lib.sh"
CC=${CC:-cc}
case $CC in
*clang*) CXX=${CXX:-clang++} ;;
*) CXX=${CXX:-c++} ;;
esac
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
cd "$tmp"

# The header, the map, the library.
declared "$srcdir/libfmt/nnfmt.h" >declared
mapped >mapped
same_lists "header and map" declared mapped
if [ -e "$top/.libs/libnnfmt.so" ]; then
	shown "$top/.libs/libnnfmt.so" >versions
	sed 's/@.*//' versions >shown
	same_lists "header and library" declared shown
	if grep -q '@' versions; then
		sed 's/$/@@NNFMT_1.0/' declared >expected
		same_lists "the versions of symbols" expected versions
	fi
fi

# One object: the static library was narrowed, where that can be done.
static=$top/.libs/libnnfmt.a
if [ -e "$static" ] && [ "$(ar t "$static" | wc -l)" = 1 ]; then
	nm -g --defined-only "$static" | awk 'NF == 3 { print $3 }' |
	    sort -u >shown
	same_lists "header and static library" declared shown
fi

read -ra cc <<<"$CC"
read -ra cxx <<<"$CXX"
read -ra san <<<"${SAN_CFLAGS:-}"
flags="-Wall -Wextra -pedantic -Werror"

# build NAME SOURCE STANDARD COMPILER...: against the library in the build tree
build() {
	name=$1 source=$2 standard=$3
	shift 3
	# shellcheck disable=SC2086
	"$@" -std="$standard" $flags ${san[@]+"${san[@]}"} \
	    -I"$srcdir/libfmt" -c -o "$name.o" "$source"
	"$top/libtool" --quiet --tag=CC --mode=link "$@" \
	    ${san[@]+"${san[@]}"} -o "$name" "$name.o" "$top/libnnfmt.la"
}

# alone FILE STANDARD COMPILER...: the header needs no other
alone() {
	file=$1 standard=$2
	shift 2
	echo '#include <nnfmt.h>' >"$file"
	# shellcheck disable=SC2086
	"$@" -std="$standard" $flags -I"$srcdir/libfmt" -fsyntax-only "$file"
}

alone one.c c99 "${cc[@]}"
example 1 >weights.c
example 2 >make.c
build weights weights.c c99 "${cc[@]}"
build make make.c c99 "${cc[@]}"
build read-weights "$srcdir/samples/read-weights.c" c99 "${cc[@]}"

./make made.h5nn >id
./weights made.h5nn >out
printf 'y/bias\t1\ny/kernel\t2\n' | cmp - out
printf 'y/bias\tf32\t1\t1\t1\ny/kernel\tf32\t2x1\t-0.25\t0.5\n' >want
./read-weights made.h5nn >out
cmp want out
for wrong in "./weights make.c" "./read-weights make.c" ./read-weights; do
	if $wrong 2>err; then
		echo "FAIL: no error: $wrong"
		exit 1
	fi
	grep -q "weights: ..*" err
done
# What others write the tools read, settings left out included.
"$top/nn-info" --check made.h5nn | grep -qx "made.h5nn: ok"

# Another language, without a compiler: only plain C types cross the border.
if [ -e "$top/.libs/libnnfmt.so" ] && [ ${#san[@]} = 0 ] &&
    command -v python3 >/dev/null; then
	python3 - "$top/.libs/libnnfmt.so" made.h5nn >out <<'END'
import ctypes, sys
from ctypes import c_char_p, c_float, c_int64, c_void_p

lib = ctypes.CDLL(sys.argv[1])
def call(name, result, *args):
    f = getattr(lib, name)
    f.restype = result
    return f(*args)

model = c_void_p(call("nnfmt_open", c_void_p, sys.argv[2].encode(), None))
tensor = c_void_p(call("nnfmt_tensor_find", c_void_p, model, 0, b"y/kernel"))
n = call("nnfmt_tensor_length", c_int64, tensor)
data = call("nnfmt_tensor_data", ctypes.POINTER(c_float), tensor, None)
print(call("nnfmt_tensor_name", c_char_p, tensor).decode(), data[:n])
call("nnfmt_close", None, model)
END
	echo "y/kernel [0.5, -0.25]" | cmp - out
fi

if command -v "${cxx[0]}" >/dev/null; then
	alone one.cc c++11 "${cxx[@]}"
	build read-weights-cc "$srcdir/samples/read-weights.cc" c++17 \
	    "${cxx[@]}"
	./read-weights-cc made.h5nn >out
	printf 'y/bias\t1\ny/kernel\t2\n' | cmp - out
	echo "header, map and library agree; the programs run, in C and C++"
else
	echo "header, map and library agree; the programs run (no C++ here)"
fi
