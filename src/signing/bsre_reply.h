/*
 * bsre_reply: what an answer of the BSrE Esign Client Service means (reference bsre-api 2.3, 7.1 to 7.4).
 *
 * Pure functions from the bytes of an answer to a result: no network, no clock. Whatever is not clearly a
 * signed file and not clearly a refusal is unknown, because the signature may exist by then.
 */
#ifndef NASKAH_SIGNING_BSRE_REPLY_H
#define NASKAH_SIGNING_BSRE_REPLY_H

#include "signing/signer.h"

/* Answer to POST /api/v2/sign/pdf with one file. `out` is fresh (sign_result_init). */
void bsre_reply_parse(
	long http_status, const char *content_type, const struct buf *body, struct sign_result *out);
/* Answer to POST /api/v2/user/check/status. -1 with ERR_REMOTE when it says nothing usable. */
int bsre_status_parse(long http_status, const struct buf *body, struct sign_status *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
