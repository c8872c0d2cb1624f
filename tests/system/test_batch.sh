#!/bin/sh
# A bad day for a whole batch: a service that goes wrong in six of a hundred calls, each time in another way, and kill -9
# at random moments. Every case accounted for, nothing signed twice or published that is not good, no keeper left
# behind; then a person decides, and all is published. CASES and KILLS set the size (`make batch`: 10,000 and 20).
. "$(dirname "$0")/../lib.sh"
: "${CASES:=600}" "${KILLS:=4}" "${SEED:=20260316}"
command -v curl >/dev/null || { skip "a batch with faults" "no curl"; finish; }
out=$T/out state=$T/state in_flight=16
# A copy of the program: what runs from it is of this test.
mkdir -p "$T/bin" "$T/share/naskah"
cp "$NASKAH" "$T/bin/naskah"
cp -r templates schemas "$T/share/naskah/"
own=$T/bin/naskah
sh tests/bench/cases.sh "$CASES" "$T/cases"

# Three signers, a third of the cases each.
for k in 2 3; do
	find "$T/cases" -name '*.xml' | sort | awk -v k=$k 'NR % 3 == k % 3' | xargs sed -i "s/5108066412680008/510806641268000$k/"
done
for k in 8 2 3; do
	printf '[signer-%s]\nnik = 510806641268000%s\nnama = Rektora Contoh Dewi\nemail = s%s@uji.example\nstatus = ISSUE\n' $k $k $k >>"$T/people.ini"
done
"$own" sandbox --state "$state" --people "$T/people.ini" --latency 80 --fault mix%6 >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in $(seq 50); do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.2; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
check "the sandbox runs" test -n "$url" || finish
printf 'user = "%s:%s"\n' "$(cat "$state/username")" "$(cat "$state/password")" >"$T/curlrc"
cat >"$T/batch.ini" <<INI
[verification]
url = http://127.0.0.1:8480
roots = $state/root.pem
[audit]
origin = naskah.contoh.example/batch
[signing]
url = $url
username = $(cat "$state/username")
password_file = $state/password
approve = no
in_flight = $in_flight
in_flight_per_signer = 8
INI
for k in 8 2 3; do
	printf '[signer s%s]\nnik = 510806641268000%s\npassphrase_file = %s/passphrase/signer-%s\n' $k $k "$state" $k >>"$T/batch.ini"
done
run() { exec "$own" run --config "$T/batch.ini" --out "$out" --json "$T/cases" 2>>"$T/log"; }
ledger() { sqlite3 -cmd '.timeout 5000' "$out/ledger.db" "$1" 2>/dev/null; }
attempts() { n=$(ledger 'select count(*) from attempts'); echo "${n:-0}"; }
# What the service was asked, as a table.
calls() {
	curl -sS -f -K "$T/curlrc" -o "$T/calls" "$url/sandbox/calls"
	rm -f "$T/calls.db"
	sqlite3 "$T/calls.db" "create table calls as select value ->> 'n' n, value ->> 'who' who, value ->> 'sha256' file, value ->> 'fault' fault
		from json_each(cast(readfile('$T/calls') as text), '\$.calls') where value ->> 'endpoint' like '%/v2/sign/pdf%'"
}
heard() { sqlite3 "$T/calls.db" "$1"; }
report() { sqlite3 :memory: "select $1 from json_each(cast(readfile('$T/json') as text), '\$.cases') $2"; }
alive() { grep -q '^State:.*[^Z] (' "/proc/$1/status" 2>/dev/null; }
children() { cat /proc/"$1"/task/*/children 2>/dev/null; }
ours() { # processes of this test but the sandbox
	for p in /proc/[0-9]*; do
		[ "$(readlink "$p/exe" 2>/dev/null)" = "$own" ] && [ "${p#/proc/}" != $server ] && alive "${p#/proc/}" && echo "${p#/proc/}"
	done
}
peak() { # FILE PID: the larger of what the file says and the process's peak, in KiB
	now=$(sed -n 's/^VmHWM:[^0-9]*\([0-9]*\).*/\1/p' "/proc/$2/status" 2>/dev/null)
	[ "${now:-0}" -gt "$(cat "$1" 2>/dev/null || echo 0)" ] && echo "$now" >"$1"
}
# At most one refused secret per signer since the last time.
seen=0 twice=0 wrong=0
count_secrets() {
	calls
	heard "select who, count(*) from calls where n > $seen and (fault like 'wrong-passphrase%'
		or fault in ('otp-wrong', 'otp-expired', 'otp-used')) group by 1" >"$T/secrets"
	seen=$(heard "select coalesce(max(n), $seen) from calls")
	while IFS='|' read -r _ n; do
		wrong=$((wrong + n))
		[ "$n" -gt 1 ] && twice=$((twice + 1))
	done <"$T/secrets"
}

