#!/bin/sh
# What these programs do in make check, at full length: every other value of
# every byte of models, flipped bits, what libhdf5 makes of what is taken.
set -eu
for t in test-h5 test-oracle; do
	[ -x tests/$t ] || {
		echo "skipped: tests/$t is not built"
		exit 77
	}
	NN_LONG=1 tests/$t
done
