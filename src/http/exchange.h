/*
 * exchange: one request and its reply, from the first header to the last byte sent. Private to http/.
 *
 * Refused here, before any handler: bodies over the ceiling (413), paths with NUL or other control bytes, bad
 * percent signs, backslashes, "." or ".." as a segment (400). A HEAD request reaches the handler as GET; the body is
 * left out on the way back.
 */
#ifndef NASKAH_HTTP_EXCHANGE_H
#define NASKAH_HTTP_EXCHANGE_H

#include "http/server.h"

#include <microhttpd.h>
#include <stdatomic.h>

struct exchange {
	struct exchange *next; /* in the queue for a worker */
	struct MHD_Connection *connection;
	const char *method;
	char *path;      /* owned */
	struct buf body; /* wiped when freed: it may hold a passphrase */
	size_t dropped;  /* bytes of body thrown away after the ceiling */
	int refused;     /* HTTP status decided without a handler; 0 = none */
	bool done;       /* the handler has run */
	bool written;    /* and has written its reply itself */
	struct http_reply reply;
	char *header_text[8][2]; /* owned copies of the handler's headers */
};

struct exchange *exchange_new(
	struct MHD_Connection *connection, const char *method, const char *path, size_t body_max);
/* A piece of body. False: give the connection up. */
bool exchange_take(struct exchange *x, const char *piece, size_t len);
/* Calls the handler and keeps its reply, or lets it write one. */
void exchange_run(struct exchange *x, http_handler *handler, void *user, const atomic_bool *stopping);
/* Queues the reply; once. MHD_NO closes the connection. */
enum MHD_Result exchange_answer(struct exchange *x);
void exchange_free(struct exchange *x);

/* MHD_UnescapeCallback: decodes %XX in place; a NUL or a bad escape becomes byte 1, which no path may hold. */
size_t exchange_unescape(void *cls, struct MHD_Connection *connection, char *text);

#endif
