#!/bin/sh
# The batch sheet and its approval, and letters that wait for a person's decision, as an operator meets them.
. "$(dirname "$0")/../lib.sh"
now=2026-03-16T09:00:00+07:00
mkdir "$T/cases"
cp fixtures/cases/und-2026-001.xml fixtures/cases/und-2026-002.xml "$T/cases"
ini() { # NAME approve FAULT
	sed -e "s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|" -e "s|^\[signing\]|[signing]\napprove = $2|" \
		-e "s|^\[sandbox\]|[sandbox]\n$3|" fixtures/demo.ini >"$T/$1.ini"
}
ini ask yes ""
run() { "$NASKAH" run --config "$T/ask.ini" --out "$T/o" --now $now "$@"; }
exits "naskah sheet shows what would be signed" 0 "$NASKAH" sheet --config "$T/ask.ini" --out "$T/o" --now $now "$T/cases"
code=$(sed -n 's/^Kode persetujuan: //p' "$T/.out")
check "with a short code" sh -c "echo '$code' | grep -qxE '[0-9A-Z]{4}-[0-9A-Z]{4}'"
check "and how many letters" grep -q '^Yang akan ditandatangani: [0-9]* surat dari kasus UND-2026-001 sampai UND-2026-002' "$T/.out"
cp "$T/.out" "$T/first"
exits "twice the same" 0 "$NASKAH" sheet --config "$T/ask.ini" --out "$T/o" --now $now "$T/cases/und-2026-002.xml" "$T/cases/und-2026-001.xml"
check "whatever the order" cmp "$T/first" "$T/.out"
check "the root is that of the leaves" sh -c "'$NASKAH' sheet --config '$T/ask.ini' --out '$T/o' --now $now --json '$T/cases' | grep -q '\"code\": \"$code\"'"
exits "without a terminal and without the code: exit 2" 2 run "$T/cases" </dev/null
check "which is told" grep -q -- "--approve $code" "$T/.out"
exits "with another code: exit 2" 2 run --approve 0000-0000 "$T/cases" </dev/null
check "nothing was sent" test ! -e "$T/o/letters"
check "a sheet is not for everybody on the machine" sh -c "test \$(stat -c %a '$T/o/batch/$code/sheet.txt') = 640"

if command -v script >/dev/null; then
	{ sleep 2; echo wrong; sleep 0.3; echo; sleep 0.5; } | script -qec "'$NASKAH' run --config '$T/ask.ini' --out '$T/o' --now $now '$T/cases'" "$T/no" >/dev/null 2>&1
	check "a terminal is asked" grep -q 'To approve, type the code' "$T/no"
	check "no code, no signature" test ! -e "$T/o/letters"
	{ sleep 2; echo "$code"; sleep 3; } | script -qec "'$NASKAH' run --config '$T/ask.ini' --out '$T/o' --now $now --by 'Contoh Pejabat' '$T/cases'" "$T/yes" >/dev/null 2>&1
	check "the sheet is shown first" grep -q 'LEMBAR KELOMPOK' "$T/yes"
else
	skip "the dialogue on a terminal" "no script(1)"
	exits "approved by its code" 0 run --approve "$code" --by 'Contoh Pejabat' "$T/cases"
fi
check "published" test -f "$T/o/letters/UND-2026-002/02-surat-rekomendasi-sertifikat.pdf"
check "the report says who approved" grep -q "\"code\":\"$code\".*\"by\":\"Contoh Pejabat\".*\"how\":\"person\"" "$T/o/report/report.json"
exits "again: nothing to approve" 0 run "$T/cases"
exits "the log has it too" 0 "$NASKAH" audit verify --config "$T/ask.ini" --out "$T/o"
check "and the roots are those of the approved files" grep -q '^Approvals: 1, of [0-9]* files' "$T/.out"
spoilt() { # NAME SQL: on a copy of the whole out folder
	rm -rf "$T/s" && cp -a "$T/o" "$T/s" && sqlite3 "$T/s/ledger.db" "$2"
	exits "$1" 1 "$NASKAH" audit verify --config "$T/ask.ini" --out "$T/s"
}
spoilt "a batch that says another person approved shows" "DROP TRIGGER batches_stay; UPDATE batches SET approved_by = 'Orang Lain'"
check "in words" grep -q "approval $code: the ledger's row is not what" "$T/.out"
spoilt "a file that was slipped in shows" "DROP TRIGGER approved_before_batch; INSERT INTO approved VALUES(randomblob(32), 1)"
check "in words" grep -q "approval $code: the files noted as approved" "$T/.out"
exits "and an approval that is changed in the ledger shows" 1 sh -c "
	sqlite3 '$T/o/ledger.db' \"DROP TRIGGER events_stay; UPDATE events SET person = 'Orang Lain' WHERE kind = 'approved'\" &&
	'$NASKAH' audit verify --config '$T/ask.ini' --out '$T/o'"

