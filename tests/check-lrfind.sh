#!/bin/sh
# --lr-find: a table of growing rates instead of a model.
. "${srcdir:-.}/tests/tool-lib.sh"

cp init.h5nn before.h5nn
expect 0 nn-train --lr-find -m init.h5nn -o no.h5nn "$train"
says 'the loss falls fastest at --lr='
same init.h5nn before.h5nn
[ ! -e no.h5nn ] && [ ! -e no.h5nn.unfinished ] || fail 'a model was written'
[ "$(head -n 1 out)" = "lr	loss	smoothed	suggestion" ] || fail 'the head'
cp out table
awk -F '\t' '
	NF != 4 { print "a row of", NF; exit 1 }
	NR == 2 { if ($1 != 1e-7) { print "begins at", $1; exit 1 } }
	NR > 2 && !($1 / last > 1.2044 && $1 / last < 1.2047) {
		print "not in equal ratios at", $1; bad = 1; exit 1
	}
	NR > 1 { last = $1 }
	NR > 6 && (!least || $3 < least) { least = $3 }
	NR > 1 { end = $3 }
	$4 == "*" { stars++; rate = $1 }
	END {
		if (bad) exit 1
		if (stars != 1) { print stars, "stars"; exit 1 }
		if (NR < 101 && end <= 4 * least) { print "ended early"; exit 1 }
		if (rate < 1e-4 || rate > 1) { print "suggests", rate; exit 1 }
	}' table || fail 'the table'

# Steepest: no other row, but the first ones, falls as much to both sides.
awk -F '\t' 'NR > 1 { s[NR] = $3; if ($4 == "*") best = NR }
	END { for (i = 8; i < NR; i++)
		if (s[i + 1] - s[i - 1] < s[best + 1] - s[best - 1] - 1e-4) {
			print "row", i, "is steeper than", best; exit 1 } }' table ||
    fail 'the suggestion'

# A net that learnt nothing learns at that rate.
rate=$(awk -F '\t' '$4 == "*" { print $1 }' table)
expect 0 nn-train -q -m init.h5nn -e 8 -l "$rate" -o m.h5nn "$train"
expect 0 nn-eval -m m.h5nn --assert='accuracy>=0.95' "$test"

# The same command, the same table; in a pipe; of fewer steps; for SGD, whose
# steps are larger, from a larger rate; by nn-finetune with a new head.
expect 0 nn-train --lr-find "$train" <init.h5nn
same out table
if command -v datamash >/dev/null; then
	nn-train --lr-find -m init.h5nn "$train" 2>err |
	    datamash -H min smoothed >out || fail 'datamash'
	[ "$(wc -l <out)" = 2 ] || fail 'datamash says nothing'
fi
expect 0 nn-train -q --lr-find=30 --optimizer=sgd -m init.h5nn "$train"
[ ! -s err ] || fail 'not quiet'
[ "$(sed -n '2s/	.*//p' out)" = 1e-06 ] || fail 'the first rate of SGD'
[ "$(wc -l <out)" -le 31 ] || fail 'more than 30 steps'
"$data" png letters 4 160 5
nn-train -q -m init.h5nn -e 5 -o base.h5nn "$train"
expect 0 nn-finetune --lr-find --new-head -m base.h5nn -b 8 letters
grep -q '	\*$' out || fail 'no suggestion'

# The data are gone through again when they are few.
expect 0 nn-train -q --lr-find=60 -b 300 -m init.h5nn "$train"
[ "$(wc -l <out)" -gt 10 ] || fail 'one epoch only'

# What is told elsewhere.
expect 0 nn-train -q --lr-find -m init.h5nn --log=log "$train"
holds log '"event":"lr-find"'
expect 0 nn-train -n --lr-find=50 -m init.h5nn "$train"
holds out 'at most 50 updates, growing rates'

# What has no effect beside it.
for words in '-e 3' '--steps=5' '-l 0.1' '--schedule=cosine' '--warmup=5' \
    '--val-split=0.1' '--patience=3' '--max-time=1m' '-C ck.h5nn' '--strip'; do
	# shellcheck disable=SC2086
	expect 2 nn-train --lr-find -m init.h5nn $words "$train"
	says 'exclude each other'
done
expect 2 nn-train --lr-find=3 -m init.h5nn "$train"
says '--lr-find: 3 is not in 20..100000'
expect 2 nn-train --lr-find -m init.h5nn
expect 3 nn-train --lr-find "$train" </dev/null
echo ok
