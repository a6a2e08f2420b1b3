#!/bin/bash
# The claims that want real data (NN_TEST_DATA): the tutorial's net learns
# MNIST, pictures are labelled as the same images in an IDX file are, and what
# was learnt helps with other characters, its frozen layers untouched.
set -u
LC_ALL=C
export LC_ALL
if [ -z "${NN_TEST_DATA:-}" ] || [ ! -d "$NN_TEST_DATA/datasets/mnist" ]; then
	echo "skipped: NN_TEST_DATA does not name a folder with datasets/mnist"
	exit 77
fi
data=$NN_TEST_DATA/datasets
train=$data/mnist/train-images-idx3-ubyte.gz
test=$data/mnist/t10k-images-idx3-ubyte.gz
PATH=$(pwd):$PATH
NN_MODULES=$(pwd)/.libs
export PATH NN_MODULES
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 99
failed=0

# holds WHAT EXPRESSION: EXPRESSION is awk's
holds() {
	if awk "BEGIN { exit !($2) }"; then
		echo "ok: $1: $2"
	else
		echo "FAIL: $1: $2"
		failed=1
	fi
}

accuracy() {
	awk -F'\t' '$1 == "accuracy" { print $2 }' "$1"
}

# The tutorial: five epochs, five seeds, the median.
for seed in 1 2 3 4 5; do
	nn-init --preset=mlp-mnist --seed=$seed |
	    nn-train -q -e 5 -b 32 --seed=$seed "$train" |
	    nn-eval -p -o mnist-$seed.h5nn "$test" 2>report-$seed.tsv
	accuracy report-$seed.tsv
done | sort -n >accuracies
[ "$(wc -l <accuracies)" = 5 ] || holds "five runs" "0"
holds "median accuracy on MNIST" "$(sed -n 3p accuracies) >= 0.973"

# All test images as pictures: the labels of the IDX file, and its numbers.
tar xzf "$data/mnist_png.tar.gz" mnist_png/test
find mnist_png/test -name '*.png' | awk -F/ '{ print $NF "\t" $0 }' |
    sort -n | cut -f2 >pictures
nn-predict -m mnist-1.h5nn --wide "$test" >idx.tsv
nn-predict -m mnist-1.h5nn --wide -T pictures >png.tsv
same=$(paste idx.tsv png.tsv | awk -F'\t' '
	NR > 1 {
		half = NF / 2
		n++
		labels += $2 == $(half + 2)
		for (i = 3; i <= half; i++) {
			d = $i - $(half + i)
			if (d < 0) d = -d
			if (d > most) most = d
		}
	}
	END { printf "%d %d %g\n", n, labels, most }')
read -r n labels most <<<"$same"
holds "pictures labelled" "$n == 10000"
holds "labels as from the IDX file" "$labels == 10000"
holds "largest difference of a probability" "$most <= 1e-5"

# Other characters, black on white: what was learnt against a random layer.
tar xzf "$data/chars74k_split.tar.gz"
nn-init --preset=mlp-mnist --seed=1 -o random.h5nn
for base in mnist-1 random; do
	nn-finetune -m $base.h5nn --new-head --freeze=backbone -e 5 -q \
	    --pre=gray,resize:28x28,scale:1/255,invert:auto \
	    -o $base-chars.h5nn chars74k_split/train || failed=1
	nn-eval -m $base-chars.h5nn chars74k_split/test >$base.tsv
done
holds "learnt layer better than a random one" \
    "$(accuracy mnist-1.tsv) > $(accuracy random.tsv) + 0.03"
nn-info --diff mnist-1.h5nn mnist-1-chars.h5nn >diff
if grep -q '^weights dense_1/' diff; then
	echo "FAIL: a frozen tensor has changed"
	grep '^weights' diff
	failed=1
else
	echo "ok: the frozen tensors are the same"
fi
grep -q '^weights dense_2/kernel: 128x10 | 128x34' diff ||
    holds "the head has 34 classes" "0"
exit $failed
