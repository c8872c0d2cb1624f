#!/bin/sh
# pictures.sh: the picture of a letter in README.md, and docs/letters: one letter of each kind, with an index. Run by
# `make docs`; NASKAH names the program. Clock and code key are fixed, so that only what changed in the letters changes.
set -eu
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
out=$T/out
mkdir -p "$out/keys"
(umask 077 && printf '%064d\n' 7 >"$out/keys/code.key")
"$NASKAH" run --config fixtures/demo.ini --out "$out" --now 2026-11-16T09:00:00+07:00 fixtures/cases >"$T/log" 2>&1 ||
	{ cat "$T/log"; exit 1; }

picture() { # PDF PAGE DPI COLOURS PNG: grey would lose the emblem's colours and the red marks
	pdftoppm -r "$3" -f "$2" -l "$2" -singlefile -png "$1" "$T/page"
	pngquant --force --strip --output "$5" "$4" "$T/page.png"
}
picture "$out"/letters/KMH-2026-001/90-*.pdf 1 90 64 docs/letter.png

letters=docs/letters
mkdir -p $letters
rm -f $letters/*.png
{
	echo "# The letters"
	echo
	echo "One of each kind, made and signed by \`make docs\` from the invented cases in \`fixtures/cases\`. The sandbox signs, so"
	echo "what only another office may sign is marked CONTOH. How they are made, and how to change one: [../templates.md](../templates.md)."
	# In the order of kinds.xml; the first case that has one. Rounds and levels of a kind count as one.
	sed -n 's/.*<surat nama="\([^"]*\)".*/\1/p' templates/kinds.xml | while read -r kind; do
		pattern=$(echo "$kind" | sed 's/{n}/[0-9]*/')
		row=$(sqlite3 -separator '|' "$out/ledger.db" "select case_id, printf('%02d', nn), kind, title from letters
			where kind glob '$pattern' and state = 'published' order by case_id, nn limit 1")
		IFS='|' read -r case_id nn name title <<-END
			$row
		END
		pdf=$out/letters/$case_id/$nn-$name.pdf
		pages=$(pdfinfo "$pdf" | sed -n 's/^Pages: *//p')
		source=$(grep -l "id=\"$case_id\"" fixtures/cases/*.xml)
		echo
		echo "## $title"
		echo
		echo "\`$nn-$name.pdf\` of [\`$(basename "$source")\`](../../$source), $pages page$([ "$pages" = 1 ] || echo s)"
		echo
		for page in $(seq "$pages"); do
			file=$name-$page.png
			[ "$pages" -gt 1 ] || file=$name.png
			picture "$pdf" "$page" 72 32 "$letters/$file"
			echo "![$title, page $page]($file)"
		done
	done
} >$letters/README.md
ls -l docs/letter.png $letters/*.png
