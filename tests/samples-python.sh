#!/bin/bash
# The samples for Python against nn-predict: a small net of convolutions, a
# batch norm and dense layers gives the same numbers in PyTorch and in Keras,
# with the weights that samples/load-*.py take out of its file.
# PYTHON names a Python that has h5py and one of the two (default: python3).
. "${srcdir:-.}/tests/tool-lib.sh"
PYTHON=${PYTHON:-python3}
export SAMPLES=$srcdir/samples TF_CPP_MIN_LOG_LEVEL=3 PYTHONDONTWRITEBYTECODE=1
data=$srcdir/samples/digits-idx
test=$data/t10k-images-idx3-ubyte.gz

nn-init -i 28x28x1 --labels=0,1,2,3,4,5,6,7,8,9 \
    --pre=gray,resize:28x28,scale:1/255 \
    conv2d:8:3,stride=2,pad=1 batch_norm relu \
    depthwise_conv2d:3,depth_multiplier=2,name=depth/wise flatten \
    dense:32:relu dense:10:softmax |
    nn-train -q -e 2 -b 32 --optimizer=adam -o net.h5nn \
	"$data/train-images-idx3-ubyte.gz" || fail "no net"
nn-predict -q -m net.h5nn --logits -O npy -o logits.npy "$test" ||
    fail "no logits"

# One number of the file other than its SHA-256 says.
cp net.h5nn damaged.h5nn
at=$(($(wc -c <net.h5nn) - 1))
printf '\377' | dd of=damaged.h5nn bs=1 seek=$at conv=notrunc 2>/dev/null

ran=0
for peer in torch:pytorch keras:keras; do
	name=${peer#*:}
	"$PYTHON" -c "import h5py, ${peer%:*}" >out 2>&1 || {
		echo "skipped: $name: $PYTHON has no h5py or no ${peer%:*}"
		continue
	}
	expect 0 "$PYTHON" "$srcdir/tests/python-$name.py" \
	    net.h5nn "$test" logits.npy
	echo "$name: $(cat out)"
	expect 1 "$PYTHON" "$srcdir/tests/python-$name.py" \
	    damaged.h5nn "$test" logits.npy
	says "the numbers are damaged"
	ran=$((ran + 1))
done
[ $ran -gt 0 ] || exit 77
