#!/bin/bash
# Models are mapped.  One that is replaced while it is in use keeps being read
# as it was; one that is cut ends the tool with status 5 and a message, or is
# found to be damaged, or was not needed any more: never a signal, and never
# another answer.
. "${srcdir:-.}/tests/tool-lib.sh"

preload=$top/tests/.libs/preload.so
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o big.h5nn \
    flatten dense:512:relu dense:256:relu dense:3:softmax || exit 99
expect 0 nn-train -q -e 1 -m big.h5nn -o kept.h5nn "$train"
expect 0 nn-train -q -e 1 -m kept.h5nn -o other.h5nn "$train"
"$data" png pictures 2 40 5 || exit 99
set -- pictures/*/*.png

# A camera: the first picture is answered, then something happens to the model,
# then the others come.
# stream HOW: the status in $got
stream() {
	cp kept.h5nn m.h5nn
	rm -f camera
	mkfifo camera
	nn-predict -j1 -m m.h5nn - <camera >out 2>err &
	exec 3>camera
	cat "$1" >&3
	for n in $(seq 1500); do
		[ "$(wc -l <out)" -lt 2 ] || break
		sleep 0.02
	done
	[ "$(wc -l <out)" = 2 ] || fail "no answer to the first picture"
	$how
	cat "${@:2}" >&3
	exec 3>&-
	wait $!
	got=$?
}

how=true
stream "$@"
[ $got = 0 ] || fail "exit $got"
mv out want
[ "$(wc -l <want)" = $(($# + 1)) ] || fail 'not an answer to each picture'

replace() { mv other.h5nn m.h5nn; }
how=replace
stream "$@"
[ $got = 0 ] || fail "replaced: exit $got"
same out want
! cmp -s m.h5nn kept.h5nn || fail "it was not replaced"

cut_in_half() { truncate -s $(($(stat -c %s m.h5nn) / 2)) m.h5nn; }
cut_a_little() { truncate -s -100 m.h5nn; }
empty() { : >m.h5nn; }
for how in cut_in_half cut_a_little empty; do
	stream "$@"
	case $got in
	0) same out want ;;
	5) says 'was cut' ;;
	*) fail "$how: exit $got" ;;
	esac
done
echo "figure: models replaced and cut under nn-predict: 4 cases, 0 signals," \
    "0 other answers"

# At every request for memory of each tool the model is cut in half, or loses
# its last bytes, which the system then shows as zeros.
[ -e "$preload" ] || {
	echo 'ok without cuts between calls: nothing to preload'
	exit 0
}
cuts() {
	line=$1
	cp kept.h5nn m.h5nn
	rm -f made*
	NN_FAULT_TOOL=${line%% *} NN_FAULT_COUNT=$work/count \
	    LD_PRELOAD=$preload sh -c "exec $line" >want 2>err || fail "$line"
	for file in made*; do
		[ ! -e "$file" ] || mv "$file" "want-$file"
	done
	n=$(sed -n 's/^alloc //p' count)
	case ${NN_TORTURE:-0} in
	0) step=$((n / 6 + 1)) ;;
	1) step=1 ;;
	*) step=5 ;;
	esac
	runs=0 cut=0 damaged=0 unharmed=0
	at=1
	while [ "$at" -le "$n" ]; do
		for how in cut nick; do
			cp kept.h5nn m.h5nn
			NN_FAULT=alloc:$at:$how:0 NN_FAULT_FILE=$work/m.h5nn \
			    NN_FAULT_TOOL=${line%% *} LD_PRELOAD=$preload \
			    sh -c "exec $line" >out 2>err
			judge $?
			runs=$((runs + 1))
		done
		at=$((at + step))
	done
	[ $cut -gt 0 ] || fail "$line: no cut was met"
	echo "figure: model cut under ${line%% *}: $runs instants, 0 signals," \
	    "$cut cut, $damaged damaged, $unharmed not harmed"
}

# judge STATUS
judge() {
	case $1 in
	0)
		cmp -s out want || fail "$line: $how at $at: another answer"
		[ ! -e made.h5nn ] || same made.h5nn want-made.h5nn
		unharmed=$((unharmed + 1))
		;;
	3) damaged=$((damaged + 1)) ;;
	5)
		says 'was cut'
		[ ! -e made.h5nn ] || fail "$line: $how at $at: a result"
		cut=$((cut + 1))
		;;
	*) fail "$line: $how at $at: exit $1" ;;
	esac
	rm -f made*
}

cuts 'nn-info --check m.h5nn'
cuts "nn-predict -j1 -m m.h5nn $test"
cuts "nn-eval -j1 -m m.h5nn $test"
cuts "nn-train -q -j1 -e 1 -m m.h5nn -o made.h5nn $train,limit=60"
cuts "nn-finetune -q -j1 -e 1 -m m.h5nn --freeze=first:1 -o made.h5nn \
$train,limit=60"
cuts 'nn-edit -m m.h5nn --title=new -o made.h5nn'
cuts 'nn-merge --average -o made.h5nn m.h5nn kept.h5nn'
