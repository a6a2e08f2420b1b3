#!/bin/sh
# How the cost of a step grows with the work, and what two threads gain.
#
#   sh bench/growth.sh          at the top of the build tree; NN_MNIST, NN_PAIRS
#
# First table: a step over batch, width and depth; MFLOP and microseconds as
# --profile gives them, and microseconds per MFLOP, which stay the same where
# cost grows linearly.  Second: cnn-small and resnet20 with -j 1 and -j 2 in
# turns, and the median ratio.  Needs no peers.
set -eu

NN_MODULES=${NN_MODULES:-$PWD/.libs}
export NN_MODULES
bench=$(cd "$(dirname "$0")" && pwd)
pairs=${NN_PAIRS:-7}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
images=$(ls "${NN_MNIST:?is the folder of MNIST}"/train-images-idx3-ubyte* | head -n 1)
labels=$(ls "$NN_MNIST"/train-labels-idx1-ubyte* | head -n 1)
data=idx:$images,labels=$labels

# row NAME BATCH LAYER...
row() {
	name=$1 batch=$2
	shift 2
	./nn-init --input=28x28x1 -o "$dir/net.h5nn" "$@"
	./nn-train -m "$dir/net.h5nn" -o "$dir/out.h5nn" -f -b "$batch" \
		--steps=20 --profile "$data" 2>"$dir/profile" >/dev/null
	awk -v OFS='\t' -v name="$name" -v batch="$batch" '
		/^train, batch of/ {
			for (i = 1; i < NF; i++) {
				if ($(i + 1) ~ /^[kMG]FLOP/) {
					flop = $i
					unit = substr($(i + 1), 1, 1)
				}
				if ($(i + 1) == "us" || $(i + 1) == "ms") {
					us = $i * ($(i + 1) == "ms" ? 1000 : 1)
				}
			}
			flop *= unit == "G" ? 1000 : unit == "k" ? 0.001 : 1
			print name, batch, flop, us, sprintf("%.3f", us / flop)
			exit
		}' "$dir/profile"
}

printf 'net\tbatch\tmflop\tus\tus_per_mflop\n'
for batch in 16 32 64 128 256; do
	row "conv 32, dense 10" "$batch" conv2d:32,kernel=3 relu max_pool2d:2 \
		flatten dense:10
done
for width in 16 32 64 128; do
	row "conv $width, conv $width" 32 "conv2d:$width,kernel=3" relu \
		max_pool2d:2 "conv2d:$width,kernel=3" relu flatten dense:10
done
for depth in 2 4 8 16; do
	set -- conv2d:32,kernel=3 relu max_pool2d:2
	for i in $(seq "$depth"); do
		set -- "$@" conv2d:32,kernel=3 relu
	done
	row "conv 32 x $depth" 32 "$@" flatten dense:10
done
