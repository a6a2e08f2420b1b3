#!/bin/sh
# --report-dir: pictures of a run and of a score.
. "${srcdir:-.}/tests/tool-lib.sh"

nn-init -i 8x8x1 --labels=0,1,2 --pre=gray,resize:8x8,scale:1/255 \
    -o reader.h5nn flatten dense:3:softmax

# drawn FILE SIZE: a picture of that height and width, which can be read.
drawn() {
	[ "$("$data" size "$1")" = "$2" ] ||
	    fail "$1 is $("$data" size "$1"), not $2"
	nn-predict -m reader.h5nn "$1" >out 2>err || fail "$1 cannot be read"
}

# The history, also of an earlier run, twice the same.
expect 0 nn-train -m init.h5nn -e 4 --val="$test" -o m.h5nn \
    --report-dir=first "$train"
drawn first/curves.png 856x960
expect 0 nn-train -m m.h5nn -e 3 --val="$test" -o on.h5nn \
    --report-dir=second/ "$train"
mkdir again
expect 0 nn-train -m m.h5nn -e 3 --val="$test" -o on.h5nn \
    --report-dir=again "$train"
same second/curves.png again/curves.png
! cmp -s first/curves.png second/curves.png || fail 'the same history'
[ -z "$(find . -name '.*nn-*')" ] || fail 'a file is left behind'
# The option changes nothing in the model; without validation fewer lines.
expect 0 nn-train -m m.h5nn -e 3 --val="$test" -o off.h5nn "$train"
same on.h5nn off.h5nn
expect 0 nn-finetune -m m.h5nn --new-head -e 1 -o f.h5nn --report-dir=tune \
    "$train"
drawn tune/curves.png 856x960

# What the result says of the validation data, is what nn-eval says of it,
# also when it is not the last epoch, averaged, or made of features.
alike() {
	expect 0 nn-eval -m "$1" --report-dir=alike "$test"
	same alike/confusion.png "$2/confusion.png"
	same alike/calibration.png "$2/calibration.png"
	[ ! -e "$2/mistakes.png" ] || same alike/mistakes.png "$2/mistakes.png"
	rm -rf alike
}
alike m.h5nn first
expect 0 nn-train -m init.h5nn -l 0.3 -e 6 --val="$test" --monitor=val_acc \
    -o best.h5nn --report-dir=best "$train"
says 'kept the best'
alike best.h5nn best
expect 0 nn-train -m init.h5nn -e 2 --ema=0.9 --val="$test" -o ema.h5nn \
    --report-dir=ema "$train"
alike ema.h5nn ema
expect 0 nn-finetune -m m.h5nn --new-head --freeze=backbone --cache-features=always -e 2 \
    --val="$test" -o f.h5nn --report-dir=tune "$train"
alike f.h5nn tune
nn-train -m init.h5nn -e 2 --ema=0.9 --val="$test" --report-dir=piped \
    "$train" >piped.h5nn 2>err || fail 'a model down the pipe'
same piped.h5nn ema.h5nn
same piped/confusion.png ema/confusion.png

# A run that was stopped and goes on draws what one in a piece draws.
nn-train -q -m init.h5nn -e 400 --val="$test" -o whole.h5nn \
    --report-dir=whole "$train"
expect 7 nn-train -q -m init.h5nn -e 400 --val="$test" --max-time=0.02 \
    -o parts.h5nn --report-dir=parts "$train"
[ ! -e parts ] || fail 'pictures of a run that was stopped'
expect 0 nn-train -q --resume --val="$test" -o parts.h5nn \
    --report-dir=parts "$train"
same whole.h5nn parts.h5nn
for name in curves confusion calibration; do
	same whole/$name.png parts/$name.png
done
rm -rf whole

# A score: the report, its tables, pictures; other mistakes of other models.
nn-train -q -m init.h5nn --steps=3 -o bad.h5nn "$train"
nn-train -q -m init.h5nn --steps=1 -o worse.h5nn "$train"
expect 0 nn-eval -m bad.h5nn --confusion --report-dir=bad "$test"
cp out metrics
same metrics bad/metrics.tsv
nn-eval -m bad.h5nn --confusion "$test" >whole
same whole bad/report.tsv
drawn bad/confusion.png 534x612
drawn bad/mistakes.png 1324x976
drawn bad/calibration.png 686x720
expect 0 nn-eval -m bad.h5nn --report-dir=twice "$test"
for name in confusion mistakes calibration; do
	same bad/$name.png twice/$name.png
done
expect 0 nn-eval -m worse.h5nn --report-dir=worse "$test"
for name in confusion mistakes calibration; do
	! cmp -s bad/$name.png worse/$name.png || fail "the same $name"
