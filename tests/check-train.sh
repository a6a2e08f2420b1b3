#!/bin/sh
# nn-train: trains, says what it does, and refuses what makes no sense.
. "${srcdir:-.}/tests/tool-lib.sh"

# It learns, and writes a model that the next tool reads.
expect 0 nn-train -m init.h5nn -e 8 -o m.h5nn "$train"
says 'epoch 8/8'
[ ! -s out ] || fail 'something on standard output beside -o'
[ ! -e m.h5nn.unfinished ] || fail 'the unfinished file is still there'
expect 0 nn-eval -m m.h5nn --assert='accuracy>=0.95' "$test"

# Same command, same bytes; another seed, other bytes.
expect 0 nn-train -q -m init.h5nn -e 8 -o again.h5nn "$train"
same m.h5nn again.h5nn
expect 0 nn-train -q -m init.h5nn -e 8 --seed=5 -o other.h5nn "$train"
! cmp -s m.h5nn other.h5nn || fail 'the seed changes nothing'

# e 2 | e 3 is e 5.
nn-train -q -m init.h5nn -e 2 --keep=last --no-provenance "$train" |
    nn-train -q -e 3 --keep=last --no-provenance "$train" >two.h5nn
expect 0 nn-train -q -m init.h5nn -e 5 --keep=last --no-provenance \
    -o one.h5nn "$train"
same one.h5nn two.h5nn

# Every optimizer, schedule and loss by name.
for words in '--optimizer=sgd,momentum=0.9,nesterov -l 0.05' \
    '--optimizer=adamw --weight-decay=0.01' '--optimizer=rmsprop' \
    '--schedule=cosine --warmup=5%' '--schedule=linear --min-lr=1e-5' \
    '--schedule=onecycle' '--schedule=step:20:0.5' '--warmup=10' \
    '--label-smoothing=0.1' '--l1=1e-5 --l2=1e-4' '--clip=norm:1' \
    '--clip=value:0.1' '--order=sequential' '--steps=7' '--decay-all --l2=1e-3' \
    '--until-epoch=2' '--strip' '--backend=ref' '-b 7' '-b 1000' '-j 1'; do
	case $words in
	*--steps*|*--until*)
		# shellcheck disable=SC2086
		expect 0 nn-train -q -m init.h5nn $words -o x.h5nn "$train" ;;
	*)
		# shellcheck disable=SC2086
		expect 0 nn-train -q -m init.h5nn -e 1 $words -o x.h5nn "$train"
	esac
done

# A batch norm that trains wants a batch.
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o bn.h5nn flatten \
    dense:16:relu bn dense:3:softmax || fail "nn-init with a batch norm"
expect 0 nn-train -m bn.h5nn -e 1 -b 8 -o x.h5nn "$train"
says "layer 'batch_norm_1' normalises over the batch: 8 samples are few"
expect 0 nn-train -m bn.h5nn -e 1 -b 32 -o x.h5nn "$train"
! grep -q 'normalises' err || fail 'a whole batch is warned of'
expect 0 nn-train -m init.h5nn -e 1 -b 8 -o x.h5nn "$train"
! grep -q 'normalises' err || fail 'a net without batch norm is warned of'

# Validation: the best epoch is kept, and patience ends a run early.
expect 0 nn-train -m init.h5nn -e 50 -l 0.05 --val-split=0.2 --patience=2 \
    -o v.h5nn "$train"
says 'val_loss'
! grep -q 'epoch 50/50' err || fail 'patience did not end the run'
expect 0 nn-train -m init.h5nn -e 2 --val="$test" --monitor=val_acc -o v.h5nn \
    "$train"
says 'val_acc'

# Augmentation: the same bytes whatever the threads that make the samples, in
# the plan, the lineage and the result; nothing without it is changed.
augment='shift:0.2,rotate:10,crop:pad1,noise:0.05'
expect 0 nn-train -q -m init.h5nn -e 3 -j 1 --augment=$augment \
    --no-provenance --val-split=0.2 -o a1.h5nn "$train"
expect 0 nn-train -q -m init.h5nn -e 3 -j 2 --augment=$augment \
    --no-provenance --val-split=0.2 -o a2.h5nn "$train"
