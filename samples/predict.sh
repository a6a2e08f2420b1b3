#!/bin/sh
# Labels PNG files: a folder, what find finds, and pictures out of a pipe.
#
#   sh samples/predict.sh [MODEL [FOLDER]]
#
# MODEL: what samples/train.sh made (default: digits.h5nn); FOLDER: PNG files
# (default: the pictures in samples/inbox).
set -eu
here=$(dirname "$0")
PATH=$PWD:$PATH
model=${1:-digits.h5nn}
folder=${2:-$here/inbox}

echo "# every picture of a folder"
nn-predict -m "$model" "$folder"

echo "# the three most likely labels of what find finds, whatever the names"
find "$folder" -name '*.png' -print0 | sort -z |
nn-predict -m "$model" -0 -T - -k 3

echo "# pictures behind each other, as from a camera"
find "$folder" -name '*.png' -print0 | sort -z | xargs -0 cat |
nn-predict -m "$model" -O jsonl -

echo "# the uncertain ones"
nn-predict -m "$model" "$folder" |
awk -F'\t' 'NR > 1 && $3 < 0.6 { print $1 }'
