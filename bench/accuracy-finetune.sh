#!/bin/sh
# What the ways of fine-tuning are worth: a table of accuracy on TEST, seconds,
# numbers that learnt and bytes of the result.
#
#   sh bench/accuracy-finetune.sh BASE BLOCK TRAIN TEST [OPTION...]
#
# BLOCK selects the last block of the model BASE; each way goes NN_EPOCHS (16,
# at least 3) times through TRAIN, and gets the options, such as --seed=1.  NN_AUGMENT is
# what is done to pictures where more than the head learns (pictures in colour:
# hflip,crop:pad4; empty: nothing).  At the top of the build tree; needs no
# peers.  The ResNet-20 of README with ten classes of CIFAR-100:
#
#   sh bench/accuracy-finetune.sh things.h5nn 's3/b3/*' train/ test/
set -eu

NN_MODULES=${NN_MODULES:-$PWD/.libs}
export NN_MODULES
[ $# -ge 4 ] || {
	sed -n 's/^#   //p' "$0" >&2
	exit 2
}
base=$1 block=$2 train=$3 test=$4
shift 4
epochs=${NN_EPOCHS:-16}
augment=${NN_AUGMENT-hflip,crop:pad4}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# stage MODEL EPOCHS OPTION... fine-tunes and replaces the result.
stage() {
	model=$1 n=$2
	shift 2
	./nn-finetune -m "$model" -o "$dir/result.h5nn" -e "$n" --strip \
		--optimizer=adamw --lr=2e-3 --weight-decay=0.01 \
		--schedule=onecycle --label-smoothing=0.1 "$@" "$train" \
		2>"$dir/messages" || {
		cat "$dir/messages" >&2
		exit 1
	}
}
first() {
	stage "$base" "$@" --new-head
}
next() {
	stage "$dir/result.h5nn" "$@"
}

head_only() {
	first "$epochs" --freeze=backbone "$@"
}
block() {
	first "$epochs" --freeze=backbone --train="$block" "$@"
}
block_augmented() {
	block ${augment:+--augment="$augment"} "$@"
}
# Head, last block, everything: a third of the epochs each.
gradual() {
	third=$((epochs / 3))
	first $third --freeze=backbone "$@"
	next $third --train="$block" ${augment:+--augment="$augment"} "$@"
	next $((epochs - 2 * third)) --train=all \
		${augment:+--augment="$augment"} "$@"
}
all() {
	first "$epochs" --train=all ${augment:+--augment="$augment"} "$@"
}
head_then_all() {
	first 5 --freeze=backbone "$@"
	next "$epochs" --train=all ${augment:+--augment="$augment"} "$@"
}

# Both "trained" and "new" numbers learn.
learnt() {
	grep '^tensors:' "$dir/messages" | tr ',(' '\n ' |
		awk '/trained|new/ { n += $(NF - 1) } END { print n + 0 }'
}
row() {
	began=$(date +%s.%N)
	"$@"
	ended=$(date +%s.%N)
	accuracy=$(./nn-eval -m "$dir/result.h5nn" "$test" |
		awk '$1 == "accuracy" { print $2 }')
	echo "$1 $accuracy $began $ended $(learnt) \
		$(wc -c <"$dir/result.h5nn")" | awk -v OFS='\t' \
		'{ print $1, $2, sprintf("%.1f", $4 - $3), $5, $6 }'
}

printf 'what\taccuracy\tseconds\tlearnt\tbytes\n'
for what in head_only block block_augmented gradual all head_then_all; do
	row "$what" "$@"
done
