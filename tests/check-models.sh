#!/bin/bash
# Models that are wrong in one way each: every tool says what and where, what
# to do, and exits 3; nothing is written.
set -u
srcdir=${srcdir:-.}
for t in nn-init nn-train nn-finetune nn-eval nn-predict nn-info nn-merge \
    nn-convert tests/spoil-model; do
	[ -x "./$t" ] || {
		echo "skipped: $t is not built"
		exit 77
	}
done
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
digits=$srcdir/samples/digits-idx/train-images-idx3-ubyte.gz
good=$tmp/good.h5nn
failed=0
cases=0

fail() {
	echo "FAIL: $*"
	failed=1
}

# refused FILE WORDS COMMAND...: exit 3, and a message with WORDS
refused() {
	file=$1
	words=$2
	shift 2
	cases=$((cases + 1))
	"$@" >"$tmp/out" 2>"$tmp/message" </dev/null
	status=$?
	[ $status = 3 ] || fail "$file: $1 exits $status: $(cat "$tmp/message")"
	grep -q -e "$words" "$tmp/message" ||
	    fail "$file: $1 does not say '$words': $(cat "$tmp/message")"
	[ ! -s "$tmp/out" ] || fail "$file: $1 wrote to standard output"
	[ ! -e "$tmp/result" ] || fail "$file: $1 wrote a result"
}

# users FILE WORDS: all the tools that use models
users() {
	refused "$1" "$2" ./nn-predict -m "$1" "$digits"
	refused "$1" "$2" ./nn-eval -m "$1" "$digits"
	refused "$1" "$2" ./nn-train -m "$1" -e 1 -o "$tmp/result" "$digits"
	refused "$1" "$2" ./nn-finetune -m "$1" -e 1 -o "$tmp/result" "$digits"
	refused "$1" "$2" ./nn-merge --average "$good" "$1" -o "$tmp/result"
}

# everyone FILE WORDS: and those that only look at them; to the one that takes
# files of others, damage looks like their work
everyone() {
	refused "$1" "$2" ./nn-info "$1"
	refused "$1" "$2\|not what its digests say\|nn-hdf5" \
	    ./nn-convert "$1" -o "$tmp/result"
	users "$1" "$2"
}

./nn-init --preset=mlp-mnist -o "$good" || exit 1
./nn-info "$good" >/dev/null || fail "the good model is refused"

# The words of each way to be wrong; a way without words fails.
words() {
	case $1 in
	cycle) echo "layer 3 ('dense_1').*'dense_2'.*cycle" ;;
	extra-layer) echo "/weights/dense_9/bias.*no layer 'dense_9'" ;;
	extra-tensor) echo "dense_1.*gamma" ;;
	few-labels) echo "9.*10\|10.*9" ;;
	huge-setting) echo "input_1.*shape\|shape.*input_1" ;;
	kind-version) echo "dense_1.*version 7.*dense.*update" ;;
	missing-tensor) echo "dense_1.*bias" ;;
	no-such-wire) echo "layer 3 ('dense_1').*'nothing'" ;;
	not-canonical) echo "/architecture.*canonical" ;;
	other-type) echo "dense_1.*bias" ;;
	required-feature) echo "int4-weights.*update" ;;
	reshaped-tensor) echo "dense_1.*kernel.*784x128" ;;
	setting-out-of-range) echo "dense_1.*units.*-1" ;;
	unknown-kind) echo "dense_1.*tense.*dense" ;;
	unknown-setting) echo "dense_1.*unitz.*units" ;;
	wrong-major) echo "format 9\.0.*update" ;;
	wrong-minor) echo "format 1\.9.*int4-weights.*update" ;;
	esac
}
for way in $(tests/spoil-model); do
	bad=$tmp/$way.h5nn
	tests/spoil-model "$way" "$good" "$bad" || fail "cannot spoil: $way"
	w=$(words "$way")
	[ -n "$w" ] || fail "nothing is known of $way"
	case $way in
	few-labels) users "$bad" "$w" ;;
	*) everyone "$bad" "$w" ;;
	esac
done

# Bytes: flipped, cut, empty, appended; and things that are no models.
size=$(wc -c <"$good")
head -c $((size - 8)) "$good" >"$tmp/cut"
everyone "$tmp/cut" "cut short"
{ cat "$good"; echo; } >"$tmp/longer"
everyone "$tmp/longer" "appended"
: >"$tmp/empty"
everyone "$tmp/empty" "empty"
cp "$good" "$tmp/flipped"
printf '\377' | dd of="$tmp/flipped" bs=1 seek=$((size - 1000)) conv=notrunc \
    2>/dev/null
users "$tmp/flipped" "/weights/dense_2/kernel.*damaged"
./nn-info "$tmp/flipped" >"$tmp/out" || fail "nn-info looks at the numbers"
cp "$good" "$tmp/index"
printf '\377' | dd of="$tmp/index" bs=1 seek=700 conv=notrunc 2>/dev/null
everyone "$tmp/index" "checksum"
everyone "$srcdir/samples/digits-idx/train-images-idx3-ubyte.gz" "gzip -d"
everyone "$srcdir/COPYING" "text"
everyone "$(find "$srcdir/samples" -name '*.png' | head -1)" "PNG"
everyone "$srcdir/samples" "folder"
everyone /dev/null "device\|not a model"

echo "$cases refusals"
exit $failed
