#!/bin/sh
# What is used is verified: one bit of a model's numbers flipped, and every
# tool that uses them refuses, by name; one that does not use them works.
. "${srcdir:-.}/tests/tool-lib.sh"

flip() {
	cp "$1" "$2"
	"$top/tests/flip-bit" "$2" "$3" || fail "cannot flip a bit of $3"
}

# damaged FILE PATH COMMAND...: exit 3, the tensor is named, nothing written
damaged() {
	file=$1
	tensor=$2
	shift 2
	rm -f result
	expect 3 "$@"
	grep -q "$file: $tensor: its numbers are damaged" err ||
	    fail "$1 does not name $tensor"
	[ ! -e result ] || fail "$1 wrote a result"
	[ ! -s out ] || fail "$1 wrote to standard output"
}

expect 0 nn-train -q -m init.h5nn -e 1 -o good.h5nn "$train"

# A weight: whoever looks at it alone shows what is in the file.
w=/weights/dense_1/kernel
flip good.h5nn bad.h5nn $w
damaged bad.h5nn $w nn-predict -m bad.h5nn "$test"
damaged bad.h5nn $w nn-predict -m bad.h5nn --embed=flatten_1 "$test"
damaged bad.h5nn $w nn-eval -m bad.h5nn "$test"
damaged bad.h5nn $w nn-eval -m good.h5nn --compare=bad.h5nn "$test"
damaged bad.h5nn $w nn-eval -p -m bad.h5nn -o result "$test"
damaged bad.h5nn $w nn-train -m bad.h5nn -e 1 -o result "$train"
damaged bad.h5nn $w nn-train -n -m bad.h5nn -e 1 -o result "$train"
damaged bad.h5nn $w nn-finetune -m bad.h5nn -e 1 -o result "$train"
damaged bad.h5nn $w nn-merge --average good.h5nn bad.h5nn -o result
damaged bad.h5nn $w nn-merge --ensemble good.h5nn bad.h5nn -o result
damaged bad.h5nn $w nn-info --diff bad.h5nn good.h5nn
damaged bad.h5nn $w nn-info --diff good.h5nn bad.h5nn
expect 0 nn-info bad.h5nn
for how in -v --json --spec --provenance; do
	expect 0 nn-info $how bad.h5nn
	mv out shown
	expect 0 nn-info $how good.h5nn
	sed 's/good\.h5nn/bad.h5nn/' out | same - shown
done
expect 3 nn-info --check bad.h5nn
holds out "bad.h5nn: $w: its numbers are damaged"
says '1 thing is wrong'
expect 3 nn-predict "$test" <bad.h5nn
says "$w: its numbers are damaged"

# State of the optimizer: of use to nobody but who goes on training, or copies.
w=/optimizer/dense_1/kernel/momentum
flip good.h5nn bad.h5nn $w
for model in good bad; do
	expect 0 nn-predict -m $model.h5nn "$test"
	mv out $model.rows
done
same good.rows bad.rows
expect 0 nn-eval -m bad.h5nn "$test"
expect 0 nn-merge -q --average good.h5nn bad.h5nn -o average.h5nn
expect 0 nn-finetune -q -m bad.h5nn -e 1 -o fresh.h5nn "$train"
expect 0 nn-train -q -m bad.h5nn -e 1 --optimizer=sgd -o fresh.h5nn "$train"
expect 0 nn-info --check fresh.h5nn
damaged bad.h5nn $w nn-train -m bad.h5nn -e 1 -o result "$train"
damaged bad.h5nn $w nn-eval -p -m bad.h5nn -o result "$test"
damaged bad.h5nn $w nn-edit -m bad.h5nn --rename-label=0=nought -o result
expect 0 nn-edit -q -m good.h5nn --rename-label=0=nought -o edited.h5nn
expect 3 nn-info --check bad.h5nn
holds out "$w"

# What an unfinished run had best, and its optimizer's state.
nn-train -q -m init.h5nn -e 1000000 --val-split=0.2 --patience=1000000 \
    --max-time=0.5 -o run.h5nn "$train" 2>err
[ $? = 7 ] || fail 'the run was not stopped'
mv run.h5nn.unfinished whole.h5nn
set -- -q --resume -m init.h5nn -C bad.h5nn -e 1000000 --val-split=0.2 \
    --patience=1000000 --max-time=0.01 -o result "$train"
cp whole.h5nn bad.h5nn
expect 7 nn-train "$@"
for w in /alternate/best/dense_2/kernel /alternate/best.velocity/dense_2/kernel \
    /optimizer/dense_2/bias/velocity /weights/dense_2/bias; do
	flip whole.h5nn bad.h5nn $w
	damaged bad.h5nn $w nn-train "$@"
done
flip whole.h5nn bad.h5nn /alternate/best/dense_2/kernel
expect 0 nn-predict -q -m bad.h5nn "$test"

# An adapter's own tensors, and those of its base.
expect 0 nn-finetune -q -m good.h5nn -e 1 --lora=all --adapter-only \
    -o lora.h5nn "$train"
w=/weights/dense_1/lora_a/kernel
flip lora.h5nn bad.h5nn $w
damaged bad.h5nn $w nn-predict -m good.h5nn --adapter=bad.h5nn "$test"
damaged bad.h5nn $w nn-merge good.h5nn --adapter=bad.h5nn -o result
flip good.h5nn bad.h5nn /weights/dense_1/kernel
damaged bad.h5nn /weights/dense_1/kernel nn-predict -m bad.h5nn \
    --adapter=lora.h5nn "$test"
