/*
 * key_pkcs11: a key in a token (HSM, smart card, SoftHSM) by its PKCS#11 library (through libp11). The key never leaves
 * the token.
 *
 * A token's library is opened once per process, whatever the number of signers, and the token is logged into once; the
 * last share that is closed ends the library (C_Finalize). A PIN that the token called wrong is never given to that token
 * again by this process, and none is given when the token has one try left: a locked token helps nobody. Signing is safe
 * from many threads (libp11 keeps sessions for them).
 *
 * libp11 keeps its own copy of the PIN while logged in: only for a process that nobody can look into.
 */
#ifndef NASKAH_CRYPTO_KEY_PKCS11_H
#define NASKAH_CRYPTO_KEY_PKCS11_H

#include "crypto/keypair.h"

struct token_place {
	const char *module; /* path of the library */
	const char *token;  /* its label */
	const char *key;    /* label of the key and of its certificate, which is in the token, too */
};

/* -1 with the reason in words, and in `*trouble` whether it is the PIN. */
int pkcs11_open(const struct token_place *where, const struct secret *pin, struct keypair *out,
	enum key_trouble *trouble, struct err *e) __attribute__((warn_unused_result));

struct token;
void token_close(struct token *t);

#endif
