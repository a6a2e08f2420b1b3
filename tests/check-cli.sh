#!/bin/bash
# What every tool promises on its command line: statuses, streams, messages.
set -u
LC_ALL=C
export LC_ALL
top=$(pwd)
tmp=$(mktemp -d) || exit 99
trap 'rm -rf "$tmp"' EXIT
NN_MODULES=$top/.libs
export NN_MODULES
unset NN_THREADS NN_LOG SOURCE_DATE_EPOCH
tools="nn-init nn-info nn-train nn-finetune nn-eval nn-predict nn-merge nn-edit \
    nn-convert"
failed=0
cases=0
n=0

bad() {
	echo "FAIL: $1"
	sed 's/^/    /' "$tmp/err" | head -5
	failed=1
}

# gives STATUS TEXT COMMAND...: the command ends with that status; TEXT (a
# basic regular expression) stands in what it says on standard error
gives() {
	want=$1 text=$2
	shift 2
	"$@" >"$tmp/out" 2>"$tmp/err" </dev/null
	judge $? "$*"
}

# As gives, for a line of shell.
shell_gives() {
	want=$1 text=$2
	bash -c "$3" >"$tmp/out" 2>"$tmp/err"
	judge $? "$3"
}

judge() {
	cases=$((cases + 1))
	[ "$1" = "$want" ] || bad "status $1 instead of $want: $2"
	[ -z "$text" ] || grep -q -e "$text" "$tmp/err" || bad "does not say '$text': $2"
}

silent() {
	[ ! -s "$tmp/out" ] || bad "wrote to standard output: $1"
}

cd "$tmp" || exit 99
PATH=$top:$PATH

# Four pictures of 2x2, two classes.
printf '\0\0\10\3\0\0\0\4\0\0\0\2\0\0\0\2abcdabcdefghefgh' >t-images-idx3-ubyte
printf '\0\0\10\1\0\0\0\4\0\0\1\1' >t-labels-idx1-ubyte
nn-init -i 2x2x1 --labels=0,1 flatten dense:2:softmax -o m.h5nn || exit 1
nn-init -i 3x3x1 --labels=0,1 flatten dense:2:softmax -o wide.h5nn || exit 1

for t in $tools; do
	gives 0 '' $t --help
	grep -q "^usage: $t " out || bad "$t --help shows no usage"
	gives 0 '' $t -h
	gives 0 '' $t --version
	grep -q '^model files: reads [0-9]' out || bad "$t --version"
	gives 2 "^$t: --hlep: unknown option; did you mean --help?" $t --hlep
	silent "$t --hlep"
	gives 2 "^$t: --zzzzzz: unknown option; see $t --help" $t --zzzzzz
	gives 2 "^$t: -%: unknown option" $t -%
	gives 2 "^$t: --quiet: takes no value" $t --quiet=1
	gives 2 "^$t: --output: needs a value: --output=FILE" $t --output
	gives 2 "^$t: --quiet and --verbose exclude each other" $t -qv
	shell_gives 5 "^$t: standard output: " "$t --help >/dev/full"
	shell_gives 5 "^$t: standard output: " "$t --help >&-"
	case $(ldd "$(test -f "$top/.libs/$t" && echo "$top/.libs/$t" ||
	    echo "$top/$t")" 2>/dev/null) in
	*dnnl* | *hdf5* | *gomp*) bad "$t links what only a module may" ;;
	esac
done

