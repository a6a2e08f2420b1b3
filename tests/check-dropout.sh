#!/bin/sh
# --dropout: the layers selected drop another share, in the model as well.
. "${srcdir:-.}/tests/tool-lib.sh"

# model RATE1 RATE2 FILE
model() {
	nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 --no-provenance \
	    -o "$3" flatten dense:12:relu "dropout:$1" dense:8:relu \
	    "dropout:$2" dense:3:softmax || exit 99
}
model 0.1 0.2 d.h5nn
model 0.5 0.2 d52.h5nn
model 0.3 0.3 d33.h5nn

# It is what a model with that rate would have become.
set -- -e 2 --no-provenance --strip
for case in 'dropout_1=0.5 d52' 'all=0.3 d33' 'type:dropout=0.30 d33'; do
	expect 0 nn-train -q -m "${case#* }.h5nn" "$@" -o want.h5nn "$train"
	expect 0 nn-train -q -m d.h5nn "$@" --dropout="${case% *}" -o got.h5nn \
	    "$train"
	nn-info --json want.h5nn | tr ',' '\n' | grep weights_id >want
	nn-info --json got.h5nn | tr ',' '\n' | grep weights_id >got
	[ -s want ] || fail 'no weights_id'
	same want got
done
expect 0 nn-train -q -m d.h5nn "$@" -o got.h5nn "$train"
nn-info --json got.h5nn | tr ',' '\n' | grep weights_id >got
! cmp -s want got || fail 'the rate changes nothing'
expect 0 nn-train -n -m d.h5nn --dropout=all=0.5 --dropout=dropout_2=0 "$train"
holds out 'dropout     all=0.5 dropout_2=0'
[ "$(grep -c 'drops 0.5$' out)" = 1 ] || fail 'not one layer drops 0.5'
expect 0 nn-finetune -q -m d.h5nn --dropout=all=0.5 -e 1 -o f.h5nn "$train"
expect 0 nn-info --spec f.h5nn
[ "$(grep -c 'dropout:0.5' out)" = 2 ] || fail 'not two layers with 0.5'

# Resumed.
set -- -m d.h5nn -e 300
expect 0 nn-train -q "$@" --dropout=all=0.4 -o whole.h5nn "$train"
expect 7 nn-train -q "$@" --dropout=all=0.4 --max-time=0.01 -o parts.h5nn \
    "$train"
expect 2 nn-train -q --resume "$@" --dropout=all=0.5 -o parts.h5nn "$train"
says '--dropout: all=0.5 contradicts the plan that is resumed (all=0.4)'
cp parts.h5nn.unfinished other.h5nn.unfinished
expect 0 nn-train -q --resume "$@" -o parts.h5nn "$train"
same whole.h5nn parts.h5nn
expect 0 nn-train -q --resume --replan "$@" --dropout=all=0.5 -o other.h5nn \
    "$train"
expect 0 nn-info --spec other.h5nn
holds out 'dropout:0.5'

# What has no effect or no meaning.
set -- -m d.h5nn -o no.h5nn
expect 2 nn-train "$@" --dropout=dense_1=0.5 "$train"
says 'selects no dropout layer; there is dropout_1, dropout_2'
expect 2 nn-train -m init.h5nn --dropout=all=0.5 "$train"
says 'there is none in the model'
expect 2 nn-train "$@" --dropout=dropout_3=0.5 "$train"
says "did you mean 'dropout_"
expect 2 nn-train "$@" --dropout=all=1 "$train"
says 'not in 0..0.999999'
expect 2 nn-train "$@" --dropout=0.5 "$train"
says 'is not SEL=NUMBER'
expect 2 nn-finetune "$@" --freeze=dropout_1 --dropout=dropout_1=0.5 "$train"
says 'frozen'
[ ! -e no.h5nn ] || fail 'a refused run wrote a file'
echo ok
