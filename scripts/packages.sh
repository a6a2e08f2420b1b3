#!/bin/sh
# packages.sh GROUP...: installs the Debian packages that are missing, as root
# or with sudo; nothing is done, and no network is needed, when none is.
# Groups: build (the tools), check (make check), lint (what CI uses besides).
set -eu

build='gcc libc6-dev make autoconf automake libtool pkg-config
	zlib1g-dev libpng-dev libjansson-dev nettle-dev libxxhash-dev
	libdnnl-dev libhdf5-dev'
check='libcmocka-dev hdf5-tools'
lint='clang libclang-rt-dev clang-format clang-tidy cppcheck valgrind mandoc
	groff-base git xz-utils g++ strace python3 python3-h5py
	python3-jsonschema'

wanted=
for group; do
	case $group in
	build) wanted="$wanted $build" ;;
	check) wanted="$wanted $check" ;;
	lint) wanted="$wanted $lint" ;;
	*)
		echo "packages.sh: unknown group '$group'" >&2
		exit 2
		;;
	esac
done

if ! command -v dpkg-query >/dev/null; then
	echo "packages.sh: not a Debian system; configure will say what is" \
	    "missing" >&2
	exit 0
fi

missing=
for package in $wanted; do
	case $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) in
	*' installed') ;;
	*) missing="$missing $package" ;;
	esac
done
[ -n "$missing" ] || exit 0

root=
if [ "$(id -u)" != 0 ]; then
	root=sudo
	if ! command -v sudo >/dev/null; then
		echo "packages.sh: missing:$missing; install them as root:" \
		    "apt-get install$missing" >&2
		exit 1
	fi
fi
echo "installing:$missing"
log=$(mktemp)
trap 'rm -f "$log"' EXIT
# Word splitting is wanted: one argument a package.
# shellcheck disable=SC2086
if ! { $root apt-get update -q &&
    $root env DEBIAN_FRONTEND=noninteractive \
	apt-get install -y -q --no-install-recommends $missing; } \
    >"$log" 2>&1 </dev/null; then
	tail -n 20 "$log" >&2
	echo "packages.sh: apt-get could not install:$missing" >&2
	exit 1
fi
