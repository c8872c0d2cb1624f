#!/bin/sh
# The main job on the fixtures: published once, nothing to do the second time, only what changed the third.
. "$(dirname "$0")/../lib.sh"
out=$T/out
run() { "$NASKAH" run --config fixtures/demo.ini --out "$out" "$@"; }
# What must not change when there is nothing to do: every file but SQLite's and the lock.
state() { (cd "$out" && find . -type f ! -name 'ledger.*' ! -path './sandbox/*' -exec sha256sum {} + | sort -k2); }

exits "the fixtures' batch ends well" 0 run fixtures/cases
cp "$T/.out" "$T/first"
check "no letter is left over" sh -c "! grep -qE 'refused|waiting|unknown' '$T/first'"
letters=$(find "$out/letters" -name '*.pdf' | wc -l)
check "there are letters" test "$letters" -ge 30
check "each has its receipt" test "$(find "$out/letters" -name '*.tlog-proof' | wc -l)" -eq "$letters"
check "every case has a folder" test "$(ls "$out/letters" | wc -l)" -eq "$(ls fixtures/cases/*.xml | wc -l)"
check "nothing is left in staging" test -z "$(ls -A "$out/staging")"
check "the letters verify" "$NASKAH" verify --out "$out" "$out"/letters/*/*.pdf
check "the log verifies" "$NASKAH" audit verify --out "$out"
check "the report is JSON with every case" sh -c "grep -c '\"outcome\":\"published\"' '$out/report/report.json' | grep -qx '$(ls fixtures/cases/*.xml | wc -l)'"
check "no NIK in report, log or ledger" sh -c "! grep -rqaE '3171011506750001|3174051208700002' '$out/report' '$out/audit' '$out/ledger.db'"
check "the ledger keeps no subject of a letter full of personal data" test \
	"$(sqlite3 "$out/ledger.db" "select count(*), sum(subject = '') from letters where kind = 'formulir-pendaftaran'")" = "3|3"
check "keys are private" sh -c "! find '$out/keys' -type f ! -perm 600 | grep ."

state >"$T/before"
exits "again: nothing to do" 0 run fixtures/cases
check "and it says so" grep -q "Nothing to do" "$T/.out"
state >"$T/after"
check "and nothing changed" cmp "$T/before" "$T/after"

# A copy of the cases, one of them changed: only its letters are made anew.
cp -r fixtures/cases "$T/cases"
sed -i 's/Sistem Surat Elektronik Kota Contoh (SURELKO)/Sistem Surat Elektronik Kota Contoh (SURELKO II)/' "$T/cases/kmh-2026-001.xml"
exits "one case changed" 0 run "$T/cases"
state >"$T/changed"
changed() { diff "$T/after" "$T/changed" | sed -n 's/^[<>] [0-9a-f]*  //p' | grep '^./letters' | grep -v 'kmh\|KMH-2026-001/' ; }
check "letters of other cases stand untouched" sh -c "! diff '$T/after' '$T/changed' | grep letters | grep -v KMH-2026-001"
check "the changed case has a new letter" sh -c "diff '$T/after' '$T/changed' | grep -q letters/KMH-2026-001/01"
check "the old one is kept aside" sh -c "ls '$out'/letters/KMH-2026-001/superseded/01-*.pdf"
check "all verify still" "$NASKAH" verify --out "$out" "$out"/letters/*/*.pdf "$out"/letters/KMH-2026-001/superseded/*.pdf
check "the log verifies still" "$NASKAH" audit verify --out "$out"
# ...and back: the code of the first letter does not come back to life.
exits "the change is undone" 0 run fixtures/cases
check "three letters of the kind, three codes" test \
	"$(sqlite3 "$out/ledger.db" "select count(distinct code) from letters where case_id='KMH-2026-001' and kind='surat-permohonan'")" -eq 3

# One byte changed anywhere: the matching verify says no.
one=$(ls "$out"/letters/*/*.pdf | head -n 1)
size=$(stat -c %s "$one")
bad=0
for at in 20 $((size / 4)) $((size / 2)) $((size - 3000)) $((size - 9)); do
	cp "$one" "$T/flip.pdf"
	old=$(dd if="$one" bs=1 skip="$at" count=1 2>/dev/null | od -An -tu1 | tr -d ' ')
	printf "\\$(printf %o $(((old + 1) % 256)))" | dd of="$T/flip.pdf" bs=1 seek="$at" conv=notrunc 2>/dev/null
	"$NASKAH" verify --out "$out" "$T/flip.pdf" >/dev/null 2>&1 && bad=1
done
check "a byte changed in a letter is noticed" test $bad -eq 0
proof=$(ls "$out"/letters/*/*.tlog-proof | head -n 1)
code=$("$NASKAH" verify --json --out "$out" "$one" | sed 's/.*"code":"\([^"]*\)".*/\1/')
check "a proof can be printed" sh -c "'$NASKAH' audit prove --out '$out' $code >'$T/proof'"
check "and checked" "$NASKAH" audit check --out "$out" "$T/proof" "$one"
refuse "not for another file" "$NASKAH" audit check --out "$out" "$T/proof" "$(ls "$out"/letters/*/*.pdf | tail -n 1)"
sed 's/^index .*/index 0/' "$proof" >"$T/wrong"
sed -i '3s/A/B/' "$T/wrong"
refuse "a changed proof is noticed" "$NASKAH" audit check --out "$out" "$T/wrong"
cp -r "$out/audit" "$T/audit"
sed -i '2s/.*/1/' "$out/audit/checkpoint"
refuse "a changed checkpoint is noticed" "$NASKAH" audit verify --out "$out"
cp "$T/audit/checkpoint" "$out/audit/checkpoint"
check "and the right one is good again" "$NASKAH" audit verify --out "$out"
finish
