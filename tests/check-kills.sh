#!/bin/bash
# A training run that is killed without warning, again and again at whatever
# instant, goes on from what each kill left and ends with the bytes of one that
# was never killed; nothing lies beside its files in the end.
. "${srcdir:-.}/tests/tool-lib.sh"

state=1
total=0 none=0 stale=0 ends=0
case ${NN_TORTURE:-0} in
0) kills=6 ;;
*) kills=$(awk -v n="$NN_TORTURE" 'BEGIN { printf "%d", n * 500 + 6 }') ;;
esac

# random BELOW: the next number, in $drawn.
random() {
	state=$(((state * 1103515245 + 12345) % 2147483648))
	drawn=$((state / 65536 % $1))
}

# A kill leaves nothing if the run had not begun, else a file whose every digest
# is right; of what it was about to write at most a name.
look() {
	if [ -e run.ck ]; then
		nn-info --check run.ck >out 2>>err ||
		    fail "kill $total: the checkpoint is damaged"
	else
		none=$((none + 1))
	fi
	names=$(find . -name '.run.*.nn-*' | wc -l)
	[ "$names" -le 1 ] || fail "kill $total: $names names are left"
	stale=$((stale + names))
}

end() {
	same whole.h5nn run.h5nn
	! find . -name '.run.*.nn-*' | grep . ||
	    fail 'a name is left in the end'
	ends=$((ends + 1))
	rm run.h5nn run.ck
}

# killed COMMAND...
killed() {
	expect 0 "$@" -o whole.h5nn
	n=0
	while [ $n -lt $((kills / 2)) ]; do
		random 200
		{
			timeout -s KILL "$(printf '0.%03d' $((drawn + 10)))" \
			    "$@" --resume -C run.ck -o run.h5nn >out 2>err
		} 2>/dev/null # what the shell says of it
		case $? in
		0) end ;;
		137)
			n=$((n + 1))
			total=$((total + 1))
			look
			;;
		*) fail "exit $?" ;;
		esac
	done
	expect 0 "$@" --resume -C run.ck -o run.h5nn
	end
}

killed nn-train -q -j1 -m init.h5nn -e 200 --val-split=0.2 --ema=0.99 \
    --augment=shift:0.2 --schedule=cosine --checkpoint-every=3steps "$train"
killed nn-finetune -q -j1 -m init.h5nn --new-head --train=all -e 100 \
    --optimizer=rmsprop,momentum=0.5 --mixup=0.2 --val-split=0.2 \
    --checkpoint-every=1 "$train"
echo "figure: kill -9 during training: $total kills, 0 torn, $none before the" \
    "first checkpoint, $stale stale names, all swept; $ends ends with the" \
    "same bytes"
