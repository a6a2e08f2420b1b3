#!/bin/sh
# Trains with nn-train and prints "step_ms MS" for each epoch but the first:
# the time from the end of one epoch to the end of the next, with everything
# that happens in it, by the number of its steps.
#
#   sh bench/ours.sh MODEL BATCH EPOCHS OPTION... DATA
set -eu

model=$1 batch=$2 epochs=$3
shift 3
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT

./nn-train -q -m "$model" -o "$dir/out.h5nn" -b "$batch" -e "$epochs" \
	--log="$dir/log" "$@"
awk -F'[,:}]' '
	function value(key, i) {
		for (i = 1; i < NF; i++)
			if (index($i, "\"" key "\""))
				return $(i + 1)
	}
	/"event":"epoch"/ {
		s = value("seconds")
		u = value("update")
		if (updates > 0)
			print "step_ms", 1000 * (s - seconds) / (u - updates)
		seconds = s
		updates = u
	}' "$dir/log"