# ---- killed ----------------------------------------------------------------------------------------------
start=$(date +%s) runs=0 killed=0 orphans=0 seed=$SEED
random() { seed=$(((seed * 1103515245 + 12345) % 2147483648)); drawn=$((seed / 65536 % $1)); }
while [ $killed -lt "$KILLS" ] && [ $runs -lt $((KILLS * 4)) ]; do
	runs=$((runs + 1))
	before=$(attempts)
	run >"$T/json" &
	pid=$!
	# In the first seconds, or after some share of the letters.
	random 4
	if [ "$drawn" -eq 0 ]; then
		random 1500
		goal=0
	else
		random $((CASES / KILLS / 2))
		goal=$drawn
		random 300
	fi
	keepers=
	while [ $goal -gt 0 ] && alive $pid && [ $(($(attempts) - before)) -lt $goal ]; do
		peak "$T/peak-main" $pid
		sleep 0.1
	done
	sleep "$(awk "BEGIN { print $drawn / 1000 }")"
	peak "$T/peak-main" $pid
	keepers=$(children $pid)
	for k in $keepers; do peak "$T/peak-keeper" "$k"; done
	if kill -9 $pid 2>/dev/null; then killed=$((killed + 1)); fi
	wait $pid 2>/dev/null
	for i in 1 2 3 4 5 6 7 8 9 10; do [ -z "$(ours)" ] && break; sleep 0.1; done
	[ -z "$(ours)" ] || orphans=$((orphans + 1))
	count_secrets
done
check "runs were killed ($killed in $runs)" test $killed -eq "$KILLS"
check "no keeper outlives its run" test $orphans -eq 0

# ---- until only a person can go on -----------------------------------------------------------------------
before=-1
while [ "$(attempts)" -ne $before ] && [ $runs -lt $((KILLS * 4 + CASES / 20 + 20)) ]; do
	before=$(attempts)
	runs=$((runs + 1))
	(run >"$T/json")
	count_secrets
done
sleep 1
calls
sent=$(heard 'select count(*) from calls')
tried=$(ledger "select count(*) from attempts where not late and ended is not 'not_sent'")
answered=$(ledger "select count(*) from attempts where not late and http_status > 0")
took=$(($(date +%s) - start))
report "value ->> 'outcome' || ' ' || count(*)" "group by value ->> 'outcome'" >"$T/outcomes"
echo "# $CASES cases, $runs runs, $killed killed, ${took} s; $sent calls at the service, $tried attempts; $(tr '\n' ' ' <"$T/outcomes")"
echo "# peaks in KiB: naskah $(cat "$T/peak-main"), keeper $(cat "$T/peak-keeper" 2>/dev/null); $wrong refused secrets"
times >"$T/times"
echo "# CPU (user, system): of what ended by itself $(tail -n 1 "$T/times"); the service, in ticks: $(cut -d ' ' -f 14,15 "/proc/$server/stat")"
check "the sum of outcomes is the number of cases" sh -c "test \$(awk '{ n += \$2 } END { print n }' '$T/outcomes') -eq $CASES"
check "every case has one entry" test "$(report "count(distinct value ->> 'id')" '')" -eq "$CASES"
check "published, unknown or refused, nothing else" sh -c "! grep -vE '^(published|unknown|refused) ' '$T/outcomes'"
check "most are published" sh -c "test \$(sed -n 's/^published //p' '$T/outcomes') -gt $((CASES * 90 / 100 - killed * in_flight))"
check "some are not: the mixture was at work" grep -q unknown "$T/outcomes"
check "no letter is published twice" test "$(ledger "select count(*) from (select 1 from letters where state = 'published' group by case_id, kind having count(*) <> 1)")" -eq 0
check "at most one wrong passphrase for each signer and run" test $twice -eq 0

