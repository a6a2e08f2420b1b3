#!/bin/sh
# What test-h5 does in make check, at full length: every other value of every
# byte of a model.
set -eu
[ -x tests/test-h5 ] || {
	echo "skipped: tests/test-h5 is not built"
	exit 77
}
NN_LONG=1 tests/test-h5
