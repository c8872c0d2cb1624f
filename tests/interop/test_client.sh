#!/bin/sh
# The sandbox as others' programs see it: a client in another language, written from the description of BSrE's API alone,
# goes through v1, v2, the OTP and the seal; pdfsig judges what it got.
. "$(dirname "$0")/../lib.sh"
if ! command -v node >/dev/null; then
	skip "a client of somebody else's" "no node"
	finish
fi
"$NASKAH" sandbox --state "$T/state" --people fixtures/sandbox-people.ini >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.3; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
who=$(sed -n 's/^\[\(.*\)\]$/\1/p' fixtures/sandbox-people.ini | head -n 1)
nik=$(sed -n 's/^nik = //p' fixtures/sandbox-people.ini | head -n 1)
mkdir "$T/signed"
cat >"$T/who.json" <<JSON
{"username": "$(cat "$T/state/username")", "passwordFile": "$T/state/password", "nik": "$nik",
 "passphraseFile": "$T/state/passphrase/$who", "otpFile": "$T/state/totp/$who",
 "subscriber": "SUB-UJI-1", "activationFile": "$T/state/totp/aktivasi-SUB-UJI-1"}
JSON
node tests/interop/client/esign.mjs "$url" "$T/who.json" fixtures/pdf/plain.pdf "$T/signed" >"$T/steps" 2>&1
cat "$T/steps"
grep -q '^not ok' "$T/steps" && failures=$((failures + 1))
check "it went through all steps" test "$(grep -c '^ok' "$T/steps")" -ge 20
for f in "$T"/signed/*.pdf; do
	pdfsig -nocert "$f" >"$T/pdfsig" 2>&1
	check "pdfsig: $(basename "$f") is valid and whole" sh -c "grep -q 'Signature is Valid' '$T/pdfsig' && grep -q 'Total document signed' '$T/pdfsig'"
	check "qpdf: $(basename "$f")" qpdf --check "$f"
done
finish
