/*
 * cert: X.509 certificates: reading, trust, and the making of the sandbox's TEST hierarchy (RFC 5280).
 */
#ifndef NASKAH_CRYPTO_CERT_H
#define NASKAH_CRYPTO_CERT_H

#include "base/buf.h"
#include "base/err.h"
#include "crypto/key.h"
#include "model/sha256.h"

#include <stdint.h>

struct cert;

int cert_load(const char *path, struct cert **out, struct err *e)
	__attribute__((warn_unused_result)); /* PEM */
int cert_save(const struct cert *c, const char *path, struct err *e) __attribute__((warn_unused_result));
int cert_der(const struct cert *c, struct buf *out, struct err *e) __attribute__((warn_unused_result));
/* Is this key the one that the certificate is about? */
bool cert_fits_key(const struct cert *c, const struct key *k);
void cert_free(struct cert *c);
void cert_release(struct cert **c);

struct cert_info {
	char common_name[256];
	char subject[512]; /* RFC 2253, UTF-8 */
	char issuer[512];
	char issuer_cn[256];
	char serial[64]; /* hex */
	char subject_id
		[64]; /* serialNumber attribute of the subject (2.5.4.5), else a UID of 16 digits; "" if none */
	int64_t not_before_at, not_after_at;
	struct sha256 sha256; /* of the DER */
};
int cert_info(const struct cert *c, struct cert_info *out, struct err *e) __attribute__((warn_unused_result));

/* What cert_issue() makes. Names of certificates made here must say UJI or TEST; it refuses others. */
struct cert_request {
	const char *common_name;
	const char *organization; /* NULL = none */
	const char *subject_id;   /* serialNumber attribute; NULL = none */
	int64_t not_before_at, not_after_at;
	bool is_ca;
	int path_len; /* CA only; -1 = no limit */
	/* What an end entity is for: documents (keyUsage digitalSignature + nonRepudiation), time-stamps, OCSP responses
	 * (with id-pkix-ocsp-nocheck). */
	enum cert_use { CERT_SIGNS = 0, CERT_STAMPS, CERT_ANSWERS } use;
	const char *ocsp_url, *crl_url, *issuer_url; /* AIA and CRL distribution point; NULL = none */
};
/* issuer == NULL: self-signed with `subject_key`. */
int cert_issue(const struct cert_request *req, const struct key *subject_key, const struct cert *issuer,
	const struct key *issuer_key, struct cert **out, struct err *e) __attribute__((warn_unused_result));

/* The roots that an office believes. */
struct trust;
int trust_load(const char *pem_path, struct trust **out, struct err *e) __attribute__((warn_unused_result));
void trust_free(struct trust *t);
void trust_release(struct trust **t);

#endif
