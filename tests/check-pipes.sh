#!/bin/sh
# A pipe is a transaction: the tools together, and what a failure leaves.
. "${srcdir:-.}/tests/tool-lib.sh"

# Pipeline 1: from nothing to a scored model.
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 flatten dense:12:relu \
    dense:3:softmax | nn-train -q -e 8 "$train" |
    nn-eval -p --assert='accuracy>=0.9' -o done.h5nn "$test" 2>err ||
    fail 'pipeline 1'
says 'accuracy'
expect 0 nn-predict -m done.h5nn "$test"

# A failed stage makes the last one fail, and no file is touched.
cp done.h5nn before.h5nn
nn-train -q -m missing.h5nn "$train" 2>/dev/null |
    nn-eval -p -o done.h5nn "$test" >out 2>err
[ $? = 3 ] || fail 'empty standard input is not exit 3'
says 'did the previous stage fail'
same done.h5nn before.h5nn

# A typing mistake in a later stage costs nothing: it is found at once, while the
# stage in front, here one that never says anything, is still at work.
mkfifo silent
timeout 30 nn-train --epochz=3 "$train" <>silent >out 2>err
[ $? = 2 ] || fail 'a mistake in a later stage is not found at once'
says '--epochs'
timeout 30 nn-train -e 1 nowhere <>silent >out 2>err
[ $? = 5 ] || fail 'missing data in a later stage are not found at once'
timeout 30 nn-train -e 1 -o no/where.h5nn "$train" <>silent >out 2>err
[ $? = 5 ] || fail 'an output that cannot be is not found at once'

# In place: the model read is the model replaced.
cp before.h5nn self.h5nn
expect 0 nn-train -q -m self.h5nn -e 1 -o self.h5nn "$train"
! cmp -s self.h5nn before.h5nn || fail 'nothing was trained'

# A full disk: exit 5, nothing half-written.
if [ -w /dev/full ]; then
	nn-predict -m before.h5nn "$test" >/dev/full 2>err
	[ $? = 5 ] || fail 'a full disk is not exit 5'
fi

# The reader leaves: the writer dies quietly.
nn-predict -m before.h5nn "$test" 2>err | head -1 >out
[ ! -s err ] || fail 'not quiet when the reader left'
echo ok
