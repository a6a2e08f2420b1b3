#!/bin/bash
# Man pages against the tools: the synopsis and the options are those of
# --help, mandoc finds no fault, and the examples run.
set -u
LC_ALL=C
export LC_ALL
srcdir=$(cd "${srcdir:-.}" && pwd)
top=$(pwd)
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

bad() {
	echo "FAIL: $1"
	failed=1
}

# The macros of a synopsis or of an item in words without blanks.
render() {
	awk '{
		sub(/^\./, "")
		closing = ""
		for (i = 1; i <= NF; i++) {
			if ($i == "Fl")
				printf "-"
			else if ($i == "Op") {
				printf "["
				closing = closing "]"
			} else if ($i !~ /^(Nm|Ar|Ns|No|It|Cm)$/)
				printf "%s", $i
		}
		printf "%s", closing
		if (lines)
			print ""
	} END { if (!lines) print "" }' lines="$1"
}

section() { awk -v s="$1" '/^\.Sh /{ on = $0 == ".Sh " s; next } on' "$2"; }

for page in "$srcdir"/man/nn-*.1; do
	tool=$(basename "$page" .1)
	"$top/$tool" --help >"$tmp/help" || bad "$tool --help"

	section SYNOPSIS "$page" | render 0 >"$tmp/a"
	awk '/^usage: /{ on = 1; sub(/^usage: /, "") } /^[^ ]/ && NR > 1 { exit }
	    on { gsub(/ /, ""); printf "%s", $0 } END { print "" }' \
	    "$tmp/help" >"$tmp/b"
	cmp -s "$tmp/a" "$tmp/b" ||
	    bad "$tool: synopsis: $(diff "$tmp/a" "$tmp/b")"

	section OPTIONS "$page" | grep '^\.It ' | render 1 | sort >"$tmp/a"
	sed -n 's/^  \(    \|-., \)\(--[^ ]*\).*/\1\2/p' "$tmp/help" |
	    tr -d ' ' | sort >"$tmp/b"
	[ -s "$tmp/b" ] || bad "$tool: --help has no options"
	cmp -s "$tmp/a" "$tmp/b" ||
	    bad "$tool: options: $(diff "$tmp/a" "$tmp/b")"
done

for preset in $("$top/nn-init" --list-presets | cut -f1); do
	sed -n 's/^\.It Cm //p' "$srcdir/man/nn-init.1" | tr ' ,' '\n\n' |
	    grep -qx "$preset" || bad "nn-init.1 lacks the preset $preset"
done

for page in "$srcdir"/man/*.[135]; do
	if command -v mandoc >/dev/null; then
		mandoc -Tlint -W warning "$page" >"$tmp/lint" ||
		    bad "$(cat "$tmp/lint")"
	elif command -v groff >/dev/null; then
		groff -mandoc -ww -z "$page" 2>"$tmp/lint"
		[ ! -s "$tmp/lint" ] || bad "$(cat "$tmp/lint")"
	fi
	[ "$(section EXAMPLES "$page" | grep -c '^\$ ')" -gt 0 ] || continue
	mkdir "$tmp/run"
	[ ! -d "$srcdir/samples" ] || ln -s "$srcdir/samples" "$tmp/run/samples"
	section EXAMPLES "$page" | sed 's/\\e/\\/g; s/\\-/-/g' |
	    awk '/^\$ /{ on = 1; sub(/^\$ /, "") } on { print }
		!/\\$/{ on = 0 }' >"$tmp/script"
	(
		cd "$tmp/run" || exit 1
		PATH=$top:$PATH NN_MODULES=$top/.libs \
		    bash -eo pipefail "$tmp/script"
	) >"$tmp/out" 2>&1 </dev/null ||
	    bad "examples of $page: $(cat "$tmp/out" "$tmp/script")"
	rm -rf "$tmp/run"
done
command -v mandoc >/dev/null || command -v groff >/dev/null ||
    echo 'skipped: lint of the man pages (no mandoc, no groff)'
exit $failed
