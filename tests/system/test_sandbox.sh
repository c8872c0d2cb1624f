#!/bin/sh
# The sandbox for other people's clients: what docs/sandbox.md shows, done with curl: v1, v2, one-time passwords, seals,
# magic NIKs, the control endpoint.
. "$(dirname "$0")/../lib.sh"
command -v curl >/dev/null || { skip "the sandbox by curl" "no curl"; finish; }
S=$T/state
"$NASKAH" sandbox --state "$S" >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.3; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
me=3300000000000001
printf 'user = "%s:%s"\n' "$(cat "$S/username")" "$(cat "$S/password")" >"$T/curlrc"
pdf=$(ls fixtures/pdf/*.pdf | head -n 1)
base64 -w0 "$pdf" >"$T/base64"

call() { curl -sS -K "$T/curlrc" -w '\n%{http_code}\n' "$@"; }
post() { # PATH JSON
	printf '%s' "$2" | call -H 'Content-Type: application/json' --data-binary @- "$url$1" >"$T/answer"
}
answers() { # NAME HTTP-STATUS TEXT: of the last call
	check "$1" sh -c "tail -n 1 '$T/answer' | grep -qx '$2' && grep -qF '$3' '$T/answer'"
}
sign() { # NIK SECRET-MEMBER
	post /api/v2/sign/pdf "{\"nik\":\"$1\",$2,\"signatureProperties\":[{\"tampilan\":\"INVISIBLE\"}],\"file\":[\"$(cat "$T/base64")\"]}"
}

post /api/v2/user/check/status "{\"nik\":\"$me\"}"
answers "v2: certificate status" 200 '"status":"ISSUE"'
sign $me "\"passphrase\":\"$(cat "$S/passphrase/contoh-1")\""
answers "v2: signs" 200 '"file":["JVBER'
sed -n 's/.*"file":\["\([^"]*\)".*/\1/p' "$T/answer" | base64 -d >"$T/v2.pdf"
sign $me '"passphrase":"bukan itu"'
answers "v2: a wrong passphrase" 400 '{"error":"Passphrase anda salah","status_code":2031}'

tr -d '\n' <"$S/passphrase/contoh-1" >"$T/secret"
check "v1: signs" curl -sS -f -K "$T/curlrc" -D "$T/headers" -F "file=@$pdf" -F nik=$me -F "passphrase=<$T/secret" \
	-F tampilan=visible -F image=false -F linkQR=https://uji.example/v/1 -F page=1 -F xAxis=50 -F yAxis=50 -F width=120 \
	-F height=120 -o "$T/v1.pdf" "$url/api/sign/pdf"
id=$(tr -d '\r' <"$T/headers" | sed -n 's/^id_dokumen: //p')
check "v1: the file can be fetched" curl -sS -f -K "$T/curlrc" -o "$T/again.pdf" "$url/api/sign/download/$id"
check "v1: and is the same" cmp "$T/v1.pdf" "$T/again.pdf"
refuse "v1: once" curl -sS -f -K "$T/curlrc" -o /dev/null "$url/api/sign/download/$id"
call "$url/api/user/status/$me" >"$T/answer"
answers "v1: certificate status" 200 '"status_code":1111'
for f in v1 v2; do
	if command -v pdfsig >/dev/null; then
		check "$f: another reader finds the signature valid" sh -c "pdfsig -nocert '$T/$f.pdf' | grep -q 'Signature is Valid'"
	fi
done
post /api/v2/verify/pdf "{\"file\":\"$(base64 -w0 "$T/v1.pdf")\"}"
answers "v2: verifies" 200 '"conclusion":"VALID"'

post /api/v2/sign/get/totp "{\"nik\":\"$me\",\"data\":1}"
answers "a one-time password" 200 '"success":true'
sign $me "\"totp\":\"$(cat "$S/totp/contoh-1")\""
answers "signs with it" 200 '"file":["JVBER'
sign $me "\"totp\":\"$(cat "$S/totp/contoh-1")\""
answers "once" 400 2031

sub='"idSubscriber":"SUB-UJI-1"'
post /api/v2/seal/get/activation "{$sub}"
answers "a seal's activation" 200 '"success":true'
post /api/v2/seal/get/totp "{$sub,\"totp\":\"$(cat "$S/totp/aktivasi-SUB-UJI-1")\",\"data\":1}"
answers "a seal's one-time password" 200 '"result":true'
totp=$(sed -n 's/.*"totp":"\([0-9]*\)".*/\1/p' "$T/answer")
post /api/v2/seal/pdf "{$sub,\"totp\":\"$totp\",\"signatureProperties\":[{\"tampilan\":\"INVISIBLE\"}],\"file\":[\"$(cat "$T/base64")\"]}"
answers "seals" 200 '"file":["JVBER'

magic=$("$NASKAH" sandbox --faults | awk '$1 == "html502" { print $2 }')
sign "$magic" "\"passphrase\":\"$(cat "$S/passphrase/contoh-1")\""
answers "a magic NIK meets its fault" 502 'Bad Gateway'
post /sandbox/control '{"fault":"cut","calls":1,"reset":true}'
answers "a fault is planned" 200 '"faults":1'
refuse "and happens" curl -sS -f -K "$T/curlrc" -F "file=@$pdf" -F nik=$me -F "passphrase=<$T/secret" \
	-F tampilan=invisible -o /dev/null "$url/api/sign/pdf"
call "$url/sandbox/calls?nik=$me" >"$T/answer"
answers "the call is written down" 200 '"fault":"cut"'
check "with the hash of what was sent" grep -qF "$(sha256sum <"$pdf" | cut -c1-64)" "$T/answer"
refuse "without the passphrase" grep -qF "$(cat "$S/passphrase/contoh-1")" "$T/answer"
check "--help names the manual" sh -c "'$NASKAH' sandbox --help | grep -q docs/sandbox.md"
exits "an unknown fault: exit 2" 2 "$NASKAH" sandbox --state "$T/x" --fault tidak-ada
finish
