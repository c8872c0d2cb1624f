#!/bin/sh
# The program among other programs: signals, closed streams, a second naskah, languages, JSON, signers who may not sign.
. "$(dirname "$0")/../lib.sh"
case=fixtures/cases/und-2026-001.xml
sed "s|^people = .*|people = $PWD/fixtures/sandbox-people.ini\nstate = $T/sandbox|; s|^out = .*|out = unused|" fixtures/demo.ini >"$T/demo.ini"
sed "s|^\[sandbox\]|[sandbox]\nlatency_ms = 150|" "$T/demo.ini" >"$T/slow.ini"
run() { config=$1 out=$2; shift 2; "$NASKAH" run --config "$T/$config.ini" --out "$T/$out" "$@"; }
rows() { sqlite3 "$T/$1/ledger.db" "$2"; }
sh tests/bench/cases.sh 12 "$T/twelve"

# Standard streams that are closed: no message ends up in a letter, and the loss is told.
exits "standard output closed" 3 sh -c "'$NASKAH' run --config '$T/demo.ini' --out '$T/closed' $case >&-"
check "the letter is whole all the same" "$NASKAH" verify --out "$T/closed" --config "$T/demo.ini" "$T"/closed/letters/*/*.pdf
exits "all streams closed" 3 sh -c "'$NASKAH' run --config '$T/demo.ini' --out '$T/closed2' $case >&- 2>&- <&-"
check "the letter is whole there, too" "$NASKAH" verify --out "$T/closed2" --config "$T/demo.ini" "$T"/closed2/letters/*/*.pdf
check "and the log" "$NASKAH" audit verify --out "$T/closed2"
exits "a full device under standard output" 3 sh -c "'$NASKAH' run --config '$T/demo.ini' --out '$T/closed' $case >/dev/full"
exits "help into a full device" 3 sh -c "'$NASKAH' help >/dev/full"
exits "a verdict that cannot be told keeps its exit code" 1 sh -c "'$NASKAH' verify README.md >/dev/full"

# A signal: what is under way ends, the next run does the rest.
for signal in INT TERM; do
	out=signal-$signal
	# exec: a background command of sh ignores SIGINT unless it asks for it.
	env --default-signal=INT "$NASKAH" run --jobs 2 --config "$T/slow.ini" --out "$T/$out" "$T/twelve" >"$T/said" 2>&1 &
	pid=$!
	for i in $(seq 100); do
		[ "$(sqlite3 -readonly "$T/$out/ledger.db" "select count(*) from letters where state='published'" 2>/dev/null || echo 0)" -ge 2 ] && break
		sleep 0.05
	done
	kill -$signal $pid
	wait $pid
	code=$?
	check "SIG$signal: exit 3" test $code -eq 3
	check "SIG$signal: it says so" grep -q "The run was stopped" "$T/said"
	check "SIG$signal: some letters are out, not all" sh -c "n=\$(find '$T/$out/letters' -name '*.pdf' | wc -l); test \$n -ge 2 -a \$n -lt 12"
	check "SIG$signal: nothing is unknown or half done" test "$(rows $out "select count(*) from letters where state <> 'published'")" -eq 0
	check "SIG$signal: nothing is left in staging" test -z "$(ls -A "$T/$out/staging")"
	check "SIG$signal: every letter has its receipt" test "$(rows $out "select count(*) from letters where receipt = 0 or placed = 0")" -eq 0
	exits "SIG$signal: the next run does the rest" 0 run demo "$out" "$T/twelve"
	check "SIG$signal: twelve letters, twelve calls" test "$(rows $out "select count(*) from attempts")" -eq 12
done

# Two at once, where nothing is yet: one works, the other is told to wait.
run slow both "$T/twelve" >"$T/one" 2>&1 &
one=$!
run slow both "$T/twelve" >"$T/two" 2>&1 &
two=$!
wait $one; first=$?
wait $two; second=$?
check "two at once: one ends well, the other with 2" test "$first $second" = "0 2" -o "$first $second" = "2 0"
check "two at once: the other says why" grep -q "is being written by" "$T/one" "$T/two"
check "two at once: each letter once" test "$(rows both "select count(*) from attempts")" -eq 12
check "two at once: the log verifies" "$NASKAH" audit verify --out "$T/both"

