#!/bin/sh
# P2, ms a step: cnn-small (conv 32, pool, conv 64, pool, dense 128, dense 10);
# MNIST, Adam, batch 64.
. "$(dirname "$0")/common.sh"
images=$(mnist train-images-idx3-ubyte) labels=$(mnist train-labels-idx1-ubyte)
./nn-init --preset=cnn-small -o "$work/p2.h5nn"
keras=
[ -z "${NN_SLOW_PEERS:-}" ] || keras=1
bench/pairs -n "$pairs" -f step_ms \
	-- ours sh "$bench/ours.sh" "$work/p2.h5nn" 64 3 --optimizer=adam \
	"idx:$images,labels=$labels,limit=6400" \
	-- torch "$python" "$bench/peers/torch-train.py" p2 150 2 f32 \
	"$images" "$labels" \
	-- torch-tuned $(tuned) "$python" "$bench/peers/torch-train.py" \
	p2 150 2 f32 "$images" "$labels" \
	${keras:+-- keras-fit "$python" "$bench/peers/keras-fit.py" p2 3 3200 \
	"$images" "$labels"}
