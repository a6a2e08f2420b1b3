#!/bin/bash
# Other people's hostile files and checkpoints (NN_TEST_DATA) at the door of
# every tool that reads: as a model, and as data.  Never a signal, at most two
# seconds and 256 MiB; the worst of each is printed.
set -u
LC_ALL=C
export LC_ALL
if [ -z "${NN_TEST_DATA:-}" ] || [ ! -d "$NN_TEST_DATA/hostile" ]; then
	echo "skipped: NN_TEST_DATA does not name a folder with hostile/"
	exit 77
fi
here=$(pwd)
for t in nn-info nn-init nn-predict nn-eval tests/meter tests/jsonsuite; do
	[ -x "$here/$t" ] || {
		echo "skipped: $t is not built"
		exit 77
	}
done
digits=$(cd "${srcdir:-.}/samples/digits-idx" && pwd)
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
for archive in "$NN_TEST_DATA"/hostile/*.tar.gz \
    "$NN_TEST_DATA"/checkpoints/*.tar.gz; do
	tar xzf "$archive" -C "$tmp" || exit 1
done
./nn-init --preset=mlp-mnist -o "$tmp/good.h5nn" || exit 1
find "$tmp" -type f ! -name good.h5nn | sort >"$tmp/files"
grep -iE '\.(png|csv|npy|idx|gz|json|txt)$' "$tmp/files" >"$tmp/data-files"
failed=0

# budget FILES WHAT COMMAND...: within the limits, whatever it says of a file
budget() {
	files=$1
	what=$2
	shift 2
	"$here/tests/meter" "$@" <"$files" >"$tmp/table" || failed=1
	awk -F'\t' -v what="$what" '
	    $1 > slowest { slowest = $1; slow = $5 }
	    $2 > largest { largest = $2; large = $5 }
	    $3 >= 126 || $1 > 2000 || $2 > 256 * 1024 {
		print "FAIL: " what ": status " $3 ", " $1 " ms, " $2 " KiB: " $5
		bad++
	    }
	    $3 == 0 { taken++ }
	    END {
		printf "%s: %d files, %d taken, %d outside the limits; ", what,
		    NR, taken, bad
		printf "slowest %.0f ms, largest %.1f MiB\n", slowest,
		    largest / 1024
		exit bad > 0 || NR == 0
	    }' "$tmp/table" || failed=1
}

budget "$tmp/files" "nn-info" "$here/nn-info" {}
budget "$tmp/files" "nn-info --check" "$here/nn-info" --check {}
budget "$tmp/files" "nn-predict -m" "$here/nn-predict" -m {} \
    "$digits/train-images-idx3-ubyte.gz"
budget "$tmp/files" "nn-eval -m" "$here/nn-eval" -m {} \
    "$digits/train-images-idx3-ubyte.gz"
budget "$tmp/data-files" "nn-predict, as data" "$here/nn-predict" \
    -m "$tmp/good.h5nn" {}
budget "$tmp/data-files" "nn-eval, as data" "$here/nn-eval" \
    -m "$tmp/good.h5nn" {}
budget "$tmp/data-files" "nn-init -F" "$here/nn-init" -F {} -o "$tmp/made.h5nn"

# The control: a command that dies is noticed.
printf '%s\n' "$tmp/good.h5nn" >"$tmp/one"
"$here/tests/meter" sh -c 'kill -SEGV $$' {} <"$tmp/one" |
    awk -F'\t' '{ exit $3 != 139 }' || {
	echo "FAIL: meter does not notice a signal"
	failed=1
}

"$here/tests/jsonsuite" "$tmp/jsontestsuite/test_parsing" >"$tmp/json" ||
    failed=1
grep FAIL "$tmp/json"
tail -n 1 "$tmp/json"
exit $failed
