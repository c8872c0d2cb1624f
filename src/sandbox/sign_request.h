/*
 * sign_request: the body of POST /api/v2/sign/pdf (reference bsre-api 4.3), taken apart; private to sandbox/.
 */
#ifndef NASKAH_SANDBOX_SIGN_REQUEST_H
#define NASKAH_SANDBOX_SIGN_REQUEST_H

#include "base/buf.h"
#include "json/json.h"

/* What a call asks for. Nothing of it is checked against people or passphrases yet. */
struct sign_request {
	json_t *json;                  /* owned: all but the file; NULL if the body is no JSON */
	struct buf pdf;                /* owned: the file, decoded, whatever it is */
	const char *display;           /* "tampilan", lent by json; NULL = none, or no properties at all */
	const char *reason, *location; /* lent by json; NULL = none */
	size_t person;                 /* whom it turned out to name; set by who looks that up */
};

/* A sign_request that is empty. */
#define SIGN_REQUEST_INIT                                                                                    \
	{                                                                                                    \
		.pdf = BUF_INIT(LIMIT_PDF_BYTES)                                                             \
	}

/* One file in base64, no more and no less. On failure `out->json` tells whether it was JSON at all. */
int sign_request_parse(const unsigned char *body, size_t len, struct sign_request *out, struct err *e)
	__attribute__((warn_unused_result));
void sign_request_release(struct sign_request *r);

#endif
