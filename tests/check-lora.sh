#!/bin/sh
# nn-finetune --lora: adapters beside layers that stay, merged or not; resumed
# to the same bytes.
. "${srcdir:-.}/tests/tool-lib.sh"

expect 0 nn-init --preset=resnet8 -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 \
    -o raw.h5nn
expect 0 nn-train -q -m raw.h5nn -b 50 -e 2 -o base.h5nn "$train"

# Which layers have one.
adapters() {
	nn-finetune -n -m base.h5nn "$@" "$train" 2>err |
	    sed -n 's,^[0-9]* *\([^ ]*\)/lora_add .*,\1,p' | tr '\n' ' '
}
has() {
	want=$1
	shift
	got=$(adapters "$@")
	[ "$got" = "$want" ] || fail "$*: adapters of '$got', not of '$want'"
}
convs="conv s1/b1/conv1 s1/b1/conv2 s2/b1/conv1 s2/b1/conv2 s2/b1/shortcut \
s3/b1/conv1 s3/b1/conv2 s3/b1/shortcut "
has "${convs}dense_1 " --lora=all
has "$convs" --lora=backbone
has "$convs" --lora=type:conv2d,rank=2
has 'dense_1 ' --lora=head
has 's1/b1/conv1 s2/b1/conv1 s3/b1/conv1 ' --lora='*/b1/conv1,rank=4'
has 's2/b1/shortcut s3/b1/shortcut dense_1 ' \
    --lora='**/shortcut,rank=1,alpha=2' --lora=dense_1
has "$convs" --lora=all --new-head
says '9 layers have an adapter'
nn-finetune -n -m base.h5nn --lora='**,^head' --lora=conv,rank=3,dropout=0.25 \
    "$train" >plan 2>err
grep -q '^3 *conv/lora_dropout .*drops 0.25' plan || fail 'nothing drops'
grep -q '^4 *conv/lora_a  *conv2d  *8x8x3 .*trains at' plan || fail 'no rank 3'
grep -q '^2 *conv  *conv2d .*frozen$' plan || fail 'the base learns'
holds plan 'surgery     --lora=**,^head --lora=conv,rank=3,dropout=0.25'

# What cannot be.
expect 2 nn-finetune -m base.h5nn --lora=bn "$train"
says '--lora: bn: selects no dense and no conv2d layer'
says 'there is conv, s1/b1/conv1'
expect 2 nn-finetune -m base.h5nn --lora=head --new-head "$train"
says '--lora: head: selects no dense'
expect 2 nn-finetune -m base.h5nn --lora=cnv "$train"
says "did you mean 'conv'?"
for wrong in all,rank=0 all,rank=8,conv all,width=3 all,dropout=1 rank=3 '' \
    ,rank=3 all,alpha=0 all,rank all,rank=1,rank=2; do
	expect 2 nn-finetune -m base.h5nn --lora="$wrong" "$train"
	says 'nn-finetune: --lora: '
done
expect 0 nn-init -i 8x8x2 --labels=0,1,2 -o groups.h5nn \
    conv:4:3,groups=2,name=g gap dense:3:softmax
expect 2 nn-finetune -m groups.h5nn --lora=all --pre=scale:1 "$train"
says "layer 'g': cannot have an adapter, its channels are in 2 groups"
expect 2 nn-finetune -m base.h5nn --merge "$train"
says '--merge: base.h5nn has no adapters'

# Before anything was learnt the answers are those of the base.
nn-predict -m base.h5nn --wide "$test" >was
expect 0 nn-finetune -q -m base.h5nn --lora=all -l 1e-30 --steps=1 \
    -o first.h5nn "$train"
near() {
	paste "$1" "$2" | awk -F'\t' -v most="$3" '
	NR > 1 { for (i = 3; i <= NF / 2; i++) {
		d = $i - $(i + NF / 2)
		if (d > most || d < -most) exit 1 } }' ||
	    fail "$1 and $2 are farther apart than $3"
}
nn-predict -m first.h5nn --wide "$test" >now
near was now 1.5e-6

