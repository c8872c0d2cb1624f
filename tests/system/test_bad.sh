#!/bin/sh
# What bad input, bad configuration and a bad service get.
. "$(dirname "$0")/../lib.sh"
out=$T/out
run() { "$NASKAH" run --config fixtures/demo.ini --out "$out" "$@"; }

# Wrong cases among good ones: refused with file and line, the others go on.
mkdir "$T/mixed"
cp fixtures/cases/und-2026-001.xml "$T/mixed/"
cp fixtures/hostile/*.xml "$T/mixed/" 2>/dev/null
exits "a batch with bad cases" 1 run "$T/mixed"
check "the good case is published" test -f "$out/letters/UND-2026-001/02-surat-rekomendasi-sertifikat.pdf"
check "each refused one is named with its line" sh -c \
	"test \$(grep -cE '^refused: .*\.xml:[0-9]+: ' '$T/.out') -ge \$(ls fixtures/hostile/*.xml | wc -l | awk '{print int(\$1*0.8)}')"
check "one folder only" test "$(ls "$out/letters")" = UND-2026-001

# The same case twice, the same number twice.
mkdir "$T/twice"
cp fixtures/cases/und-2026-001.xml "$T/twice/a.xml"
cp fixtures/cases/und-2026-001.xml "$T/twice/b.xml"
sed 's/id="UND-2026-001"/id="UND-2026-901"/' fixtures/cases/und-2026-001.xml >"$T/twice/c.xml"
exits "the same id and number twice" 1 "$NASKAH" run --config fixtures/demo.ini --out "$T/out2" "$T/twice"
check "one letter went out" test "$(find "$T/out2/letters" -name '*.pdf' | wc -l)" -eq 1
check "the second names the first" grep -q "b.xml.*a.xml" "$T/.out"

# Configuration: exit 2 before any work.
config() { printf '%s\n' "$1" >"$T/bad.ini"; "$NASKAH" run --config "$T/bad.ini" --out "$T/none" fixtures/cases; }
exits "unknown key" 2 config "[office]
colour = red"
check "the message has file and line" grep -q "bad.ini:2: " "$T/.out"
exits "no such signer" 2 config "[office]
name = Contoh"
exits "no such folder" 2 "$NASKAH" run --config fixtures/demo.ini --out "$T/none" "$T/nowhere"
exits "no such option" 2 run --colour
check "no letters were made" test ! -e "$T/none/letters"
exits "a file in the place of the out folder" 3 "$NASKAH" run --config fixtures/demo.ini --out README.md fixtures/cases

# A template that errs: one error with its file and line, no letter, and the other cases go on.
mkdir "$T/pair"
cp fixtures/cases/und-2026-001.xml fixtures/cases/kmh-2026-001.xml "$T/pair/"
template() { # NAME PLACE PART FILE FROM TO: what `run` and `render` say when FROM is TO in FILE, for the case of UND
	rm -rf "$T/t" "$T/templates"
	cp -r templates "$T/templates"
	sed "s#$5#$6#" "templates/$4" >"$T/templates/$4"
	printf '[paths]\ntemplates = %s\n' "$T/templates" >"$T/t.ini"
	sed "/^\[paths\]/d; s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|; s|^out = .*||" fixtures/demo.ini >>"$T/t.ini"
	check "template, $1: it differs" sh -c "! cmp -s 'templates/$4' '$T/templates/$4'"
	exits "template, $1: exit 2" 2 "$NASKAH" run --config "$T/t.ini" --out "$T/t" "$T/pair"
	check "template, $1: one error, file and line" sh -c "test \$(grep -c '^failed: ' '$T/.out') -eq 1 &&
		grep -q '^failed: .*und-2026-001.xml: surat-rekomendasi-sertifikat: .*/templates/$2: .*$3' '$T/.out'"
	check "template, $1: the other case has its letters" test -e "$T/t/letters/KMH-2026-001/90-surat-rekomendasi-sistem.pdf"
	check "template, $1: this one has none" test ! -e "$T/t/letters/UND-2026-001"
	exits "template, $1: drafts likewise" 2 "$NASKAH" render --config "$T/t.ini" --out "$T/t" "$T/pair"
	check "template, $1: drafts of the other case" test -e "$T/t/drafts/KMH-2026-001/90-surat-rekomendasi-sistem.pdf"
}
rs=surat-rekomendasi-sertifikat.xsl
judul=$(grep -n '<judul' templates/$rs | cut -d: -f1)
template "an unknown block" "$rs:$judul" "foto: does not belong here" $rs '<judul spasi-pt="15">' '<foto/><judul>'
template "a wrong attribute" "$rs:$judul" "spasi-pt.*15pt.*does not have the right form" $rs '<judul spasi-pt="15">' '<judul spasi-pt="15pt">'
template "an unknown function" "$rs:[0-9]*" "function cap not found" $rs 'Nomor: <xsl:value-of select=".nomor"/>' '<xsl:value-of select="n:cap(1)"/>'
template "a field that must be there" "bagian.xsl:[0-9]*" "yth" $rs '<judul spasi-pt="15">' '<xsl:call-template name="yth"/><judul>'
template "no end" "$rs:$(grep -n 'match="/"' templates/$rs | cut -d: -f1)" "does not come to an end" $rs '<judul spasi-pt="15">' '<xsl:apply-templates select="/"/><judul>'
rm -rf "$T/t"
sed 's#<xsl:template name="kopi">#<xsl:template name="kopi"><xsl:wrong/>#' templates/bagian.xsl >"$T/templates/bagian.xsl"
exits "a template that is none: exit 2" 2 "$NASKAH" run --config "$T/t.ini" --out "$T/t" "$T/pair"
check "with its file and line, before any work" sh -c "grep -q '/templates/bagian.xsl:[0-9]*: ' '$T/.out' && test ! -e '$T/t/letters'"

