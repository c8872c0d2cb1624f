#!/bin/sh
# local.sh: signatures with keys of the office's own against `openssl speed`, in the same run. JSON lines.
. "$(dirname "$0")/../lib.sh"
. tests/keys.sh
: "${N:=1000}"
MODULE=/usr/lib/softhsm/libsofthsm2.so
{
	make_root && make_key rsa "Segel UJI" $RSA && cp "$T/rsa.key" "$T/token.key" && make_p12 rsa "Segel UJI" $RSA
} >/dev/null 2>&1 || { echo "local.sh: no keys" >&2; exit 1; }
# CPU of one private operation, as openssl counts it
speed() { openssl speed -seconds 2 -mr rsa2048 2>/dev/null | awk -F: '/^\+F2/ { printf "%.4f", 1000 / $4 }'; }
raw=$(speed)
echo "{\"work\":\"openssl_speed_rsa2048\",\"cpu_ms\":$raw}"
line() {
	"$B/bench/local" "$@" | sed "s|}\$|,\"times_openssl_speed\":RATIO}|" | while read -r l; do
		cpu=$(echo "$l" | sed 's/.*"cpu_ms":\([0-9.]*\).*/\1/')
		echo "$l" | sed "s/RATIO/$(awk "BEGIN { printf \"%.2f\", $cpu / $raw }")/"
	done
}
line sign_local_pkcs12 "$N" fixtures/pdf/tagged.pdf "$T/passphrase" "$T/rsa.p12"
if command -v softhsm2-util >/dev/null && command -v pkcs11-tool >/dev/null; then
	export SOFTHSM2_CONF="$T/softhsm2.conf"
	printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$T" >"$SOFTHSM2_CONF"
	printf '246802\n' >"$T/pin"
	chmod 600 "$T/pin"
	mkdir "$T/tokens"
	{
		make_key token "Segel UJI" $RSA && openssl x509 -in "$T/token.pem" -outform der -out "$T/token.der" &&
			softhsm2-util --init-token --free --label bench --so-pin 86420864 --pin 246802 &&
			softhsm2-util --import "$T/token.key" --token bench --pin 246802 --label segel --id a1 &&
			pkcs11-tool --module $MODULE --token-label bench --login --pin 246802 --write-object "$T/token.der" \
				--type cert --label segel --id a1
	} >/dev/null 2>&1 || { echo "local.sh: no token" >&2; exit 1; }
	line sign_local_pkcs11 "$N" fixtures/pdf/tagged.pdf "$T/pin" $MODULE bench segel
fi
echo "{\"work\":\"openssl_speed_rsa2048\",\"cpu_ms\":$(speed)}"
