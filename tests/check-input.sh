#!/bin/sh
# nn-finetune on the input: other channels, another size.
. "${srcdir:-.}/tests/tool-lib.sh"

"$data" png abc 3 90 7
expect 0 nn-init -i 8x8x1 --labels=a,b,c --pre=gray,resize:8x8,scale:1/255 \
    -o gray0.h5nn conv:8:3x3,pad=same,name=c1 bn relu global_avg_pool \
    dense:3:softmax
expect 0 nn-train -q -m gray0.h5nn -e 2 -o gray.h5nn abc

# Three channels of what was one: the chain makes them, and the probabilities
# are the same before anything was learnt.
expect 0 nn-finetune -m gray.h5nn --input-channels=3 --freeze=backbone -e 1 \
    -l 1e-30 -o rgb.h5nn abc
says 'the input is 8x8x3 instead of 8x8x1; preprocessing: rgb,resize:8x8'
says 'frozen tensors verified: 6/6'
nn-info --spec rgb.h5nn >spec
holds spec '--input=8x8x3'
holds spec '--pre=rgb,resize:8x8,scale:1/255'
nn-predict -m gray.h5nn --logits --wide abc >was
nn-predict -m rgb.h5nn --logits --wide abc >now
paste was now | awk -F '\t' 'NR > 1 {
	for (i = 3; i <= 5; i++) {
		d = $i - $(i + 5)
		if (d > 1e-4 || d < -1e-4)
			exit 1
	}
} END { if (NR < 91) exit 1 }' || fail 'other logits with three channels'

# And back again.
expect 0 nn-finetune -m rgb.h5nn --input-channels=1 -e 1 -o back.h5nn abc
says 'preprocessing: gray,resize:8x8,scale:1/255'
nn-info --json back.h5nn >json
holds json '"input-channels":"1"'

# Another size: resizing follows; the plan shows it before it is done.
nn-finetune -n -m gray.h5nn --input-size=12x10 abc >plan 2>err
holds plan '12x10x1'
holds plan 'surgery     --input-size=12x10'
expect 0 nn-finetune -m gray.h5nn --input-size=12x10 -e 1 -o large.h5nn abc
says 'preprocessing: gray,resize:12x10,scale:1/255'
expect 0 nn-predict -m large.h5nn abc
expect 0 nn-finetune -m gray.h5nn --input-size=12x10 --input-channels=3 -e 1 \
    -o both.h5nn abc
says '12x10x3 instead of 8x8x1'
expect 0 nn-finetune -m gray.h5nn --input-size=12x10 -e 1 -o pre.h5nn \
    --pre=gray,resize:12x10,scale:1/255,invert abc
nn-info --spec pre.h5nn >spec
holds spec 'invert'

# What belongs to one size says so; as part of the head it gives way.
expect 2 nn-finetune -m init.h5nn --input-size=12x12 -e 1 "$train"
says "layer 'dense_1': kernel: is 64x12"
says 'give --new-head'
says '--pre=resize:8x8'
expect 0 nn-init -i 8x8x1 --labels=a,b,c --pre=resize:8x8,scale:1/255 \
    -o flat.h5nn conv:4:3x3 flatten dense:3:softmax
expect 2 nn-finetune -m flat.h5nn --input-size=12x12 -e 1 abc
expect 0 nn-finetune -m flat.h5nn --input-size=12x12 --new-head -e 1 \
    -o x.h5nn abc
nn-info --spec x.h5nn >spec
holds spec '--input=12x12x1'
expect 0 nn-finetune -m init.h5nn --input-channels=3 -e 1 -o x.h5nn "$train"

# Refused, with reasons.
expect 2 nn-finetune -m gray.h5nn --input-channels=1 -e 1 abc
says 'the model takes 8x8x1 already'
expect 2 nn-finetune -m gray.h5nn --input-size=8x8 -e 1 abc
says 'already'
expect 2 nn-finetune -m gray.h5nn --input-channels=0 -e 1 abc
for size in 8 8x8x1 0x4 x 8xx8 99999x1; do
	expect 2 nn-finetune -m none.h5nn --input-size=$size -e 1 abc
	says 'write 32x32'
done
expect 0 nn-init -i 8x8x1 --task=autoencoder --pre=scale:1/255 -o ae.h5nn \
    conv:4:3x3,pad=same relu conv:1:3x3,pad=same sigmoid
expect 2 nn-finetune -m ae.h5nn --input-channels=3 -e 1 "$train"
says 'makes 8x8x1, not 8x8x3'
"$data" csv xy.csv 40 3
expect 0 nn-init -i 2 --task=regress -o line.h5nn dense:1
expect 2 nn-finetune -m line.h5nn --input-size=2x2 -e 1 csv:xy.csv,label=y
says 'takes no pictures'
expect 0 nn-init -i 8x8x3 --labels=a,b,c -o norm.h5nn \
    --pre=scale:1/255,normalize:0.4+0.5+0.6/0.2+0.2+0.2 \
    conv:4:3x3 global_avg_pool dense:3:softmax
expect 2 nn-finetune -m norm.h5nn --input-channels=1 -e 1 abc
says 'does not fit the new input (step normalize'
says 'give --pre'

# Resumed, a run with another input ends with the same bytes.
set -- -m gray.h5nn --input-channels=3 --input-size=10x10 -e 20
expect 0 nn-finetune -q "$@" -o whole.h5nn abc
while :; do
	nn-finetune -q --resume "$@" --max-time=0.05 -o parts.h5nn abc 2>err
	status=$?
	[ $status = 7 ] || break
done
[ $status = 0 ] || fail "exit $status"
same whole.h5nn parts.h5nn
echo ok
