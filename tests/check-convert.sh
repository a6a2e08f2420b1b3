#!/bin/bash
# nn-convert: models that other HDF5 programs rewrote come back to the very
# bytes they were; what was edited is named, what is no model is refused.
. "${srcdir:-.}/tests/tool-lib.sh"

change=$top/tests/hdf5-change
expect 0 nn-train -q -m init.h5nn -e 1 -o t.h5nn $train
expect 0 nn-edit -m t.h5nn -o m.h5nn --title='Zähler — "two"' --author=A
id() { nn-info --json "$1" | grep -o '"content_id":"[0-9a-f]*"' | cut -d'"' -f4; }

# A model file is written as it is, by a pipe as well.
expect 0 nn-convert m.h5nn -o x.h5nn
says "m.h5nn: a model file, format 1.0; content_id $(id m.h5nn | cut -c 1-12)"
same m.h5nn x.h5nn
nn-convert -q <m.h5nn | cmp - m.h5nn || fail 'another result by <'
# shellcheck disable=SC2002
cat m.h5nn | nn-convert -q - | cmp - m.h5nn || fail 'another result in a pipe'
expect 0 nn-convert -n m.h5nn -o dry.h5nn
[ ! -e dry.h5nn ] || fail 'a dry run writes'

# What is neither a model nor HDF5.
expect 2 nn-convert m.h5nn m.h5nn
says 'takes one file, but 2 were given'
expect 3 nn-convert </dev/null
says 'no model on standard input'
expect 5 nn-convert nothing
expect 3 nn-convert $train -o x
says 'an IDX data file, not a model'
expect 5 nn-convert m.h5nn -o none/x
head -c 2000 m.h5nn >cut
expect 3 nn-convert cut -o x
says 'cut short: 2000 bytes of'
[ ! -e x ] || fail 'something was written'

if [ ! -x "$top/nn-hdf5" ]; then
	{ printf '\211HDF\r\n\032\n'; head -c 800 /dev/zero; } >other
	expect 3 nn-convert other -o x
	says 'nn-hdf5, which reads HDF5 of other programs, is not there'
	echo 'built without HDF5'
	exit 77
fi

# back FILE: comes back to what it was, and says so.
back() {
	rm -f back.h5nn
	expect 0 nn-convert "$1" -o back.h5nn
	says "HDF5 of another program (superblock $2"
	says 'as before'
	same m.h5nn back.h5nn
	returned=$((returned + 1))
}
returned=0

if command -v h5repack >/dev/null; then
	# repack SUPERBLOCK OPTION...
	repack() {
		super=$1
		shift
		rm -f r.h5
		expect 0 h5repack "$@" m.h5nn r.h5
		back r.h5 "$super"
	}
	repack 0
	repack 0 -l CHUNK=7 -f SHUF -f GZIP=9 -f FLET
	says ' compressed'
	repack 3 --latest -l CHUNK=3
	repack 0 -l COMPA
	head -c 512 /dev/zero >block
	repack 0 -u block -b 512
	expect 3 nn-info r.h5
	says 'is HDF5 behind a user block'
	says 'nn-convert IN -o OUT'
	# Whatever a file may hold: tied tensors, every type, additions.  nn-hdf5
	# gives the very bytes, before anybody judges them.
	for f in $(find "$srcdir/tests/golden" -name '*.h5nn'); do
		rm -f r.h5
		expect 0 h5repack "$f" r.h5
		{ "$top/nn-hdf5" <r.h5 | cat >x.h5nn; } 2>&1 | cat >err
		same "$f" x.h5nn
	done
else
	echo 'skipped: h5repack is not there'
fi
python=
for p in python3 /usr/bin/python3; do
	[ -n "$python" ] || ! $p -c 'import h5py' 2>/dev/null || python=$p
done
if [ -n "$python" ]; then
	for way in rewrite copy; do
		for version in earliest latest; do
			expect 0 $python "$srcdir/tests/tool-h5py.py" \
			    $way-$version m.h5nn p.h5
			back p.h5 "$([ $version = latest ] && echo 3 || echo 0)"
		done
	done
else
	echo 'skipped: h5py is not there'
fi

# change WAY: a copy that libhdf5 changed so, in c.h5.
changed() {
	cp m.h5nn c.h5
	"$change" "$1" c.h5 || fail "hdf5-change $1"
	rm -f x.h5nn
}
for way in big-endian big-endian-state other-integers variable-strings \
    padded-strings document-string without-limits; do
	changed $way
	back c.h5 2
	# Every other tool says how to go on.
	expect 3 nn-info c.h5
	says 'nn-convert'
done

