#!/bin/bash
# nn-info --replay: what made a model makes it again, out of the same data: the
# same content_id, whatever the tools did; and no lineage runs anything else.
. "${srcdir:-.}/tests/tool-lib.sh"

content_of() { nn-info "$1" | sed -n 's/^content_id //p'; }

# again FILE NAME=VALUE...: its script, with that in the environment, makes it.
again() {
	file=$1
	shift
	expect 0 nn-info --replay "$file"
	mv out script
	env "$@" sh script >again.h5nn 2>err || fail "$file: $(cat script)"
	[ "$(content_of again.h5nn)" = "$(content_of "$file")" ] ||
	    fail "$file: another model: $(cat script)"
}

# Words with quotes, spaces, other letters and line ends.
odd="it's a \"class\" \$HOME \`id\`,zw"$'\303\266'"lf,a
b"
expect 0 nn-init -i 8x8x1 --labels="$odd" --pre=scale:1/255 --seed=7 \
    -o odd.h5nn flatten dense:12:relu,name=first dense:3:softmax
again odd.h5nn
holds script "'--labels=it'\\''s a \"class\" \$HOME \`id\`,zw"
printf -- '--input=8x8x1\n--labels=0,1,2\n--init=he\nflatten\ndense:3:softmax\n' \
    >a.spec
expect 0 nn-init -F a.spec -o spec.h5nn
again spec.h5nn
expect 0 nn-init --preset=resnet8 -i 8x8x1 --labels=0,1,2 --pre=scale:1/255 \
    -o raw.h5nn
again raw.h5nn

# Training: options, parts of the data, several operands, tables; the seed of
# the model is not that of the run.
mkdir -- '-a b'
"$data" png "./-a b/it's" 3 30 4
"$data" png more 3 24 5
"$data" png seen 3 12 6
printf 'a\t2\nc\t0.5\n' >'weights of "classes".tsv'
expect 0 nn-train -q -m odd.h5nn --seed=0 -e 2 -j 1 --val-split=0.2 -b 16 \
    --keep=best --augment=shift:0.2,noise:0.05 --lr-scale='first=0.5' \
    --schedule=cosine --mixup=0.2 -o t.h5nn "$train"
again t.h5nn DATA_1="$train"
holds script ' --seed=0 --threads=1 "${DATA_1:?}"'
# Other data make another model, and none make none.
DATA_1=$test sh script >again.h5nn 2>err || fail 'other data'
[ "$(content_of again.h5nn)" != "$(content_of t.h5nn)" ] || fail 'the same'
sh script >again.h5nn 2>err && fail 'data out of nowhere'
[ ! -s again.h5nn ] || fail 'a model without data'
expect 0 nn-init -i 8x8x1 --labels=a,b,c --pre=gray,scale:1/255 -o abc.h5nn \
    flatten dense:3:softmax
expect 0 nn-train -q -m abc.h5nn -e 1 --class-weight='weights of "classes".tsv' \
    --val=seen --keep=best --val=more "./-a b/it's,limit=20" more -o w.h5nn
again w.h5nn DATA_1=seen DATA_2=more DATA_3="./-a b/it's,limit=20" DATA_4=more
holds script "--class-weight=/dev/fd/3"

# A stopped run that went on; what was said of it meanwhile.
nn-train -q -m t.h5nn -e 3000 --max-time=0.05 -C ck.h5nn -o r.h5nn "$train" 2>err
[ $? = 7 ] || fail 'was not stopped'
expect 0 nn-info --replay ck.h5nn
holds out 'not finished'
expect 0 nn-edit -m ck.h5nn -o ck.h5nn --title=meanwhile
expect 0 nn-train -q -m t.h5nn -e 3000 --resume -C ck.h5nn -o r.h5nn "$train"
expect 0 nn-train -q -m t.h5nn -e 3000 -o whole.h5nn "$train"
[ "$(content_of r.h5nn)" = "$(content_of whole.h5nn)" ] || fail 'not resumed'
nn-info r.h5nn >out
holds out 'title: meanwhile'
again r.h5nn DATA_1="$train"