# Statuses, each with a message that names the thing.
gives 0 '' nn-info m.h5nn
gives 1 '' nn-info --diff m.h5nn wide.h5nn
gives 2 '^nn-info: --diff: compares two models, but 1 was' nn-info --diff m.h5nn
gives 2 '^nn-init: no layers; ' nn-init
gives 2 "^nn-init: layer 'dens:3': .* did you mean 'dense'" nn-init -i 4 dens:3
gives 2 '^nn-info: SOURCE_DATE_EPOCH: ' env SOURCE_DATE_EPOCH=x nn-info m.h5nn
gives 2 '^nn-train: NN_THREADS: ' env NN_THREADS=0 nn-train -m m.h5nn t
gives 3 '^nn-info: .*: is a folder' nn-info .
echo 'not a model' >text
gives 3 '^nn-info: text: is text, not a model file' nn-info text
printf '\211PNG\r\n\032\n' >p.png
gives 3 '^nn-info: p.png: is a PNG picture, not a model$' nn-info p.png
gives 3 '^nn-eval: p.png: is a PNG picture, not a model; data are operands, '\
'the model goes to -m$' nn-eval -m p.png t-images-idx3-ubyte
gives 4 '^nn-train: ' nn-train -q -m wide.h5nn -o x.h5nn t-images-idx3-ubyte
[ ! -e x.h5nn ] || bad 'a failed nn-train left a file'
gives 5 '^nn-info: none.h5nn: No such file' nn-info none.h5nn
gives 5 '^nn-train: none' nn-train -m m.h5nn -o x.h5nn none
gives 5 '^nn-init: none/x: ' nn-init -i 4 dense:2 -o none/x
shell_gives 5 '^nn-init: standard output: ' 'nn-init -i 4 dense:2 >/dev/full'
shell_gives 5 '^nn-init: standard output: ' 'nn-init -i 4 dense:2 >&-'
shell_gives 0 '' 'nn-init -i 4 dense:2 -o y.h5nn <&- >&- 2>&-'
shell_gives 0 '' 'nn-info --check y.h5nn'

# A pipe is a transaction.
for t in nn-info nn-convert 'nn-train t-images-idx3-ubyte' 'nn-eval t-images-idx3-ubyte' \
    'nn-finetune t-images-idx3-ubyte' 'nn-predict t-images-idx3-ubyte'; do
	name=${t%% *}
	shell_gives 3 "^$name: no model on standard input (did the previous" \
	    "true | $t"
	silent "$t after nothing"
	shell_gives 3 "^$name: no model on standard input" "$t </dev/null"
done
shell_gives 3 '^nn-init: .*' \
    'nn-init -i 4 dens:2 | nn-train t-images-idx3-ubyte | nn-eval t-images-idx3-ubyte'
shell_gives 141 '' 'set -o pipefail; trap "" 0; nn-init -i 4000 dense:4000 | true'
head -c 700 m.h5nn >cut.h5nn
gives 3 '^nn-info: cut.h5nn: ' nn-info cut.h5nn
shell_gives 3 '^nn-info: standard input: ' 'cat cut.h5nn | nn-info'

# Whatever standard input is, the same model comes in.
for in in '<m.h5nn' '< <(cat m.h5nn)'; do
	shell_gives 0 '' "nn-info --json $in"
	mv out "json.$((n += 1))"
done
cmp -s json.1 json.2 || bad 'a pipe and a file give different models'
shell_gives 0 '' 'nn-info --spool=1K <(cat m.h5nn)'
shell_gives 0 '' 'cat m.h5nn | TMPDIR=/nonexistent nn-info'

# The same file in and out; replaced at once.
cp m.h5nn same.h5nn
gives 0 '' nn-train -q -e 1 -m same.h5nn -o same.h5nn t-images-idx3-ubyte
gives 1 '' nn-info --diff --quiet same.h5nn m.h5nn
gives 5 'x.fifo: ' sh -c 'mkfifo x.fifo; nn-init -i 4 dense:2 -o x.fifo'

# Standard input serves one purpose.
for t in nn-train nn-eval nn-finetune; do
	shell_gives 2 "^$t: standard input: is asked for as the model and as" \
	    "$t png:- <m.h5nn"
done
gives 2 '^nn-info: standard input: is asked for twice' nn-info - -

# Mistakes cost nothing: they are told before the model is read.
mkfifo "$tmp/silent"
shell_gives 2 '^nn-train: --epochs: ' "timeout 30 nn-train -e 0 none <>$tmp/silent"
shell_gives 5 '^nn-train: none' "timeout 30 nn-train none <>$tmp/silent"