# Of what was killed on its way, the service may have heard nothing: so many at most.
check "calls at the service: each is in the ledger" test "$sent" -le "$tried"
check "attempts of the ledger: each answered one was a call" test "$answered" -le "$sent"
check "and the rest were on their way at a kill" test $((tried - sent)) -le $((killed * in_flight))
ledger "create temp table asked as select lower(hex(unsigned_pdf)) file, count(*) n, sum(ended in ('published', 'signed', 'refused')) told
	from attempts join letters on letters.id = letter where not late and ended is not 'not_sent' group by 1;
	attach '$T/calls.db' as service;
	create temp table heard as select file, count(*) n from service.calls group by 1;
	select 'asked too seldom', file from asked left join heard using (file) where coalesce(heard.n, 0) < told;
	select 'unknown to the ledger', file from heard left join asked using (file) where coalesce(asked.n, 0) < heard.n;
	select 'looked at', count(*) from heard join asked using (file)" >"$T/compared"
check "letter by letter" sh -c "grep -q '^looked at|[1-9]' '$T/compared' && test \$(wc -l <'$T/compared') -eq 1 || { cat '$T/compared'; false; }"

# ---- what lies in the folders ----------------------------------------------------------------------------
good_letters() {
	find "$out/letters" -name '*.pdf' ! -path '*/superseded/*' | sort >"$T/files"
	test "$(wc -l <"$T/files")" -eq "$(ledger "select count(*) from letters where state = 'published'")" &&
		xargs -n 500 "$own" verify --config "$T/batch.ini" --out "$out" <"$T/files"
}
# Somebody else's opinion of fifty of them.
pdfsig_agrees() {
	awk -v n="$(wc -l <"$T/files")" 'BEGIN { step = n > 50 ? int(n / 50) : 1 } NR % step == 0' "$T/files" | head -n 50 >"$T/sample"
	while read -r f; do
		pdfsig -nocert "$f" >"$T/sig" 2>/dev/null
		if [ "$(grep -c 'Signature is Valid' "$T/sig")" != 1 ] || ! grep -q 'Total document signed' "$T/sig"; then
			echo "$f"
			cat "$T/sig"
			return 1
		fi
	done <"$T/sample"
	test -s "$T/sample"
}
hashes_agree() {
	ledger "select lower(hex(signed_pdf)) from letters where state = 'published'" | sort >"$T/in-ledger"
	xargs -n 500 sha256sum <"$T/files" | cut -c 1-64 | sort | cmp - "$T/in-ledger"
}
check "every file in letters/ is a good letter" good_letters
check "and the one that the ledger names" hashes_agree
check "pdfsig agrees" pdfsig_agrees
check "nothing is left in staging" test -z "$(ls -A "$out/staging")"
check "the log verifies" "$own" audit verify --out "$out"

# ---- a person decides ------------------------------------------------------------------------------------
"$own" resolve --config "$T/batch.ini" --out "$out" --json >"$T/undecided"
sqlite3 :memory: "select value ->> 'code' from json_each(readfile('$T/undecided'), '\$.letters')" >"$T/codes"
waiting=$(wc -l <"$T/codes")
check "all that are not published are listed ($waiting)" test "$waiting" -eq "$(awk '!/^published/ { n += $2 } END { print n + 0 }' "$T/outcomes")"
decide() {
	while read -r code; do
		"$own" resolve "$code" --config "$T/batch.ini" --out "$out" --sign-again --reason "tidak ada di layanan" --by "Contoh Pemeriksa" </dev/null || return 1
	done <"$T/codes"
}
check "each can be decided" decide
check "the service is well again" curl -sS -f -K "$T/curlrc" -o "$T/answer" -d '{"clear":true}' "$url/sandbox/control"
exits "then everything is published" 0 "$own" run --config "$T/batch.ini" --out "$out" "$T/cases"
check "all of it" test "$(find "$out/letters" -name '*.pdf' ! -path '*/superseded/*' | wc -l)" -eq "$CASES"
check "good letters, all" good_letters
check "the log verifies at the end" "$own" audit verify --out "$out"
check "each decision is in the ledger" test "$(ledger "select count(*) from events where kind = 'decided'")" -eq "$waiting"
check "nothing is left running" test -z "$(ours)"
finish
