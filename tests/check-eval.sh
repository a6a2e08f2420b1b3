#!/bin/sh
# nn-eval: figures, tables, assertions, and a model that passes through.
. "${srcdir:-.}/tests/tool-lib.sh"

nn-train -q -m init.h5nn -e 8 -o m.h5nn "$train"

expect 0 nn-eval -m m.h5nn "$test"
head -1 out >head
printf 'metric\tvalue\n' >want
same head want
for name in n loss accuracy macro_f1 balanced_accuracy ece; do
	cut -f1 out | grep -qx $name || fail "no $name"
done
grep -qx 'n	90' out || fail 'not the whole data set was scored'

expect 0 nn-eval -n -m m.h5nn "$test"
holds out 'dense'
! grep -q 'state\|trains' out || fail 'a model that is scored does not train'

# The same figures in every form.
expect 0 nn-eval -m m.h5nn -O csv "$test"
holds out 'n,90'
expect 0 nn-eval -m m.h5nn -O md "$test"
holds out '| n | 90 |'
expect 0 nn-eval -m m.h5nn -O json --per-class --confusion "$test"
holds out '"n": 90'
holds out '"confusion"'
holds out '"per_class"'

# The accuracy is the share of rows of nn-predict whose label is the truth.
expect 0 nn-eval -m m.h5nn "$test"
acc=$(awk -F'\t' '$1 == "accuracy" { print $2 }' out)
nn-predict -m m.h5nn -H "$test" | cut -f2 >labels
od -An -v -tu1 -w1 -j8 test-labels-idx1-ubyte | tr -d ' ' >truth
paste labels truth | awk -v acc="$acc" '
    { right += $1 == $2 }
    END { d = right / NR - acc; exit !(NR == 90 && d < 1e-5 && d > -1e-5) }' ||
    fail 'nn-predict and nn-eval disagree'

# The confusion table's rows add up to the classes' samples.
expect 0 nn-eval -m m.h5nn --confusion "$test"
awk -F'\t' '/^truth/ { on = 1; next } on { for (i = 2; i <= NF; i++) s += $i }
    END { exit s != 90 }' out || fail 'the confusion table does not add up'
expect 0 nn-eval -m m.h5nn --confusion=row --ci --top=2 "$test"
holds out 'top2'
holds out 'accuracy_low'
mkdir reports
expect 0 nn-eval -m m.h5nn --confusion --per-class --report-dir=reports "$test"
[ -s reports/confusion.tsv ] || fail 'no confusion.tsv'
[ -s reports/per_class.tsv ] || fail 'no per_class.tsv'
[ -s reports/metrics.tsv ] || fail 'no metrics.tsv'

# The mistakes, one a row.
nn-train -q -m init.h5nn --steps=3 -o bad.h5nn "$train"
expect 0 nn-eval -m bad.h5nn --errors=err.tsv "$test"
wrong=$(awk -F'\t' '$1 == "accuracy" { printf "%d", (1 - $2) * 90 + 0.5 }' out)
[ "$(grep -c . err.tsv)" = $((wrong + 1)) ] || fail 'not one row a mistake'
[ "$wrong" -gt 0 ] || fail 'no mistakes to look at'
printf 'file\ttruth\tlabel\tprob\n' >want
head -1 err.tsv >head
same head want
nn-predict -m bad.h5nn -H "$test" | paste - truth | awk -F'\t' '
    $2 != $4 { print $1 "\t" $4 "\t" $2 "\t" $3 }' >want
tail -n +2 err.tsv >rows
same rows want

# Assertions.
expect 0 nn-eval -m m.h5nn --assert='accuracy>=0.9' --assert='loss<1' \
    --assert='recall[1]>0.5' --assert='bytes<=300k' --assert='n==90' "$test"
expect 1 nn-eval -m m.h5nn --assert='accuracy>1' "$test"
says 'accuracy>1'
expect 1 nn-eval -m m.h5nn --assert='bytes<10' "$test"
expect 2 nn-eval -m m.h5nn --assert='acuracy>1' "$test"
says "did you mean 'accuracy'"
expect 2 nn-eval -m m.h5nn --assert='accuracy' "$test"
expect 2 nn-eval -m m.h5nn --assert='recall>0.5' "$test"
expect 2 nn-eval -m m.h5nn --assert='recall[zebra]>0.5' "$test"
says 'zebra'

