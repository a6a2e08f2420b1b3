#!/bin/sh
# VGG, ms a step: vgg-small; 32x32x3, SGD with momentum 0.9, batch 64.
. "$(dirname "$0")/common.sh"
cifar
./nn-init --preset=vgg-small -o "$work/vgg.h5nn"
bench/pairs -n "$pairs" -f step_ms \
	-- ours sh "$bench/ours.sh" "$work/vgg.h5nn" 64 3 \
	--optimizer=sgd,momentum=0.9 --lr=0.01 \
	"idx:$images,labels=$labels,limit=640" \
	-- torch "$python" "$bench/peers/torch-train.py" vgg 20 2 f32 \
	"$images" "$labels" \
	-- torch-tuned $(tuned) "$python" "$bench/peers/torch-train.py" \
	vgg 20 2 f32 "$images" "$labels"
