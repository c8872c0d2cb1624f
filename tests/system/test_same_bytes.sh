#!/bin/sh
# The same cases, templates and key give the same letters, byte for byte: in any language and time zone, with one
# worker or many, whatever memory holds before it is written to.
. "$(dirname "$0")/../lib.sh"
sed "s|^out = .*|out = unused\nkeys = $T/keys|; s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|" \
	fixtures/demo.ini >"$T/same.ini"
if command -v localedef >/dev/null && localedef -i id_ID -f UTF-8 "$T/id_ID.UTF-8" 2>/dev/null; then
	id_ID=id_ID.UTF-8 # decimal comma, its own names of months
else
	id_ID=C.UTF-8
	skip "a locale with a decimal comma" "localedef makes none here"
fi
letters() { # NAME JOBS VARIABLES...: the hashes of what would be signed, and of the drafts
	out=$T/$1 jobs=$2
	shift 2
	env "$@" "$NASKAH" run --jobs "$jobs" --config "$T/same.ini" --out "$out" fixtures/cases >"$T/said" 2>&1 || return 1
	env "$@" "$NASKAH" render --config "$T/same.ini" --out "$out" fixtures/cases >>"$T/said" 2>&1 || return 1
	sqlite3 "$out/ledger.db" "select case_id, kind, lower(hex(content)), lower(hex(unsigned_pdf)) from letters order by 1, 2"
	(cd "$out/drafts" && find . -name '*.pdf' -exec sha256sum {} + | sort -k2)
}
letters first 1 LC_ALL=C TZ=UTC >"$T/want"
check "there are letters and drafts" sh -c "test \$(grep -c '|' '$T/want') -ge 40 && test \$(grep -c 'pdf$' '$T/want') -ge 40"
again() { # NAME JOBS VARIABLES...
	letters "$@" >"$T/got" || cat "$T/said" >>"$T/got"
	check "the same bytes: $*" cmp "$T/want" "$T/got"
}
again many 4 LC_ALL=C.UTF-8 TZ=Asia/Jakarta MALLOC_PERTURB_=165
again indonesian 2 LC_ALL="$id_ID" LOCPATH="$T" LANGUAGE=id TZ=America/St_Johns MALLOC_PERTURB_=90
# and a change is a change
cp -r fixtures/cases "$T/cases"
sed -i 's/Kota Contoh/Kota Contohnya/' "$T/cases/kmh-2026-001.xml"
check "another text gives other bytes" sh -c "'$NASKAH' render --config '$T/same.ini' --out '$T/other' '$T/cases' >/dev/null &&
	! cmp -s '$T/other/drafts/KMH-2026-001/01-surat-permohonan.pdf' '$T/first/drafts/KMH-2026-001/01-surat-permohonan.pdf'"
finish
