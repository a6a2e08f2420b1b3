#!/bin/sh
# nn-train --resume: stopped anywhere, a run ends with the bytes of one that
# was never stopped.
. "${srcdir:-.}/tests/tool-lib.sh"

# Stopped by the clock, again and again, with validation and patience.
set -- -m init.h5nn -e 300 --val-split=0.2 --patience=200 --optimizer=adamw
expect 0 nn-train -q "$@" -o whole.h5nn "$train"
stops=0
while :; do
	nn-train -q --resume "$@" --max-time=0.02 -o parts.h5nn "$train" 2>err
	status=$?
	[ $status = 7 ] || break
	stops=$((stops + 1))
	[ $stops -lt 2000 ] || fail 'it never comes to an end'
done
[ $status = 0 ] || fail "exit $status"
[ $stops -gt 0 ] || fail 'it was never stopped'
same whole.h5nn parts.h5nn
[ ! -e parts.h5nn.unfinished ] || fail 'the unfinished file is still there'

# Stopped by signals at whatever instant.
set -- -m init.h5nn -e 400 --schedule=cosine
expect 0 nn-train -q "$@" -o whole.h5nn "$train"
for n in 1 2 3 4 5 6; do
	nn-train -q --resume "$@" -o sig.h5nn "$train" 2>err &
	pid=$!
	sleep 0.0$n
	kill -TERM $pid 2>/dev/null
	wait $pid
	status=$?
	case $status in
	143) [ -e sig.h5nn.unfinished ] || [ ! -s err ] ||
	    fail 'nothing was kept' ;;
	0) break ;;
	*) fail "exit $status" ;;
	esac
done
expect 0 nn-train -q --resume "$@" -o sig.h5nn "$train"
same whole.h5nn sig.h5nn

# Killed without warning: it goes on from the latest checkpoint.
set -- -m init.h5nn -e 300 --optimizer=rmsprop,momentum=0.5 --val-split=0.1
expect 0 nn-train -q "$@" -o whole.h5nn "$train"
for n in 1 2 3 4; do
	timeout -s KILL 0.1$n nn-train -q --resume "$@" -o kill.h5nn \
	    --checkpoint-every=9steps "$train" 2>err
done
expect 0 nn-train -q --resume "$@" -o kill.h5nn "$train"
same whole.h5nn kill.h5nn

# A checkpoint of one's own stays, and a finished one gives the result again.
set -- -m init.h5nn -e 4 -C ck.h5nn
expect 0 nn-train -q "$@" --checkpoint-every=7steps -o a.h5nn "$train"
[ -e ck.h5nn ] || fail 'the checkpoint is gone'
expect 0 nn-train --resume "$@" -o b.h5nn "$train"
says 'complete'
same a.h5nn b.h5nn

# With augmentation, which goes on without being named again.
set -- -m init.h5nn -e 500 --val-split=0.1
augment=shift:0.2,rotate:10,noise:0.05,erase:0.1
expect 0 nn-train -q "$@" --augment=$augment -o whole.h5nn "$train"
rm -f parts.h5nn*
expect 7 nn-train -q "$@" --augment=$augment --max-time=0.01 -o parts.h5nn \
    "$train"
expect 2 nn-train -q --resume "$@" --augment=hflip -o parts.h5nn "$train"
says "--augment: hflip contradicts the plan that is resumed ($augment)"
expect 2 nn-train -q --resume "$@" --augment=none -o parts.h5nn "$train"
says '--augment: none contradicts'
expect 7 nn-train -q --resume "$@" --max-time=0.01 -o parts.h5nn "$train"
expect 0 nn-train -n --resume "$@" -o parts.h5nn "$train"
holds out "augment     $augment"
expect 0 nn-train -q --resume "$@" -o parts.h5nn "$train"
same whole.h5nn parts.h5nn

