#!/bin/sh
# pyHanko judges signatures: the fixtures' letters, a letter signed by a second person, and every kind of foreign PDF
# signed twice. It comes from PyPI into out/tools/pyhanko, once.
. "$(dirname "$0")/../lib.sh"
. tests/interop/pyhanko.sh
if ! pyhanko_install; then
	skip pyHanko "it cannot be fetched here: $(tail -n 1 "$T/pip")"
	finish
fi
judge() { "$tool/bin/python" "$here/judge.py" "$@" >"$T/verdicts" 2>"$T/words"; }
all_good() { # ROOT FILE...
	judge "$@" || { grep -v '^good' "$T/verdicts"; cat "$T/words"; return 1; }
	[ "$(grep -c '^good' "$T/verdicts")" -eq $(($# - 1)) ]
}

out=$T/out
root=$out/sandbox/root.pem
check "the fixtures' batch" "$NASKAH" run --config fixtures/demo.ini --out "$out" fixtures/cases
check "pyHanko: every letter intact, trusted, covered whole" all_good "$root" "$out"/letters/*/*.pdf
who="signer || iif(signer2 = '', '', ', ' || signer2) || iif(signer3 = '', '', ', ' || signer3)"
sqlite3 -separator ' ' "$out/ledger.db" "select count(*), $who from letters group by 2" | sort >"$T/ledger"
sed 's/^good [^ ]* //' "$T/verdicts" | sort | uniq -c | sed 's/^ *//' | sort >"$T/signers"
check "pyHanko names the ledger's signers" diff "$T/ledger" "$T/signers"

# A published letter, signed by one more person.
one=$(ls "$out"/letters/*/*.pdf | head -n 1)
check "a second signature" "$NASKAH" sign --config fixtures/demo.ini --out "$out" --as kabid --to "$T/second.pdf" "$one"
check "pyHanko: both are good" all_good "$root" "$T/second.pdf"

# Every kind of foreign PDF, signed twice.
check "the maker is built" make --no-print-directory VARIANT="$VARIANT" "out/build/$VARIANT/unit/test_verify"
mkdir "$T/pdf"
check "files are made" env NASKAH_KEEP_PDF="$T/pdf" NASKAH_KEEP_ROOT="$T/uji.pem" "$B/unit/test_verify"
check "pyHanko: every kind, signed twice" all_good "$T/uji.pem" "$T"/pdf/*.pdf

# Copies for decades: of every letter, and of every kind of foreign PDF.
ltv() { # ROOT NOW YEARS FILE...
	"$tool/bin/python" "$here/judge_ltv.py" "$@" >"$T/verdicts" 2>"$T/words" || { grep -v '^good' "$T/verdicts"; return 1; }
	[ "$(grep -c '^good' "$T/verdicts")" -eq $(($# - 3)) ]
}
cp -r "$out" "$T/extended"
check "copies of every letter" "$NASKAH" extend --config fixtures/demo.ini --out "$T/extended"
now=$(date -u +%Y-%m-%dT%H:%M:%S+00:00)
check "pyHanko: each is good for the long term, now and nine years on" ltv "$root" "$now" 9 "$T"/extended/letters/*/*.ltv.pdf
check "the maker is built" make --no-print-directory VARIANT="$VARIANT" "out/build/$VARIANT/unit/test_extend"
mkdir "$T/ltv"
check "files are made" env NASKAH_KEEP_PDF="$T/ltv" "$B/unit/test_extend"
check "pyHanko: every kind, extended" ltv "$T/ltv/uji.pem" 2026-03-31T02:45:00+00:00 9 "$T"/ltv/*.ltv.pdf
refuse "pyHanko: a letter as it was published is not" ltv "$root" "$now" 9 "$one"

# The judge can say no.
refuse "pyHanko trusts no other root" judge "$T/uji.pem" "$one"
check "and says why" grep -q "not trusted" "$T/verdicts"
cp "$one" "$T/flip.pdf"
printf '%%' | dd of="$T/flip.pdf" bs=1 seek=10 conv=notrunc 2>/dev/null
refuse "pyHanko notices a changed byte" judge "$root" "$T/flip.pdf"
check "and says what it is" grep -q "not intact" "$T/verdicts"
finish
