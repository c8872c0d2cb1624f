#!/bin/sh
# flight.sh: letters per second while a batch is signed, against k/L: k requests in flight at a service that takes L for
# each answer. JSON lines. The service runs on the same cores: `cores_busy` says when they are what limits.
# Each letter is made durable four times on its way: with DISK=memory in a folder of /dev/shm, for what the disk costs.
# FLIGHTS: "L in ms:k" ...; SECONDS_EACH: how long each would take at k/L.
: "${DISK:=disk}"
[ "$DISK" != memory ] || export TMPDIR=/dev/shm
. "$(dirname "$0")/../lib.sh"
: "${FLIGHTS:=50:4 50:8 50:16 1000:16 1000:64}" "${SECONDS_EACH:=12}"
server=
trap 'kill $server 2>/dev/null; rm -rf "$T"' EXIT
ticks=$(getconf CLK_TCK)
# In ticks: its own, of children that have ended
cpu() { awk '{ sub(/.*\) /, ""); print $12 + $13 }' "/proc/$1/stat" 2>/dev/null || echo 0; }
ended() { awk '{ sub(/.*\) /, ""); print $14 + $15 }' "/proc/$1/stat" 2>/dev/null || echo 0; }
sample() {
	n=$(curl -sS -f -K "$T/curlrc" "$url/sandbox/calls?brief=1" | sed -n 's|.*"/api/v2/sign/pdf":{"calls":\([0-9]*\).*|\1|p')
	echo "$(date +%s.%N) ${n:-0} $(cpu $pid) $(($(cpu "${keeper:-x}") + $(ended $pid))) $(cpu $server)"
}
flight() { # L k
	letters=$(($2 * 1000 / $1 * SECONDS_EACH))
	rm -rf "$T/cases" "$T/out"
	sh tests/bench/cases.sh "$letters" "$T/cases"
	"$NASKAH" sandbox --state "$T/state" --people fixtures/sandbox-people.ini --latency "$1" >"$T/sandbox" 2>&1 &
	server=$!
	for i in $(seq 50); do grep -q 'http://' "$T/sandbox" && break; sleep 0.2; done
	url=$(sed -n 's/.*\(http:\/\/127[^ ]*\).*/\1/p' "$T/sandbox" | head -n 1)
	printf 'user = "%s:%s"\n' "$(cat "$T/state/username")" "$(cat "$T/state/password")" >"$T/curlrc"
	cat >"$T/flight.ini" <<-INI
		[verification]
		url = http://127.0.0.1:8480
		roots = $T/state/root.pem
		[audit]
		origin = naskah.contoh.example/flight
		[signing]
		url = $url
		username = $(cat "$T/state/username")
		password_file = $T/state/password
		approve = no
		in_flight = $2
		in_flight_per_signer = $2
		[signer kepala-upt-tik]
		nik = 5108066412680008
		passphrase_file = $T/state/passphrase/kepala-upt-tik
	INI
	"$NASKAH" run --config "$T/flight.ini" --out "$T/out" "$T/cases" >"$T/result" 2>&1 &
	pid=$!
	: >"$T/samples"
	while kill -0 $pid 2>/dev/null; do
		keeper=$(cat /proc/$pid/task/*/children 2>/dev/null | tr -d " ")
		sample >>"$T/samples"
		sleep 0.5
	done
	wait $pid || { tail -n 5 "$T/result" >&2; exit 1; }
	kill $server
	wait $server 2>/dev/null
	# From the tenth of the letters to the last but a twentieth: neither the first one alone nor the last ones.
	awk -v all="$letters" -v k="$2" -v l="$1" -v hz="$ticks" -v disk="$DISK" '
		$2 >= all * 0.1 && !n0 { t0 = $1; n0 = $2; m0 = $3; k0 = $4; s0 = $5 }
		$2 <= all * 0.95 && n0 { t = $1; n = $2; m = $3; kk = $4; s = $5 }
		END {
			if (n <= n0) { print "flight.sh: too few letters" >"/dev/stderr"; exit 1 }
			done = n - n0; took = t - t0; rate = done / took; ms = 1000 / hz / done
			printf "{\"work\":\"sign_flight\",\"on\":\"%s\",\"latency_ms\":%d,\"k\":%d,\"letters\":%d,\"per_s\":%.1f,\"of_k_over_l\":%.3f,", disk, l, k, all, rate, rate * l / 1000 / k
			printf "\"cpu_ms_naskah\":%.2f,\"cpu_ms_keeper\":%.2f,\"cpu_ms_service\":%.2f,\"cores_busy\":%.2f}\n", (m - m0) * ms, (kk - k0) * ms, (s - s0) * ms, (m - m0 + kk - k0 + s - s0) / hz / took
		}' "$T/samples"
}
for f in $FLIGHTS; do flight "${f%:*}" "${f#*:}"; done
