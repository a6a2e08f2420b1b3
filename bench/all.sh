#!/bin/sh
# All rows, then one table: our figure, the fastest peer and its figure, the
# median ratio to it, and the goal.
#
#   sh bench/all.sh [ROW...]          rows: p1 p2 p3 vgg vgg-bf16
#                                     finetune p5 p6 p8 format
#
# Each row's own table goes to standard error as it is done.  Some 20 minutes;
# NN_PAIRS=3 for a look.
. "$(dirname "$0")/common.sh"
[ $# -gt 0 ] || set -- p1 p2 p3 vgg vgg-bf16 finetune p5 p6 p8 format

# The goal of a row, or of its parts by the names behind "ours-".
goal() {
	case $1 in
	p1) echo 1.8 ;;
	p2) echo 2.2 ;;
	p3) echo 1.7 ;;
	vgg) echo 1.3 ;;
	vgg-bf16) echo 1.1 ;;
	finetune) echo first 1.3 head 2 kept 100 block 1.5 all 1.2 memory 4 ;;
	format) echo load 0.5 save 0.8 ;;
	p6) echo 3 ;;
	p8) echo 6 ;;
	*) echo - ;;
	esac
}

# A table of pairs on standard input; a row for each "ours".
best() {
	awk -F'\t' -v row="$1" -v goal="$2" -v OFS='\t' '
	BEGIN {
		n = split(goal, g, " ")
		for (i = 1; i < n; i += 2)
			of[g[i]] = g[i + 1]
	}
	function say() {
		if (ours != "")
			print row (part == "" ? "" : "-" part), figure, ours, \
				peer, theirs, ratio, (n > 1 ? of[part] : goal)
	}
	$1 == "command" { say(); ours = ""; figure = $2; next }
	$1 ~ /^ours/ {
		say()
		ratio = ""
		part = substr($1, 6)
		ours = $2
		next
	}
	ratio == "" || $6 < ratio { peer = $1; theirs = $2; ratio = $6 }
	END { say() }'
}

for row; do
	sh "$bench/$row.sh" >"$work/$row.tsv"
	cat "$work/$row.tsv" >&2
done
printf 'row\tfigure\tours\tfastest_peer\tits\tratio\tgoal\n'
for row; do
	best "$row" "$(goal "$row")" <"$work/$row.tsv"
done