# A file system that cannot be written.
if mkdir "$T/ro" && mount -t tmpfs -o size=8m tmpfs "$T/ro" 2>/dev/null; then
	trap 'umount "$T/ro" 2>/dev/null; rm -rf "$T"' EXIT
	run demo ro/out "$case" >/dev/null 2>&1
	mount -o remount,ro "$T/ro"
	exits "a read-only OUT" 3 run demo ro/out "$case"
	check "it names the file" grep -q "ro/out/" "$T/.out"
	check "its letters verify" "$NASKAH" verify --config "$T/demo.ini" --out "$T/ro/out" "$T"/ro/out/letters/*/*.pdf
	check "its log verifies" "$NASKAH" audit verify --out "$T/ro/out"
	umount "$T/ro"
else
	skip "a read-only OUT" "a file system cannot be mounted here"
fi

# A certificate that is not active: nothing is sent.
for status in EXPIRED REVOKE SUSPEND NO_CERTIFICATE; do
	awk -v s=$status '/^nik = 5108066412680008/ { mine = 1 } /^status/ && mine { $0 = "status = " s; mine = 0 } { print }' \
		fixtures/sandbox-people.ini >"$T/people.ini"
	sed "s|^people = .*|people = $T/people.ini|" "$T/demo.ini" >"$T/expired.ini"
	exits "certificate $status: exit 4" 4 run expired "out-$status" "$case"
	check "certificate $status: it is named" grep -q "status is $status" "$T/.out"
	check "certificate $status: no call" test "$(rows "out-$status" "select count(*) from attempts")" -eq 0
done

# Nothing to do needs neither service nor passphrase, and a machine can read that.
printf 'x\n' >"$T/pw"
chmod 600 "$T/pw"
sed "s|^\[signing\]|[signing]\nurl = http://127.0.0.1:9\nusername = x\npassword_file = $T/pw|; s|^\[verification\]|[verification]\nroots = $T/nowhere.pem|" "$T/demo.ini" >"$T/gone.ini"
exits "nothing to do without a service" 0 run gone closed "$case"
exits "--json" 0 sh -c "'$NASKAH' run --json --config '$T/demo.ini' --out '$T/closed' $case 2>/dev/null >'$T/json'"
check "is the report" cmp "$T/json" "$T/closed/report/report.json"
# SQLite is here anyway, and reads JSON strictly.
check "and is JSON" test "$(sqlite3 :memory: "select json_valid(readfile('$T/json'))")" -eq 1
for c in render sign serve sandbox; do
	exits "$c knows no --json" 2 "$NASKAH" $c --json
done
exits "a file that cannot be looked at" 3 sh -c "'$NASKAH' verify --json '$T/nowhere.pdf' >'$T/json' 2>/dev/null"
check "has a line of its own" grep -q '"error":' "$T/json"

# Options.
exits "--now before the clocks" 2 run demo x --now 1970-01-01T00:00:00Z "$case"
exits "--now in words" 2 run demo x --now yesterday "$case"
exits "an empty --out" 2 "$NASKAH" run --out "" "$case"
exits "an unknown letter" 2 "$NASKAH" run -qv "$case"
check "is named" grep -q "'-q'" "$T/.out"
exits "a reason without words" 2 run demo x --sign-again " " "$case"

# Indonesian unless asked otherwise, whatever the locale says.
for lc in C POSIX C.UTF-8 id_ID.UTF-8 nonsense; do
	check "Indonesian under $lc" sh -c "env -u LANGUAGE LC_ALL=$lc '$NASKAH' check $case 2>/dev/null | grep -q kasus"
	check "English when asked under $lc" sh -c "LANGUAGE=en LC_ALL=$lc '$NASKAH' check $case 2>/dev/null | grep -q cases"
done
finish
