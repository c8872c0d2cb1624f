/*
 * key_pkcs12: a key in a PKCS#12 file (.p12, .pfx; RFC 7292), with its certificate and chain.
 */
#ifndef NASKAH_CRYPTO_KEY_PKCS12_H
#define NASKAH_CRYPTO_KEY_PKCS12_H

#include "crypto/keypair.h"

/*
 * -1 with the reason in words, and in `*trouble` whether it is the passphrase. The file must be its owner's alone
 * (mode 0600). Files under the old RC2 are refused with what to do: OpenSSL 3 does not read them.
 */
int pkcs12_open(const char *path, const struct secret *passphrase, struct keypair *out,
	enum key_trouble *trouble, struct err *e) __attribute__((warn_unused_result));

#endif
