# What the shell tests of the tools share: a folder of their own, small data,
# and expectations that say what went wrong.  Source it first.
top=$(pwd)
srcdir=$(cd "${srcdir:-.}" && pwd)
export LC_ALL=C NN_MODULES="$top/.libs"
unset NN_THREADS NN_LOG SOURCE_DATE_EPOCH
PATH=$top:$PATH
work=$(mktemp -d "${TMPDIR:-/tmp}/nn-tool.XXXXXX") || exit 99
# bash runs it also in a child that is killed before it has become a program.
trap '[ "${BASHPID:-$$}" != $$ ] || rm -rf "$work"' EXIT
cd "$work" || exit 99

fail() {
	echo "FAIL: $*" >&2
	[ ! -s err ] || sed 's/^/	/' err >&2
	exit 1
}

# expect STATUS COMMAND...: standard output to out, standard error to err.
expect() {
	want=$1
	shift
	"$@" >out 2>err
	got=$?
	[ "$got" = "$want" ] || fail "exit $got instead of $want: $*"
}

# says TEXT: the last command said so on standard error.
says() {
	grep -qF -- "$1" err || fail "standard error does not say '$1'"
}

# holds FILE TEXT
holds() {
	grep -qF -- "$2" "$1" || fail "$1 does not hold '$2'"
}

same() {
	cmp -s "$1" "$2" || fail "$1 and $2 differ"
}

data=$top/tests/tool-data
"$data" idx train 3 300 1 || exit 99
"$data" idx test 3 90 2 || exit 99
train=train-images-idx3-ubyte
test=test-images-idx3-ubyte
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o init.h5nn \
    flatten dense:12:relu dense:3:softmax || exit 99
