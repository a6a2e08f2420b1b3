#!/bin/sh
# Gives a trained net a new head for other classes, its first layers frozen,
# and accepts the result only when it is good enough.
#
#   sh samples/finetune.sh [MODEL [TRAIN TEST [RESULT [ACCURACY]]]]
#
# MODEL: what samples/train.sh made (default: digits.h5nn); TRAIN and TEST:
# folders of PNG pictures, one folder a class (default: drawn letters); RESULT
# (default: letters.h5nn); ACCURACY: what it must reach (default: 0.8).
#
# The letters are black on white and the digits were white on black, so the
# preprocessing inverts pictures with a bright border.
set -eu
here=$(dirname "$0")
PATH=$PWD:$PATH
model=${1:-digits.h5nn}
train=${2:-$here/letters/train}
test=${3:-$here/letters/test}
result=${4:-letters.h5nn}
accuracy=${5:-0.8}

nn-finetune -m "$model" --new-head --freeze=backbone \
    -e 40 -b 8 --lr=0.003 \
    --pre=gray,resize:28x28,scale:1/255,invert:auto \
    --val-split=0.2 --patience=8 -o "$result" "$train"
nn-eval -m "$result" --assert="accuracy>=$accuracy" "$test"
