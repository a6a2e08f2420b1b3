#!/bin/sh
# Stops of training runs: check-stops.sh at full length, five thousand of them;
# NN_TORTURE is a fraction of that.
[ -x ./nn-finetune ] || {
	echo 'skipped: nn-finetune is not built'
	exit 77
}
stops=$(awk -v n="${NN_TORTURE:-0.1}" 'BEGIN { printf "%d", n * 715 + 0.5 }')
NN_STOPS=$((stops > 8 ? stops : 8)) exec sh "${srcdir:-.}/tests/check-stops.sh"
