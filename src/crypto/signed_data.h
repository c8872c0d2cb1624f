/*
 * signed_data: a CMS SignedData with one signer, taken apart and checked (RFC 5652 5); private to crypto/.
 *
 * The signature covers the attributes and through them the content; nothing covers the rest. So the rest may be
 * written in one way only: the version that RFC 5652 5.1 gives, one digest algorithm, the issuer and serial number
 * that the certificate has, byte for byte, no revocation lists, no other kinds of certificate. Whoever changes one byte
 * has something else than a SignedData. What remains open is said at signed_data_problem() and in bag.h.
 */
#ifndef NASKAH_CRYPTO_SIGNED_DATA_H
#define NASKAH_CRYPTO_SIGNED_DATA_H

#include "crypto/der.h"

#include <openssl/evp.h>

enum signed_kind {
	SIGNED_DETACHED, /* id-data without content: a document's signature */
	SIGNED_STAMP,    /* id-ct-TSTInfo with its content: a time-stamp token (RFC 3161 2.4.2) */
};

/* Lends pieces of the bytes it was read from. */
struct signed_data {
	enum signed_kind kind;
	struct der content;      /* SIGNED_STAMP: the octets of eContent */
	struct der certificates; /* [0]: each inside is a SEQUENCE */
	struct der sid;          /* IssuerAndSerialNumber */
	struct der digest;       /* the signer's AlgorithmIdentifiers */
	struct der attributes;   /* [0]: signed */
	struct der algorithm;
	struct der signature;
	struct der unsigned_attributes; /* [1]; all zero when there are none */
	const EVP_MD *md;
};

/* NULL, or why these bytes are no such SignedData. */
const char *signed_data_read(
	const unsigned char *der, size_t len, enum signed_kind kind, struct signed_data *out);
/*
 * A signature or a token as it stands in /Contents, zeros behind it. Authorities for time may write BER: `der` (empty,
 * ceiling LIMIT_CMS_BYTES) holds a token put in order, and the pieces of `out` with it.
 */
const char *signed_data_open(const void *cms, size_t len, struct buf *der, struct signed_data *out);
/* Bytes of the DER at the front; 0 if there is none, or something but zeros behind it. */
size_t without_padding(const unsigned char *der, size_t len);
/* The token in the only unsigned attribute (perhaps BER). False if there is none, or anything else beside it. */
bool signed_data_token(const struct signed_data *s, struct der *token);

/*
 * NULL if the attributes say this digest (of the md's size) and are signed with `key`; else why not.
 *
 * RSA has two names for the same signature (rsaEncryption, sha256WithRSAEncryption), which differ in one byte. Only
 * the attribute CMSAlgorithmProtection (RFC 6211) tells which one the signer wrote: cms_sign() adds it, and where it
 * stands it must be right. Of an RSA signature without it that one byte can be changed without notice (and
 * without effect).
 */
const char *signed_data_problem(const struct signed_data *s, EVP_PKEY *key, const unsigned char *digest);

/* The only value of a signed attribute that must stand there exactly once; false otherwise. `oid` is its DER. */
bool signed_attribute(const struct signed_data *s, const char *oid, size_t oid_len, struct der *value);
/* How often the attribute stands there. */
size_t signed_attribute_count(const struct signed_data *s, const char *oid, size_t oid_len);

#endif
