#!/bin/sh
# Ways to sign other than a passphrase, through the keeper: a person's one-time password, planned for as many files as there
# are to sign, and the agency's seal, whose certificate is nobody's but the seal's. Both API generations.
. "$(dirname "$0")/../lib.sh"
cp fixtures/sandbox-people.ini "$T/people.ini"
printf '\n[stempel-dinas]\nsubscriber = SUB-UJI-7\nnama = Segel Dinas Contoh UJI\nemail = segel@contoh.example\nstatus = ISSUE\n' >>"$T/people.ini"
"$NASKAH" sandbox --state "$T/state" --people "$T/people.ini" --latency 60 >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.3; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
check "the sandbox says where it is" test -n "$url"
case=fixtures/cases/und-2026-001.xml
nik=$(sed -n 's/.*<nik>\([0-9]*\)<.*/\1/p' "$case" | head -n 1)
who=$(awk -v nik="$nik" '/^\[/ { s = $0 } index($0, nik) { gsub(/[][]/, "", s); print s; exit }' "$T/people.ini")
mkdir "$T/cases"
for i in 1 2 3; do
	sed "s/UND-2026-001/UND-2026-90$i/g; s|\(<nomor>[^<0-9]*\)[0-9]*|\1${i}77|" "$case" >"$T/cases/$i.xml"
done
config() { # NAME SIGNING-LINE SIGNER-LINES
	cat >"$T/$1.ini" <<INI
[verification]
url = http://127.0.0.1:8480
roots = $T/state/root.pem
[audit]
origin = naskah.contoh.example/ways
[signing]
url = $url
username = $(cat "$T/state/username")
password_file = $T/state/password
approve = no
$2
[signer $who]
nik = $nik
$3
INI
}
count() { find "$1/letters" -name '*.pdf' | wc -l; }

# The code comes by mail: here into a file, which is there only once it has been asked for.
config totp "" "way = totp
passphrase_file = $T/state/totp/$who"
exits "a person's one-time password" 0 "$NASKAH" run --config "$T/totp.ini" --out "$T/totp" "$T/cases"
check "all letters are published" test "$(count "$T/totp")" -eq 3
check "a second batch asks for another" "$NASKAH" run --config "$T/totp.ini" --out "$T/totp2" "$T/cases"
check "the code is nowhere but where it came to" sh -c "! grep -rqaFf '$T/state/totp/$who' '$T/totp2'"

# Ctrl-C while the code is waited for ends the run, whichever thread of the keeper asks; nothing else has to be typed.
config asked "" "way = totp"
if command -v script >/dev/null; then
	{ sleep 3; printf '\003'; sleep 6; } | script -qec "'$NASKAH' run --config '$T/asked.ini' --out '$T/asked' '$T/cases'; date +%s >'$T/ended'" "$T/typescript" >"$T/.out" 2>&1 &
	sleep 6
	check "Ctrl-C at the question for a code" test -s "$T/ended"
	wait $!
	check "it was asked" grep -q "$who: " "$T/typescript"
	check "and nothing signed" test ! -e "$T/asked/letters"
else
	skip "Ctrl-C at the question for a code" "no script(1)"
fi

# The older API.
config v1 "api = 1" "passphrase_file = $T/state/passphrase/$who"
exits "by the v1 API" 0 "$NASKAH" run --config "$T/v1.ini" --out "$T/v1" "$T/cases"
check "all letters are published" test "$(count "$T/v1")" -eq 3

# Whoever asks for the same signature at the same time: one call.
cp fixtures/pdf/array-shared.pdf "$T/a.pdf"
for i in 1 2 3 4; do
	{ "$NASKAH" sign --config "$T/v1.ini" --as "$who" "$T/a.pdf" >"$T/signed.$i" 2>&1 || :; } &
	pids="${pids:-} $!"
done
wait $pids
check "one file is signed once, whoever asks at the same time" test "$(grep -lx "$T/a.signed.pdf" "$T"/signed.* | wc -l)" -eq 1

# The seal: activated once by an administrator, then unattended.
config seal "" "way = seal
subscriber = SUB-UJI-7
name = Segel Dinas Contoh UJI
passphrase_file = $T/activation"
exits "the seal's activation is asked for" 0 "$NASKAH" signer seal-activate "$who" --config "$T/seal.ini"
cp "$T/state/totp/aktivasi-SUB-UJI-7" "$T/activation"
chmod 600 "$T/activation"
exits "the seal signs" 0 "$NASKAH" run --config "$T/seal.ini" --out "$T/seal" "$T/cases"
check "all letters are published" test "$(count "$T/seal")" -eq 3
check "under the seal's own name" sh -c "'$NASKAH' verify --out '$T/seal' --config '$T/seal.ini' $T/seal/letters/*/*.pdf | grep -q 'Segel Dinas Contoh UJI'"
sed "s|^name = .*|name = Segel Dinas Lain|" "$T/seal.ini" >"$T/other.ini"
exits "another seal's signature is not taken: exit 4" 4 "$NASKAH" run --config "$T/other.ini" --out "$T/other" "$T/cases"
check "nothing is published" test ! -e "$T/other/letters"
finish
