# What the scripts of all benchmarks share; read by `.`, at the top of the
# build tree.
#
# From the environment: NN_PEERS (the peers' virtual environment), NN_MNIST (a
# folder with MNIST's four IDX files, .gz or not), NN_CIFAR (a folder of
# 32x32 PNGs, a folder a class), NN_PAIRS (rounds, default 7), NN_WORK (where
# what is made from them is kept, default ./bench-work).
set -eu

bench=$(cd "$(dirname "$0")" && pwd)
NN_MODULES=${NN_MODULES:-$PWD/.libs}
peers=${NN_PEERS:-$PWD/bench-peers}
python=$peers/bin/python
pairs=${NN_PAIRS:-7}
work=${NN_WORK:-$PWD/bench-work}
export NN_MODULES PYTHONDONTWRITEBYTECODE=1

fail() {
	echo "$(basename "$0"): $*" >&2
	exit 2
}

[ -x bench/pairs ] || fail "run it at the top of the build tree, after make bench"
[ -x "$python" ] || fail "$peers: no peers; run sh $bench/peers.sh, or set NN_PEERS"
mkdir -p "$work"

# The allocator of the C library told to keep what it has: most of PyTorch's
# time on pictures goes into memory that is given back and fetched again.
tuned() {
	echo env MALLOC_TRIM_THRESHOLD_=17179869184 \
		MALLOC_MMAP_THRESHOLD_=17179869184 MALLOC_TOP_PAD_=67108864
}

# mnist NAME prints the path of one of its four files.
mnist() {
	for f in "${NN_MNIST:-/nonexistent}/$1" "${NN_MNIST:-/nonexistent}/$1.gz"; do
		[ -f "$f" ] && echo "$f" && return
	done
	fail "$1: not found; set NN_MNIST to the folder of MNIST's files"
}

# The first 3,200 pictures of each run on pictures, as IDX files: both sides
# read the same bytes and decode nothing.
cifar() {
	images=$work/cifar-images.idx labels=$work/cifar-labels.idx
	if [ ! -f "$labels" ]; then
		[ -d "${NN_CIFAR:-/nonexistent}" ] ||
			fail "set NN_CIFAR to a folder of 32x32 pictures"
		"$python" "$bench/peers/data.py" idx "$NN_CIFAR" 3200 \
			"$images" "$labels" >&2
	fi
}

# 10,000 pictures as PNG files, and cnn-small, to label them with.
pictures() {
	folder=$work/pngs net=$work/cnn-small.h5nn
	[ -f "$folder/09999.png" ] || "$python" "$bench/peers/data.py" png \
		"$(mnist t10k-images-idx3-ubyte)" "$folder" >&2
	[ -f "$net" ] || ./nn-init --preset=cnn-small -o "$net"
}

# ours MODEL BATCH EPOCHS DATA... trains, and prints "step_ms MS" for each
# epoch but the first: what passes from epoch to epoch, everything included.
ours() {
	model=$1 batch=$2
	shift 2
	echo sh "$bench/ours.sh" "$model" "$batch" "$@"
}
