#!/bin/sh
# Phases of unfreezing: what learns when, at which rates, with which state; and
# stopped anywhere, a run ends with the bytes of one that was never stopped.
. "${srcdir:-.}/tests/tool-lib.sh"

change=$top/tests/tool-change
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o init.h5nn \
    conv:4:3:relu,name=c1 bn,name=n1 conv:4:3:relu,name=c2 flatten \
    dense:8:relu,name=d1 dense:3:softmax,name=d2
expect 0 nn-train -q -m init.h5nn -e 2 -o base.h5nn "$train"

# The phases are planned, told, and hold: after the first nothing but the head
# has moved, after the second nothing below the last two blocks.
three='--unfreeze=0:head --unfreeze=2:blocks:2 --unfreeze=4:all'
expect 0 nn-finetune -n -m base.h5nn -e 6 $three "$train"
holds out 'phase 1/3, from epoch 3: head, rate 0.001'
holds out 'phase 3/3, from epoch 7: all as well'
grep -Eq ' d1 .* frozen until phase 2' out || fail 'd1 is not said to wait'
grep -Eq ' n1 .* frozen until phase 3' out || fail 'n1 is not said to wait'
expect 0 nn-finetune -m base.h5nn -e 6 $three --log=log -o x.h5nn "$train"
says 'phase 2/3, from epoch 5: blocks:2 as well, rate 0.001; 4 tensors'
says "the optimizer's state of 2 goes on"
says 'frozen tensors verified: 10/10'
says 'frozen tensors verified: 8/8'
says "phase 3/3, from epoch 7: all as well, rate 0.001; 10 tensors"
[ "$(grep -c '"event":"phase"' log)" = 3 ] || fail 'the log has not 3 phases'
# moved FILE LAYER...: these layers have moved since base.h5nn, and no others.
moved() {
	"$change" base.h5nn "$1" | awk '$2 != 0 { sub("/.*", "", $1); print $1 }' |
	    sort -u >is
	shift
	printf '%s\n' "$@" | sort >want
	cmp -s want is || fail "moved: $(tr '\n' ' ' <is)instead of $*"
}
expect 0 nn-finetune -q -m base.h5nn -e 2 --unfreeze=0:head -o x.h5nn "$train"
moved x.h5nn d2
expect 0 nn-finetune -q -m base.h5nn -e 4 --unfreeze=0:head \
    --unfreeze=2:blocks:2 -o x.h5nn "$train"
moved x.h5nn d1 d2
expect 0 nn-finetune -q -m base.h5nn -e 4 --unfreeze=0:param:bias \
    --unfreeze=2:n1 -o x.h5nn "$train"
moved x.h5nn c1 c2 d1 d2 n1

# Two phases are two runs of a pipe, where the optimizer remembers nothing.
expect 0 nn-finetune -q -m base.h5nn --unfreeze=0:head --unfreeze=2:all -e 3 \
    --optimizer=sgd -o whole.h5nn "$train"
expect 0 nn-finetune -q -m base.h5nn --freeze=all --train=head -e 2 \
    --optimizer=sgd -o one.h5nn "$train"
expect 0 nn-finetune -q -m one.h5nn --train=all -e 1 --optimizer=sgd \
    -o piped.h5nn "$train"
"$change" whole.h5nn piped.h5nn | grep -qv ' 0 0$' &&
    fail 'two phases are not two runs'

# A plateau goes back to the best epoch, as a run does that keeps it.
set -- --patience=2 --monitor=val_acc --val-split=0.3 --optimizer=sgd -l 0.01 \
    --order=sequential -q
expect 0 nn-finetune "$@" -m base.h5nn --freeze=all --train=head -e 40 \
    -o one.h5nn "$train"
expect 0 nn-finetune "$@" -m one.h5nn --train=all -e 1 --keep=last -o piped.h5nn \
    "$train"
expect 0 nn-finetune "$@" -m base.h5nn --unfreeze=0:head \
    --unfreeze=plateau:all -e 40 --log=log2 -o x.h5nn "$train"
epochs=$(awk '/"phase":2/ { exit } /"event":"epoch"/ { n++ } END { print n }' log2)
[ "$epochs" -gt 3 ] || fail "a plateau after $epochs epochs shows nothing"
expect 0 nn-finetune "$@" -m base.h5nn --unfreeze=0:head \
    --unfreeze=plateau:all -e $((epochs + 1)) -C ck.h5nn -o x.h5nn "$train"
"$change" piped.h5nn ck.h5nn | grep -qv ' 0 0$' &&
    fail 'the plateau did not go back to the best epoch'

# Gradual: a block more each time, all of them in the end, and more at once in
# a short run; recipes give defaults that options override.
expect 0 nn-finetune -n -m base.h5nn -e 9 --gradual=2 "$train"
holds out 'phase 2/4, from epoch 5: blocks:2 as well'
holds out 'phase 4/4, from epoch 9: blocks:4 as well'
holds out 'times 0.384615'
expect 0 nn-finetune -n -m base.h5nn -e 2 --gradual "$train"
holds out 'phase 2/2, from epoch 4: blocks:4'
expect 0 nn-finetune -n -m base.h5nn --recipe=head-then-all "$train"
holds out 'phase 2/2, from epoch 4: all as well, rate 0.0005, the schedule'
holds out 'onecycle'
expect 0 nn-finetune -n -m base.h5nn --recipe=ulmfit -e 4 --schedule=linear \
    --layer-decay=0.5 "$train"
