#!/bin/sh
# Keys of the office's own in PKCS#12 files: letters, files of 50 MB in little memory, and what is refused before anything
# is signed, in words that say what to do.
. "$(dirname "$0")/../lib.sh"
. tests/keys.sh
check "a test authority" make_root
check "an RSA key" make_p12 rsa "Segel RSA UJI" $RSA
check "an EC key" make_p12 ec "Segel EC UJI" $EC
{
	own_office
	own_key rsa 3300000000000001 "Segel RSA UJI"
	own_key ec 3300000000000002 "Segel EC UJI"
} >"$T/naskah.ini"
sign() { "$NASKAH" sign --config "$T/naskah.ini" "$@"; }
valid() { # FILE N
	pdfsig -nocert "$1" >"$T/sig" 2>/dev/null
	test "$(grep -c 'Signature is Valid' "$T/sig")" = "$2"
}

# ---- one file, two keys
exits "by the first key" 0 sign --as rsa --to "$T/one.pdf" fixtures/pdf/hybrid.pdf
exits "by the second" 0 sign --as ec --to "$T/two.pdf" "$T/one.pdf"
check "poppler: both valid" valid "$T/two.pdf" 2
check "naskah: valid" "$NASKAH" verify --config "$T/naskah.ini" "$T/two.pdf"
check "no note of intent is left" sh -c "! ls '$T'/*.intent"

# ---- a visible signature
{
	own_office
	own_key rsa 3300000000000001 "Segel RSA UJI"
	printf 'image = %s\npage = 1\nx = 100\ny = 120\nwidth = 80\nheight = 80\n' "$PWD/fixtures/pictures/quarters.jpg"
} >"$T/seen.ini"
colour() { pdftoppm -r 72 -x "$2" -y "$3" -W 1 -H 1 "$1" | tail -c 3 | od -An -tu1 | tr -s ' '; }
if exits "a visible one" 0 "$NASKAH" sign --config "$T/seen.ini" --as rsa --to "$T/seen.pdf" fixtures/pdf/plain.pdf; then
	check "poppler: valid" valid "$T/seen.pdf" 1
	red=$(colour "$T/seen.pdf" 120 140)
	check "its picture stands where it should ($red)" sh -c "set -- $red; test \$1 -gt 220 -a \$2 -lt 40"
fi

# Letters, too: every signer of a case with a picture.
sed "s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|; s|^url = .*|&\nroots = $T/root.pem|; s|^\[signing\]|&\napprove = no|
	s|^nik = .*|&\nname = Segel RSA UJI\nway = pkcs12\nkey_file = $T/rsa.p12\npassphrase_file = $T/passphrase\nimage = $PWD/fixtures/pictures/quarters.jpg\npage = 1\nx = 20\ny = 20\nwidth = 40\nheight = 40|" \
	fixtures/demo.ini >"$T/run.ini"
exits "letters with visible signatures are published" 0 "$NASKAH" run --config "$T/run.ini" --out "$T/run" fixtures/cases/bkp-2026-001.xml
letter=$(find "$T/run/letters" -name '*.pdf' | head -n 1)
check "naskah verifies one" "$NASKAH" verify --config "$T/run.ini" --out "$T/run" "$letter"
check "its picture is on the page" sh -c "set -- $(colour "$letter" 30 30); test \$1 -gt 220 -a \$2 -lt 40"

# ---- 50 MB
big() { # FILE MIB: one page with a picture of random bytes
	n=$(($2 * 1048576))
	printf '%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n' >"$1"
	o3=$(stat -c %s "$1")
	printf '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject << /I 4 0 R >> >> >>\nendobj\n' >>"$1"
	o4=$(stat -c %s "$1")
	printf '4 0 obj\n<< /Type /XObject /Subtype /Image /Width 1024 /Height %d /ColorSpace /DeviceGray /BitsPerComponent 8 /Length %d >>\nstream\n' \
		$(($2 * 1024)) "$n" >>"$1"
	head -c "$n" /dev/urandom >>"$1"
	printf '\nendstream\nendobj\n' >>"$1"
	x=$(stat -c %s "$1")
	printf 'xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n%010d 00000 n \n%010d 00000 n \n' "$o3" "$o4" >>"$1"
	printf 'trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' "$x" >>"$1"
}
in_memory() { # KIB FILE
	rm -f "$T/big.signed.pdf"
	(ulimit -d "$1" && sign --as rsa --to "$T/big.signed.pdf" "$2") >"$T/memory" 2>&1
}
if [ "$VARIANT" = asan ]; then
	skip "50 MB in little memory" "sanitizers need all memory themselves"
