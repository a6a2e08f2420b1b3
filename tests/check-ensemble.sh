#!/bin/bash
# nn-merge --ensemble: models side by side, the mean of their probabilities.
. "${srcdir:-.}/tests/tool-lib.sh"

# Models of different layers, of one with a temperature inside, and of batch
# norms.
like() { nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 "$@"; }
like flatten dense:7:tanh dense:3:softmax -o wide0.h5nn
like conv:4:3x3,pad=same bn relu global_avg_pool dense:3 softmax -o conv0.h5nn
n=0
for m in init wide0 conv0; do
	n=$((n + 1))
	expect 0 nn-train -q -m $m.h5nn -e 3 -l 0.005 --seed=$n -o m$n.h5nn $train
done
expect 0 nn-eval -p --fit-temperature -m m1.h5nn -o m1t.h5nn $test
mv m1t.h5nn m1.h5nn

expect 0 nn-merge --ensemble m1.h5nn m2.h5nn m3.h5nn -o e.h5nn
says 'the state of the optimizer and the history of epochs'
expect 0 nn-info --check e.h5nn
expect 0 nn-info e.h5nn
holds out 'm1/temperature_1'
holds out 'm3/batch_norm_1'
holds out 'from m1/dense_2_softmax+m2/dense_2_softmax+m3/softmax_1'
"$top/tests/test-schemas" e.h5nn >out || fail 'against the schemas'

# numbers MODEL DATA FILE: what the model says of the data, one number a line.
numbers() {
	nn-predict -m "$1" -O npy -o p.npy "$2" || fail "$1 predicts nothing"
	tail -c $((4 * 3 * $3)) p.npy | od -An -v -w4 -t f4
}

# near A B: columns of numbers that differ by at most 1e-6.
near() {
	paste "$1" "$2" | awk '{ d = $1 - $2; if (d < 0) d = -d }
	    d > 1e-6 || NF != 2 { exit 1 } END { if (NR == 0) exit 1 }' ||
	    fail "$1 and $2 differ: $(paste "$1" "$2" | head -n 3)"
}

# is_mean ENSEMBLE DATA COUNT MEMBER...: its probabilities are the mean of the
# members', and the loss that nn-eval prints is their cross-entropy.
is_mean() {
	numbers "$1" "$2" "$3" >whole
	e=$1 count=$3 from=$2
	shift 3
	k=0
	for m; do
		k=$((k + 1))
		numbers "$m" "$from" "$count" >part.$k
	done
	paste part.* | awk '{ s = 0; for (i = 1; i <= NF; i++) s += $i
	    printf "%.9g\n", s / NF }' >mean
	rm part.*
	near whole mean
	tail -c "$count" "${from%images-idx3-ubyte}labels-idx1-ubyte" |
	    od -An -v -w1 -t u1 >truth
	paste -d ' ' - - - <mean | paste -d ' ' truth - |
	    awk '{ s -= log($($1 + 2)) } END {
		printf "loss>=%.9g loss<=%.9g\n", s / NR - 1e-6, s / NR + 1e-6
	    }' >want
	read -r least most <want
	expect 0 nn-eval -m "$e" --assert="$least" --assert="$most" "$from"
}
is_mean e.h5nn $test 90 m1.h5nn m2.h5nn m3.h5nn
expect 0 nn-eval -m e.h5nn --assert='accuracy>=0.9' --calibration --roc \
    --per-class --confusion --compare=m1.h5nn -O json $test

# An ensemble may be a member, and a model several times.
expect 0 nn-merge -q --ensemble=probabilities e.h5nn m2.h5nn -o ee.h5nn
is_mean ee.h5nn $test 90 e.h5nn m2.h5nn
expect 0 nn-merge -q --ensemble m2.h5nn m2.h5nn -o twice.h5nn
numbers twice.h5nn $test 90 >a
numbers m2.h5nn $test 90 >b
same a b

# Probabilities so small that a loss in training would not count them.
like flatten dense:5:relu dense:3 temperature:0.007 softmax -o sure1.h5nn
like --seed=4 flatten dense:5:relu dense:3 temperature:0.007 softmax \
    -o sure2.h5nn
expect 0 nn-merge --ensemble sure1.h5nn sure2.h5nn -o sure.h5nn
[ ! -s err ] || fail 'models never trained have nothing to leave out'
is_mean sure.h5nn $test 90 sure1.h5nn sure2.h5nn
paste -d ' ' - - - <mean | paste -d ' ' truth - |
    awk '$($1 + 2) < 1e-9 { n++ } END { exit n == 0 }' ||
    fail 'no true class is so improbable'

# Whatever the members' place, threads, backend, pipe; the same bytes.
expect 0 nn-merge -q --ensemble m3.h5nn m1.h5nn m2.h5nn -o turned.h5nn
numbers turned.h5nn $test 90 >a
numbers e.h5nn $test 90 >b
near a b
nn-eval -j 1 --backend=ref -m e.h5nn $test >a
nn-merge -q --ensemble m1.h5nn - m3.h5nn <m2.h5nn | tee again.h5nn |
    nn-eval -j 2 $test >b
same again.h5nn e.h5nn
grep -v '^loss\|^ece' a | cmp -s - <(grep -v '^loss\|^ece' b) || fail 'figures'

