#!/bin/sh
# A Berita Acara of three signers from end to end; the second one's passphrase is wrong, then right; kill -9 at random
# moments: nobody signs twice, nothing that was signed is lost. KILLS and CASES set the size.
. "$(dirname "$0")/../lib.sh"
: "${KILLS:=24}" "${CASES:=80}"
out=$T/out
db() { sqlite3 "$out/ledger.db" "$1"; }

# The only letter of these cases is a Berita Acara: the tests are about its signatures.
cp -r templates "$T/templates"
cp tests/unit/minutes/* "$T/templates"
sed "s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|; s|^out = .*|templates = $T/templates|" \
	fixtures/demo.ini >"$T/good.ini"
sed "s|^\[sandbox\]|&\nlatency_ms = 40|" "$T/good.ini" >"$T/slow.ini"
mkdir "$T/one" "$T/many"
sed '/<uji putaran="2">/,/<\/rekomendasi-sistem>/d' fixtures/cases/kmh-2026-001.xml >"$T/one/a.xml"
for i in $(seq "$CASES"); do
	sed "s/KMH-2026-001/BA-$i/; s|BA/12/|BA/$i/|" "$T/one/a.xml" >"$T/many/$i.xml"
done
run() { "$NASKAH" run --config "$T/good.ini" --out "$out" "$@"; }

# ---- the second signer's passphrase
exits "a first run makes the sandbox" 0 "$NASKAH" run --config "$T/good.ini" --out "$T/first" "$T/one"
mkdir -p "$out"
cp -r "$T/first/sandbox" "$out/sandbox"
printf 'bukan ini\n' >"$T/wrong"
chmod 600 "$T/wrong"
sed "s|^\[signer kadis-contoh\]|&\npassphrase_file = $T/wrong|" "$T/good.ini" >"$T/wrong.ini"
exits "the second passphrase is wrong" 4 "$NASKAH" run --config "$T/wrong.ini" --out "$out" "$T/one"
check "the case waits and says what stands" grep -q "Passphrase anda salah.*1 of 3" "$T/.out"
check "nothing is published" sh -c "! find '$out/letters' -name '*.pdf' 2>/dev/null | grep ."
check "the file of the first signer is kept" sh -c "ls '$out'/staging/*.1-of-3.pdf"
cp "$out"/staging/*.1-of-3.pdf "$T/partly.pdf"
check "verify knows it for what it is" sh -c "'$NASKAH' verify --out '$out' '$T/partly.pdf' | grep -q 'NOT PUBLISHED: this file has only 1 of'"
exits "with the right one it goes on" 0 run "$T/one"
check "each signer was asked once, the second twice" test "$(db "select group_concat(n) from (select count(*) n from attempts group by signer order by signer)")" = 1,2,1
letter=$out/letters/KMH-2026-001/11-berita-acara-uji-1.pdf
check "the letter begins with what the first gave back" cmp -n "$(stat -c %s "$T/partly.pdf")" "$T/partly.pdf" "$letter"
check "nothing is left in staging" test -z "$(ls -A "$out/staging")"
check "verify says who signed" sh -c "'$NASKAH' verify --out '$out' '$letter' >'$T/says' && test \$(grep -c 'signed by' '$T/says') -eq 3"
pdfsig -nocert "$letter" >"$T/sig" 2>/dev/null
check "poppler: three valid signatures" test "$(grep -c 'Signature is Valid' "$T/sig")" = 3
check "poppler: the last one signs the whole file" sh -c "sed -n '/^Signature #3/,\$p' '$T/sig' | grep -q '  - Total document signed'"
check "poppler: and no other does" test "$(grep -c '  - Total document signed' "$T/sig")" = 1
check "qpdf finds no fault" qpdf --check "$letter"
check "the partly signed file is still known" sh -c "'$NASKAH' verify --out '$out' '$T/partly.pdf' | grep -q 'NOT PUBLISHED'"
check "the log verifies" "$NASKAH" audit verify --out "$out"
check "the report names all three" grep -q '"signers":\["Penguji Contoh Mahendra","Budi Contoh Santoso","Verifika Contoh Putri"\],"signatures":3' "$out/report/report.json"

# ---- the real letter, between all the others of its case
exits "a whole case" 0 "$NASKAH" run --config fixtures/demo.ini --out "$T/whole" fixtures/cases/kmh-2026-001.xml
real=$T/whole/letters/KMH-2026-001
for round in 11-berita-acara-uji-1=3 13-berita-acara-uji-2=2; do
	pdfsig -nocert "$real/${round%=*}.pdf" >"$T/sig" 2>/dev/null
	check "poppler: ${round%=*} has ${round#*=} valid signatures" test "$(grep -c 'Signature is Valid' "$T/sig")" = "${round#*=}"
done
check "and all letters verify" "$NASKAH" verify --out "$T/whole" "$real"/*.pdf

# ---- killed while three people sign
out=$T/killed
mkdir "$out"
cp -r "$T/first/sandbox" "$out/sandbox"
killed=0 half=0 seed=4711
for i in $(seq "$KILLS"); do
	seed=$(((seed * 1103515245 + 12345) % 2147483648))
	if [ $((i % 3)) -eq 0 ]; then config=good; else config=slow; fi
	"$NASKAH" run --config "$T/$config.ini" --out "$out" --jobs 4 "$T/many" >/dev/null 2>&1 &
	pid=$!
	sleep "$(awk "BEGIN { print ($seed / 65536 % 350 + 80) / 1000 }")"
	if kill -9 $pid 2>/dev/null; then killed=$((killed + 1)); fi
	wait $pid 2>/dev/null
	for f in $(find "$out/letters" -name '*.pdf' -newer "$T/many" 2>/dev/null | tail -n 2); do
		"$NASKAH" verify --out "$out" "$f" >/dev/null 2>&1 || half=$((half + 1))
	done
done
check "runs were killed ($killed of $KILLS)" test "$killed" -ge $((KILLS / 4))
check "no half letter at any moment" test "$half" -eq 0
run --json "$T/many" >"$T/json" 2>/dev/null
check "every case has exactly one outcome" test "$(grep -c '"outcome":' "$T/json")" -eq "$CASES"
check "published or unknown, nothing else" sh -c "! grep '\"outcome\":' '$T/json' | grep -vE '\"(published|unknown)\"'"
rounds=0
while [ "$(db "select count(*) from letters where state = 'unknown'")" -gt 0 ] && [ $rounds -lt 4 ]; do
	run --sign-again "diperiksa setelah peladen mati" "$T/many" >/dev/null 2>&1
	rounds=$((rounds + 1))
done
echo "# $(db "select count(*) from attempts where ended = 'unknown'") of unknown outcome after $killed kills"
check "every case has its letter" test "$(find "$out/letters" -name '*.pdf' | wc -l)" -eq "$CASES"
check "nobody signed twice" test "$(db "select count(*) from (select letter, signer from attempts where ended in ('signed', 'published') group by 1, 2 having count(*) <> 1)")" -eq 0
check "all have signed" test "$(db "select count(*) from attempts where ended in ('signed', 'published')")" -eq $((3 * CASES))
check "nobody was asked again after signing" test "$(db "select count(*) from attempts a join attempts b on a.letter = b.letter and a.signer = b.signer and b.id > a.id where a.ended in ('signed', 'published')")" -eq 0
check "nothing is left in staging" test -z "$(ls -A "$out/staging")"
check "nothing had to be put aside" test -z "$(ls -A "$out/inspect" 2>/dev/null)"
check "all verify" "$NASKAH" verify --out "$out" "$out"/letters/*/*.pdf
check "each has three signatures" test "$("$NASKAH" verify --json --out "$out" "$out"/letters/*/*.pdf | grep -o '"field"' | wc -l)" -eq $((3 * CASES))
check "the log verifies at the end" "$NASKAH" audit verify --out "$out"
finish
