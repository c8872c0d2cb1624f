#!/bin/sh
# Fonts and pictures that cannot be used: one error that names the file, exit 2, no letter.
. "$(dirname "$0")/../lib.sh"
fonts=/usr/share/fonts/truetype/liberation2
cp -r templates "$T/templates"
mkdir "$T/fonts"
cp $fonts/LiberationSans-*.ttf "$T/fonts/"
sed "s|^out = .*|out = $T/out\ntemplates = $T/templates\nfonts = $T/fonts|; s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|" \
	fixtures/demo.ini >"$T/setup.ini"
render() { "$NASKAH" render --config "$T/setup.ini" --kind lembar-disposisi-1 fixtures/cases/kmh-2026-001.xml; }
stops() { # WHAT FILE
	rm -rf "$T/out"
	exits "$1: exit 2" 2 render
	check "$1: one error, naming $2" sh -c "test \$(grep -c . '$T/.out') -eq 1 && grep -q '$2' '$T/.out'"
	check "$1: no letter" sh -c "! find '$T/out' -name '*.pdf' 2>/dev/null | grep ."
}
exits "as it should be" 0 render

font=$T/fonts/LiberationSans-Bold.ttf
bad_font() { # WHAT: $font has been changed
	stops "$1" LiberationSans-Bold.ttf
	cp $fonts/LiberationSans-Bold.ttf "$T/fonts/"
}
rm "$font" && bad_font "no font file"
: >"$font" && bad_font "a font file of zero bytes"
head -c 200000 $fonts/LiberationSans-Bold.ttf >"$font" && bad_font "a font file cut short"
cp schemas/case.xsd "$font" && bad_font "a text in the place of a font"
rm "$font" && mkdir "$font" && stops "a folder in the place of a font" LiberationSans-Bold.ttf
rmdir "$font" && cp $fonts/LiberationSans-Bold.ttf "$T/fonts/"

picture=$T/templates/profiles/lambang.png
sed -i 's|<lambang |<lambang gambar="lambang.png" keterangan="Lambang contoh" |' "$T/templates/profiles/kemhan.xml"
stops "no picture" lambang.png
: >"$picture" && stops "a picture of zero bytes" lambang.png
cp fixtures/pdf/plain.pdf "$picture" && stops "a picture that is no picture" lambang.png
# A page of ours is a good neutral picture.
pdftoppm -r 20 -png -singlefile fixtures/pdf/plain.pdf "${picture%.png}"
exits "a picture" 0 render
check "it is in the letter once, with its text" sh -c \
	"pdfimages -list '$T'/out/drafts/*/*.pdf | grep -c image | grep -qx 1 && grep -aq '/Alt(Lambang contoh)\|/Alt (Lambang contoh)' '$T'/out/drafts/*/*.pdf"
cp "$picture" "$T/whole.png"
head -c 100 "$T/whole.png" >"$picture" && stops "a picture cut short" lambang.png
finish
