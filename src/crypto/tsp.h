/*
 * tsp: time-stamps (RFC 3161, RFC 5816; ETSI EN 319 422): asking an authority for one, and judging a token.
 *
 * A token is a CMS SignedData over a TSTInfo. It stands in a signature as an unsigned attribute
 * (id-aa-timeStampToken; cms_add_stamp()), or alone in a document time-stamp (SubFilter ETSI.RFC3161).
 */
#ifndef NASKAH_CRYPTO_TSP_H
#define NASKAH_CRYPTO_TSP_H

#include "base/buf.h"
#include "crypto/cert.h"

/* Appends a TimeStampReq (DER) for this SHA-256 with a nonce and certReq. `nonce` is what the answer must repeat. */
int tsp_request(const struct sha256 *imprint, uint64_t nonce, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));
/*
 * Takes the token out of a TimeStampResp: granted, the same nonce and imprint. ERR_REMOTE with the authority's own
 * words otherwise. Whom it is by is not looked at: tsp_judge().
 */
int tsp_response(const void *der, size_t len, const struct sha256 *imprint, uint64_t nonce, struct buf *token,
	struct err *e) __attribute__((warn_unused_result));

struct evidence; /* revocation.h */

/* What a token proves. */
struct tsp_verdict {
	int64_t stamped_at;   /* 0: nothing is proved, see why */
	char authority[256];  /* common name of the certificate */
	int64_t ends_at;      /* of that certificate */
	bool is_whole;        /* nothing is wrong with the token itself; by whom it is, is another question */
	struct cert_info who; /* the certificate; empty when it could not be read */
	const char *why; /* NULL = good, and by an authority that leads to a trusted root at that moment */
};
/*
 * A token (trailing zeros of /Contents allowed) over the SHA-256, SHA-384 or SHA-512 of bytes in two pieces. By itself it
 * proves nothing any more once its authority has ended, but when it is known to have existed before (`proven_at`: a
 * younger time-stamp, or now) it still does. 0: it is judged at the moment that it names. More than a day after
 * `proven_at` it cannot be.
 */
struct tsp_question {
	const void *token;
	size_t len;
	struct tsp_bytes {
		const void *bytes;
		size_t len;
	} stamped[2];
	const struct trust *trust;
	const struct evidence *evidence; /* certificates for paths besides the token's own; NULL = none */
	int64_t proven_at;
	bool is_document; /* a document time-stamp: for the words */
};
int tsp_judge(const struct tsp_question *q, struct tsp_verdict *out, struct err *e)
	__attribute__((warn_unused_result));
/* The token in a signature, as it stands there (perhaps BER). NULL if there is none. */
const void *cms_token(const void *cms, size_t len, size_t *token_len);

/*
 * Puts the token into a detached SignedData as its only unsigned attribute: PAdES B-T (ETSI EN 319 142-1 6.3). `cms` is
 * what cms_sign() made. Appends the new DER to `out`.
 */
int cms_add_stamp(const void *cms, size_t len, const void *token, size_t token_len, struct buf *out,
	struct err *e) __attribute__((warn_unused_result));
/* The SHA-256 of the signature value of a SignedData: what its time-stamp is over. */
int cms_signature_imprint(const void *cms, size_t len, struct sha256 *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
