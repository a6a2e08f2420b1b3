#!/bin/sh
# Folders of pictures: what is odd about them is said once, what cannot be
# read is named and counted, and preprocessing is told where it is missing.
. "${srcdir:-.}/tests/tool-lib.sh"

"$data" png many 3 30 5
nn-init -i 8x8x1 --labels-from=many --pre=gray,resize:8x8,scale:1/255 \
    --no-provenance -o p.h5nn flatten dense:8:relu dense:3:softmax || exit 99

# Nothing is odd: nothing is said.
expect 0 nn-train -v -m p.h5nn -e 1 -o q.h5nn many
! grep -q -e ' come again' -e 'another class' -e left err ||
    fail 'something is odd about nothing'

# The same picture twice, the same under two names of classes, and a training
# picture to validate on.
set -- many/a/*.png
cp "$1" many/a/twice.png
expect 0 nn-train -v -m p.h5nn -e 1 -o q.h5nn many
says 'many: 1 of 31 samples come again'
! grep -q 'another class' err || fail 'no contradiction yet'
cp "$1" many/b/other.png
mkdir val val/a val/b val/c
cp "$1" val/a/x.png
"$data" png new 3 6 9
set -- new/b/*.png
cp "$1" val/b/y.png
expect 0 nn-train -m p.h5nn -e 1 --val=val -o q.h5nn many
says 'many: 3 samples are the same as one of another class'
says 'many: 1 of 2 validation samples are training samples'
expect 0 nn-train -q -m p.h5nn -e 1 --val=val -o q.h5nn many
[ ! -s err ] || fail '-q is not quiet'
rm many/a/twice.png many/b/other.png

# What cannot be read is named, and counted when it may be left out.
printf '\377\330\377\340 JFIF' >many/a/photo.jpg
printf 'not at all' >many/c/text.png
head -c 60 "$1" >many/b/cut.png
expect 4 nn-train -m p.h5nn -e 1 -o q.h5nn many
says "many/a/photo.jpg: is a JPEG picture, not PNG; convert it: magick"
expect 4 nn-train -m p.h5nn -e 1 --skip-bad=2 -o q.h5nn many
says 'more than 2 bad samples: '
expect 0 nn-train -m p.h5nn -e 1 --skip-bad=3 -o q.h5nn many
says 'left out: many/b/cut.png: '
says '3 of 33 samples cannot be read and are left out'
expect 1 nn-predict -m q.h5nn many
[ "$(wc -l <out)" -eq 31 ] || fail 'not a row for every good picture'
says 'nn-predict: warning: many/a/photo.jpg: is a JPEG picture'
says 'many/b/cut.png: '
says 'many/c/text.png: is not a PNG picture'
says '3 of 33 samples could not be read'
rm many/a/photo.jpg many/c/text.png many/b/cut.png

# Threads decode, and change nothing.
nn-predict -j 1 -m q.h5nn many >one || fail 'nn-predict -j 1'
nn-predict -j 3 -m q.h5nn many >three || fail 'nn-predict -j 3'
cut -f 1,2 one >one.labels
cut -f 1,2 three >three.labels
same one.labels three.labels

# Another range, with the step that cures it; a normalized model knows what is
# inverted, too.
nn-init -i 8x8x1 --labels-from=many --pre=gray,resize:8x8,scale:1/255 \
    --pre-from=many -o n.h5nn flatten dense:8:relu dense:3:softmax || exit 99
expect 0 nn-train -m n.h5nn -e 3 -o n.h5nn many
! grep -q warning err || fail 'the data it is trained on look odd'
"$data" invert "$test" neg-images-idx3-ubyte
expect 0 nn-predict -m n.h5nn neg-images-idx3-ubyte
says 'looks inverted; nn-finetune --pre=gray,resize:8x8,scale:1/255,normalize:'
says ',invert turns it round'
expect 0 nn-predict -m n.h5nn "$test"
! grep -q warning err || fail 'pictures like those it knows look odd'
awk 'BEGIN { srand(1); for (i = 0; i < 64; i++) {
	printf "%f,%f,%s\n", rand(), rand(), i % 2 ? "x" : "y" } }' >unit.csv
awk -F, '{ printf "%f,%f,%s\n", $1 * 255, $2 * 255, $3 }' unit.csv >byte.csv
nn-init -i 2 --labels=x,y -o t.h5nn dense:2:softmax || exit 99
expect 0 nn-train -m t.h5nn -e 1 -o t.h5nn unit.csv,label=3
expect 0 nn-predict -m t.h5nn byte.csv,label=3
says 'another range; nn-finetune would take them with --pre=scale:1/255'
expect 0 nn-train -m t.h5nn -e 1 -o u.h5nn byte.csv,label=3
says '--pre=scale:1/255'

# Classes with few samples, and uneven ones, each said once, and not when they
# are evened out already or the run is resumed.
"$data" png classes 3 132 4
find classes/c -name '*.png' | sort | tail -n +5 | xargs rm
nn-init -i 8x8x1 --labels=a,b,c --pre=scale:1/255 -o c.h5nn flatten \
    dense:3:softmax || exit 99
few='1 of 3 classes with fewer than 5 samples (c 4) will hardly be learned'
uneven='the classes are uneven (a 44, c 4) and the rare ones will hardly be'
expect 0 nn-train -m c.h5nn -e 3 -o c2.h5nn classes
says "nn-train: classes: $few; give more"
says "nn-train: classes: $uneven learned; give --sampler=balanced or"
[ "$(grep -c 'hardly be learned' err)" = 2 ] || fail 'it is said again'
for even in --sampler=balanced --class-weight=balanced; do
	expect 0 nn-train -m c.h5nn -e 1 $even -o c2.h5nn classes
	says "$few"
	! grep -q 'are uneven' err || fail 'even classes are called uneven'
done
expect 7 nn-train -q -m c.h5nn -e 4000 --max-time=0.01 -o c2.h5nn classes
expect 0 nn-train --resume -m c.h5nn -o c2.h5nn classes
! grep -q 'hardly' err || fail 'a resumed run says it again'
find classes/a classes/b -name '*.png' | sort -t/ -k3 | tail -n 8 | xargs rm
expect 0 nn-train -m c.h5nn -e 1 -o c2.h5nn classes
! grep -q 'are uneven' err || fail 'ten times as many are uneven'

# Pictures of other proportions than the input: stretched, or cut.
nn-init -i 8x16x1 --labels=a,b,c --pre=resize:8x16,scale:1/255 -o wide.h5nn \
    flatten dense:3:softmax || exit 99
expect 0 nn-train -m wide.h5nn -e 1 -o w2.h5nn classes
says 'nn-train: classes: 84 of 84 pictures have other proportions than the'
says '8x16x1, and resize stretches them'
cover=$(sed -n 's/.*--pre=\([^ ]*\) cuts.*/\1/p' err)
nn-init -i 8x16x1 --labels=a,b,c --pre="$cover,scale:1/255" -o wide.h5nn \
    flatten dense:3:softmax || exit 99
expect 0 nn-train -v -m wide.h5nn -e 1 -o w2.h5nn classes
! grep -q 'stretches' err || fail 'cut pictures are called stretched'
says '84 of 84 pictures have other proportions'
says 'are cut or padded to it'
nn-init -i 16x16x1 --labels=a,b,c --pre=resize:16x16,scale:1/255 \
    -o same.h5nn flatten dense:3:softmax || exit 99
expect 0 nn-train -v -m same.h5nn -e 1 -o w2.h5nn classes
! grep -q 'proportions' err || fail 'larger pictures have other proportions'
