#!/bin/sh
# prepare.sh N DIR: what every peer is given for nothing: N cases, and for each its QR symbol as a drawn path, ID.svg for
# Typst and FOP and ID.qr for pdfTeX. The address in it is as long as one of naskah's.
set -eu
sh tests/bench/cases.sh "$1" "$2"
for f in "$2"/*.xml; do
	id=$(basename "$f" .xml)
	qrencode -l M -m 0 -t ASCII -o - "http://127.0.0.1:8480/v/Z10XJ2RQ5ZEKJV7${id#BENCH-}" | awk -v out="$2/$id" '
		{
			# ASCII draws a module as two characters
			for (x = 0; x * 2 < length($0); x += run) {
				dark = substr($0, x * 2 + 1, 1) == "#"
				for (run = 1; (substr($0, (x + run) * 2 + 1, 1) == "#") == dark && (x + run) * 2 < length($0);)
					run++
				if (dark) {
					svg = svg "M" x " " NR - 1 "h" run "v1h-" run "z"
					pdf = pdf x " -" NR " " run " 1 re\n"
				}
			}
		}
		END {
			printf "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%dpt\" height=\"%dpt\" viewBox=\"0 0 %d %d\"><path d=\"%s\"/></svg>\n", \
				NR, NR, NR, NR, svg >(out ".svg")
			printf "\\pdfliteral{q %.4f 0 0 %.4f 0 0 cm\n%sf Q}%%\n", 49 / NR, 49 / NR, pdf >(out ".qr")
		}'
done
