#!/bin/sh
# large.sh: memory for a PDF of 50 MB against a small one, in naskah and in its keeper. JSON lines, in KiB: the most that
# was resident (files that are mapped count), and the most that was the process's own.
. "$(dirname "$0")/../lib.sh"
"$NASKAH" sandbox --state "$T/state" >"$T/sandbox" 2>&1 &
server=$!
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
for i in $(seq 50); do grep -q 'http://' "$T/sandbox" && break; sleep 0.2; done
url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
cat >"$T/large.ini" <<INI
[verification]
url = http://127.0.0.1:8480
roots = $T/state/root.pem
[audit]
origin = naskah.contoh.example/large
[signing]
url = $url
username = $(cat "$T/state/username")
password_file = $T/state/password
approve = no
[signer contoh]
nik = 3300000000000001
passphrase_file = $T/state/passphrase/contoh-1
INI
make_pdf() { # BYTES FILE: one page, and a stream that nobody can pack
	{
		printf '%%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n'
		printf '3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> >>\nendobj\n4 0 obj\n<< /Length %d >>\nstream\n' "$1"
	} >"$2"
	head -c "$1" /dev/urandom >>"$2"
	printf '\nendstream\nendobj\n' >>"$2"
	at=$(stat -c %s "$2")
	{
		printf 'xref\n0 5\n0000000000 65535 f \n0000000009 00000 n \n0000000058 00000 n \n0000000115 00000 n \n0000000203 00000 n \n'
		printf 'trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n' "$at"
	} >>"$2"
}
look() { # NAME PID
	awk -v who="$1" '$1 == "VmHWM:" || $1 == "RssAnon:" { print who, $1, $2 }' "/proc/$2/status" 2>/dev/null
}
most() { awk -v who="$1" -v what="$2" '$1 == who && $2 == what ":" && $3 > most { most = $3 } END { print most + 0 }' "$T/looks"; }
measure() { # NAME
	"$NASKAH" sign --config "$T/large.ini" --out "$T/out" --as contoh --to "$T/$1.signed.pdf" "$T/$1.pdf" >"$T/result" 2>&1 </dev/null &
	pid=$!
	: >"$T/looks"
	while kill -0 $pid 2>/dev/null; do
		for k in $(cat /proc/$pid/task/*/children 2>/dev/null); do look keeper "$k"; done >>"$T/looks"
		look naskah $pid >>"$T/looks"
	done
	wait $pid || { tail -n 5 "$T/result" >&2; exit 1; }
	echo "{\"work\":\"sign_$1\",\"bytes\":$(stat -c %s "$T/$1.pdf"),\"naskah_peak_kib\":$(most naskah VmHWM),\"naskah_own_kib\":$(most naskah RssAnon),\"keeper_peak_kib\":$(most keeper VmHWM),\"keeper_own_kib\":$(most keeper RssAnon)}"
}
make_pdf 50000 "$T/small.pdf"
make_pdf 50000000 "$T/large.pdf"
measure small
measure large
