#!/bin/sh
# Frozen layers run once: what they make of the samples is kept, and the rest
# learns from it what it would have learnt.
. "${srcdir:-.}/tests/tool-lib.sh"

nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o conv.h5nn \
    conv2d:16,kernel=3,pad=same bn relu conv2d:16,kernel=3,pad=same relu \
    gap dropout:0.2 dense:3:softmax || exit 99
expect 0 nn-train -q -e 3 -b 32 -m conv.h5nn -o base.h5nn "$train"
set -- -m base.h5nn --freeze=backbone --train=type:dropout -e 20 -l 0.02 \
    --val-split=0.2

# alike OPTION...: the same is learnt from features, kept by themselves, as
# without them.
alike() {
	expect 0 nn-finetune "$@" -o kept.h5nn "$from"
	says 'ran once, what they make of each sample is kept (16 numbers)'
	says 'frozen tensors verified: 8/8 unchanged'
	expect 0 nn-finetune "$@" --cache-features=never -o all.h5nn "$from"
	! grep -q 'ran once' err || fail '--cache-features=never keeps features'
	for m in kept all; do
		expect 0 nn-predict -m $m.h5nn --wide -H "idx:$test"
		cut -f 3- out >$m.tsv
	done
	[ -s kept.tsv ] || fail 'no predictions'
	paste kept.tsv all.tsv | awk '
	    { for (i = 1; i <= NF / 2; i++) {
		d = $i - $(i + NF / 2)
		if (d > 1e-3 || d < -1e-3) exit 1
	    } }' || fail 'what was learnt from features differs'
}
from=$train
alike "$@" --log=log
[ "$(grep -c '"event":"features","layers":3,"numbers":16,"seconds":' log)" = 1 ] ||
	fail 'the log holds not one event of features'

# Also where a sample comes more than once an epoch.
"$data" png uneven 3 60 5
find uneven/a -name '*.png' | sort | tail -n +7 | xargs rm
from=uneven
alike -m base.h5nn --new-head --freeze=backbone -e 20 -l 0.02 --sampler=balanced --ema=0.9

# A dry run says it without doing it.
expect 0 nn-finetune -n "$@" "$train"
holds out 'features    of 3 frozen layers with parameters kept: 16 numbers'
expect 0 nn-finetune -n "$@" -e 1 "$train"
! grep -q '^features' out || fail 'kept for one epoch'

# What is computed once is computed as the rest is: in bf16, where that can be.
if nn-finetune -n "$@" --compute=bf16 "$train" >out 2>err; then
	holds out ': 16 numbers a sample, by dnn in bf16'
	holds out 'arithmetic  dnn in bf16'
	nn-init -i 16384 --labels=0,1 -o wide.h5nn reshape:32x32x16 \
	    conv2d:64,kernel=5,pad=same relu conv2d:64,kernel=5,pad=same relu \
	    gap dense:2:softmax || exit 99
	awk 'BEGIN { for (i = 0; i < 64; i++) {
	    printf "%d", i % 2
	    for (k = 0; k < 16384; k++)
		    printf ",%.2f", (i * 37 + k * (i % 2 + 3)) % 101 / 101
	    print "" } }' >wide.csv
	for how in f32 bf16; do
		expect 0 nn-finetune -m wide.h5nn --new-head \
		    --freeze=backbone -e 2 --compute=$how --cache-features -o $how.h5nn \
		    csv:wide.csv,label=1
		says 'ran once'
	done
	expect 1 nn-info --diff f32.h5nn bf16.h5nn
	holds out 'dense_1/kernel'
else
	grep -Eq 'bf16|is not installed' err || fail 'not said why not'
	echo 'skipped: bf16 (no processor or backend for it)'
fi
expect 0 nn-finetune -n "$@" --backend=ref "$train"
holds out ': 16 numbers a sample, by ref in f32'

# Resumed, it computes them again: the same bytes.
rm -f parts.h5nn*
stops=0
while :; do
	nn-finetune -q --resume "$@" -e 300 --max-time=0.02 -o parts.h5nn \
	    "$train" 2>err
	status=$?
	[ $status = 7 ] || break
	stops=$((stops + 1))
done
[ $status = 0 ] || fail "exit $status"
[ $stops -gt 0 ] || fail 'it was never stopped'
expect 0 nn-finetune -q "$@" -e 300 -o whole.h5nn "$train"
same whole.h5nn parts.h5nn

# Where it cannot be it is refused, with the reason.
expect 2 nn-finetune "$@" --cache-features --augment=shift:0.2 "$train"
says '--cache-features: --augment changes the pictures'
expect 2 nn-finetune -m base.h5nn --train=all --cache-features "$train"
says 'no frozen layers stand before those that learn'
expect 2 nn-finetune "$@" --cache-features=often "$train"
says 'cache-features'
expect 0 nn-finetune -q "$@" --augment=shift:0.2 -o aug.h5nn "$train"
! grep -q 'ran once' err || fail 'augmented pictures were kept'