# Edits look like damage, so they must be called edits; they are named, and
# become a step of how the model was made.
edited() {
	changed "$1"
	expect 3 nn-convert c.h5 -o x.h5nn
	says "c.h5: is not what its digests say: $2; if it was edited, say"
	[ ! -e x.h5nn ] || fail 'something was written'
	expect 0 nn-convert --edited --no-provenance -q c.h5 -o x.h5nn
	[ ! -s err ] || fail '-q is not quiet'
	! nn-info --provenance x.h5nn | grep -q nn-convert ||
	    fail 'a record all the same'
	expect 0 nn-convert --edited c.h5 -o x.h5nn
	says "edited: $2; content_id"
	says "before $(echo "$before" | cut -c 1-12)"
	nn-info --check x.h5nn >out || fail 'the result is damaged'
	nn-info --provenance x.h5nn >out
	holds out 'nn-convert --edited'
	expect 1 nn-info --replay x.h5nn
	says 'none that can be run again'
}
before=$(id m.h5nn)
edited edited-weights /weights/dense_1/bias
[ "$(id x.h5nn)" != "$before" ] || fail 'the same content'
nn-info --provenance x.h5nn | grep -q "from $before" ||
    fail 'the parent is not recorded'
nn-info --diff m.h5nn x.h5nn >diff
holds diff 'weights dense_1/bias: these numbers'
edited edited-label /labels
expect 0 nn-info --json x.h5nn
holds out '"Z"'
edited added-extra 'an attribute, or what was taken out'
[ "$(id x.h5nn)" = "$before" ] || fail 'another content'

# Damage that leaves HDF5 whole is not made good by the way.
cp m.h5nn c.h5
printf '\377' | dd of=c.h5 bs=1 conv=notrunc status=none \
    seek=$(($(wc -c <m.h5nn) - 1))
expect 3 nn-convert c.h5 -o x
says 'is not what its digests say'

# What a model file cannot be is refused by its name.
refused=0
refuses() {
	changed "$1"
	expect 3 nn-convert --edited c.h5 -o x.h5nn
	says "c.h5: ${2-}"
	[ ! -e x.h5nn ] || fail 'something was written'
	refused=$((refused + 1))
}
other='HDF5 of another program, or damaged:'
new="$other /weights/new:"
refuses soft-link "$other /weights: 'soft' is a soft link"
refuses external-link "$other /weights: 'elsewhere' is a link to another file"
refuses external-storage "$new is external"
refuses virtual-storage "$new is virtual"
refuses other-filter "$new is stored through filter 6 'scaleoffset'"
refuses compound-type "$new holds compound data"
refuses variable-type "$new holds lists of variable length"
refuses reference-type "$new holds references"
refuses enum-type "$new holds enumerated data"
refuses odd-floats "$new holds floating-point numbers of 16 bytes"
refuses named-type "$other /weights/type: is a named type"
refuses no-space "$new has no shape"
refuses shape-bomb "$new would be 4398046511104 bytes, of which 0 are stored"
refuses too-large-integer "$other /: attribute 'format_minor': holds 1844674"
refuses latin-text "$other /: attribute 'writer': holds text that is no UTF-8"
refuses too-deep "$other /a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a: is nested too"
refuses cycle "$other /weights/dense_1/again: is another name of /weights;"
refuses second-name "$other /weights/dense_1/bias: is another name of /bias"
refuses bad-name "$other 'kernel:0' is no name"
refuses list-attribute "$other /: attribute 'list': holds 3 values"
refuses keras "$other HDF5, but no model file: a model of Keras"
refuses edited-format "not a model file: its format is 'other'"
refuses newer-format 'model format 99.'
all=$("$change" | wc -l)
[ $((refused + 7 + 3)) = "$all" ] || fail "$all ways to change, not all tried"

# Whatever becomes of nn-hdf5, the tool goes on: here it is something else.
mkdir -p fake/.libs
cp "$top/nn-convert" fake/
instead() {
	{ echo '#!/bin/sh'; echo "$1"; } >fake/nn-hdf5
	chmod +x fake/nn-hdf5
	expect 3 fake/nn-convert c.h5 -o x.h5nn
	says "$2"
	[ ! -e x.h5nn ] || fail 'something was written'
}
changed big-endian
# shellcheck disable=SC2016
{
	instead 'kill -SEGV $$' 'it crashes libhdf5'
	instead 'kill -SYS $$' 'try what is forbidden'
	instead 'exec sleep 60' 'takes too long'
	instead 'exec cat /dev/zero' 'it unpacks to more than'
	instead 'exec cat /dev/zero >&2' 'say what it never does'
	instead 'echo not a model' 'not a model'
	instead ':' 'no model'
	instead 'printf "a\033[2Jb\n" >&2; exit 3' 'a\x1b[2Jb'
	instead "cat $work/c.h5" 'restore it'
}
rm fake/nn-hdf5
expect 3 fake/nn-convert c.h5 -o x.h5nn
says 'is not there'
echo "$returned came back to the same bytes, $refused refused by name"
