#!/bin/sh
# run.sh TARGET...: libFuzzer on each target for FUZZ_SECONDS; new finds go to out/fuzz, not to the repository.
set -u
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0"
status=0
for t in "$@"; do
	n=$(basename "$t")
	mkdir -p "out/fuzz/$n"
	echo "== $n"
	"$t" -max_total_time="${FUZZ_SECONDS:-20}" -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 \
		-artifact_prefix="out/fuzz/$n-" "out/fuzz/$n" "tests/fuzz/corpus/$n" >"out/fuzz/$n.log" 2>&1
	r=$?
	grep -E 'stat::number_of_executed_units|stat::peak_rss|SUMMARY|ERROR' "out/fuzz/$n.log"
	[ $r -eq 0 ] || { status=1; echo "FAIL $n (see out/fuzz/$n.log)"; }
done
exit $status
