#!/bin/bash
# fuzz.sh SECONDS [TARGET]...: each fuzz target for so long, or until it fails,
# from its corpus and from what earlier calls found; then a table of what was
# done.  Run in a folder built with --enable-fuzzing by make fuzz-targets.
#
# The table has a line for each target: executions, executions a second, edges
# of the program that were taken (all of the target's run), inputs kept.
set -u
top=$(cd "$(dirname "$0")/.." && pwd)
seconds=${1:?usage: fuzz.sh SECONDS [TARGET]...}
shift
if [ $# = 0 ]; then
	for t in tests/fuzz-*; do
		[ -f "$t" ] && [ -x "$t" ] && set -- "$@" "${t#tests/fuzz-}"
	done
fi
mkdir -p fuzz-found fuzz-log
export ASAN_OPTIONS=${ASAN_OPTIONS:-allocator_may_return_null=1}

# number NAME LOG: of libFuzzer's own account at the end
number() {
	sed -n "s/^stat::$1: *//p" "$2" | tail -n 1
}

failed=0
total=0
printf 'target\texecutions\ta second\tedges\tinputs\n'
for name in "$@"; do
	log=fuzz-log/$name
	mkdir -p "fuzz-found/$name"
	"tests/fuzz-$name" -max_total_time="$seconds" -seed="${SEED:-1}" \
	    -print_final_stats=1 -rss_limit_mb=4096 -timeout=20 \
	    -artifact_prefix="fuzz-log/$name-" "fuzz-found/$name" \
	    "$top/tests/corpus/$name" >"$log" 2>&1 || {
		echo "fuzz.sh: $name failed: $log" >&2
		failed=1
	}
	n=$(number number_of_executed_units "$log")
	edges=$(sed -n 's/.* cov: \([0-9]*\) .*/\1/p' "$log" | tail -n 1)
	printf '%s\t%s\t%s\t%s\t%s\n' "$name" "${n:-0}" \
	    "$(number average_exec_per_sec "$log")" "$edges" \
	    "$(find "fuzz-found/$name" -type f | wc -l)"
	total=$((total + ${n:-0}))
done
printf 'all\t%s\n' "$total"
exit $failed