holds out 'schedule    linear'
holds out 'times 0.5'
# A new head has the recipe transfer, whatever is said of its parts.
expect 0 nn-finetune -n -m base.h5nn --new-head "$train"
holds out 'phase 2/2, from epoch 8: all as well, rate 0.002'
holds out 'length      epochs 3 to 107'
holds out 'adamw'
holds out 'label_smoothing=0.1'
expect 0 nn-finetune -n -m base.h5nn --new-head -e 8 -l 0.1 --loss=ce \
    --optimizer=sgd --schedule=constant "$train"
holds out 'phase 2/2, from epoch 5: all as well, rate 0.1'
holds out 'label_smoothing=0'
holds out 'schedule    constant'
nn-init -i 20x20x3 --classes=3 --pre=rgb,resize:20x20,scale:1/255 -o col.h5nn \
    conv:4:3 flatten dense:3:softmax
expect 0 nn-finetune -n -m col.h5nn --new-head "$srcdir/samples/letters/train"
holds out 'augment     hflip,crop:pad4'
holds out 'rate 0.002, not augmented'
expect 0 nn-finetune -n -m col.h5nn --new-head --augment=none \
    "$srcdir/samples/letters/train"
grep -q '^augment' out && fail '--augment=none augments'
expect 0 nn-finetune --list-recipes
[ "$(grep -c '^[a-z-]*	.' out)" = 5 ] || fail 'five recipes are not listed'

# Stopped anywhere: phases, averages, mixing, augmentation, a plateau.
goes_on() {
	expect 0 nn-finetune -q -m base.h5nn "$@" -o whole.h5nn "$train"
	stops=0
	while :; do
		nn-finetune --resume -m base.h5nn "$@" --max-time=0.005 \
		    -o parts.h5nn "$train" 2>err
		status=$?
		[ $status = 7 ] || break
		stops=$((stops + 1))
		[ $stops -lt 2000 ] || fail 'it never comes to an end'
	done
	[ $status = 0 ] || fail "exit $status: $(cat err)"
	[ $stops -gt 3 ] || fail 'it was hardly ever stopped'
	same whole.h5nn parts.h5nn
}
goes_on -e 240 --lora=c1,rank=2,dropout=0.1 --unfreeze=80:blocks:2 --unfreeze=160:all \
    --ema=0.9 --mixup=0.3 --augment=shift:0.2 --schedule=onecycle --warmup=5
goes_on -e 200 --unfreeze=0:head --unfreeze=plateau:blocks:2 \
    --unfreeze=plateau:all --val-split=0.3 --patience=8 --monitor=val_acc \
    -l 0.02 --optimizer=sgd,momentum=0.9 --cache-features=never
says 'phase 3/3'

# Killed, it goes on from checkpoints that lie between two phases.
set -- -m base.h5nn -e 300 --unfreeze=0:head --unfreeze=100:blocks:2 \
    --unfreeze=200:all
expect 0 nn-finetune -q "$@" -o whole.h5nn "$train"
for n in 1 2 3 4; do
	timeout -s KILL 0.1$n nn-finetune -q --resume "$@" -o kill.h5nn \
	    --checkpoint-every=100epochs "$train" 2>err
done
expect 0 nn-finetune -q --resume "$@" -o kill.h5nn "$train"
same whole.h5nn kill.h5nn

expect 0 nn-info whole.h5nn
holds out 'phases: head, blocks:2 from epoch 100 of the run, all from epoch 200'

# What makes no sense.
set -- -m base.h5nn -o no2.h5nn
expect 2 nn-finetune "$@" --unfreeze=head "$train"
says "'head' does not begin with an epoch"
expect 2 nn-finetune "$@" --unfreeze=3: "$train"
says 'does not say which layers'
expect 2 nn-finetune "$@" --unfreeze=0:haed "$train"
says 'matches nothing in the model'
expect 2 nn-finetune "$@" --unfreeze=2:head --unfreeze=2:all "$train"
says 'phase 3: begins at epoch 2'
expect 2 nn-finetune "$@" --unfreeze=0:head --unfreeze=9:all "$train"
says 'give more --epochs'
expect 2 nn-finetune "$@" --unfreeze=0:all --unfreeze=2:head "$train"
says 'nothing of it is frozen then'
expect 2 nn-finetune "$@" --unfreeze=0:head --unfreeze=plateau:all "$train"
says 'give --val or --val-split'
expect 2 nn-finetune "$@" --unfreeze=0:head --unfreeze=plateau:all \
    --val-split=0.3 --keep=last "$train"
says '--keep=last does not keep'
expect 2 nn-finetune "$@" --unfreeze=2:all "$train"
says 'every tensor is frozen'
expect 2 nn-finetune "$@" --recipe=ulmfti "$train"
says "did you mean 'ulmfit'"
expect 2 nn-finetune "$@" --recipe=ulmfit --gradual "$train"
expect 2 nn-finetune "$@" --recipe=head-then-all -e 1 "$train"
says 'give more --epochs'
[ ! -e no2.h5nn ] || fail 'a refused run wrote a file'

# From wherever in a phase it goes on, also from its last epoch: what is decided
# for a phase is decided alike.
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o conv.h5nn \
    conv2d:8,kernel=3,pad=same bn relu conv2d:8,kernel=3,pad=same bn relu \
    gap dropout:0.2 dense:3:softmax || exit 99
expect 0 nn-finetune -q -m conv.h5nn --new-head --unfreeze=0:head \
    --unfreeze=3:all --anchor=L2SP:0.1 --keep=best --val-split=0.2 -e 6 \
    -C at --checkpoint-every=4steps --keep-checkpoints=100 -o whole.h5nn \
    "$train"
n=0
for at in at.u*; do
	expect 0 nn-finetune -q --resume -m "$at" -o again.h5nn "$train"
	same whole.h5nn again.h5nn
	rm again.h5nn
	n=$((n + 1))
done
[ $n = 12 ] || fail "$n checkpoints"
echo ok
