#!/bin/sh
# nn-train on data as they are: classes of different sizes.
. "${srcdir:-.}/tests/tool-lib.sh"

# Three classes: 40, 40 and 4 pictures.
"$data" png uneven 3 120 4
find uneven/c -name '*.png' | sort | tail -n +5 | xargs rm
nn-init -i 8x8x1 --labels=a,b,c --pre=scale:1/255 -o u.h5nn flatten \
    dense:12:relu dense:3:softmax || exit 99

# stopped_is_whole NAME OPTION...: a run that was stopped ends with the same
# bytes, and goes on without the options being named again.
stopped_is_whole() {
	name=$1
	shift
	expect 0 nn-train -q -m u.h5nn -e 400 "$@" -o "$name-w.h5nn" uneven
	expect 7 nn-train -q -m u.h5nn -e 400 "$@" --max-time=0.01 \
	    -o "$name-p.h5nn" uneven
	expect 0 nn-train -q --resume -m u.h5nn -e 400 -o "$name-p.h5nn" uneven
	same "$name-w.h5nn" "$name-p.h5nn"
}

# any_threads OPTION...: the same numbers whatever the threads.
any_threads() {
	expect 0 nn-train -q -m u.h5nn -e 3 -j 1 "$@" --no-provenance \
	    -o t1.h5nn uneven
	expect 0 nn-train -q -m u.h5nn -e 3 -j 2 "$@" --no-provenance \
	    -o t2.h5nn uneven
	expect 1 nn-info --diff t1.h5nn t2.h5nn
	[ "$(cat out)" = 'training threads: 1 | 2' ] ||
	    fail "$*: they differ: $(cat out)"
}

# --sampler: as many samples, in the plan, the lineage and the result.
expect 0 nn-train -n -m u.h5nn --sampler=balanced uneven
holds out 'data        84 samples, 3 batches of 32'
holds out 'sampler     balanced'
expect 0 nn-train -q -m u.h5nn -e 2 --sampler=balanced -o s.h5nn uneven
expect 0 nn-info --json s.h5nn
holds out '"sampler":"balanced"'
expect 0 nn-train -q -m u.h5nn -e 2 -o s1.h5nn --no-provenance uneven
expect 0 nn-train -q -m u.h5nn -e 2 --sampler=uniform -o s2.h5nn \
    --no-provenance uneven
same s1.h5nn s2.h5nn
! cmp -s s.h5nn s1.h5nn || fail '--sampler=balanced changes nothing'
any_threads --sampler=balanced --augment=noise:0.1,shift:0.2
stopped_is_whole sampler --sampler=balanced --augment=noise:0.05
expect 7 nn-train -q -m u.h5nn -e 4000 --sampler=balanced --max-time=0.01 \
    -o r.h5nn uneven
expect 2 nn-train -q --resume -m u.h5nn --sampler=uniform -o r.h5nn uneven
says '--sampler: uniform contradicts the plan that is resumed (balanced)'
expect 2 nn-train -m u.h5nn --sampler=balanced --order=sequential uneven
says '--sampler: balanced draws the samples in an order of its own'
expect 2 nn-train -m u.h5nn --sampler=even uneven
says "'even' is not one of uniform, balanced"
"$data" csv line.csv 100 3
nn-init -i 2 --task=regress -o line.h5nn dense:1
expect 2 nn-train -m line.h5nn --sampler=balanced csv:line.csv,y=y
says "--sampler: has no effect, the model's task is not to classify"
expect 0 nn-finetune -q -m s.h5nn --new-head -e 1 --sampler=balanced \
    -o ft.h5nn uneven

# --class-weight: balanced, or a table by name, in which 1 is not written down.
expect 0 nn-train -n -m u.h5nn --class-weight=balanced uneven
holds out 'weights     balanced: a 0.7, b 0.7, c 7'
printf 'c\t7.5\na\t1\n' >weights.tsv
expect 0 nn-train -n -m u.h5nn --class-weight=weights.tsv uneven
holds out 'weights     given: a 1, b 1, c 7.5'
expect 0 nn-train -q -m u.h5nn -e 2 --class-weight=weights.tsv -o w.h5nn uneven
expect 0 nn-info --json w.h5nn
holds out '"class_weight":"c\t7.5\n"'
holds out '"class-weight":"c\t7.5\n"'
! grep -q 'weights.tsv' out || fail 'a path is in the model'
printf 'a\t1\nb\t1.0\nc\t1\n' >ones.tsv
expect 0 nn-train -q -m u.h5nn -e 2 --class-weight=ones.tsv -o s2.h5nn \
    --no-provenance uneven
