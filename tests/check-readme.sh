#!/bin/bash
# What README.md says is true: its transcript is run (numbers may differ, words
# may not), the files it names exist, its two commands are where CI looks.
set -u
LC_ALL=C
export LC_ALL
srcdir=$(cd "${srcdir:-.}" && pwd)
builddir=$(pwd)
readme=$srcdir/README.md
failed=0
fail() {
	echo "FAIL: $*"
	failed=1
}

# The first fenced lines that begin with sh, bash or ./ are the two commands.
found=$(sed -n '/^```/,/^```/p' "$readme" | grep -E '^(sh|bash|\./)' | head -n 2)
[ "$found" = 'sh samples/quickstart.sh
sh tests/all.sh' ] || fail "the two commands are: $found"

# Every path in backticks exists; a bare file name follows the last folder.
folder=
grep -o '`[^` ]*`' "$readme" | tr -d '`' | while read -r name; do
	case $name in
	*/*) folder=${name%/*} ;;
	*.[ch] | *.def | *.sh | *.inc) name=$folder/$name ;;
	*) continue ;;
	esac
	case $name in
	build/* | build/ | ../* | -*) continue ;;
	esac
	[ -e "$srcdir/$name" ] || echo "README.md names $name, which is not there"
done >missing.$$
[ -s missing.$$ ] && fail "$(cat missing.$$)"
rm -f missing.$$

# The transcript: lines "$ COMMAND" of ```console blocks and what follows them.
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
awk -v tmp="$tmp" '
	/^```console/ { on = 1; next }
	/^```/ { on = 0 }
	on && /^\$ / { n++; part = "command" }
	on && n {
		line = $0
		if (part == "command") {
			sub(/^(\$|>) /, "", line)
			print line >(tmp "/" n ".command")
			if (line !~ /[|\\]$|&&$/)
				part = "output"
		} else {
			print line >(tmp "/" n ".wanted")
		}
	}
	END { print n + 0 >(tmp "/count") }' "$readme"

# Numbers, digests and the width of gaps are not compared.
plain() {
	sed -E 's/[0-9a-f]{8,}/ID/g; s/-?[0-9]+([.,][0-9]+)*(e[+-]?[0-9]+)?/N/g
	    s/[[:space:]]+/ /g; s/ $//' "$1"
}

mkdir "$tmp/work"
ln -s "$srcdir"/samples/* "$tmp/work/"
cd "$tmp/work" || exit 99
PATH=$builddir:$PATH
NN_MODULES=$builddir/.libs
export PATH NN_MODULES
count=$(cat "$tmp/count")
[ "$count" -gt 0 ] || fail "README.md has no transcript"
for n in $(seq "$count"); do
	touch "$tmp/$n.wanted"
	bash -o pipefail "$tmp/$n.command" >"$tmp/$n.found" 2>&1 </dev/null ||
	    fail "status $? of: $(cat "$tmp/$n.command")"
	sed -i '/^$/d' "$tmp/$n.wanted" "$tmp/$n.found"
	diff <(plain "$tmp/$n.wanted") <(plain "$tmp/$n.found") ||
	    fail "prints something else: $(cat "$tmp/$n.command")"
done

[ $failed = 0 ] && echo "README.md is true: $count commands of its transcript ran"
exit $failed
