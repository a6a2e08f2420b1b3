#!/bin/bash
# nn-merge: models made one.
. "${srcdir:-.}/tests/tool-lib.sh"

for s in 1 2 3; do
	expect 0 nn-train -q -m init.h5nn -e 6 --seed=$s -o m$s.h5nn $train
done
id() { nn-info --json "$1" | grep -o '"content_id":"[0-9a-f]*"' | cut -d'"' -f4; }

# The mean of one model with itself is that model: no optimizer, no history.
expect 0 nn-merge --average m1.h5nn m1.h5nn -o x.h5nn
says 'the state of the optimizer and the history of epochs'
nn-info --diff x.h5nn m1.h5nn >diff
! grep -q '^weights\|^layer\|^label\|^preprocessing' diff || fail "$(cat diff)"
holds diff 'optimizer step: 0 | '
holds diff 'metrics in history: 0 | '
[ "$(id x.h5nn)" = "$(id m1.h5nn)" ] || fail 'another content'
nn-info --check x.h5nn >out || fail 'the result is damaged'

# A weighted mean lies where it should: twice the same by other weights, and
# the order of the models does not matter where sums are exact.
expect 0 nn-merge -q --average=1,3 m1.h5nn m2.h5nn -o a.h5nn
[ ! -s err ] || fail '-q is not quiet'
expect 0 nn-merge -q --average=0.25,.75 m1.h5nn m2.h5nn -o b.h5nn
expect 0 nn-merge -q --average m1.h5nn m2.h5nn m2.h5nn m2.h5nn -o c.h5nn
[ "$(id a.h5nn)" = "$(id b.h5nn)" ] || fail 'weights are not scaled'
[ "$(id a.h5nn)" = "$(id c.h5nn)" ] || fail 'a weight is no count'
[ "$(id a.h5nn)" != "$(id x.h5nn)" ] || fail 'weights have no effect'

# Runs from one beginning: the mean is no worse than each, and goes on.
expect 0 nn-merge -q --average m1.h5nn m2.h5nn m3.h5nn -o soup.h5nn
expect 0 nn-eval -m soup.h5nn --assert='accuracy>=0.9' $test
expect 0 nn-train -m soup.h5nn -e 1 -o x.h5nn $train
says 'epoch 7/7'

# In a pipe; the same bytes; the record names all members and goes on from the
# first.
nn-merge -q --average - m2.h5nn m3.h5nn <m1.h5nn | cmp - soup.h5nn ||
    fail 'another result in a pipe'
expect 0 nn-info --provenance soup.h5nn
holds out 'nn-merge --average'
holds out "from $(id m1.h5nn)"
holds out "with $(id m2.h5nn)"
holds out "with $(id m3.h5nn)"
[ "$(grep -c '^  [0-9]' out)" = 3 ] || fail 'the chain of the first is lost'
expect 0 nn-merge -q --no-provenance --average m1.h5nn m2.h5nn -o x.h5nn
! nn-info --provenance x.h5nn | grep -q nn-merge || fail 'a record all the same'
"$top/tests/test-schemas" soup.h5nn >out || fail 'against the schemas'

# What is asked for.
expect 2 nn-merge m1.h5nn m2.h5nn
says 'say how: --average'
expect 2 nn-merge --average m1.h5nn
says 'wants 2 models or more, but 1 was given'
expect 2 nn-merge --average=1,2 m1.h5nn m2.h5nn m3.h5nn
says '2 weights for 3 models'
for w in 1,0 1,-1 1,x 1, 1,inf 1,nan; do
	expect 2 nn-merge --average=$w m1.h5nn m2.h5nn
	says 'is no weight; give positive numbers'
done
expect 2 nn-merge --average - - </dev/null
says 'is asked for twice'
expect 3 nn-merge --average - m1.h5nn </dev/null
says 'no model on standard input'
expect 2 nn-merge --average -j 2 m1.h5nn m2.h5nn
says '--threads: has no effect'
expect 2 nn-merge --average --backend=ref m1.h5nn m2.h5nn
says '--recalibrate'
expect 5 nn-merge --average m1.h5nn m2.h5nn -o none/x
expect 0 nn-merge -n --average=1,3 m1.h5nn m2.h5nn -o dry.h5nn
holds out '0.25        m1.h5nn'
holds out 'dense_1'
[ ! -e dry.h5nn ] || fail 'a dry run writes'

