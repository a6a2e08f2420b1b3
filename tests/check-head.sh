#!/bin/sh
# nn-finetune on heads: classes that join the old ones.
. "${srcdir:-.}/tests/tool-lib.sh"

"$data" png abc 3 90 7
"$data" png abcd 4 120 5
expect 0 nn-init -i 8x8x1 --labels=a,b,c --pre=scale:1/255 -o cnn0.h5nn \
    conv:8:3x3,pad=same,name=c1 bn,name=b1 relu,name=r1 \
    conv:8:3x3,pad=same bn,name=b2 add,from=b2+r1 relu global_avg_pool \
    dense:3:softmax
expect 0 nn-train -q -m cnn0.h5nn -e 2 -o cnn.h5nn abc

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
says 'frozen 0'
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
