#!/bin/bash
# The schemas against the code, by a validator that is not ours: the settings
# are those of the tables, every document keeps to its schema, and a
# document that is changed in one place is refused by both or by neither.
set -eu
srcdir=${srcdir:-.}
for t in nn-init nn-train nn-finetune tests/judge-documents \
    tests/print-settings; do
	[ -x "./$t" ] || {
		echo "skipped: $t is not built"
		exit 77
	}
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
export PYTHONDONTWRITEBYTECODE=1

tests/print-settings >"$tmp/settings"
cmp "$tmp/settings" "$srcdir/schemas/settings.schema.json" || {
	echo "FAIL: the tables have changed; with the version of the format," \
	    "tests/print-settings makes schemas/settings.schema.json anew"
	exit 1
}

for p in "${NN_PYTHON:-python3}" /usr/bin/python3; do
	python=$p
	"$p" -c 'import jsonschema' 2>"$tmp/none" && break
	python=
done
[ -n "$python" ] || {
	echo "skipped: python3-jsonschema is not installed"
	exit 77
}

# Of the tools of today: a plan with all there is.
digits=$srcdir/samples/digits-idx/train-images-idx3-ubyte.gz
printf '0\t2\n9\t0.5\n' >"$tmp/weights.tsv"
./nn-init -i 28x28x1 --labels=0,1,2,3,4,5,6,7,8,9 --pre=gray,scale:1/255 \
    -o "$tmp/new.h5nn" flatten dense:4:relu dense:10:softmax
./nn-train -q -m "$tmp/new.h5nn" -e 1 --fold=1/3 --ema=0.9 --mixup=0.2 \
    --class-weight="$tmp/weights.tsv" --lr-scale=head=2 \
    --augment=shift:0.1 -C "$tmp/trained.h5nn" -o "$tmp/out.h5nn" "$digits"
./nn-finetune -q -m "$tmp/out.h5nn" --freeze=first:1 --adapter-only \
    --steps=1 -o "$tmp/mutate-delta.h5nn" "$digits"
golden=$srcdir/tests/golden
cp "$golden/1.0/full.h5nn" "$tmp/mutate-full.h5nn"
cp "$golden/0.1/2026-11-28T0733-phases-stopped.h5nn" "$tmp/mutate-phases.h5nn"
"$python" "$srcdir/tests/check-documents.py" "$srcdir/schemas" \
    tests/judge-documents "$srcdir/tests/read-model.py" \
    "$golden"/0.1/*.h5nn "$golden"/1.0/[!tw]*.h5nn "$golden/1.0/training.h5nn" \
    "$tmp"/*.h5nn

# Negative control: a schema that asks for less is found out.
mkdir "$tmp/schemas"
cp "$srcdir"/schemas/*.json "$tmp/schemas"
sed 's/"additionalProperties": false/"minProperties": 0/' \
    "$srcdir/schemas/lineage.schema.json" >"$tmp/schemas/lineage.schema.json"
! "$python" "$srcdir/tests/check-documents.py" "$tmp/schemas" \
    tests/judge-documents "$srcdir/tests/read-model.py" \
    "$tmp/mutate-full.h5nn" >"$tmp/out" || {
	echo "FAIL: documents are not compared"
	exit 1
}
grep -q 'lineage: records.0.strange: the schema takes it' "$tmp/out"
