#!/bin/sh
# narrow.sh ARCHIVE MAP: makes a static library one object in which only the
# symbols that the version script MAP lists are global, so that no function of
# ours has the name of one of the program that it is linked to.  Where the tools
# for that are missing (LD, OBJCOPY, AR) the archive stays as it is.
set -u
archive=$1
map=$2
[ -e "$archive" ] || exit 0
tmp=$(mktemp -d) || exit 1
trap 'rm -rf "$tmp"' EXIT
grep -o '[a-z_0-9]*;' "$map" | tr -d ';' >"$tmp/names"
${LD:-ld} -r --whole-archive -o "$tmp/nnfmt.o" "$archive" 2>"$tmp/log" &&
    ${OBJCOPY:-objcopy} --keep-global-symbols="$tmp/names" "$tmp/nnfmt.o" \
	2>>"$tmp/log" &&
    ${AR:-ar} crs "$tmp/narrow.a" "$tmp/nnfmt.o" 2>>"$tmp/log" &&
    mv "$tmp/narrow.a" "$archive" || {
	echo "narrow.sh: $archive shows all its symbols: $(head -n 1 "$tmp/log")"
}
exit 0
