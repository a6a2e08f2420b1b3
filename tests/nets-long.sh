#!/bin/sh
# Nets for pictures on real data (NN_TEST_DATA): what README.md says that they
# learn.
real=${NN_TEST_DATA:+$(cd "$NN_TEST_DATA" 2>/dev/null && pwd)}/datasets
[ -n "${NN_TEST_DATA:-}" ] && [ -d "$real/mnist" ] || {
	echo 'skipped: no real data (NN_TEST_DATA)'
	exit 77
}
. "${srcdir:-.}/tests/tool-lib.sh"
mnist=$real/mnist/train-images-idx3-ubyte.gz
mnist10k=$real/mnist/t10k-images-idx3-ubyte.gz

# Digits by cnn-small: 98.0 % after one epoch, 98.9 % after five.
nn-init --preset=cnn-small -o cnn.h5nn
nn-train -q -e 1 --schedule=cosine -m cnn.h5nn "$mnist" |
    nn-eval --assert='accuracy>=0.98' "$mnist10k" >one.tsv ||
    fail 'cnn-small does not reach 98.0 % in one epoch'
nn-train -q -e 5 --schedule=cosine -m cnn.h5nn "$mnist" |
    nn-eval --assert='accuracy>=0.989' "$mnist10k" >five.tsv ||
    fail 'cnn-small does not reach 98.9 % in five epochs'

# Ten kinds of things by resnet20: 60 % after twelve epochs.
tar xzf "$real/cifar10_sub.tar.gz"
nn-init --preset=resnet20 |
nn-train -q -e 12 -b 64 --optimizer=sgd,momentum=0.9,nesterov -l 0.1 \
    --schedule=onecycle --weight-decay=5e-4 --augment=hflip,crop:pad4 \
    cifar10_sub/train |
nn-eval -p --assert='accuracy>=0.6' -o things.h5nn cifar10_sub/test ||
    fail 'resnet20 does not reach 60 % in twelve epochs'

# Ten other kinds, 200 pictures each, by the defaults for a new head: 80 %.
tar xzf "$real/cifar100_dev10.tar.gz"
nn-finetune -q -m things.h5nn --new-head -o others.h5nn \
    cifar100_dev10/train 2>err || fail 'resnet20 is not fine-tuned'
nn-eval -m others.h5nn --assert='accuracy>=0.8' cifar100_dev10/test >others.tsv ||
    fail 'resnet20 does not reach 80 % on other kinds'

# An autoencoder learns to draw digits better than a grey sheet would be.
nn-init --preset=autoencoder | nn-train -q -e 1 -o ae.h5nn "$mnist" ||
    fail 'the autoencoder does not train'
nn-eval -m ae.h5nn "$mnist10k" >ae.tsv || fail 'the autoencoder is not scored'
awk -F'\t' '$1 == "loss" { exit !($2 < 0.03) }' ae.tsv ||
    fail "the autoencoder draws badly: $(cat ae.tsv)"
