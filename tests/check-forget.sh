#!/bin/sh
# Every state in a checkpoint is needed: a run in phases, with averaged weights,
# mixed and augmented samples, that goes on from a checkpoint which has forgotten
# one of them does not end with the bytes of a run that was never stopped.
. "${srcdir:-.}/tests/tool-lib.sh"

forget=$top/tests/tool-forget
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o base.h5nn \
    conv:4:3:relu,name=c1 bn,name=n1 flatten dense:8:relu,name=d1 \
    dropout:0.2 dense:3:softmax,name=d2

# stop_in PHASE OPTION...: the whole run, and a checkpoint inside that phase.
stop_in() {
	phase=$1
	shift
	expect 0 nn-finetune -q -m base.h5nn "$@" -C whole.ck -o whole.h5nn \
	    "$train"
	n=0
	while :; do
		nn-finetune -q --resume -m base.h5nn "$@" --max-time=0.001 \
		    -C ck.h5nn -o no.h5nn "$train" 2>err
		[ $? = 7 ] || fail 'the run ended before it was stopped in time'
		nn-info --json ck.h5nn | grep -o '"position":{[^}]*' >position
		grep -q "\"phase\":$phase," position &&
		    ! grep -q '"batch_at":0,' position && break
		n=$((n + 1))
		[ $n -lt 2000 ] || fail 'it never comes to that phase'
	done
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

options='-e 240 --unfreeze=0:head --unfreeze=80:blocks:2 --unfreeze=160:all
    --ema=0.9 --mixup=0.3 --augment=shift:0.2 --schedule=onecycle --warmup=900'
# shellcheck disable=SC2086
stop_in 1 $options
needs slot.momentum slot.velocity slot.ema slot.since weights history position.epoch \
    position.batch_at position.update position.optimizer_step position.phase \
    position.phase_update position.sum_loss position.sum_n position.sum_right

options='-e 200 --unfreeze=0:head --unfreeze=plateau:blocks:2
    --unfreeze=plateau:all --val-split=0.3 --patience=8 --monitor=val_acc
    -b 4 -l 0.003 --optimizer=sgd,momentum=0.9 --cache-features=never'
# shellcheck disable=SC2086
stop_in 1 $options
needs slot.momentum best position.best position.best_epoch best.optimizer_step
echo ok
