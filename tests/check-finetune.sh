#!/bin/sh
# nn-finetune: freezing, a new head, and the proof that frozen is frozen.
. "${srcdir:-.}/tests/tool-lib.sh"

nn-train -q -m init.h5nn -e 5 -o base.h5nn "$train"
"$data" png letters 4 160 5
"$data" png letters-test 4 80 6

# A new head on a frozen backbone, sized and named by the data.
expect 0 nn-finetune -m base.h5nn --new-head --freeze=backbone -e 25 -l 0.01 \
    -o new.h5nn letters
says 'frozen tensors verified: 2/2 unchanged (SHA-256)'
says 'trained'
says 'frozen'
nn-info new.h5nn >info
holds info 'a'
expect 0 nn-eval -m new.h5nn --assert='accuracy>=0.9' letters-test

# The numbers of the frozen layer are those of the base, digest by digest.
nn-info --json base.h5nn >base.json
nn-info --json new.h5nn >new.json

# A new head alone learns alone, and says so.
expect 0 nn-finetune -m base.h5nn --new-head -e 1 -o alone.h5nn letters
says 'only the new head learns'
says 'verified: 2/2'

# Other layers for a head, with spaces or with commas.
expect 0 nn-finetune -m base.h5nn --new-head='dense:8:relu dense:4:softmax' \
    -e 1 -o deep.h5nn letters
expect 0 nn-finetune -m base.h5nn --new-head=dense:8:relu,dense:4:softmax \
    -e 1 -o deep.h5nn letters
expect 2 nn-finetune -m base.h5nn --new-head=dense:5:softmax -e 1 letters
says '4 classes'

# Selectors, in order, kept in the file for the next tool.
expect 0 nn-finetune -m base.h5nn --freeze=all --train=last:1 -e 1 -o s.h5nn \
    "$train"
says 'verified: 2/2'
expect 0 nn-train -m s.h5nn -e 1 -o s2.h5nn "$train"
says 'verified: 2/2'
expect 0 nn-finetune -m s.h5nn --train=all -e 1 -o s3.h5nn "$train"
says 'verified: 0/0'
expect 0 nn-finetune -m base.h5nn --freeze-through=dense_1 -e 1 -o s.h5nn \
    "$train"
says 'verified: 2/2'
expect 0 nn-finetune -m base.h5nn --freeze=param:bias -e 1 -o s.h5nn "$train"
says 'verified: 2/2'
expect 0 nn-finetune -m base.h5nn --freeze=all --train=param:bias -e 1 \
    -o s.h5nn "$train"
says 'verified: 2/2'
says 'trained             2 '
expect 2 nn-finetune -m base.h5nn --freeze=dense_9 -e 1 "$train"
says 'dense_'
expect 2 nn-finetune -m base.h5nn --freeze-through=dens_1 -e 1 "$train"
says "did you mean"
expect 2 nn-finetune -m base.h5nn --freeze=all -e 1 "$train"
says 'nothing is left to train'
for later in keep-mask distill=t.h5nn; do
	expect 2 nn-finetune -m base.h5nn --$later -e 1 "$train"
	says 'later version'
done

# Classes that the model does not know: the ways out are named.
expect 4 nn-finetune -m base.h5nn -e 1 letters
says '--new-head'

# Another chain before the net.
expect 0 nn-finetune -m base.h5nn --new-head --pre=scale:1/255,invert -e 1 \
    -o inv.h5nn letters
nn-info --spec inv.h5nn >spec
holds spec 'invert'
expect 2 nn-finetune -m base.h5nn --pre=scal:3 -e 1 "$train"

# Data that look inverted get one warning; those they were trained on none.
expect 0 nn-train -q -m inv.h5nn -e 1 -o x.h5nn letters
[ ! -s err ] || fail 'a warning about the data it was trained on'
expect 0 nn-finetune -q -m inv.h5nn --pre=scale:1/255 -e 1 -o x.h5nn letters
nn-eval -m base.h5nn "$test" >out 2>err
[ ! -s err ] || fail 'a warning about data like the training data'

# Resumed, a run of nn-finetune ends with the same bytes.
set -- -m base.h5nn --new-head --freeze=backbone -e 200
expect 0 nn-finetune -q "$@" -o whole.h5nn letters
while :; do
	nn-finetune -q --resume "$@" --max-time=0.05 -o parts.h5nn letters \
	    2>err
	status=$?
	[ $status = 7 ] || break
done
[ $status = 0 ] || fail "exit $status"
same whole.h5nn parts.h5nn

# Three stages of a pipe.
nn-finetune -q -m base.h5nn --new-head --freeze=backbone -e 1 letters |
    nn-finetune -q --train=last:2 -e 1 letters |
    nn-finetune -q --train=all -e 3 letters >piped.h5nn || fail 'the pipe'
expect 0 nn-eval -m piped.h5nn letters-test
echo ok
