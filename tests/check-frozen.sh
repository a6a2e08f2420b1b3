#!/bin/sh
# Frozen is frozen, and nothing else is: selections and nets by lot.  Whatever
# --freeze and --train select, or two phases of --unfreeze, exactly the tensors
# that are frozen have the digests afterwards that they had.  NN_DRAWS=100 draws more than a dozen a net.
. "${srcdir:-.}/tests/tool-lib.sh"

draws=${NN_DRAWS:-12}

# Draws options for the layers on its input (number, name, kind, tensors with
# commas): the first line has them, then each tensor with what becomes of it.
# Selectors are understood here once more, from their description.
cat >draw.awk <<'EOF'
function below(n) {
	state = state * 16807 % 2147483647
	return int(state / 2147483647 * n)
}
function layer_term(i, t, a, slash) {
	slash = match(name[i], /\/[^\/]*$/)
	if (t == "glob")
		return substr(a, 1, length(a) - 1) == \
		    substr(name[i], 1, length(a) - 1) && \
		    substr(name[i], length(a)) !~ /\//
	if (t == "name") return name[i] == a
	if (t == "first") return before[i] < a
	if (t == "last") return after[i] < a
	if (t == "type") return kind[i] == a
	if (t == "head") return i >= head
	if (t == "backbone") return i < head
	split(a, ends, "-")
	return i >= ends[1] + 0 && i <= ends[2] + 0
}
# One term: its words, and what it does to chosen[].
function term(words, on, t, a, b, i, k) {
	on = below(3) > 0
	i = 1 + below(n)
	t = below(10)
	if (t == 0) { t = "name"; a = name[i]; words = a }
	else if (t == 1) {
		t = "glob"
		a = name[i] ~ /\// ? substr(name[i], 1, index(name[i], "/")) \
		    : substr(name[i], 1, 1)
		a = a "*"
		words = a
	}
	else if (t == 2) { t = "first"; a = 1 + below(owners); words = "first:" a }
	else if (t == 3) { t = "last"; a = 1 + below(owners); words = "last:" a }
	else if (t == 4) { t = "type"; a = kind[i]; words = "type:" a }
	else if (t == 5) { t = "head"; words = "tag:head" }
	else if (t == 6) { t = "head"; words = "head" }
	else if (t == 7) { t = "backbone"; words = "backbone" }
	else if (t == 8) {
		b = i + below(n - i + 1)
		t = "index"; a = i "-" b; words = "index:" a
	} else {
		a = tensor[1 + below(tensors)]
		sub(/.*\//, "", a)
		words = "param:" a
		for (k = 1; k <= tensors; k++)
			if (substr(tensor[k], length(name[owner[k]]) + 2) == a)
				chosen[k] = on
		return (on ? "" : "^") words
	}
	for (k = 1; k <= tensors; k++)
		if (layer_term(owner[k], t, a))
			chosen[k] = on
	return (on ? "" : "^") words
}
# A list of one to three terms into chosen[].
function list(words, count, k, t, first) {
	count = 1 + below(3)
	saved = state
	first = term()
	for (k = 1; k <= tensors; k++)
		chosen[k] = first ~ /^\^/
	state = saved
	words = term()
	while (--count > 0)
		words = words "," term()
	return words
}
function learns(k) {
	return tensor[k] !~ /\/moving_/
}
# Two phases, an epoch each: what learns in none of them is frozen.
function thaw(words, k, first, more) {
	words = "-e 2 --unfreeze=0:" list()
	for (k = 1; k <= tensors; k++) {
		frozen[k] = !chosen[k]
		first += chosen[k] && learns(k)
	}
	words = words " --unfreeze=1:" list()
	for (k = 1; k <= tensors; k++) {
		more += frozen[k] && chosen[k] && learns(k)
		frozen[k] = frozen[k] && !chosen[k]
	}
	print words (first > 0 && more > 0 ? "" : " nothing")
	for (k = 1; k <= tensors; k++)
		print tensor[k], (frozen[k] ? "frozen" : "learns")
}
{
	n++
	name[n] = $2
	kind[n] = $3
	before[n] = owners
	has[n] = NF > 3
	owners += NF > 3
	if (NF > 3) head = n
	for (i = split($4, p, ","); i > 0; i--) {
		tensor[++tensors] = $2 "/" p[i]
		owner[tensors] = n
	}
}
END {
	for (i = 1; i <= n; i++)
		after[i] = owners - before[i] - has[i]
	state = seed
	for (i = 0; i < 9; i++)
		below(2)
	if (below(3) == 0) {
		thaw()
		exit
	}
	words = "--freeze=" list()
	for (k = 1; k <= tensors; k++)
		frozen[k] = chosen[k]
	if (below(2)) {
		words = words " --train=" list()
		for (k = 1; k <= tensors; k++)
			frozen[k] = frozen[k] && !chosen[k]
	}
	print words
	for (k = 1; k <= tensors; k++)
		print tensor[k], (frozen[k] ? "frozen" : "learns")
}
EOF

# layers MODEL: what draw.awk reads.
layers() {
	nn-finetune -n -m "$1" "$train" 2>err | awk '/^[0-9]/' >rows
	nn-finetune -v -m "$1" --steps=1 -o x.h5nn "$train" 2>err ||
	    fail "cannot train $1"
	awk 'NF == 4 && ($4 == "trained" || $4 == "statistics") { print $1 }' \
	    err >tensors
	awk 'FILENAME == "tensors" {
		layer = name = $1
		sub(/\/[^\/]*$/, "", layer)
		sub(/.*\//, "", name)
		all[layer] = all[layer] (layer in all && all[layer] != "" ? "," : "") name
		next
	} { print $1, $2, $3, all[$2] }' tensors rows
}

# check MODEL SEED
check() {
	awk -v seed="$2" -f draw.awk layers >drawn
	options=$(head -n 1 drawn)
	steps=--steps=2
	case $options in
	*' nothing')
		expect 2 nn-finetune -m "$1" ${options% nothing} "$train"
		return
		;;
	'-e 2 '*) steps=-q ;;
	esac
	sed 1d drawn | sort >fates
	awk '$2 == "learns" { print $1 }' fates >want
	if ! grep -qv '/moving_' want; then
		expect 2 nn-finetune -m "$1" $options $steps "$train"
		says 'nothing is left to train'
		return
	fi
	expect 0 nn-finetune -m "$1" $options ${steps%-q} -o out.h5nn "$train"
	n=$(grep -c ' frozen$' fates)
	[ "$n$steps" = 0-q ] || says "frozen tensors verified: $n/$n"
	nn-info --diff "$1" out.h5nn |
	    sed -n 's/^weights \(.*\): these numbers.*/\1/p' | sort >got
	cmp -s want got ||
	    fail "$1 $options: changed instead of stayed or the other way: $(
		diff want got | sed -n 's/^[<>]/&/p')"
}

set -f
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o mlp.h5nn flatten \
    dense:9:tanh dropout:0.2 dense:7:tanh dense:3:softmax
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o cnn.h5nn \
    conv:5:3x3,name=enc/c1 bn,name=enc/b1 tanh conv:4:3x3,name=enc/c2 bn \
    tanh flatten dense:3:softmax
nn-init -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 -o residual.h5nn \
    conv:4:3x3,pad=same,name=c1 bn,name=b1 tanh,name=t1 \
    conv:4:3x3,pad=same,name=c2 bn,name=b2 add,from=b2+t1,name=sum \
    conv:4:1x1,name=c3 global_avg_pool dense:6:tanh dense:3:softmax
for net in mlp cnn residual; do
	layers $net.h5nn >layers
	draw=1
	while [ $draw -le "$draws" ]; do
		check $net.h5nn $((draw * 7919 + ${#net}))
		draw=$((draw + 1))
	done
done
echo ok