# Cross-validation: a model of each part, answering together.
mkdir d && "$data" png d/train 3 60 3 && "$data" png d/test 3 30 4
nn-init -i 8x8x1 --labels=a,b,c --pre=scale:1/255 -o abc.h5nn \
    flatten dense:12:relu dense:3:softmax
for f in 1 2 3 4 5; do
	expect 0 nn-train -q -m abc.h5nn -e 20 -l 0.01 --fold=$f/5 d/train/ \
	    -o f$f.h5nn
done
nn-merge --ensemble f?.h5nn 2>err | nn-eval --assert='accuracy>=0.9' d/test/ \
    >out || fail 'folds'
holds out 'accuracy'

# It learns on as one net: all members, or those selected.
expect 0 nn-finetune -m e.h5nn --freeze='^m2/**' -e 1 -o tuned.h5nn $train
nn-info --diff e.h5nn tuned.h5nn | grep '^weights' >diff
grep -q '^weights m2/dense_1/kernel' diff || fail 'nothing was learnt'
! grep -q '^weights m[13]' diff || fail 'others learnt as well'
expect 0 nn-train -m e.h5nn -e 1 -o x.h5nn $train
says 'epoch 4/4'
nn-info --spec e.h5nn >spec
expect 0 nn-init -F spec -o x.h5nn
nn-info --diff e.h5nn x.h5nn | grep '^layer\|^label\|^output' && fail 'the SPEC'

# What does not go together, or is no probability.
expect 2 nn-merge --ensemble --average m1.h5nn m2.h5nn
says 'exclude each other'
expect 2 nn-merge --ensemble=logits m1.h5nn m2.h5nn
says 'probabilities'
expect 2 nn-merge --ensemble m1.h5nn
says 'wants 2 models or more'
expect 2 nn-merge --ensemble --recalibrate=$train m1.h5nn m2.h5nn
says '--average'
# shellcheck disable=SC2046
expect 2 nn-merge --ensemble $(printf 'm1.h5nn %.0s' $(seq 33)) -o bad.h5nn
says 'at most 32 models, but 33'
refuses() {
	expect 4 nn-merge --ensemble m1.h5nn other.h5nn -o bad.h5nn
	says "other.h5nn: $1"
	[ ! -e bad.h5nn ] || fail 'something was written'
}
nn-init -i 8x8x1 --labels=0,2,1 --pre=scale:1/255 flatten dense:3:softmax \
    -o other.h5nn
refuses 'label 2 is 2, but 1 in m1.h5nn'
like flatten dense:3 -o other.h5nn
refuses "layer 'dense_1' is of kind dense, but probabilities come out of"
nn-init -i 8x4x1 --labels=0,1,2 --pre=scale:1/255 flatten dense:3:softmax \
    -o other.h5nn
refuses 'the input is 8x4x1'
nn-init -i 8x8x1 --labels=0,1,2 flatten dense:3:softmax -o other.h5nn
refuses 'the preprocessing is none'

# Many: as wide as a layer can be, and more layers than a model may have.
# shellcheck disable=SC2046
expect 0 nn-merge -q --ensemble $(printf 'm3.h5nn %.0s' $(seq 32)) -o many.h5nn
numbers many.h5nn $test 90 >a
numbers m3.h5nn $test 90 >b
near a b
expect 0 nn-train -q -m many.h5nn --steps=1 -o x.h5nn $train
# shellcheck disable=SC2046
like flatten $(printf 'relu %.0s' $(seq 4000)) dense:3:softmax -o deep.h5nn
expect 4 nn-merge --ensemble deep.h5nn deep.h5nn deep.h5nn -o bad.h5nn
says 'more than 10000 layers'
# shellcheck disable=SC2046
expect 3 nn-merge --average $(printf 'deep.h5nn %.0s' $(seq 30)) -o bad.h5nn
says 'more than 100000 layers in all models'

# One output that says yes or no.
"$data" idx two 2 60 6
nn-init -i 8x8x1 --task=classify --pre=scale:1/255 flatten dense:1:sigmoid \
    -o yes.h5nn
for s in 1 2; do
	expect 0 nn-train -q -m yes.h5nn -e 9 -l 0.01 --seed=$s -o y$s.h5nn \
	    two-images-idx3-ubyte
done
expect 0 nn-merge -q --ensemble y1.h5nn y2.h5nn -o y.h5nn
expect 0 nn-eval -m y.h5nn --assert='accuracy>=0.9' --assert='loss>0.01' \
    --assert='loss<0.7' two-images-idx3-ubyte
expect 0 nn-predict -m y.h5nn two-images-idx3-ubyte

# Other tasks: the mean of the outputs.
"$data" csv line.csv 200 5
nn-init -i 2 --task=regress dense:1 -o r0.h5nn
for s in 1 2; do
	expect 0 nn-train -q -m r0.h5nn -e 2 -l 0.1 --seed=$s -o r$s.h5nn \
	    csv:line.csv,y=y
done
expect 0 nn-merge -q --ensemble r1.h5nn r2.h5nn -o r.h5nn
expect 0 nn-eval -m r.h5nn --assert='r2>0' csv:line.csv,y=y
echo ok
