#!/bin/sh
# Trains in slices of time, as a queue with a limit wants it: the same command
# again as long as it ends with 7, the time is up; whatever else goes wrong ends
# the script.  The result has the bytes of a run in one piece.
#
#   sh samples/requeue.sh [DATA [MODEL [EPOCHS [TIME]]]]
#
# DATA: samples of ten classes 0..9, of which ten may be unreadable and no class
# may be missing (default: the drawn digits that lie beside this script); MODEL:
# the result (default: digits.h5nn); EPOCHS (default: 40); TIME: of a slice
# (default: 1s).
set -eu
here=$(dirname "$0")
PATH=$PWD:$PATH
data=${1:-$here/digits/train}
model=${2:-digits.h5nn}
epochs=${3:-40}
slice=${4:-1s}

slices=1
nn-init --preset=mlp-mnist -o "$model.start"
until nn-train --resume --checkpoint="$model.ck" -m "$model.start" \
    -o "$model" -e "$epochs" --schedule=cosine --val-split=0.1 \
    --skip-bad=10 --strict-labels --max-time="$slice" "$data"; do
	status=$?
	[ $status -eq 7 ] || exit $status
	slices=$((slices + 1))
done
rm "$model.start" "$model.ck"
echo "trained in $slices slices of $slice"
