#!/bin/sh
# docs/templates.md, carried out to the letter: its commands are run, its changes made, its files written, in a fresh copy,
# and what it says will be seen is seen. The words are those of a user: Indonesian.
#
# Of its blocks, ```sh must succeed and ```sh fails must not; every line of a ```text is in what the commands above it
# printed; ```diff is a change of one place (its line numbers say nothing); a block below <!-- file: PATH --> is that file.
. "$(dirname "$0")/../lib.sh"
doc=$PWD/docs/templates.md
export HOME=$T/home LANGUAGE=id
mkdir -p "$T/bin" "$HOME" "$T/blocks"
ln -s "$NASKAH" "$T/bin/naskah"
PATH=$T/bin:$PATH

# One file a block: NNNN.KIND with the line in the document, in order.
awk -v dir="$T/blocks" '
	/^<!-- file: / { path = $3 }
	/^```./ && !inside { inside = 1; kind = substr($0, 4); sub(/ /, "-", kind); f = sprintf("%s/%04d.%s", dir, NR, kind)
		if (path != "") { print path >(f ".path"); close(f ".path"); path = "" }
		next }
	/^```$/ && inside { inside = 0; close(f); next }
	inside { print >f }' "$doc"
check "the document has blocks of each kind" sh -c "cd '$T/blocks' && ls *.sh *.sh-fails *.text *.diff *.xml.path >/dev/null"

# A change: the lines that go, found in one place only, become those that come.
change() {
	awk '
		FNR == NR {
			if (/^--- a\//) { next }
			if (/^\+\+\+ b\//) { next }
			if (/^@@/) { next }
			if (/^[- ]/) old = old substr($0, 2) "\n"
			if (/^[+ ]/) new = new substr($0, 2) "\n"
			next
		}
		{ text = text $0 "\n" }
		END {
			at = index(text, old)
			if (!at) { print "these lines are not there:\n" old >"/dev/stderr"; exit 1 }
			if (index(substr(text, at + 1), old)) { print "these lines are there twice:\n" old >"/dev/stderr"; exit 1 }
			printf "%s%s%s", substr(text, 1, at - 1), new, substr(text, at + length(old))
		}' "$1" "$2" >"$2.new" && mv "$2.new" "$2"
}
run_block() { # FILE: in a shell of its own, to the first command that fails; where it ends up is where the next begins
	rm -f "$T/where"
	sh -e -c '. "$1"; pwd >"$2"' sh "$1" "$T/where" >"$T/said" 2>&1
	status=$?
	[ ! -s "$T/where" ] || cd "$(cat "$T/where")" || return 1
	return $status
}
for block in "$T"/blocks/*; do
	line=$(basename "$block" | sed 's/^0*//; s/\..*//')
	case $block in
	*.path) continue ;;
	*.sh)
		if run_block "$block"; then echo "ok line $line: commands"; else
			echo "not ok line $line: commands"
			sed 's/^/    /' "$T/said"
			failures=$((failures + 1))
		fi ;;
	*.sh-fails) refuse "line $line: commands that fail" run_block "$block" ;;
	*.text)
		missing=$(while IFS= read -r want; do grep -qF -- "$want" "$T/said" || echo "$want"; done <"$block")
		check "line $line: what they print" test -z "$missing" || sed 's/^/    /' "$T/said" | head -n 20 ;;
	*.diff) check "line $line: a change" change "$block" "$(sed -n 's|^+++ b/||p' "$block")" ;;
	*.xml) check "line $line: a file" cp "$block" "$(cat "$block.path")" ;;
	*) check "line $line: a block of a known kind" false ;;
	esac
done
check "it ended in the folder for trying things" test "$PWD" = "$HOME/percobaan"

# What was made is what a reader would expect of it.
said() { pdftotext -layout "out/drafts/$1" - | grep -qF -- "$2"; }
check "the sentence is on paper" said KMH-2026-001/06-pemberitahuan-standar.pdf "Selanjutnya, mohon Saudara:"
check "the field is on paper" said KMH-2026-002/02-formulir-permohonan.pdf "versi 2.1"
check "the letterhead is on paper" said KMH-2026-002/01-surat-permohonan.pdf "DINAS KOMUNIKASI DAN INFORMATIKA"
check "the new letter is on paper" said KMH-2026-001/07-surat-pernyataan.pdf "SURAT PERNYATAAN"
check "the new letter is a sound PDF" qpdf --check out/drafts/KMH-2026-001/07-surat-pernyataan.pdf
check "the logo is on it" sh -c "pdfimages -list out/drafts/KMH-2026-002/01-surat-permohonan.pdf | grep -q image"

# The reference is complete.
cd "$(dirname "$doc")/.." || exit 2
elements=$(sed -n 's/.*<xs:element name="\([^"]*\)".*/\1/p' schemas/letter.xsd | sort -u | while read -r e; do grep -qF "\`<$e>\`" "$doc" || echo "$e"; done)
check "every block of letter.xsd is explained$elements" test -z "$elements"
attributes=$(sed -n 's/.*<xs:attribute name="\([^"]*\)".*/\1/p' schemas/letter.xsd | sort -u | while read -r a; do grep -qE "\`$a(\`|=)" "$doc" || echo " $a"; done)
check "every attribute is explained$attributes" test -z "$attributes"
functions=$(grep -oE '^ \*	n:[a-z-]+' src/letter/functions.h | sed 's/.*n:/n:/' | sort -u | while read -r f; do grep -qF "\`$f(" "$doc" || echo " $f"; done)
check "every function is explained$functions" test -z "$functions"
finish
