/*
 * handles: what key, cert and trust are inside; private to crypto/.
 */
#ifndef NASKAH_CRYPTO_HANDLES_H
#define NASKAH_CRYPTO_HANDLES_H

#include "base/buf.h"
#include "crypto/cert.h"
#include "crypto/key.h"

#include <openssl/evp.h>
#include <openssl/x509.h>

#include <sys/types.h>

struct key {
	EVP_PKEY *pkey; /* owned */
};

/* The encodings that every signature repeats are made once. */
struct cert {
	X509 *x509;            /* owned */
	unsigned char *der;    /* owned */
	unsigned char *issuer; /* owned: DER of the Name */
	unsigned char *serial; /* owned: DER of the INTEGER */
	size_t der_len, issuer_len, serial_len;
	struct sha256 sha256; /* of the DER */
};

struct bag_cache;

struct trust {
	X509_STORE *store;      /* owned; its own locks */
	struct bag_cache *bags; /* owned; its own lock: certificates seen, see bag.h */
};

/* Takes the certificate over, also when it fails. */
int cert_wrap(X509 *x509, struct cert **out, struct err *e) __attribute__((warn_unused_result));
void cert_describe(const X509 *x509, struct cert_info *out);

/* Made for tests: common name or organization has the word UJI or TEST. */
bool cert_is_test(const struct cert *c);

/*
 * Fills an empty key pair. Takes over `pkey` and `x509`, also when it fails. Of `others` only what leads upwards from the
 * certificate: anything else in a signature would have nobody to vouch for it.
 */
struct keypair;
int keypair_take(struct keypair *k, EVP_PKEY *pkey, X509 *x509, STACK_OF(X509) * others, struct err *e)
	__attribute__((warn_unused_result));
/* A copy that ends with a zero, as libraries want a passphrase. */
int secret_terminated(const struct secret *s, struct secret **out, struct err *e)
	__attribute__((warn_unused_result));

/* Seconds UTC; 0 if it is no time. */
int64_t asn1_time_at(const ASN1_TIME *t);

/* OpenSSL's own word for the last failure; empties its queue. */
const char *crypto_reason(void);
/* Appends at most size - 1 bytes, cut at a character boundary. */
void copy_text(char *out, size_t size, const char *text, size_t len);

/*
 * A file that only its owner can read. Returns 0, or -1 with e->sys == ENOENT when it isn't there. The bytes in
 * `out` are the caller's to wipe (buf_wipe).
 */
int private_load(const char *path, struct buf *out, struct err *e) __attribute__((warn_unused_result));
/* Makes the file (mode 0600) unless it is there already: then nothing happens and the other one stands. */
int private_make(const char *path, const void *bytes, size_t len, struct err *e)
	__attribute__((warn_unused_result));
void buf_wipe(struct buf *b); /* for AUTO(): bytes gone, then freed */

/* Free functions with AUTO()'s shape. */
#define CRYPTO_RELEASE(name, type, free_fn)                                                                  \
	static inline void name(type **p)                                                                    \
	{                                                                                                    \
		free_fn(*p);                                                                                 \
		*p = NULL;                                                                                   \
	}
CRYPTO_RELEASE(release_pkey, EVP_PKEY, EVP_PKEY_free)
CRYPTO_RELEASE(release_pkey_ctx, EVP_PKEY_CTX, EVP_PKEY_CTX_free)
CRYPTO_RELEASE(release_md_ctx, EVP_MD_CTX, EVP_MD_CTX_free)
CRYPTO_RELEASE(release_bio, BIO, BIO_free_all)
CRYPTO_RELEASE(release_x509, X509, X509_free)

#endif
