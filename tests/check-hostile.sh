#!/bin/bash
# Hostile files at the door of the tools: status 3, the clause in the message,
# nothing on standard output, never a signal; and no file is opened that was
# not named, nor is anything started or called.
set -u
LC_ALL=C
export LC_ALL
for t in nn-info tests/make-hostile; do
	[ -x "./$t" ] || {
		echo "skipped: $t is not built"
		exit 77
	}
done
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0

fail() {
	echo "FAIL: $*"
	failed=1
}

tests/make-hostile "$tmp" >"$tmp/list" || exit 1
# The kinds of the sample are not real: wrong digests are looked for behind them
# (test-hostile sees those).
while IFS=$'\t' read -r name clause; do
	case $clause in 4.7 | 4.8) clause=8.2 ;; esac
	./nn-info --check "$tmp/$name.h5nn" >"$tmp/out" 2>"$tmp/said"
	status=$?
	[ $status = 3 ] || fail "$name: status $status: $(cat "$tmp/said")"
	grep -qF "[format 1: $clause]" "$tmp/said" "$tmp/out" ||
	    fail "$name: does not name $clause: $(cat "$tmp/said")"
	# Findings are what --check prints; whatever else is none.
	grep -vF "[format 1: " "$tmp/out" && fail "$name: printed something"
	rm -f "$tmp/core"
done <"$tmp/list"
n=$(wc -l <"$tmp/list")
[ "$n" -ge 200 ] || fail "only $n hostile files"

# The control: the file that they are made of passes as far as files go.
./nn-info --check "$tmp/right.h5nn" >"$tmp/out" 2>&1
grep -q "format 1" "$tmp/out" && grep -v "8\.[26]\]" "$tmp/out" &&
    fail "the file they are made of breaks a clause"

echo "$n hostile files refused, each with its clause"

# What the system was asked for, in one process over all of them.
strace -o "$tmp/trace" true 2>/dev/null || {
	echo "skipped the rest: strace does not work here"
	exit $failed
}
strace -f -o "$tmp/trace" -e trace=file,network,process \
    ./nn-info "$tmp"/*.h5nn >/dev/null 2>&1

# opened TRACE: the files that a program opened but the loader's and libc's, and
# the random numbers that keep keys of JSON from being made to collide
opened() {
	sed -n 's/.*open\(at\)\{0,1\}([^"]*"\([^"]*\)".*/\2/p' "$1" |
	    grep -vE \
	    '^(/etc/ld\.so|/lib|/usr/lib|/proc/self|/sys/|/dev/urandom$)' |
	    grep -vF "$PWD/.libs/" | sort -u
}
opened "$tmp/trace" >"$tmp/opened"
printf '%s\n' "$tmp"/*.h5nn | sort -u >"$tmp/named"
if diff "$tmp/named" "$tmp/opened" >"$tmp/differ"; then
	echo "$(wc -l <"$tmp/named") files named, the same opened"
else
	fail "other files were opened:"
	cat "$tmp/differ"
fi
calls=$(grep -cE '(socket|connect|bind|fork|vfork)\(|unlink|rename|mkdir' \
    "$tmp/trace")
[ "$calls" = 0 ] || fail "$calls calls of other kinds"
[ "$(grep -c 'execve(' "$tmp/trace")" = 1 ] || fail "something was started"

grep -q libhdf5 "$tmp/trace" && fail "libhdf5 was loaded"

# The control: a tool that opens a file more is noticed.
strace -f -o "$tmp/trace" -e trace=file cat "$tmp/right.h5nn" "$tmp/list" \
    >/dev/null 2>&1
opened "$tmp/trace" | grep -qF "$tmp/list" || fail "strace shows no files"
exit $failed
