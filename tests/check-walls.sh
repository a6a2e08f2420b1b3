#!/bin/bash
# Which files are opened while HDF5 of others is read: the one named, libraries,
# temporary files, and none that the file asks for.
. "${srcdir:-.}/tests/tool-lib.sh"

strace -f -o trace true 2>/dev/null || {
	echo 'skipped: strace cannot be used here'
	exit 77
}
[ -x "$top/nn-hdf5" ] || {
	echo 'skipped: built without HDF5'
	exit 77
}
# A sanitizer looks at /proc when it begins.
! ldd "$top/nn-hdf5" | grep -q 'lib[alt]san' || {
	echo 'skipped: a build with sanitizers'
	exit 77
}
mkdir work && export TMPDIR=$work/work
printf '%800s' secret >secret

# opened: what the traced programs opened, without what is expected of them
opened() {
	grep -E '^[0-9]+ +(open|openat|creat)\(' trace | grep -v ' = -1 ' |
	    cut -d'"' -f2 | sort -u |
	    grep -Ev '\.so(\.[0-9.]+)?$|^/etc/ld\.so\.(cache|preload)$' |
	    grep -Ev '^/proc/self/|^/sys/|^/dev/urandom$' | grep -Fvx "$TMPDIR"
}

for way in external-storage external-link virtual-storage big-endian; do
	cp init.h5nn c.h5
	"$top/tests/hdf5-change" $way c.h5 || fail "hdf5-change $way"
	strace -f -o trace -e trace=file,network,process \
	    nn-convert -n c.h5 >out 2>err
	status=$?
	[ $status = $([ $way = big-endian ] && echo 0 || echo 3) ] ||
	    fail "$way: status $status"
	[ "$(opened)" = c.h5 ] || fail "$way: opened $(opened)"
	! grep -Eq '(socket|connect)\(' trace || fail "$way: the network"
	[ "$(grep -c 'execve(.*= 0$' trace)" = 2 ] || fail "$way: programs"
	# From the moment that the walls stand: the first call that they deny.
	pid=$(awk '/"\/", O_RDONLY\|O_CLOEXEC\) *= -1 EACCES/ { print $1 }' trace)
	[ -n "$pid" ] || fail "$way: nothing tries the walls"
	sed -n "/^$pid .*\"\\/\", O_RDONLY|O_CLOEXEC) *= -1 EACCES/,\$p" trace |
	    grep "^$pid " | grep -Ev 'EACCES|write\([12],|close\(|exit|\+\+\+' \
	    >behind
	[ ! -s behind ] || fail "$way: behind the walls: $(cat behind)"
done

# Without the walls the file gets what it asks for, and this test sees it.
cp init.h5nn c.h5
"$top/tests/hdf5-change" external-storage c.h5
if command -v h5dump >/dev/null; then
	strace -f -o trace h5dump -d /weights/new c.h5 >out 2>err
	opened | grep -q 'secret$' || fail 'an opened file is not noticed'
fi
echo 'only what was named is opened'
