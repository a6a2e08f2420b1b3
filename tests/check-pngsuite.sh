#!/bin/sh
# PngSuite: every colour type, depth, filter and interlacing to the expected
# pixels; every corrupt file refused.
set -u
suite=${NN_TEST_DATA:-}/hostile/pngsuite.tar.gz
if [ -z "${NN_TEST_DATA:-}" ] || [ ! -r "$suite" ]; then
	echo "skipped: NN_TEST_DATA has no hostile/pngsuite.tar.gz"
	exit 77
fi
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
tar -xzf "$suite" -C "$tmp" || exit 99
tests/pngsuite "$tmp/pngsuite"
