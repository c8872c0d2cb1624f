# Files signed twice by append, from every kind of PDF: poppler and qpdf judge them.
. tests/lib.sh
check "the maker is built" make --no-print-directory VARIANT="$VARIANT" "out/build/$VARIANT/unit/test_verify"
mkdir "$T/pdf"
check "files are made" env NASKAH_KEEP_PDF="$T/pdf" "$B/unit/test_verify"
judge() {
	pdfsig -nocert "$1" >"$T/sig" 2>/dev/null || return 1
	[ "$(grep -c 'Signature is Valid' "$T/sig")" = 2 ] && [ "$(grep -c '  - Total document signed' "$T/sig")" = 1 ] &&
		[ "$(grep -c 'ETSI.CAdES.detached' "$T/sig")" = 2 ] && qpdf --check "$1"
}
count=0
for f in "$T"/pdf/*.pdf; do
	check "pdfsig and qpdf: $(basename "$f")" judge "$f"
	count=$((count + 1))
done
check "all kinds were judged" [ "$count" = 36 ]
finish
