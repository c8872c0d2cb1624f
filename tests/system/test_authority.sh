#!/bin/sh
# The sandbox's time-stamps, OCSP and CRLs as OpenSSL's own tools see them; who is revoked is so from then on.
. "$(dirname "$0")/../lib.sh"
case=fixtures/cases/und-2026-001.xml
cp fixtures/sandbox-people.ini "$T/people.ini"
nik=$(sed -n 's/.*<nik>\([0-9]*\)<.*/\1/p' "$case" | head -n 1)
who=$(awk -v nik="$nik" '/^\[/ { s = $0 } index($0, nik) { gsub(/[][]/, "", s); print s; exit }' fixtures/sandbox-people.ini)
server=
trap '[ -n "$server" ] && kill $server 2>/dev/null; rm -rf "$T"' EXIT
start() { # sets $url
	: >"$T/sandbox"
	"$NASKAH" sandbox --state "$T/state" --people "$T/people.ini" >"$T/sandbox" 2>&1 &
	server=$!
	for i in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15; do grep -q 'http://' "$T/sandbox" && break; sleep 0.3; done
	url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
}
stop() {
	kill "$server"
	wait "$server" 2>/dev/null
	server=
}
start
first=$url
cat >"$T/naskah.ini" <<INI
[verification]
url = http://127.0.0.1:8480
roots = $T/state/root.pem
[audit]
origin = naskah.contoh.example/service
[signing]
url = $url
approve = no
username = $(cat "$T/state/username")
password_file = $T/state/password
[signer $who]
nik = $nik
passphrase_file = $T/state/passphrase/$who
INI
exits "a letter is signed" 0 "$NASKAH" run --config "$T/naskah.ini" --out "$T/out" "$case"
person=$T/state/person/$who.pem
text() { openssl x509 -in "$1" -noout -text >"$T/text" && grep -qF "$2" "$T/text"; }
check "its certificate names OCSP" text "$person" "OCSP - URI:$url/ocsp"
check "and the CRL" text "$person" "URI:$url/crl/ca.crl"
check "the CA is signed with SHA-384" text "$T/state/ca.pem" "ecdsa-with-SHA384"
check "the time-stamp authority may do that alone" text "$T/state/tsa.pem" "Time Stamping"
ocsp() { # ISSUER CERT WORD
	openssl ocsp -issuer "$1" -cert "$2" -url "$url/ocsp" -CAfile "$T/state/root.pem" >"$T/ocsp" 2>&1
	grep -q "Response verify OK" "$T/ocsp" && grep -q ": $3" "$T/ocsp" || { cat "$T/ocsp"; return 1; }
}
check "the person is good" ocsp "$T/state/ca.pem" "$person" good
check "the CA is good" ocsp "$T/state/root.pem" "$T/state/ca.pem" good
if command -v curl >/dev/null; then
	echo isi >"$T/data"
	stamp() {
		openssl ts -query -data "$T/data" -"$1" -cert -out "$T/query" 2>/dev/null &&
			curl -sf -H 'Content-Type: application/timestamp-query' --data-binary @"$T/query" "$url/tsa" -o "$T/reply" &&
			openssl ts -verify -queryfile "$T/query" -in "$T/reply" -CAfile "$T/state/root.pem"
	}
	check "a time-stamp over SHA-256" stamp sha256
	check "a time-stamp over SHA-512" stamp sha512
	refuse "none over SHA-1" stamp sha1
	crl() {
		curl -sf "$url/crl/ca.crl" | openssl crl -inform DER -CAfile "$T/state/ca.pem" -noout -text >"$T/crl" 2>&1 &&
			grep -q "verify OK" "$T/crl" && grep -q "$1" "$T/crl"
	}
	check "the CRL revokes nobody" crl "No Revoked Certificates"
else
	skip "time-stamps and CRLs by hand" "no curl"
fi
stop
# The same place again, and the person is revoked meanwhile.
awk -v who="[$who]" '/^\[/ { mine = $0 == who } mine && /^status/ { $0 = "status = REVOKE" } { print }' "$T/people.ini" >"$T/people.new"
mv "$T/people.new" "$T/people.ini"
start
check "a second start has the same address" test "$url" = "$first"
check "the person is revoked" ocsp "$T/state/ca.pem" "$person" revoked
if command -v curl >/dev/null; then
	check "by the CRL too" crl "Revoked Certificates:"
fi
exits "what was signed before stays good" 0 "$NASKAH" verify --config "$T/naskah.ini" --out "$T/out" "$T"/out/letters/*/*.pdf
stop
finish
