#!/bin/sh
# Model files beside safetensors, h5py and torch.save, and beside the plain work
# of the machine: opened, loaded, saved, verified; nn-info on 10 GB; a picture
# to its label.  Milliseconds without start-up, but for the last two, which are
# whole processes (seconds).
#
#   sh bench/format.sh          at the top of the build tree, after make bench
#
# NN_MB is the size of the large model (default 1000, in memory several times),
# NN_PAIRS the number of rounds.
. "$(dirname "$0")/common.sh"
[ -x bench/format ] || fail "run make bench first"
mb=${NN_MB:-1000}
files=$work/format
mkdir -p "$files"
peer="$python $bench/peers/formats.py"
libraries="safetensors h5py torch torch-mmap"

for size in 100 "$mb"; do
	[ -f "$files/$size.h5nn" ] ||
		bench/format save "$files/$size.h5nn" "$size" >&2
	for l in safetensors h5py torch; do
		[ -f "$files/$size.$l" ] ||
			$peer $l save "$files/$size.$l" "$size" >&2
	done
	[ -e "$files/$size.torch-mmap" ] ||
		ln -s "$size.torch" "$files/$size.torch-mmap"
done
[ -f "$files/10000.h5nn" ] ||
	bench/format sparse "$files/10000.h5nn" 10000 >&2
[ -f "$files/one.png" ] || $peer png make "$files/one.png" >&2
[ -f "$files/cnn.h5nn" ] || ./nn-init --preset=cnn-small -o "$files/cnn.h5nn"

# A row of words for each peer: "-- NAME COMMAND..."
each() {
	job=$1
	size=$2
	shift 2
	for l; do
		printf ' -- %s %s %s %s %s %s' "$l" "$peer" "$l" "$job" \
			"$files/$size.$l" "$([ "$job" != save ] || echo "$size")"
	done
}

bench/pairs -n "$pairs" -f ms \
	-- ours-open bench/format open "$files/100.h5nn" \
	$(each open 100 safetensors h5py torch)
bench/pairs -n "$pairs" -f ms -w "$((mb * 5 / 2))" \
	-- ours-load bench/format load "$files/$mb.h5nn" \
	-- map-and-sum bench/format sum "$files/$mb.h5nn" \
	$(each load "$mb" $libraries)
bench/pairs -n "$pairs" -f ms -w "$((mb * 5 / 2))" \
	-- ours-save bench/format save "$files/new.h5nn" "$mb" \
	-- write-and-fsync bench/format raw "$files/new.raw" "$mb"
rm -f "$files/new.h5nn" "$files/new.raw"
bench/pairs -n "$pairs" -f ms -w "$((mb * 5 / 2))" \
	-- ours-saved bench/format save "$files/new.h5nn" "$mb" \
	$(each save "$mb" safetensors h5py torch)
rm -f "$files/new.h5nn"
bench/pairs -n "$pairs" -f ms \
	-- ours-verify bench/format check "$files/$mb.h5nn" \
	$(each verify "$mb" safetensors h5py torch)
bench/pairs -n "$((pairs * 10))" \
	-- ours-info ./nn-info "$files/10000.h5nn" \
	-- nothing bench/format nothing
bench/pairs -n "$((pairs * 10))" \
	-- ours-predict ./nn-predict -m "$files/cnn.h5nn" "$files/one.png" \
	-- nothing bench/format nothing
