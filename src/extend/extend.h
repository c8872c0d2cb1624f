/*
 * extend: from a signed PDF to one that can be checked when nobody answers any more (ETSI EN 319 142-1: PAdES B-LT,
 * B-LTA).
 *
 * B-LT: a document security store with every certificate and, for each that is not a root, an OCSP response or CRL
 * that says it was good when it counted. B-LTA: a document time-stamp over all that, so that it counts after the
 * certificates have ended. A time-stamp's own certificate ends too: before that its revocation data goes into the store and
 * a newer time-stamp over everything (renewal).
 *
 * Each is one more increment; the bytes that were signed stay. Nothing is embedded that does not say what it is
 * needed for (crypto/revocation.h). The result is for the caller to verify before it is kept. The network comes in as a
 * function; fetch.h is the real one.
 */
#ifndef NASKAH_EXTEND_EXTEND_H
#define NASKAH_EXTEND_EXTEND_H

#include "base/buf.h"
#include "crypto/cert.h"
#include "model/verdict.h"

/* One question to whoever answers for certificates or gives time-stamps. */
struct extend_question {
	const char *url;
	const char *content_type; /* of the body; NULL = none: a GET */
	const void *body;
	size_t len;
	size_t answer_max; /* bytes */
	bool is_stamp;     /* for the configured time-stamp authority, with what it wants to know who asks */
};
/* Fills `out` (empty, its ceiling is answer_max). ERR_REMOTE when there is no usable answer. */
typedef int extend_fetch(void *user, const struct extend_question *question, struct buf *out, struct err *e);

struct extender_config {
	const struct trust *trust;
	extend_fetch *fetch;
	void *user;
	const char *stamp_url; /* NULL = none: no B-LTA */
	unsigned
		renew_days; /* a time-stamp whose certificate ends within so many days is due for a newer one */
};

struct extender; /* remembers what was fetched; used by one thread at a time */

/* Lends everything in the config. */
int extender_new(const struct extender_config *config, struct extender **out, struct err *e)
	__attribute__((warn_unused_result));
void extender_free(struct extender *x);
void extender_release(struct extender **x);

/* How it ended for one file. */
enum extend_end {
	EXTEND_NONE = 0,
	EXTEND_DONE,    /* `out` holds the longer file */
	EXTEND_NOT_DUE, /* it is what was asked for, and will be for a while */
	EXTEND_CANNOT,  /* this file cannot be extended: `why` */
	EXTEND_REVOKED, /* a certificate was revoked before it counted: `why`, revoked_at */
	EXTEND_DOWN,    /* somebody who had to be asked gave no usable answer: `why`; later perhaps */
};
struct extend_report {
	enum extend_end end;
	bool renewed;       /* a newer time-stamp on a file that was B-LTA already */
	int64_t revoked_at; /* 0 = not */
	char why[512];
};

struct extend_request {
	const unsigned char *pdf;
	size_t len;
	const char *name;              /* for messages */
	const struct verdict *verdict; /* of verify_pdf() on these bytes at now_at */
	enum pades_level level;        /* LEVEL_B_LT or LEVEL_B_LTA */
	int64_t now_at;
};
/* -1 only when this machine failed; what the file or others did not let happen is a report. `out` starts empty. */
int extend_pdf(struct extender *x, const struct extend_request *req, struct buf *out,
	struct extend_report *report, struct err *e) __attribute__((warn_unused_result));

/* Would extend_pdf() do something? Judged by the verdict alone. */
bool extend_is_due(const struct extender *x, const struct extend_request *req);

#endif
