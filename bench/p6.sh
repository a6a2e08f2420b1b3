#!/bin/sh
# P6: 10,000 PNGs to labels with cnn-small, whole processes, seconds.
. "$(dirname "$0")/common.sh"
pictures
"$python" "$bench/peers/onnx-export.py" "$work/cnn-small.onnx"
bench/pairs -n "$pairs" \
	-- ours ./nn-predict -m "$net" "$folder" \
	-- onnx "$python" "$bench/peers/onnx-predict.py" \
	"$work/cnn-small.onnx" "$folder" \
	-- torch "$python" "$bench/peers/torch-predict.py" "$folder"
