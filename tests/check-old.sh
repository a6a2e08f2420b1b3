#!/bin/bash
# Models of older formats are read for ever: they are what they were, answer
# what they answered, and runs that were stopped then are finished today as
# their own tools finished them.
. "${srcdir:-.}/tests/tool-lib.sh"

cp -R "$srcdir/tests/golden/0.1" old && chmod -R u+w old && cd old || exit 99
sha256sum -c --quiet SHA256SUMS || fail "a file of tests/golden was edited"

# They are whole, of that format, and have the ids that they had.
while read -r file content weights state; do
	expect 0 nn-info --check "$file"
	expect 0 nn-info "$file"
	holds out "format 0.1, written by nn-tools 0.1.0"
	holds out "content_id $content"
	holds out "weights_id $weights"
	holds out "state_id   $state"
	[ ! -s err ] || fail "$file: nn-info remarks something"
done <ids.txt
[ "$(wc -l <ids.txt)" -ge 20 ] || fail "few models"
[ "$(find . -name '*.h5nn' | wc -l)" = "$(wc -l <ids.txt)" ] ||
    fail "ids.txt and the folder disagree"

# They answer what they answered, within the last digits.
answers=0
for answer in *.predict; do
	name=${answer%.predict}
	model="-m $name.h5nn"
	case $name in
	*-adapter) model="-m ${name%adapter}base.h5nn --adapter=$name.h5nn" ;;
	esac
	# shellcheck disable=SC2086
	expect 0 nn-predict $model --all data/other-images-idx3-ubyte,limit=6
	says "format 0.1, read as 1.0"
	[ "$(grep -c 'read as' err)" = 1 ] || fail "$name: said twice"
	paste "$answer" out | awk -F'\t' '
	NR > 1 { if ($1 != $5 || $2 != $6 || $4 != $8) exit 1
		d = $3 - $7; if (d < -1e-5 || d > 1e-5) exit 1 }
	END { if (NR < 19) exit 1 }' || fail "$name: other answers"
	answers=$((answers + 1))
done

# near WANT GOT [WITHIN]: the same table of epochs, numbers within a thousandth.
near() {
	paste "$1" "$2" | awk -v within="${3:-0.001}" '
	{ if (NF % 2) exit 1
	for (i = 1; i <= NF / 2; i++) {
		a = $i; b = $(i + NF / 2); d = a - b
		if (a + 0 ? d * d > within * within * a * a : a != b) exit 1 } }
	END { if (NR < 2) exit 1 }'
}

# epochs MODEL: the table of nn-info.
epochs() {
	nn-info "$1" 2>>err | sed -n '/^epoch/,/^made/p' | grep -v '^made'
}

# Runs are finished as their own tools finished them; what is written is of
# today's format.
runs=0
while IFS='	' read -r name tool data options; do
	cp "$name.h5nn" checkpoint
	# shellcheck disable=SC2086
	expect 0 "$tool" --resume -m checkpoint -C checkpoint -o result.h5nn \
	    $options "$data"
	says "format 0.1, read as 1.0; what is saved is 1.0"
	epochs result.h5nn >table
	within=
	case $name in
	*-cnn-best) # its last epoch, after many
		sed -n '1p;$p' table >last && mv last table
		within=0.1
		;;
	esac
	near "$name.history" table $within || {
		paste "$name.history" table
		fail "$name: other epochs"
	}
	expect 0 nn-info --check result.h5nn
	expect 0 nn-info result.h5nn
	holds out "format 1.0"
	runs=$((runs + 1))
done <resume.tsv
[ $runs -ge 8 ] && [ $answers -ge 8 ] || fail "$runs runs, $answers answers"

# What was stopped then and is stopped again today goes on as it began.
name=2026-11-24T0149-val-split
data=data/train-images-idx3-ubyte
cp $name.h5nn checkpoint
expect 7 nn-train --resume -m checkpoint -C checkpoint -o result.h5nn \
    --max-time=0.00001 $data
expect 0 nn-info checkpoint
holds out "format 1.0"
expect 0 nn-train --resume -m checkpoint -C checkpoint -o result.h5nn $data
epochs result.h5nn >table
near $name.history table || fail "$name: stopped twice it has other epochs"

# Negative control: a table of other numbers is not near.
sed 's/1\.\([0-9]\)/2.\1/' $name.history >other
! near other table || fail "numbers are not compared"
