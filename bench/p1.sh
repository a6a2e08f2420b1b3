#!/bin/sh
# P1, ms a step: flatten, dense 128 relu, dense 10; MNIST, Adam, batch 32.
. "$(dirname "$0")/common.sh"
images=$(mnist train-images-idx3-ubyte) labels=$(mnist train-labels-idx1-ubyte)
./nn-init --preset=mlp-mnist -o "$work/p1.h5nn"
keras=
[ -z "${NN_SLOW_PEERS:-}" ] || keras=1
bench/pairs -n "$pairs" -f step_ms \
	-- ours sh "$bench/ours.sh" "$work/p1.h5nn" 32 5 --optimizer=adam \
	"idx:$images,labels=$labels" \
	-- jax-scan "$python" "$bench/peers/jax-p1.py" 6 2 "$images" "$labels" \
	-- jax-scan-1 "$python" "$bench/peers/jax-p1.py" 6 1 "$images" "$labels" \
	-- torch-1 "$python" "$bench/peers/torch-train.py" p1 1500 1 f32 \
	"$images" "$labels" \
	${keras:+-- keras-fit "$python" "$bench/peers/keras-fit.py" p1 2 16000 \
	"$images" "$labels"}
