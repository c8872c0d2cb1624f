#!/bin/sh
# run.sh SUITE...: runs suites of tests and counts. Each test program prints TAP-like lines ("ok NAME",
# "not ok NAME", "skip NAME: why") or is a cmocka program. The last line is "N passed, N failed[, N skipped]".
#
# Suites: unit, fuzz-replay, fault, system, interop. VARIANT names the build.
set -u
cd "$(dirname "$0")/.." || exit 2
: "${VARIANT:=release}"
R=out/build/$VARIANT
B=$PWD/$R
export VARIANT B NASKAH="$B/naskah"
export LSAN_OPTIONS="suppressions=$PWD/tests/lsan.supp:print_suppressions=0${LSAN_OPTIONS:+:$LSAN_OPTIONS}"
log=$B/test-logs
mkdir -p "$log"
passed=0 failed=0 skipped=0

# tally FILE STATUS NAME: counts a finished program's lines; one that died or said nothing is a failure.
tally() {
	p=$(grep -cE '^(ok |\[       OK \])' "$1")
	f=$(grep -cE '^(not ok |\[  FAILED  \] [a-z0-9_]+$)' "$1")
	s=$(grep -cE '^skip ' "$1")
	if [ "$2" -ne 0 ] && [ "$f" -eq 0 ]; then f=1; fi
	if [ "$2" -eq 0 ] && [ "$p" -eq 0 ] && [ "$s" -eq 0 ]; then f=1; echo "not ok $3: no test ran" >>"$1"; fi
	passed=$((passed + p)) failed=$((failed + f)) skipped=$((skipped + s))
	if [ "$f" -gt 0 ]; then
		echo "FAIL $3 (exit $2), log $1:"
		grep -vE '^(ok |\[ RUN|\[       OK)' "$1" | tail -n 40
	else
		echo "  ok $3 ($p)"
		grep -E '^skip ' "$1" | sed 's/^/     /'
	fi
}

# Tests of one suite run side by side, as many as there are cores (JOBS=1: one after the other): each has a folder of its own.
: "${JOBS:=$(nproc 2>/dev/null || echo 1)}"
plan=$log/plan
plan() { printf '%s\n' "$*" >>"$plan"; } # NAME COMMAND...: words without blanks
work() { # NAME COMMAND...: what hangs is a failure, not a night
	n=$1
	shift
	timeout -k 10 "${TEST_TIMEOUT:-1200}" "$@" >"$log/$n.log" 2>&1 </dev/null
	echo $? >"$log/$n.status"
}
if [ "$1" = --work ]; then # one line of a plan, for xargs
	# shellcheck disable=SC2086
	work $2
	exit
fi
go() {
	xargs -P "$JOBS" -d '\n' -n 1 sh tests/run.sh --work <"$plan"
	while read -r n rest; do tally "$log/$n.log" "$(cat "$log/$n.status")" "$n"; done <"$plan"
	: >"$plan"
}

: >"$plan"
for suite in "$@"; do
	echo "== $suite"
	case $suite in
	unit)
		for t in tests/unit/test_*.c; do
			n=$(basename "$t" .c)
			plan "$n" "$R/unit/$n"
		done ;;
	fuzz-replay)
		for t in tests/fuzz/fuzz_*.c; do
			[ -e "$t" ] || continue
			n=$(basename "$t" .c)
			plan "$n" "$R/fuzz/$n" tests/fuzz/corpus/"$n"
		done ;;
	fault)
		# Under AddressSanitizer a run takes far longer, and the library is loaded before the sanitizer's.
		if [ "$VARIANT" = asan ]; then
			plan fault-sweep env ASAN_OPTIONS=verify_asan_link_order=0 FAULT_STEP=9 "$R/fault/sweep" "$R/naskah" "$R/fault/preload.so"
		else
			plan fault-sweep "$R/fault/sweep" "$R/naskah" "$R/fault/preload.so"
		fi ;;
	system | interop)
		for t in tests/$suite/test_*.sh; do
			[ -e "$t" ] || continue
			plan "$suite-$(basename "$t" .sh)" sh "$t"
		done ;;
	*) echo "unknown suite $suite" >&2; exit 2 ;;
	esac
	go
done
echo
if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
