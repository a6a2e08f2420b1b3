#!/bin/sh
# nn-predict: one row a sample, in order, whatever the form and the source.
. "${srcdir:-.}/tests/tool-lib.sh"

"$data" png letters 3 60 5
nn-init -i 8x8x1 --labels=a,b,c --pre=gray,resize:8x8,scale:1/255 -o i.h5nn \
    flatten dense:12:relu dense:3:softmax
nn-train -q -m i.h5nn -e 60 -o m.h5nn letters

expect 0 nn-predict -m m.h5nn letters/a/0000.png letters/b/0001.png
printf 'file\tlabel\tprob\n' >want
head -1 out >head
same head want
cut -f1,2 out | tail -n +2 >rows
printf 'letters/a/0000.png\ta\nletters/b/0001.png\tb\n' >want
same rows want

# A folder, a list, a list with NULs: the same rows.
expect 0 nn-predict -m m.h5nn letters
cp out folder.tsv
[ "$(grep -c . out)" = 61 ] || fail 'not a row a file'
find letters -name '*.png' | sort >list
expect 0 nn-predict -m m.h5nn -T list
same out folder.tsv
tr '\n' '\0' <list >list0
expect 0 nn-predict -m m.h5nn -0 -T list0
same out folder.tsv
nn-predict -m m.h5nn -0 -T - <list0 >out 2>err || fail 'a list on stdin'
same out folder.tsv
# shellcheck disable=SC2046
expect 0 nn-predict -m m.h5nn $(cat list)
same out folder.tsv

# Pictures on standard input; the model on standard input.
cat letters/c/0002.png letters/a/0003.png | nn-predict -m m.h5nn -H - \
    >out 2>err || fail 'pictures on standard input'
cut -f2 out | tr -d '\n' >rows
[ "$(cat rows)" = ca ] || fail 'pictures on standard input: wrong labels'
: >live
{
	cat letters/c/0002.png
	for _ in $(seq 100); do
		[ ! -s live ] || break
		sleep 0.1
	done
	cp live first
	cat letters/a/0003.png
} | nn-predict -m m.h5nn -H - >live 2>err || fail 'pictures one by one'
[ "$(grep -c . first)" = 1 ] || fail 'a picture waits for the next one'
[ "$(grep -c . live)" = 2 ] || fail 'not both pictures'
expect 0 sh -c 'nn-predict letters <m.h5nn'
same out folder.tsv
expect 2 sh -c 'nn-predict - <m.h5nn'

# Alone or among others: the same probability.
awk -F'\t' 'NR > 1 { print $3 }' folder.tsv >together
while read -r f; do
	nn-predict -m m.h5nn -H "$f" | cut -f3
done <list >alone
paste together alone | awk '{ d = $1 - $2; if (d > 1e-5 || d < -1e-5) exit 1 }' ||
    fail 'alone and together disagree'

# A named result is there when it is whole, and only then.
: >.named.tsv.nn-killed
expect 0 nn-predict -m m.h5nn -o named.tsv letters
[ ! -e .named.tsv.nn-killed ] || fail 'what a killed process left is not swept'
[ ! -s out ] || fail 'rows on standard output in spite of -o'
same named.tsv folder.tsv
expect 3 nn-predict -m letters/a/0000.png -o named.tsv letters
same named.tsv folder.tsv
[ -z "$(find . -name '.named*')" ] || fail 'a temporary file is left'
expect 5 nn-predict -m m.h5nn -o letters letters

