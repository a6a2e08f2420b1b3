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

# It is there before the run begins, or the run does not begin.
printf 'old\n' >file
mkdir -p taken/curves.png
for dir in file taken no/where; do
	expect 5 nn-train -m init.h5nn -e 1 -o x.h5nn --report-dir=$dir "$train"
	says '--report-dir'
	! grep -q epoch err || fail 'trained in vain'
	[ ! -e x.h5nn ] || fail 'a result in spite of it'
done
mkdir locked
chmod a-w locked
if ! touch locked/x 2>/dev/null; then
	expect 5 nn-train -m init.h5nn -e 1 -o x.h5nn --report-dir=locked \
	    "$train"
	says 'locked/curves.png'
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
