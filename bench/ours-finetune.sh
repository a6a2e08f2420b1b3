#!/bin/sh
# Fine-tunes with nn-finetune and prints "first_ms MS", what the first epoch
# took with everything that was computed for it before, and "epoch_ms MS" for
# each further epoch, from end to end.
#
#   sh bench/ours-finetune.sh MODEL BATCH EPOCHS OPTION... DATA
set -eu

model=$1 batch=$2 epochs=$3
shift 3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

./nn-finetune -q -m "$model" -o "$dir/out.h5nn" -b "$batch" -e "$epochs" \
	--log="$dir/log" "$@"
awk -F'[,:}]' '
	function value(key, i) {
		for (i = 1; i < NF; i++)
			if (index($i, "\"" key "\""))
				return $(i + 1)
	}
	/"event":"features"/ { before = value("seconds") }
	/"event":"epoch"/ {
		s = value("seconds")
		if (n++ == 0)
			print "first_ms", 1000 * (before + s)
		else
			print "epoch_ms", 1000 * (s - seconds)
		seconds = s
	}' "$dir/log"