# With another number of threads it may be another: the script says so.
nn-train -q -m t.h5nn -e 3000 -j1 --max-time=0.05 -C ck2.h5nn -o r2.h5nn "$train" \
    2>err
expect 0 nn-train -m t.h5nn -e 3000 -j2 --resume -C ck2.h5nn -o r2.h5nn "$train"
expect 0 nn-info --replay r2.h5nn
holds out 'stopped and gone on with'

# With another plan there is no command for what was done: the script begins
# behind it, and has nothing to say when that was all.
nn-train -q -m t.h5nn -e 3000 --max-time=0.05 -C ck3.h5nn -o r3.h5nn "$train" 2>err
expect 0 nn-train -q -m t.h5nn --resume --replan -e 4000 --lr=0.01 -C ck3.h5nn \
    -o r3.h5nn "$train"
expect 1 nn-info --replay r3.h5nn
says 'went on with another plan'
expect 0 nn-train -q -m r3.h5nn -e 1 -o r4.h5nn "$train"
again r4.h5nn MODEL_1=r3.h5nn DATA_1="$train"
holds script "# from step 5 on"

# Fine-tuning: heads, phases, what learns in the order in which it was said.
"$data" idx four 4 60 3
four=four-images-idx3-ubyte
printf '3\tzw\303\266lf\n' >map.tsv
while read -r options; do
	# shellcheck disable=SC2086
	expect 0 nn-finetune -q -m t.h5nn $options -o f.h5nn "$four"
	again f.h5nn DATA_1="$train" DATA_2="$four" FILE_1=map.tsv
done <<'EOT'
--new-head=dense:5:relu,dense:4:softmax --freeze=backbone -e 1
--new-head -e 3 --gradual --val-split=0.2 --layer-decay=0.5
--new-head --unfreeze=0:head --unfreeze=1:all -e 2 --anchor=L2SP:0.1
--reuse-head=map.tsv -e 1 --pre=invert,scale:1/255
EOT
expect 0 nn-finetune -q -m init.h5nn --freeze=all --train=last:1 \
    --freeze=param:bias --train=first:1 -e 1 -o order.h5nn "$train"
again order.h5nn DATA_1="$train"
holds script ' --freeze=all --train=last:1 --freeze=param:bias --train=first:1'
expect 0 nn-finetune -q -m init.h5nn --extend-head -e 1 -o x.h5nn "$four"
again x.h5nn DATA_1="$four"
nn-info --provenance order.h5nn >out
holds out ' --freeze=all --train=last:1 --freeze=param:bias --train=first:1'

# A temperature, and editing, in one pipe with the rest.
expect 0 nn-eval -p --fit-temperature -m t.h5nn -o tempered.h5nn "$test"
echo "a note" >'a note'
expect 0 nn-edit -m tempered.h5nn -o e.h5nn --rename-label='a
b=a=b' --title='it'\''s "mine"; exit 1' --author="Ada L"$'\303\266'"we" \
    --author=B --description='$(false) `false`' --pre=invert,scale:1/255 \
    --ext=org.example/note='a note' --ext=org.example/more=a.spec
expect 0 nn-train -q -m e.h5nn -e 1 -o e2.h5nn "$train,labels=train-labels-idx1-ubyte"
again e2.h5nn DATA_1="$train" DATA_2="$test" DATA_3="$train" FILE_1='a note' \
    FILE_2=a.spec 2>err || fail 'editing'
nn-info again.h5nn >out
holds out "title: it's \"mine\"; exit 1"

# Several models in one.
expect 0 nn-train -q -m raw.h5nn -b 50 -e 1 -o base.h5nn "$train"
expect 0 nn-train -q -m raw.h5nn -b 50 -e 1 --seed=2 -o base2.h5nn "$train"
expect 0 nn-merge -q --average=1,2 base.h5nn base2.h5nn --augment=shift:0.2 \
    --recalibrate="$train" --recalibrate="$test" -o soup.h5nn
