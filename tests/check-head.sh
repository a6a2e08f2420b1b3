#!/bin/sh
# nn-finetune on heads: classes that join the old ones, or go on
# with their rows.
. "${srcdir:-.}/tests/tool-lib.sh"

"$data" png abc 3 90 7
"$data" png abcd 4 120 5
expect 0 nn-init -i 8x8x1 --labels=a,b,c --pre=scale:1/255 -o cnn0.h5nn \
    conv:8:3x3,pad=same,name=c1 bn,name=b1 relu,name=r1 \
    conv:8:3x3,pad=same bn,name=b2 add,from=b2+r1 relu global_avg_pool \
    dense:3:softmax
expect 0 nn-train -q -m cnn0.h5nn -e 2 -o cnn.h5nn abc

# Unknown classes: the ways out are named, by every tool.
for tool in nn-finetune nn-train nn-eval; do
	set -- -m cnn.h5nn
	[ $tool = nn-eval ] || set -- "$@" -e 1 -o x.h5nn
	expect 4 $tool "$@" abcd
	says "class \"d\" is not among the model's 3 (a b c); leave those"
	for way in --new-head --extend-head --reuse-head; do
		says $way
	done
done

# Classes that the model does not know join the old ones, whose logits are the
# same before anything was learnt.
expect 0 nn-finetune -m cnn.h5nn --extend-head --freeze=backbone -e 1 \
    -l 1e-30 -o four.h5nn abcd
says "layer 'dense_1': 3 classes stay, 1 join them: d"
nn-predict -m cnn.h5nn --logits --wide abc | cut -f 3-5 >old
nn-predict -m four.h5nn --logits --wide abc | cut -f 3-5 >new
same old new
nn-predict -m four.h5nn --wide -H abc | head -n 1 | cut -f 6 >d
[ -s d ] || fail 'no column for the class d'
expect 0 nn-finetune -m cnn.h5nn --extend-head -e 1 -o all.h5nn abcd
says 'extended            2 '
says 'frozen              0 '
nn-finetune -q --resume -m cnn.h5nn --extend-head -e 3000 --max-time=0.02 \
    -C part abcd 2>err
[ $? = 7 ] || fail 'it was not stopped'
expect 0 nn-finetune --resume --replan -C part -e 1 -o all.h5nn abcd
says 'extended            2 '
nn-finetune -n -m cnn.h5nn --extend-head abcd >plan 2>err
holds plan 'surgery     --extend-head'

# New classes follow in bytewise order, whatever the old order is.
expect 0 nn-init -i 8x8x1 --labels=d,b --pre=scale:1/255 -o db.h5nn \
    flatten dense:2:softmax
expect 0 nn-finetune -q -m db.h5nn --extend-head -e 30 -l 0.01 -o dbac.h5nn abcd
nn-predict -m dbac.h5nn --wide abc | head -n 1 | cut -f 3- >order
printf 'd\tb\ta\tc\n' | cmp -s - order || fail 'another order of classes'
expect 0 nn-eval -m dbac.h5nn --assert='accuracy>=0.9' abcd

# Where there is nothing to do, or no way to do it, the reason is said.
expect 2 nn-finetune -m cnn.h5nn --extend-head -e 1 abc
says 'knows every class'
expect 2 nn-finetune -m cnn.h5nn --extend-head --freeze=head -e 1 abcd
says 'could not learn; give --train=dense_1'
expect 2 nn-finetune -m cnn.h5nn --extend-head --new-head -e 1 abcd
"$data" png ab 2 40 3
nn-init -i 8x8x1 --task=classify --pre=scale:1/255 flatten dense:1:sigmoid |
    nn-train -q --loss=bce -e 1 -o two.h5nn ab || fail 'one output'
expect 2 nn-finetune -m two.h5nn --extend-head -e 1 abcd
says 'with a single output'
expect 0 nn-init -i 8x8x1 -c 3 --pre=scale:1/255 -o bare.h5nn \
    flatten dense:3:softmax
expect 2 nn-finetune -m bare.h5nn --extend-head -e 1 abcd
says 'has no labels'
expect 0 nn-init -i 8x8x1 --labels=a,b,c --pre=scale:1/255 -o conv.h5nn \
    conv:3:3x3 global_avg_pool softmax
expect 2 nn-finetune -m conv.h5nn --extend-head -e 1 abcd
says "changes the shape"
"$data" csv xy.csv 40 3
expect 0 nn-init -i 2 --task=regress -o line.h5nn dense:1
expect 2 nn-finetune -m line.h5nn --extend-head -e 1 csv:xy.csv,label=y
says "task is regress"

