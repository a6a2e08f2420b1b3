# What the tests of the public library share.  Source it; $srcdir is set.

# example N: the N-th program of the manual page
example() {
	awk -v n="$1" '/^\.Bd -literal/ { i++; next }
	    /^\.Ed/ { on = 0; if (i == n) exit; next }
	    i == n' "$srcdir/man/nnfmt.3" | sed 's/\\e/\\/g'
}

# same_lists WHAT A B: two lists of names, which must agree
same_lists() {
	[ -s "$2" ] && cmp -s "$2" "$3" || {
		echo "FAIL: $1 differ:"
		diff "$2" "$3"
		exit 1
	}
}

# The functions that the header declares, that the map shows.
declared() {
	sed 's,/\*.*\*/,,' "$1" | grep -o 'nnfmt_[a-z_]*(' | tr -d '(' |
	    sort -u
}
mapped() {
	grep -o 'nnfmt_[a-z_]*;' "$srcdir/libfmt/nnfmt.map" | tr -d ';' |
	    sort -u
}

# shown LIBRARY: what a shared library shows, with versions if it has any
shown() {
	nm -D --defined-only "$1" | awk '$2 != "A" { print $3 }' | sort -u
}
