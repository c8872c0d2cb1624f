#!/bin/sh
# A key in a token (SoftHSM by PKCS#11) signs letters: no service, the office's own certificate. A wrong PIN costs one try.
. "$(dirname "$0")/../lib.sh"
MODULE=/usr/lib/softhsm/libsofthsm2.so
for tool in softhsm2-util pkcs11-tool; do
	command -v $tool >/dev/null || { skip "a token signs" "no $tool"; exit 0; }
done
# A token of this test alone.
export SOFTHSM2_CONF="$T/softhsm2.conf"
printf 'directories.tokendir = %s/tokens\nobjectstore.backend = file\nlog.level = ERROR\n' "$T" >"$SOFTHSM2_CONF"
mkdir "$T/tokens"
token() { pkcs11-tool --module $MODULE --token-label "Kantor UJI" --login --pin 246802 "$@"; }
. tests/keys.sh
make_token() {
	softhsm2-util --init-token --free --label "Kantor UJI" --so-pin 86420864 --pin 246802 &&
		make_root && make_key segel "Segel Kantor UJI" $RSA && openssl x509 -in "$T/segel.pem" -outform der -out "$T/cert.der" &&
		softhsm2-util --import "$T/segel.key" --token "Kantor UJI" --pin 246802 --label segel --id a1 &&
		token --write-object "$T/cert.der" --type cert --label segel --id a1 && rm "$T/segel.key"
}
check "a token is made" make_token
pin() { # FILE PIN
	printf '%s\n' "$2" >"$1"
	chmod 600 "$1"
}
pin "$T/pin" 246802
pin "$T/wrong" 135791

# Everyone in this office signs with the office's key.
config() { # PIN-FILE
	sed "s|^people = .*|people = $PWD/fixtures/sandbox-people.ini|; s|^url = .*|&\nroots = $T/root.pem|
		s|^\[signing\]|&\napprove = no|; s|^nik = .*|&\nname = Segel Kantor UJI\nway = pkcs11\nmodule = $MODULE\ntoken = Kantor UJI\nkey = segel\npassphrase_file = $1|" \
		fixtures/demo.ini
}
config "$T/pin" >"$T/good.ini"
config "$T/wrong" >"$T/wrong.ini"
case=fixtures/cases/kmh-2026-001.xml

exits "a case is signed by the token" 0 "$NASKAH" run --config "$T/good.ini" --out "$T/out" "$case"
letters=$(find "$T/out/letters" -name '*.pdf' | wc -l)
check "its letters are there ($letters)" test "$letters" -ge 10
all_valid() {
	for f in $(find "$T/out/letters" -name '*.pdf'); do
		pdfsig -nocert "$f" >"$T/sig" 2>/dev/null || return 1
		n=$(grep -c '^Signature #' "$T/sig")
		[ "$n" -ge 1 ] && [ "$(grep -c 'Signature is Valid' "$T/sig")" = "$n" ] &&
			grep -q 'Signer Certificate Common Name: Segel Kantor UJI' "$T/sig" ||
			{ echo "$f"; cat "$T/sig"; return 1; }
	done
}
check "poppler: every signature is valid, and of the token's certificate" all_valid
check "naskah verifies them" sh -c "find '$T/out/letters' -name '*.pdf' | xargs '$NASKAH' verify --config '$T/good.ini' --out '$T/out'"
check "the log verifies" "$NASKAH" audit verify --out "$T/out"

exits "a batch sheet is shown before the office's own key is used" 2 sh -c "sed '/^approve/d' '$T/good.ini' >'$T/ask.ini'; '$NASKAH' run --config '$T/ask.ini' --out '$T/asked' '$case' </dev/null"
check "and nothing is signed without a person" sh -c "! find '$T/asked/letters' -name '*.pdf' 2>/dev/null | grep ."
check "no sandbox is started" test ! -e "$T/out/sandbox"

# One file by hand.
exits "naskah sign" 0 "$NASKAH" sign --config "$T/good.ini" --out "$T/out" --as kabid --to "$T/one.pdf" fixtures/pdf/plain.pdf
check "poppler: valid" sh -c "pdfsig -nocert '$T/one.pdf' 2>/dev/null | grep -q 'Signature is Valid'"

# ---- a wrong PIN
exits "a wrong PIN ends the run with the service's exit code" 4 "$NASKAH" run --config "$T/wrong.ini" --out "$T/bad" "$case"
check "it says why" grep -q "PIN of token 'Kantor UJI'" "$T/.out"
check "nothing is published" sh -c "! find '$T/bad/letters' -name '*.pdf' 2>/dev/null | grep ."
check "the PIN is nowhere in what was written" sh -c "! grep -rqa -e 135791 '$T/bad' '$T/.out'"
# OpenSC's spy between naskah and the token counts.
SPY=$(find /usr/lib -name pkcs11-spy.so 2>/dev/null | head -n 1)
if [ -n "$SPY" ]; then
	sed "s|^module = .*|module = $SPY|" "$T/wrong.ini" >"$T/spied.ini"
	exits "a wrong PIN, spied on" 4 env PKCS11SPY=$MODULE PKCS11SPY_OUTPUT="$T/spy" \
		"$NASKAH" run --config "$T/spied.ini" --out "$T/spied" "$case"
	check "was given to the token once, for all letters and signers" test "$(grep -c ': C_Login$' "$T/spy")" -eq 1
	check "the library was opened and closed as often" test "$(grep -c ': C_Initialize$' "$T/spy")" -eq "$(grep -c ': C_Finalize$' "$T/spy")"
else
	skip "tries of a wrong PIN are counted" "no pkcs11-spy.so"
fi
exits "with the right one the rest follows" 0 "$NASKAH" run --config "$T/good.ini" --out "$T/bad" "$case"
check "all letters are there" test "$(find "$T/bad/letters" -name '*.pdf' | wc -l)" -eq "$letters"
exits "naskah sign with a wrong PIN" 4 "$NASKAH" sign --config "$T/wrong.ini" --out "$T/out" --as kabid --to "$T/two.pdf" fixtures/pdf/plain.pdf
check "makes nothing" test ! -e "$T/two.pdf"
finish