# A picture through a pipe; nothing where something was promised.
mkfifo pipe
cat letters/a/0000.png >pipe &
expect 0 nn-predict -m m.h5nn -H pipe
[ "$(cut -f2 out)" = a ] || fail 'a picture through a pipe'
cat letters/b/0001.png >pipe &
expect 0 nn-predict -m m.h5nn -H png:pipe
[ "$(cut -f2 out)" = b ] || fail 'a picture through a pipe, its type named'
: >pipe &
expect 1 nn-predict -m m.h5nn -H png:pipe
says 'png:pipe: is empty'
expect 0 nn-predict -n -m m.h5nn letters
! grep -q 'trains' out || fail 'a model that predicts does not train'
expect 1 sh -c 'nn-predict -m m.h5nn - </dev/null'
says 'nothing to predict'
expect 5 nn-predict -m m.h5nn -T missing.txt
expect 1 nn-predict -m m.h5nn m.h5nn
says 'models go to -m'
printf '\377\330\377\340....' >photo.jpg
expect 1 nn-predict -m m.h5nn photo.jpg
says 'is a JPEG picture'

# Columns.
expect 0 nn-predict -m m.h5nn -k 2 letters/a/0000.png
printf 'file\tlabel\tprob\trank\n' >want
head -1 out >head
same head want
[ "$(grep -c . out)" = 3 ] || fail 'not two rows for -k 2'
expect 0 nn-predict -m m.h5nn --all letters/a/0000.png
[ "$(grep -c . out)" = 4 ] || fail 'not all classes'
awk -F'\t' 'NR > 1 { s += $3 } END { exit s < 0.999 || s > 1.001 }' out ||
    fail 'the probabilities do not add up to 1'
expect 0 nn-predict -m m.h5nn --wide letters/a/0000.png
printf 'file\tlabel\ta\tb\tc\n' >want
head -1 out >head
same head want
expect 0 nn-predict -m m.h5nn --truth=dir letters
head -1 out | grep -q 'truth$' || fail 'no truth column'
awk -F'\t' 'NR > 1 && $4 == $2 { n++ } END { exit n < 50 }' out ||
    fail 'truth and label differ'
expect 0 nn-predict -m m.h5nn --threshold=1 letters/a/0000.png
cut -f2 out | grep -qx -- - || fail 'no - below the threshold'
expect 0 nn-predict -m m.h5nn --logits letters/a/0000.png
holds out 'logit'
expect 0 nn-predict -m m.h5nn -O csv letters/a/0000.png
holds out 'file,label,prob'
expect 0 nn-predict -m m.h5nn -O jsonl -k 2 letters/a/0000.png
holds out '{"n":0,"file":"letters/a/0000.png","label":"a","prob":'
holds out '"top":[{"label":"a"'

# Names with TAB and newline.
odd=$(printf 'ta\tb\nnl.png')
cp letters/a/0000.png "$odd"
expect 0 nn-predict -m m.h5nn -H "$odd"
holds out 'ta\tb\nnl.png'
[ "$(grep -c . out)" = 1 ] || fail 'a name broke its row'

# IDX and other sources.
expect 0 nn-predict -m m.h5nn "$test"
[ "$(grep -c . out)" = 91 ] || fail 'not a row a sample'

# A bad file: a message, no row or an error row, exit 1, and the rest goes on.
head -c 60 letters/a/0000.png >cut.png
expect 1 nn-predict -m m.h5nn letters/b/0001.png cut.png letters/c/0002.png
says 'cut.png'
[ "$(grep -c . out)" = 3 ] || fail 'the good rows are not there'
expect 1 nn-predict -m m.h5nn --keep-rows letters/b/0001.png cut.png \
    letters/c/0002.png
[ "$(grep -c . out)" = 4 ] || fail 'no row for the bad file'
sed -n 3p out | grep -q '^cut.png' || fail 'the error row is out of order'
expect 1 nn-predict -m m.h5nn letters/b/0001.png missing.png
says 'missing.png'

# Features of a layer: what the net after it makes of them is its output.
expect 0 nn-predict -m m.h5nn --embed=dense_1_relu letters
printf 'file' >want
for i in 1 2 3 4 5 6 7 8 9 10 11 12; do printf '\ty%d' $i; done >>want
echo >>want
head -1 out >head
same head want
[ "$(grep -c . out)" = 61 ] || fail 'not a row of features a file'
awk -F'\t' 'NR > 1 { for (i = 2; i <= NF; i++) if ($i < 0) exit 1 }' out ||
    fail 'not the numbers after relu'
