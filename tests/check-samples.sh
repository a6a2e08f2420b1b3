#!/bin/sh
# The sample data in the source are what the generator draws, byte for byte,
# and stay small.
set -u
srcdir=${srcdir:-.}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT

samples/make-samples "$tmp" || exit 1
for part in digits digits-idx inbox letters; do
	diff -r "$srcdir/samples/$part" "$tmp/$part" >"$tmp/diff" || {
		head -5 "$tmp/diff"
		echo "FAIL: samples/$part is not what the generator draws;" \
		    "run 'make samples' and commit the result"
		exit 1
	}
done
bytes=$(cat $(find "$tmp" -name '*.png' -o -name '*.gz') | wc -c)
[ "$bytes" -lt 1500000 ] || {
	echo "FAIL: the samples have $bytes bytes"
	exit 1
}

# The comparison must be able to fail.
printf 'x' >>"$tmp/inbox/scan-01.png"
if diff -r "$srcdir/samples/inbox" "$tmp/inbox" >/dev/null; then
	echo "FAIL: a changed byte was not noticed"
	exit 1
fi