same s1.h5nn s2.h5nn
any_threads --class-weight=balanced
stopped_is_whole balanced --class-weight=balanced
stopped_is_whole table --class-weight=weights.tsv
expect 7 nn-train -q -m u.h5nn -e 4000 --class-weight=weights.tsv \
    --max-time=0.01 -o r2.h5nn uneven
expect 2 nn-train -q --resume -m u.h5nn --class-weight=ones.tsv -o r2.h5nn \
    uneven
says '--class-weight: none contradicts the plan that is resumed'
# Validation is not weighed: with a rate of nothing the losses differ by the
# weight alone.
printf 'a\t2\nb\t2\nc\t2\n' >twos.tsv
expect 0 nn-train -m u.h5nn -e 1 --optimizer=sgd -l 1e-30 --val=uneven \
    --class-weight=twos.tsv -o w2.h5nn uneven
awk '/^epoch/ { d = $4 - 2 * $8; ok = $3 == "loss" && $7 == "val_loss" && d < 2e-3 && d > -2e-3 }
    END { exit !ok }' err || fail 'the loss is not twice that of validation'
mkdir only
cp -R uneven/a only/a
printf 'a\t0\nb\t2\n' >zeros.tsv
expect 2 nn-train -m u.h5nn --class-weight=zeros.tsv only
says 'every class of the data has the weight 0'
for row in 'a 1|no tab' 'a\tx|no weight' 'a\t-1|no weight' 'a\tnan|no weight' \
    '|is empty' 'a\t2\na\t3|given twice' 'd\t1|the model has no class'; do
	printf "${row%%|*}" >bad.tsv
	expect 2 nn-train -m u.h5nn --class-weight=bad.tsv uneven
	says '--class-weight: bad.tsv'
	says "${row##*|}"
done
expect 5 nn-train -m u.h5nn --class-weight=missing.tsv uneven
says 'missing.tsv'
expect 2 nn-train -m u.h5nn --class-weight=balanced --sampler=balanced uneven
says '--class-weight: --sampler=balanced makes the classes even already'
expect 0 nn-train -n -m u.h5nn --class-weight=weights.tsv --sampler=balanced \
    uneven
expect 2 nn-train -m line.h5nn --class-weight=balanced csv:line.csv,y=y
says '--class-weight: has no effect'

# --fold: five runs, each with another part; the parts are all of the data.
for f in 1 2 3 4 5; do
	expect 0 nn-train -q -m u.h5nn -e 1 --fold=$f/5 -o f$f.h5nn uneven
	expect 0 nn-train -n -m u.h5nn --fold=$f/5 uneven
	sed -n "s,^validation  \\([0-9]*\\) samples\, part $f/5\,.*,\\1,p" out
done >parts
[ "$(sort parts | tr '\n' ' ')" = '16 17 17 17 17 ' ] ||
    fail "the parts are $(tr '\n' ' ' <parts)"
expect 0 nn-info --json f3.h5nn
holds out '"fold":"3/5"'
! cmp -s f1.h5nn f2.h5nn || fail 'every part gives the same'
any_threads --fold=2/5
stopped_is_whole fold --fold=2/5
expect 7 nn-train -q -m u.h5nn -e 4000 --fold=2/5 --max-time=0.01 -o r3.h5nn \
    uneven
expect 2 nn-train -q --resume -m u.h5nn --fold=3/5 -o r3.h5nn uneven
says '--fold: 3/5 contradicts the plan that is resumed (2/5)'
expect 0 nn-train -q -m line.h5nn -e 1 --fold=1/3 -o l.h5nn csv:line.csv,y=y
for f in 0/5 6/5 1/1 x 2 1/x 1/2000 /3; do
	expect 2 nn-train -m u.h5nn --fold=$f uneven
	says "--fold: '$f' is no part of a whole"