else
	big "$T/big.pdf" 50
	big "$T/small.pdf" 1
	small=8000
	until in_memory $small "$T/small.pdf" || [ $small -gt 60000 ]; do small=$((small + 2000)); done
	large=$small
	until in_memory $large "$T/big.pdf" || [ $large -gt $((small + 65536)) ]; do large=$((large + 2000)); done
	echo "# 1 MB needs $small KiB of data, 50 MB $large KiB"
	check "50 MB are signed within 64 MiB more than 1 MB" test $((large - small)) -le 65536
	check "poppler: valid" valid "$T/big.signed.pdf" 1
	rm -f "$T"/big*.pdf
fi

# ---- what cannot be signed: nothing is made, the reason and the remedy are told
refused() { # NAME WORDS REMEDY FILE
	exits "refused: $1" 1 sign --as rsa --to "$T/no.pdf" "$4" || return
	check "$1: why" grep -q "$2" "$T/.out"
	check "$1: what to do" grep -q "$3" "$T/.out"
	check "$1: nothing is made" sh -c "! ls '$T'/no.pdf*"
}
qpdf --encrypt "" kunci 256 -- fixtures/pdf/plain.pdf "$T/encrypted.pdf"
{ printf 'From: surat@contoh.example\r\n\r\n'; cat fixtures/pdf/plain.pdf; } >"$T/junk.pdf"
head -c 400 fixtures/pdf/plain.pdf >"$T/cut.pdf"
sed 's/^startxref$/startxref\n1/; ' fixtures/pdf/plain.pdf >"$T/damaged.pdf"
refused "encrypted" "is encrypted" "decrypt" "$T/encrypted.pdf"
refused "XFA" "XFA form" "print it" fixtures/pdf/xfa.pdf
refused "certified as final" "DocMDP P=1" "ask its author" fixtures/pdf/docmdp-1.pdf
refused "junk in front" "does not begin with" "fetch it anew" "$T/junk.pdf"
refused "cut short" "cut short" "written anew" "$T/cut.pdf"
refused "damaged" "damaged" "written anew" "$T/damaged.pdf"
refused "no pages" "has no pages" "no pages" fixtures/pdf/no-pages.pdf

# ---- keys that do not sign
no_key() { # NAME WORDS INI-EDIT
	sed "$3" "$T/naskah.ini" >"$T/bad.ini"
	exits "$1" 4 "$NASKAH" sign --config "$T/bad.ini" --as rsa --to "$T/no.pdf" fixtures/pdf/plain.pdf
	check "$1: why" grep -q "$2" "$T/.out"
}
printf 'bukan ini\n' >"$T/wrong"
chmod 600 "$T/wrong"
no_key "a wrong passphrase" "does not open" "s|$T/passphrase|$T/wrong|"
check "the passphrase is not told" sh -c "! grep -q 'bukan ini' '$T/.out'"
no_key "no such file" "cannot read" "s|rsa.p12|tidak-ada.p12|"
cp "$T/rsa.p12" "$T/open.p12"
chmod 644 "$T/open.p12"
no_key "a file that others can read" "chmod 600" "s|rsa.p12|open.p12|"
sed '/^roots/d' "$T/naskah.ini" >"$T/bad.ini"
exits "without roots nobody could check" 2 "$NASKAH" sign --config "$T/bad.ini" --as rsa --to "$T/no.pdf" fixtures/pdf/plain.pdf
finish