# A service that errs: nothing bad is published, the account says what happened.
cat fixtures/demo.ini >"$T/demo.ini"
sed -i "s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|; s|^out = .*|out = unused|" "$T/demo.ini"
fault() { # NAME STATE
	rm -rf "$T/f"
	sed "s|^\[sandbox\]|[sandbox]\nfault = $1|" "$T/demo.ini" >"$T/fault.ini"
	exits "service fault $1: exit 4" 4 "$NASKAH" run --config "$T/fault.ini" --out "$T/f" fixtures/cases/und-2026-001.xml
	check "service fault $1: nothing published" sh -c "! find '$T/f/letters' -name '*.pdf' 2>/dev/null | grep ."
	check "service fault $1: the letter is $2" test "$(sqlite3 "$T/f/ledger.db" "select state from letters")" = "$2"
	check "service fault $1: one call" test "$(sqlite3 "$T/f/ledger.db" "select count(*) from attempts")" -eq 1
	check "service fault $1: the log verifies" "$NASKAH" audit verify --out "$T/f"
}
for f in http500 html502 not-json empty zero-bytes truncated other-file other-person extra-bytes cut; do
	fault $f unknown
done
fault wrong-passphrase refused
check "BSrE's words and code are shown" sh -c "'$NASKAH' run --config '$T/fault.ini' --out '$T/f2' fixtures/cases/und-2026-001.xml | grep 'Passphrase anda salah.*2031'"

# Unknown is never repeated by itself; a person's decision is.
fault cut@1 unknown
exits "unknown stays" 4 "$NASKAH" run --config "$T/demo.ini" --out "$T/f" fixtures/cases/und-2026-001.xml
check "and costs no call" test "$(sqlite3 "$T/f/ledger.db" "select count(*) from attempts")" -eq 1
exits "a person decides" 0 "$NASKAH" run --config "$T/demo.ini" --out "$T/f" --sign-again "diperiksa bersama penanda tangan" fixtures/cases/und-2026-001.xml
check "one letter" test "$(find "$T/f/letters" -name '*.pdf' | wc -l)" -eq 1
check "the log verifies after the decision" "$NASKAH" audit verify --out "$T/f"

# A wrong passphrase stops that signer after one call, whatever the number of letters.
sh tests/bench/cases.sh 8 "$T/eight"
sed "s|^\[sandbox\]|[sandbox]\nfault = wrong-passphrase|" "$T/demo.ini" >"$T/fault.ini"
exits "wrong passphrase, eight letters" 4 "$NASKAH" run --jobs 4 --config "$T/fault.ini" --out "$T/w" "$T/eight"
check "one call is spent" test "$(sqlite3 "$T/w/ledger.db" "select count(*) from attempts")" -eq 1

# The service is not there: nothing is sent, everything waits, and the next run does it.
sed "s|^\[signing\]|[signing]\nurl = http://127.0.0.1:9\nusername = x\npassword_file = $T/pw|; s|^\[verification\]|[verification]\nroots = $T/w/sandbox/root.pem|" "$T/demo.ini" >"$T/down.ini"
printf 'x\n' >"$T/pw"
chmod 600 "$T/pw"
nik=$(sed -n 's/.*<nik>\(5108066412680008\)<.*/\1/p' fixtures/cases/und-2026-001.xml)
section=$(awk -v nik="$nik" '/^\[/ { s = $0 } index($0, nik) { print s; exit }' "$T/down.ini")
sed -i "s|^\\$section|&\npassphrase_file = $T/pw|" "$T/down.ini"
exits "service down" 4 "$NASKAH" run --config "$T/down.ini" --out "$T/d" fixtures/cases/und-2026-001.xml
check "nothing was sent: the letter waits" sh -c "sqlite3 '$T/d/ledger.db' 'select state from letters' | grep -qx planned || test -z \"\$(sqlite3 '$T/d/ledger.db' 'select state from letters')\""

# A full disk: the next run finishes the job.
if mkdir "$T/small" && mount -t tmpfs -o size=1m tmpfs "$T/small" 2>/dev/null; then
	trap 'umount "$T/small" 2>/dev/null; rm -rf "$T"' EXIT
	sh tests/bench/cases.sh 40 "$T/forty"
	exits "disk full" 3 "$NASKAH" run --config "$T/demo.ini" --out "$T/small/out" "$T/forty"
	check "no half file" sh -c "for f in '$T/small/out/letters'/*/*.pdf; do [ -e \"\$f\" ] || continue; '$NASKAH' verify --out '$T/small/out' \"\$f\" || exit 1; done"
	mount -o remount,size=64m "$T/small"
	"$NASKAH" run --config "$T/demo.ini" --out "$T/small/out" --sign-again "disk penuh" "$T/forty" >"$T/.out" 2>&1
	check "with room again all are published" test "$(find "$T/small/out/letters" -name '*.pdf' | wc -l)" -eq 40
	check "and the log verifies" "$NASKAH" audit verify --out "$T/small/out"
	umount "$T/small"
else
	skip "disk full" "a small file system cannot be mounted here"
fi
finish
