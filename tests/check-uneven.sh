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
echo ok
