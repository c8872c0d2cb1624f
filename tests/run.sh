#!/bin/sh
# run.sh SUITE...: runs suites of tests and counts. Each test program prints TAP-like lines ("ok NAME",
# "not ok NAME", "skip NAME: why") or is a cmocka program. The last line is "N passed, N failed[, N skipped]".
#
# Suites: unit, fuzz-replay, fault, system, interop. VARIANT names the build.
set -u
cd "$(dirname "$0")/.." || exit 2
: "${VARIANT:=release}"
B=$PWD/out/build/$VARIANT
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

one() { # NAME COMMAND...
	name=$1
	shift
	# What hangs is a failure, not a night.
	timeout -k 10 "${TEST_TIMEOUT:-1200}" "$@" >"$log/$name.log" 2>&1 </dev/null
	tally "$log/$name.log" $? "$name"
}

for suite in "$@"; do
	echo "== $suite"
	case $suite in
	unit)
		for t in tests/unit/test_*.c; do
			n=$(basename "$t" .c)
			one "$n" "$B/unit/$n"
		done ;;
	fuzz-replay)
		for t in tests/fuzz/fuzz_*.c; do
			[ -e "$t" ] || continue
			n=$(basename "$t" .c)
			one "$n" "$B/fuzz/$n" tests/fuzz/corpus/"$n"
		done ;;
	fault)
		# Under AddressSanitizer a run takes far longer, and the library is loaded before the sanitizer's.
		if [ "$VARIANT" = asan ]; then
			ASAN_OPTIONS=verify_asan_link_order=0 FAULT_STEP=9 one fault-sweep "$B/fault/sweep" "$NASKAH" "$B/fault/preload.so"
		else
			one fault-sweep "$B/fault/sweep" "$NASKAH" "$B/fault/preload.so"
		fi ;;
	system | interop)
		for t in tests/$suite/test_*.sh; do
			[ -e "$t" ] || continue
			one "$suite-$(basename "$t" .sh)" sh "$t"
		done ;;
	*) echo "unknown suite $suite" >&2; exit 2 ;;
	esac
done
echo
if [ $skipped -gt 0 ]; then
	echo "$passed passed, $failed failed, $skipped skipped"
else
	echo "$passed passed, $failed failed"
fi
[ $failed -eq 0 ]