# The area under the curve of each class, and the curves where there is room.
expect 0 nn-eval -m m.h5nn --roc --per-class "$test"
cut -f1 out | grep -qx auc || fail 'no auc'
grep -q 'f1	auc$' out || fail 'no auc of each class'
! grep -q threshold out || fail 'curves on the terminal'
auc=$(awk -F'\t' '$1 == "auc" { print $2 }' out)
nn-predict -m m.h5nn -H --wide "$test" | cut -f3- >probs
paste truth probs | awk -F'\t' -v auc="$auc" '
    { label[NR] = $1; for (c = 0; c < 3; c++) p[NR, c] = $(c + 2) }
    END {
	for (c = 0; c < 3; c++) {
		pairs = right = 0
		for (i = 1; i <= NR; i++)
			for (j = 1; label[i] == c && j <= NR; j++)
				if (label[j] != c) {
					d = p[i, c] - p[j, c]
					right += (d > 0) + (d == 0) / 2
					pairs++
				}
		sum += right / pairs
	}
	d = sum / 3 - auc
	exit !(d < 1e-5 && d > -1e-5)
    }' || fail 'the area is not the share of pairs in order'
expect 0 nn-eval -m m.h5nn --roc -O json "$test"
holds out '"roc": ['
holds out '"threshold": null'
expect 0 nn-eval -m m.h5nn --roc --report-dir=reports "$test"
head -1 reports/roc.tsv | grep -q '^class	threshold' || fail 'no roc.tsv'
expect 0 nn-eval -m m.h5nn --assert='auc>=0.9' --assert='auc[1]>=0.9' \
    --assert='accuracy_low<1' "$test"
! cut -f1 out | grep -qx auc || fail 'auc without --roc'
expect 1 nn-eval -m m.h5nn --assert='auc[1]>1' "$test"
expect 2 nn-eval -m m.h5nn --assert='ece[1]>1' "$test"

# The reliability table: its samples are all there, its gaps are the ECE.
expect 0 nn-eval -m bad.h5nn --calibration "$test"
[ "$(grep -c '^0.*	' out)" = 10 ] || fail 'not ten bins'
awk -F'\t' '
    $1 == "ece" { ece = $2 }
    $1 == "mce" { mce = $2 }
    on { n += $3; d = $4 - $5; if (d < 0) d = -d }
    on && $3 > 0 { sum += $3 * d; if (d > most) most = d }
    $1 == "low" { on = 1 }
    function off(a, b) { return a - b > 1e-5 || b - a > 1e-5 }
    END { exit n != 90 || off(sum / 90, ece) || off(most, mce) }' out ||
    fail 'the reliability table and its figures disagree'
expect 0 nn-eval -m bad.h5nn --calibration=4 --report-dir=reports \
    --assert='mce<=1' "$test"
[ "$(grep -c . reports/calibration.tsv)" = 5 ] || fail 'not four bins'

# Every figure of a report is one of --assert.
nn-eval -m m.h5nn --top=2 --ci --roc --calibration --compare=bad.h5nn "$test" |
    awk -F'\t' 'NF == 2 && $2 ~ /^[0-9.e-]+$/ {
	print $1 }' >figures
[ "$(grep -c . figures)" = 20 ] || fail "$(grep -c . figures) figures"
while read -r name; do
	expect 0 nn-eval -m m.h5nn --top=2 --compare=bad.h5nn \
	    --assert="$name>=-1" "$test"
done <figures

# In the middle of a pipe: the model's own bytes, or nothing.
nn-eval -p <m.h5nn "$test" >copy.h5nn 2>err || fail 'pass-through'
same m.h5nn copy.h5nn
says 'accuracy'
expect 1 nn-eval -p -m m.h5nn --assert='accuracy>1' "$test"
[ ! -s out ] || fail 'a model in spite of a failed assertion'
expect 1 nn-eval -p -m m.h5nn -o no.h5nn --assert='accuracy>1' "$test"
[ ! -e no.h5nn ] || fail 'a file in spite of a failed assertion'

# A temperature: the same classes, probabilities nearer to the shares; the
# tensors stay, and who predicts and who scores see the same model.
value() { awk -F'\t' -v name="$1" '$1 == name { print $2 }' "$2"; }
near() { awk -v a="$1" -v b="$2" 'BEGIN { exit (a - b) ^ 2 > 1e-10 }'; }
less() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a < b) }'; }
nn-train -q -m init.h5nn -e 3 -o young.h5nn "$train"
expect 0 nn-eval -m young.h5nn "$test"
cp out plain
expect 0 nn-eval -p --fit-temperature -m young.h5nn -o warm.h5nn \
    --errors=warm.tsv --assert='temperature>0' "$test"
cp err fitted
[ ! -s out ] || fail 'a report in the place of the model'
expect 0 nn-eval -m warm.h5nn --errors=again.tsv "$test"
same warm.tsv again.tsv
for name in n loss accuracy macro_f1 ece; do
	near "$(value $name out)" "$(value $name fitted)" ||
	    fail "$name of the written model is not that of the report"
