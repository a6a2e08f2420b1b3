#!/bin/bash
# nn-init and nn-info: what is asked for is what the file holds, through SPEC
# and back; what differs is told; damage is found.
set -u
LC_ALL=C
export LC_ALL
srcdir=$(cd "${srcdir:-.}" && pwd)
PATH=$(pwd):$PATH
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
unset SOURCE_DATE_EPOCH NN_LOG NN_THREADS
cd "$tmp" || exit 99
failed=0

bad() {
	echo "FAIL: $1"
	failed=1
}

# same A B: no difference but lineage
same() { nn-info --diff "$1" "$2" >diff || bad "$1 and $2: $(head -3 diff)"; }

# says FILE WORDS: a line of nn-info's table, blanks squeezed
says() {
	nn-info "$1" | tr -s ' ' | grep -q -e "$2" ||
	    bad "nn-info $1 does not say '$2': $(nn-info "$1" | head -20)"
}

# A mistake in a SPEC file is told with its line.
printf -- '--input=4\n\n# widths\ndense:2:softmaxx\n' >wrong.txt
! nn-init -F wrong.txt -o no.h5nn 2>err || bad 'softmaxx is taken'
grep -q "wrong.txt:4: layer 'dense:2:softmaxx'.*'softmax'" err ||
    bad 'no line of the SPEC is told'

# Presets: complete, parts replaced, through SPEC and back.  A SPEC printed
# from a model does not know how its numbers began: all begin as zeros here.
for p in $(nn-init --list-presets | cut -f1); do
	nn-init --preset="$p" --init=zeros -o preset.h5nn || bad "preset $p"
	nn-info --spec preset.h5nn >"$p.spec" || bad "spec of $p"
	nn-init -F "$p.spec" --init=zeros -o again.h5nn || bad "-F $p.spec"
	same preset.h5nn again.h5nn
	nn-info --spec again.h5nn | cmp -s - "$p.spec" ||
	    bad "$p: the SPEC of the SPEC differs"
	nn-info --check preset.h5nn >out || bad "--check $p"
	grep -q ': ok$' out || bad "--check $p says $(cat out)"
	nn-info preset.h5nn | sed -n "s/^[0-9,]* parameters.*/$p: &/p" >>counts
done
rm -f preset.h5nn again.h5nn
[ "$(ls ./*.spec | wc -l)" -ge 2 ] || bad 'fewer than two presets'

# As published: LeNet-5 with all maps connected; He and others' 0.27 million;
# torchvision's MobileNetV3-Small with 12,112 numbers of statistics (2,554,968
# in Keras); timm's convnext_nano, 15.6 million.
while read -r line; do
	grep -qx "$line" counts ||
	    bad "not '$line' but '$(grep "^${line%%:*}:" counts)'"
done <<'END'
lenet5: 61,706 parameters
cnn-small: 421,642 parameters
vgg-small: 2,196,810 parameters
resnet8: 78,714 parameters, 672 of them frozen
resnet20: 274,042 parameters, 1,568 of them frozen
mobilenet-small: 2,554,968 parameters, 12,112 of them frozen
convnext-nano: 15,593,560 parameters
autoencoder: 111,521 parameters
END
nn-init --preset=resnet8 -i 28x28x1 -c 26 --init=zeros -o a.h5nn ||
    bad 'resnet8 for letters'
says a.h5nn 'dense_1 dense:26 26'
says a.h5nn '^preprocessing: gray,resize:28x28,scale:1/255,normalize:0.5/0.25$'
nn-init --preset=autoencoder,code=9 -i 32x24x3 -o a.h5nn ||
    bad 'autoencoder for colours'
says a.h5nn ' code dense:9 9 '
nn-init --preset=autoencoder -i 30x30x1 -o a.h5nn 2>err &&
    bad 'an autoencoder that draws another size'
grep -q 'gives back its input (30x30x1)' err || bad "autoencoder: $(cat err)"
nn-init --preset=autoencoder -i 784 -o a.h5nn 2>err &&
    bad 'an autoencoder of no pictures'
nn-init --preset=mlp-mnist -o mlp-mnist.h5nn
says mlp-mnist.h5nn '^101,770 parameters$'
says mlp-mnist.h5nn '^ *3 dense_1 dense:128 128 100,480$'
says mlp-mnist.h5nn '^ *6 dense_2_softmax softmax 10 - head$'
says mlp-mnist.h5nn '^labels (10): 0 1 2 3 4 5 6 7 8 9$'
says mlp-mnist.h5nn '^preprocessing: gray,resize:28x28,scale:1/255$'
nn-init --preset=mlp-mnist -c 26 -o a.h5nn
says a.h5nn 'dense_2 dense:26 26'
! nn-info a.h5nn | grep -q '^labels' || bad '-c invented labels'
nn-init --preset=mlp-mnist,hidden=7 --labels='x,a,,b' -i 8x8x3 -o a.h5nn
says a.h5nn '^labels (2): x a,b$'
says a.h5nn '^preprocessing: rgb,resize:8x8,scale:1/255$'
says a.h5nn 'dense_1 dense:7 7 1,351'
nn-info --spec a.h5nn | nn-init -F - -o b.h5nn
same a.h5nn b.h5nn

