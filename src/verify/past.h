/*
 * past: what the certificates and revocation data in a file prove (ETSI EN 319 102-1 5.5, 5.6, in small). Private to
 * verify/.
 */
#ifndef NASKAH_VERIFY_PAST_H
#define NASKAH_VERIFY_PAST_H

#include "crypto/revocation.h"
#include "pdf/reader.h"

/* A SignedData and the moment at which its path must have been good. */
struct past_question {
	const void *cms; /* signature or token */
	size_t len;
	const struct trust *trust;
	int64_t at; /* the moment for which proof is looked for */
	/* Revocation before this moment counts against it: for a time-stamp the next younger proof, else `at`. */
	int64_t until_at;
};
struct past_finding {
	/* YES: every certificate of the path is proven good at `at`; NO: one was revoked by `until_at`. */
	enum finding unrevoked;
	bool is_complete;   /* and stands in the file, but for the root */
	int64_t revoked_at; /* of the signer's own certificate, also when it was later; 0 = not */
	const char *why;    /* when NO */
};
int past_judge(const struct past_question *q, const struct evidence *ev, struct past_finding *out,
	struct err *e) __attribute__((warn_unused_result));

/* Adds the security store of a file (ISO 32000-2 12.8.4.3). */
int past_add_store(struct evidence *ev, struct pdf_reader *r, struct err *e)
	__attribute__((warn_unused_result));
/* Adds the certificates of a signature and of its time-stamp, and revocation data that it signed with it. */
int past_add_signature(struct evidence *ev, const struct pdf_signature *s, struct err *e)
	__attribute__((warn_unused_result));

#endif
