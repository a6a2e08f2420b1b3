#!/bin/sh
# P3, ms a step: resnet20; 32x32x3, SGD with momentum 0.9, batch 64.
. "$(dirname "$0")/common.sh"
cifar
./nn-init --preset=resnet20 -o "$work/p3.h5nn"
bench/pairs -n "$pairs" -f step_ms \
	-- ours sh "$bench/ours.sh" "$work/p3.h5nn" 64 3 \
	--optimizer=sgd,momentum=0.9 --lr=0.01 \
	"idx:$images,labels=$labels,limit=640" \
	-- torch "$python" "$bench/peers/torch-train.py" p3 20 2 f32 \
	"$images" "$labels" \
	-- torch-tuned $(tuned) "$python" "$bench/peers/torch-train.py" \
	p3 20 2 f32 "$images" "$labels"
