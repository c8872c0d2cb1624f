/*
 * signer: one way to have a PDF signed, whoever does it.
 *
 * A signer is a struct of functions (like mupdf's pkcs7 signer): the BSrE Esign Client API v2 today
 * (signer_bsre_v2_new); v1, seal and local keys are further constructors. Nothing behind this interface knows
 * whether the sandbox or the real service answers. Each call is made once; nothing here repeats a signature.
 * A signer is used by one thread at a time; make one per thread.
 */
#ifndef NASKAH_SIGNING_SIGNER_H
#define NASKAH_SIGNING_SIGNER_H

#include "base/buf.h"
#include "base/secret.h"
#include "net/client.h"

#include <stdbool.h>

/* Design decision 5. Zero is unknown, so that a forgotten result never reads as a signature or as "try again". */
enum sign_outcome {
	SIGN_UNKNOWN = 0, /* sent, but no usable answer: the signature may exist */
	SIGN_ACCEPTED,    /* a PDF came back (not yet checked) */
	SIGN_REFUSED,     /* the service said no, with its own code and words */
	SIGN_NOT_SENT,    /* nothing left this machine: may be tried again */
};

struct sign_identity {
	const char *nik; /* one of the two; NULL = not used */
	const char *email;
};

struct sign_job {
	struct sign_identity who;
	const struct secret *passphrase; /* borrowed */
	const unsigned char *pdf;
	size_t pdf_len;
	const char *reason, *location; /* NULL = none */
};

struct sign_result {
	enum sign_outcome outcome;
	long http_status; /* 0 = no answer */
	char code[32];    /* the service's status_code: "2031"; "" if none */
	char text
		[256]; /* the service's own words, unchanged but for control bytes; or why there is no answer */
	bool wrong_secret; /* refused for passphrase or OTP (2031, also its older spellings): never repeat */
	struct buf pdf;    /* SIGN_ACCEPTED: the file that came back, nothing checked */
	struct buf
		raw; /* reply without files and secrets, for the auditor; ceiling LIMIT_SMALL_REPLY_BYTES */
};

void sign_result_init(struct sign_result *r);
void sign_result_release(struct sign_result *r);

struct sign_status {
	bool may_sign;   /* status is exactly ISSUE */
	char status[64]; /* "ISSUE", "EXPIRED", ... as sent */
	char code[32];
	char text[256];
};

struct signer {
	void *self; /* owned; freed by release */
	/* -1 with ERR_REMOTE when there was no usable answer; asking is harmless and may be repeated. */
	int (*status)(void *self, const struct sign_identity *who, struct sign_status *out, struct err *e);
	/* Always fills `out`; -1 only for failures of this machine before anything was sent. */
	int (*sign)(void *self, const struct sign_job *job, struct sign_result *out, struct err *e);
	void (*free)(void *self);
};

#define SIGNER_INIT                                                                                          \
	{                                                                                                    \
		NULL, NULL, NULL, NULL                                                                       \
	}

/* `config` is copied, but for the password, which must outlive the signer. */
int signer_bsre_v2_new(const struct net_config *config, long sign_timeout_ms, struct signer *out,
	struct err *e) __attribute__((warn_unused_result));
void signer_release(struct signer *s);

#endif
