#!/bin/sh
# nn-finetune --anchor: what learns is held near where it began.
. "${srcdir:-.}/tests/tool-lib.sh"

expect 0 nn-train -q -m init.h5nn -e 3 -o base.h5nn "$train"
set -- -m base.h5nn --optimizer=sgd -l 0.1

# One step: w - rate (g + lambda (w - w0)) is w - rate g where w is w0; the
# second step goes less far.
expect 0 nn-finetune -q "$@" --steps=1 -o free1.h5nn "$train"
expect 0 nn-finetune -q "$@" --steps=1 --anchor=L2SP:1 -o held1.h5nn "$train"
expect 0 nn-info --diff free1.h5nn held1.h5nn
expect 0 nn-finetune -q "$@" --steps=2 -o free.h5nn "$train"
expect 0 nn-finetune -q "$@" --steps=2 --anchor=L2SP:1 -o held.h5nn "$train"
for n in free1 free held; do
	"$top/tests/tool-change" base.h5nn $n.h5nn >$n.far || exit 99
done
paste free1.far free.far held.far | awk '
    { one = $2; two = $5; with = $8; rows++
      if (!(with < two)) exit 1 }
    END { exit rows != 4 }' || fail 'the anchor does not hold'

# By hand, one bias: v2 = v1 - rate g2 and h2 = v1 - rate (g2 + (v1 - v0)), so
# v2 - h2 = rate (v1 - v0).
"$top/tests/tool-change" free.h5nn held.h5nn >apart || exit 99
paste free1.far apart | awk '
    { d = $6 - 0.1 * $3; if (d > 1e-6 || d < -1e-6) exit 1 }' ||
    fail 'a pull is not rate times lambda times the way'

# Held as if frozen.
expect 0 nn-finetune -q "$@" -l 1e-4 -e 4 --anchor=L2SP:9000 -o h.h5nn "$train"
expect 0 nn-finetune -q "$@" -l 1e-4 -e 4 -o f.h5nn "$train"
for n in h f; do
	"$top/tests/tool-change" base.h5nn $n.h5nn |
	    awk '{ s += $2 } END { print s }' >$n.sum
done
awk -v h="$(cat h.sum)" -v f="$(cat f.sum)" 'BEGIN { exit !(h * 5 < f) }' ||
    fail "held: $(cat h.sum), free: $(cat f.sum)"

# The loss tells it: 4.5 (w - w0)^2 more for each weight.
expect 0 nn-finetune "$@" --batch=300 --steps=2 --anchor=L2SP:9 -o x.h5nn "$train"
mv err held.txt
expect 0 nn-finetune "$@" --batch=300 --steps=2 -o x.h5nn "$train"
awk 'NR == FNR { if (/^epoch/) held[FNR] = $4; next }
    /^epoch/ { n++; if (held[FNR] > $4) more++ }
    END { exit !(n >= 1 && more >= 1) }' held.txt err ||
    fail 'the loss does not tell the distance'

# A new head is not held; it has a penalty of its own.
set -- -m base.h5nn --new-head --train=all --anchor=L2SP:0.1
expect 0 nn-finetune -n "$@" "$train"
holds out 'anchor      L2SP:0.1 on 2 tensors'
expect 0 nn-finetune -q "$@" -e 2 --no-provenance -o a.h5nn "$train"
expect 0 nn-finetune -q "$@,head=0.5" -e 2 --no-provenance -o b.h5nn "$train"
expect 1 nn-info --diff a.h5nn b.h5nn

# A finished file holds no anchor, an unfinished one does; resumed, the run
# ends with the bytes of one that was never stopped.
set -- -m base.h5nn --new-head --train=all --anchor=L2SP:0.1,head=0.01 -e 300 \
    --val-split=0.2
expect 0 nn-finetune -q "$@" -o whole.h5nn "$train"
! nn-info --json whole.h5nn | grep -q '"anchor":{' ||
    fail 'the anchor is in a finished file'
stops=0
while :; do
	nn-finetune -q --resume "$@" --max-time=0.005 -o parts.h5nn "$train" 2>err
	status=$?
	[ $status = 7 ] || break
	[ $stops -gt 0 ] || cp parts.h5nn.unfinished first.h5nn
	stops=$((stops + 1))
done
[ $status = 0 ] || fail "exit $status"
[ $stops -gt 0 ] || fail 'it was never stopped'
same whole.h5nn parts.h5nn

# What learns later was where it began until then.
set -- -m base.h5nn --new-head --unfreeze=0:head --unfreeze=3:all \
    --anchor=L2SP:0.5 -e 200 --optimizer=sgd -l 0.02
expect 0 nn-finetune -q "$@" -o whole.h5nn "$train"
expect 0 nn-finetune -n "$@" "$train"
holds out 'anchor      L2SP:0.5 on 2 tensors'
rm -f parts.h5nn*
stops=0
while :; do
	nn-finetune -q --resume "$@" --max-time=0.002 -o parts.h5nn "$train" 2>err
	status=$?
	[ $status = 7 ] || break
	stops=$((stops + 1))
done
[ $status = 0 ] || fail "exit $status"
[ $stops -gt 0 ] || fail 'it was never stopped'
same whole.h5nn parts.h5nn

# The plan remembers it; what is said again must be the same.
cp first.h5nn c.h5nn
expect 0 nn-finetune -n --resume -C c.h5nn --val-split=0.2 "$train"
holds out 'anchor      L2SP:0.1,head=0.01 on 2 tensors'
expect 2 nn-finetune --resume -C c.h5nn --anchor=L2SP:1 "$train"
says '--anchor: L2SP:1 contradicts the plan that is resumed (L2SP:0.1,head=0.01)'
expect 0 nn-finetune -q --resume --replan -C c.h5nn --anchor=L2SP:1 -e 1 \
    -o r.h5nn "$train"

# With another optimizer it is still held where it began.
cp first.h5nn c.h5nn
expect 0 nn-finetune -q --resume --replan -C c.h5nn --optimizer=sgd -l 1e-4 \
    --keep=last --anchor=L2SP:9000 -e 300 -o o.h5nn "$train"
"$top/tests/tool-change" base.h5nn o.h5nn >far
awk '/^dense_1\// { n++; if ($3 > 0.01) exit 1 } END { exit n != 2 }' far ||
    fail 'another optimizer forgot the anchor'

# What makes no sense is refused.
for words in L2SP L2SP: L2SP:0 L2SP:-1 L2SP:x L2:1 l2sp:1 L2SP:1,head= \
    L2SP:1,head=0 L2SP:1,foot=1 L2SP:1e9; do
	expect 2 nn-finetune -m base.h5nn --anchor=$words "$train"
	says "--anchor: '$words' is no anchor; write L2SP:0.01"
done
expect 2 nn-finetune -m base.h5nn --new-head --freeze=backbone --anchor=L2SP:1 \
    "$train"
says 'nothing of the model learns but its head; give --train=all'
expect 2 nn-finetune -m base.h5nn --anchor=L2SP:1,head=1 "$train"
says 'head= has no effect, no new head learns'
expect 7 nn-finetune -q -m base.h5nn -e 3000 --max-time=0.01 -C n.h5nn "$train"
expect 2 nn-finetune --resume --replan -C n.h5nn --anchor=L2SP:1 "$train"
says '--anchor: holds weights where a run begins'
expect 2 nn-train -m base.h5nn --anchor=L2SP:1 "$train"
says '--anchor: unknown option'
echo ok
