#!/bin/sh
# Where secrets are and where they are not: while letters are on their way they are in the keeper's memory and in no
# other process, and afterwards nowhere but in the files they came from.
. "$(dirname "$0")/../lib.sh"
SCAN=$B/system/memscan
root=$PWD
"$NASKAH" sandbox --state "$T/state" --people fixtures/sandbox-people.ini --latency 700 >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in 1 2 3 4 5 6 7 8 9 10; do grep -q 'http://' "$T/sandbox" 2>/dev/null && break; sleep 0.3; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
case=fixtures/cases/und-2026-001.xml
nik=$(sed -n 's/.*<nik>\([0-9]*\)<.*/\1/p' "$case" | head -n 1)
who=$(awk -v nik="$nik" '/^\[/ { s = $0 } index($0, nik) { gsub(/[][]/, "", s); print s; exit }' fixtures/sandbox-people.ini)
pass=$T/state/passphrase/$who
# What goes over the wire in a header: the password as HTTP Basic has it.
printf '%s:%s' "$(cat "$T/state/username")" "$(head -n 1 "$T/state/password")" | base64 -w0 >"$T/basic"
mkdir "$T/cases"
for i in 1 2 3 4 5 6 7 8; do
	sed "s/UND-2026-001/UND-2026-90$i/g; s|\(<nomor>[^<0-9]*\)[0-9]*|\1${i}77|" "$case" >"$T/cases/$i.xml"
done
config() { # NAME SIGNER-LINE [SIGNING-LINE]
	cat >"$T/$1.ini" <<INI
[verification]
url = http://127.0.0.1:8480
roots = $T/state/root.pem
[audit]
origin = naskah.contoh.example/secrets
[signing]
url = $url
username = $(cat "$T/state/username")
password_file = $T/state/password
approve = no
in_flight = 2
${3:-}
[signer $who]
nik = $nik
$2
INI
}
config file "passphrase_file = $pass"
children() { cat /proc/"$1"/task/*/children 2>/dev/null | tr ' ' '\n' | grep . | head -n 1; }
# A run in its own folder, where a core would go; its keeper's number once a letter is on its way.
start() { # NAME CONFIG
	mkdir -p "$T/$1"
	(cd "$root" && ulimit -c unlimited && exec "$NASKAH" run --config "$T/$2.ini" --out "$T/$1/out" "$T/cases" >"$T/$1/log" 2>&1) &
	main=$!
	keeper=
	for i in $(seq 60); do
		[ -n "$keeper" ] || keeper=$(children $main)
		[ -n "$keeper" ] && sqlite3 "$T/$1/out/ledger.db" "select count(*) from letters where state = 'sending'" 2>/dev/null | grep -q '^[1-9]' && break
		sleep 0.1
	done
}
found() { "$SCAN" "$1" "$2"; }
absent() { "$SCAN" "$1" "$2"; test $? -eq 1; }
# Gone, or dead and not yet noticed by whoever inherited it.
exited() { ! grep -q '^State:.*[^Z] (' "/proc/$1/status" 2>/dev/null; }

start one file
# First what is gone when the run has ended.
for p in $main "$keeper"; do
	for f in environ cmdline; do
		tr '\0' '\n' <"/proc/$p/$f" >>"$T/told" 2>/dev/null
	done
done
cat "/proc/$keeper/limits" "/proc/$keeper/status" >"$T/rights" 2>/dev/null
check "letters are on their way, a keeper is there" test -n "$keeper"
if [ "$VARIANT" = asan ]; then
	skip "memory of the running processes" "the sanitizer's own has terabytes"
else
	# Nobody but root may look into the keeper.
	if [ "$(id -u)" = 0 ]; then
		check "control: the passphrase is found in the keeper" found "$pass" "$keeper"
		check "control: and the service's password" found "$T/state/password" "$keeper"
	else
		skip "control: the keeper's memory" "not root"
	fi
	for round in 1 2 3 4; do
		for secret in "$pass" "$T/state/password" "$T/basic"; do
			absent "$secret" $main >"$T/absent" 2>&1 || echo "$round ${secret##*/}: $(cat "$T/absent")" >>"$T/leaks"
		done
		sleep 0.3
	done
	check "while letters are sent, naskah itself has none of them" test ! -s "$T/leaks"
fi
check "environment and arguments were looked at" test -s "$T/told"
check "and hold none" sh -c "! grep -qaFf '$pass' '$T/told' && ! grep -qaFf '$T/state/password' '$T/told'"
check "the keeper can leave no core" grep -Eq 'Max core file size +0 +0' "$T/rights"
check "and gain no rights" grep -q 'NoNewPrivs:.1' "$T/rights"
if command -v runuser >/dev/null && [ "$(id -u)" = 0 ]; then
	refuse "others may not even list what it has open" runuser -u nobody -- ls "/proc/$keeper/fd"
