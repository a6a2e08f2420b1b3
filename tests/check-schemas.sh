#!/bin/bash
# What the tools write keeps to the schemas, and HDF5's own tools read it:
# models that are new, trained, fine-tuned, unfinished.
set -eu
srcdir=${srcdir:-.}
here=$(pwd)
for t in nn-edit nn-init nn-train nn-finetune tests/test-schemas; do
	[ -x "$here/$t" ] || {
		echo "skipped: $t is not built"
		exit 77
	}
done
tmp=$(mktemp -d)
trap 'rm -rf "$tmp"' EXIT
digits=$srcdir/samples/digits-idx/train-images-idx3-ubyte.gz
letters=$srcdir/samples/letters/train

./nn-init --preset=mlp-mnist -o "$tmp/new.h5nn"
./nn-init --preset=autoencoder-dense -o "$tmp/auto.h5nn"
./nn-train -q -m "$tmp/new.h5nn" -e 2 --val-split=0.2 --keep=best \
    --checkpoint="$tmp/checkpoint.h5nn" -o "$tmp/trained.h5nn" "$digits"
./nn-train -q -m "$tmp/new.h5nn" -e 1 --optimizer=sgd,momentum=0.9 \
    --lr-scale=head=2 --layer-decay=0.5 \
    --augment=shift:0.1,fill=edge,scale:0.9-1.1 \
    --schedule=cosine --strip -o "$tmp/stripped.h5nn" "$digits"
printf '0\t2\n9\t0.5\n' >"$tmp/weights.tsv"
./nn-train -q -m "$tmp/new.h5nn" -e 1 --fold=1/3 --sampler=balanced \
    --class-weight="$tmp/weights.tsv" --mixup=0.2 -o "$tmp/even.h5nn" "$digits"
./nn-finetune -q -m "$tmp/trained.h5nn" --new-head --freeze=backbone -e 1 \
    -o "$tmp/tuned.h5nn" "$letters"
./nn-finetune -q -m "$tmp/trained.h5nn" --lora=all --adapter-only -e 1 \
    --freeze=head -o "$tmp/delta.h5nn" "$digits"
./nn-eval -p --fit-temperature -m "$tmp/trained.h5nn" \
    -o "$tmp/tempered.h5nn" "$digits" 2>"$tmp/report"
./nn-eval -p -m "$tmp/trained.h5nn" --adapter="$tmp/delta.h5nn" \
    -o "$tmp/both.h5nn" "$digits" 2>"$tmp/report"
./nn-init --preset=resnet8 -i 16x16x3 -o "$tmp/pictures.h5nn" \
    --pre=rgb,resize:16x16,scale:1/255
./nn-finetune -q -m "$tmp/pictures.h5nn" --new-head --bn=frozen --steps=1 \
    --train=all --anchor=L2SP:0.1,head=0.01 -C "$tmp/held.h5nn" \
    --input-channels=1 --input-size=12x12 -o "$tmp/adapted.h5nn" "$letters"
./nn-finetune -q -m "$tmp/trained.h5nn" --freeze=all --train=head --freeze=none \
    --train=all --val="$digits" --val="$digits" -e 1 -o "$tmp/ordered.h5nn" \
    "$digits" "$digits"
./nn-edit -m "$tmp/ordered.h5nn" --title=Digits --author=A --license=MIT \
    --keyword=a --keyword=b --url=https://example.org --citation=A \
    --description=B --ext=org.example/weights="$tmp/weights.tsv" \
    --rename-label=0=nought -o "$tmp/edited.h5nn"
./nn-train -q -m "$tmp/new.h5nn" -e 2 --max-time=0.001 -j1 -o "$tmp/away.h5nn" \
    "$digits" 2>"$tmp/report" || [ $? = 7 ]
./nn-train -q -m "$tmp/new.h5nn" -e 2 --resume -j2 -o "$tmp/away.h5nn" "$digits" \
    2>"$tmp/report"
tests/test-schemas "$tmp"/*.h5nn

if command -v h5dump >/dev/null; then
	for f in "$tmp"/*.h5nn; do
		h5dump "$f" >"$tmp/dump" 2>&1 || {
			echo "FAIL: h5dump cannot read $f"
			exit 1
		}
		! grep -i 'error\|unable' "$tmp/dump" || exit 1
	done
	grep -q '"/frozen"\|DATASET "frozen"' "$tmp/dump" || {
		echo "FAIL: the fine-tuned model has nothing frozen"
		exit 1
	}
else
	echo "h5dump is not installed: not asked"
fi