expect 0 nn-predict -m m.h5nn --embed=dense_2_softmax letters
tail -n +2 out | cut -f2- >a
nn-predict -m m.h5nn -H --wide letters | cut -f3- >b
same a b
expect 0 nn-predict -m m.h5nn --embed=dense_2 letters
tail -n +2 out | cut -f2- >a
nn-predict -m m.h5nn -H --wide --logits letters | cut -f3- >b
same a b
expect 0 nn-predict -m m.h5nn --embed=dense_1_relu --truth=dir -O csv \
    letters/a/0000.png
holds out 'file,truth,y1'
expect 0 nn-predict -m m.h5nn --embed=dense_1_relu -O jsonl letters/a/0000.png
holds out '"file":"letters/a/0000.png","y":['
expect 0 nn-predict -n -v -m m.h5nn --embed=dense_1_relu letters
holds out "of layer 'dense_1_relu': 12 a sample"
sed -n '/^arithmetic/,$p' out | grep -q dense_1 || fail 'no program'
! sed -n '/^arithmetic/,$p' out | grep -q dense_2 ||
    fail 'layers behind the one wanted are computed'
nn-init -i 8x8x1 --task=classify -o new.h5nn flatten dense:3:softmax
expect 0 nn-predict -m new.h5nn --embed=flatten_1 "$test"
expect 2 nn-predict -m m.h5nn --embed=dense_1_rleu letters
says "did you mean 'dense_1_relu'?"
expect 2 nn-predict -m m.h5nn --embed=dense_1 --logits letters
expect 2 nn-predict -m m.h5nn --embed=dense_1 -k 2 letters

# NPY: a header of whole lines, then all numbers, in the shape of the layer.
shape() { head -c 256 "$1" | tail -c +11 | sed -n "s/.*'shape': \(([^)]*)\).*/\1/p"; }
expect 0 nn-predict -m m.h5nn -O npy letters
[ "$(shape out)" = '(60, 3)' ] || fail "shape $(shape out)"
[ "$(wc -c <out)" = $((256 + 60 * 3 * 4)) ] || fail 'not all numbers'
tail -c +257 out | od -An -v -tf4 -w12 >a
nn-predict -m m.h5nn -H --wide letters | cut -f3- >b
paste a b | awk '{ for (i = 1; i <= 3; i++) { d = $i - $(i + 3)
    if (d > 1e-5 || d < -1e-5) exit 1 } }' || fail 'other numbers than TSV'
expect 0 nn-predict -m m.h5nn -O npy -o codes.npy --embed=dense_1_relu letters
[ "$(shape codes.npy)" = '(60, 12)' ] || fail "shape $(shape codes.npy)"
# What was written can be read again as samples.
nn-init -i 12 --task=regress -o back.h5nn dense:1
expect 0 nn-predict -m back.h5nn npy:codes.npy
[ "$(grep -c . out)" = 61 ] || fail 'the array is not read again'
expect 0 nn-predict -m m.h5nn -O npy --embed=input_1 letters
[ "$(shape out)" = '(60, 8, 8, 1)' ] || fail "shape $(shape out)"
expect 1 nn-predict -m m.h5nn -O npy letters/b/0001.png cut.png \
    letters/c/0002.png
[ "$(shape out)" = '(3, 3)' ] || fail 'the bad file has no row'
tail -c +257 out | od -An -v -tf4 -w12 | sed -n 2p | grep -q nan ||
    fail 'the bad file has numbers'
for option in --truth=dir --all --wide --no-header --keep-rows; do
	expect 2 nn-predict -m m.h5nn -O npy $option letters
	says 'a row of all numbers'
done
expect 2 sh -c 'nn-predict -m m.h5nn -O npy - <letters/a/0000.png'
says 'stream'