# A head made of the old one's rows: by name, those of the same name; the others
# begin anew.
mkdir ca
cp -r abcd/a abcd/c ca
expect 0 nn-finetune -m cnn.h5nn --reuse-head=name -l 1e-30 --freeze=backbone \
    -e 1 -o ca.h5nn ca
says "layer 'dense_1': 2 of 2 classes go on with rows of the model, 0 begin"
nn-predict -m cnn.h5nn --logits --wide abc | cut -f 3,5 >old
nn-predict -m ca.h5nn --logits --wide abc | cut -f 3,4 >new
same old new
expect 0 nn-finetune -q -m cnn.h5nn --reuse-head=name --freeze=head --train=c1 \
    -e 1 -o x.h5nn ca
expect 0 nn-finetune -m cnn.h5nn --reuse-head=name -e 1 -o x.h5nn abcd
says '3 of 4 classes go on with rows of the model, 1 begin'
says 'reused              2 '
expect 2 nn-finetune -m cnn.h5nn --reuse-head=name --freeze=head -e 1 abcd
says 'could not learn'

# By a map: d goes on as a, and so does b.
printf 'd\ta\nb\ta\r\n\nc\tc\n' >map
expect 0 nn-finetune -m cnn.h5nn --reuse-head=map -l 1e-30 --freeze=backbone \
    -e 1 -o mapped.h5nn abcd
says '3 of 4 classes go on'
nn-predict -m cnn.h5nn --logits --wide -H abc | awk -F '\t' -v OFS='\t' \
    '{ print $3, $5, $3 }' >old
nn-predict -m mapped.h5nn --logits --wide -H abc | cut -f 4-6 >new
same old new

# The record says what the map was, not where; another map is another run.
nn-info --json mapped.h5nn >json
holds json "sha256:$(sha256sum map | cut -d ' ' -f 1)"
expect 7 nn-finetune -q -m cnn.h5nn --reuse-head=map -e 4000 --max-time=0.2 \
    -o r.h5nn abcd
cp map moved
expect 7 nn-finetune -q -m cnn.h5nn --resume --reuse-head=moved -e 4000 \
    --max-time=0.2 -o r.h5nn abcd
printf 'd\ta\n' >map
expect 2 nn-finetune -q -m cnn.h5nn --resume --reuse-head=map -e 4000 -o r.h5nn \
    abcd
says 'contradicts the run that is resumed'

# Mistakes in a map are found with near names, and before a model is read.
printf 'alpha\tb\n' >map
expect 2 nn-finetune -m cnn.h5nn --reuse-head=map -e 1 abcd
says "the data have no class 'alpha'"
expect 0 nn-init -i 8x8x1 --labels=rose,tulip --pre=scale:1/255 -o roses.h5nn \
    flatten dense:2:softmax
printf 'd\ttulpi\n' >map
expect 2 nn-finetune -m roses.h5nn --reuse-head=map -e 1 abcd
says "the model has no class 'tulpi'; did you mean 'tulip'?"
printf 'd\trose\nd\ttulip\n' >map
expect 2 nn-finetune -m roses.h5nn --reuse-head=map -e 1 abcd
says "class 'd' is there twice"
expect 2 nn-finetune -m roses.h5nn --reuse-head=name -e 1 abcd
says "no class of the data is one of the model's"
printf 'a\trose\nb rose\n' >map
expect 2 nn-finetune -m none.h5nn --reuse-head=map -e 1 abcd
says 'map:2:'
: >map
expect 2 nn-finetune -m none.h5nn --reuse-head=map -e 1 abcd
says 'is empty'
expect 5 nn-finetune -m none.h5nn --reuse-head=no-map -e 1 abcd
expect 2 nn-finetune -m none.h5nn --reuse-head=- -e 1 abcd
expect 2 nn-finetune -m none.h5nn --reuse-head=name --extend-head -e 1 abcd

# Resumed, a run with an extended head ends with the same bytes.
set -- -m cnn.h5nn --extend-head -e 40
expect 0 nn-finetune -q "$@" -o whole.h5nn abcd
while :; do
	nn-finetune -q --resume "$@" --max-time=0.05 -o parts.h5nn abcd 2>err
	status=$?
	[ $status = 7 ] || break
done
[ $status = 0 ] || fail "exit $status"
same whole.h5nn parts.h5nn
echo ok