expect 1 nn-info --diff a1.h5nn a2.h5nn
[ "$(cat out)" = 'training threads: 1 | 2' ] || fail "they differ: $(cat out)"
expect 0 nn-train -q -m init.h5nn -e 3 --no-provenance -o a3.h5nn "$train"
expect 0 nn-train -q -m init.h5nn -e 3 --no-provenance --augment=none \
    -o a4.h5nn "$train"
same a3.h5nn a4.h5nn
expect 1 nn-info --diff a1.h5nn a3.h5nn
expect 0 nn-train -q -m init.h5nn -e 30 -l 0.01 --augment=$augment -o a5.h5nn \
    "$train"
expect 0 nn-eval -m a5.h5nn --assert='accuracy>=0.9' "$test"
expect 0 nn-info --json a5.h5nn
holds out "\"augment\":\"$augment\""
expect 0 nn-train -n -m init.h5nn --augment=hflip:0.5,crop:2 \
    --contact-sheet=sheet.png "$train"
holds out 'augment     hflip,crop:pad2'
expect 0 "$data" size sheet.png
[ "$(cat out)" = '548x620' ] || fail "the sheet is $(cat out)"
cp sheet.png first.png
expect 0 nn-train -q -m init.h5nn -e 1 --augment=hflip,crop:pad2 \
    --contact-sheet=sheet.png -o x.h5nn "$train"
same sheet.png first.png
expect 0 nn-train --help
for name in $(sed -n 's/^AUGMENT(\(.*\))$/\1/p' "$srcdir/libdata/augments.def"); do
	holds out "$name"
done
expect 2 nn-train -m init.h5nn --augment=hflp -o x3.h5nn "$train"
says "--augment: no augmentation 'hflp'; did you mean 'hflip'?"
expect 2 nn-train -m init.h5nn --augment=rotate:200 -o x3.h5nn "$train"
says 'rotate: degrees: 200 is not in 0..180'
expect 2 nn-train -m init.h5nn --augment=hflip,color:0.2 -o x3.h5nn "$train"
says '--augment: colour: the pictures have 1 channel, not red'
expect 2 nn-train -m init.h5nn --contact-sheet=x3.png -o x3.h5nn "$train"
says '--contact-sheet: has no effect without --augment'
expect 2 nn-train -m init.h5nn --augment=hflip --contact-sheet=- "$train"
says '--contact-sheet: standard output is for the result'
expect 5 nn-train -m init.h5nn --augment=hflip --contact-sheet=no/x.png \
    -o x3.h5nn "$train"
says 'no/x.png'
[ ! -e x3.h5nn ] && [ ! -e x3.png ] || fail 'a refused run wrote a file'

# The plan, and no model written.
expect 0 nn-train -n -v -m init.h5nn -o plan.h5nn "$train"
holds out 'samples'
holds out 'matmul'
[ ! -e plan.h5nn ] || fail 'a dry run wrote a model'

# The log is one JSON object a line.
expect 0 nn-train -q -m init.h5nn -e 2 --log=log -o x.h5nn "$train"
[ "$(grep -c '"event":"epoch"' log)" = 2 ] || fail 'not two epochs in the log'
expect 0 nn-train -m init.h5nn -e 1 --profile -o x.h5nn "$train"
says 'matmul'

# What makes no sense is refused before any work, with a way out.
expect 2 nn-train -m init.h5nn
says 'no data'
expect 2 nn-train -m init.h5nn --epochz=3 "$train"
says '--epochs'
expect 2 nn-train -m init.h5nn --optimizer=adan "$train"
says "did you mean 'adam'"
expect 2 nn-train -m init.h5nn -e 0 "$train"
expect 2 nn-train -m init.h5nn --replan "$train"
expect 2 nn-train -m init.h5nn --min-lr=1e-4 "$train"
says 'constant'
expect 2 nn-train -m init.h5nn --monitor=val_loss "$train"
says '--val'
expect 2 nn-train -m init.h5nn --loss=mse "$train"
says 'ce'
expect 2 nn-train -m init.h5nn --label-smoothing=0.1 --loss=mse "$train"
expect 2 nn-train -m init.h5nn --checkpoint-every=3 "$train"
says '--checkpoint'
expect 2 nn-train -m init.h5nn --clip=3 "$train"
expect 3 nn-train -o x2.h5nn "$train" </dev/null
says 'standard input'
expect 3 nn-train -m "$train" -o x2.h5nn "$train"
expect 5 nn-train -m missing.h5nn -o x2.h5nn "$train"
expect 5 nn-train -m init.h5nn -o no/where.h5nn "$train"
expect 5 nn-train -m init.h5nn -o x2.h5nn missing-images-idx3-ubyte
head -c 300 "$train" >short-images-idx3-ubyte
cp train-labels-idx1-ubyte short-labels-idx1-ubyte
expect 4 nn-train -m init.h5nn -o x2.h5nn short-images-idx3-ubyte
says 'short-images-idx3-ubyte'

