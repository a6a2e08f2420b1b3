#!/bin/sh
# nn-finetune --bn: which statistics batch norms use.
. "${srcdir:-.}/tests/tool-lib.sh"

"$data" png abc 3 90 7
expect 0 nn-init -i 8x8x1 --labels=a,b,c --pre=scale:1/255 -o cnn0.h5nn \
    conv:6:3x3,pad=same,name=c1 bn,name=b1 relu,name=r1 \
    conv:6:3x3,pad=same,name=c2 bn,name=b2 add,from=b2+r1 relu \
    global_avg_pool dense:3:softmax
expect 0 nn-train -q -m cnn0.h5nn -e 2 -o cnn.h5nn abc

# changed A B: the tensors that differ, one a line.
changed() {
	nn-info --diff "$1" "$2" | sed -n 's/^weights \(.*\): these.*/\1/p' | sort
}

# By default a norm that learns follows the batch; frozen, all keep what they
# know while gamma and beta learn, and a small batch is no worry.
expect 0 nn-finetune -m cnn.h5nn -e 1 -o x.h5nn -b 8 abc
says 'normalises over the batch'
changed cnn.h5nn x.h5nn | grep -q moving_mean || fail 'no statistic moved'
expect 0 nn-finetune -m cnn.h5nn --bn=frozen -e 1 -o frozen.h5nn -b 8 abc
! grep -q 'normalises over the batch' err || fail 'a warning without need'
says 'frozen tensors verified: 4/4'
changed cnn.h5nn frozen.h5nn >diff
! grep -q moving diff || fail 'a statistic moved'
holds diff b1/gamma
holds diff b2/beta

# It is this run's alone.
expect 0 nn-finetune -m frozen.h5nn -e 1 -o x.h5nn abc
says 'verified: 0/0'

# Measured anew: every norm, frozen or not, once, before the proof is taken.
expect 0 nn-finetune -m cnn.h5nn --bn=recalibrate --freeze=backbone -e 1 \
    -o new.h5nn abc
says 'statistics of batch norms measured anew on 90 samples'
says 'frozen tensors verified: 12/12'
changed cnn.h5nn new.h5nn >diff
printf '%s\n' b1/moving_mean b1/moving_variance b2/moving_mean \
    b2/moving_variance dense_1/bias dense_1/kernel | cmp - diff ||
    fail 'other tensors changed'
expect 0 nn-finetune -m cnn.h5nn --bn=recalibrate --freeze=backbone -e 1 \
    -o again.h5nn abc
same new.h5nn again.h5nn

# The plan shows the mode of each.
nn-finetune -n -m cnn.h5nn --freeze=b1 abc >plan 2>err
grep -q '^3  *b1 .*frozen, stored statistics' plan || fail 'the mode of b1'
grep -q "^6  *b2 .*trains at .*, the batch's statistics" plan || fail 'of b2'
nn-finetune -n -m cnn.h5nn --bn=frozen abc >plan 2>err
grep -q '^3  *b1 .*trains at .*, stored statistics' plan || fail 'of b1, frozen'
nn-finetune -n -m cnn.h5nn --bn=recalibrate --freeze=b1 abc >plan 2>err
grep -q '^3  *b1 .*frozen, statistics measured anew' plan || fail 'of b1, new'
! grep -q 'measured anew on' err || fail 'the dry run measures'

# Frozen layers keep their statistics; tensors frozen by name leave the mode.
expect 2 nn-finetune -m cnn.h5nn --bn=train --freeze=c1,b1 -e 1 abc
says "layer 'b1' is frozen, so its statistics stay"
expect 0 nn-finetune -m cnn.h5nn --bn=train \
    --freeze=param:gamma,param:moving_mean -e 1 -o x.h5nn abc
says 'verified: 4/4'
changed cnn.h5nn x.h5nn >diff
holds diff b1/moving_variance
expect 2 nn-finetune -m init.h5nn --bn=frozen -e 1 "$train"
says 'has no effect, no layer of init.h5nn normalises'
expect 2 nn-finetune -m cnn.h5nn --bn=thawed -e 1 abc

# Resumed, the mode is the plan's, and the bytes are the same.
for bn in frozen recalibrate; do
	expect 0 nn-finetune -q -m cnn.h5nn --bn=$bn -e 25 -o whole.h5nn abc
	expect 7 nn-finetune -q -m cnn.h5nn --bn=$bn -e 25 --max-time=0.001 \
	    -o parts.h5nn abc
	nn-info --json parts.h5nn.unfinished >json
	holds json "\"bn\":\"$bn\""
	expect 2 nn-finetune -q -m cnn.h5nn --resume --bn=train -e 25 \
	    -o parts.h5nn abc
	says "--bn: train contradicts the plan that is resumed ($bn)"
	expect 0 nn-finetune -q -m cnn.h5nn --resume -e 25 -o parts.h5nn abc
	same whole.h5nn parts.h5nn
done
expect 7 nn-finetune -q -m cnn.h5nn -e 25 --max-time=0.001 -o parts.h5nn abc
expect 2 nn-finetune -q -m cnn.h5nn --resume --replan --bn=recalibrate -e 25 \
    -o parts.h5nn abc
says 'before the first step'
echo ok
