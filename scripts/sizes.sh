#!/bin/sh
# sizes.sh SOURCE: lines of C a room, the longest files and functions.  To be
# looked at, not to be enforced.
cd "$1" || exit 1
printf '%-16s %6s %6s %s\n' room files lines 'longest file'
for room in libfmt/base libfmt libdata libnn tools tests bench samples; do
	depth=
	[ $room = libfmt ] && depth='-maxdepth 1'
	find $room $depth -name '*.[ch]' | sort | xargs wc -l /dev/null |
	    awk -v room=$room '
		$2 == "total" || $2 == "/dev/null" { next }
		{ n++; sum += $1 }
		$1 > most { most = $1; file = $2 }
		END {
			printf "%-16s %6d %6d %s (%d)\n", room, n, sum,
			    file, most
		}'
done
echo
echo 'longest functions'
find libfmt libdata libnn tools -name '*.c' | xargs awk '
	/^[a-z_][a-z_0-9]*\(/ { name = $0; sub(/\(.*/, "", name); at = FNR }
	/^}/ && name != "" {
		printf "%5d %s:%d %s\n", FNR - at + 1, FILENAME, at, name
		name = ""
	}' | sort -rn | head -n 10
