/*
 * signer: one way to have a PDF signed, whoever does it.
 *
 * A signer is a struct of functions (like mupdf's pkcs7 signer): the BSrE Esign Client API v2 and v1, the agency's
 * seal, a key of our own, or the keeper's process in front of any of them. Nothing behind this interface knows
 * whether the sandbox or the real service answers. Each call is made once; nothing here repeats a signature.
 * A signer is used by one thread at a time; make one per thread.
 */
#ifndef NASKAH_SIGNING_SIGNER_H
#define NASKAH_SIGNING_SIGNER_H

#include "base/buf.h"
#include "base/outfile.h"
#include "base/secret.h"
#include "config/config.h"
#include "net/client.h"

#include <stdbool.h>
#include <stdint.h>

/* Design decision 5. Zero is unknown, so that a forgotten result never reads as a signature or as "try again". */
enum sign_outcome {
	SIGN_UNKNOWN = 0, /* sent, but no usable answer: the signature may exist */
	SIGN_ACCEPTED,    /* a PDF came back (not yet checked) */
	SIGN_REFUSED,     /* the service said no, with its own code and words */
	SIGN_NOT_SENT,    /* nothing left this machine: may be tried again */
};

struct sign_identity {
	const char *name; /* of the [signer NAME], for the keeper: not sent */
	const char *nik;  /* one of the three; NULL = not used */
	const char *email;
	const char *subscriber; /* of an agency's seal (idSubscriber) */
};

/* Where a visible signature stands, and what is seen of it (reference bsre-api 6). */
struct sign_look {
	const void *image; /* PNG or JPEG */
	size_t image_len;
	unsigned page; /* from 1; 0 = where `tag` stands */
	double x, y, width,
		height;     /* points; x and y of the upper left corner, from the page's upper left corner */
	double page_height; /* points, for the v1 API, which measures from below; 0 = A4 */
	char tag[8];        /* one character (UTF-8) of the page's text; "" = by page, x and y */
};

struct sign_job {
	struct sign_identity who;
	const struct secret
		*passphrase; /* borrowed: passphrase, OTP (`is_otp`), or NULL where none is needed */
	bool is_otp;
	const unsigned char *pdf;
	size_t pdf_len;
	size_t approved_len;           /* the beginning that was approved, for the keeper; 0 = all of it */
	const char *reason, *location; /* NULL = none */
	const struct sign_look *look;  /* NULL = invisible */
	/*
	 * The signed file is written here as it comes (not committed); NULL: it goes into result.pdf. Unless the outcome is
	 * SIGN_ACCEPTED, what is in it then is the beginning of nothing: rewind or drop it.
	 */
	struct outfile *to;
};

struct sign_result {
	enum sign_outcome outcome;
	long http_status; /* 0 = no answer */
	char code[32];    /* the service's status_code: "2031"; "" if none */
	char text
		[256]; /* the service's own words, unchanged but for control bytes; or why there is no answer */
	bool wrong_secret; /* refused for passphrase or OTP (2031, also its older spellings): never repeat */
	char document_id
		[128]; /* v1: to fetch the file again, known even when the file itself did not arrive; "" = none */
	struct buf
		pdf; /* SIGN_ACCEPTED: the file that came back, nothing checked; empty when it went to job.to */
	size_t pdf_len; /* SIGN_ACCEPTED: of that file, wherever it went */
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
	int64_t not_after_at; /* when the certificate ends; 0 = the service did not tell */
};

/* What became of asking for a one-time password. */
struct sign_otp {
	bool granted;
	char text[256];      /* the service's own words: how the code reaches the person */
	struct secret *code; /* NULL: it is sent to the person, or stays with its signer (seal). Owned */
	int64_t expires_at;  /* 0 = not told */
};

struct signer {
	void *self; /* owned; freed by release */
	/* -1 with ERR_REMOTE when there was no usable answer; asking is harmless and may be repeated. */
	int (*status)(void *self, const struct sign_identity *who, struct sign_status *out, struct err *e);
	/* Always fills `out`; -1 only for failures of this machine before anything was sent. */
	int (*sign)(void *self, const struct sign_job *job, struct sign_result *out, struct err *e);
	/* Asks for an OTP that is good for `files` files. NULL: this way has none. -1 as status(). */
	int (*otp)(void *self, const struct sign_identity *who, size_t files, struct sign_otp *out,
		struct err *e);
	/*
	 * Fetches the signed file of an earlier call by its document_id (v1). NULL: this way has none. The service may
	 * hand it out once only. Always fills `out` as sign() does, to `to` or into out->pdf.
	 */
	int (*fetch)(void *self, const char *document_id, struct outfile *to, struct sign_result *out,
		struct err *e);
	void (*free)(void *self);
};

#define SIGNER_INIT                                                                                          \
	{                                                                                                    \
		.self = NULL                                                                                 \
	}

/* Time, for tests that do not wait. NULL members: this machine's. */
struct signer_clock {
	int64_t (*now)(void *user); /* seconds since 1970 UTC */
	void (*sleep_ms)(void *user, long ms);
	uint32_t (*random)(void *user); /* for jitter and boundaries */
	void *user;
};

/* All that it takes to make a signer; what a way does not need is not looked at. */
struct signer_profile {
	enum config_way way;
	unsigned api;          /* BSrE: 2 or 1 */
	struct net_config net; /* BSrE */
	long sign_timeout_ms;
	const char *subscriber; /* seal: idSubscriber */
	const struct secret
		*secret;      /* borrowed, must outlive the signer: the seal's activation code, a key's PIN. A
		person's passphrase or OTP comes with each job instead */
	const char *key_file; /* pkcs12 */
	const char *module, *token, *key; /* pkcs11 */
	/*
	 * pkcs12, pkcs11: the authority that time-stamps each signature (PAdES B-T); base_url NULL = none (B-B). BSrE does so
	 * by itself.
	 */
	struct net_config stamp;
	struct signer_clock clock;
};

/*
 * From the config, with `net` as the service is reached (the sandbox's address is not in the config). Borrows from all
 * three; `secret`, `clock` and `stamp.password` are the caller's to set, and `stamp.base_url` where it is not in the config.
 */
void signer_profile_init(struct signer_profile *p, const struct config *c, const struct config_signer *s,
	const struct net_config *net);
/*
 * The signer of a profile. Strings are copied; `secret` and `net.password` are borrowed. ERR_CONFIG where the profile
 * asks for what its way cannot do (an OTP by the v1 API).
 */
int signer_new(const struct signer_profile *p, struct signer *out, struct err *e)
	__attribute__((warn_unused_result));
/*
 * A key of the office's own (pkcs12, pkcs11): the signature is made here, nothing leaves this machine but the time-stamp's
 * request. Outcomes are as of a service, with codes of our own: WRONG_PIN and CERT_PERIOD are refusals of the key, PDF is
 * one of the file; what can be mended without deciding anything (no token, no time-stamp) is SIGN_NOT_SENT. SIGN_UNKNOWN
 * never happens. status() says ISSUE without knowing when the profile has no secret and the key needs one.
 */
int signer_local_new(const struct signer_profile *p, struct signer *out, struct err *e)
	__attribute__((warn_unused_result));
void signer_release(struct signer *s);

#endif
