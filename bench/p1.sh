#!/bin/sh
# Benchmark P1: the tutorial's net on MNIST, nn-train beside bench/p1-plain.
#
#   sh bench/p1.sh TRAIN-IMAGES TRAIN-LABELS [PNG [PAIRS]]
#
# Run it at the top of the build tree after `make bench`.  IDX files may be
# gzipped.  Prints two tables: five epochs of both programs, alternately
# (whole processes: start, reading, training, saving); with a PNG file, its
# label by nn-predict from start to exit.
set -eu

if [ $# -lt 2 ]; then
	sed -n '4,5s/^# *//p' "$0" >&2
	exit 2
fi
NN_MODULES=${NN_MODULES:-$PWD/.libs}
export NN_MODULES
images=$1 labels=$2 png=${3:-} pairs=${4:-7}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

./nn-init --preset=mlp-mnist -o "$dir/new.h5nn"

echo "# five epochs, batch 32: a = nn-train, b = plain C with dnnl_sgemm"
bench/pairs -n "$pairs" ./nn-train -q -e 5 -b 32 --optimizer=adam \
	-m "$dir/new.h5nn" -o "$dir/mnist.h5nn" "idx:$images,labels=$labels" -- \
	bench/p1-plain "$images" "$labels" 5

if [ -n "$png" ]; then
	echo "# one PNG to its label: nn-predict, whole process"
	bench/pairs -n 50 ./nn-predict -m "$dir/mnist.h5nn" "$png"
fi