# Same command, same bytes; time only on demand.
nn-init -i 2x2x1 --labels=0,1 flatten dense:2:softmax | cmp -s - m.h5nn ||
    bad 'the same command gave other bytes'
SOURCE_DATE_EPOCH=1 nn-init -i 4 dense:2 | nn-info --json >out 2>err
grep -q '"time":1' out || bad 'SOURCE_DATE_EPOCH is not recorded'
nn-init --no-provenance -i 4 dense:2 | nn-info --json >out 2>err
! grep -q '"tool":' out || bad '--no-provenance recorded something'
gives 0 '--seed=[0-9]* was drawn' nn-init --seed=random -i 4 dense:2 -o r.h5nn
seed=$(sed -n 's/.*--seed=\([0-9]*\) was.*/\1/p' err)
nn-init --seed="$seed" -i 4 dense:2 | nn-info --diff - r.h5nn >out 2>err ||
    bad 'a drawn seed does not give its model again'

# Events, each a line by one write.
gives 0 '' nn-train -q -e 2 --log=events -m m.h5nn -o x.h5nn t-images-idx3-ubyte
gives 0 '' env NN_LOG=events nn-train -q -e 1 -m m.h5nn -o x.h5nn \
    t-images-idx3-ubyte
[ "$(grep -c '^{.*}$' events)" -ge 3 ] || bad '--log holds too few events'
! grep -qv '^{.*}$' events || bad '--log holds something else'
gives 5 '^nn-train: --log: ' nn-train --log=none/x -m m.h5nn \
    -o x.h5nn t-images-idx3-ubyte
shell_gives 5 '^nn-train: --log: ' \
    'nn-train --log=/dev/full -m m.h5nn -o x.h5nn t-images-idx3-ubyte'

# No bar where nobody looks.
gives 0 '' nn-train -e 1 -m m.h5nn -o x.h5nn t-images-idx3-ubyte
! grep -q "$(printf '\r')" err || bad 'a bar in a file'
gives 0 '' nn-train -q -e 1 -m m.h5nn -o x.h5nn t-images-idx3-ubyte
[ ! -s err ] || bad '-q is not quiet'

# Terminals.
if script -qec true /dev/null >/dev/null 2>&1 </dev/null; then
	tty_gives() {
		want=$1 text=$2
		TERM=xterm script -qec "$3" /dev/null >"$tmp/err" 2>&1 </dev/null
		judge $? "on a terminal: $3"
	}
	tty_gives 2 'nn-init: standard output: is a terminal; redirect' \
	    'nn-init -i 4 dense:2'
	tty_gives 0 'HDF' 'nn-init -f -i 4 dense:2'
	for t in nn-info nn-convert 'nn-train -o x.h5nn t-images-idx3-ubyte' \
	    'nn-eval t-images-idx3-ubyte' 'nn-predict t-images-idx3-ubyte'; do
		tty_gives 2 'standard input: is a terminal; name a model' "$t"
		grep -q '^usage: ' err || bad "no usage on a terminal: $t"
	done
	tty_gives 0 "$(printf '\r')" \
	    'nn-train --progress=always -e 3 -m m.h5nn -o x.h5nn t-images-idx3-ubyte'
	tty_gives 0 '' \
	    'nn-train --progress=never -e 1 -m m.h5nn -o x.h5nn t-images-idx3-ubyte'
	! grep -q "$(printf '\033')" err || bad '--progress=never drew a bar'
	tty_gives 0 '' \
	    'TERM=dumb nn-train -e 1 -m m.h5nn -o x.h5nn t-images-idx3-ubyte'
	! grep -q "$(printf '\033')" err || bad 'a bar on a dumb terminal'
else
	echo 'skipped: the rules for terminals (no script command, or no terminals here)'
fi

# A limit on the size of files is an error, not a signal.
shell_gives 5 'File too large' \
    'ulimit -f 1; nn-init -i 4000 dense:100 -o big.h5nn'
[ ! -e big.h5nn ] || bad 'a file cut by a limit was left'

echo "$cases cases"
exit $failed
