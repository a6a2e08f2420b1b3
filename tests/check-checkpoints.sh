#!/bin/sh
# --keep-checkpoints: the last ones stay, each a whole file to resume from.
. "${srcdir:-.}/tests/tool-lib.sh"

# files: what is kept, in one line.
files() {
	echo "$1".[eu]* | sed "s|$1\.||g"
}

# One an epoch, by the epochs of the model; the last three of seven.
expect 0 nn-train -q -m init.h5nn -e 2 -o two.h5nn "$train"
set -- -m two.h5nn -e 7 --ema=0.9 --val-split=0.2 --schedule=cosine
expect 0 nn-train -q "$@" -o whole.h5nn "$train"
expect 0 nn-train -q "$@" -C ck --keep-checkpoints=3 -o kept.h5nn "$train"
same whole.h5nn kept.h5nn
[ "$(files ck)" = 'e0007 e0008 e0009' ] || fail "kept: $(files ck)"
[ -e ck ] || fail 'the checkpoint itself is gone'

# From each of them the run ends with the same bytes.
for n in 7 8 9; do
	expect 0 nn-info --check ck.e000$n
	expect 0 nn-train -q --resume -C ck.e000$n -e 7 --val-split=0.2 \
	    -o again.h5nn "$train"
	same whole.h5nn again.h5nn
done

# A run that is resumed goes on with them.
rm -f ck ck.*
expect 7 nn-train -q "$@" -e 3000 --max-time=0.05 -C ck --keep-checkpoints=2 \
    "$train"
before=$(files ck)
expect 7 nn-train -q --resume "$@" -e 3000 --max-time=0.05 -C ck \
    --keep-checkpoints=2 "$train"
[ "$(echo ck.e* | wc -w)" = 2 ] || fail "kept: $(files ck)"
[ "$(files ck)" != "$before" ] || fail "still $before"

# Every so many steps, by updates; 10 an epoch here.
expect 0 nn-train -q -m init.h5nn -e 2 -C st --checkpoint-every=4steps \
    --keep-checkpoints=2 -o st.h5nn "$train"
[ "$(files st)" = 'u000016 u000020' ] || fail "kept: $(files st)"
expect 0 nn-train -q --resume -m st.u000016 -o again.h5nn "$train"
same st.h5nn again.h5nn

# Every second epoch; other files of such a name are nobody's.
mkdir d
for name in e0001x e02 e00000a u000001 e9999 ex; do : >d/ck.$name; done
expect 0 nn-train -q -m init.h5nn -e 6 -C d/ck --checkpoint-every=2epochs \
    --keep-checkpoints=1 -o d.h5nn "$train"
[ "$(files d/ck)" = 'e00000a e0001x e0006 e02 e9999 ex u000001' ] ||
    fail "kept: $(files d/ck)"

# Fewer epochs than before: those of the longer run stay until this one comes as
# far.
expect 0 nn-train -q -m init.h5nn -e 5 -C l --keep-checkpoints=2 -o l.h5nn \
    "$train"
expect 0 nn-train -q -m init.h5nn -e 2 --seed=1 -C l --keep-checkpoints=2 \
    -o l.h5nn "$train"
[ "$(files l)" = 'e0001 e0002 e0004 e0005' ] || fail "kept: $(files l)"
expect 0 nn-train -q -m init.h5nn -e 4 --seed=1 -C l --keep-checkpoints=2 \
    -o four.h5nn "$train"
[ "$(files l)" = 'e0003 e0004 e0005' ] || fail "kept: $(files l)"
expect 0 nn-train -q --resume -m l.e0004 -o again.h5nn "$train"
same four.h5nn again.h5nn

# What cannot be removed is warned of; what cannot be written is an error.
mkdir -p w/ck.e0000
expect 0 nn-train -m init.h5nn -e 3 -C w/ck --keep-checkpoints=1 -o w/m.h5nn \
    "$train"
says 'ck.e0000: is an old checkpoint, but cannot be removed: '
[ "$(files w/ck)" = 'e0000 e0003' ] || fail "kept: $(files w/ck)"
mkdir w/ck.e0002
expect 5 nn-train -q -m init.h5nn -e 3 -C w/ck --keep-checkpoints=1 \
    -o w/m.h5nn "$train"
says '--keep-checkpoints: w/ck.e0002: is a folder'

# It is shown, and refused without a place of its own.
expect 0 nn-train -n -m init.h5nn -C ck --keep-checkpoints=3 "$train"
holds out 'checkpoint  ck, the last 3 kept as ck.eNNNN'
expect 0 nn-finetune -n -m two.h5nn -C ck --checkpoint-every=50s \
    --keep-checkpoints=3 "$train"
holds out 'checkpoint  ck, the last 3 kept as ck.uNNNNNN'
expect 2 nn-train -m init.h5nn --keep-checkpoints=3 -o x.h5nn "$train"
says '--keep-checkpoints: has no effect without --checkpoint'
for n in 0 -1 x 1.5; do
	expect 2 nn-train -m init.h5nn -C ck --keep-checkpoints=$n "$train"
	says '--keep-checkpoints: '
done
echo ok
