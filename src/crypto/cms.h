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
 * CMSAlgorithmProtection. A whole time-stamp of an authority that leads to no root is as good as none. Only SHA-256 can be judged, as the caller
 * brings that digest: SHA-384 and SHA-512 leave `intact` unknown, weaker ones are wrong. A signing-time attribute, which
 * files of other makers carry, is ignored. Revocation is not looked up.
 */
#ifndef NASKAH_CRYPTO_CMS_H
#define NASKAH_CRYPTO_CMS_H

#include "base/buf.h"
#include "crypto/cert.h"
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

/*
 * Checks `der` (padding allowed) against the digest of the ranges and fills intact, cades, trusted, in_time,
 * signer*, serial, issuer, certificate, not_*_at, stamped_at and why of `out`. The moment for path and
 * validity is the verified time-stamp, else `claimed_at`, else `now_at`. -1 only when it could not look.
 */
int cms_verify(const unsigned char *der, size_t len, const struct sha256 *digest, const struct trust *trust,
	int64_t claimed_at, int64_t now_at, struct signature_verdict *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
