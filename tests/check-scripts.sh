#!/bin/sh
# The scripts beside the samples do what they say.
set -u
srcdir=$(cd "${srcdir:-.}" && pwd)
build=$PWD
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
cd "$tmp" || exit 99
PATH=$build:$PATH
NN_THREADS=1
export PATH NN_THREADS

fail() {
	echo "FAIL: $*"
	cat "$tmp"/err 2>/dev/null
	exit 1
}

sh "$srcdir/samples/train.sh" >out 2>err || fail "train.sh: status $?"
[ ! -s out ] || fail "train.sh wrote to standard output"
nn-eval -m digits.h5nn --assert='accuracy>=0.95' "$srcdir/samples/digits/test" \
    >out 2>err || fail "the digits are not learnt"

sh "$srcdir/samples/finetune.sh" >out 2>err || fail "finetune.sh: status $?"
grep -q 'verified: 2/2 unchanged' err || fail "frozen tensors changed"
sh "$srcdir/samples/finetune.sh" digits.h5nn "$srcdir/samples/letters/train" \
    "$srcdir/samples/letters/test" other.h5nn 1.01 >out 2>err &&
    fail "finetune.sh accepts what is not good enough"

sh "$srcdir/samples/predict.sh" >out 2>err || fail "predict.sh: status $?"
# 13 pictures: one row each, three each, a line of JSON each
[ "$(grep -c 'scan-..\.png' out)" -ge 52 ] || fail "predict.sh lacks rows"
[ "$(grep -c '^{' out)" -eq 13 ] || fail "predict.sh lacks lines of JSON"
set -- 3 1 4 1 5 9 2 6 5 3 0 7 8
awk -F'\t' '/^# the three/ { exit } /^\// { print $2 }' out >labels
right=0
while read -r label; do
	[ "$label" = "$1" ] && right=$((right + 1))
	shift
done <labels
[ "$right" -ge 12 ] || fail "only $right of 13 pictures got their label"

# In slices of time the same bytes; what is no matter of time ends it.
sh "$srcdir/samples/requeue.sh" "$srcdir/samples/digits/train" job.h5nn 8 0.001s \
    >out 2>err || fail "requeue.sh: status $?"
slices=$(sed -n 's/^trained in \([0-9]*\) slices of 0.001s$/\1/p' out)
[ "${slices:-0}" -gt 1 ] || fail "requeue.sh: one slice only: $(cat out)"
[ "$(grep -c 'the time is up' err)" -eq $((slices - 1)) ] ||
    fail "requeue.sh: other stops than $slices slices have"
[ "$(echo job.h5nn*)" = job.h5nn ] || fail "requeue.sh left $(echo job.h5nn*)"
sh "$srcdir/samples/requeue.sh" "$srcdir/samples/digits/train" whole.h5nn 8 1d \
    >out 2>err || fail "requeue.sh: status $?"
cmp job.h5nn whole.h5nn || fail "requeue.sh: slices give other bytes"
sh "$srcdir/samples/requeue.sh" nowhere job.h5nn >out 2>err
[ $? -eq 5 ] || fail "requeue.sh goes on without data"

nn-init -F "$srcdir/samples/autoencoder-dense.spec" 2>err |
nn-train -q -e 1 -o ae.h5nn "$srcdir/samples/digits/train" 2>err ||
    fail "the autoencoder does not train"
for preset in $(nn-init --list-presets | cut -f1); do
	nn-init -F "$srcdir/samples/$preset.spec" -o a.h5nn --no-provenance \
	    2>err || fail "$preset.spec"
	nn-init --preset=$preset -o b.h5nn --no-provenance 2>err ||
	    fail "--preset=$preset"
	cmp a.h5nn b.h5nn || fail "$preset.spec is not the preset"
done
