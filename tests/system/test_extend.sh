#!/bin/sh
# Copies of letters that can be checked in decades: made, recognised, judged ten years on without a network, renewed,
# judged twenty years on. What cannot be extended leaves nothing behind.
. "$(dirname "$0")/../lib.sh"

cases="fixtures/cases/bkp-2026-001.xml fixtures/cases/kmh-2026-009.xml"
out=$T/out
copy=$out/letters/BKP-2026-001/02-surat-rekomendasi-sertifikat
year() { echo "$1-04-20T09:00:00+07:00"; }
naskah() { command=$1 && shift && "$NASKAH" "$command" --config "$T/naskah.ini" --out "$out" "$@"; }
sed "s|= sandbox-people.ini|= $PWD/fixtures/sandbox-people.ini|" fixtures/demo.ini >"$T/naskah.ini"
level() { naskah verify --json --now "$(year "$1")" "$2" | grep -q "\"valid\": *true.*\"level\": *\"$3\""; }

check "a batch is published" naskah run --now "$(year 2026)" $cases
(cd "$out" && find letters -name '*.pdf' -exec sha256sum {} +) | sort >"$T/before"
letters=$(wc -l <"$T/before")
check "its letters are B-T" level 2026 "$copy.pdf" B-T

# B-LT, then B-LTA of the same copies.
check "copies at B-LT" naskah extend --now "$(year 2026)" --level B-LT
check "are B-LT" level 2026 "$copy.ltv.pdf" B-LT
check "copies at B-LTA" naskah extend --now "$(year 2026)"
check "are B-LTA" level 2026 "$copy.ltv.pdf" B-LTA
(cd "$out" && find letters -name '*.ltv.pdf') >"$T/copies"
check "one for each letter" [ "$(wc -l <"$T/copies")" -eq "$letters" ]
check "the letters themselves did not change" sh -c "cd '$out' && sha256sum -c --quiet '$T/before'"
(cd "$out" && xargs sha256sum) <"$T/copies" >"$T/first"
check "a second time there is nothing to do" naskah extend --now "$(year 2026)"
check "and nothing is written" sh -c "cd '$out' && sha256sum -c --quiet '$T/first'"
check "qpdf has nothing to say" qpdf --check "$copy.ltv.pdf"
pdfsig -nocert "$copy.ltv.pdf" >"$T/pdfsig" 2>/dev/null
check "pdfsig: the signature is valid" grep -q "Signature is Valid" "$T/pdfsig"

# The copy is the letter.
naskah verify --now "$(year 2026)" "$copy.ltv.pdf" >"$T/words"
check "verify knows which letter it is" grep -q "BKP-2026-001" "$T/words"
check "and that it is a copy" grep -q "can be checked for longer" "$T/words"
check "the letter's receipt is the copy's" grep -q "Receipt: good" "$T/words"
check "somewhere else, too" sh -c "cp '$copy.ltv.pdf' '$T/elsewhere.pdf' && '$NASKAH' verify --config '$T/naskah.ini' \
	--out '$out' --now '$(year 2026)' '$T/elsewhere.pdf' | grep -q BKP-2026-001"
printf 'x' >>"$T/elsewhere.pdf"
exits "not when something is behind it" 1 naskah verify --now "$(year 2026)" "$T/elsewhere.pdf"

# Later runs do not mind.
check "the same batch again" naskah run --now "$(year 2026)" $cases
check "copies stay" sh -c "cd '$out' && sha256sum -c --quiet '$T/first'"

