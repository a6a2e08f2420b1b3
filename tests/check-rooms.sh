#!/bin/sh
# The walls of the house: who includes whom, who may know which foreign
# library, and what libraries never do.  At the end every rule is broken once
# in a copy of the source, and must be noticed.
set -u
LC_ALL=C
export LC_ALL
srcdir=${srcdir:-.}
rooms=$srcdir/tests/check-rooms.awk

# walls DIR: prints what is wrong in the source at DIR, nothing when all is well
walls() {
	(
		cd "$1" || exit 1
		find . -name core -type d ! -path './.git/*' |
		    sed 's/$/: no folder may be named core (configure deletes it)/'
		find libfmt libdata libnn tools tests bench samples \
		    -name '*.[ch]' -o -name '*.def' | sort |
		    xargs awk -f "$script"
	)
}

script=$(cd "$srcdir/tests" && pwd)/check-rooms.awk
found=$(walls "$srcdir")
if [ -n "$found" ]; then
	echo "$found"
	echo "FAIL: the walls above are broken (the rules are in $rooms)"
	exit 1
fi

tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
for room in libfmt libdata libnn tools tests bench samples; do
	(cd "$srcdir" && find $room -name '*.[ch]' -o -name '*.def') |
	    while read -r f; do
		mkdir -p "$tmp/$(dirname "$f")"
		cp "$srcdir/$f" "$tmp/$f"
	done
	mkdir -p "$tmp/$room"
done
chmod -R u+w "$tmp"

failed=0
rules=0

# notices FILE LINE: a line more in FILE must be noticed, in that file
notices() {
	rules=$((rules + 1))
	new=
	[ -e "$tmp/$1" ] || new=yes
	mkdir -p "$tmp/$(dirname "$1")"
	[ -n "$new" ] || cp "$tmp/$1" "$tmp/kept"
	printf '%s\n' "$2" >>"$tmp/$1"
	case $(walls "$tmp") in
	*"$1"*) ;;
	*)
		echo "FAIL: not noticed in $1: $2"
		failed=1
		;;
	esac
	if [ -n "$new" ]; then rm "$tmp/$1"; else mv "$tmp/kept" "$tmp/$1"; fi
}

# ignores FILE LINE: a line that breaks no rule must not be noticed
ignores() {
	rules=$((rules + 1))
	printf '%s\n' "$2" >"$tmp/$1"
	found=$(walls "$tmp")
	if [ -n "$found" ]; then
		echo "FAIL: no rule forbids in $1: $2"
		echo "$found"
		failed=1
	fi
	rm "$tmp/$1"
}

# Arrows.
notices libfmt/base/new.c '#include "fmt.h"'
notices libfmt/base/new.c '#include "nn.h"'
notices libfmt/new.c '#include "nn.h"'
notices libfmt/new.c '#include "../libdata/data.h"'
notices libdata/new.c '#include "nn.h"'
notices libdata/new.c '#include "fmt.h"'
notices libnn/layers/new.c '#include "fmt.h"'
notices libnn/new.c '#include "data.h"'
notices libnn/new.c '#include "cli.h"'
notices libfmt/new.c '#include "nowhere.h"'
ignores libnn/new.c '#include "base/graph.h"'
ignores libdata/new.c '#include "base/batch.h"'
ignores tools/new.c '#include "nn.h"'
# Foreign libraries.
notices libfmt/new.c '#include <hdf5.h>'
notices tools/new.c '#include <H5public.h>'
notices libnn/new.c '#include <dnnl.h>'
notices libnn/ref/new.c '#include <dnnl_types.h>'
notices libdata/new.c '#include <png.h>'
notices tools/new.c '#include <png.h>'
notices libfmt/new.c '#include <zlib.h>'
notices libnn/new.c '#include <pthread.h>'
notices libfmt/base/new.c '#include <threads.h>'
notices libfmt/new.c '#include <jansson.h>'
notices libfmt/base/new.c '#include <nettle/sha2.h>'
notices libdata/new.c '#include <xxhash.h>'
ignores tests/new.c '#include <hdf5.h>'
ignores tools/hdf5/new.c '#include <hdf5.h>'
notices tools/hdf5/new.c '#include <png.h>'
# Tools hold no maths.
notices tools/new.c '#include <math.h>'
notices tools/new.c '#include <tgmath.h>'
notices tools/new.c 'static void f(float *w) { for (;;) *w++ = 0; }'
ignores tools/new.c 'static float f(const float *y) { return y[0]; }'
# Libraries do not print, exit, read the environment, look at the clock.
notices libfmt/new.c 'int f(void) { return printf("x"); }'
notices libnn/new.c 'int f(void) { return fprintf(stderr, "x"); }'
notices libdata/new.c 'void f(void) { perror("x"); }'
notices libfmt/base/new.c 'void f(void) { exit(1); }'
notices libnn/new.c 'void f(void) { abort(); }'
notices libnn/new.c 'char *f(void) { return getenv("HOME"); }'
notices libfmt/new.c 'long f(void) { return time(NULL); }'
notices libnn/new.c 'int f(void *t) { return clock_gettime(0, t); }'
notices libdata/new.c 'void f(void) { signal(2, 0); }'
ignores libfmt/new.c '/* exit(1) is never called; getenv("X") neither */'
ignores libfmt/new.c 'const char *f(void) { return "printf(x)"; }'
ignores libfmt/new.c 'int f(char *s) { return snprintf(s, 1, "x"); }'
ignores libnn/new.c 'double f(int fire_time(int)) { return fire_time(1); }'
# core/
mkdir "$tmp/libnn/core"
case $(walls "$tmp") in
*libnn/core*) ;;
*)
	echo "FAIL: not noticed: a folder named core"
	failed=1
	;;
esac

# Hot loops: see base/hot.h.
twice=$(cd "$srcdir" && find libfmt libdata libnn tools -name '*.c' |
    xargs awk '
	hot && /^[a-z_0-9]+\(/ { sub(/\(.*/, ""); print }
	{ hot = /^HOT / }' | sort | uniq -d)
[ -z "$twice" ] || {
	echo "FAIL: hot loops with the name of another: $twice"
	failed=1
}

[ $failed = 0 ] && echo "the walls stand; $rules tries to break them noticed"
exit $failed
