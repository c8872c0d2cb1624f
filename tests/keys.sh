# keys.sh: sourced after lib.sh. A test authority in $T (root.key, root.pem) and keys under it as PKCS#12 files.
cat >"$T/ca.cnf" <<'END'
[req]
distinguished_name = dn
prompt = no
[dn]
CN = UJI Root
[ca]
basicConstraints = critical,CA:TRUE
keyUsage = critical,keyCertSign,cRLSign
[signer]
basicConstraints = critical,CA:FALSE
keyUsage = critical,digitalSignature,nonRepudiation
END
make_root() {
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$T/root.key" -config "$T/ca.cnf" \
		-extensions ca -days 30 -out "$T/root.pem"
}
# make_key NAME CN HOW...: $T/NAME.key and NAME.pem, by openssl genpkey HOW
make_key() {
	key=$T/$1 cn=$2
	shift 2
	openssl genpkey "$@" -out "$key.key" &&
		openssl req -new -key "$key.key" -subj "/O=Kantor UJI/CN=$cn" -config "$T/ca.cnf" -out "$key.csr" &&
		openssl x509 -req -in "$key.csr" -CA "$T/root.pem" -CAkey "$T/root.key" -days 30 -extfile "$T/ca.cnf" \
			-extensions signer -out "$key.pem"
}
# make_p12 NAME CN HOW...: and $T/NAME.p12 under the passphrase of $T/passphrase
make_p12() {
	[ -s "$T/passphrase" ] || printf 'frasa sandi contoh\n' >"$T/passphrase"
	chmod 600 "$T/passphrase"
	make_key "$@" && openssl pkcs12 -export -inkey "$key.key" -in "$key.pem" -passout "file:$T/passphrase" \
		-out "$key.p12" && chmod 600 "$key.p12" && rm "$key.key"
}
RSA="-algorithm RSA -pkeyopt rsa_keygen_bits:2048"
EC="-algorithm EC -pkeyopt ec_paramgen_curve:P-256"
# own_key NAME NIK CN: a [signer NAME] with that key
own_key() {
	printf '[signer %s]\nnik = %s\nname = %s\nway = pkcs12\nkey_file = %s\npassphrase_file = %s\n' "$1" "$2" "$3" \
		"$T/$1.p12" "$T/passphrase"
}
own_office() {
	printf '[paths]\nout = %s\n[verification]\nurl = http://127.0.0.1:8480\nroots = %s\n[audit]\norigin = naskah.contoh.example/kunci\n' \
		"$T/out" "$T/root.pem"
}
