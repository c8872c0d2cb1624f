#!/bin/sh
# naskah render: drafts, what the layout did, pictures.
. "$(dirname "$0")/../lib.sh"
case=fixtures/cases/kmh-2026-001.xml
render() { "$NASKAH" render --config fixtures/demo.ini --out "$T/out" "$@"; }

exits "drafts" 0 render fixtures/cases
check "it prints the path of every draft" sh -c "xargs ls <'$T/.out' >/dev/null && test \$(grep -c . '$T/.out') -eq \$(find '$T/out/drafts' -name '*.pdf' | wc -l)"
exits "the tree of one kind" 0 render --kind lembar-disposisi-1 --dump tree $case
check "one letter" test "$(grep -c '^== ' "$T/.out")" -eq 1
exits "its pages" 0 render --kind lembar-disposisi-1 --dump pages $case
check "where things stand" grep -q 'text table .*|Kepala Pusat Data dan Informasi,|' "$T/.out"
exits "no such dump" 2 render --dump pictures $case
exits "no such kind in the cases" 2 render --kind surat-cinta $case

# Pictures: one for each page, named by case, letter and page.
exits "pictures" 0 render --png "$T/png" --dpi 40 fixtures/cases/kmh-2026-001.xml fixtures/cases/und-2026-001.xml
sort "$T/.out" >"$T/told"
find "$T/png" -name '*.png' | sort >"$T/there"
check "it prints the path of every picture" cmp "$T/told" "$T/there"
for f in "$T"/out/drafts/KMH-2026-001/*.pdf "$T"/out/drafts/UND-2026-001/*.pdf; do
	name=$(basename "$(dirname "$f")")-$(basename "$f" .pdf)
	pages=$(pdfinfo "$f" | sed -n 's/^Pages: *//p')
	for i in $(seq "$pages"); do echo "$T/png/$name-$i.png"; done
done | sort >"$T/wanted"
check "as many as the drafts have pages" cmp "$T/wanted" "$T/there"
# 210 mm at 40 dpi
across=$(od -An -tu1 -j16 -N4 "$(head -n 1 "$T/there")" | tr -s ' ')
check "they are PNGs of 331 dots across" test "$across" = " 0 0 1 75"
one=$(head -n 1 "$T/there")
sum=$(sha256sum "$one")
exits "again" 0 render --png "$T/png" --dpi 40 $case
check "the same picture" test "$(sha256sum "$one")" = "$sum"
exits "no drafts beside them" 0 "$NASKAH" render --config fixtures/demo.ini --out "$T/none" --png "$T/other" $case
check "nothing but pictures" test ! -e "$T/none"
exits "dots that are no number" 2 render --png "$T/png" --dpi many $case
exits "dots without pictures" 2 render --dpi 100 $case
exits "pictures of a dump" 2 render --png "$T/png" --dump tree $case
mkdir "$T/bare"
exits "without pdftoppm" 2 env PATH="$T/bare" "$NASKAH" render --config fixtures/demo.ini --png "$T/never" $case
check "the package is named" grep -q 'poppler-utils' "$T/.out"
printf '#!/bin/sh\nexit 9\n' >"$T/bare/pdftoppm"
chmod +x "$T/bare/pdftoppm"
exits "pdftoppm that fails" 3 env PATH="$T/bare:/usr/bin:/bin" "$NASKAH" render --config fixtures/demo.ini --png "$T/never" $case
check "no picture is left of it" test ! -e "$T/never"
finish
