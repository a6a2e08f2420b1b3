#!/bin/bash
# The model files of tests/golden: never edited, what they were, written with
# the same bytes, and read to the same values by a second reader, by h5py
# and by h5dump.  Both readers refuse what is wrong in one way.
set -u
srcdir=${srcdir:-.}
golden=$srcdir/tests/golden
for t in nn-info nn-init tests/list-model tests/make-golden tests/spoil-model; do
	[ -x "./$t" ] || {
		echo "skipped: $t is not built"
		exit 77
	}
done
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
failed=0
export PYTHONDONTWRITEBYTECODE=1

fail() {
	echo "FAIL: $*"
	failed=1
}

# python MODULE...: the first Python that has the modules, or nothing.
python() {
	for p in "${NN_PYTHON:-python3}" /usr/bin/python3; do
		"$p" -c "import $*" >"$tmp/python" 2>&1 && echo "$p" && return
	done
}

# Nobody edited them, and they are all there.
for folder in 0.1 1.0; do
	(cd "$golden/$folder" && sha256sum -c --quiet SHA256SUMS) ||
	    fail "$folder: a file was edited"
	find "$golden/$folder" -name '*.h5nn' | while read -r f; do
		grep -q "  ${f##*/}\$" "$golden/$folder/SHA256SUMS" ||
		    echo "$f is not in SHA256SUMS"
	done >"$tmp/strangers"
	[ ! -s "$tmp/strangers" ] || fail "$(cat "$tmp/strangers")"
done

# The same models are written today as they were.
mkdir "$tmp/made"
tests/make-golden "$tmp/made" >"$tmp/ids" || fail "make-golden"
cmp "$tmp/ids" "$golden/1.0/ids.txt" || fail "other ids"
writer=$(./nn-info "$golden/1.0/net.h5nn" | sed -n 's/.*written by //p')
if [ "$writer" = "$(./nn-info "$tmp/made/net.h5nn" |
    sed -n 's/.*written by //p')" ]; then
	for f in "$golden"/1.0/*.h5nn; do
		cmp "$f" "$tmp/made/${f##*/}" || fail "written otherwise: $f"
	done
fi

# What our reader lists, it has checked: digests, ids, canonical form.
models=("$golden"/1.0/*.h5nn "$golden"/0.1/*.h5nn "$golden/model-0.1.h5nn")
tests/list-model "${models[@]}" >"$tmp/list" || fail "list-model refuses one"
while read -r name content weights state; do
	tests/list-model "$golden/1.0/$name.h5nn" | grep '_id	' |
	    cut -f2 | paste -sd' ' >"$tmp/three"
	[ "$(cat "$tmp/three")" = "$content $weights $state" ] ||
	    fail "$name: other ids"
done <"$golden/1.0/ids.txt"

# Files of the tools of today as well.
./nn-init --preset=lenet5 -o "$tmp/lenet.h5nn" || exit 1
./nn-init -i 4 --labels=a,b dense:3:relu bn dense:2 softmax \
    -o "$tmp/small.h5nn" || exit 1
models+=("$tmp/lenet.h5nn" "$tmp/small.h5nn")
tests/list-model "${models[@]}" >"$tmp/list" || fail "list-model refuses one"

second=$(python json)
if [ -n "$second" ]; then
	"$second" "$srcdir/tests/read-model.py" "$srcdir/schemas" \
	    "${models[@]}" >"$tmp/second" || fail "the second reader refuses"
	cmp "$tmp/list" "$tmp/second" || {
		diff "$tmp/list" "$tmp/second" | head -n 4
		fail "two readers, two opinions"
	}
else
	echo "python3 is not installed: no second reader"
fi

# What is wrong in one way both refuse, and both name a clause.  Kinds and their
# settings are not in the text; a shape is what its kind says.
./nn-init --preset=mlp-mnist -o "$tmp/good.h5nn" || exit 1
ways=0
for way in $(tests/spoil-model); do
	bad=$tmp/$way.h5nn
	case $way in
	*setting* | *kind* | other-type | reshaped-tensor | extra-tensor | \
	    missing-tensor | few-labels) continue ;;
	esac
	tests/spoil-model "$way" "$tmp/good.h5nn" "$bad" || fail "spoil $way"
	tests/list-model "$bad" >"$tmp/out" 2>"$tmp/says"
	[ $? = 3 ] || fail "$way: is read"
	grep -q '\[format 1: [0-9.]*\]' "$tmp/says" ||
	    fail "$way: no clause: $(cat "$tmp/says")"
	[ -n "$second" ] || continue
	"$second" "$srcdir/tests/read-model.py" "$srcdir/schemas" "$bad" \
	    >"$tmp/out" 2>"$tmp/second-says"
	[ $? = 3 ] || fail "$way: the second reader reads it"
	clause=$(sed -n 's/.*\[format 1: \([0-9.]*\)\].*/\1/p' "$tmp/says")
	grep -q "\[$clause\]" "$tmp/second-says" ||
	    fail "$way: $(cat "$tmp/says"), but $(cat "$tmp/second-says")"
	ways=$((ways + 1))
done
[ -z "$second" ] || [ $ways -ge 5 ] || fail "only $ways ways to be wrong"

# HDF5's own eyes: the library of this system and, in the peers' environment, a
# newer one.
grep -v '_id	' "$tmp/list" >"$tmp/data"
for h5py in "$(python h5py)" "${NN_PEERS:+$NN_PEERS/bin/python}"; do
	[ -n "$h5py" ] && "$h5py" -c 'import h5py' >"$tmp/out" 2>&1 || {
		echo "h5py is not installed: not asked"
		continue
	}
	"$h5py" "$srcdir/tests/list-h5py.py" "${models[@]}" >"$tmp/h5py" ||
	    fail "h5py cannot read them"
	cmp "$tmp/data" "$tmp/h5py" || {
		diff "$tmp/data" "$tmp/h5py" | head -n 4
		fail "h5py reads other values"
	}
done
if command -v h5dump >"$tmp/out"; then
	for f in "${models[@]}"; do
		h5dump "$f" >"$tmp/dump" 2>&1 || fail "h5dump: $f"
		! grep -i 'error\|unable' "$tmp/dump" || fail "h5dump: $f"
	done
else
	echo "h5dump is not installed: not asked"
fi
echo "${#models[@]} files, $ways ways to be wrong"
exit $failed
