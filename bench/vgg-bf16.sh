#!/bin/sh
# VGG with products of bfloat16 (PyTorch: autocast), ms a step.
. "$(dirname "$0")/common.sh"
cifar
./nn-init --preset=vgg-small -o "$work/vgg.h5nn"
bench/pairs -n "$pairs" -f step_ms \
	-- ours sh "$bench/ours.sh" "$work/vgg.h5nn" 64 3 --compute=bf16 \
	--optimizer=sgd,momentum=0.9 --lr=0.01 \
	"idx:$images,labels=$labels,limit=640" \
	-- torch "$python" "$bench/peers/torch-train.py" vgg 20 2 bf16 \
	"$images" "$labels" \
	-- torch-tuned $(tuned) "$python" "$bench/peers/torch-train.py" \
	vgg 20 2 bf16 "$images" "$labels"
