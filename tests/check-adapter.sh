#!/bin/sh
# --adapter-only and --adapter: what became of a model, in a file of its own,
# is with that model what a whole file would have been, and nothing without it.
. "${srcdir:-.}/tests/tool-lib.sh"

expect 0 nn-init --preset=resnet8 -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 \
    -o raw.h5nn
expect 0 nn-train -q -m raw.h5nn -b 50 -e 2 -o base.h5nn "$train"
"$data" idx four 4 120 3
four=four-images-idx3-ubyte

# whole OPTION...: both together are the bytes of a result that is whole.
whole() {
	expect 0 nn-finetune -q -m base.h5nn --no-provenance "$@" \
	    -o whole.h5nn "$four"
	expect 0 nn-finetune -m base.h5nn --no-provenance --adapter-only "$@" \
	    -o delta.h5nn "$four"
	says 'the result holds'
	cp err told
	expect 0 nn-eval -p -m base.h5nn --adapter=delta.h5nn --no-provenance \
	    -o both.h5nn "$four"
	same whole.h5nn both.h5nn
	expect 0 nn-info --check delta.h5nn
	holds out 'delta.h5nn: ok'
}
whole --new-head -e 1
holds told '2 of 47 tensors, 260 of 78036 numbers; the others are those of'
whole --new-head --lora=all,rank=2 -e 2 --val-split=0.2 --ema=0.9
whole --new-head --lora=backbone --merge -e 1
whole --reuse-head=name --train=all -e 1
whole --new-head --bn=recalibrate -e 1
whole --new-head --input-channels=3 --input-size=10x10 \
    --pre=rgb,resize:10x10,scale:1/255 -e 1 --strip
whole --extend-head --freeze=all --train=param:bias -e 1

# What it is is told; other tools do not take it for a model.
expect 0 nn-finetune -q -m base.h5nn --lora=all,dropout=0.1 -b 50 -e 2 \
    --adapter-only -o a.h5nn "$train"
id=$(nn-info base.h5nn | sed -n 's/^weights_id //p')
nn-info a.h5nn >info
holds info "adapter of the model with weights $id:"
holds info '20 of 67 tensors are here'
nn-info --json a.h5nn >json
holds json "\"base\":\"$id\""
expect 1 nn-info --diff base.h5nn a.h5nn
holds out "base: none | $id"
expect 0 nn-info --diff a.h5nn a.h5nn
short=$(echo "$id" | cut -c 1-12)
for tool in nn-eval nn-predict 'nn-finetune -e 1' 'nn-eval --compare=a.h5nn'; do
	model=a.h5nn
	[ "${tool#*compare}" = "$tool" ] || model=base.h5nn
	expect 3 $tool -m $model "$test"
	says "a.h5nn: is an adapter of the model with weights $short; give the"
	says 'base with -m and this with --adapter'
done
nn-eval "$test" <a.h5nn >out 2>err
says 'standard input: is an adapter of'
expect 3 nn-train -m a.h5nn -e 1 "$train"
says 'nn-finetune, nn-eval and nn-predict take it with --adapter'

# Only its own base will do, whole, and only one of both by a pipe.
expect 3 nn-eval -m raw.h5nn --adapter=a.h5nn "$test"
says "a.h5nn: with raw.h5nn: belongs to the model with the weights $short, not"
says "$(nn-info raw.h5nn | sed -n 's/^weights_id //p' | cut -c 1-12)"
expect 3 nn-eval -m a.h5nn --adapter=a.h5nn "$test"
says 'give the base with -m'
expect 3 nn-eval -m base.h5nn --adapter=raw.h5nn "$test"
says 'raw.h5nn: is a whole model, not an adapter of one'
expect 5 nn-eval -m base.h5nn --adapter=nowhere.h5nn "$test"
says '--adapter: nowhere.h5nn'
head -c 5000 a.h5nn >cut.h5nn
expect 3 nn-eval -m base.h5nn --adapter=cut.h5nn "$test"
says 'cut.h5nn'
nn-predict -m base.h5nn --adapter=a.h5nn "$test" >by-name
nn-predict -m base.h5nn --adapter=- "$test" <a.h5nn >by-pipe || fail pipe
same by-name by-pipe
nn-predict --adapter=a.h5nn "$test" <base.h5nn >by-pipe || fail pipe
same by-name by-pipe
nn-predict --adapter=- "$test" <base.h5nn >out 2>err
[ $? = 2 ] || fail 'both from one pipe'
says 'as the model and as its adapter'
nn-eval -m base.h5nn --adapter=- - <a.h5nn >out 2>err
[ $? = 2 ] || fail 'adapter and data from one pipe'
says '--adapter: standard input: is asked for'
expect 0 nn-eval -n -m base.h5nn --adapter=a.h5nn "$test"
holds out "adapter     a.h5nn, of the weights $short"
expect 0 nn-eval -m base.h5nn --adapter=a.h5nn --compare=base.h5nn "$test"

