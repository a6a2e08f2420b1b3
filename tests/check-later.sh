#!/bin/sh
# Every option that the suite has been designed with either works, and then
# --help shows it, or is refused by its name as one of a later version; so that
# nobody takes a promise for a typing mistake.
. "${srcdir:-.}/tests/tool-lib.sh"

refused=0

# known TOOL OPTION...: each is in --help or is refused by name.
known() {
	tool=$1
	shift
	$tool --help >help
	for option in "$@"; do
		grep -Eq "^ .* --$option( |=|,|\\[|\$)" help && continue
		expect 2 $tool "--$option" "$train"
		says "$tool: --$option: is not in this version; "
		[ ! -s out ] || fail "$tool --$option printed something"
		expect 2 $tool "--$option=1" "$train"
		says "$tool: --$option: is not in this version; "
		refused=$((refused + 1))
	done
}

# words TOOL OPTION WORD...: values of a later version.
words() {
	tool=$1 option=$2
	shift 2
	for word in "$@"; do
		expect 2 $tool -m init.h5nn "$option=$word" "$train"
		says 'is not in this version'
		says "${word%%[:,]*}"
		refused=$((refused + 1))
	done
}

streams='model output force dry-run quiet verbose progress log threads help
    version'
training='epochs until-epoch steps max-time resume replan batch accumulate order
    sampler optimizer lr lr-scale layer-decay schedule warmup min-lr lr-find
    loss label-smoothing class-weight l1 l2 weight-decay decay-all dropout mixup
    cutmix clip ema augment val val-split fold monitor patience keep checkpoint
    checkpoint-every keep-checkpoints strip skip-bad strict-labels seed
    no-provenance spool'

known nn-init input labels labels-from classes task spec preset list-presets \
    pre pre-from init tokenizer seed dtype output force dry-run quiet verbose \
    no-provenance help version
known nn-train $streams $training
known nn-finetune $streams $training freeze train freeze-through new-head \
    extend-head reuse-head unfreeze gradual recipe bn lora adapter-only \
    adapter merge cache-features keep-mask distill anchor input-channels \
    input-size
known nn-eval $streams format confusion per-class top roc calibration errors \
    compare assert ci pass-through report-dir adapter no-provenance spool
known nn-predict $streams format top wide all threshold logits truth no-header \
    files-from null embed reconstruct sample grid generate prompt temperature \
    top-p explain explain-dir tta keep-rows adapter seed spool
known nn-info check diff spec json provenance replay output quiet verbose help \
    version
known nn-edit model output labels labels-from rename-label pre title description \
    author license citation url keyword ext drop-ext unset dry-run force \
    no-provenance quiet verbose help version

known nn-convert from to labels pre output force dry-run quiet verbose \
    no-provenance help version

words nn-train --optimizer lion lion,beta1=0.9
words nn-train --schedule plateau plateau:3
words nn-train --loss focal focal:2
words nn-predict --format h5 png
[ $refused -gt 0 ] || fail 'nothing is refused: this test is of no use any more'
echo "$refused refused by name"
