#!/bin/sh
# EU DSS (Maven Central), which the European validators run on, judges levels and validity of the same files as naskah does,
# letters and PDFs that other programs made, offline: B-B and B-T with the authorities' CRLs beside them, B-LT and B-LTA
# with nothing but the root, now and ten years on. pdfsig has its say about the signatures.
. "$(dirname "$0")/../lib.sh"
jars=$PWD/out/tools/dss
if ! command -v javac >/dev/null; then
	skip "EU DSS" "no javac"
	finish
fi
if [ ! -e "$jars/complete" ]; then
	rm -rf "$jars"
	if ! command -v mvn >/dev/null || ! mvn -q -B -f tests/interop/dss/pom.xml \
		org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
		-DoutputDirectory="$jars" >"$T/mvn" 2>&1; then
		skip "EU DSS" "it cannot be fetched here: $(grep -m 1 ERROR "$T/mvn" 2>/dev/null || echo no mvn)"
		finish
	fi
	touch "$jars/complete"
fi
mkdir "$T/classes"
check "the judge compiles" javac -cp "$jars/*" -d "$T/classes" tests/interop/dss/Judge.java
judge() { java -cp "$jars/*:$T/classes" Judge --root "$state/root.pem" "$@" 2>/dev/null; }

# Every level: letters as the sandbox returns them with and without time-stamp, and their copies.
state=$T/state out=$T/out
sed "s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|; s|^\[sandbox\]|[sandbox]\nstate = $state|" fixtures/demo.ini >"$T/demo.ini"
sed "s|^\[sandbox\]|[sandbox]\nlevel = B-B|" "$T/demo.ini" >"$T/bb.ini"
check "letters B-T" "$NASKAH" run --config "$T/demo.ini" --out "$out" fixtures/cases
check "letters B-B" "$NASKAH" run --config "$T/bb.ini" --out "$T/bb" fixtures/cases/und-2026-001.xml
mkdir "$T/f"
n=0
for f in $(ls "$out"/letters/*/*berita-acara-uji-*.pdf | head -n 3) "$out"/letters/UND-2026-001/*.pdf; do
	n=$((n + 1))
	cp "$f" "$T/f/bt-$n.pdf"
done
# What other programs made, signed by the same sandbox; what is damaged is refused before.
. tests/interop/foreign.sh
foreign_gather "$T/foreign"
n=0
for f in "$T"/foreign/*.pdf; do
	name=$(basename "$f" .pdf)
	n=$((n + 1))
	[ $((n % 2)) -eq 0 ] || continue # all of them: test_foreign.sh
	"$NASKAH" sign --config "$T/demo.ini" --out "$out" --as kabid --to "$T/f/bt-foreign-$name.pdf" "$f" >/dev/null 2>&1 ||
		check "refused, and qpdf sees damage, too: $name" sh -c "! qpdf --check '$f'"
done
foreign=$(ls "$T"/f/bt-foreign-*.pdf | wc -l)
check "at least 40 PDFs of others are signed ($foreign)" test "$foreign" -ge 40
for f in "$T"/bb/letters/*/*.pdf; do cp "$f" "$T/f/bb-$(basename "$f")"; done
extend() { # LEVEL PREFIX
	mkdir "$T/$2"
	cp "$T"/f/bt-*.pdf "$T/$2"
	check "copies of all, $1" "$NASKAH" extend --config "$T/demo.ini" --out "$out" --level "$1" "$T/$2"/*.pdf
	for f in "$T/$2"/*.ltv.pdf; do mv "$f" "$T/f/$2-$(basename "$f" .ltv.pdf).pdf"; done
}
extend B-LT blt
extend B-LTA blta
# A file that the same signature does not hold any more.
sed 's|/Reason|/Reasom|' "$T/f/bt-1.pdf" >"$T/f/bad.pdf"

# The CRLs, from where the certificates say.
"$NASKAH" sandbox --config "$T/demo.ini" --out "$out" >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.3; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
for ca in root ca; do check "CRL of $ca" curl -sf -o "$T/$ca.crl" "$url/crl/$ca.crl"; done
kill $server

judge --crl "$T/root.crl" --crl "$T/ca.crl" "$T"/f/bb-*.pdf "$T"/f/bt-*.pdf "$T/f/bad.pdf" >"$T/dss"
judge "$T"/f/blt-*.pdf "$T"/f/blta-*.pdf >>"$T/dss"
"$NASKAH" verify --json --config "$T/demo.ini" --out "$out" "$T"/f/*.pdf >"$T/ours"
count=$(find "$T/f" -name '*.pdf' | wc -l)
check "$count files, judged by both" test "$(cut -d ' ' -f 1 "$T/dss" | sort -u | wc -l)" -eq "$count" -a "$(grep -c '"path"' "$T/ours")" -eq "$count"
for want in bb:B-B:PAdES-BASELINE-B bt:B-T:PAdES-BASELINE-T blt:B-LT:PAdES-BASELINE-LT blta:B-LTA:PAdES-BASELINE-LTA; do
	kind=${want%%:*} rest=${want#*:}
	ours=${rest%%:*} theirs=${rest#*:}
	files=$(ls "$T"/f/"$kind"-*.pdf | wc -l)
	check "naskah: $files files are valid $ours" test "$(grep "/f/$kind-" "$T/ours" | grep '"valid":true' | grep -c "\"level\":\"$ours\",\"lasts")" -eq "$files"
	check "EU DSS: each of their signatures is valid $theirs" sh -c "grep '/f/$kind-' '$T/dss' | grep -q . && ! grep '/f/$kind-' '$T/dss' | grep -v ' $theirs TOTAL_PASSED - '"
done
check "both refuse the changed file" sh -c "grep -q 'bad.pdf.*\"valid\":false' '$T/ours' && grep -q 'bad.pdf.*TOTAL_FAILED' '$T/dss'"
grep -vE ' (TOTAL_PASSED) ' "$T/dss" | grep -v bad.pdf

for f in "$T"/f/b[bt]-*.pdf; do
	pdfsig -nocert "$f" 2>/dev/null >"$T/sig"
	[ "$(grep -c 'Signature is Valid' "$T/sig")" -ge 1 ] && [ "$(grep -c 'Signature is Valid' "$T/sig")" -eq "$(grep -c '^Signature #' "$T/sig")" ] || echo "$f"
done >"$T/poppler"
check "pdfsig: every signature of those is valid" sh -c "! grep . '$T/poppler'"

. tests/interop/pyhanko.sh
if pyhanko_install; then
	"$tool/bin/python" "$here/judge_ltv.py" "$state/root.pem" "$(date -u +%Y-%m-%dT%H:%M:%S+00:00)" 9 "$T"/f/blta-*.pdf >"$T/verdicts" 2>&1
	check "pyHanko: B-LTA is valid now and nine years on" test "$(grep -c '^good' "$T/verdicts")" -eq "$(ls "$T"/f/blta-*.pdf | wc -l)"
else
	skip pyHanko "it cannot be fetched here: $(tail -n 1 "$T/pip")"
fi

# Ten years on, the persons' certificates have ended, and nobody answers.
judge --at 2036-11-01T00:00:00Z "$T"/f/blta-bt-[0-9]*.pdf $(ls "$T"/f/blta-bt-foreign-*.pdf | head -n 10) >"$T/later"
check "EU DSS: B-LTA is valid in 2036, offline" sh -c "grep -q . '$T/later' && ! grep -v ' PAdES-BASELINE-LTA TOTAL_PASSED - ' '$T/later'"
check "naskah: the same" "$NASKAH" verify --now 2036-11-01T00:00:00Z --config "$T/demo.ini" --out "$T/none" "$T"/f/blta-*.pdf
judge --at 2036-11-01T00:00:00Z "$T/f/bt-1.pdf" >"$T/later"
check "EU DSS: B-T is not" sh -c "! grep -q TOTAL_PASSED '$T/later'"
check "naskah: it says that revocation is not known" sh -c "'$NASKAH' verify --now 2036-11-01T00:00:00Z --config '$T/demo.ini' --out '$T/none' '$T/f/bt-1.pdf' | grep -q 'not revoked *not known'"
finish
