#!/bin/sh
# What a trained net is worth where there are few pictures: accuracy on TEST of
# nn-finetune --new-head, by its defaults, beside the same layers trained from
# nothing for as many epochs by the defaults of nn-train.
#
#   sh bench/accuracy-few.sh BASE TRAIN TEST PRE
#
# TRAIN and TEST: a folder a class; PRE: the preprocessing (nn-init --pre).
# NN_FEW (5 20 100) says how many pictures of each class, NN_SEEDS (0 1 2) which
# of them and with which random numbers.  At the top of the build tree; needs no
# peers.  MNIST to printed characters, black on white (chars74k):
#
#   sh bench/accuracy-few.sh digits.h5nn train/ test/ \
#       gray,resize:28x28,scale:1/255,invert
set -eu

NN_MODULES=${NN_MODULES:-$PWD/.libs}
export NN_MODULES
[ $# -eq 4 ] || {
	sed -n 's/^#   //p' "$0" >&2
	exit 2
}
base=$1 train=$(cd "$2" && pwd) test=$3 pre=$4
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# take K SEED: a folder of links to K pictures of each class.
take() {
	rm -rf "$dir/few"
	for class in "$train"/*; do
		mkdir -p "$dir/few/${class##*/}"
		ls "$class" | awk -v seed="$2" 'BEGIN { srand(seed) }
			{ print rand() "\t" $0 }' | sort -n | head -n "$1" |
			cut -f 2 | while read -r name; do
			ln -s "$class/$name" "$dir/few/${class##*/}/$name"
		done
	done
}
accuracy() {
	./nn-eval -m "$1" "$test" | awk '$1 == "accuracy" { print $2 }'
}
tuned() {
	./nn-finetune -q -m "$base" --new-head --pre="$pre" --seed="$1" \
		--log="$dir/log.$1" -o "$dir/tuned.h5nn" "$dir/few" \
		2>"$dir/messages" || cat "$dir/messages" >&2
	accuracy "$dir/tuned.h5nn"
}
scratch() {
	./nn-info --spec "$dir/tuned.h5nn" >"$dir/spec"
	./nn-init -F "$dir/spec" --seed="$1" |
		./nn-train -q -e "$2" --seed="$1" -o "$dir/scratch.h5nn" \
			"$dir/few"
	accuracy "$dir/scratch.h5nn"
}

printf 'pictures\tseed\tepochs\ttuned\tscratch\n'
for few in ${NN_FEW:-5 20 100}; do
	for seed in ${NN_SEEDS:-0 1 2}; do
		take "$few" "$seed"
		rm -f "$dir"/log.*
		tuned=$(tuned "$seed")
		epochs=$(grep -c '"event":"epoch"' "$dir/log.$seed")
		printf '%s\t%s\t%s\t%s\t%s\n' "$few" "$seed" "$epochs" \
			"$tuned" "$(scratch "$seed" "$epochs")"
	done
done
