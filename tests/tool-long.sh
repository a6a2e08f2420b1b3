#!/bin/sh
# The tools on real data, found by NN_TEST_DATA: the tutorial's accuracy, ten
# thousand pictures, another alphabet on a frozen layer, a run that is stopped
# at ten instants, and memory that does not grow with the number of files.
real=${NN_TEST_DATA:+$(cd "$NN_TEST_DATA" 2>/dev/null && pwd)}/datasets
[ -n "${NN_TEST_DATA:-}" ] && [ -d "$real/mnist" ] || {
	echo 'skipped: no real data (NN_TEST_DATA)'
	exit 77
}
. "${srcdir:-.}/tests/tool-lib.sh"
mnist=$real/mnist/train-images-idx3-ubyte.gz
mnist10k=$real/mnist/t10k-images-idx3-ubyte.gz
chain=gray,resize:28x28,scale:1/255

# The tutorial: at least 97.3 %.
nn-init --preset=mlp-mnist --seed=1 | nn-train -q -e 5 -b 32 --seed=1 "$mnist" |
    nn-eval -p --assert='accuracy>=0.973' -o mnist.h5nn "$mnist10k" ||
    fail 'the tutorial does not reach 97.3 %'

# Every test picture as PNG: the label of the IDX file, the probability within
# 1e-5.  A picture's number is its index, after the 60,000 of training.
tar xzf "$real/mnist_png.tar.gz"
expect 0 nn-predict -m mnist.h5nn -H --wide "$mnist10k"
mv out idx.tsv
expect 0 nn-predict -m mnist.h5nn -H --wide mnist_png/test
mv out png.tsv
awk -F'\t' '
    NR == FNR { for (i = 2; i <= 12; i++) want[FNR - 1, i] = $i; next }
    { match($1, /[0-9]+\.png$/); at = substr($1, RSTART, RLENGTH - 4) - 60000
      if (want[at, 2] != $2) bad++
      for (i = 3; i <= 12; i++) {
          d = want[at, i] - $i
          if (d > 1e-5 || d < -1e-5) bad++
      } }
    END { exit FNR != 10000 || bad > 0 }' idx.tsv png.tsv ||
    fail 'pictures and IDX file disagree'

# All 60,000 training pictures in the memory that a few take.
if [ -x /usr/bin/time ]; then
	/usr/bin/time -f %M nn-predict -m mnist.h5nn mnist_png/test \
	    >out 2>few || fail 'predicting'
	/usr/bin/time -f %M nn-predict -m mnist.h5nn mnist_png/train \
	    >out 2>many || fail 'predicting'
	[ "$(cat many)" -lt $(($(cat few) + 16000)) ] ||
	    fail "memory grows: $(cat few) KB, $(cat many) KB"
fi

# Printed characters, black on white, on the frozen first layer: better than
# on a random one.
tar xzf "$real/chars74k_split.tar.gz"
nn-init --preset=mlp-mnist --seed=1 -o random.h5nn
for base in mnist random; do
	expect 0 nn-finetune -m $base.h5nn --new-head --freeze=backbone -e 8 \
	    --pre=$chain,invert -o chars-$base.h5nn chars74k_split/train
	says 'frozen tensors verified: 2/2 unchanged (SHA-256)'
	expect 0 nn-eval -m chars-$base.h5nn chars74k_split/test
	awk -F'\t' '$1 == "accuracy" { print $2 }' out >$base.acc
done
awk -v a="$(cat mnist.acc)" -v b="$(cat random.acc)" \
    'BEGIN { exit !(a > b + 0.03 && a > 0.85) }' ||
    fail "trained $(cat mnist.acc), random $(cat random.acc)"

# Ten SIGTERMs at whatever instants, and the same bytes at the end.
set -- -m random.h5nn -e 60 --schedule=cosine --val-split=0.1
expect 0 nn-train -q "$@" -o whole.h5nn "$mnist"
seed=1
for stop in 1 2 3 4 5 6 7 8 9 10; do
	nn-train -q --resume "$@" -o parts.h5nn "$mnist" 2>err &
	pid=$!
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	sleep 0.$((seed / 65536 % 70 + 20))
	kill -TERM $pid 2>/dev/null
	wait $pid
	status=$?
	[ $status = 143 ] || fail "stop $stop: exit $status, $(cat err)"
done
expect 0 nn-train -q --resume "$@" -o parts.h5nn "$mnist"
same whole.h5nn parts.h5nn
echo "stopped 10 times; trained $(cat mnist.acc), random $(cat random.acc)"
