#!/bin/bash
# coverage.sh [FILE]...: lines and branches of the model file's reader and writer
# that the tests of the format take.  Run in a folder built with
# --enable-coverage CFLAGS='-O0 -g' and make check TESTS=; prints a table, then
# what was never taken.
#
# A line that cannot be taken says so: a comment "never: REASON" on it or on the
# line before.  Its branches are not counted; it is listed.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
[ $# -gt 0 ] || set -- about architecture bounds check crew delta digests document \
    ext foreign frozen h5 h5code h5in h5read h5sum h5text h5write labels lineage \
    lists map members migrate named read rule save verify version weights write \
    base/replace base/write-all
tests=${COVERAGE_TESTS:-test-about test-delta test-digest test-fmt test-h5
    test-hostile test-json test-lacks test-limits test-mapped test-migrate test-nnfmt
    test-nnfmt-writer test-reading test-refusals test-save test-scarce test-schemas test-verify
    test-writers
    fuzz-fmt fuzz-about fuzz-architecture fuzz-delta fuzz-frozen fuzz-lineage
    fuzz-optimizer fuzz-preprocessing fuzz-training}

[ -n "${KEEP:-}" ] || find . -name '*.gcda' -delete
export srcdir=$top
for t in $tests; do
	[ -x "tests/$t" ] || continue
	"tests/$t" >coverage.log 2>&1 || echo "coverage.sh: $t failed" >&2
done

rm -rf coverage
mkdir coverage
for f in "$@"; do
	case $f in
	base/*) object=libfmt/base/.libs/libbase_la-${f#base/}.o ;;
	*) object=libfmt/.libs/$f.o ;;
	esac
	gcov -b -c -o "${object%/*}" "${object##*/}" >>coverage.log 2>&1
done
mv ./*.c.gcov coverage/
cd coverage || exit 1

awk -F: '
    FNR == 1 {
	file = FILENAME
	sub(/\.gcov$/, "", file)
	before = ""
    }
    /^ *[-#=0-9*]+:/ {
	text = $0
	sub(/^[^:]*:[^:]*:/, "", text)
	line = $2 + 0
	if (line == 0)
		next
	never = (text before) ~ /never: /
	before = text ~ /never: / && text !~ /;|\{/ ? text : ""
	if (text ~ /never: /)
		marked[++nmarked] = file ":" line ":" text
	count = $1
	gsub(/[ *]/, "", count)
	if (count == "-" || never)
		next
	lines[file]++
	if (count ~ /[#=]/)
		left[++nleft] = file ":" line ": line" text
	else
		run[file]++
	next
    }
    /^branch/ && !never {
	branches[file]++
	if ($0 ~ /never executed|taken 0/)
		left[++nleft] = file ":" line ": branch" text
	else
		taken[file]++
    }
    END {
	print "file\tlines\trun\tbranches\ttaken"
	for (f in lines) {
		printf "%s\t%d\t%d\t%d\t%d\n", f, lines[f], run[f],
		    branches[f], taken[f] | "sort"
		l += lines[f]; r += run[f]; b += branches[f]; t += taken[f]
	}
	close("sort")
	printf "all\t%d\t%d\t%d\t%d\n", l, r, b, t
	printf "lines %.2f %%, branches %.2f %%\n", 100 * r / l, 100 * t / b
	for (i = 1; i <= nmarked; i++)
		print "never\t" marked[i]
	for (i = 1; i <= nleft; i++)
		print "left\t" left[i]
    }' ./*.c.gcov