# With averaged weights, which are part of the state.
set -- -m init.h5nn -e 400 --ema=0.99 --val-split=0.1
expect 0 nn-train -q "$@" -o whole.h5nn "$train"
rm -f parts.h5nn*
expect 7 nn-train -q "$@" --max-time=0.02 -o parts.h5nn "$train"
expect 0 nn-train -n --resume "$@" -o parts.h5nn "$train"
holds out 'average     of the weights, decay 0.99'
expect 0 nn-train -q --resume "$@" -o parts.h5nn "$train"
same whole.h5nn parts.h5nn
expect 0 nn-train -q -m init.h5nn -e 400 --val-split=0.1 --keep=last \
    -o plain.h5nn "$train"
! cmp -s whole.h5nn plain.h5nn || fail '--ema changes nothing'
expect 2 nn-train -q -m init.h5nn --keep=ema -o no.h5nn "$train"
says 'give both or neither'
expect 2 nn-train -q -m init.h5nn --ema=0.9 --keep=last -o no.h5nn "$train"
says 'give both or neither'

# What may be unreadable is part of the plan.
"$data" png pngs 3 30 4
head -c 70 pngs/a/0000.png >pngs/a/cut.png
nn-init -i 8x8x1 --labels=a,b,c -o init3.h5nn flatten dense:3
set -- -m init3.h5nn -e 3000 -o bad.h5nn pngs
expect 7 nn-train -q "$@" --skip-bad=2 --max-time=0.001
expect 2 nn-train -q --resume "$@" --skip-bad=3
says '--skip-bad: 3 contradicts the plan that is resumed (2)'
expect 0 nn-train -q --resume "$@"
expect 0 nn-info --json bad.h5nn
holds out '"skip_bad":2'

# Standard output: nothing is kept without a checkpoint, and it says so.
expect 7 nn-train -m init.h5nn -e 100000 --max-time=0.05 "$train"
says 'nothing is kept'
[ ! -s out ] || fail 'an unfinished model on standard output'
expect 7 nn-train -m init.h5nn -e 100000 --max-time=0.05 -C u.h5nn "$train"
expect 0 nn-eval -m u.h5nn "$test"
says 'unfinished'

# The plan may be repeated, not contradicted; the data must be the same.
expect 2 nn-train -m u.h5nn "$train"
says '--resume'
expect 2 nn-train --resume -C u.h5nn -e 3 "$train"
says '--replan'
expect 2 nn-train --resume -C u.h5nn --optimizer=sgd "$train"
says 'contradicts'
expect 4 nn-train --resume -C u.h5nn "$test"
says 'digest'
expect 0 nn-train -q --resume --replan -C u.h5nn -e 1 -o r.h5nn "$train"
expect 2 nn-train --resume -m init.h5nn "$train"
says '--checkpoint'

# Each signal has its own status; without a checkpoint nothing is kept.
for signal in INT:130 TERM:143 HUP:129; do
	rm -f log
	timeout --foreground --preserve-status -s "${signal%:*}" 0.4 \
	    nn-train -q -m init.h5nn -e 1000000 --log=log "$train" >out 2>err
	status=$?
	[ $status = "${signal#*:}" ] || fail "exit $status after $signal"
	[ ! -s log ] || says 'nothing is kept' # it had begun
	[ ! -s out ] || fail 'an unfinished model on standard output'
done

# SIGUSR1 asks for a line, SIGUSR2 for a snapshot; the run goes on.
nn-train -m init.h5nn -e 100000 --max-time=3 --log=log2 -C snap.h5nn \
    "$train" 2>err &
pid=$!
while [ ! -s log2 ]; do sleep 0.05; done
kill -USR1 $pid
kill -USR2 $pid
for n in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
	[ ! -e snap.h5nn ] || break
	sleep 0.1
done
[ -e snap.h5nn ] || fail 'no snapshot'
says 'batch'
wait $pid
[ $? = 7 ] || fail 'the signals ended the run'
echo ok
