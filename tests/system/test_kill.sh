#!/bin/sh
# kill -9 at random moments of a batch, run again each time: every case accounted for, no letter twice, the log whole.
# KILLS and CASES set the size.
. "$(dirname "$0")/../lib.sh"
: "${KILLS:=50}" "${CASES:=200}"
out=$T/out
sh tests/bench/cases.sh "$CASES" "$T/cases"
run() { "$NASKAH" run --config fixtures/demo.ini --out "$out" "$@" "$T/cases"; }
# One whole run elsewhere tells how long a batch takes, so that kills are spread over it.
start=$(date +%s%N)
"$NASKAH" run --config fixtures/demo.ini --out "$T/whole" "$T/cases" >/dev/null 2>&1
whole_ms=$((($(date +%s%N) - start) / 1000000))
rm -rf "$T/whole"

killed=0 bad_log=0 half=0 seed=12345
for i in $(seq "$KILLS"); do
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	ms=$((seed % (whole_ms * 9 / 10) + 5))
	# Short bursts, so that the batch is not over after a few of them.
	ms=$((ms / 4 + 20))
	run >/dev/null 2>&1 &
	pid=$!
	sleep "$(awk "BEGIN { print $ms / 1000 }")"
	if kill -9 $pid 2>/dev/null; then killed=$((killed + 1)); fi
	wait $pid 2>/dev/null
	# What stands under letters/ is whole at any moment.
	for f in $(find "$out/letters" -name '*.pdf' -newer "$T/cases" 2>/dev/null | tail -n 3); do
		"$NASKAH" verify --out "$out" "$f" >/dev/null 2>&1 || half=$((half + 1))
	done
done
check "runs were killed ($killed of $KILLS)" test "$killed" -ge $((KILLS / 5))
check "no half letter at any moment" test "$half" -eq 0
run --json >"$T/json" 2>/dev/null
check "every case has exactly one outcome" test "$(grep -c '"outcome":' "$T/json")" -eq "$CASES"
check "published or unknown, nothing else" sh -c "! grep '\"outcome\":' '$T/json' | grep -vE '\"(published|unknown)\"'"
unknown=$(grep -c '"outcome":"unknown"' "$T/json")
echo "# $unknown of unknown outcome after $killed kills"
check "at most the requests under way are unknown" test "$unknown" -le $((killed * 4))
check "the log verifies" "$NASKAH" audit verify --out "$out"
if [ "$unknown" -gt 0 ]; then
	exits "a person decides" 0 run --sign-again "diperiksa setelah server mati"
fi
check "every case has its letter" test "$(find "$out/letters" -name '*.pdf' | wc -l)" -eq "$CASES"
check "no letter twice" test "$(sqlite3 "$out/ledger.db" "select count(*) from (select case_id, kind from letters where state='published' group by 1, 2 having count(*) <> 1)")" -eq 0
check "nothing left in staging" test -z "$(ls -A "$out/staging")"
check "all verify" "$NASKAH" verify --out "$out" "$out"/letters/*/*.pdf
check "the log verifies at the end" "$NASKAH" audit verify --out "$out"
finish
