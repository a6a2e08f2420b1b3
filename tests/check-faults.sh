#!/bin/sh
# Every call of a whole tool that asks the system for something fails, once and
# from then on: the tool ends with status 5 and says why, or did without and has
# the same result; never by a signal, and what it was to replace is the old file
# or the new one.  Without NN_TORTURE only some of the calls fail.
. "${srcdir:-.}/tests/tool-lib.sh"

preload=$top/tests/.libs/preload.so
[ -e "$preload" ] || {
	echo 'skipped: no library to preload (sanitizers have their own malloc)'
	exit 77
}

# fail_at CALL:AT:HOW:ERRNO: the command of $line with that fault.
fail_at() {
	NN_FAULT=$1 NN_FAULT_TOOL=${line%% *} LD_PRELOAD=$preload \
	    timeout 60 sh -c "exec $line" >out 2>err </dev/null
}

# What a run may change is put back as it was.
put_back() {
	rm -rf place
	cp -r place.old place
}

# whole LINE: runs it once without faults, keeps what it wrote and counts.
whole() {
	line=$1
	put_back
	NN_FAULT_COUNT=$work/count fail_at look:0:once:5 || fail "$line"
	rm -rf place.new
	mv place place.new
	mv out out.new
}

calls() {
	sed -n "s/^$1 //p" count
}

# A checkpoint of an earlier epoch, and whole?
earlier() {
	case $1 in
	*.ck) nn-info --check "$1" >out 2>diff ;;
	*) false ;;
	esac
}

# Each file is the old one or the new one, and there are no others.
intact() {
	for file in place/* place/.[!.]*; do
		name=${file#place/}
		case $name in
		'*' | '.[!.]*') continue ;;
		.*.nn-*)
			[ "$call" = unlink ] || fail "$line: $1: $name is left"
			continue
			;;
		esac
		cmp -s "$file" "place.new/$name" ||
		    cmp -s "$file" "place.old/$name" ||
		    earlier "$file" ||
		    fail "$line: $1: $name is neither old nor new"
	done
}

# judge FAULT SAYS
judge() {
	points=$((points + 1))
	case $status in
	0)
		diff -r place place.new >diff || fail "$line: $1: other files"
		cmp -s out out.new || fail "$line: $1: another answer"
		without=$((without + 1))
		;;
	1) # a prediction less, which is told
		[ "${line%% *}" = nn-predict ] && grep -qi -e "$2" err ||
		    fail "$line: $1: exit 1"
		! grep -vxFf place.new/out.tsv place/out.tsv >diff ||
		    fail "$line: $1: another answer"
		rm place/out.tsv
		partial=$((partial + 1))
		;;
	5) grep -qi -e "$2" err || fail "$line: $1: does not say '$2'" ;;
	*) fail "$line: $1: exit $status" ;;
	esac
	intact "$1"
}

# every CALL ERRNO SAYS: each CALL of the tool, once and for ever.
every() {
	call=$1
	n=$(calls "$call")
	at=1
	while [ "$at" -le "$n" ]; do
		for how in once ever; do
			# An interrupted call is tried again, for ever.
			[ "$how$2" != ever4 ] || continue
			put_back
			fail_at "$call:$at:$how:$2"
			status=$?
			judge "$call $at $how $2" "$3"
		done
		at=$((at + step))
	done
}

memory() {
	points=0 without=0 partial=0
	every alloc 12 memory
	every map 12 memory
	echo "figure: memory refused to ${line%% *}: $points runs of" \
	    "$(calls alloc)+$(calls map) requests, 0 crashes," \
	    "$without did without, $partial answered in part"
}

more() {
	for call in open read write fsync rename link space mode look; do
		every $call 28 'No space left'
	done
	for call in write read; do
		every $call 4 'Interrupted'
	done
	every fsync 122 'quota'
	every write 27 'File too large'
	every open 24 'Too many open files'
	every unlink 30 'Read-only file system'
}

system() {
	points=0 without=0 partial=0
	for call in open read write fsync rename link space mode look; do
		every $call 5 'Input/output error'
	done
	[ $some = 60 ] || more
	echo "figure: calls of ${line%% *} failing: $points runs, 0 signals," \
	    "0 torn, $without did without, $partial answered in part"
}

# tool MEMORY-STEP SYSTEM-STEP LINE: of the calls each so-manieth.
tool() {
	whole "$3"
	step=$1
	memory
	step=$2
	system
}

mkdir place.old
nn-train -q -e 1 -m init.h5nn -o m.h5nn "$train" || exit 99
for name in out.h5nn out.tsv out.ck; do
	cp m.h5nn "place.old/$name"
done
case ${NN_TORTURE:-0} in
0) few=60 some=60 ;;
1) few=1 some=1 ;;
*) few=10 some=10 ;;
esac
made="place/out.h5nn"
tool $few $some 'nn-info --check m.h5nn'
tool $few $some \
    "nn-init -i 8x8x1 --labels=0,1,2 -o $made flatten dense:3"
tool $few $some "nn-predict -j1 -m m.h5nn -o place/out.tsv $test"
tool $few $some "nn-eval -j1 -m m.h5nn --errors=place/out.tsv $test"
tool $few $some "nn-train -q -j1 -e 2 -m m.h5nn -C place/out.ck \
--checkpoint-every=1 -o $made $train,limit=60"
tool $few $some \
    "nn-finetune -q -j1 -e 1 -m m.h5nn --new-head -o $made $train,limit=60"
tool $few $some "nn-merge --average -o $made m.h5nn init.h5nn"
tool $few $some "nn-edit -m m.h5nn --title=new -o $made"
