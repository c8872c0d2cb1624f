#!/bin/sh
# naskah signer: what the service says about the signers, OTPs, registration, the seal; and each way to sign a file.
. "$(dirname "$0")/../lib.sh"
"$NASKAH" sandbox --state "$T/state" >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.3; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
check "the sandbox says where it is" test -n "$url"
config() { # NAME EXTRA: lines of [signing], then the signers
	cat >"$T/$1.ini" <<INI
[verification]
url = http://127.0.0.1:8480
roots = $T/state/root.pem
[audit]
origin = naskah.contoh.example/signer
[paths]
out = $T/out-$1
[signing]
url = $url
username = $(cat "$T/state/username")
password_file = $T/state/password
approve = no
$2
INI
}
# The sandbox's first person is the one who can sign.
person_name=$(ls "$T/state/passphrase" | head -n 1)
person="[signer satu]
nik = 3300000000000001
passphrase_file = $T/state/passphrase/$person_name"

# Status: who may sign, and until when; exit 1 when somebody may not.
config one "$person"
exits "a signer who may sign" 0 "$NASKAH" signer --config "$T/one.ini"
check "with the service's code and words" grep -q 'satu (passphrase): may sign, ISSUE (1111): User sudah' "$T/.out"
check "and when the certificate ends" grep -qE 'ends on 20[0-9-]+, in [0-9]+ days' "$T/.out"
config two "$person
[signer dua]
nik = 3300000000000002"
exits "one who may not: exit 1" 1 "$NASKAH" signer --config "$T/two.ini" --json
check "for machines" grep -q '"name":"dua","way":"passphrase","status":"EXPIRED".*"may_sign":false' "$T/.out"
check "days left" grep -q '"days_left":[0-9]' "$T/.out"
config v1 "api = 1
$person"
exits "the same by the v1 API" 0 "$NASKAH" signer --config "$T/v1.ini"
check "with its words" grep -q 'may sign, ISSUE (1111)' "$T/.out"
sed "s|^url = $url|url = http://127.0.0.1:1|" "$T/one.ini" >"$T/down.ini"
exits "no service: exit 4" 4 "$NASKAH" signer --config "$T/down.ini"

# Orders.
exits "a registration" 0 "$NASKAH" signer register --name "Contoh Baru" --email baru@contoh.example --config "$T/one.ini"
check "the service's words" grep -q 'The service agrees: ' "$T/.out"
exits "a registration without an address: exit 2" 2 "$NASKAH" signer register --name X --config "$T/one.ini"
exits "an OTP for a signer who has a passphrase: exit 2" 2 "$NASKAH" signer otp satu --files 2 --config "$T/one.ini"
config otp "[signer satu]
nik = 3300000000000001
way = totp
passphrase_file = $T/state/totp/$person_name"
exits "an OTP for two files" 0 "$NASKAH" signer otp satu --files 2 --config "$T/otp.ini"
exits "an OTP for no files: exit 2" 2 "$NASKAH" signer otp satu --files 0 --config "$T/otp.ini"
exits "an unknown signer: exit 2" 2 "$NASKAH" signer otp siapa --files 1 --config "$T/otp.ini"
exits "an unknown word: exit 2" 2 "$NASKAH" signer apa --config "$T/otp.ini"

# The seal: the first code goes by e-mail, the administrator puts it where the configuration says.
config seal "[signer segel]
nik = 3300000000000077
way = seal
subscriber = SUB-UJI-1
name = Segel Elektronik UJI
passphrase_file = $T/code"
exits "the seal's first activation" 0 "$NASKAH" signer seal-activate segel --config "$T/seal.ini"
exits "a seal whose code is nowhere: exit 2" 2 "$NASKAH" signer --config "$T/seal.ini"
cp "$T/state/totp/aktivasi-SUB-UJI-1" "$T/code"
chmod 600 "$T/code"
exits "is the code still good?" 0 "$NASKAH" signer seal-activate segel --refresh --config "$T/seal.ini" --json
check "until when" grep -q '"granted":true.*"expires":"20' "$T/.out"
check "the code is in no output" sh -c "! grep -qF \"\$(cat '$T/code')\" '$T/.out'"
check "and is kept for its owner alone" test "$(stat -c %a "$T/code")" = 600
exits "the seal may sign" 0 "$NASKAH" signer --config "$T/seal.ini"

# A file of anybody's, signed each way.
"$NASKAH" render --config fixtures/demo.ini --out "$T/drafts" fixtures/cases/und-2026-001.xml >/dev/null 2>&1
draft=$(find "$T/drafts" -name '*.pdf' | head -n 1)
check "a file to sign" test -s "$draft"
for way in one v1 seal; do
	cp "$draft" "$T/$way.pdf"
	as=satu
	[ "$way" = seal ] && as=segel
	exits "signed: $way" 0 "$NASKAH" sign --config "$T/$way.ini" --as $as "$T/$way.pdf"
	exits "and valid: $way" 0 "$NASKAH" verify --config "$T/$way.ini" "$T/$way.signed.pdf"
done
cp "$draft" "$T/otp.pdf"
exits "signed: totp" 0 "$NASKAH" sign --config "$T/otp.ini" --as satu "$T/otp.pdf"
exits "and valid: totp" 0 "$NASKAH" verify --config "$T/otp.ini" "$T/otp.signed.pdf"

exits "the seal's activation ends" 0 "$NASKAH" signer seal-revoke segel --config "$T/seal.ini"
cp "$draft" "$T/late.pdf"
exits "and with it its signatures: exit 4" 4 "$NASKAH" sign --config "$T/seal.ini" --as segel "$T/late.pdf"
check "nothing is left" test ! -e "$T/late.signed.pdf"
finish
