/*
 * sign_request: what a call to sign asks for, v1 (a form) or v2 and seal (JSON; reference bsre-api 3.2, 4.2, 6), taken
 * apart; private to sandbox/.
 */
#ifndef NASKAH_SANDBOX_SIGN_REQUEST_H
#define NASKAH_SANDBOX_SIGN_REQUEST_H

#include "base/buf.h"
#include "http/form.h"
#include "json/json.h"

#define SIGN_FILES_MAX 100

/* How one file is to be signed. Text is lent by the request. */
struct sign_wish {
	const char *display;           /* "tampilan"; NULL = none */
	const char *reason, *location; /* NULL = none */
	const char *tag;               /* NULL = by coordinates */
	const char *link;              /* v1: "linkQR"; NULL = none */
	struct buf image;              /* owned: PNG or JPEG; empty = none */
	bool bad_image;                /* something that is no base64 */
	unsigned page;                 /* from 1; 0 = not said */
	bool last_page;                /* v1: halaman = TERAKHIR */
	double x, y, width, height;    /* as sent */
	bool from_below; /* v1: y grows upwards, and width and height are the other corner, without a tag */
};

struct sign_request {
	json_t *json;           /* owned: all but the file; NULL if the body is no JSON, or a form */
	struct http_form *form; /* owned */
	struct buf *files;      /* owned: decoded, whatever they are */
	size_t count;
	const char *nik, *email, *subscriber, *passphrase, *totp; /* lent; NULL = none */
	size_t person; /* whom it turned out to name; set by who looks that up */
};

#define SIGN_REQUEST_INIT                                                                                    \
	{                                                                                                    \
		.json = NULL                                                                                 \
	}

/* JSON with one file or more in base64. On failure `out->json` tells whether it was JSON at all. */
int sign_request_parse(const unsigned char *body, size_t len, struct sign_request *out, struct err *e)
	__attribute__((warn_unused_result));
/* v1: a form with one file. */
int sign_request_parse_form(const struct http_request *req, struct sign_request *out, struct err *e)
	__attribute__((warn_unused_result));
/* How file number `i` is to be signed: one entry of signatureProperties for all, or one each. False: they do not match. */
bool sign_request_wish(const struct sign_request *r, size_t i, struct sign_wish *out);
void sign_wish_release(struct sign_wish *w);
void sign_request_release(struct sign_request *r);

#endif
