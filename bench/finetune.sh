#!/bin/sh
# resnet20 fine-tuned on 5,000 pictures of 32x32x3 for ten other classes,
# batch 32, SGD with momentum 0.9: a new head on frozen layers, the last block
# as well, everything.  Milliseconds an epoch; peak memory of the processes.
. "$(dirname "$0")/common.sh"
pictures=$work/finetune-images.idx classes=$work/finetune-labels.idx
if [ ! -f "$classes" ]; then
	[ -d "${NN_CIFAR:-/nonexistent}" ] ||
		fail "set NN_CIFAR to a folder of 32x32 pictures"
	"$python" "$bench/peers/data.py" idx "$NN_CIFAR" 5000 "$pictures" \
		"$classes" >&2
fi
threads=${NN_THREADS:-2}
data=idx:$pictures,labels=$classes
base=$work/finetune-base.h5nn
[ -f "$base" ] || {
	./nn-init --preset=resnet20 --labels=0,1,2,3,4,5,6,7,8,9 |
		./nn-train -q -e 1 -b 64 --optimizer=sgd,momentum=0.9 \
			--lr=0.05 -o "$base" "$data"
}

# finetune EPOCHS OPTION...; torch WHAT KEEP EPOCHS
finetune() {
	epochs=$1
	shift
	echo sh "$bench/ours-finetune.sh" "$base" 32 "$epochs" --new-head \
		--freeze=backbone --optimizer=sgd,momentum=0.9 --lr=0.01 \
		-j "$threads" "$@" "$data"
}
torch() {
	echo "$python" "$bench/peers/torch-finetune.py" "$1" "$2" "$3" \
		"$threads" "$pictures" "$classes"
}
row() {
	bench/pairs -n "$pairs" -f "$@"
}

# The first epoch, with what is computed once; then each further one, beside
# features kept by hand and beside ourselves without them.
row first_ms -- ours-first $(finetune 2) \
	-- torch-kept $(torch head keep 2) \
	-- torch-again $(torch head again 1)
row epoch_ms -- ours-head $(finetune 20) \
	-- torch-kept $(torch head keep 20)
row epoch_ms -- ours-kept $(finetune 20) \
	-- not-kept $(finetune 2 --cache-features=never) \
	-- torch-again $(torch head again 2)
# The last block and the head: further epochs.
row epoch_ms -- ours-block $(finetune 4 --train=s3/b3/*) \
	-- torch-kept $(torch block keep 3) \
	-- torch-again $(torch block again 2)
row epoch_ms -- ours-all $(finetune 2 --train=all) \
	-- torch $(torch all again 2) \
	-- torch-tuned $(tuned) $(torch all again 2)
row peak_mb -- ours-memory $(finetune 3) \
	-- torch-kept $(torch head keep 3) \
	-- torch-again $(torch head again 1)