done
expect 2 nn-train -m u.h5nn --fold=1/5 --val=uneven uneven
expect 2 nn-train -m u.h5nn --fold=1/5 --val-split=0.1 uneven
# A share of the data is one of every class, and samples that are the same stay
# on one side.
expect 0 nn-train -n -m u.h5nn --val-split=0.25 uneven
holds out 'validation  21 samples'
mkdir twins
cp -R uneven/a twins/a
for f in twins/a/*.png; do cp "$f" "${f%.png}-again.png"; done
cp -R uneven/b uneven/c twins
expect 0 nn-train -q -m u.h5nn -e 1 --val-split=0.34 -o t.h5nn twins
! grep -q 'training samples as well' err || fail 'twins are parted'

# --mixup, --cutmix: soft targets, in the plan and the result.
for mix in mixup cutmix; do
	expect 0 nn-train -n -m u.h5nn --$mix=0.4 uneven
	holds out "$(printf '%-12s0.4' $mix)"
	any_threads --$mix=0.4 --augment=noise:0.1
	stopped_is_whole $mix --$mix=0.4 --sampler=balanced
	expect 0 nn-info --json $mix-p.h5nn
	holds out "\"$mix\":0.4"
	expect 0 nn-train -q -m u.h5nn -e 2 --$mix=0 -o s2.h5nn \
	    --no-provenance uneven
	same s1.h5nn s2.h5nn
	expect 7 nn-train -q -m u.h5nn -e 4000 --$mix=0.4 --max-time=0.01 \
	    -o r-$mix.h5nn uneven
	expect 2 nn-train -q --resume -m u.h5nn --$mix=0.5 -o r-$mix.h5nn uneven
	says "--$mix: 0.5 contradicts the plan that is resumed (0.4)"
	expect 2 nn-train -m u.h5nn --$mix=0.4 -b 1 uneven
	says "--$mix: mixes the samples of a batch"
	expect 2 nn-train -m line.h5nn --$mix=0.4 csv:line.csv,y=y
	says "--$mix: has no effect, the model's task is not to classify"
	expect 0 nn-train -q -m u.h5nn -e 1 --$mix=1 --class-weight=balanced \
	    --label-smoothing=0.1 -o x.h5nn uneven
	expect 0 nn-train -q -m init.h5nn -e 30 -l 0.01 --$mix=1 -o x.h5nn "$train"
	expect 0 nn-eval -m x.h5nn --assert='accuracy>=0.9' "$test"
done
expect 2 nn-train -m u.h5nn --mixup=0.2 --cutmix=1 uneven
expect 2 nn-train -m u.h5nn --mixup=-1 uneven
nn-init -i 64 --labels=a,b,c -o row.h5nn dense:3:softmax || exit 99
expect 2 nn-train -m row.h5nn --cutmix=1 uneven
says '--cutmix: cuts pieces out of pictures'
# One output is a yes or no.
nn-init -i 8x8x1 --task=classify --pre=scale:1/255 -o yes.h5nn flatten dense:1:sigmoid || exit 99
rm -r only/a
cp -R uneven/a uneven/b only
expect 0 nn-train -q -m yes.h5nn -e 30 -l 0.01 --loss=bce --mixup=0.4 \
    --class-weight=balanced -o yes2.h5nn only
expect 0 nn-eval -m yes2.h5nn --assert='accuracy>=0.9' only
expect 0 nn-train -q -m yes.h5nn -e 30 -l 0.01 -o yes3.h5nn only
expect 0 nn-eval -m yes3.h5nn --assert='accuracy>=0.9' --assert='loss>0.01' only
nn-info yes3.h5nn | grep -q 'loss bce' || fail 'another loss than bce'

# Two runs, one after the other, are one: epochs go on where they stopped.
printf 'c\t3\n' >three.tsv
set -- --sampler=balanced --class-weight=three.tsv --mixup=0.3 --fold=1/4 \
    --keep=last --no-provenance
expect 0 nn-train -q -m u.h5nn -e 5 "$@" -o five.h5nn uneven
nn-train -q -m u.h5nn -e 2 "$@" uneven | nn-train -q -e 3 "$@" uneven \
    >parts.h5nn || fail 'two runs in a pipe'
same five.h5nn parts.h5nn
echo ok
