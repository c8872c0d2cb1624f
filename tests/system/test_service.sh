#!/bin/sh
# The sandbox as a service of its own, reached like the real one: URL, user name, password file, roots, and the
# passphrase from a file, a descriptor, or typed without echo.
. "$(dirname "$0")/../lib.sh"
case=fixtures/cases/und-2026-001.xml
"$NASKAH" sandbox --state "$T/state" --people fixtures/sandbox-people.ini >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.3; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
check "the sandbox says where it is" test -n "$url"
nik=$(sed -n 's/.*<nik>\([0-9]*\)<.*/\1/p' "$case" | head -n 1)
who=$(awk -v nik="$nik" '/^\[/ { s = $0 } index($0, nik) { gsub(/[][]/, "", s); print s; exit }' fixtures/sandbox-people.ini)
config() { # NAME SIGNER-LINE
	cat >"$T/$1.ini" <<INI
[verification]
url = http://127.0.0.1:8480
roots = $T/state/root.pem
[audit]
origin = naskah.contoh.example/service
[signing]
url = $url
username = $(cat "$T/state/username")
password_file = $T/state/password
approve = no
[signer $who]
nik = $nik
$2
INI
}
pass=$T/state/passphrase/$who
config file "passphrase_file = $pass"
exits "passphrase from a file" 0 "$NASKAH" run --config "$T/file.ini" --out "$T/o1" "$case"
config fd "passphrase_fd = 3"
exits "passphrase from a descriptor" 0 sh -c "exec 3<'$pass'; '$NASKAH' run --config '$T/fd.ini' --out '$T/o2' '$case'"
config tty ""
if command -v script >/dev/null; then
	# The pause lets the prompt come first: what is typed before it is thrown away.
	{ sleep 1.5; cat "$pass"; sleep 1; } | script -qec "'$NASKAH' run --config '$T/tty.ini' --out '$T/o3' '$case'" "$T/typescript" >"$T/.out" 2>&1
	check "passphrase typed on the terminal" test -f "$T/o3/letters/UND-2026-001/02-surat-rekomendasi-sertifikat.pdf"
	check "it was asked for" grep -q "$who" "$T/typescript"
	check "and not shown" sh -c "! grep -qF \"\$(cat '$pass')\" '$T/typescript'"
else
	skip "passphrase on the terminal" "no script(1)"
fi
exits "no terminal, no passphrase: exit 2" 2 setsid "$NASKAH" run --config "$T/tty.ini" --out "$T/o4" "$case"
chmod 644 "$pass"
exits "a passphrase file that others can read: exit 2" 2 "$NASKAH" run --config "$T/file.ini" --out "$T/o5" "$case"
chmod 600 "$pass"
check "nothing was published" test ! -e "$T/o5/letters"

# A wrong passphrase, a wrong password, a root that isn't theirs.
echo "Salah-Besar-1!" >"$T/wrong"
chmod 600 "$T/wrong"
config wrong "passphrase_file = $T/wrong"
exits "a wrong passphrase: exit 4" 4 "$NASKAH" run --config "$T/wrong.ini" --out "$T/o6" "$case"
check "with BSrE's words and code" grep -q 'Passphrase anda salah.*2031' "$T/.out"
sed "s|^password_file = .*|password_file = $T/wrong|" "$T/file.ini" >"$T/password.ini"
exits "a wrong password of the application: exit 4" 4 "$NASKAH" run --config "$T/password.ini" --out "$T/o7" "$case"
check "nothing was published" test ! -e "$T/o7/letters"
"$NASKAH" sandbox --state "$T/other" >"$T/second" 2>&1 &
other=$!
for i in 1 2 3 4 5 6 7 8 9 10; do [ -s "$T/other/root.pem" ] && break; sleep 0.3; done
kill $other
sed "s|^roots = .*|roots = $T/other/root.pem|" "$T/file.ini" >"$T/roots.ini"
exits "a signature that does not chain to our roots: exit 4" 4 "$NASKAH" run --config "$T/roots.ini" --out "$T/o8" "$case"
check "is not published" test ! -e "$T/o8/letters"
check "but kept for inspection" sh -c "ls '$T/o8/inspect/'*.pdf"

# sign: any PDF, for a named signer.
cp "$T/o1/letters/UND-2026-001/02-surat-rekomendasi-sertifikat.pdf" "$T/a b.pdf"
exits "sign any PDF" 0 "$NASKAH" sign --config "$T/file.ini" --as "$who" "$T/a b.pdf"
check "the result verifies, both signatures" sh -c "'$NASKAH' verify --config '$T/file.ini' --out '$T/o1' '$T/a b.signed.pdf' | grep -c 'Signature [12]' | grep -qx 2"
exits "it does not overwrite" 2 "$NASKAH" sign --config "$T/file.ini" --as "$who" "$T/a b.pdf"
exits "nor send what is no PDF" 1 "$NASKAH" sign --config "$T/file.ini" --as "$who" --to "$T/no.pdf" README.md
check "and leaves nothing" test ! -e "$T/no.pdf"
exits "unknown signer: exit 2" 2 "$NASKAH" sign --config "$T/file.ini" --as nobody "$T/a b.pdf"

# The secret is nowhere but in its file.
check "the passphrase is in no file that a run wrote" sh -c "! grep -rqaF \"\$(cat '$pass')\" '$T'/o? "
finish