[ ! -e x2.h5nn ] || fail 'a failed run wrote a file'

# Pictures that cannot be read: named, or left out up to a number.
"$data" png pngs 3 60 4
nn-init -i 8x8x1 --labels=a,b,c --pre=scale:1/255 -o p.h5nn flatten \
    dense:3:softmax
head -c 70 pngs/a/0000.png >pngs/a/cut.png
expect 4 nn-train -m p.h5nn -e 1 -o p2.h5nn pngs
says 'pngs/a/cut.png'
expect 0 nn-train -m p.h5nn -e 2 --skip-bad=1 -o p2.h5nn pngs
says 'pngs/a/cut.png'
head -c 60 pngs/a/0000.png >pngs/b/cut.png
expect 4 nn-train -m p.h5nn -e 1 --skip-bad=1 -o p2.h5nn pngs
rm pngs/?/cut.png

# Labels travel by name: an unknown class has three ways out, a missing one is
# told, an unlabelled model takes the names it finds.
"$data" png four 4 40 4
expect 4 nn-train -m p.h5nn -e 1 -o p3.h5nn four
says 'class "d" is not among the model'
says '--new-head'
says 'nn-init'
says 'leave those samples out'
"$data" png two 2 40 4
expect 0 nn-train -m p.h5nn -e 1 -o p3.h5nn two
says 'no samples of 1 of 3 classes: c'
expect 4 nn-train -m p.h5nn -e 1 --strict-labels -o p4.h5nn two
nn-init -i 8x8x1 -c 3 --pre=scale:1/255 -o n.h5nn flatten dense:3:softmax
expect 0 nn-train -q -m n.h5nn -e 1 -o n2.h5nn pngs
nn-info n2.h5nn | grep -q 'a b c' || fail 'no labels taken from the data'
expect 4 nn-train -m n.h5nn -e 1 -o n3.h5nn four
says '4 classes'

# A table of numbers: regression learns a line.
"$data" csv line.csv 200 3
nn-init -i 2 --task=regress -o r.h5nn dense:1
expect 0 nn-train -q -m r.h5nn -e 60 -l 0.02 -o r2.h5nn csv:line.csv,y=y
expect 0 nn-eval -m r2.h5nn --assert='mae<0.05' --assert='r2>0.99' \
    csv:line.csv,y=y

expect 2 nn-train -q -m r.h5nn --augment=noise:0.1 -o r3.h5nn csv:line.csv,y=y
says '--augment: samples of 2 numbers in a row are no pictures'

# A rate that explodes: exit 6, and the old file is as it was.
cp r2.h5nn keep.h5nn
expect 6 nn-train -q -m r.h5nn -e 500 --optimizer=sgd -l 1e5 -o r2.h5nn \
    csv:line.csv,y=y
same r2.h5nn keep.h5nn

# An autoencoder's target is its input.
nn-init -i 8x8x1 --task=autoencoder --pre=scale:1/255 -o ae.h5nn \
    flatten dense:16:relu dense:64:sigmoid reshape:8x8x1
expect 0 nn-train -q -m ae.h5nn -e 15 -l 0.01 -o ae2.h5nn "$train"
expect 0 nn-eval -m ae2.h5nn --assert='loss<0.03' "$test"
expect 2 nn-train -m init.h5nn --decay-all -o no.h5nn "$train"
says 'no effect without a penalty'
echo ok
