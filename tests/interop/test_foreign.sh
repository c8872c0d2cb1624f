#!/bin/sh
# PDFs that other programs made, as Debian ships them: naskah signs each twice with keys of an office's own (RSA, then
# EC), and poppler and qpdf judge. What cannot be signed is refused with a reason. KEEP=folder keeps the signed files.
. "$(dirname "$0")/../lib.sh"

. tests/interop/foreign.sh
foreign_gather "$T/pdf"

. tests/keys.sh
check "a test authority" make_root
check "an RSA key" make_p12 rsa "Segel RSA UJI" $RSA
check "an EC key" make_p12 ec "Segel EC UJI" $EC
{
	own_office
	own_key rsa 3300000000000001 "Segel RSA UJI"
	own_key ec 3300000000000002 "Segel EC UJI"
} >"$T/naskah.ini"

findings() { # FILE: what qpdf has to say, without names and places
	qpdf --check "$1" 2>&1 | grep -E '^WARNING|^ERROR' | sed 's/^[^:]*: [^:]*://; s/[0-9]\{1,\}/N/g' | sort -u
}
judge() { # FILE BEFORE
	pdfsig -nocert "$1" >"$T/sig" 2>/dev/null || return 1
	[ "$(grep -c 'Signature is Valid' "$T/sig")" = 2 ] && [ "$(grep -c '  - Total document signed' "$T/sig")" = 1 ] &&
		[ "$(grep -c 'ETSI.CAdES.detached' "$T/sig")" = 2 ] || { cat "$T/sig"; return 1; }
	findings "$2" >"$T/before"
	findings "$1" >"$T/after"
	[ -z "$(comm -13 "$T/before" "$T/after")" ] || { echo "new findings of qpdf:"; comm -13 "$T/before" "$T/after"; return 1; }
	head -c "$(stat -c %s "$2")" "$1" | cmp -s - "$2" || { echo "does not begin with the file"; return 1; }
}
sign() { "$NASKAH" sign --config "$T/naskah.ini" --as "$1" --to "$3" "$2"; }

signed=0 refused=0
tables=0 streams=0 objstms=0 linear=0
mkdir "$T/signed"
for f in "$T"/pdf/*.pdf; do
	name=$(basename "$f")
	if ! sign rsa "$f" "$T/once.pdf" >"$T/out.txt" 2>&1; then
		refused=$((refused + 1))
		# A refusal is for damage that qpdf sees, too, and says what to do.
		check "refused with a reason: $name" sh -c "! qpdf --check '$f' && grep -qE 'damaged|encrypted|cut short' '$T/out.txt'"
		sed 's/^/#   /' "$T/out.txt" | cut -c1-200
		continue
	fi
	if check "signed twice: $name" sign ec "$T/once.pdf" "$T/signed/$name" &&
		check "pdfsig and qpdf agree: $name" judge "$T/signed/$name" "$f"; then
		signed=$((signed + 1))
		case $name in *.linearized*.pdf | *.objstm.pdf) ;; *)
			if grep -aq /ObjStm "$f"; then objstms=$((objstms + 1)); fi
			if grep -aqE '/Type ?/XRef' "$f"; then streams=$((streams + 1)); else tables=$((tables + 1)); fi
			;;
		esac
		if head -c 1024 "$f" | grep -aq /Linearized; then linear=$((linear + 1)); fi
	fi
	rm -f "$T/once.pdf"
done
[ -z "${KEEP:-}" ] || cp "$T"/signed/*.pdf "$KEEP"
own=$((tables + streams))
echo "# $signed files signed twice, $refused refused; of Debian's own $own: $tables with tables, $streams with xref streams ($objstms with object streams); $linear linearized"
check "at least 40 different files of Debian's" test "$own" -ge 40
check "xref streams and linearized files among them" test "$streams" -ge 1 -a "$linear" -ge 1
check "naskah verifies them" sh -c "'$NASKAH' verify --config '$T/naskah.ini' '$T'/signed/*.pdf"
finish