fi
wait $main
check "all letters are published" test "$(find "$T/one/out/letters" -name '*.pdf' | wc -l)" -eq 8
check "the keeper is gone" exited "$keeper"
check "no secret in any file that the run wrote" sh -c "! grep -rqaFf '$pass' '$T/one' && ! grep -rqaFf '$T/state/password' '$T/one' && ! grep -rqaFf '$T/basic' '$T/one'"

# A core of naskah itself, taken while letters are on their way.
if [ "$VARIANT" = asan ]; then
	skip "a core of naskah" "the sanitizer leaves none"
elif [ "$(cat /proc/sys/kernel/core_pattern)" = core ]; then
	mkdir "$T/cwd"
	for d in templates schemas fixtures; do ln -s "$root/$d" "$T/cwd/$d"; done
	root=$T/cwd
	start two file
	kill -ABRT "$keeper"
	kill -ABRT $main
	wait $main 2>/dev/null
	root=$PWD
	sleep 0.3
	check "killed, naskah leaves a core" sh -c "ls '$T/cwd'/core*"
	check "its keeper left none beside it" test "$(ls "$T/cwd" | grep -c core)" -eq 1
	check "control: the core has naskah's memory" grep -qaF "naskah.contoh.example/secrets" "$T/cwd"/core*
	check "but no secret" sh -c "! grep -qaFf '$pass' '$T/cwd'/core* && ! grep -qaFf '$T/state/password' '$T/cwd'/core* && ! grep -qaFf '$T/basic' '$T/cwd'/core*"
	check "nor has ledger, log or letters" sh -c "! grep -rqaFf '$pass' '$T/two' && ! grep -rqaFf '$T/state/password' '$T/two'"
	check "the keeper died with it" exited "$keeper"
else
	skip "a core of naskah" "the kernel puts cores elsewhere"
fi

# Killed: the keeper does not outlive naskah.
start three file
kill -9 $main
wait $main 2>/dev/null
sleep 0.3
check "after kill -9 there is no keeper" exited "$keeper"

# Given once, through a descriptor: after so many files it is forgotten, and says so.
config pipe "passphrase_fd = 9" "keep_files = 3"
exits "a keeper with its files done: the rest waits, exit 4" 4 sh -c "exec 9<'$pass'; '$NASKAH' run --config '$T/pipe.ini' --out '$T/four' '$T/cases'"
check "it says why" grep -q 'keep_files' "$T/.out"
check "three were sent, no more" test "$(sqlite3 "$T/four/ledger.db" "select count(*) from letters where state = 'published'")" -eq 3
check "the others wait" test "$(sqlite3 "$T/four/ledger.db" "select count(*) from letters where state in ('unknown', 'sending', 'refused')")" -eq 0
exits "another run goes on" 0 "$NASKAH" run --config "$T/file.ini" --out "$T/four" "$T/cases"

# From a file it can be read again: keeper follows keeper.
config again "passphrase_file = $pass" "keep_files = 3"
exits "with a file all are signed" 0 "$NASKAH" run --config "$T/again.ini" --out "$T/five" "$T/cases"
check "each once" test "$(sqlite3 "$T/five/ledger.db" "select count(*) from attempts")" -eq 8

exits "nobody calls the keeper by hand" 2 "$NASKAH" keeper
check "and help does not name it" sh -c "! '$NASKAH' help | grep -q keeper"

# naskah sign: a kill after sending leaves a trace.
cp "$(find "$T/one/out/letters" -name '*.pdf' | head -n 1)" "$T/a.pdf"
"$NASKAH" sign --config "$T/file.ini" --as "$who" "$T/a.pdf" >"$T/sign" 2>&1 &
main=$!
for i in $(seq 60); do [ -e "$T/a.signed.pdf.intent" ] && break; sleep 0.1; done
kill -9 $main
wait $main 2>/dev/null
check "sign, killed: the note is there" test -s "$T/a.signed.pdf.intent"
exits "the next call names it" 2 "$NASKAH" sign --config "$T/file.ini" --as "$who" "$T/a.pdf"
check "with file and moment" grep -q "earlier call was never ended.*a.pdf.*$who.*remove '$T/a.signed.pdf.intent'" "$T/.out"
rm "$T/a.signed.pdf.intent"
exits "removed by a person: it signs" 0 "$NASKAH" sign --config "$T/file.ini" --as "$who" "$T/a.pdf"
check "and leaves no note" test ! -e "$T/a.signed.pdf.intent"
finish
