/*
 * bsre_reply: what an answer of the BSrE Esign Client Service means (reference bsre-api 2.3, 7.1 to 7.4).
 *
 * From the bytes of an answer to a result: no network, no clock. Whatever is not clearly a signed file and not
 * clearly a refusal is unknown, because the signature may exist by then. The file goes where it belongs as it arrives;
 * what is kept of an answer besides is at most LIMIT_SMALL_REPLY_BYTES.
 */
#ifndef NASKAH_SIGNING_BSRE_REPLY_H
#define NASKAH_SIGNING_BSRE_REPLY_H

#include "signing/bsre_stream.h"
#include "signing/signer.h"
#include "json/json.h"

/* An answer to a call that signs, as it arrives. */
struct bsre_reply {
	enum bsre_shape {
		BSRE_JSON, /* v2: the file is in "file":["..."] */
		BSRE_FILE, /* v1: the answer is the file, or JSON with "base64_signed_file" */
	} shape;
	struct bsre_stream stream;
	struct outfile *to; /* borrowed; NULL = into out->pdf */
	struct sign_result *out;
	char head[5]; /* the answer's first bytes tell a PDF from JSON */
	size_t len;   /* of the answer so far */
	bool is_pdf;
	size_t file_len;
	bool not_pdf; /* the file in it */
	/* why no more was wanted */
	enum { BSRE_FINE = 0, BSRE_TOO_LONG, BSRE_NOT_KEPT } trouble;
	struct err why; /* BSRE_NOT_KEPT: this machine's disk or memory */
};

/* `out` is fresh (sign_result_init). */
void bsre_reply_init(
	struct bsre_reply *r, enum bsre_shape shape, struct outfile *to, struct sign_result *out);
/* The next bytes. -1: no more is wanted, the answer can only be unknown. `user` is the struct bsre_reply. */
int bsre_reply_take(void *user, long http_status, const void *bytes, size_t len);
/* The answer is whole: fills the result. */
void bsre_reply_end(struct bsre_reply *r, long http_status, const char *content_type);
/* The answer broke off, `why`: unknown. */
void bsre_reply_broken(struct bsre_reply *r, long http_status, const char *why);
void bsre_reply_release(struct bsre_reply *r);
/* What the service calls a document; kept if it is plain text that fits. NULL is nothing. */
void bsre_keep_document_id(struct sign_result *out, const char *id);

/* ---- words of an answer, whatever it answers ---- */

/* Copies at most size - 1 bytes, cut between characters; control bytes become '?'. */
void bsre_copy_words(char *out, size_t size, const char *text);
/* The words to show: the first of `message` and `error` that says something. NULL if neither does. */
const char *bsre_words_of(const json_t *object);
/* `status_code` as number or as text; 400 there is only HTTP's word again, and the real code stands in the words. */
void bsre_code_of(const json_t *object, char *out, size_t size);
/* In-band refusal: a non-empty `error`, or `result` or `success` set to false (shapes A, B, D, E). */
bool bsre_says_no(const json_t *object);
/* 2031, or its words where a build sends no code. An OTP is a secret like the passphrase. */
bool bsre_is_wrong_secret(const char *code, const char *text);

/* ---- other answers (bsre_words.c) ---- */

/* Answer to a question about a certificate, v1 or v2. -1 with ERR_REMOTE when it says nothing usable. */
int bsre_status_parse(long http_status, const struct buf *body, struct sign_status *out, struct err *e)
	__attribute__((warn_unused_result));
/*
 * Answer with a certificate chain, the signer's first: base64 of DER, or PEM. When that certificate ends; 0 if the answer
 * doesn't tell.
 */
int64_t bsre_chain_parse(long http_status, const struct buf *body);

/* Answer to any other request: whether it was granted, and the service's words about it. */
struct bsre_words {
	bool granted;
	char code[32];
	char text[256];
	struct secret *totp; /* owned; NULL = none in it */
	int64_t expires_at;  /* of that; 0 = not told */
};

#define BSRE_WORDS_INIT                                                                                      \
	{                                                                                                    \
		.totp = NULL                                                                                 \
	}

/* The body is wiped. -1 with ERR_REMOTE when the answer is neither yes nor no. */
int bsre_words_parse(long http_status, struct buf *body, struct bsre_words *out, struct err *e)
	__attribute__((warn_unused_result));
void bsre_words_release(struct bsre_words *w);

#endif