# How the numbers were drawn goes with it.
nn-init -i 4 --init=he --seed=3 -o he.h5nn dense:3:relu dense:2
nn-info --spec he.h5nn >he.spec
grep -qx -e '--init=he' he.spec || bad "no --init in $(cat he.spec)"
nn-init --seed=3 -F he.spec -o b.h5nn
same he.h5nn b.h5nn
nn-info --spec b.h5nn | grep -qx -e '--init=he' || bad 'no --init from a SPEC'

# A SPEC with everything, and the command line above it.
cat >all.spec <<'END'
# two branches
--input=8x8x1
--labels=yes,no#,q,four
--pre=gray,resize:8x8

flatten                  # a comment
dense:16:relu,name=enc/a
dense:16:tanh,from=flatten_1,name=enc/b,tag=branch
add,from=enc/a_relu+enc/b_tanh,name=sum,out
dropout:0.25
dense:4,bias=false
softmax,tag=head
END
nn-init -F all.spec -o all.h5nn || bad 'all.spec'
says all.h5nn 'enc/b_tanh tanh 16 - branch'
says all.h5nn 'sum add 16 - from enc/a_relu+enc/b_tanh'
says all.h5nn '^labels (4): yes no# q four$'
nn-info --spec all.h5nn >again.spec
nn-init -F again.spec | nn-info --diff - all.h5nn || bad 'all.spec and back'
nn-init -F all.spec --labels=a,b,c,d -o b.h5nn
says b.h5nn '^labels (4): a b c d$'
printf 'flatten\n--output=x\ndense:2\n' >evil.spec
nn-init -i 4 -F evil.spec -o b.h5nn 2>err && bad 'a SPEC chose the output'
grep -q '^nn-init: evil.spec:2: --output: is no option of a SPEC' err ||
    bad "evil.spec: $(cat err)"
[ ! -e x ] || bad 'a SPEC wrote a file'

# Names from data.
printf '\0\0\10\1\0\0\0\2\2\7' >n-labels-idx1-ubyte
printf '\0\0\10\3\0\0\0\2\0\0\0\1\0\0\0\1ab' >n-images-idx3-ubyte
nn-init --labels-from=n-images-idx3-ubyte --preset=mlp-mnist -o l.h5nn ||
    bad '--labels-from an IDX file'
nn-info l.h5nn | grep -q '^labels' || bad '--labels-from took no labels'
nn-info --provenance l.h5nn | grep -q -e '--labels=' ||
    bad 'the record needs the data again'

# Preprocessing is measured on demand, channel by channel; the record does
# without the data.
printf '0,2,x\n4,2,y\n' >t.csv
nn-init -i 2 --pre=scale:0.5 --pre-from=t.csv,label=3 dense:2:softmax \
    -o measured.h5nn 2>err || bad "--pre-from: $(cat err)"
# 0 1 2 1: mean 1, spread sqrt(1/2)
grep -q 'scale:1/2,normalize:1/0.707107$' <(nn-info --spec measured.h5nn |
    grep -e --pre) || bad "measured $(nn-info --spec measured.h5nn)"
eval "$(nn-info --provenance measured.h5nn |
    sed -n 's/^ *1  nn-init /nn-init /p') -o replay.h5nn" 2>err ||
    bad "replay of what was measured: $(cat err)"
same replay.h5nn measured.h5nn
mkdir zeros && cp "$srcdir"/samples/digits/train/0/0*.png zeros
nn-init -i 28x28x3 --pre=rgb,resize:28x28,scale:1/255 --pre-from=zeros flatten \
    dense:2:softmax -o colour.h5nn 2>err || bad "--pre-from: $(cat err)"
nn-info --spec colour.h5nn |
    grep -q -E 'normalize:([0-9.]+)\+\1\+\1/([0-9.]+)\+\2\+\2$' ||
    bad "measured $(nn-info --spec colour.h5nn)"

# What cannot come to the model's input is refused at once.
while read -r shape pre words; do
	nn-init -i "$shape" --pre="$pre" flatten dense:2:softmax -o no.h5nn \
	    2>err && bad "-i $shape --pre=$pre is taken"
	grep -q -e "$words" err || bad "-i $shape --pre=$pre: $(cat err)"
done <<'END'
20x20x1 gray,resize:28x28 --pre:.*are.28x28x1,.the.model.takes.20x20x1
784 resize:20x20 --pre:.*takes.784
28x28x3 gray --pre:.*takes.28x28x3
28x28x1 resize:20x20,crop:28x28 --pre:.*beyond.a.picture.of.20x20
END
while read -r shape pre; do
	nn-init -i "$shape" --pre="$pre" flatten dense:2:softmax -o no.h5nn \
	    2>err || bad "-i $shape --pre=$pre: $(cat err)"