done
expect 0 nn-eval -j 2 -m bad.h5nn --report-dir=threads "$test"
same bad/mistakes.png threads/mistakes.png
expect 0 nn-eval -m m.h5nn --report-dir=json -O json --per-class "$test"
expect 0 nn-eval -m bad.h5nn --calibration=200 --report-dir=bins "$test"
! cmp -s bad/calibration.png bins/calibration.png || fail 'the same bins'
holds json/report.json '"per_class": ['
# With -p the report goes there alone, and the model passes.
expect 0 nn-eval -p -m bad.h5nn --report-dir=passed "$test"
same out bad.h5nn
[ ! -s err ] || fail 'a report on standard error as well'
same passed/report.tsv metrics
# Of a model with a temperature, the mistakes are those of the new one.
expect 0 nn-eval -p --fit-temperature -m bad.h5nn -o warm.h5nn \
    --report-dir=warm "$test"
expect 0 nn-eval -m warm.h5nn --report-dir=warmed "$test"
same warm/mistakes.png warmed/mistakes.png
! cmp -s warm/mistakes.png bad/mistakes.png || fail 'old probabilities'
expect 0 nn-eval -n -m m.h5nn --report-dir=plan "$test"
holds out 'report      plan'
[ ! -e plan ] || fail 'a dry run made a folder'

# What cannot be drawn is left out, and said in a line.
nn-train -q -m m.h5nn -e 20 -l 0.01 -o good.h5nn "$train" "$test"
expect 0 nn-eval -m good.h5nn --report-dir=good "$test"
says 'no mistakes.png: there are no mistakes'
[ ! -e good/mistakes.png ] || fail 'a picture of no mistakes'
cp bad/mistakes.png good
expect 0 nn-eval -m good.h5nn --report-dir=good "$test"
says 'there are no mistakes; of an earlier report: good/mistakes.png'
printf 'a,b,c,k\n1,2,3,x\n4,5,6,y\n7,8,9,x\n' >rows.csv
nn-init -q -i 3 --labels=x,y --task=classify -o rows.h5nn dense:2:softmax
expect 0 nn-eval -m rows.h5nn --report-dir=rows csv:rows.csv,label=k
says 'no mistakes.png: the samples are no pictures'
[ -s rows/confusion.png ] || fail 'no table'
"$data" csv line.csv 50 3
nn-init -q -i 2 --task=regress -o line.h5nn dense:1
expect 0 nn-train -m line.h5nn -e 2 --val=csv:line.csv,y=y -o fit.h5nn \
    --report-dir=fit csv:line.csv,y=y
says "no confusion.png, mistakes.png, calibration.png: the model's task is not to classify"
drawn fit/curves.png 556x960
expect 0 nn-eval -m fit.h5nn --report-dir=fit csv:line.csv,y=y
says "no confusion.png, mistakes.png, calibration.png: the model's task is not to classify"
[ -s fit/report.tsv ] || fail 'no report'
expect 0 nn-train -m init.h5nn -e 1 -o x.h5nn --report-dir=no-val "$train"
says 'no confusion.png, mistakes.png, calibration.png: there is no validation'
[ -s no-val/curves.png ] || fail 'no curves'
rm x.h5nn

# It is there before the run begins, or the run does not begin.
printf 'old\n' >file
mkdir -p taken/curves.png
for dir in file taken no/where; do
	expect 5 nn-train -m init.h5nn -e 1 -o x.h5nn --report-dir=$dir "$train"
	says '--report-dir'
	! grep -q epoch err || fail 'trained in vain'
	[ ! -e x.h5nn ] || fail 'a result in spite of it'
done
for dir in file no/where taken; do
	mkdir -p taken/report.tsv
	expect 5 nn-eval -m m.h5nn --report-dir=$dir "$test"
	says '--report-dir'
done
expect 2 nn-eval -m m.h5nn --report-dir=- "$test"
mkdir locked
chmod a-w locked
if ! touch locked/x 2>/dev/null; then
	expect 5 nn-train -m init.h5nn -e 1 -o x.h5nn --report-dir=locked \
	    "$train"
	says 'locked/curves.png'
	expect 5 nn-eval -m m.h5nn --report-dir=locked "$test"
fi
chmod u+w locked
expect 2 nn-train -m init.h5nn -e 1 -o x.h5nn --report-dir=- "$train"
expect 2 nn-train -m init.h5nn -e 1 -o x.h5nn --report-dir= "$train"
expect 2 nn-train -m init.h5nn --lr-find --report-dir=x "$train"
expect 0 nn-train -n -m init.h5nn -e 1 -o x.h5nn --report-dir=plan "$train"
holds out 'report      plan'
[ ! -e plan ] || fail 'a dry run made a folder'

# A disk that fills up: the result in a file is safe before pictures are
# drawn; a pipe gets nothing.
expect 5 sh -c 'ulimit -f 24; nn-train --strip -m reader.h5nn -e 30 -o full.h5nn \
    --val="$2" --report-dir=full "$1"' - "$train" "$test"
says 'full/curves.png'
[ -s full.h5nn ] || fail 'no result because of a picture'
[ -z "$(ls -A full)" ] || fail 'a part of a picture'
expect 5 sh -c 'ulimit -f 24; nn-train --strip -m reader.h5nn -e 30 \
    --val="$2" --report-dir=full "$1"' - "$train" "$test"
[ ! -s out ] || fail 'a model down the pipe'
echo ok
