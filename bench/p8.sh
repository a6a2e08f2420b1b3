#!/bin/sh
# P8: peak memory of training P1's and P2's nets, MB.
. "$(dirname "$0")/common.sh"
images=$(mnist train-images-idx3-ubyte) labels=$(mnist train-labels-idx1-ubyte)
./nn-init --preset=mlp-mnist -o "$work/p1.h5nn"
./nn-init --preset=cnn-small -o "$work/p2.h5nn"
for row in p1:32 p2:64; do
	name=${row%:*}
	bench/pairs -n "$pairs" -f peak_mb \
		-- "ours-$name" ./nn-train -q -m "$work/$name.h5nn" \
		-o "$work/trained.h5nn" -b "${row#*:}" --steps=100 \
		--optimizer=adam "idx:$images,labels=$labels" \
		-- "torch-$name" "$python" "$bench/peers/torch-train.py" \
		"$name" 100 2 f32 "$images" "$labels" \
		-- "keras-$name" "$python" "$bench/peers/keras-fit.py" \
		"$name" 1 60000 "$images" "$labels"
done
