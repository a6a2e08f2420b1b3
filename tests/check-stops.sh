#!/bin/sh
# A run that is stopped by SIGTERM, SIGINT or SIGHUP at whatever instant leaves
# a whole checkpoint or the one before; from there it goes on, to be stopped
# again, and ends with the bytes of a run that was never stopped.  NN_STOPS=200
# stops each kind of run so often instead of 8 times.
. "${srcdir:-.}/tests/tool-lib.sh"

stops=${NN_STOPS:-8}
state=1
total=0

# random BELOW: the next number, in $drawn.
random() {
	state=$(((state * 1103515245 + 12345) % 2147483648))
	drawn=$((state / 65536 % $1))
}

# What is there after a stop: nothing if the run had not begun to train, else a
# file whose every digest is right.
look() {
	if [ -e part.h5nn.unfinished ]; then
		nn-info --check part.h5nn.unfinished >out 2>>err ||
		    fail "$kind: stop $n: the checkpoint is damaged"
	else
		[ ! -s err ] || fail "$kind: stop $n: nothing was kept"
		early=$((early + 1))
	fi
}

# Is the end of the run that of the whole one?  The next one begins anew.
compare() {
	cmp -s whole.h5nn part.h5nn ||
	    fail "$kind: other bytes after $n stops"
	[ ! -e part.h5nn.unfinished ] ||
	    fail "$kind: the unfinished file is still there"
	ends=$((ends + 1))
	rm part.h5nn
}

# stopped KIND COMMAND...: the run again and again.
stopped() {
	kind=$1
	shift
	expect 0 "$@" -o whole.h5nn
	n=0 early=0 ends=0
	while [ $n -lt "$stops" ] && [ $ends -lt $((stops * 20)) ]; do
		random 3
		case $drawn in
		0) sig=TERM want=143 ;;
		1) sig=INT want=130 ;;
		2) sig=HUP want=129 ;;
		esac
		random 280
		timeout --foreground --preserve-status -s $sig \
		    "$(printf '0.%03d' $((drawn + 20)))" \
		    "$@" --resume -o part.h5nn >out 2>err
		status=$?
		case $status in
		0) compare ;;
		$want)
			n=$((n + 1))
			look
			;;
		*) fail "$kind: exit $status after $sig" ;;
		esac
	done
	[ $n -gt 0 ] || fail "$kind: it is too fast to be stopped"
	expect 0 "$@" --resume -o part.h5nn
	compare
	total=$((total + n))
	echo "$kind: $n of $n stops, $early before it began to train;" \
	    "$ends runs ended with the bytes of the whole one"
}

nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o conv.h5nn \
    conv2d:8,kernel=3,pad=same bn relu conv2d:8,kernel=3,pad=same bn relu \
    gap dropout:0.2 dense:3:softmax || exit 99
nn-init -i 28x28x1 --labels=0,1,2 --pre=resize:28x28,scale:1/255 \
    -o wide.h5nn flatten dense:128:relu dense:3:softmax || exit 99
expect 0 nn-train -q -e 2 -m conv.h5nn -o base.h5nn "$train"

stopped everything nn-train -q -m init.h5nn -e 600 --ema=0.99 --mixup=0.3 \
    --augment=shift:0.2,noise:0.05 --accumulate=3 --val-split=0.2 \
    --clip=norm:0.5 --schedule=cosine "$train"
stopped 'new head' nn-finetune -q -m base.h5nn --new-head --train=all \
    --bn=frozen --optimizer=rmsprop,momentum=0.5 --l2=1e-3 --decay-all \
    --clip=norm:0.1 --val-split=0.2 -e 60 "$train"
stopped 'batch norms' nn-finetune -q -m base.h5nn --bn=recalibrate \
    --cutmix=1 --sampler=balanced --anchor=L2SP:0.1 --dropout=all=0.4 \
    --warmup=5% --schedule=onecycle -e 60 "$train"
stopped phases nn-finetune -q -m base.h5nn --new-head --unfreeze=0:head \
    --unfreeze=20:all --anchor=L2SP:0.1 --keep=best --val-split=0.2 -e 60 \
    "$train"
stopped features nn-finetune -q -m base.h5nn --freeze=backbone --new-head \
    --cache-features --optimizer=sgd,momentum=0.9,nesterov --ema=0.9 \
    --label-smoothing=0.1 -e 2500 --val-split=0.2 "$train"
stopped checkpoints nn-train -q -m conv.h5nn -e 60 --optimizer=adamw \
    --weight-decay=0.01 --augment=hflip,crop:pad1 --class-weight=balanced \
    --checkpoint-every=3steps --patience=50 --val-split=0.1 "$train"
# oneDNN's products of such matrices move the stack into the heap.
stopped products nn-train -q -m wide.h5nn -e 300 --val-split=0.1 "$train"
echo "figure: signals during training: $total of $total saved, 0 torn"
