#!/bin/bash
# HDF5 that is wrong.  A model that another program rewrote, with bytes changed:
# refused, or the model that it was.  Other people's files, the proofs of concept
# of many CVEs among them: refused with status 3, within 2 s and 256 MiB; once as
# files that are no models, once by a reader that takes them all for models and
# reads as far as it goes.
. "${srcdir:-.}/tests/tool-lib.sh"

[ -x "$top/nn-hdf5" ] || {
	echo 'skipped: built without HDF5'
	exit 77
}
id() { nn-info --json "$1" | grep -o '"[a-z]*_id":"[0-9a-f]*"' | sort -u; }

# mutants N FILE: one to three bytes of FILE changed, the same ones in every run;
# nothing is drawn in a subshell, which has random numbers of its own
mutants() {
	whole=0 RANDOM=1
	size=$(wc -c <"$2")
	for _ in $(seq "$1"); do
		cp "$2" mutant
		changes=$((RANDOM % 3 + 1))
		for _ in $(seq $changes); do
			byte=$((RANDOM % 256))
			at=$(((RANDOM * 32768 + RANDOM) % size))
			printf '%b' "\\x$(printf %x $byte)" |
			    dd of=mutant bs=1 conv=notrunc status=none seek=$at
		done
		rm -f x.h5nn
		nn-convert -q mutant -o x.h5nn >out 2>err
		got=$?
		case $got in
		0)
			[ "$(id x.h5nn)" = "$(id init.h5nn)" ] ||
			    fail "$2: another model came of it"
			whole=$((whole + 1))
			;;
		3) [ ! -e x.h5nn ] || fail 'something was written' ;;
		*) fail "$2: status $got" ;;
		esac
	done
	echo "$2: $1 mutants: $(($1 - whole)) refused, $whole the same model"
}
if command -v h5repack >/dev/null; then
	expect 0 h5repack init.h5nn plain.h5
	expect 0 h5repack -l CHUNK=5 -f SHUF -f GZIP=6 init.h5nn packed.h5
	expect 0 h5repack --latest -l CHUNK=5 init.h5nn latest.h5
	for f in plain packed latest; do
		mutants "${NN_MUTANTS:-500}" $f.h5
	done
fi

[ -n "${NN_TEST_DATA:-}" ] || {
	echo 'skipped: NN_TEST_DATA does not name the real data'
	exit 77
}
mkdir files any any/.libs
for name in hostile/hdf5_cve_a hostile/evil_keras checkpoints/hdf5_misc \
    checkpoints/keras_dl4j checkpoints/keras_real; do
	tar -xzf "$NN_TEST_DATA/$name.tar.gz" -C files ||
	    fail "cannot unpack $name"
done
find files -type f -size +0 \( -name '*.h5' -o -name '*.hdf5' -o -name 'cve*' \
    -o -name '*.keras' \) | sort >list
[ "$(wc -l <list)" -gt 400 ] || fail "only $(wc -l <list) files"
cp "$top/nn-convert" any/ && cp "$top/tests/hdf5-any" any/nn-hdf5

# all CONVERT WHAT: each file, its time and memory by the shell's rusage
all() {
	n=0 slowest=0 largest=0 contained=0
	while read -r f; do
		rm -f x.h5nn
		/usr/bin/time -f '%e %M' -o cost \
		    "$1" --edited "$f" -o x.h5nn >out 2>err
		got=$?
		[ $got = 3 ] || fail "$f: status $got"
		[ ! -e x.h5nn ] || fail "$f: something was written"
		! grep -q 'damaged or hostile' err || contained=$((contained + 1))
		read -r seconds kib < <(tail -n 1 cost)
		hundredths=$((10#${seconds/./}))
		[ $hundredths -le 200 ] && [ "$kib" -le 262144 ] ||
		    fail "$f: $seconds s, $kib KiB"
		n=$((n + 1))
		[ $hundredths -le $slowest ] || slowest=$hundredths
		[ "$kib" -le $largest ] || largest=$kib
	done <list
	echo "$2: $n files refused, $contained of them ended the reader;" \
	    "at most $slowest hundredths of a second, $largest KiB"
}

if [ ! -x /usr/bin/time ]; then
	echo 'skipped: /usr/bin/time is not there'
	exit 77
fi
all "$top/nn-convert" 'as what they are'
all any/nn-convert 'as if they were models'
