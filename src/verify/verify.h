/*
 * verify: is this PDF what its signatures claim? A function of bytes, roots and a moment.
 */
#ifndef NASKAH_VERIFY_VERIFY_H
#define NASKAH_VERIFY_VERIFY_H

#include "base/err.h"
#include "crypto/cert.h"
#include "crypto/revocation.h"
#include "model/area.h"
#include "model/verdict.h"

struct verify_request {
	const unsigned char *pdf;
	size_t len;
	const char *name;          /* for messages */
	const struct trust *trust; /* NULL: nothing is trusted */
	int64_t now_at;
	int64_t known_at; /* the file is known to have existed then: the office's own ledger; 0 = nothing known */
	const struct evidence *evidence; /* revocation data from elsewhere; NULL = what the file holds */
};

/*
 * Each signature is judged at the moment at which it is proven to have existed: its time-stamp, else that of a document
 * time-stamp over it, else known_at, else now. Revoked before is not valid; revoked after is. Levels are by what the file
 * itself holds. Not looked at: whether an OCSP responder's certificate, valid when it answered, has ended since.
 *
 * Fills the verdict; -1 only when it could not look (no memory), and the verdict is then empty: unknown. A file that
 * is no PDF is a verdict, not an error.
 */
int verify_pdf(const struct verify_request *req, struct verdict *out, struct err *e)
	__attribute__((warn_unused_result));

/*
 * Design decision 6: may this reply be published as the signed form of what we sent? It must begin with the very
 * bytes sent, add exactly one signature that covers the whole file but for validation data and document time-stamps,
 * verify, be made by the expected person
 * (subject_id of the certificate equals `nik` when the certificate has one, else the common name equals `name`)
 * and chain to the roots; what was sent must have been signed by the signers before, in their order, and by nobody
 * else. Visible only where it was asked for. 0 with out->all_good == FINDING_YES, or 0 with the reason in out->why.
 */
struct expected_signer {
	const char *nik;  /* may be NULL */
	const char *name; /* without titles */
};
struct reply_check {
	const unsigned char *sent;
	size_t sent_len;
	const unsigned char *reply;
	size_t reply_len;
	const struct expected_signer *signers; /* the last one was asked */
	size_t signer_count;                   /* at least one */
	bool of_any; /* who signed what was sent does not matter: only the last signer is looked for */
	const struct page_area
		*area; /* where a visible signature was asked for; NULL: it must be invisible */
	const struct trust *trust;
	int64_t now_at;
	const struct evidence *evidence; /* as above */
};
/* Are these the signatures of the first `count` of these people, in this order, and no others? */
bool verdict_is_by(const struct verdict *v, const struct expected_signer *people, size_t count);
int verify_reply(const struct reply_check *req, struct verdict *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
