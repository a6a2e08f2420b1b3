#!/bin/sh
# P5: one PNG to its label with cnn-small, whole processes, seconds.
. "$(dirname "$0")/common.sh"
pictures
"$python" "$bench/peers/onnx-export.py" "$work/cnn-small.onnx"
bench/pairs -n "$pairs" \
	-- ours ./nn-predict -m "$net" "$folder/00000.png" \
	-- onnx "$python" "$bench/peers/onnx-predict.py" \
	"$work/cnn-small.onnx" "$folder/00000.png" \
	-- torch "$python" "$bench/peers/torch-predict.py" "$folder/00000.png"