# A letter that is replaced takes its copy along; the new one gets its own.
mkdir "$T/cases"
cp fixtures/cases/kmh-2026-001.xml "$T/cases/a.xml"
check "one more case" naskah run --now "$(year 2026)" "$T/cases"
check "and its copies" naskah extend --now "$(year 2026)"
sed -i 's/(SURELKO)/(SURELKO II)/' "$T/cases/a.xml"
check "corrected" naskah run --now "$(year 2026)" "$T/cases"
old=$(ls "$out"/letters/KMH-2026-001/superseded/*.ltv.pdf 2>/dev/null | head -n 1)
check "the copy of the old letter is beside it" [ -n "$old" ]
check "and not beside the new one" sh -c "! ls '$out'/letters/KMH-2026-001/01*.ltv.pdf"
naskah verify --now "$(year 2026)" "$old" >"$T/words"
check "it is known as replaced" grep -q REPLACED "$T/words"
check "the new one gets its own" naskah extend --now "$(year 2026)"
check "which is good" level 2026 "$(ls "$out"/letters/KMH-2026-001/01*.ltv.pdf)" B-LTA

# Ten years on: nobody answers, the signer's certificate ended eight years ago.
offline() { if unshare -rn true 2>/dev/null; then unshare -rn "$@"; else "$@"; fi; }
# Somebody without our ledger, which remembers when a file was there already.
sed "s|^\[verification\]|&\nroots = $out/sandbox/root.pem|" "$T/naskah.ini" >"$T/stranger.ini"
later() { offline "$NASKAH" verify --config "$T/stranger.ini" --out "$T/nowhere" --now "$(year "$1")" "$2"; }
check "ten years on" later 2036 "$copy.ltv.pdf"
exits "the letter alone could not be checked any more after its time-stamp's end" 1 later 2038 "$copy.pdf"
exits "nor the copy" 1 later 2038 "$copy.ltv.pdf"

# Renewal, by an authority that has its next certificate.
printf '[stamp]\nrenew_days = 800\n' >>"$T/naskah.ini"
cp -r "$out/letters" "$T/kept"
naskah extend --now 2035-10-20T09:00:00+07:00 --json >"$T/renewed" 2>/dev/null
check "renewed after nine years and a half" [ "$(grep -c '"result": *"renewed"' "$T/renewed")" -gt "$letters" ]
begin_with() { (cd "$out" && while read -r f; do cmp -n "$(stat -c %s "$T/kept/${f#letters/}")" "$f" "$T/kept/${f#letters/}" || exit 1; done <"$T/copies"); }
check "each begins with the copy before" begin_with
check "twenty years on" later 2046 "$copy.ltv.pdf"
check "B-LTA still" level 2046 "$copy.ltv.pdf" B-LTA
check "and the letters still did not change" sh -c "cd '$out' && sha256sum -c --quiet '$T/before'"

# Named files.
cp "$copy.pdf" "$T/one.pdf"
exits "too late for a signature whose time-stamp has ended" 1 naskah extend --now "$(year 2045)" "$T/one.pdf"
check "leaves nothing" [ ! -e "$T/one.ltv.pdf" ]
check "a named file" naskah extend --now "$(year 2026)" "$T/one.pdf"
check "its copy beside it" [ -s "$T/one.ltv.pdf" ]
cp "$T/one.pdf" "$T/two.pdf"
echo mine >"$T/two.ltv.pdf"
exits "what is there already and no copy is not overwritten" 1 naskah extend --now "$(year 2026)" "$T/two.pdf"
check "it is still there" grep -q mine "$T/two.ltv.pdf"
check "another name" naskah extend --now "$(year 2026)" --to "$T/three.pdf" "$T/two.pdf"
exits "no PDF" 1 naskah extend README.md
exits "not signed" 1 naskah extend fixtures/pdf/plain.pdf
check "nothing beside it" [ ! -e fixtures/pdf/plain.ltv.pdf ]
exits "no such level" 2 naskah extend --level B-B "$T/one.pdf"

# Who does not answer, or says bad things. The sandbox keeps its state: only the fault is new.
try() { # NAME FAULT EXIT WORDS
	sed "s|^people = .*|&\nfault = $2|" "$T/naskah.ini" >"$T/faulty.ini"
	rm -f "$T/one.ltv.pdf"
	exits "$1" "$3" "$NASKAH" extend --config "$T/faulty.ini" --out "$out" --now "$(year 2026)" "$T/one.pdf"
	check "$1: in words" grep -q "$4" "$T/.out"
	if [ "$3" -eq 0 ]; then
		check "$1: it is good all the same" level 2026 "$T/one.ltv.pdf" B-LTA
	else
		check "$1: nothing is left" [ ! -e "$T/one.ltv.pdf" ]
	fi
}
try "the signer was revoked" ocsp-revoked 1 "REVOKED"
try "OCSP knows nobody, the CRL does" ocsp-unknown 0 "B-LTA"
try "OCSP is a year old, the CRL is not" ocsp-stale 0 "B-LTA"
try "OCSP by a stranger, the CRL is not" ocsp-stranger 0 "B-LTA"
try "neither OCSP nor CRL of any use" crl-stale 1 "cannot be shown"
try "CRLs by a stranger" crl-stranger 1 "cannot be shown"
try "the time-stamp authority refuses" tsa-refuses 4 "try later"
try "it stamps something else" tsa-other 4 "try later"
try "it repeats no number" tsa-no-nonce 4 "try later"
try "a page in HTML" tsa-html 4 "try later"
finish
