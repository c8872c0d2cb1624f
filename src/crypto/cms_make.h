/*
 * cms_make: SignedData of every kind that is made here; private to crypto/. Documents: cms_sign(); time-stamps and what
 * the sandbox gets wrong on purpose: issue.h.
 */
#ifndef NASKAH_CRYPTO_CMS_MAKE_H
#define NASKAH_CRYPTO_CMS_MAKE_H

#include "crypto/cms.h"
#include "crypto/issue.h"

struct cms_plan {
	const struct cms_signer *signer; /* key, certificate and chain fit: the caller has looked */
	const unsigned char *digest;     /* of the content: SHA-256, with CMS_FLAW_SHA1 SHA-1 */
	size_t digest_len;
	const unsigned char *stamp; /* the TSTInfo; NULL = detached id-data */
	size_t stamp_len;
	bool no_certificates; /* a time-stamp for somebody who has them (RFC 3161 2.4.1 certReq) */
	enum cms_flaw flaw;
};

/* Appends DER to `out`. */
int cms_make(const struct cms_plan *plan, struct buf *out, struct err *e) __attribute__((warn_unused_result));

#endif
