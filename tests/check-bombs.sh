#!/bin/bash
# Small files that say they are large, and large ones that say nothing: refused
# in a second and 20 ms a megabyte, with no more memory than the file and
# 64 MiB beside what the tool takes for an ordinary one.
set -u
LC_ALL=C
export LC_ALL
here=$(pwd)
for t in nn-info nn-init nn-eval tests/meter tests/make-hostile; do
	[ -x "$here/$t" ] || {
		echo "skipped: $t is not built"
		exit 77
	}
done
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
digits=${srcdir:-.}/samples/digits-idx/train-images-idx3-ubyte.gz
failed=0
mkdir "$tmp/models" "$tmp/data"
./nn-init --preset=mlp-mnist -o "$tmp/good.h5nn" || exit 1

# bytes HEX...: as they are
bytes() {
	printf '%b' "$(printf '\\x%s' "$@")"
}

# Models: all the hostile ones, and a length that is not there.
tests/make-hostile "$tmp/models" >/dev/null || exit 1
head -c 48 "$tmp/models/super-length-huge.h5nn" >"$tmp/models/huge.h5nn"
head -c 48 "$tmp/models/right.h5nn" >"$tmp/models/sparse.h5nn"
truncate -s 10G "$tmp/models/sparse.h5nn"

# IDX: four milliards of pictures; inside gzip; and gzip that goes on for long.
{
	bytes 00 00 08 03 ff ff ff ff 00 00 00 1c 00 00 00 1c
	head -c 100 /dev/zero
} >"$tmp/data/many.idx"
gzip -nc "$tmp/data/many.idx" >"$tmp/data/many.idx.gz"
{
	bytes 00 00 08 03 00 00 00 01 00 00 00 1c 00 00 00 1c
	head -c 64M /dev/zero
} | gzip -n1 >"$tmp/data/goes-on.idx.gz"
head -c 64M /dev/zero | gzip -n1 >"$tmp/data/zeros.gz"
# NumPy: a header of four gigabytes, and a shape beyond all numbers.
{
	bytes 93 4e 55 4d 50 59 02 00 ff ff ff ff
	head -c 100 /dev/zero
} >"$tmp/data/header.npy"
{
	bytes 93 4e 55 4d 50 59 01 00 76 00
	printf '%-117s\n' "{'descr': '<f4', 'fortran_order': False, 'shape': (4611686018427387904, 4)}"
} >"$tmp/data/shape.npy"
# Tables: one line without end, a quote that never closes, a sparse gigabyte.
yes 1, | tr -d '\n' | head -c 24M >"$tmp/data/line.csv"
{
	printf '"'
	yes x | tr -d '\n' | head -c 24M
} >"$tmp/data/quote.csv"
printf '1,2\n' >"$tmp/data/sparse.csv"
truncate -s 1G "$tmp/data/sparse.csv"
# Pictures: a header that is larger than is allowed, in a file that is not.
{
	bytes 89 50 4e 47 0d 0a 1a 0a 00 00 00 0d 49 48 44 52
	bytes 7f ff ff ff 7f ff ff ff 08 06 00 00 00 07 1c 5c 3d
} >"$tmp/data/huge.png"

# KiB beyond the file; sanitizers keep accounts of every piece of memory.
room=$((64 * 1024))
[ -z "${SAN_CFLAGS:-}" ] || room=$((2 * room))

# judge WHAT STATUS COMMAND...: each of the files on standard input
judge() {
	what=$1
	status=$2
	shift 2
	"$here/tests/meter" "$@" >"$tmp/table" || return 1
	awk -F'\t' -v usual="$usual" -v what="$what" -v status="$status" \
	    -v room="$room" '
	    {
		megabytes = $4 / 1e6
		over = $2 - usual - $4 / 1024
		if ($1 > slowest) slowest = $1
		if ($2 - usual > largest) largest = $2 - usual
	    }
	    $1 > 1000 + 20 * megabytes || over > room || $3 != status {
		print "FAIL: status " $3 ", " $1 " ms, " $2 " KiB: " $5
		bad = 1
	    }
	    END {
		printf "%d %s: slowest %.0f ms, at most %.1f MiB more than ", \
		    NR, what, slowest, largest / 1024
		print "usual"
		exit bad || NR == 0
	    }' "$tmp/table"
}

echo "$tmp/good.h5nn" >"$tmp/one"
usual=$("$here/tests/meter" "$here/nn-info" {} <"$tmp/one" | cut -f2)
find "$tmp/models" -name '*.h5nn' ! -name right.h5nn | sort >"$tmp/list"
judge models 3 "$here/nn-info" {} <"$tmp/list" || failed=1
usual=$("$here/tests/meter" "$here/nn-eval" -m {} "$digits" <"$tmp/one" |
    cut -f2)
find "$tmp/data" -type f ! -name '*.csv' | sort >"$tmp/list"
judge "data files" 4 "$here/nn-eval" -m "$tmp/good.h5nn" {} <"$tmp/list" ||
    failed=1
find "$tmp/data" -name '*.csv' | sort >"$tmp/list"
judge tables 4 "$here/nn-eval" -m "$tmp/good.h5nn" csv:{},label=1 \
    <"$tmp/list" || failed=1

# The control: what takes its time, or memory, is noticed.
for waste in 'head -c 30G /dev/zero >/dev/null; exit 3' \
    'x=$(head -c 200M /dev/zero | tr "\0" x); exit 3'; do
	judge control 3 bash -c "$waste" {} <"$tmp/one" >"$tmp/control" && {
		echo "FAIL: within the limits: $waste"
		failed=1
	}
done
exit $failed
