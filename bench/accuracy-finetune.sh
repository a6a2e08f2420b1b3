#!/bin/sh
# What the ways of fine-tuning are worth: a table of accuracy on TEST, seconds,
# numbers that learn at last and bytes of the result.
#
#   sh bench/accuracy-finetune.sh BASE TRAIN TEST [OPTION...]
#
# Each way goes NN_EPOCHS (16) times through TRAIN and gets the options, such as
# --seed=1; NN_WAYS names some of the ways, instead of all.  The last one is what
# nn-finetune --new-head does by itself.  At the top of the build tree; needs no
# peers.  The ResNet-20 of README with ten classes of CIFAR-100:
#
#   sh bench/accuracy-finetune.sh things.h5nn train/ test/
set -eu

NN_MODULES=${NN_MODULES:-$PWD/.libs}
export NN_MODULES
[ $# -ge 3 ] || {
	sed -n 's/^#   //p' "$0" >&2
	exit 2
}
base=$1 train=$2 test=$3
shift 3
epochs=${NN_EPOCHS:-16}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

# tune OPTION...: a new head, with the settings that the ways share.
tune() {
	./nn-finetune -m "$base" --new-head -o "$dir/result.h5nn" --strip \
		"$@" "$train" 2>"$dir/messages" || {
		cat "$dir/messages" >&2
		exit 1
	}
}
alike() {
	tune -e "$epochs" --optimizer=adamw --lr=2e-3 --weight-decay=0.01 \
		--schedule=onecycle --label-smoothing=0.1 "$@"
}
augmented() {
	alike --augment="$augment" "$@"
}
# As the default has it for such pictures.
augment=$(./nn-finetune -n -m "$base" --new-head "$@" "$train" 2>/dev/null |
	sed -n 's/^augment *//p')
augment=${augment:-none}

head_only() { alike --freeze=backbone "$@"; }
last_block() { augmented --freeze=backbone --train=blocks:2 "$@"; }
gradual() { augmented --gradual "$@"; }
lora() { augmented --lora=backbone "$@"; }
all_layers() { augmented --train=all "$@"; }
by_default() { tune "$@"; }

learnt() {
	awk '$1 == "state" { on = 1; next }
		on && $1 ~ /^(trained|new|adapter)$/ { n += $3 }
		END { print n + 0 }' "$dir/messages"
}
row() {
	began=$(date +%s.%N)
	"$@"
	ended=$(date +%s.%N)
	accuracy=$(./nn-eval -m "$dir/result.h5nn" "$test" |
		awk '$1 == "accuracy" { print $2 }')
	echo "$1 $accuracy $began $ended $(learnt) \
		$(wc -c <"$dir/result.h5nn")" | awk -v OFS='\t' \
		'{ print $1, $2, sprintf("%.1f", $4 - $3), $5, $6 }'
}

printf 'what\taccuracy\tseconds\tlearnt\tbytes\n'
for what in ${NN_WAYS:-head_only last_block gradual lora all_layers by_default}
do
	row "$what" "$@"
done
