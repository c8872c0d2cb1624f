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
mkdir "$T/pair" "$T/templates"
cp fixtures/cases/und-2026-001.xml fixtures/cases/kmh-2026-002.xml "$T/pair/"
cp -r templates/. "$T/templates"
printf '[paths]\ntemplates = %s\n' "$T/templates" >"$T/t.ini"
sed "/^\[paths\]/d; s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|; s|^out = .*||" fixtures/demo.ini >>"$T/t.ini"
# What `run` and `render` say when TEXT stands in the place of the addressee of an application; LINE: elsewhere than there.
template() { # NAME TEXT WORDS [LINE]
	rm -rf "$T/t"
	sed "s#<xsl:call-template name=\"yth\"/>#$2#" templates/surat-permohonan.xsl >"$T/templates/surat-permohonan.xsl"
	line=${4:-$(diff templates/surat-permohonan.xsl "$T/templates/surat-permohonan.xsl" | sed -n 's/^\([0-9]*\)c.*/\1/p')}
	exits "template, $1: exit 2" 2 "$NASKAH" run --config "$T/t.ini" --out "$T/t" "$T/pair"
	check "template, $1: one error, file and line" sh -c "test \$(grep -c '^failed: ' '$T/.out') -eq 1 &&
		grep -q '^failed: .*kmh-2026-002.xml: surat-permohonan: $T/templates/surat-permohonan.xsl:$line: $3' '$T/.out'"
	check "template, $1: the other case has its letter" sh -c "ls '$T/t/letters/UND-2026-001/'*.pdf"
	check "template, $1: this one has none" test ! -e "$T/t/letters/KMH-2026-002"
	exits "template, $1: drafts likewise" 2 "$NASKAH" render --config "$T/t.ini" --out "$T/t" "$T/pair"
	check "template, $1: drafts of the other case" sh -c "ls '$T/t/drafts/UND-2026-001/'*.pdf"
}
template "an unknown block" '<foto/>' 'foto: does not belong here'
template "a wrong attribute" '<jarak tinggi-mm="1,5"/>' 'jarak: attribute .tinggi-mm.: .1,5. does not have the right form'
template "an unknown function" '<paragraf><xsl:value-of select="n:cap(1)"/></paragraf>' 'function cap not found'
template "a field that is not there" '<paragraf><xsl:value-of select="n:tanggal(k:naskah/k:batas)"/></paragraf>' 'tanggal(): .. is no date'
template "no end" '<xsl:if test="true()"><xsl:apply-templates select="/"/></xsl:if>' 'this template does not come to an end' \
	"$(grep -n 'match="/"' templates/surat-permohonan.xsl | cut -d: -f1)"
template "a column without room" '<tabel><baris><sel lebar-mm="1">x</sel><sel lebar-mm="150">y</sel></baris></tabel>' \
	'a column of .* has no room for text' " line $(grep -n '"yth"' templates/surat-permohonan.xsl | cut -d: -f1)"
rm -rf "$T/t"
sed 's#<xsl:template name="kopi">#<xsl:template name="kopi"><xsl:wrong/>#' templates/bagian.xsl >"$T/templates/bagian.xsl"
exits "a template that is none: exit 2" 2 "$NASKAH" run --config "$T/t.ini" --out "$T/t" "$T/pair"
check "with its file and line, before any work" sh -c "grep -q '$T/templates/bagian.xsl:[0-9]*: ' '$T/.out' && test ! -e '$T/t/letters'"

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
sed "s|^\[signing\]|[signing]\nurl = http://127.0.0.1:9\napprove = no\nusername = x\npassword_file = $T/pw|; s|^\[verification\]|[verification]\nroots = $T/w/sandbox/root.pem|" "$T/demo.ini" >"$T/down.ini"
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
