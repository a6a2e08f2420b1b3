#!/bin/sh
# nn-edit: what a model says of itself changes, and not one of its numbers.
. "${srcdir:-.}/tests/tool-lib.sh"

expect 0 nn-train -q -m init.h5nn -e 2 --val-split=0.2 -C ck.h5nn -o t.h5nn \
    "$train"
id() { nn-info "$2" | sed -n "s/^$1_id *//p"; }
# Every tensor, of the weights and of the optimizer, by its own bytes.
numbers() {
	nn-info --diff "$1" "$2" |
	    grep -v '^about\|^label\|^number of labels\|^preprocessing\|^training \(mean\|spread\)'
}

# edited SAME-CONTENT OPTION...: from t.h5nn to e.h5nn.
edited() {
	content=$1
	shift
	expect 0 nn-edit -m t.h5nn "$@" -o e.h5nn
	[ ! -s err ] || fail "it speaks: $*"
	[ "$(id weights t.h5nn)" = "$(id weights e.h5nn)" ] || fail 'weights_id'
	[ -z "$(numbers t.h5nn e.h5nn)" ] || fail "$(numbers t.h5nn e.h5nn)"
	if [ "$(id content t.h5nn)" = "$(id content e.h5nn)" ]; then
		[ $content = same ] || fail "content_id is the same: $*"
	else
		[ $content = other ] || fail "content_id is another: $*"
	fi
	[ "$(id state t.h5nn)" != "$(id state e.h5nn)" ] || fail 'state_id'
	expect 0 nn-info --check e.h5nn
	nn-info --provenance e.h5nn | sed '1,/nn-edit/!d' |
	    grep -c nn-edit >n
	[ "$(cat n)" = 1 ] || fail 'it is not recorded once'
}
edited same --title='Small digits' --description='What it is for.
	And not for.' --author='Ada <ada@example.org>' --author=B \
    --license='Apache-2.0 OR MIT' --citation='@misc{a}' \
    --url=https://example.org/a --keyword=digits --keyword=small
cp e.h5nn about.h5nn
nn-info about.h5nn >out
for line in 'title: Small digits' 'description: What it is for.\x0a\x09And' \
    'authors: Ada <ada@example.org>, B' 'license: Apache-2.0 OR MIT' \
    'citation: @misc{a}' 'url: https://example.org/a' 'keywords: digits, small'; do
	holds out "$line"
done
nn-info -v about.h5nn >out
holds out '  What it is for.'
nn-info --json about.h5nn >out
holds out '"authors":["Ada <ada@example.org>","B"]'
edited other --labels=a,b,,c,d
nn-info e.h5nn | grep -q 'labels (3): a b,c d' || fail 'labels'
edited other --rename-label=0=1 --rename-label=1=0
nn-info e.h5nn | grep -q 'labels (3): 1 0 2' || fail 'they did not change places'
edited other --rename-label=0==
edited other --labels-from="$("$data" png named 3 6 1 && echo named)"
nn-info --provenance e.h5nn >out
! grep -q 'named' out || fail 'a path in the lineage'
edited other --unset=labels
edited other --pre=invert,scale:1/255
expect 0 nn-predict -m e.h5nn named/a
nn-info e.h5nn | grep -q 'spread' && fail 'the spread of other samples'
edited other --unset=preprocessing
printf 'any\0thing' >file
edited same --ext=org.example/a/file=file --ext=org.example/other=file
cp e.h5nn ext.h5nn

# In pipes; the same file in and out; without a record; as a plan.
nn-edit --title=A <t.h5nn | nn-edit --license=MIT | nn-edit --unset=title >p.h5nn
nn-info p.h5nn >out
holds out 'license: MIT'
! grep -q '^title' out || fail 'the title is still there'
cp t.h5nn x.h5nn
expect 0 nn-edit -m x.h5nn -o x.h5nn --title=A --no-provenance
nn-info --provenance x.h5nn | grep -q nn-edit && fail 'a record all the same'
expect 0 nn-edit -n -m t.h5nn --title=A --rename-label=0=zero -o never.h5nn
holds out 'title: none | "A"'
holds out 'labels: 0,1,2 | zero,1,2'
[ ! -e never.h5nn ] || fail 'a plan writes'
expect 0 nn-edit -v -m t.h5nn --title=A -o x.h5nn
says 'title: none | "A"'
# What is taken away again leaves the very model.
expect 0 nn-edit -m about.h5nn --unset=about -o x.h5nn
[ "$(id state x.h5nn)" = "$(id state t.h5nn)" ] || fail 'something stayed'
expect 0 nn-edit -m ext.h5nn --drop-ext=org.example -o x.h5nn
[ "$(id state x.h5nn)" = "$(id state t.h5nn)" ] || fail 'something stayed'
expect 0 nn-edit -m about.h5nn --author=C -o x.h5nn
nn-info x.h5nn | grep -q '^authors: C$' || fail 'authors'
nn-info x.h5nn | grep -q '^title: Small' || fail 'the title went'

# The state of the optimizer goes on as if nothing had been.
expect 0 nn-train -q --no-provenance -m t.h5nn -e 1 -o go.h5nn "$train"
expect 0 nn-train -q --no-provenance -m about.h5nn -e 1 -o on.h5nn "$train"
expect 1 nn-info --diff go.h5nn on.h5nn
[ "$(grep -vc '^about: ' out)" = 0 ] || fail "$(cat out)"

