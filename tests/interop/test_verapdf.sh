#!/bin/sh
# veraPDF judges the fixtures' letters, signed and as drafts, and letters made by hand: PDF/A-2a and PDF/UA-1. It comes from Maven Central
# into out/tools/verapdf, once.
. "$(dirname "$0")/../lib.sh"
jars=$PWD/out/tools/verapdf
if ! command -v java >/dev/null; then
	skip veraPDF "no java"
	finish
fi
if [ ! -e "$jars/complete" ]; then
	rm -rf "$jars"
	if ! command -v mvn >/dev/null || ! mvn -q -B -f tests/interop/verapdf/pom.xml \
		org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy-dependencies \
		-DoutputDirectory="$jars" >"$T/mvn" 2>&1; then
		skip veraPDF "it cannot be fetched here: $(grep -m 1 ERROR "$T/mvn" 2>/dev/null || echo no mvn)"
		finish
	fi
	touch "$jars/complete"
fi
. tests/interop/matrix.sh
out=$T/out
check "the fixtures' batch" "$NASKAH" run --config fixtures/demo.ini --out "$out" fixtures/cases
check "their drafts" "$NASKAH" render --config fixtures/demo.ini --out "$out" fixtures/cases
mkdir "$T/made"
check "letters made by hand, one per construct" env LETTERS="$T/made" "$B/unit/test_tags"
check "every kind under every profile" matrix_make
{ ls "$T"/made/*.pdf "$out"/letters/*/*.pdf "$out"/drafts/*/*.pdf && matrix_files; } >"$T/files"
count=$(grep -c . "$T/files")
kinds=$(grep -o '<surat nama' templates/kinds.xml | wc -l) profiles=$(ls templates/profiles/*.xml | wc -l)
check "no kind is missing" test "$(matrix_files | wc -l)" -eq $((2 * kinds * profiles))

for flavour in 2a ua1; do
	# plain.pdf is neither: the judge can say no. Its verdicts are lines "PASS FILE FLAVOUR", "FAIL FILE FLAVOUR"
	# and, indented, the clauses that were broken.
	java -cp "$jars/*" org.verapdf.apps.GreenfieldCliWrapper --flavour $flavour --format text --verbose \
		fixtures/pdf/plain.pdf $(cat "$T/files") >"$T/verdicts" 2>"$T/java"
	check "veraPDF $flavour: judged all $count files" test "$(grep -cE "^(PASS|FAIL) .* $flavour\$" "$T/verdicts")" -eq $((count + 1))
	check "veraPDF $flavour: refuses a file that is neither" grep -q "^FAIL .*plain.pdf $flavour" "$T/verdicts"
	awk '/^(PASS|FAIL) / { known = /plain\.pdf/ } !known && !/^PASS /' "$T/verdicts" >"$T/bad"
	check "veraPDF $flavour: every letter and draft passes" sh -c "! grep . '$T/bad'"
done
finish
