#!/bin/sh
# pictures.sh: the picture of a letter in README.md. NASKAH names the program; run by `make docs`.
set -eu
T=$(mktemp -d)
trap 'rm -rf "$T"' EXIT
"$NASKAH" run --config fixtures/demo.ini --out "$T/out" --now 2026-11-16T09:00:00+07:00 fixtures/cases/kmh-2026-001.xml >/dev/null
# Grey would lose the emblem's colours; 64 colours are enough for it and for smooth letters.
pdftoppm -r 90 -f 1 -l 1 -singlefile -png "$T"/out/letters/KMH-2026-001/90-*.pdf "$T/page"
pngquant --force --output docs/letter.png 64 "$T/page.png"
ls -l docs/letter.png
