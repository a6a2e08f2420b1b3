#!/bin/sh
# P1 beside about 100 lines of C with the matrix product of oneDNN, on one
# thread, five epochs as whole processes (start, reading, training, saving).
#
#   sh bench/p1-plain.sh        at the top of the build tree; NN_MNIST, NN_PAIRS
set -eu

NN_MODULES=${NN_MODULES:-$PWD/.libs}
export NN_MODULES
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
: "${NN_MNIST:?is the folder of the files of MNIST}"
images=$(ls "$NN_MNIST"/train-images-idx3-ubyte* | head -n 1)
labels=$(ls "$NN_MNIST"/train-labels-idx1-ubyte* | head -n 1)

./nn-init --preset=mlp-mnist -o "$dir/new.h5nn"
bench/pairs -n "${NN_PAIRS:-7}" \
	-- ours ./nn-train -q -e 5 -b 32 -j 1 --optimizer=adam \
	-m "$dir/new.h5nn" -o "$dir/mnist.h5nn" "idx:$images,labels=$labels" \
	-- plain bench/p1-plain "$images" "$labels" 5
