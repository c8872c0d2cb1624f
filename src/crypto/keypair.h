/*
 * keypair: a private key with its certificate and the chain that came with it, from wherever an office keeps them:
 * key_pkcs12.h (a file) or key_pkcs11.h (a token). What comes out signs with cms_sign().
 */
#ifndef NASKAH_CRYPTO_KEYPAIR_H
#define NASKAH_CRYPTO_KEYPAIR_H

#include "crypto/cms.h"

#define KEYPAIR_CHAIN_MAX 6

struct keypair {
	struct key *key;                       /* owned */
	struct cert *cert;                     /* owned */
	struct cert *chain[KEYPAIR_CHAIN_MAX]; /* owned: intermediates, nearest first; without the root */
	size_t chain_len;
	struct token *token; /* owned share: keeps the token's library open; NULL for a file */
};

#define KEYPAIR_INIT                                                                                         \
	{                                                                                                    \
		.key = NULL                                                                                  \
	}

/* Lends all of it; valid as long as the key pair is. `chain` has room for KEYPAIR_CHAIN_MAX. */
void keypair_signer(const struct keypair *k, const struct cert **chain, struct cms_signer *out);
void keypair_release(struct keypair *k);

/* Why a key could not be opened. */
enum key_trouble {
	KEY_FINE = 0,
	KEY_ELSE,         /* anything else: the words say it */
	KEY_WRONG_SECRET, /* passphrase or PIN: never try the same again */
};

#endif
