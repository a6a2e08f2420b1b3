#!/bin/sh
# A second signal to stop kills at once, also when it is of another kind: no
# checkpoint is written any more, and the model of before is there.
# NN_TORTURE=1 does it a hundred times.
. "${srcdir:-.}/tests/tool-lib.sh"

times=$(awk -v n="${NN_TORTURE:-0.04}" 'BEGIN { printf "%d", n * 100 + 0.5 }')

milliseconds() {
	echo $(($(date +%s%N) / 1000000))
}

# begin: a run that lasts until it is stopped, in $pid, and has begun.
begin() {
	rm -f log
	nn-train -q -m init.h5nn -e 1000000 --log log -o part.h5nn "$train" &
	pid=$!
	for _ in $(seq 600); do
		! grep -q '"epoch":2' log 2>/dev/null || return 0
		sleep 0.05
	done
	fail 'the run does not begin'
}

# What is there before, and what one signal leaves: the control.
begin
kill -TERM $pid
wait $pid
[ $? = 143 ] || fail 'one signal: another status'
[ -e part.h5nn.unfinished ] || fail 'one signal: nothing was kept'
rm part.h5nn.unfinished

expect 0 nn-train -q -m init.h5nn -e 1 -o part.h5nn "$train"
cp part.h5nn before.h5nn
worst=0
i=0
while [ $i -lt "$times" ]; do
	begin
	# Both are there before the process can do anything about one.
	kill -STOP $pid
	kill -HUP $pid
	kill -TERM $pid
	began=$(milliseconds)
	kill -CONT $pid
	wait $pid
	status=$?
	took=$(($(milliseconds) - began))
	[ $status = 129 ] || [ $status = 143 ] ||
	    fail "two signals: status $status"
	[ ! -e part.h5nn.unfinished ] || fail 'two signals: it went on'
	cmp -s part.h5nn before.h5nn || fail 'two signals: another model'
	[ $took -le $worst ] || worst=$took
	i=$((i + 1))
done
[ $worst -lt 2000 ] || fail "the second signal took $worst ms"
echo "figure: a second signal: $times of $times killed, at most $worst ms"
