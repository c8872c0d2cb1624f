#!/bin/sh
# bench.sh: JSON lines with the cost per item; the first and last line are the yardstick of the same minute.
# N (default 1000) items per work; RUNS (default "100 1000 10000") sizes of the whole run; PEER_N see peers.sh.
set -eu
cd "$(dirname "$0")/../.."
: "${VARIANT:=release}" "${N:=1000}" "${RUNS:=100 1000 10000}"
B=out/build/$VARIANT
T=$(mktemp -d "${TMPDIR:-/tmp}/naskah-bench-XXXXXX")
trap 'rm -rf "$T"' EXIT
trap 'exit 1' INT TERM
sh tests/bench/cases.sh "$N" "$T/cases"
bench() {
	work=$1 n=$2 cases=$3
	shift 3
	BENCH_OUT=$T/out "$B/bench/bench" "$work" "$n" fixtures/demo.ini "$cases" "$@"
}
bench rsa "$N" "$T/cases"
bench start 20 "$T/cases"
for work in check render cores sign verify; do
	bench $work "$N" "$T/cases"
done
# Out of a case with all its stages.
BENCH_KIND=surat-permohonan bench render-permohonan "$N" fixtures/cases/kmh-2026-001.xml
sh tests/bench/cases_long.sh 240 "$T/long.xml"
BENCH_KIND=berita-acara-uji-1 bench render-berita-acara 100 "$T/long.xml"
for n in $RUNS; do
	rm -rf "$T/out" "$T/batch"
	sh tests/bench/cases.sh "$n" "$T/batch"
	bench run "$n" "$T/batch" "$B/naskah" run --config fixtures/demo.ini --out "$T/out" "$T/batch" 2>"$T/progress" || {
		tail -n 5 "$T/progress" >&2
		exit 1
	}
done
bench rsa "$N" "$T/cases"
N=$N VARIANT=$VARIANT sh tests/bench/local.sh
VARIANT=$VARIANT sh tests/bench/flight.sh
DISK=memory FLIGHTS="50:4 50:8 50:16" VARIANT=$VARIANT sh tests/bench/flight.sh
VARIANT=$VARIANT sh tests/bench/large.sh
VARIANT=$VARIANT sh tests/bench/peers.sh
