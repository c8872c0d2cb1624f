#!/bin/sh
# bench.sh: JSON lines with the cost per item; the first and last line are the yardstick of the same minute.
# N (default 1000) items per work; RUNS (default "100 1000 10000") sizes of the whole run.
set -eu
cd "$(dirname "$0")/../.."
: "${VARIANT:=release}" "${N:=1000}" "${RUNS:=100 1000 10000}"
B=out/build/$VARIANT
T=$(mktemp -d "${TMPDIR:-/tmp}/naskah-bench-XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM
sh tests/bench/cases.sh "$N" "$T/cases"
bench() { BENCH_OUT=$T/out "$B/bench/bench" "$1" "$2" fixtures/demo.ini "${3:-$T/cases}" "$B/naskah"; }
bench rsa "$N"
bench check "$N"
bench render "$N"
bench sign "$N"
bench verify "$N"
for n in $RUNS; do
	rm -rf "$T/out" "$T/batch"
	sh tests/bench/cases.sh "$n" "$T/batch"
	bench run "$n" "$T/batch"
done
bench rsa "$N"