# It goes on: as an adapter of the same model, or whole, or merged.
set -- -m base.h5nn --adapter=a.h5nn -b 50 -e 1
expect 0 nn-finetune "$@" --adapter-only -o a2.h5nn "$train"
says 'verified: 47/47'
says '20 of 67 tensors'
nn-info a2.h5nn >info
holds info "adapter of the model with weights $id:"
holds info "from $(nn-info a.h5nn | sed -n 's/^content_id //p' | cut -c 1-12)"
expect 0 nn-finetune -q "$@" -o whole.h5nn "$train"
expect 0 nn-finetune -q "$@" --merge -o merged.h5nn "$train"
nn-predict --wide -m base.h5nn --adapter=a2.h5nn "$test" >two
nn-predict --wide -m whole.h5nn "$test" >one
same one two
nn-predict --wide -m merged.h5nn "$test" >three
paste one three | awk -F'\t' 'NR > 1 { for (i = 3; i <= NF / 2; i++) {
	d = $i - $(i + NF / 2)
	if (d > 1e-5 || d < -1e-5) exit 1 } }' || fail 'merged it differs'

# nn-merge makes one whole model of both, without adapters.
expect 0 nn-merge base.h5nn --adapter=a2.h5nn -o m.h5nn
nn-predict --wide -m m.h5nn "$test" >four
same three four
nn-info --spec base.h5nn | grep -v '^#' >spec
nn-info --spec m.h5nn | grep -v '^#' >m.spec
same spec m.spec
expect 0 nn-info --check m.h5nn
nn-info --json m.h5nn >json
for f in base a2; do
	nn-info --json $f.h5nn | grep -o '"content_id":"[0-9a-f]*"' |
	    cut -d'"' -f4 >its
	grep -q "\"members\":\[[^]]*\"$(cat its)\"" json ||
	    fail "the record does not name $f"
done
nn-merge - --adapter=a2.h5nn <base.h5nn | cmp - m.h5nn || fail 'in a pipe'
expect 0 nn-merge -n base.h5nn --adapter=a2.h5nn
holds out 'base.h5nn with a2.h5nn, 10 adapters merged'
expect 0 nn-train -q -m m.h5nn -e 1 -o on.h5nn "$train"
expect 0 nn-finetune -q -m base.h5nn --new-head -e 1 --adapter-only -o h.h5nn \
    "$four"
expect 0 nn-merge --no-provenance base.h5nn --adapter=h.h5nn -o both.h5nn
expect 0 nn-eval -p --no-provenance -m base.h5nn --adapter=h.h5nn -o m.h5nn "$four"
same m.h5nn both.h5nn
expect 3 nn-merge raw.h5nn --adapter=a2.h5nn -o x.h5nn
says 'belongs to the model with the weights'
expect 3 nn-merge --average base.h5nn a2.h5nn -o x.h5nn
says 'give the base as the operand and this with --adapter'
expect 2 nn-merge --adapter=a2.h5nn -o x.h5nn
says 'wants 1 model or more'
expect 2 nn-merge base.h5nn base.h5nn --adapter=a2.h5nn -o x.h5nn
expect 2 nn-merge --average base.h5nn --adapter=a2.h5nn -o x.h5nn
nn-merge - --adapter=- <a2.h5nn >out 2>err
[ $? = 2 ] || fail 'both from one pipe'
[ ! -e x.h5nn ] || fail 'something was written'

# Stopped and resumed it has the same bytes, whether asked again or not.
set -- "$@" -e 8 --adapter-only
expect 0 nn-finetune -q "$@" -o whole.h5nn "$train"
expect 7 nn-finetune -q "$@" --max-time=0.005 -o parts.h5nn "$train"
expect 7 nn-finetune -q "$@" --resume --max-time=0.005 -o parts.h5nn "$train"
cp parts.h5nn.unfinished kept
expect 0 nn-finetune -q "$@" --resume -o parts.h5nn "$train"
same whole.h5nn parts.h5nn
mv kept parts.h5nn.unfinished
expect 0 nn-finetune -q -m base.h5nn --resume -o parts.h5nn "$train"
same whole.h5nn parts.h5nn
