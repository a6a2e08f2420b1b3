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
: "${NN_MNIST:?is the folder of the files of MNIST}"
images=$(ls "$NN_MNIST"/train-images-idx3-ubyte* | head -n 1)
labels=$(ls "$NN_MNIST"/train-labels-idx1-ubyte* | head -n 1)
data=idx:$images,labels=$labels

# row NAME BATCH LAYER...
row() {
	name=$1 batch=$2
	shift 2
	./nn-init --input=28x28x1 -o "$dir/net.h5nn" "$@"
	./nn-train -m "$dir/net.h5nn" -o "$dir/out.h5nn" -j 1 -b "$batch" \
		--steps=20 --profile "$data" >/dev/null 2>"$dir/profile" ||
		{ cat "$dir/profile" >&2; exit 1; }
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
for batch in 8 16 32 64 128; do
	row "conv 64, conv 64" "$batch" conv2d:64,kernel=3,pad=same relu \
		max_pool2d:2 conv2d:64,kernel=3,pad=same relu flatten dense:10 \
		softmax
done
for width in 16 32 64 128; do
	row "conv $width, conv $width" 32 "conv2d:$width,kernel=3,pad=same" relu \
		max_pool2d:2 "conv2d:$width,kernel=3,pad=same" relu flatten dense:10 softmax
done
for depth in 2 4 8 16; do
	set -- conv2d:32,kernel=3,pad=same relu max_pool2d:2
	for i in $(seq "$depth"); do
		set -- "$@" conv2d:32,kernel=3,pad=same relu
	done
	row "conv 32 x $depth" 32 "$@" flatten dense:10 softmax
done

# A step with one thread and with two.
threads() {
	name=$1 preset=$2
	shift 2
	./nn-init --preset="$preset" -o "$dir/net.h5nn"
	bench/pairs -n "$pairs" -f step_ms \
		-- "$name, 2 threads" sh "$bench/ours.sh" "$dir/net.h5nn" 64 3 \
		-j 2 "$@" \
		-- "$name, 1 thread" sh "$bench/ours.sh" "$dir/net.h5nn" 64 3 \
		-j 1 "$@"
}

# Pictures of 32x32x3 from the same numbers: time does not look at them.
{
	printf '\0\0\10\4\0\0\2\200\0\0\0\40\0\0\0\40\0\0\0\3'
	gzip -dcf "$images" | tail -c +17 | head -c $((640 * 3072))
} >"$dir/pictures.idx"
{
	printf '\0\0\10\1\0\0\2\200'
	gzip -dcf "$labels" | tail -c +9 | head -c 640
} >"$dir/classes.idx"

threads P2 cnn-small --optimizer=adam "$data,limit=3200"
threads ResNet-20 resnet20 --optimizer=sgd,momentum=0.9 --lr=0.01 \
	"idx:$dir/pictures.idx,labels=$dir/classes.idx"
