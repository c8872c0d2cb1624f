#!/bin/sh
# The same cases, templates and key give the same letters, byte for byte: in any language and time zone, with one
# worker or many, in another order, from another copy of naskah, whatever memory holds before it is written to.
. "$(dirname "$0")/../lib.sh"
# glibc keeps the folders of LOCPATH for ever, and env -i forgets what is known of libraries: leaks are others' to find.
export LSAN_OPTIONS=detect_leaks=0
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
# a run for each case, from the last to the first, by a copy of program and data somewhere else
mkdir -p "$T/copy/bin" "$T/copy/share/naskah"
cp "$NASKAH" "$T/copy/bin/naskah"
cp -r templates schemas "$T/copy/share/naskah/"
cp -r fixtures "$T/copy/"
elsewhere() (
	cd "$T/copy" && umask 077 || return 1
	naskah() { env -i PATH="$PATH" HOME="$T/copy" LC_ALL=C LSAN_OPTIONS="$LSAN_OPTIONS" "$T/copy/bin/naskah" "$@" --config "$T/same.ini" --out "$T/elsewhere" >>"$T/said" 2>&1; }
	for c in $(ls -r fixtures/cases/*.xml); do
		naskah run "$c" || return 1
	done
	naskah render $(ls -r fixtures/cases/*.xml) || return 1
	sqlite3 "$T/elsewhere/ledger.db" "select case_id, kind, lower(hex(content)), lower(hex(unsigned_pdf)) from letters order by 1, 2"
	cd "$T/elsewhere/drafts" && find . -name '*.pdf' -exec sha256sum {} + | sort -k2
)
elsewhere >"$T/got" || cat "$T/said" >>"$T/got"
check "the same bytes elsewhere, case by case, in another order" cmp "$T/want" "$T/got"
# and a change is a change
cp -r fixtures/cases "$T/cases"
sed -i 's/Kota Contoh/Kota Contohnya/' "$T/cases/kmh-2026-001.xml"
check "another text gives other bytes" sh -c "'$NASKAH' render --config '$T/same.ini' --out '$T/other' '$T/cases' >/dev/null &&
	! cmp -s '$T/other/drafts/KMH-2026-001/01-surat-permohonan.pdf' '$T/first/drafts/KMH-2026-001/01-surat-permohonan.pdf'"
finish
