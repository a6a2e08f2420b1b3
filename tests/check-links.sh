#!/bin/bash
# No tool and no library of ours is linked with libhdf5, not even by way of
# another; one program is, which nn-convert runs.
set -u
LC_ALL=C
export LC_ALL
top=$(pwd)
checked=0
failed=0

# binary NAME: the file itself where libtool left a script
binary() {
	if [ -f "$top/.libs/$1" ]; then echo "$top/.libs/$1"; else echo "$top/$1"; fi
}

# links FILE: does it bring libhdf5?
links() {
	case $(ldd "$1" 2>&1; readelf -d "$1" 2>/dev/null) in
	*libhdf5*) return 0 ;;
	esac
	return 1
}

for f in "$top"/nn-* "$top"/.libs/libnnfmt.so "$top"/.libs/nn-*.so; do
	name=$(basename "$f")
	[ "$name" != nn-hdf5 ] && [ -f "$f" ] && [ -x "$f" ] || continue
	file=$f
	case $f in */.libs/*) ;; *) file=$(binary "$name") ;; esac
	checked=$((checked + 1))
	links "$file" && {
		echo "FAIL: $name brings libhdf5"
		failed=1
	}
done
[ $checked -ge 7 ] || {
	echo "FAIL: only $checked files were looked at"
	failed=1
}
if [ -x "$top/nn-hdf5" ] && ! links "$(binary nn-hdf5)"; then
	echo 'FAIL: this test does not see that nn-hdf5 is linked with libhdf5'
	failed=1
fi
[ $failed = 0 ] && echo "none of $checked files brings libhdf5"
exit $failed
