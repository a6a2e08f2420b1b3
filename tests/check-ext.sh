#!/bin/sh
# What a tool does not know of a model it keeps, when it may be ignored, and
# refuses by its name, when it must be known: every tool.  And none of them
# loses a record of how the model was made, nor what people are told.
. "${srcdir:-.}/tests/tool-lib.sh"
tale=$top/tests/tool-tale

# A model with things of somebody else, and one that answers as it does.
printf 'any\0thing' >note
expect 0 nn-train -q -m init.h5nn -e 1 -o plain.h5nn "$train"
expect 0 nn-edit -m plain.h5nn --ext=org.example/a/note=note --title=A \
    --author=B --license=MIT -o told.h5nn
expect 0 "$tale" told.h5nn base.h5nn optional=brainwaves,telepathy
expect 0 nn-info --check base.h5nn
records() { nn-info --provenance "$1" | grep -c '^  [0-9]'; }
[ "$(records base.h5nn)" = 3 ] || fail 'the base has not three records'

# kept RECORDS FILE: all of it is still there, and so many records more.
kept() {
	expect 0 nn-info --check "$2"
	grep -qa 'any.thing' "$2" || fail "$2: the note is gone"
	grep -q 'brainwaves,telepathy' "$2" || fail "$2: the features are gone"
	nn-info "$2" >out
	holds out 'title: A'
	holds out 'license: MIT'
	[ "$(records "$2")" = $((3 + $1)) ] ||
	    fail "$2: $(records "$2") records"
	nn-info --provenance "$2" | sed -n '/^  [123]  /p' >now
	nn-info --provenance base.h5nn | sed -n '/^  [123]  /p' >then
	same now then
	tried="$tried $2"
}
kept 0 base.h5nn
expect 0 nn-train -q -m base.h5nn -e 2 -C train-ck.h5nn -o train.h5nn "$train"
kept 1 train.h5nn
kept 1 train-ck.h5nn
nn-train -q -m base.h5nn -e 3000 --max-time=0.05 -C part.h5nn -o x.h5nn "$train" \
    2>err
[ $? = 7 ] || fail 'was not stopped'
kept 1 part.h5nn
expect 0 nn-train -q -m base.h5nn -e 3000 --resume -C part.h5nn -o x.h5nn "$train"
kept 1 x.h5nn
expect 0 nn-finetune -q -m base.h5nn --freeze=backbone -e 1 -o tune.h5nn "$train"
kept 1 tune.h5nn
expect 0 nn-finetune -q -m base.h5nn --new-head -e 1 -o head.h5nn "$train"
kept 1 head.h5nn
expect 0 nn-finetune -q -m base.h5nn --lora=all --adapter-only -e 1 \
    -o delta.h5nn "$train"
kept 1 delta.h5nn
nn-eval -p -o eval.h5nn "$test" <base.h5nn 2>err || fail 'nn-eval'
kept 0 eval.h5nn
expect 0 nn-eval -p --fit-temperature -m base.h5nn -o fit.h5nn "$test"
kept 1 fit.h5nn
expect 0 nn-eval -p -m base.h5nn --adapter=delta.h5nn -o both.h5nn "$test"
kept 2 both.h5nn
expect 0 nn-merge -q --average base.h5nn train.h5nn -o mean.h5nn
kept 1 mean.h5nn
expect 0 nn-merge -q --ensemble base.h5nn train.h5nn -o all.h5nn
kept 1 all.h5nn
expect 0 nn-merge -q --adapter=delta.h5nn base.h5nn -o whole.h5nn
kept 2 whole.h5nn
expect 0 nn-edit -m base.h5nn --keyword=x -o edit.h5nn
kept 1 edit.h5nn
expect 0 nn-edit -m base.h5nn --ext=net.other/x=note -o edit2.h5nn
kept 1 edit2.h5nn
expect 0 nn-convert base.h5nn -o same.h5nn
kept 0 same.h5nn

# Of several models only what all say is said of the one that they become.
expect 0 nn-edit -m base.h5nn --title=Other --ext=org.example/a/note=err \
    -o other.h5nn
expect 0 nn-merge -q --ensemble base.h5nn other.h5nn -o all.h5nn
nn-info all.h5nn >out
holds out 'license: MIT'
! grep -q '^title' out || fail 'one title of two'
! grep -qa 'any.thing' all.h5nn || fail 'an addition of one alone'
expect 0 nn-merge -q --average base.h5nn plain.h5nn -o mean.h5nn
nn-info mean.h5nn >out
! grep -q '^license\|^title' out || fail 'what one alone says'

# Every tool that reads a model refuses what it must know and does not.
expect 0 "$tale" base.h5nn future.h5nn required=telepathy
refused() {
	expect 3 "$@"
	says "needs the feature 'telepathy', which this version"
	[ ! -e never ] || fail "a file of $*"
	seen=$((${seen:-0} + 1))
}
refused nn-train -m future.h5nn -e 1 -o never "$train"
refused nn-finetune -m future.h5nn -e 1 -o never "$train"
refused nn-eval -m future.h5nn "$test"
refused nn-eval -p -m future.h5nn -o never "$test"
refused nn-predict -m future.h5nn "$test"
refused nn-merge --average base.h5nn future.h5nn -o never
refused nn-merge --adapter=future.h5nn base.h5nn -o never
refused nn-edit -m future.h5nn --title=B -o never
refused nn-convert future.h5nn -o never
refused nn-info future.h5nn
refused nn-info --check future.h5nn
nn-train -e 1 "$train" <future.h5nn >out 2>err && fail 'through a pipe'
says "needs the feature 'telepathy'"
[ "$seen" = 11 ] && [ "$(echo "$tried" | wc -w)" = 17 ] || fail "$seen, $tried"

# All tools there are were asked: nn-init reads no model.
for tool in "$srcdir"/tools/nn-*.c; do
	tool=$(basename "$tool" .c)
	grep -q "^\(expect 0\|refused\|nn-eval\) $tool\|refused $tool" "$srcdir/tests/check-ext.sh" ||
	    [ "$tool" = nn-init ] || fail "$tool was not asked"
done
echo ok
