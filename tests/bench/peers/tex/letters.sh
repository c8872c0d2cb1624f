#!/bin/sh
# letters.sh CASES OUT: one run of pdfTeX over all cases in CASES, its pages cut into a PDF each.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
out=$2
cd "$1"
xsltproc "$here/data.xsl" *.xml >letters.dat
pdflatex -interaction=batchmode -jobname=letters -output-directory="$out" "$here/letter.tex" >/dev/null
qpdf --split-pages --remove-unreferenced-resources=no "$out/letters.pdf" "$out/%d.pdf"
rm "$out/letters.pdf"
