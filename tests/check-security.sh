#!/bin/sh
# SECURITY.md: each numbered clause names a test, and each test that it names is
# there and is run by make check or, where it says long, by make check-long.
set -u
LC_ALL=C
export LC_ALL
srcdir=${srcdir:-.}
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
cat "$srcdir"/tests/*.inc >"$tmp/inc"

# named FILE: a line "CLAUSE TEST" for each test that a clause names
named() {
	awk '
	    /^## / { clause = "" }
	    /^[0-9]+\. / { clause = $1; sub(/\.$/, "", clause) }
	    clause {
		line = $0
		while (match(line, /`[^`]*`/)) {
			name = substr(line, RSTART + 1, RLENGTH - 2)
			line = substr(line, RSTART + RLENGTH)
			if (name ~ /^[a-z0-9-]+\.(sh|c)$/)
				print clause, name
		}
	    }' "$1"
}

# wrong FILE: what is wrong with it, nothing when all is well
wrong() {
	named "$1" >"$tmp/named"
	last=$(grep -cE '^[0-9]+\. ' "$1")
	n=0
	while [ $n -lt "$last" ]; do
		n=$((n + 1))
		grep -q "^$n " "$tmp/named" || echo "clause $n names no test"
	done
	while read -r clause name; do
		[ -f "$srcdir/tests/$name" ] ||
		    echo "clause $clause: there is no tests/$name"
		program=${name%.c}
		# Programs of one source: fuzz-data.c is run as its parsers.
		case $name in
		fuzz-*.c) program=tests/$name ;;
		esac
		grep -q "$program" "$tmp/inc" ||
		    echo "clause $clause: $name is run by nobody"
	done <"$tmp/named"
}

found=$(wrong "$srcdir/SECURITY.md")
count=$(wc -l <"$tmp/named")
if [ -n "$found" ]; then
	echo "FAIL: $found"
	exit 1
fi

# The controls: a test that is not there, a clause without one.
sed 's/`check-bombs\.sh`/`check-bomb.sh`/' "$srcdir/SECURITY.md" >"$tmp/one"
sed '/^3\. /s/`check-hostile\.sh`/trust us/' "$srcdir/SECURITY.md" >"$tmp/two"
for copy in "$tmp/one" "$tmp/two"; do
	[ -n "$(wrong "$copy")" ] || {
		echo "FAIL: not noticed in $copy"
		exit 1
	}
done
echo "SECURITY.md names $count tests, all of them run"