# An unfinished run may be talked about; its labels and preprocessing stay.
set -- -m init.h5nn -e 3000 --val-split=0.2
expect 0 nn-train -q "$@" -o whole.h5nn "$train"
nn-train -q "$@" --max-time=0.05 -o part.h5nn "$train" 2>err
[ $? = 7 ] || fail 'was not stopped'
for option in --rename-label=0=a --pre=gray,scale:1/255 --unset=labels; do
	expect 2 nn-edit -m part.h5nn.unfinished $option -o bad.h5nn
	says 'unfinished run'
done
expect 0 nn-edit -m part.h5nn.unfinished -o part.h5nn.unfinished --title=A
expect 0 nn-train -q --resume "$@" -o part.h5nn "$train"
[ "$(id content part.h5nn)" = "$(id content whole.h5nn)" ] || fail 'resumed'
expect 1 nn-info --diff whole.h5nn part.h5nn
[ "$(grep -vc '^about: ' out)" = 0 ] || fail "$(cat out)"
nn-info --provenance part.h5nn >out
[ "$(grep -c 'nn-train\|nn-edit\|nn-init' out)" = 3 ] || fail "$(cat out)"
# So may a finished checkpoint, which gives its result again.
expect 0 nn-edit -m ck.h5nn -o ck.h5nn --title=A
expect 0 nn-train -q -m init.h5nn -e 2 --val-split=0.2 --resume -C ck.h5nn \
    -o t2.h5nn "$train"
[ "$(id content t2.h5nn)" = "$(id content t.h5nn)" ] || fail 'the checkpoint'

# An adapter is edited as what it is; it fits its base as before.
expect 0 nn-finetune -q -m t.h5nn --lora=all --adapter-only -e 1 -o delta.h5nn \
    "$train"
expect 0 nn-edit -m delta.h5nn --title=A --rename-label=0=a -o d2.h5nn
nn-info d2.h5nn >out
holds out 'adapter of the model'
expect 0 nn-merge -q --adapter=d2.h5nn t.h5nn -o merged.h5nn
nn-info merged.h5nn >out
holds out 'title: A'
holds out 'labels (3): a 1 2'

# Of a model of tomorrow people can be told; its ends are not judged.
nn-info t.h5nn >out

# refused TEXT OPTION...: says so, and leaves no file.
refused() {
	text=$1
	shift
	expect 2 nn-edit -m about.h5nn -o bad.h5nn "$@"
	says "$text"
	[ ! -e bad.h5nn ] || fail "a file of $*"
}
refused 'nothing to change'
refused 'nothing to change' -v
refused 'there are no operands' --title=A model.h5nn
refused '--title: has no effect' --title='Small digits'
refused '--author: has no effect' --author='Ada <ada@example.org>' --author=B
refused '--labels: has no effect' --labels=0,1,2
refused '--pre: has no effect' --pre=scale:1/255
refused '--drop-ext: ' --drop-ext=org.example
refused 'has no effect' --drop-ext=org.example
refused "'0=0': has no effect" --rename-label=0=0
refused 'is no OLD=NEW' --rename-label=7=a
refused 'is no OLD=NEW' --rename-label=0
refused 'the new name is empty' --rename-label=0=
refused 'renamed twice' --rename-label=0=a --rename-label=0=b
refused 'is there twice' --rename-label=0=1
refused '2 names, but about.h5nn tells 3 classes' --labels=a,b
refused 'exclude each other' --labels=a,b,c --rename-label=0=a
refused 'exclude each other' --title=A --unset=title
refused 'exclude each other' --title=A --unset=about
refused 'exclude each other' --pre=gray --unset=preprocessing
refused 'exclude each other' --labels=a,b,c --unset=labels
refused 'did you mean title' --unset=titel
refused 'license: ' --license='MIT License'
refused 'url: ' --url=example.org
refused 'title: is empty' --title=
refused 'title: ' --title='a
b'
refused 'authors: one of them is there twice' --author=A --author=A
refused 'title: longer than 200 characters' --title="$(printf '%0201d' 0)"
refused '--pre: ' --pre=nonsense
refused 'is no OWNER/NAME=FILE' --ext=example/a=file
refused 'is no OWNER/NAME=FILE' --ext=org.example/a
refused '--ext: ' --ext=org.example=file
refused '--ext: ' --ext=org.example/../a=file
expect 5 nn-edit -m about.h5nn -o bad.h5nn --ext=org.example/a=none
expect 2 nn-edit -m t.h5nn -o bad.h5nn --unset=title
says 'has no effect'
expect 2 nn-edit -m t.h5nn -o bad.h5nn --unset=about
says 'has no effect'
expect 2 nn-edit -m ext.h5nn -o bad.h5nn --ext=org.example/other=file
says 'has no effect'
nn-edit --title=A --ext=org.example/a=- <t.h5nn >out 2>err
says 'standard input: is asked for'
expect 0 nn-init -i 4 -o r.h5nn dense:1
expect 2 nn-edit -m r.h5nn -o bad.h5nn --labels=a,b
says 'has no classes'
nn-edit --title=A </dev/null >out 2>err
[ $? = 3 ] || fail 'nothing is no model'
[ ! -s out ] || fail 'something came out'
echo ok
