#!/bin/sh
# The pipelines that the tools are made for, as people write them: trained in a
# pipe, tuned and gated, thawed by phases or by stages, predictions sorted by
# other programs, folds, ensembles, queues.
. "${srcdir:-.}/tests/tool-lib.sh"

mkdir flowers
"$data" png flowers/train 4 80 3 || exit 99
"$data" png flowers/test 4 40 4 || exit 99
gzip -c "$train" >some-images-idx3-ubyte.gz
gzip -c train-labels-idx1-ubyte >some-labels-idx1-ubyte.gz

# From zero, from IDX files in gzip, a copy kept, scored.
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 flatten dense:16:relu dense:12:relu \
    dense:3:softmax |
    nn-train -q -e 5 -b 32 --optimizer=adam --seed=1 some-images-idx3-ubyte.gz |
    nn-eval -p -o base.h5nn "$test" 2>err || fail 'trained in a pipe'
says 'accuracy'

# Tuned on a folder of PNG with a new head, gated before it is installed.
mkdir models
nn-finetune -q -m base.h5nn --new-head --freeze=backbone -e 60 -l 0.01 \
    --val-split=0.2 --patience=20 -o flowers.h5nn flowers/train/ 2>err &&
    nn-eval -m flowers.h5nn --assert='accuracy>=0.6' flowers/test/ >out &&
    install -m 644 flowers.h5nn models/ || fail 'tuned and gated'
cmp -s flowers.h5nn models/flowers.h5nn || fail 'not installed'
nn-eval -m flowers.h5nn --assert='accuracy>=1.01' flowers/test/ >out 2>err &&
    install -m 644 base.h5nn models/flowers.h5nn
cmp -s flowers.h5nn models/flowers.h5nn || fail 'a gate let a model through'

# Thawed by phases in one command, and by three stages of a pipe.
expect 0 nn-finetune -q -m base.h5nn --new-head --unfreeze=0:head \
    --unfreeze=plateau:last:2 --unfreeze=plateau:all --lr=1e-2 \
    --layer-decay=0.385 --schedule=onecycle -e 12 --val-split=0.1 \
    -o phases.h5nn flowers/train
nn-finetune -q -m base.h5nn --new-head --freeze=backbone -e 2 flowers/train |
    nn-finetune -q --train=last:2 --lr=3e-4 -e 3 flowers/train |
    nn-finetune -q --train=all --layer-decay=0.385 --lr=1e-4 -e 5 \
	flowers/train >stages.h5nn 2>err || fail 'three stages'
nn-info stages.h5nn | grep -c '^  [0-9] *nn-finetune' >n
[ "$(cat n)" = 3 ] || fail 'the lineage has not three stages'

# Predictions for what find finds, for a stream, and those to look at again.
find flowers/test -name '*.png' -print0 |
    nn-predict -m flowers.h5nn -0 -T - -k 3 >top3.tsv || fail 'find'
[ "$(wc -l <top3.tsv)" = 121 ] || fail 'not three rows a file'
find flowers/test -name '*.png' -exec cat {} + |
    nn-predict -m flowers.h5nn -O jsonl - >stream || fail 'a stream'
[ "$(wc -l <stream)" = 40 ] || fail 'not a row a picture'
! command -v jq >/dev/null || jq -r 'select(.prob<0.6).n' stream >n ||
    fail 'jq does not read it'
cp -r flowers/test/a inbox
mkdir review
nn-predict -m flowers.h5nn inbox/ | awk -F'\t' 'NR>1 && $3<2 {print $1}' |
    tr '\n' '\0' | xargs -0r mv -t review/ || fail 'sorted'
[ "$(ls inbox | wc -l)" = 0 ] || fail 'not sorted away'

# Scored, by the tool and by others; mistakes mined; two models compared.
expect 0 nn-eval -m flowers.h5nn --confusion --per-class --calibration=10 \
    --errors=err.tsv flowers/test/
nn-predict -m flowers.h5nn --truth=dir flowers/test/ >truth.tsv
awk -F'\t' 'NR == 1 { for (i = 1; i <= NF; i++) at[$i] = i; next }
    $at["truth"] == $at["label"] { n++ }
    END { printf "accuracy\t%.6g\n", n / (NR - 1) }' truth.tsv >by-hand
grep "^accuracy	" out | cmp -s - by-hand || fail 'two accuracies'
columns=$(awk -F'\t' '{ for (i = 1; i <= NF; i++) at[$i] = i
    print at["truth"] "," at["label"]; exit }' truth.tsv)
! command -v datamash >/dev/null ||
    datamash -sH crosstab "$columns" <truth.tsv >table || fail 'datamash'
nn-eval -m phases.h5nn --compare=flowers.h5nn -O json flowers/test/ >cmp.json ||
    fail 'compared'
! command -v jq >/dev/null || jq -e .mcnemar_p cmp.json >p || fail 'no p'

# Five folds that answer together.
nn-init -i 8x8x1 --labels-from=flowers/train --pre=scale:1/255 -o init.h5nn \
    flatten dense:8:relu dense:4:softmax
for f in 1 2 3 4 5; do
	nn-train -q -m init.h5nn -e 40 -l 0.01 --fold=$f/5 flowers/train \
	    -o f$f.h5nn 2>err || fail "fold $f"
done
nn-merge --ensemble f?.h5nn 2>err | nn-eval flowers/test/ >out ||
    fail 'an ensemble in a pipe'
holds out 'accuracy'

# A grid of rates side by side, and a job that a queue runs until it is done.
printf '%s\n' 1e-2 1e-3 1e-4 | xargs -P 2 -I {} nn-train -q -m init.h5nn \
    --lr={} -o lr{}.h5nn flowers/train 2>err || fail 'side by side'
ls lr1e-2.h5nn lr1e-3.h5nn lr1e-4.h5nn >out || fail 'three rates'
runs=0
until nn-train -q --resume --checkpoint=job.ck -m init.h5nn -o job.h5nn -e 3000 \
    --max-time=0.02 flowers/train 2>err; do
	[ $? -eq 7 ] || break
	runs=$((runs + 1))
done
[ -e job.h5nn ] && [ $runs -gt 0 ] || fail "the queue ended after $runs runs"
echo ok
