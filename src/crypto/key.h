/*
 * key: private keys on disk and in use: RSA and EC for signatures, Ed25519 for the log's checkpoint, and
 * plain symmetric keys (the office's code key).
 *
 * Key files are made at first use with mode 0600 and refused when others can read them.
 */
#ifndef NASKAH_CRYPTO_KEY_H
#define NASKAH_CRYPTO_KEY_H

#include "base/buf.h"
#include "base/err.h"
#include "base/secret.h"

#include <stdbool.h>

struct key;

/* KEY_RSA_1024 is too weak for anything but the sandbox's faults. */
enum key_kind { KEY_RSA_2048, KEY_RSA_3072, KEY_EC_P256, KEY_ED25519, KEY_RSA_1024 };

int key_generate(enum key_kind kind, struct key **out, struct err *e) __attribute__((warn_unused_result));
/* PKCS#8 PEM. */
int key_load(const char *path, struct key **out, struct err *e) __attribute__((warn_unused_result));
/* Loads, or generates and saves when there is no such file. */
int key_load_or_make(const char *path, enum key_kind kind, struct key **out, struct err *e)
	__attribute__((warn_unused_result));
void key_free(struct key *k);
void key_release(struct key **k);

/* Ed25519 (RFC 8032): 32-byte public key, 64-byte signature. */
int ed25519_public(const struct key *k, unsigned char out[32], struct err *e)
	__attribute__((warn_unused_result));
int ed25519_sign(const struct key *k, const void *msg, size_t len, unsigned char sig[64], struct err *e)
	__attribute__((warn_unused_result));
bool ed25519_verify(const unsigned char pub[32], const void *msg, size_t len, const unsigned char sig[64]);

/* A symmetric key of 32 random bytes in a file (mode 0600), made at first use. */
int symmetric_key_load_or_make(const char *path, struct secret **out, struct err *e)
	__attribute__((warn_unused_result));

#endif