done
[ "$(value accuracy out)" = "$(value accuracy plain)" ] ||
    fail 'the temperature changed the accuracy'
less "$(value ece out)" "$(value ece plain)" || fail 'the ECE did not fall'
less "$(value loss out)" "$(value loss plain)" || fail 'the loss did not fall'
[ "$(value ece_before fitted)" = "$(value ece plain)" ] || fail 'ece_before'
nn-predict -m young.h5nn -H "$test" | cut -f2 >a
nn-predict -m warm.h5nn -H "$test" | cut -f2 >b
same a b
nn-predict -m young.h5nn --logits --wide "$test" | tail -n +2 >a
nn-predict -m warm.h5nn --logits --wide "$test" | tail -n +2 >b
paste a b | awk -F'\t' -v t="$(value temperature fitted)" '
    { for (i = 3; i <= 5; i++) { d = $i - $(i + 5) * t
	if (d > 1e-3 || d < -1e-3) exit 1 } }' || fail 'not that temperature'
expect 0 nn-info warm.h5nn
holds out 'temperature_1'
holds out 'nn-eval --fit-temperature --pass-through'
expect 1 nn-info --diff young.h5nn warm.h5nn
! grep -q kernel out || fail 'the temperature changed a tensor'
# Again: the layer that is there changes, and only it.
expect 0 nn-eval -p --fit-temperature -m warm.h5nn -o warm2.h5nn "$test"
[ "$(nn-info warm2.h5nn | grep -c 'temperature_[0-9] ')" = 1 ] ||
    fail 'a second temperature'
nn-eval -p --fit-temperature -m young.h5nn "$test" >twin.h5nn 2>err ||
    fail 'a temperature on standard output'
same twin.h5nn warm.h5nn
expect 0 nn-eval -p --fit-temperature --no-provenance -m young.h5nn \
    -o bare.h5nn "$test"
! nn-info bare.h5nn | grep -q 'nn-eval --' || fail 'provenance in spite of it'
expect 1 nn-eval -p --fit-temperature -m young.h5nn -o no.h5nn \
    --assert='ece<0' "$test"
[ ! -e no.h5nn ] || fail 'a file in spite of a failed assertion'
expect 0 nn-train -q -m warm.h5nn -e 1 -o on.h5nn "$train"
expect 0 nn-finetune -q -m warm.h5nn --new-head -e 1 -o head.h5nn "$train"
! nn-info head.h5nn | grep -q 'temperature_' ||
    fail 'a new head with an old temperature'
expect 0 nn-eval -n -p --fit-temperature -m young.h5nn "$test"
holds out "temperature before layer 'dense_2_softmax', to be fitted"
expect 2 nn-eval --fit-temperature -m young.h5nn "$test"
says '--pass-through'
expect 2 nn-eval --no-provenance -m young.h5nn "$test"
expect 2 nn-eval -m young.h5nn --assert='temperature>0' "$test"
says '--fit-temperature'
nn-init -i 8x8x1 --labels=0,1,2 --task=classify -o raw.h5nn \
    flatten dense:3:relu
expect 2 nn-eval -p --fit-temperature -m raw.h5nn "$test"
says 'before a softmax or a sigmoid'
# One output of two classes has a curve and a temperature too.
"$data" idx two 2 80 3
nn-init -i 8x8x1 --task=classify --pre=scale:1/255 \
    -o i2.h5nn flatten dense:1:sigmoid
nn-train -q -m i2.h5nn --loss=bce -e 20 -o m2.h5nn two-images-idx3-ubyte
expect 0 nn-eval -p --fit-temperature -m m2.h5nn -o w2.h5nn --roc \
    --assert='auc[0]>=0.5' two-images-idx3-ubyte
cp err fitted
expect 0 nn-eval -m w2.h5nn two-images-idx3-ubyte
[ "$(value accuracy out)" = "$(value accuracy fitted)" ] ||
    fail 'one output: another accuracy'

# Two models on the same data, in one run: the pairs are those of two runs.
expect 0 nn-eval -m m.h5nn --compare=bad.h5nn -O json "$test"
cp out pairs
p=$(sed -n 's/^"mcnemar_p": \(.*[0-9]\)$/\1/p' pairs)
[ -n "$p" ] || fail 'no mcnemar_p at the top of the report'
! command -v jq >/dev/null || [ "$(jq .mcnemar_p out)" = "$p" ] ||
    fail 'jq sees another'
