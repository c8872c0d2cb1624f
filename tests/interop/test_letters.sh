#!/bin/sh
# Other people's tools judge the fixtures' letters: pdfsig, openssl cms, qpdf, mutool, zbarimg, pdftotext, pdffonts, Chromium.
. "$(dirname "$0")/../lib.sh"
out=$T/out
port=8481
sed "s|^url = .*|url = http://127.0.0.1:$port|; s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|; s|^out = .*|out = $out|" \
	fixtures/demo.ini >"$T/demo.ini"
check "the fixtures' batch" "$NASKAH" run --config "$T/demo.ini" fixtures/cases

# poppler trusts NSS databases only; ours knows the sandbox's TEST root. It asks the authority's OCSP responder, too.
"$NASKAH" sandbox --config "$T/demo.ini" >"$T/sandbox" 2>&1 &
authority=$!
server=
trap 'kill $server $authority 2>/dev/null; rm -rf "$T"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.3; done
mkdir "$T/nss"
if command -v certutil >/dev/null; then
	certutil -N -d "sql:$T/nss" --empty-password
	certutil -A -d "sql:$T/nss" -n uji -t CT,CT,CT -a -i "$out/sandbox/root.pem"
fi

signed() {
	pdfsig -nssdir "sql:$T/nss" "$1" >"$T/sig" 2>&1
	grep -q 'Signature is Valid' "$T/sig" && grep -q 'Total document signed' "$T/sig" &&
		grep -q 'ETSI.CAdES.detached' "$T/sig" && { ! command -v certutil >/dev/null || grep -q 'Certificate is Trusted' "$T/sig"; }
}
cades() { # openssl: the CMS alone, over the bytes that /ByteRange names
	set -- "$1" $(grep -aoE '/ByteRange \[[0-9 ]+\]' "$1" | tail -n 1 | tr -cd '0-9 ')
	[ $# -eq 5 ] || return 1
	{ head -c "$3" "$1" && tail -c "+$(($4 + 1))" "$1" | head -c "$5"; } >"$T/signed"
	head -c $(($4 - 1)) "$1" | tail -c "+$(($3 + 2))" | xxd -r -p >"$T/cms"
	openssl cms -verify -cades -binary -inform DER -in "$T/cms" -content "$T/signed" -CAfile "$out/sandbox/root.pem" \
		-purpose any -out /dev/null 2>"$T/openssl"
}
scanned() { # the QR of some page holds the ledger's code for this very file
	hash=$(sha256sum "$1" | cut -d' ' -f1)
	code=$(sqlite3 "$out/ledger.db" "select code from letters where lower(hex(signed_pdf)) = '$hash'")
	[ -n "$code" ] || return 1
	rm -f "$T"/page*
	pdftoppm -r 150 -png "$1" "$T/page" && zbarimg -q --raw "$T"/page*.png 2>/dev/null | grep -qx "http://127.0.0.1:$port/v/$code"
}
told() { # its text is complete: number, subject, signer and the code that a person can type
	row=$(sqlite3 -separator '|' "$out/ledger.db" "select number, signer, code from letters where lower(hex(signed_pdf)) = '$(sha256sum "$1" | cut -d' ' -f1)'")
	pdftotext "$1" "$T/text" && tr -s ' \n' ' ' <"$T/text" >"$T/flat"
	number=${row%%|*} rest=${row#*|}
	signer=${rest%%|*} code=${rest#*|}
	# a long number may be broken after a slash
	tr -d ' ' <"$T/flat" | grep -qF "$(echo "$number" | tr -d ' ')" && grep -qF "$signer" "$T/flat" &&
		tr -d ' -' <"$T/flat" | grep -qF "$code"
}
embedded() { # no font is left out, every one maps to Unicode
	pdffonts "$1" | tail -n +3 >"$T/fonts" && [ -s "$T/fonts" ] && ! awk '{ if ($(NF-4) != "yes" || $(NF-2) != "yes") print }' "$T/fonts" | grep .
}
bad_sig='' bad_cades='' bad_qpdf='' bad_mutool='' bad_qr='' bad_text='' bad_font=''
for f in "$out"/letters/*/*.pdf; do
	signed "$f" || bad_sig="$bad_sig $f"
	cades "$f" || bad_cades="$bad_cades $f"
	qpdf --check "$f" >"$T/qpdf" 2>&1 || bad_qpdf="$bad_qpdf $f"
	# Debian's mutool is built without ICC and says so of every file
	mutool draw -q -o /dev/null -F txt "$f" 2>"$T/mutool" && ! grep -v 'ICC support is not available' "$T/mutool" ||
		bad_mutool="$bad_mutool $f"
	scanned "$f" || bad_qr="$bad_qr $f"
	told "$f" || bad_text="$bad_text $f"
	embedded "$f" || bad_font="$bad_font $f"
done
check "pdfsig: every letter valid, whole document signed$bad_sig" test -z "$bad_sig"
check "openssl cms -cades: every letter verifies$bad_cades" test -z "$bad_cades"
printf x >>"$T/signed"
refuse "openssl notices a byte more" openssl cms -verify -cades -binary -inform DER -in "$T/cms" -content "$T/signed" \
	-CAfile "$out/sandbox/root.pem" -purpose any -out /dev/null
check "qpdf --check: every letter clean$bad_qpdf" test -z "$bad_qpdf"
check "mutool reads every letter without a word$bad_mutool" test -z "$bad_mutool"
check "zbarimg at 150 dpi: every QR is the ledger's code$bad_qr" test -z "$bad_qr"
check "pdftotext: number, signer and code of every letter$bad_text" test -z "$bad_text"
check "pdffonts: every font embedded, mapped to Unicode$bad_font" test -z "$bad_font"

# The page that each QR opens, in a browser.
"$NASKAH" serve --config "$T/demo.ini" --port $port >"$T/serve" 2>&1 &
server=$!
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 127.0.0.1 "$T/serve" 2>/dev/null && break; sleep 0.3; done
if command -v chromium >/dev/null; then
	bad=''
	first=
	for code in $(sqlite3 "$out/ledger.db" "select code from letters where state = 'published' group by kind"); do
		chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking \
			--disable-component-update --disable-sync --user-data-dir="$T/chromium" --dump-dom \
			"http://127.0.0.1:$port/v/$code" >"$T/dom" 2>/dev/null
		number=$(sqlite3 "$out/ledger.db" "select number from letters where code = '$code'")
		grep -qF "$number" "$T/dom" || bad="$bad $code"
		first=${first:-$code}
	done
	check "Chromium opens the page of a letter of each kind$bad" test -z "$bad"
else
	skip "Chromium" "not installed"
fi
finish