again soup.h5nn DATA_1="$train" MODEL_1=base2.h5nn DATA_2="$train" DATA_3="$test"
expect 0 nn-merge -q --ensemble base.h5nn base2.h5nn base.h5nn -o all.h5nn
again all.h5nn DATA_1="$train" MODEL_1=base2.h5nn MODEL_2=base.h5nn

# Adapters with their base, in every tool that takes one.
expect 0 nn-finetune -q -m base.h5nn --lora=all,rank=2 -b 50 -e 1 \
    --adapter-only -o delta.h5nn "$train"
again delta.h5nn DATA_1="$train"
expect 0 nn-merge -q --adapter=delta.h5nn base.h5nn -o merged.h5nn
again merged.h5nn DATA_1="$train" MODEL_1=base.h5nn
expect 0 nn-finetune -q -m base.h5nn --adapter=delta.h5nn -b 50 -e 1 \
    -o further.h5nn "$train"
again further.h5nn DATA_1="$train" MODEL_1=base.h5nn
expect 0 nn-eval -p -m base.h5nn --adapter=delta.h5nn -o both.h5nn "$test"
again both.h5nn DATA_1="$train" MODEL_1=base.h5nn DATA_2="$test"
expect 0 nn-edit -m delta.h5nn -o delta2.h5nn --license=MIT
expect 0 nn-merge -q --adapter=delta2.h5nn base.h5nn -o merged.h5nn
again merged.h5nn DATA_1="$train" MODEL_1=base.h5nn

# A model whose beginning is not written down begins with what it was made of.
expect 0 nn-train -q -m init.h5nn --no-provenance -e 1 -o n.h5nn "$train"
tale=$top/tests/tool-tale
echo '[]' >none
expect 0 "$tale" n.h5nn n0.h5nn lineage=none
expect 1 nn-info --replay n0.h5nn
says 'is not written in it'
expect 0 nn-train -q -m n0.h5nn -e 1 -o n1.h5nn "$train"
again n1.h5nn MODEL_1=n0.h5nn DATA_1="$train"
expect 2 nn-info --replay n1.h5nn t.h5nn
says 'a script makes one model'
expect 2 nn-info --replay --json t.h5nn

# What a stranger writes into a lineage is never run: no other tool, no option
# that names a file, no words that are options, no end of a quotation.  What
# breaks the schema is not even read.
id=0000000000000000000000000000000000000000000000000000000000000000
hostile=0
unread=0
while read -r record; do
	echo "[{$record,\"version\":\"1\"}]" >lineage
	expect 0 "$tale" init.h5nn bad.h5nn lineage=lineage
	nn-info --replay bad.h5nn >out 2>err
	case $? in
	1) says 'cannot be done again' ;;
	3) says '[format 1: 7.5]' && unread=$((unread + 1)) ;;
	*) fail "$record: is replayed" ;;
	esac
	[ ! -s out ] || fail "a script of $record"
	hostile=$((hostile + 1))
done <<EOT
"tool":"touch","options":{},"layers":["pwned"]
"tool":"nn-init;touch pwned","options":{}
"tool":"nn-init","options":{"output":"pwned"}
"tool":"nn-init","options":{"spec":"/etc/passwd"}
"tool":"nn-init","options":{},"layers":["-opwned"]
"tool":"nn-init","options":{"labels; touch pwned":"0"}
"tool":"nn-train","options":{"checkpoint":"pwned"},"data":"$id","parent":"$id"
"tool":"nn-train","options":{"log":"pwned"},"data":"$id","parent":"$id"
"tool":"nn-train","options":{"class-weight":"0\\t1\\nEND\\ntouch pwned\\n"},"data":"$id","parent":"$id"
"tool":"nn-train","options":{"class-weight":"/etc/passwd"},"data":"$id","parent":"$id"
"tool":"nn-train","options":{},"data":"\$(touch pwned)","parent":"$id"
"tool":"nn-train","options":{},"data":"$id","operands":1000000000,"parent":"$id"
"tool":"nn-train","options":{},"data":"$id","parent":"\`touch pwned\`"
"tool":"nn-train","options":{},"data":"$id"
"tool":"nn-train","options":{"epochs":"1"},"order":["freeze"],"data":"$id","parent":"$id"
"tool":"nn-finetune","options":{"reuse-head":"/etc/passwd"},"data":"$id","parent":"$id"
"tool":"nn-edit","options":{"ext":"org.example/a=/etc/passwd"},"parent":"$id"
"tool":"nn-merge","options":{"average":true},"members":["x"],"parent":"$id"
"tool":"nn-init","options":{},"base":"$id"
"tool":"nn-init","options":{},"parent":"$id"
"tool":"nn-train","options":{},"base":"$id","data":"$id"
"tool":"nn-train","options":{"epochs":null},"data":"$id","parent":"$id"
"tool":"nn-train","options":{"freeze":["all"]},"data":"$id","parent":"$id"
"tool":"nn-train","options":[],"data":"$id","parent":"$id"
"tool":7,"options":{}
EOT
[ $hostile = 25 ] && [ $unread = 6 ] || fail "$hostile tried, $unread unread"
echo "[{\"tool\":\"nn-init\",\"version\":\"1\\ntouch pwned\",\"options\":{
    \"labels\":\"0'; touch pwned; '\",\"input\":\"8x8x1\"},
    \"layers\":[\"flatten\",\"\$(touch pwned)\"]}]" >lineage
