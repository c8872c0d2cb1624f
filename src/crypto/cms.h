/*
 * cms: CAdES signatures for PAdES baseline (ETSI EN 319 122-1, 319 142-1; RFC 5652, RFC 5035).
 *
 * Signing makes a detached SignedData with contentType, messageDigest, signing-certificate-v2 and CMSAlgorithmProtection
 * (RFC 6211), and without signing-time, which PAdES baseline forbids (CMS_sign() always adds it, so the structure is
 * built here).
 *
 * Verification takes foreign bytes, and nothing may be left in them that could be changed unnoticed: DER, one signer, RSA
 * from 2048 bits or a NIST curve, versions and names as they must be, no certificate that nobody vouches for, no trailing
 * bytes but the zero padding of /Contents, no unsigned attribute but one time-stamp, which must be whole (else
 * `in_time` stays unknown and `why` says so). One byte stays open: see signed_data_problem() on RSA without
 * CMSAlgorithmProtection. A whole time-stamp of an authority that leads to no root, or that has ended since, is as good as none.
 * SHA-256, SHA-384 and SHA-512; weaker ones are wrong. A signing-time attribute, which files of other makers carry, is
 * ignored, but PAdES baseline forbids it: no level. Revocation is verify/'s question.
 */
#ifndef NASKAH_CRYPTO_CMS_H
#define NASKAH_CRYPTO_CMS_H

#include "base/buf.h"
#include "crypto/cert.h"
#include "crypto/tsp.h"
#include "model/verdict.h"

struct cms_signer {
	const struct key *key;
	const struct cert *cert;
	const struct cert *const *chain; /* intermediates to include, nearest first */
	size_t chain_len;
};

/* `digest` is the SHA-256 of the signed ranges. Appends DER to `out`. Safe from many threads. */
int cms_sign(const struct cms_signer *signer, const struct sha256 *digest, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));
/* Bytes that cms_sign() will need at most: the size of the placeholder. */
size_t cms_size_max(const struct cms_signer *signer);

/* What is looked at, and as of when. */
struct cms_question {
	const unsigned char *der; /* padding allowed */
	size_t len;
	/* The signed bytes: in two pieces, or as their SHA-256 when that is known already. */
	const struct sha256 *digest; /* NULL = by the pieces */
	struct tsp_bytes pieces[2];
	const struct trust *trust;
	int64_t claimed_at;              /* what the signer says; 0 = nothing. Proves nothing */
	const struct evidence *evidence; /* certificates for paths besides the signature's own; NULL = none */
	int64_t proven_at; /* the signature is known to have existed then: a younger time-stamp, or now */
};
/*
 * Fills intact, cades, trusted, in_time, level (B-B, B-T, or none), signer*, serial, issuer, certificate, not_*_at,
 * stamp* and why of `out`. The moment for path and validity is the verified time-stamp, else `proven_at`; without a
 * time-stamp the claimed time must lie within the certificate's validity, too. -1 only when it could not look.
 */
int cms_judge(const struct cms_question *q, struct signature_verdict *out, struct err *e)
	__attribute__((warn_unused_result));
/* When the SHA-256 of the signed bytes is all there is. A signature over another digest stays unknown. */
static inline int cms_verify(const unsigned char *der, size_t len, const struct sha256 *digest,
	const struct trust *trust, int64_t claimed_at, int64_t now_at, struct signature_verdict *out,
	struct err *e)
{
	const struct cms_question q = {.der = der,
		.len = len,
		.digest = digest,
		.trust = trust,
		.claimed_at = claimed_at,
		.proven_at = now_at};

	return cms_judge(&q, out, e);
}
/* The revocation data that the signer signed with it (adbe-revocationInfoArchival, ISO 32000-2 12.8.3.3.2), into `ev`. */
struct evidence;
int cms_add_revocation(const void *cms, size_t len, struct evidence *ev, struct err *e)
	__attribute__((warn_unused_result));

#endif
