#!/bin/sh
# Trains a net from zero and scores it, in one pipe: nothing is written unless
# every stage succeeds.
#
#   sh samples/train.sh [TRAIN TEST [MODEL]]
#
# TRAIN and TEST: any data of ten classes 0..9 (default: the drawn digits that
# lie beside this script); MODEL: the result (default: digits.h5nn).
set -eu
here=$(dirname "$0")
PATH=$PWD:$PATH
train=${1:-$here/digits-idx/train-images-idx3-ubyte.gz}
test=${2:-$here/digits-idx/t10k-images-idx3-ubyte.gz}
model=${3:-digits.h5nn}

nn-init -i 28x28x1 --labels=0,1,2,3,4,5,6,7,8,9 \
    --pre=gray,resize:28x28,scale:1/255 \
    flatten dense:128:relu dense:10:softmax |
nn-train -e 5 -b 32 --optimizer=adam --seed=1 "$train" |
nn-eval -p -o "$model" "$test"
