/*
 * hash: SHA-256, HMAC, randomness (OpenSSL).
 */
#ifndef NASKAH_CRYPTO_HASH_H
#define NASKAH_CRYPTO_HASH_H

#include "base/err.h"
#include "model/sha256.h"

#include <stdbool.h>
#include <stddef.h>

/* Cannot fail on bytes in memory. */
struct sha256 sha256_of(const void *bytes, size_t len);

struct hasher; /* SHA-256 in pieces */
int hasher_new(struct hasher **out, struct err *e) __attribute__((warn_unused_result));
void hasher_add(struct hasher *h, const void *bytes, size_t len);
struct sha256 hasher_end(struct hasher *h); /* the hasher starts afresh */
void hasher_release(struct hasher **h);

struct sha256 hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len);
/* SHA-1 in capital hex: the name by which a PDF's DSS calls a signature (EN 319 142-1 5.4.2.3), proof of nothing. */
void sha1_name(const void *bytes, size_t len, char out[41]);
/* Constant time. */
bool bytes_equal(const void *a, const void *b, size_t len);
int random_bytes(void *out, size_t len, struct err *e) __attribute__((warn_unused_result));

#endif
