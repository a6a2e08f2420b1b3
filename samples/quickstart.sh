#!/bin/sh
# From a fresh clone to the labels of pictures: builds the tools, trains on the
# sample digits, fine-tunes on the sample letters, labels PNG files.  Installs
# what is missing; writes to build/ only.
set -eu
cd "$(dirname "$0")/.."
sh scripts/packages.sh build
echo "building the tools in build/tools"
sh scripts/build.sh build/tools --disable-tests --disable-static --prefix="$PWD/build/root"
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
  nn-train -e 5 digits-idx/train-images-idx3-ubyte.gz |
  nn-eval -p -o $out/digits.h5nn digits-idx/t10k-images-idx3-ubyte.gz"

echo
echo "2. What is in the file?"
show "nn-info $out/digits.h5nn"

echo
echo "3. Label some pictures."
show "nn-predict -m $out/digits.h5nn inbox/"

echo
echo "4. Fine-tune on letters: a new head, everything below it frozen.  They are
   black on white, the digits were white on black; --pre sees to that."
show "nn-finetune -m $out/digits.h5nn --new-head --freeze=backbone \\
  --pre=gray,resize:28x28,scale:1/255,invert:auto -l 0.01 -e 20 \\
  -o $out/letters.h5nn letters/train/"

echo
echo "5. Label letters that it has not seen, the two most likely of each."
show "nn-predict -m $out/letters.h5nn -k 2 letters/test/*/00.png"
show "nn-eval -m $out/letters.h5nn --assert='accuracy>=0.8' letters/test/"

echo
echo "The models are in build/quickstart, the tools in build/root/bin."
