#!/bin/sh
# kill -9 at random moments of a batch, run again each time: every case accounted for, no letter twice, the log whole.
# KILLS and CASES set the size.
. "$(dirname "$0")/../lib.sh"
: "${KILLS:=50}" "${CASES:=200}"
out=$T/out
sh tests/bench/cases.sh "$CASES" "$T/cases"
sed "s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|" fixtures/demo.ini >"$T/fast.ini"
sed "s|^\[sandbox\]|[sandbox]\nlatency_ms = 60|" "$T/fast.ini" >"$T/slow.ini"
run() { "$NASKAH" run --config "$T/fast.ini" --out "$out" "$@" "$T/cases"; }

# Two kinds of burst in turn: a slow service, so that most kills hit a request under way, and a fast one, so that
# many hit what comes before and after.
killed=0 half=0 seed=12345
for i in $(seq "$KILLS"); do
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	if [ $((i % 2)) -eq 0 ]; then
		config=slow ms=$((seed / 65536 % 400 + 60))
	else
		config=fast ms=$((seed / 65536 % 120 + 60))
	fi
	"$NASKAH" run --config "$T/$config.ini" --out "$out" --jobs 4 "$T/cases" >/dev/null 2>&1 &
	pid=$!
	sleep "$(awk "BEGIN { print $ms / 1000 }")"
	if kill -9 $pid 2>/dev/null; then killed=$((killed + 1)); fi
	wait $pid 2>/dev/null
	# What stands under letters/ is whole at any moment.
	for f in $(find "$out/letters" -name '*.pdf' -newer "$T/cases" 2>/dev/null | tail -n 3); do
		"$NASKAH" verify --out "$out" "$f" >/dev/null 2>&1 || half=$((half + 1))
	done
done
check "runs were killed ($killed of $KILLS)" test "$killed" -ge $((KILLS / 4))
check "no half letter at any moment" test "$half" -eq 0
run --json >"$T/json" 2>/dev/null
check "every case has exactly one outcome" test "$(grep -c '"outcome":' "$T/json")" -eq "$CASES"
check "published or unknown, nothing else" sh -c "! grep '\"outcome\":' '$T/json' | grep -vE '\"(published|unknown)\"'"
unknown=$(grep -c '"outcome":"unknown"' "$T/json")
echo "# $unknown of unknown outcome after $killed kills"
check "at most the requests under way are unknown" test "$unknown" -le $((killed * 8))
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