# No tensor of the base has changed, whatever learnt.
# told STATE N: the last table has so many tensors in that state.
told() {
	grep -Eq "^$1 +$2 " err || fail "$1 are not $2"
}
digests() {
	nn-info --diff base.h5nn "$1" >diff
	! grep '/\(kernel\|bias\|gamma\|beta\|moving_[a-z]*\):' diff |
	    grep -v '/lora_[ab]/\|^frozen '
}
set -- -m base.h5nn -b 50 --lora=all,dropout=0.2 --lora=head,rank=1,alpha=4 \
    -l 0.01 --val-split=0.2
expect 0 nn-finetune "$@" -e 3 -o tuned.h5nn "$train"
told adapter 20
digests tuned.h5nn || fail 'the base has changed'
nn-info --diff base.h5nn tuned.h5nn | grep -q 'lora_b' ||
    fail 'nothing has learnt'
nn-predict -m tuned.h5nn --wide "$test" >unmerged
! (near was unmerged 1e-2) 2>no || fail 'the adapters make no difference'
expect 0 nn-info --provenance tuned.h5nn
holds out '--lora=head,rank=1,alpha=4'

# Merged it is the base's graph and gives the same answers.
expect 0 nn-finetune -q "$@" -e 3 --merge -o merged.h5nn "$train"
nn-predict -m merged.h5nn --wide "$test" >now
near unmerged now 1e-5
nn-info --spec base.h5nn | grep -v '^#' >spec
nn-info --spec merged.h5nn | grep -v '^#' >merged.spec
same spec merged.spec
expect 0 nn-info --check merged.h5nn
holds out ok
expect 0 nn-finetune -q -m tuned.h5nn -l 1e-30 --steps=1 --merge -o late.h5nn \
    "$train"
nn-predict -m late.h5nn --wide "$test" >now
near unmerged now 1e-5

# Either learns on: the adapters alone, or what took them in.
expect 0 nn-train -m tuned.h5nn -e 1 -o on.h5nn "$train"
says 'verified: 47/47'
digests on.h5nn || fail 'the base has changed'
expect 0 nn-train -m merged.h5nn -e 1 -o on.h5nn "$train"
says 'verified: 36/36'
expect 2 nn-finetune -m tuned.h5nn --lora=conv "$train"
says "layer 'conv': has an adapter already"

# A new head learns beside the adapters; options say what else does.
"$data" idx four 4 120 3
four=four-images-idx3-ubyte
expect 0 nn-finetune -m base.h5nn --new-head --lora=all -e 1 -o h.h5nn "$four"
told adapter 18
told new 2
expect 0 nn-finetune -m base.h5nn --extend-head --lora=all -e 1 -o h.h5nn \
    "$four"
told adapter 18
told extended 2
expect 0 nn-finetune -m base.h5nn --lora=all --train=param:bias \
    --freeze='**/lora_a' -e 1 -o h.h5nn "$train"
told adapter 10
told trained 1
expect 0 nn-finetune -m tuned.h5nn --new-head --train=all -e 1 -o h.h5nn "$four"
! nn-info h.h5nn | grep -q 'dense_1/lora' || fail 'a new head with an adapter'

# Resumed it ends with the same bytes, dropout included, merged or not.
set -- "$@" -e 6 --patience=5
for how in --lora=conv --merge; do
	rm -f parts.h5nn*
	expect 0 nn-finetune -q "$@" $how -o whole.h5nn "$train"
	stops=0
	while :; do
		nn-finetune -q --resume "$@" $how --max-time=0.05 \
		    -o parts.h5nn "$train" 2>err
		status=$?
		[ $status = 7 ] || break
		stops=$((stops + 1))
	done
	[ $status = 0 ] || fail "exit $status"
	[ $stops -gt 0 ] || fail 'it was never stopped'
	same whole.h5nn parts.h5nn
done
rm -f parts.h5nn*
expect 7 nn-finetune -q "$@" --merge --max-time=0.01 -o parts.h5nn "$train"
expect 2 nn-finetune --resume -m base.h5nn --lora=all,rank=2 -o parts.h5nn \
    "$train"
says 'contradicts the run that is resumed'
expect 2 nn-finetune --resume "$@" -o parts.h5nn "$train"
says 'contradicts the run that is resumed'
expect 0 nn-finetune -q --resume -m base.h5nn -o parts.h5nn "$train"
same whole.h5nn parts.h5nn
