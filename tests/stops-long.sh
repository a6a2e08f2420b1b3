#!/bin/sh
# Twelve hundred stops of training runs: check-stops.sh at full length.
[ -x ./nn-finetune ] || {
	echo 'skipped: nn-finetune is not built'
	exit 77
}
NN_STOPS=200 exec sh "${srcdir:-.}/tests/check-stops.sh"