nn-predict -m m.h5nn -H "$test" | cut -f2 >a
nn-predict -m bad.h5nn -H "$test" | cut -f2 >b
for pair in both_right:1:1 only_this:1:0 only_other:0:1 both_wrong:0:0; do
	n=$(paste truth a b | awk -v want="${pair#*:}" '
	    ($1 == $2) ":" ($1 == $3) == want { n++ } END { print n + 0 }')
	grep -q "^\"${pair%%:*}\": $n\(,\|\$\)" pairs || fail "not $n $pair"
done
expect 0 nn-eval -m m.h5nn --compare=bad.h5nn "$test"
[ "$(value mcnemar_p out)" = "$p" ] || fail 'mcnemar_p as TSV'
[ "$(value accuracy_other out)" = \
    "$(nn-eval -m bad.h5nn "$test" | awk '$1 == "accuracy" { print $2 }')" ] ||
    fail 'accuracy_other'
expect 0 nn-eval -m bad.h5nn --compare=m.h5nn "$test"
[ "$(value mcnemar_p out)" = "$p" ] || fail 'the test has two sides'
expect 0 nn-eval -m m.h5nn --compare=m.h5nn --assert='mcnemar_p==1' \
    --assert='difference==0' "$test"
expect 1 nn-eval -m m.h5nn --compare=m.h5nn --assert='mcnemar_p<0.05' "$test"
says 'does not hold'
# Another chain, the same labels in another order, one output: all the same.
nn-init -i 4x4x1 --labels=2,0,1 --pre=resize:4x4,scale:1/255,invert \
    -o o.h5nn flatten dense:12:relu dense:3:softmax
nn-train -q -m o.h5nn -e 8 -o other.h5nn "$train"
expect 0 nn-eval -m m.h5nn --compare=other.h5nn "$test"
[ "$(value accuracy_other out)" = "$(nn-eval -m other.h5nn "$test" |
    awk '$1 == "accuracy" { print $2 }')" ] || fail 'another chain'
expect 0 nn-eval -n -m m.h5nn --compare=other.h5nn "$test"
holds out 'compared to other.h5nn, by its own preprocessing'
expect 0 nn-eval -n -m m.h5nn --compare=bad.h5nn "$test"
! grep -q 'its own' out || fail 'the same chain twice'
nn-init -i 8x8x1 --labels=0,1,4 -o l.h5nn flatten dense:3:softmax
expect 3 nn-eval -m m.h5nn --compare=l.h5nn "$test"
says "has no label '2'"
expect 3 nn-eval -m m.h5nn --compare=m2.h5nn "$test"
says 'tells 2 classes apart'
expect 5 nn-eval -m m.h5nn --compare=missing.h5nn "$test"
expect 2 sh -c 'nn-eval -m m.h5nn --compare=- "$1" <bad.h5nn' - "$test"
expect 2 nn-eval -m m.h5nn --assert='mcnemar_p<0.05' "$test"
says '--compare'
expect 2 nn-eval -p -m m.h5nn --fit-temperature --compare=bad.h5nn "$test"

# Data that look inverted, against the training data, get one warning.
"$data" invert "$test" neg-images-idx3-ubyte
cp test-labels-idx1-ubyte neg-labels-idx1-ubyte
expect 0 nn-eval -m m.h5nn neg-images-idx3-ubyte
says 'looks inverted'
says '--pre=scale:1/255,invert'
[ "$(grep -c warning err)" = 1 ] || fail 'not one warning'
expect 0 nn-predict -m m.h5nn neg-images-idx3-ubyte
says 'looks inverted'
expect 0 nn-finetune -m m.h5nn -n neg-images-idx3-ubyte
says 'looks inverted'
expect 0 nn-finetune -q -m m.h5nn -e 1 --pre=scale:1/255,invert -o n.h5nn \
    neg-images-idx3-ubyte
[ ! -s err ] || fail 'a warning in spite of the cure'
expect 0 nn-eval -m n.h5nn --assert='accuracy>=0.9' neg-images-idx3-ubyte

# What makes no sense.
expect 2 nn-eval -m m.h5nn
expect 2 nn-eval -m m.h5nn --calibration=0 "$test"
expect 3 nn-eval "$test" </dev/null
expect 5 nn-eval -m m.h5nn missing-images-idx3-ubyte
"$data" png letters 4 8 5
expect 4 nn-eval -m m.h5nn letters
says 'class'
cp "$test" lonely-images-idx3-ubyte
expect 2 nn-eval -m m.h5nn --top=4 "$test"
expect 4 sh -c 'nn-eval -m m.h5nn - <letters/a/0000.png'
says 'no labels'
expect 2 nn-eval -m m.h5nn "$test,limit=0"
expect 2 nn-eval -m m.h5nn h5:x.h5
says 'later version'
expect 2 nn-eval -m m.h5nn pgn:x.png
says "did you mean 'png:'"
expect 4 nn-eval -m m.h5nn lonely-images-idx3-ubyte
says 'label'
echo ok