done <<'END'
28x28x1 crop:224x224,resize:28x28
28x28x1 pad:28x28
28x28x3 rgb,resize:32x32,fit=cover,crop:28x28
8x8x4 normalize:1+2+3+4/1+2+3+4
784 gray,resize:28x28
5 scale:2
END
echo spoilt >zeros/x.png
nn-init -i 28x28x1 --pre-from=zeros flatten dense:2:softmax -o no.h5nn 2>err &&
    bad 'measured what cannot be read'
grep -q '^nn-init: --pre-from: zeros/x.png: is not a PNG' err || bad "$(cat err)"
nn-init -i 2 --pre=normalize:1/2 --pre-from=t.csv,label=3 dense:2:softmax \
    -o no.h5nn 2>err && bad 'normalized twice'
printf '1,1,x\n1,1,y\n' >t.csv
nn-init -i 2 --pre-from=t.csv,label=3 dense:2:softmax -o no.h5nn 2>err &&
    bad 'a spread of nothing is taken'
grep -q 'channel 1 is 1 everywhere' err || bad "$(cat err)"
# Initialisers take settings, and are refused by name.
nn-init -i 4 --init=truncated_normal,stddev=0.02 -o a.h5nn dense:2 ||
    bad 'an initialiser with a setting'
! nn-init -i 4 --init=he,x=1 -o a.h5nn dense:2 2>err || bad 'he,x=1 is taken'
grep -q "unknown setting 'x'" err || bad "he,x=1: $(cat err)"
! nn-init -i 4 --init=her:1 -o a.h5nn dense:2 2>err || bad 'her is taken'
grep -q "'her' is not one" err || bad "her: $(cat err)"

# The seed decides, nothing else does.
nn-init --preset=mlp-mnist | cmp -s - mlp-mnist.h5nn || bad 'other bytes'
nn-init --preset=mlp-mnist --seed=1 | nn-info --diff - mlp-mnist.h5nn >out
[ $? -eq 1 ] || bad 'another seed, the same weights'
grep -q '^weights dense_1/kernel: ' out || bad 'the kernel is not named'
[ "$(wc -l <out)" -eq 2 ] || bad "more differs than kernels: $(cat out)"

# The replay of the record gives the model again.
for f in mlp-mnist all a; do
	eval "$(nn-info --provenance $f.h5nn | sed -n 's/^ *1  nn-init //p' |
	    sed 's/^/nn-init /') -o replay.h5nn" 2>err ||
	    bad "replay of $f: $(cat err)"
	same replay.h5nn $f.h5nn
done

# Differences by name.
nn-init -i 4 dense:3:relu dense:2 -o p.h5nn
nn-init -i 4 dense:3:tanh dense:2 -o q.h5nn
nn-info --diff p.h5nn q.h5nn >out && bad '--diff saw nothing'
grep -q '^layer dense_1_relu: relu | not there$' out || bad 'lost layer'
grep -q '^layer dense_1_tanh: not there | tanh$' out || bad 'new layer'
nn-info -q --diff p.h5nn q.h5nn >out && bad '-q --diff saw nothing'
[ ! -s out ] || bad '-q --diff printed'

# Every byte of the file is guarded: flip one in each 61st place.
size=$(stat -c %s p.h5nn)
at=0
while [ $at -lt "$size" ]; do
	cp p.h5nn flip.h5nn
	byte=$(od -An -tu1 -j $at -N 1 p.h5nn)
	printf "\\$(printf %o $((byte ^ 1)))" |
	    dd of=flip.h5nn bs=1 seek=$at conv=notrunc status=none
	nn-info --check flip.h5nn >out 2>err
	[ $? -eq 3 ] || bad "a flipped bit at $at was not noticed"
	grep -q '^nn-info: flip.h5nn: ' err || bad "at $at: $(cat err)"
	at=$((at + 61))
done

# Everything in a registry is in the catalogue, with its settings.
nn-init --layers >catalogue
for def in libnn/kinds libnn/losses libnn/optims libnn/schedules libnn/inits \
    libdata/steps libdata/augments libdata/sources; do
	sed -n 's/^[A-Z]*(\([a-z0-9_]*\)).*/\1/p' "$srcdir/$def.def" |
	    while read -r name; do
		grep -q "^   $name[ ,]" catalogue ||
		    echo "$name of $def.def is not in the catalogue"
		nn-init --layers="$name" >out ||
		    echo "nn-init --layers=$name fails"
	done
done >missing
[ ! -s missing ] || bad "$(cat missing)"

# JSON that others can read, when there is somebody.
nn-info --json mlp-mnist.h5nn p.h5nn >out
[ "$(wc -l <out)" -eq 2 ] || bad '--json: not one line a model'
if command -v python3 >/dev/null; then
	python3 -c '
import json, sys
a = json.loads(open("out").readline())
assert a["parameters"] == 101770 and len(a["layers"]) == 6
assert a["layers"][2]["tensors"][1]["shape"] in ([784, 128], [128])
assert a["lineage"][0]["tool"] == "nn-init"
' || bad '--json: not the model'
fi
exit $failed
