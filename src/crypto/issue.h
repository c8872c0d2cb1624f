/*
 * issue: what an authority hands out besides certificates: time-stamps, OCSP responses, CRLs; and signatures with a flaw.
 * For the sandbox's TEST hierarchy only: each refuses an authority whose name does not say UJI or TEST.
 *
 * The same input makes the same bytes with an RSA key: a serial number is a hash, no time but `now_at` is asked for.
 */
#ifndef NASKAH_CRYPTO_ISSUE_H
#define NASKAH_CRYPTO_ISSUE_H

#include "base/buf.h"
#include "crypto/cms.h"

/* What a signature can lack. */
enum cms_flaw {
	CMS_SOUND = 0,
	CMS_FLAW_SHA1,      /* digest SHA-1 */
	CMS_FLAW_NO_ESS,    /* no signing-certificate attribute */
	CMS_FLAW_WRONG_ESS, /* it names the issuer's certificate instead of the signer's */
};
/* cms_sign() of two ranges, with a flaw, and without a look at the strength of the key. */
int cms_sign_flawed(const struct cms_signer *signer, enum cms_flaw flaw, const unsigned char *const ranges[2],
	const size_t lens[2], struct buf *out, struct err *e) __attribute__((warn_unused_result));

/* Puts an unsigned attribute with this text where the time-stamp belongs. */
int cms_add_unsigned_text(const void *cms, size_t len, const char *text, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

/* What a time-stamp authority may get wrong on demand. */
struct tsa_request {
	const struct cms_signer *authority;
	int64_t now_at;
	bool wrong_imprint; /* stamps something else */
	bool no_nonce;      /* does not repeat the nonce */
	bool refuse;        /* systemFailure */
};
/* Answers a TimeStampReq (RFC 3161) with a TimeStampResp; a request that is none gets a rejection. */
int tsa_answer(const struct tsa_request *how, const void *request, size_t len, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

/* How a certificate stands. */
struct issued_status {
	enum { ISSUED_GOOD = 0, ISSUED_REVOKED, ISSUED_UNKNOWN } is;
	int64_t revoked_at;
	int reason; /* RFC 5280 5.3.1: 6 = certificateHold (SUSPEND); 0 = unspecified */
};
/* By serial number (hex, as cert_info has it). */
typedef struct issued_status issued_lookup(void *user, const char *serial);

struct ocsp_answer {
	const struct cms_signer *responder; /* the authority itself, or one it named */
	const struct cert *issuer;          /* whose certificates are asked about */
	int64_t now_at, this_update_at, next_update_at;
	issued_lookup *lookup;
	void *user;
	bool try_later; /* answers nothing but that */
};
/* A request that is none gets malformedRequest; a certificate of another issuer is unknown. */
int ocsp_answer(const struct ocsp_answer *how, const void *request, size_t len, struct buf *out,
	struct err *e) __attribute__((warn_unused_result));

/* Is the first question about a certificate of this issuer? */
bool ocsp_asks_about(const struct cert *issuer, const void *request, size_t len);

struct crl_request {
	const struct key *key;
	const struct cert *issuer;
	int64_t this_update_at, next_update_at;
	uint64_t number;
	const char *const *serials; /* hex */
	const struct issued_status *statuses;
	size_t count;
};
int crl_issue(const struct crl_request *req, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
