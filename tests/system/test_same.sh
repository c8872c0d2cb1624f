#!/bin/sh
# The same cases make the same bytes: with one worker and with many, in another folder, time zone and language, in another
# order, from another copy of naskah. Compared are the drafts, and what is sent to be signed, as the ledger has it (the
# signatures themselves hold a moment and, with some keys, chance).
. "$(dirname "$0")/../lib.sh"
now=2026-11-16T09:00:00+07:00
run() { out=$1; shift; "$NASKAH" run --now $now --config fixtures/demo.ini --out "$T/$out" "$@" >"$T/$out.log" 2>&1; }
sent() { sqlite3 "$T/$1/ledger.db" "select case_id, kind, code, hex(content), hex(unsigned_pdf), hex(recipe) from letters order by 1, 2" >"$T/$1.sent"; }
drafts() { (cd "$T/$1/drafts" && find . -type f -exec sha256sum {} + | sort -k2) >"$T/$1.drafts"; }
same() { # NAME OUT: as in $T/one
	sent "$2"
	drafts "$2"
	check "$1: what is signed" cmp "$T/one.sent" "$T/$2.sent"
	check "$1: drafts" cmp "$T/one.drafts" "$T/$2.drafts"
}
# Another folder, with the code key of the first.
other() { mkdir -p "$T/$1" && cp -r "$T/one/keys" "$T/$1/keys"; }

check "one worker" run one --jobs 1 fixtures/cases
render() { out=$1; shift; "$NASKAH" render --config fixtures/demo.ini --out "$T/$out" "$@" >>"$T/$out.log" 2>&1; }
check "its drafts" render one fixtures/cases
sent one
drafts one
letters=$(find "$T/one/letters" -name '*.pdf' | wc -l)
check "every letter is compared" test "$letters" -ge 40 -a "$(grep -c . "$T/one.sent")" -eq "$letters" -a "$(grep -c . "$T/one.drafts")" -eq "$letters"

other many
check "eight workers" run many --jobs 8 fixtures/cases
render many fixtures/cases
same "eight workers" many

other order
check "the other way round, one case after the other" sh -c "ls -r fixtures/cases/*.xml | while read -r c; do '$NASKAH' run --now $now --config fixtures/demo.ini --out '$T/order' \"\$c\" || exit 1; done"
render order $(ls -r fixtures/cases/*.xml)
same "another order" order

# A copy of program and data elsewhere, in another language, zone and mask. The program finds its data beside itself.
other elsewhere
mkdir -p "$T/copy/bin" "$T/copy/share/naskah"
cp "$NASKAH" "$T/copy/bin/naskah"
cp -r templates schemas "$T/copy/share/naskah/"
cp -r fixtures "$T/copy/fixtures"
here=$PWD
there() (
	cd "$T/copy" && umask 077
	env -i PATH="$PATH" HOME="$T/copy" LANGUAGE=id LC_ALL=C TZ=America/St_Johns "$@"
)
check "elsewhere" there "$T/copy/bin/naskah" run --now $now --config fixtures/demo.ini --out "$T/elsewhere" --jobs 3 fixtures/cases
check "elsewhere: its drafts" there "$T/copy/bin/naskah" render --config fixtures/demo.ini --out "$T/elsewhere" fixtures/cases
same "elsewhere" elsewhere
cd "$here" || exit 2

# The comparison can fail.
one=fixtures/cases/kmh-2026-002.xml
sed -i 's|Kepala Pusat Data dan Informasi|Kepala Pusat Contoh|' "$T/copy/$one"
other changed
there "$T/copy/bin/naskah" run --now $now --config fixtures/demo.ini --out "$T/changed" $one >/dev/null
sent changed
check "a changed case is noticed" grep -vqFxf "$T/one.sent" "$T/changed.sent"
finish
