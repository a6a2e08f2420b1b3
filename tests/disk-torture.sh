#!/bin/bash
# Real full disks: a file system in memory that has from 64 KiB to twice a
# model's bytes, one with too few names, limits of the size of a file and of the
# memory, and /dev/full.  The old file stays or the new one is whole; status 5
# says why.
if [ "${1:-}" != inside ]; then
	[ -x ./nn-finetune ] || {
		echo 'skipped: nn-finetune is not built'
		exit 77
	}
	unshare -rm mount -t tmpfs none /mnt 2>/dev/null || {
		echo 'skipped: no file system may be mounted here'
		exit 77
	}
	exec unshare -rm bash "$0" inside
fi
. "${srcdir:-.}/tests/tool-lib.sh"

every=$(awk -v n="${NN_TORTURE:-1}" \
    'BEGIN { n = int(1 / n); print (n > 1 ? n : 1) }')
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o large.h5nn \
    flatten dense:1024:relu dense:256:relu dense:3:softmax || exit 99
bytes=$(stat -c %s large.h5nn)
mkdir disk

# judge STATUS WANTED SAYS: of a tool that was to write disk/m.h5nn
judge() {
	case $1 in
	0)
		same disk/m.h5nn "$2"
		whole=$((whole + 1))
		;;
	5)
		same disk/m.h5nn init.h5nn
		grep -qe "$3" err || fail "$size: does not say '$3'"
		refused=$((refused + 1))
		;;
	*) fail "$size: exit $1" ;;
	esac
	[ "$(ls -A disk)" = m.h5nn ] || fail "$size: leaves $(ls -A disk)"
}

# sizes NAME WANTED COMMAND...: on disks of every size.
sizes() {
	name=$1 wanted=$2
	shift 2
	whole=0 refused=0
	size=65536
	while [ $size -le $((2 * bytes)) ]; do
		mount -t tmpfs -o size=$size none disk
		cp init.h5nn disk/m.h5nn
		"$@" -o disk/m.h5nn >out 2>err
		judge $? "$wanted" 'No space left'
		umount disk
		size=$((size + 4096 * every))
	done
	[ $refused -gt 0 ] && [ $whole -gt 0 ] ||
	    fail "$name: $refused refused, $whole whole"
	echo "figure: full disk, $name: $((whole + refused)) sizes," \
	    "$refused refused with the old file intact, $whole whole, 0 torn"
}

sizes nn-init large.h5nn nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 \
    flatten dense:1024:relu dense:256:relu dense:3:softmax
step=$every
every=$((every * 16))
set -- nn-train -q -j1 -e 1 --no-provenance -m large.h5nn "$train,limit=30"
expect 0 "$@" -o trained.h5nn
bytes=$(stat -c %s trained.h5nn)
sizes nn-train trained.h5nn "$@"

# Too few names for the old file and the new one.
whole=0 refused=0
for size in 2 3 4 5; do
	mount -t tmpfs -o nr_inodes=$size none disk
	cp init.h5nn disk/m.h5nn || fail "no file in $size names"
	nn-merge --average --no-provenance -o disk/m.h5nn init.h5nn init.h5nn \
	    >out 2>err
	status=$?
	[ $status = 0 ] || judge $status '' 'No space left'
	[ "$(ls -A disk)" = m.h5nn ] || fail "$size names: $(ls -A disk)"
	umount disk
done
[ $refused -gt 0 ] || fail 'names enough'

# A limit of the size of files, in steps of 4 KiB.
bytes=$(stat -c %s large.h5nn)
whole=0 refused=0
size=4
while [ $size -le $((bytes / 1024 + 8 * step)) ]; do
	cp init.h5nn disk/m.h5nn
	(ulimit -f $size && exec nn-init -i 8x8x1 --labels=0,1,2 \
	    --pre=scale:1/255 -o disk/m.h5nn flatten dense:1024:relu \
	    dense:256:relu dense:3:softmax) >out 2>err
	judge $? large.h5nn 'File too large'
	size=$((size + 4 * step))
done
[ $refused -gt 0 ] && [ $whole -gt 0 ] || fail "$refused refused, $whole whole"
echo "figure: limit of the size of a file: $((whole + refused)) limits," \
    "$refused refused with the old file intact, $whole whole, 0 signals"

# A limit of the memory, in steps of 64 KiB; a program that cannot even be
# started is no case.
whole=0 refused=0
limit=4096
while [ $whole -lt 3 ] && [ $limit -lt 200000 ]; do
	rm -f disk/m.h5nn
	(ulimit -v $limit && exec nn-info --check large.h5nn) >out 2>err
	case $? in
	0) whole=$((whole + 1)) ;;
	5)
		grep -q memory err || fail "$limit KiB: does not say so"
		refused=$((refused + 1))
		;;
	127 | 126) ;; # the loader
	*) fail "$limit KiB of memory: exit $?" ;;
	esac
	limit=$((limit + 64 * step))
done
[ $refused -gt 0 ] && [ $whole = 3 ] || fail "memory: $refused, $whole"
echo "figure: limit of the memory of nn-info: $refused limits refused," \
    "0 signals"

# Standard output that takes nothing.
n=0
while read -r line; do
	sh -c "exec $line" >/dev/full 2>err </dev/null
	[ $? = 5 ] || fail "$line >/dev/full: another status"
	says 'No space left'
	n=$((n + 1))
done <<EOF
nn-init -i 8x8x1 --labels=0,1,2 flatten dense:3
nn-train -q -e 1 -m init.h5nn $train
nn-finetune -q -e 1 -m init.h5nn $train
nn-merge --average init.h5nn init.h5nn
nn-eval -m init.h5nn $test
nn-predict -m init.h5nn $test
nn-info init.h5nn
EOF
echo "figure: /dev/full as standard output: $n tools, all with status 5"