# A letter of unknown outcome.
ini cut no "fault = cut"
exits "nobody knows: exit 4" 4 "$NASKAH" run --config "$T/cut.ini" --out "$T/u" --now $now "$T/cases/und-2026-001.xml"
letter=$(sed -n 's/.*naskah resolve \([0-9A-Z]\{21\}\).*/\1/p' "$T/.out" | head -n 1)
check "the run says what to type" test -n "$letter"
ini good no ""
resolve() { "$NASKAH" resolve --config "$T/good.ini" --out "$T/u" --now $now "$@"; }
exits "resolve lists it: exit 4" 4 resolve
check "with what can be done" grep -q -- "--sign-again --reason" "$T/.out"
exits "for machines too" 4 resolve --json
check "as JSON" grep -q "\"code\":\"$letter\"" "$T/.out"
exits "a decision wants a reason" 2 resolve "$letter" --sign-again
exits "and one letter" 2 resolve --drop --reason x
exits "not two decisions" 2 resolve "$letter" --drop --sign-again --reason x
exits "no such letter" 2 resolve 000000000000000000000 --drop --reason x
exits "a strange file is not its answer" 1 resolve "$letter" --file "$T/o/letters/UND-2026-002/02-surat-rekomendasi-sertifikat.pdf"
exits "sign again" 0 resolve "$letter" --sign-again --reason "ditanyakan kepada penanda tangan" --by "Contoh Pejabat"
exits "nothing waits any more" 0 resolve
exits "the next run signs" 0 "$NASKAH" run --config "$T/good.ini" --out "$T/u" --now $now "$T/cases/und-2026-001.xml"
check "published" test -f "$T/u/letters/UND-2026-001/02-surat-rekomendasi-sertifikat.pdf"
exits "the log agrees" 0 "$NASKAH" audit verify --config "$T/good.ini" --out "$T/u"
check "the ledger knows who decided and why" sh -c "sqlite3 '$T/u/ledger.db' \"SELECT person, note FROM events WHERE kind = 'decided'\" | grep -q 'Contoh Pejabat|ditanyakan kepada penanda tangan'"

# The older API gives each file an id: an answer that did not arrive is fetched once more, from a service that is still there.
"$NASKAH" sandbox --state "$T/state" --people fixtures/sandbox-people.ini --now $now --fault zero-bytes@1 >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.3; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
sed -e "s|^\[signing\]|[signing]\nurl = $url\napi = 1\nusername = $(cat "$T/state/username")\npassword_file = $T/state/password|" \
	-e "s|^\[verification\]|[verification]\nroots = $T/state/root.pem|" \
	-e "s|^\[signer \(.*\)\]|[signer \1]\npassphrase_file = $T/state/passphrase/\1|" "$T/good.ini" >"$T/v1.ini"
exits "v1: a file of 0 bytes is of unknown outcome" 4 "$NASKAH" run --config "$T/v1.ini" --out "$T/v" --now $now "$T/cases/und-2026-001.xml"
letter=$(sed -n 's/.*naskah resolve \([0-9A-Z]\{21\}\).*/\1/p' "$T/.out" | head -n 1)
exits "its id is known" 4 "$NASKAH" resolve --config "$T/v1.ini" --out "$T/v"
check "and what to type" grep -q "naskah resolve $letter --fetch" "$T/.out"
exits "fetched once more" 0 "$NASKAH" resolve --config "$T/v1.ini" --out "$T/v" --now $now "$letter" --fetch
check "published" test -f "$T/v/letters/UND-2026-001/02-surat-rekomendasi-sertifikat.pdf"
exits "and good" 0 "$NASKAH" verify --config "$T/v1.ini" --out "$T/v" "$T/v/letters/UND-2026-001/02-surat-rekomendasi-sertifikat.pdf"
finish
