#!/bin/sh
# A run in phases, with adapters, averaged weights, mixed and augmented samples,
# goes on from any of its updates to the bytes of a run that was never stopped;
# and every state in the checkpoint is needed for that.
. "${srcdir:-.}/tests/tool-lib.sh"

forget=$top/tests/tool-forget
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o base.h5nn \
    conv:4:3:relu,name=c1 bn,name=n1 flatten dense:8:relu,name=d1 \
    dropout:0.2 dense:3:softmax,name=d2

# stops_at N OPTION...: the whole run, with a checkpoint of each of its updates;
# ck.h5nn is that of update N.
stops_at() {
	n=$1
	shift
	expect 0 nn-finetune -q -m base.h5nn "$@" -C all.ck -o whole.h5nn \
	    --checkpoint-every=1steps --keep-checkpoints=9999 "$train"
	cp "all.ck.u$n" ck.h5nn
}

# needs WHAT...: the run in "$options" ends otherwise without each of them.
needs() {
	cp ck.h5nn kept.h5nn
	# shellcheck disable=SC2086
	expect 0 nn-finetune -q --resume -m base.h5nn $options -C ck.h5nn \
	    -o parts.h5nn "$train"
	same whole.h5nn parts.h5nn
	for what in "$@"; do
		"$forget" "$what" kept.h5nn ck.h5nn ||
		    fail "there is no $what to forget"
		rm -f parts.h5nn
		# shellcheck disable=SC2086
		nn-finetune -q --resume -m base.h5nn $options -C ck.h5nn \
		    -o parts.h5nn "$train" 2>err
		cmp -s whole.h5nn parts.h5nn &&
		    fail "$what is forgotten and not missed"
	done
	rm -f ck.h5nn
}

options='-e 6 --lora=c1,rank=2,dropout=0.1 --unfreeze=2:blocks:2 --unfreeze=4:all
    --ema=0.9 --mixup=0.3 --augment=shift:0.2 --schedule=onecycle --warmup=30'
# shellcheck disable=SC2086
stops_at 000034 $options
# From every update of it the run ends in the same bytes.
n=0
for at in all.ck.u*; do
	# shellcheck disable=SC2086
	expect 0 nn-finetune -q --resume -m base.h5nn $options -C "$at" \
	    -o parts.h5nn "$train"
	same whole.h5nn parts.h5nn
	n=$((n + 1))
done
[ $n = 60 ] || fail "$n checkpoints of 60 updates"
needs slot.momentum slot.velocity slot.ema slot.since weights history position.epoch \
    position.batch_at position.update position.optimizer_step position.phase \
    position.phase_update position.sum_loss position.sum_n position.sum_right

# A phase that the plan does not have is refused, not looked for.
"$forget" position.phase=7 all.ck bad.h5nn || exit 99
# shellcheck disable=SC2086
expect 3 nn-finetune -q --resume -m base.h5nn $options -C bad.h5nn \
    -o parts.h5nn "$train"
says 'position: phase'
rm all.ck*

options='-e 40 --unfreeze=0:head --unfreeze=plateau:blocks:2
    --unfreeze=plateau:all --val-split=0.3 --patience=8 --monitor=val_acc
    -l 0.01 --optimizer=sgd,momentum=0.9 --cache-features=never'
# shellcheck disable=SC2086
stops_at 000095 $options
needs slot.momentum best position.best position.best_epoch best.optimizer_step

# What a state cannot be, the one who checks a file says.
"$forget" 'epoch=-' whole.h5nn odd.h5nn || fail 'no epoch to change'
expect 0 nn-info --check whole.h5nn
expect 3 nn-info --check odd.h5nn
holds out '/training: training: epoch or threads: out of range [format 1: 7.5]'
echo ok
