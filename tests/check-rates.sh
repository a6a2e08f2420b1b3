#!/bin/sh
# --lr-scale and --layer-decay: each tensor learns at its own rate, and a
# resumed run goes on with the same ones.
. "${srcdir:-.}/tests/tool-lib.sh"

change=$top/tests/tool-change
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o deep.h5nn flatten \
    dense:12:relu,name=a dense:10:relu,name=b dense:3:softmax,name=c

# factors FILE NAME=FACTOR...: with one step of plain SGD, each tensor of FILE
# moved FACTOR times as far as in plain.h5nn.
factors() {
	"$change" deep.h5nn plain.h5nn >plain
	"$change" deep.h5nn "$1" >scaled
	shift
	for pair in "$@"; do
		paste -d ' ' plain scaled | awk -v name="${pair%=*}" \
		    -v want="${pair#*=}" '$1 == name {
			found = 1; r = $5 / $2 / want
			if (!(r > 0.999 && r < 1.001)) bad = r * want
		} END { if (!found || bad) { print "is", bad; exit 1 } }' ||
		    fail "$pair does not hold"
	done
}
set -- -m deep.h5nn --steps=1 --optimizer=sgd -l 0.01
expect 0 nn-train -q "$@" -o plain.h5nn "$train"
expect 0 nn-train -q "$@" --lr-scale=a=0.25 --lr-scale=param:bias=3 \
    -o x.h5nn "$train"
factors x.h5nn a/kernel=0.25 a/bias=3 b/kernel=1 b/bias=3 c/kernel=1
expect 0 nn-train -q "$@" --layer-decay=0.5 -o x.h5nn "$train"
factors x.h5nn a/kernel=0.25 a/bias=0.25 b/kernel=0.5 c/kernel=1 c/bias=1
expect 0 nn-train -q "$@" --layer-decay=0.5 --lr-scale=all=2 --lr-scale=head=4 \
    --lr-scale=^last:2=8 -o x.h5nn "$train"
factors x.h5nn a/kernel=2 b/kernel=1 c/kernel=4
expect 0 nn-finetune -q "$@" --freeze=b --layer-decay=0.5 -o x.h5nn "$train"
factors x.h5nn a/kernel=0.25 c/kernel=1
"$change" deep.h5nn x.h5nn | grep -q '^b/kernel 0 0$' || fail 'frozen b moved'

# What stands between two places where branches meet is one block, and a norm
# belongs to what comes before it.
nn-init -i 8x8x1 --labels=0,1,2 -o fork.h5nn flatten dense:8,name=stem \
    dense:8:relu,name=long dense:8,name=longer dense:8,name=short,from=stem \
    add,from=longer+short bn dense:3:softmax
expect 0 nn-train -n -m fork.h5nn -l 1 --layer-decay=0.5 "$train"
for row in 'stem 0.25' 'long 0.5' 'longer 0.5' 'short 0.5' \
    'batch_norm_1 0.5' 'dense_5 1'; do
	grep -Eq " ${row% *} .* trains at ${row#* }(,|\$)" out || fail "not $row"
done
expect 0 nn-train -n -m fork.h5nn -l 1 --lr-scale=^blocks:2=0.5 "$train"
for row in 'stem 0.5' 'long 1' 'short 1' 'batch_norm_1 1' 'dense_5 1'; do
	grep -Eq " ${row% *} .* trains at ${row#* }(,|\$)" out || fail "not $row"
done
expect 2 nn-train -n -m fork.h5nn --lr-scale=blocks:4=0.5 "$train"
says 'the model has only 3 blocks'
expect 0 nn-train -n -m fork.h5nn -l 0.5 --lr-scale=long=0.1 \
    --lr-scale=param:beta=0.5 "$train"
holds out 'trains at 0.05'
holds out 'trains at 0.5, beta at 0.25'
holds out 'rates       long=0.1 param:beta=0.5'

# Resumed, the run has the bytes of one that was never stopped; the factors
# come from the checkpoint, and may be repeated but not contradicted.
set -- -m deep.h5nn -e 300 --optimizer=adamw
expect 0 nn-train -q "$@" --layer-decay=0.7 --lr-scale=a=0.5 \
    --lr-scale=param:bias=2 -o whole.h5nn "$train"
expect 7 nn-train -q "$@" --layer-decay=0.7 --lr-scale=a=0.5 \
    --lr-scale=param:bias=2 --max-time=0.01 -o parts.h5nn "$train"
expect 2 nn-train --resume "$@" --lr-scale=a=0.25 -o parts.h5nn "$train"
says '--lr-scale: a=0.25 contradicts the plan that is resumed (a=0.5 param:bias=2)'
expect 2 nn-train --resume "$@" --layer-decay=0.5 -o parts.h5nn "$train"
says '--layer-decay: 0.5 contradicts'
cp parts.h5nn.unfinished other.h5nn.unfinished
expect 7 nn-train -q --resume "$@" --lr-scale=a=0.5 --lr-scale=param:bias=2.0 \
    --max-time=0.01 -o parts.h5nn "$train"
expect 0 nn-train -q --resume "$@" -o parts.h5nn "$train"
same whole.h5nn parts.h5nn
expect 0 nn-info --json whole.h5nn
holds out '"lr_scale":"a=0.5 param:bias=2"'
holds out '"layer_decay":0.7'
expect 0 nn-train -q --resume --replan "$@" --lr-scale=all=1 --layer-decay=1 \
    -o other.h5nn "$train"
"$change" whole.h5nn other.h5nn | grep -qv ' 0 0$' ||
    fail 'the factors change nothing'

# What has no effect or no meaning.
set -- -m deep.h5nn -o no.h5nn
expect 2 nn-train "$@" --lr-scale=a=0 "$train"
says 'freeze instead'
expect 2 nn-train "$@" --lr-scale=a "$train"
says "'a' is not SEL=NUMBER"
expect 2 nn-train "$@" --lr-scale==2 "$train"
expect 2 nn-train "$@" --lr-scale=a=-1 "$train"
expect 2 nn-train "$@" --lr-scale=a=nan "$train"
expect 2 nn-train "$@" --lr-scale=a=two "$train"
says 'not a number'
expect 2 nn-train "$@" --lr-scale=d=2 "$train"
says "selector 'd'"
expect 2 nn-train "$@" --lr-scale=type:relu=2 "$train"
says 'nothing of it learns'
expect 2 nn-finetune "$@" --freeze=a --lr-scale=a=2 "$train"
says 'nothing of it learns'
expect 2 nn-train "$@" --layer-decay=0 "$train"
expect 2 nn-train "$@" --layer-decay=1.5 "$train"
expect 2 nn-finetune "$@" --freeze=backbone --layer-decay=0.5 "$train"
says 'nothing learns but the head'
[ ! -e no.h5nn ] || fail 'a refused run wrote a file'
echo ok
