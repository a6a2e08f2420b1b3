#!/bin/sh
# --accumulate: several batches make one update, that of one large batch.
. "${srcdir:-.}/tests/tool-lib.sh"

change=$top/tests/tool-change
# near A B SHARE: no tensor of A and B differs by more than SHARE of what B
# learnt since the model "from".
near() {
	"$change" "$1" "$2" >apart || fail "$1 and $2 have other tensors"
	"$change" "$from" "$2" >moved
	paste -d ' ' apart moved | awk -v share="$3" '
		{ n++; if (!($6 > 0) || $3 > share * $6) bad = bad " " $0 }
		END { if (bad || !n) { print bad; exit 1 } }'
}

# 300 samples: an epoch ends with an update of 12, half a batch of 8 in it.
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o net.h5nn conv2d:4:3x3:relu \
    flatten dropout:0.2 dense:16:relu layer_norm dense:3:softmax || exit 99
from=net.h5nn
for words in '--optimizer=sgd -l 0.05' \
    '--optimizer=sgd,momentum=0.9 -l 0.05 --clip=norm:0.3 --schedule=cosine' \
    '--optimizer=sgd -l 0.05 --clip=value:0.002 --weight-decay=0.01' \
    '--optimizer=sgd -l 0.05 --l2=0.01 --warmup=7'; do
	for backend in ref auto; do
		set -- -q -m net.h5nn -e 2 --backend=$backend
		# shellcheck disable=SC2086
		expect 0 nn-train "$@" $words -b 32 -o large.h5nn "$train"
		# shellcheck disable=SC2086
		expect 0 nn-train "$@" $words -b 8 --accumulate=4 -o four.h5nn \
		    "$train"
		near four.h5nn large.h5nn 2e-4 || fail "$words: not the same"
	done
done
expect 0 nn-train -q -m net.h5nn -e 2 --optimizer=sgd -l 0.05 -b 8 \
    -o small.h5nn "$train"
! near small.h5nn large.h5nn 2e-2 >out || fail 'small batches do the same'

# One batch an update is what it always was; --steps counts updates; the whole
# data may be one update.
expect 0 nn-train -q -m net.h5nn -e 1 --no-provenance -o a.h5nn "$train"
expect 0 nn-train -q -m net.h5nn -e 1 --no-provenance --accumulate=1 \
    -o b.h5nn "$train"
same a.h5nn b.h5nn
expect 0 nn-train -q -m net.h5nn --steps=11 -b 8 --accumulate=4 --log=log \
    -o c.h5nn "$train"
holds log '"update":11'
expect 0 nn-train -q -m net.h5nn -e 2 -b 100 --optimizer=sgd -l 0.05 \
    --accumulate=1000 -o all.h5nn "$train"
expect 0 nn-train -q -m net.h5nn -e 2 -b 300 --optimizer=sgd -l 0.05 \
    -o large.h5nn "$train"
near all.h5nn large.h5nn 2e-4 || fail 'not one update an epoch'

# Two runs are one of both lengths, and a run stopped between two updates ends
# with the same bytes.
set -- -q --keep=last --no-provenance -b 8 --accumulate=3
nn-train "$@" -m net.h5nn -e 1 "$train" | nn-train "$@" -e 2 "$train" >two.h5nn
expect 0 nn-train "$@" -m net.h5nn -e 3 -o one.h5nn "$train"
same one.h5nn two.h5nn
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o bn.h5nn flatten \
    dense:16:relu bn dropout:0.1 dense:3:softmax || exit 99
set -- -m bn.h5nn -e 60 -b 8 --accumulate=4 --clip=norm:1 --val-split=0.1
expect 0 nn-train -q "$@" -o whole.h5nn "$train"
expect 7 nn-train -q "$@" -o parts.h5nn --max-time=0.001 "$train"
expect 2 nn-train -q --resume -m bn.h5nn --accumulate=2 -o parts.h5nn "$train"
says '--accumulate: 2 contradicts the plan that is resumed (4)'
stops=1
while :; do
	nn-train -q --resume -m bn.h5nn -o parts.h5nn --max-time=0.01 "$train" \
	    2>err
	status=$?
	[ $status = 7 ] || break
	stops=$((stops + 1))
	[ $stops -lt 1000 ] || fail 'it never comes to an end'
done
[ "$status" = 0 ] || fail "exit $status"
same whole.h5nn parts.h5nn
expect 0 nn-train -n "$@" "$train"
holds out 'updates     from 4 batches each'
expect 0 nn-info --json whole.h5nn
holds out '"accumulate":4'

# Every batch moves the statistics of a batch norm.
expect 0 nn-train -q -m bn.h5nn -e 1 -b 50 --optimizer=sgd -l 1e-9 -o x.h5nn \
    "$train"
expect 0 nn-train -q -m bn.h5nn -e 1 -b 50 --optimizer=sgd -l 1e-9 \
    --accumulate=6 -o y.h5nn "$train"
! "$change" bn.h5nn y.h5nn | grep -q 'moving_mean 0 0' || fail 'no statistics'
"$change" x.h5nn y.h5nn | awk '/moving/ && $3 > 1e-5 { print; exit 1 }' ||
    fail 'the statistics are others'

expect 0 nn-train -q --lr-find=30 -b 8 --accumulate=4 -m net.h5nn "$train"
expect 2 nn-train -m net.h5nn --accumulate=0 -o no.h5nn "$train"
[ ! -e no.h5nn ] || fail 'a refused run wrote a file'
echo ok
