#!/bin/bash
# Completions: those of bash by asking them, those of other shells as far as
# these are installed; all of them know the options that --help lists.
. "${srcdir:-.}/tests/tool-lib.sh"

tools='nn-convert nn-edit nn-eval nn-finetune nn-info nn-init nn-merge
    nn-predict nn-train'
mkdir files && : >files/model.h5nn && : >files/other.h5nn && mkdir files/dir
for tool in $tools; do
	for shell in bash zsh fish; do
		expect 0 "$tool" --complete=$shell
		mv out "$tool.$shell"
	done
	# shellcheck source=/dev/null
	. "./$tool.bash"
	"$tool" --help | sed -n 's/^  \(    \|-., \)\(--[a-z0-9-]*\).*/\2/p' |
	    sort >want
	[ -s want ] || fail "$tool --help lists nothing"
	words=
	"_${tool//-/_}" --options
	# shellcheck disable=SC2086
	printf '%s\n' $words | sed 's/=$//' | sort >got
	same want got
	grep -o -e '--[a-z0-9-]*' "$tool.zsh" | sort -u | while read -r name; do
		! grep -qx -e "$name" want || echo "$name"
	done >got
	same want got
	sed -n 's/.* -l \([a-z0-9-]*\) -.*/--\1/p' "$tool.fish" | sort >got
	same want got
done

words_of() { printf '%s\n' "$@" | sort | paste -sd ' ' -; }

# offers LINE WORDS: with the cursor at the end of LINE these are offered.
offers() {
	COMP_LINE=$1 COMP_POINT=${#1}
	COMPREPLY=()
	_nn_complete "${1%% *}"
	# shellcheck disable=SC2086
	[ "$(words_of "${COMPREPLY[@]}")" = "$(words_of $2)" ] ||
	    fail "'$1' offers '${COMPREPLY[*]}', not '$2'"
}
offers 'nn-train --opt' '--optimizer='
offers 'nn-train --lr' '--lr= --lr-scale= --lr-find'
offers 'nn-train --optimizer=ada' 'adam adamw'
offers 'nn-train --order s' 'shuffle sequential'
offers 'nn-train -m x --keep=' 'best last ema'
offers 'nn-train --augment=hflip,ro' 'hflip,rotate'
offers 'nn-train --clip=norm:1,v' '1,value:'
offers 'nn-train --clip=v' 'value:'
offers 'nn-train --seed r' 'random'
offers 'nn-train --epochs ' ''
offers 'nn-train -m files/m' 'files/model.h5nn'
offers 'nn-train --model=files/' 'files/model.h5nn files/other.h5nn files/dir'
offers 'nn-train --val=idx:files/m' 'files/model.h5nn'
offers 'nn-train --strip files/o' 'files/other.h5nn'
offers 'nn-train --skip-bad files/o' 'files/other.h5nn'
offers './nn-eval --conf' '--confusion'
offers 'nn-eval --confusion=r' 'row'
offers 'nn-eval -O t' 'tsv'
offers 'nn-init --preset=mlp' 'mlp-mnist'
offers 'nn-init flatten de' 'dense depthwise_conv2d'
offers 'nn-init --layers=cosi' 'cosine'
offers 'nn-finetune --freeze=first:2,ba' '2,backbone'
offers 'nn-finetune --no-such=' ''
[ "$(COMPREPLY=() COMP_LINE='nn-info files/d' COMP_POINT=15
    _nn_complete nn-info; echo "${COMPREPLY[*]}")" = files/dir ] ||
    fail 'nn-info: no files'

# In the middle of a line only what stands before the cursor counts.
COMP_LINE='nn-train --ord --resume' COMP_POINT=14 COMPREPLY=()
_nn_complete nn-train
[ "${COMPREPLY[*]}" = '--order=' ] || fail "offered ${COMPREPLY[*]}"

# bash itself, as far as it can be asked without a terminal.
complete -p nn-train >out || fail 'not registered'
for tool in $tools; do
	bash -n "$tool.bash" || fail "$tool.bash"
	! command -v zsh >/dev/null || zsh -n "$tool.zsh" || fail "$tool.zsh"
	! command -v fish >/dev/null || fish -n "$tool.fish" ||
	    fail "$tool.fish"
done
if command -v fish >/dev/null; then
	HOME=$work fish -c 'source nn-train.fish
	    complete -C "nn-train --optimizer=ada"
	    complete -C "nn-train --ord"' >out 2>err || fail 'fish'
	grep -q 'adamw' out && grep -q -e '--order' out ||
	    fail "fish offers $(cat out)"
fi

# The build makes the files, unless it cannot run the tools.
if [ -d "$top/completions" ]; then
	for tool in $tools; do
		same "$tool.bash" "$top/completions/bash/$tool"
		same "$tool.zsh" "$top/completions/zsh/_$tool"
		same "$tool.fish" "$top/completions/fish/$tool.fish"
	done
fi
expect 2 nn-train --complete=ksh
says 'bash, zsh or fish'
echo ok
