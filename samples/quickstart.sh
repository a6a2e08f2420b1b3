#!/bin/sh
# From a fresh clone to the labels of pictures: builds the tools, trains on the
# sample digits, fine-tunes on the sample letters, labels PNG files.  Installs
# what is missing; writes to build/ only.
set -eu
cd "$(dirname "$0")/.."
sh scripts/packages.sh build
echo "building the tools in build/tools"
sh scripts/build.sh build/tools --disable-tests --prefix="$PWD/build/root"
make -C build/tools install >>build/tools/build.log 2>&1
PATH=$PWD/build/root/bin:$PATH
export PATH
mkdir -p build/quickstart
cd samples

# Prints a command as one would type it, and runs it.
show() {
	printf '\n$ %s\n' "$1"
	eval "$1"
}

out=../build/quickstart
echo
echo "1. Train on drawn digits, keep the model, score it on other digits."
show "nn-init --preset=mlp-mnist |
  nn-train -e 10 digits/train/ |
  nn-eval -p -o $out/digits.h5nn digits/test/"

echo
echo "2. What is in the file?"
show "nn-info $out/digits.h5nn"

echo
echo "3. Fine-tune on letters: a new head, everything below it frozen."
show "nn-finetune -m $out/digits.h5nn --new-head --freeze=backbone -e 20 \\
  -o $out/letters.h5nn letters/train/"

echo
echo "4. Label pictures that neither training has seen."
show "nn-predict -m $out/letters.h5nn -k 2 letters/test/*/*1.png"
show "nn-eval -m $out/letters.h5nn letters/test/"

echo
echo "The models are in build/quickstart, the tools in build/root/bin."
