/*
 * form: the parts of a multipart/form-data or url-encoded request body (libmicrohttpd's reader).
 */
#ifndef NASKAH_HTTP_FORM_H
#define NASKAH_HTTP_FORM_H

#include "http/server.h"

#define HTTP_FORM_FIELDS 32

struct http_field {
	char name[64];
	char file_name[256]; /* "" = no file */
	struct buf value;    /* a 0 stands behind its last byte */
};

struct http_form {
	struct http_field fields[HTTP_FORM_FIELDS];
	size_t count;
};

/* Allocate it: it is large. During the handler. ERR_INPUT if the body is no form, ERR_LIMIT for too many parts. */
int http_form_parse(const struct http_request *req, struct http_form *out, struct err *e)
	__attribute__((warn_unused_result));
/* The first part of that name, in this very spelling; NULL if there is none. */
const struct http_field *http_form_field(const struct http_form *f, const char *name);
/* Its text; NULL if absent, a file, or with a NUL in it. */
const char *http_form_text(const struct http_form *f, const char *name);
/* Wipes what it held: a form may carry a passphrase. */
void http_form_release(struct http_form *f);

#endif