# Models that do not go together: what differs is named, nothing is written.
refuses() {
	expect 4 nn-merge --average m1.h5nn other.h5nn -o bad.h5nn
	says "other.h5nn: $1"
	[ ! -e bad.h5nn ] || fail 'something was written'
}
other() { expect 0 nn-init "$@" -o other.h5nn; }
net='flatten dense:12:relu dense:3:softmax'
# shellcheck disable=SC2086
{
	other -i 8x8x1 --labels=0,1,3 --pre=scale:1/255 $net
	refuses "label 3 is 3, but 2 in m1.h5nn"
	other -i 8x8x1 -c 3 --pre=scale:1/255 $net
	refuses 'the number of labels is 0, but 3 in'
	other -i 8x8x1 --labels=0,1,2 --pre=scale:1/256 $net
	refuses 'the preprocessing is scale:1/256, but scale:1/255 in'
	other -i 8x8x1 --labels=0,1,2 $net
	refuses 'the preprocessing is none, but'
	other -i 16x4x1 --labels=0,1,2 --pre=scale:1/255 $net
	refuses 'the input is 16x4x1, but 8x8x1'
	other -i 8x8x1 --task=regress --pre=scale:1/255 $net
	refuses 'the task is regress, but classify'
}
like() { other -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 "$@"; }
like flatten dense:13:relu dense:3:softmax
refuses "layer 'dense_1' is dense:13 from flatten_1, but dense:12 from"
like flatten dense:12:tanh dense:3:softmax
refuses 'layer 4 is dense_1_tanh, but dense_1_relu'
like flatten dense:12:relu dense:3 tanh,name=dense_2_softmax
refuses "layer 'dense_2_softmax' is tanh"
like flatten dense:12:relu dropout:0.5 dense:3:softmax
refuses 'the number of layers is 7, but 6'

# Batch norms: averaged with a note, or measured anew.
bn() {
	nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 flatten bn dense:12 \
	    bn relu dense:3:softmax
}
bn >bn.h5nn
for s in 1 2; do
	expect 0 nn-train -q -m bn.h5nn -e 6 -l 0.01 --seed=$s -o b$s.h5nn $train
done
expect 0 nn-merge --average b1.h5nn b2.h5nn -o mean.h5nn
says '--recalibrate=DATA measures them anew'
expect 0 nn-merge --average --recalibrate=$train,limit=200 \
    --recalibrate=$test b1.h5nn b2.h5nn -o new.h5nn
says 'statistics of batch norms measured anew on 290 samples'
! grep -q 'recalibrate=DATA' err || fail 'a note without need'
nn-info --diff mean.h5nn new.h5nn | sed -n 's/^weights \(.*\): these.*/\1/p' |
    sort >diff
printf '%s\n' batch_norm_{1,2}/moving_{mean,variance} | cmp - diff ||
    fail "other tensors changed: $(cat diff)"
expect 0 nn-info --provenance new.h5nn
holds out '--recalibrate=DATA'
grep -q '^     data [0-9a-f]\{64\}' out || fail 'the data are not recorded'
expect 0 nn-merge -q --average --recalibrate=$train,limit=200 -j 1 \
    --recalibrate=$test b1.h5nn b2.h5nn -o again.h5nn
# All but the record, which says the threads.
for f in new again; do nn-info $f.h5nn | grep '^state_id' >$f.id; done
same new.id again.id
expect 0 nn-eval -m new.h5nn --assert='accuracy>=0.9' $test
expect 0 nn-merge -n --average --recalibrate=$train b1.h5nn b2.h5nn
holds out 'statistics of 2 batch norms, measured anew on 300 samples'
expect 2 nn-merge --average --recalibrate=$train m1.h5nn m2.h5nn
says 'no layer of m1.h5nn normalises over the batch'
expect 5 nn-merge --average --recalibrate=nothing b1.h5nn b2.h5nn
says 'nothing'
expect 2 nn-merge --recalibrate=$train b1.h5nn b2.h5nn
says '--average'
expect 2 nn-merge --average --recalibrate=png:- - b1.h5nn <b1.h5nn
says 'standard input: is asked for twice'

# Pictures are changed as they were for the first model, unless other words are
# given.
for s in 1 2; do
	expect 0 nn-train -q -m bn.h5nn -e 1 --augment=shift:0.2 --seed=$s \
	    -o s$s.h5nn $train
done
recalibrated() {
	out=$1
	shift
	expect 0 nn-merge --average --recalibrate=$train "$@" -o "$out"
}
recalibrated asis.h5nn --augment=none s1.h5nn s2.h5nn
! grep -q 'was trained' err || fail 'none changes pictures'
recalibrated auto.h5nn s1.h5nn s2.h5nn
says '--augment=shift:0.2, as s1.h5nn was trained'
nn-info --diff asis.h5nn auto.h5nn >diff
holds diff 'batch_norm_1/moving_mean: these numbers'
nn-info --provenance auto.h5nn >out
holds out '--augment=shift:0.2 --average --recalibrate=DATA'
recalibrated given.h5nn --augment=shift:0.2 s1.h5nn s2.h5nn
same given.h5nn auto.h5nn
expect 0 nn-merge -n --average --recalibrate=$train s1.h5nn s2.h5nn
holds out 'on 300 samples, augmented: shift:0.2'
expect 2 nn-merge --average --augment=hflip b1.h5nn b2.h5nn
says '--recalibrate'
expect 2 nn-merge --average --recalibrate=$train --augment=hflop b1.h5nn b2.h5nn
says '--augment'

# Labels are of no use for that.
"$data" png abc 3 30 7
expect 0 nn-merge --average --recalibrate=dir:abc/a b1.h5nn b2.h5nn -o x.h5nn
says 'on 10 samples'
echo ok