# Views: the mean of the probabilities of the pictures and of their mirror
# images, which are made here.
nn-train -q -m init.h5nn -e 2 -o d.h5nn "$train"
{
	head -c 16 "$test"
	od -An -v -tu1 -w8 -j16 "$test" |
	    awk '{ for (i = NF; i > 0; i--) printf "\\%03o", $i }' >octal
	# shellcheck disable=SC2059
	printf "$(cat octal)"
} >mirror-images-idx3-ubyte
[ "$(wc -c <mirror-images-idx3-ubyte)" = "$(wc -c <"$test")" ] || exit 99
for set in "$test" mirror-images-idx3-ubyte; do
	nn-predict -m d.h5nn -H --wide "$set" | cut -f3-
done >a
expect 0 nn-predict -m d.h5nn -H --wide --tta=hflip "$test"
cut -f3- out | cat - a | awk '
    { for (c = 1; c <= 3; c++) p[NR, c] = $c }
    END {
	for (i = 1; i <= 90; i++)
		for (c = 1; c <= 3; c++) {
			d = p[i, c] - (p[i + 90, c] + p[i + 180, c]) / 2
			if (d > 1e-5 || d < -1e-5) exit 1
			e = p[i + 90, c] - p[i + 180, c]
			other += e > 0.01 || e < -0.01
		}
	exit other < 20
    }' || fail 'not the mean of the picture and its mirror image'
expect 0 nn-predict -m d.h5nn --tta=hflip,shift "$test"
cp out views
expect 0 nn-predict -m d.h5nn -j1 --tta=hflip,shift "$test"
same out views
expect 0 nn-predict -m m.h5nn -k 2 --tta=shift letters/a/0000.png
awk -F'\t' 'NR > 1 && $3 > 1 { exit 1 }' out || fail 'a mean above 1'
expect 0 nn-predict -n -m m.h5nn --tta=hflip,shift letters
holds out 'views       10 of every picture'
expect 2 nn-predict -m m.h5nn --tta=hflop letters
says "did you mean 'hflip'"
expect 2 nn-predict -m m.h5nn --tta=shift:8 letters
says 'not so large'
expect 2 nn-predict -m m.h5nn --tta=hflip --logits letters
expect 2 nn-predict -m m.h5nn --tta=hflip --embed=dense_1 letters
expect 2 nn-predict -m back.h5nn --tta=hflip npy:codes.npy
says 'not to classify'
nn-init -i 12 --labels=0,1 -o flat.h5nn dense:2:softmax
expect 2 nn-predict -m flat.h5nn --tta=hflip npy:codes.npy
says 'no pictures'

# Refusals.
expect 2 nn-predict -m m.h5nn
for later in prompt=Once temperature=0.8 top-p=0.9 grid=8x8 \
    explain-dir=maps; do
	expect 2 nn-predict -m m.h5nn --$later letters
	says 'later version'
done
expect 2 nn-predict -m m.h5nn --wide --all letters
expect 2 nn-predict -m m.h5nn -0 letters
expect 3 nn-predict letters </dev/null
[ ! -s out ] || fail 'rows without a model'

# Numbers of a regression.
"$data" csv line.csv 50 3
nn-init -i 2 --task=regress -o r.h5nn dense:1
nn-train -q -m r.h5nn -e 2 -o r2.h5nn csv:line.csv,y=y
for option in --truth=dir --all --threshold=0.5; do
	expect 2 nn-predict -m r2.h5nn $option csv:line.csv,y=y
	says 'not to classify'
done
for option in --ci --top=2 --errors=err.tsv --roc --calibration --compare=m.h5nn --per-class --confusion; do
	expect 2 nn-eval -m r2.h5nn $option csv:line.csv,y=y
	says 'not to classify'
done
expect 0 nn-predict -m r2.h5nn csv:line.csv,y=y
printf 'file\ty1\n' >want
head -1 out >head
same head want
echo ok
