/*
 * bsre: what the signers of the BSrE Esign Client Service share: asking, signing, writing JSON with a secret in it.
 */
#ifndef NASKAH_SIGNING_BSRE_H
#define NASKAH_SIGNING_BSRE_H

#include "signing/bsre_reply.h"
#include "signing/signer.h"

/* A connection to the service. */
struct bsre {
	struct net_client *client; /* owned */
	struct signer_clock clock;
	long sign_timeout_ms;
};

int bsre_init(struct bsre *b, const struct signer_profile *p, struct err *e)
	__attribute__((warn_unused_result));
void bsre_release(struct bsre *b);
int64_t bsre_now(const struct bsre *b);
uint32_t bsre_random(const struct bsre *b);

/*
 * A question that changes nothing at the service: up to three times, with growing and uneven pauses, while there is no
 * answer or the service says "not now" (429, 500, 502, 503, 504). What is marked `once` is only repeated when nothing of
 * it was sent. The reply's body has the ceiling of small replies.
 */
int bsre_ask(struct bsre *b, const struct net_request *req, struct net_reply *reply, struct err *e)
	__attribute__((warn_unused_result));
/*
 * An order: JSON by POST, sent once, as what it asks for may be done twice if it is sent twice. `secret` is never to be
 * seen in the words of the answer; NULL = none.
 */
int bsre_order(struct bsre *b, const char *path, const struct net_piece *pieces, size_t count,
	const struct secret *secret, struct bsre_words *out, struct err *e)
	__attribute__((warn_unused_result));

/* One call that signs, or that fetches what an earlier one signed. */
struct bsre_call {
	const char *method, *path, *content_type, *accept;
	const struct net_piece *pieces;
	size_t piece_count;
	enum bsre_shape shape;
	struct outfile *to;
	const struct secret *secrets[2]; /* never to be seen in the result; NULL = none */
};
/* Made once, never repeated. Fills `out` as signer.sign promises. */
int bsre_sign(struct bsre *b, const struct bsre_call *call, struct sign_result *out, struct err *e)
	__attribute__((warn_unused_result));

/* ---- JSON, by hand: a JSON library would copy secrets to places that nobody wipes ---- */

void bsre_json_text(struct buf *out, const char *text);
/* "nik":"..." or its kin. ERR_USAGE unless exactly one is named; ERR_INPUT if it isn't UTF-8. */
int bsre_json_who(struct buf *out, const struct sign_identity *who, struct err *e)
	__attribute__((warn_unused_result));
/* The secret as a JSON string with its quotes, in locked memory. ERR_INPUT if it isn't UTF-8. */
int bsre_json_secret(const struct secret *s, struct secret **out, struct err *e)
	__attribute__((warn_unused_result));

/*
 * The body of a v2 signature or seal, in pieces. Keys in the order of BSrE's Postman collection: one build is said to
 * mind (reference bsre-api 2.2).
 */
struct bsre_body {
	struct buf who, look, rest;
	struct secret *quoted; /* owned */
	struct net_piece pieces[8];
	size_t count;
};
/* `secret_key`: "passphrase" or "totp". Borrows from `job`. */
int bsre_body_make(struct bsre_body *b, const struct sign_job *job, const struct sign_identity *who,
	const char *secret_key, const struct secret *secret, struct err *e)
	__attribute__((warn_unused_result));
void bsre_body_release(struct bsre_body *b);

/* ---- the ways ---- */

int signer_v2_new(const struct signer_profile *p, struct signer *out, struct err *e)
	__attribute__((warn_unused_result));
int signer_v1_new(const struct signer_profile *p, struct signer *out, struct err *e)
	__attribute__((warn_unused_result));
int signer_seal_new(const struct signer_profile *p, struct signer *out, struct err *e)
	__attribute__((warn_unused_result));
/* What v2 and v1 know of a person, the certificate's end included. `path` is that of the chain, without the id. */
void bsre_add_end(struct bsre *b, const char *path, const char *id, struct sign_status *status);

#endif
