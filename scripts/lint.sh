#!/bin/sh
# lint.sh SOURCE BUILD: everything a machine can say about the text of the
# source: format, clang-tidy, cppcheck, man pages, shell syntax.  Reports all
# it finds; exits 1 when there was anything.
set -u
src=$1
build=$2
cd "$src" || exit 1

for tool in clang-format clang-tidy cppcheck mandoc groff; do
	if ! command -v $tool >/dev/null; then
		echo "lint: $tool is missing; sh scripts/packages.sh lint installs it"
		exit 1
	fi
done

failed=0
# step WHAT COMMAND...: runs it, remembers its failure
step() {
	what=$1
	shift
	echo "lint: $what"
	"$@" || {
		echo "lint: $what: not clean"
		failed=1
	}
}

sources() {
	find libfmt libdata libnn tools tests bench samples -name "$1" | sort
}

includes="-Ilibfmt -Ilibdata -Ilibnn -Itools -Ilibnn/dnn -I$build"
foreign=$(pkg-config --cflags libpng zlib jansson nettle libxxhash cmocka \
    hdf5-serial 2>/dev/null || pkg-config --cflags libpng zlib jansson nettle \
    libxxhash cmocka hdf5)
flags="-std=gnu11 -D_GNU_SOURCE -DH5_USE_110_API -DHAVE_CONFIG_H -DWITH_DNNL=1 $includes $foreign"
flags="$flags -DNN_PKGLIBDIR=\"\" -DNN_PKGLIBEXECDIR=\"\" -DPACKAGE_VERSION=\"0\""

format() {
	{ sources '*.c'; sources '*.h'; } |
	    xargs clang-format --dry-run -Werror
}

# The file for the oneDNN that this machine does not have.
other_api() {
	major=$(printf '#include <dnnl_version.h>\nDNNL_VERSION_MAJOR\n' |
	    cc -E -x c - 2>/dev/null | tail -n 1)
	case $major in
	3) echo libnn/dnn/api2.c ;;
	*) echo libnn/dnn/api3.c ;;
	esac
}

# Fuzz targets of libFuzzer and tests with their mocks are programs like any.
tidy() {
	sources '*.c' | grep -Fvx "$(other_api)" | xargs -P "$(nproc)" -n 4 sh -c '
	    flags=$1; shift
	    clang-tidy --quiet "$@" -- $flags 2>/dev/null' sh "$flags"
}

check() {
	cppcheck -j "$(nproc)" --quiet --std=c11 --inline-suppr \
	    --enable=warning,performance,portability --error-exitcode=1 \
	    --suppress=missingIncludeSystem $includes \
	    libfmt libdata libnn tools tests bench
}

pages() {
	for page in man/*.[1357]; do
		[ -e "$page" ] || continue
		mandoc -T lint -W warning "$page" || return 1
		out=$(groff -mandoc -ww -z "$page" 2>&1)
		[ -z "$out" ] || {
			echo "$out"
			return 1
		}
	done
}

shells() {
	for script in tests/*.sh scripts/*.sh samples/*.sh .ci/run; do
		[ ! -e "$script" ] || bash -n "$script" || return 1
	done
}

step "format" format
step "shell syntax" shells
step "man pages" pages
step "cppcheck" check
step "clang-tidy" tidy
[ $failed = 0 ] && echo "lint: clean"
exit $failed