expect 0 "$tale" init.h5nn bad.h5nn lineage=lineage
expect 0 nn-info --replay bad.h5nn
mv out script
sh script >out 2>err && fail 'nonsense makes a model'
[ ! -e pwned ] || fail 'a lineage was run'

# A record of before 1.0 says less, and the script says so.
echo "[{\"tool\":\"nn-train\",\"version\":\"0.1.0\",\"options\":{},\"seed\":0,
    \"data\":\"$id\",\"parent\":\"$id\"}]" >lineage
expect 0 "$tale" init.h5nn bad.h5nn lineage=lineage
expect 0 nn-info --replay bad.h5nn
holds out '# 1: with 0.1.0, which did not write down threads and --val: may come'

# Options that are recorded are those that can be given again, and no others.
listed() {
	sed -n '/^#define TRAINING/,/^};/p' "$1" |
	    tr -d '\n\t\\' | sed 's/" *"//g; s/{ "/\n{ "/g'
}

# disagree REPLAY: the tools whose options are not those of that source.
disagree() {
	common=$(listed "$1" | sed -n 's/^#define TRAINING *"\([^"]*\)".*/\1/p')
	for tool in nn-init nn-train nn-finetune nn-eval nn-merge nn-edit; do
		files=$srcdir/tools/$tool.c
		case $tool in
		nn-train | nn-finetune)
			files="$files $srcdir/tools/train-options.def" ;;
		esac
		{
			# shellcheck disable=SC2086
			awk '/^#define PLAN/, /result = 1$/ { next }
			/[{] (CLI_|PLAN)/ { name = ""
				if (match($0, /"[a-z0-9-]+"/))
					name = substr($0, RSTART + 1,
					    RLENGTH - 2)
				if (/PLAN\(/)
					print name }
			/\.result = 1/ { print name }' $files
			case $tool in
			nn-train | nn-finetune) echo class-weight ;;
			nn-merge) echo recalibrate ;;
			nn-edit) echo ext ;;
			esac
		} | sort -u >want
		listed "$1" | tr -d '\n' | sed 's/{ "/\n{ "/g' |
		    sed -n "s/^{ \"$tool\", *\(TRAINING\)* *\"*\([^\"}]*\).*/\1 \2/p" |
		    sed "s/TRAINING/$common/" | tr -s ' ,' '\n\n' | grep . |
		    sort >got
		[ "$(wc -l <want)" -gt 4 ] || fail "$tool: no options found"
		cmp -s want got || echo "$tool: $(diff want got)"
	done
}
found=$(disagree "$srcdir/tools/replay-options.c")
[ -z "$found" ] || fail "$found"
sed 's/ clip / /; s/ title / /' "$srcdir/tools/replay-options.c" >less.c
[ "$(disagree less.c | grep -c '^nn-')" -ge 2 ] || fail 'a gap is not noticed'
echo ok
