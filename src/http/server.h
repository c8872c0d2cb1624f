/*
 * server: the HTTP server under sandbox and portal (libmicrohttpd).
 *
 * Listens on one address and port (0 = any free one), answers each request by one callback that gets the whole
 * body and fills a reply. Bodies over the ceiling get 413; idle and dripping connections are closed. The callback may
 * run on `threads` threads at once; a callback that waits holds up no other connection while one is free.
 *
 * Refused before any callback (400): paths with control bytes, bad percent signs, bytes that are not UTF-8,
 * backslashes, "." or ".." as a segment. HEAD reaches the callback as GET; the body is left out on the way back.
 * A handler may also write its reply itself, byte for byte (`raw`): a practice service must be able to answer wrongly.
 *
 * Every reply says nosniff, no-referrer, no-store and a Content-Security-Policy that allows nothing, unless the
 * callback sets a header of that name.
 */
#ifndef NASKAH_HTTP_SERVER_H
#define NASKAH_HTTP_SERVER_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct http_request {
	const char *method;
	const char *path;            /* decoded; no query */
	const char *user, *password; /* HTTP Basic; NULL when none was sent; wiped after the callback */
	const char *content_type;    /* NULL = none */
	const unsigned char *body;
	size_t body_len;
	const void *connection; /* for http_query() */
};
/* A query parameter; NULL if absent, or not plain UTF-8 text on one line. Valid during the callback. */
const char *http_query(const struct http_request *req, const char *name);

/* A reply that its handler writes itself; the connection is closed behind it. */
struct http_wire;
/* False: the client has gone, or the server stops. Waits while the client does not read. */
bool http_wire_send(struct http_wire *w, const void *bytes, size_t len);
/* False as above: the client hung up meanwhile. */
bool http_wire_pause(struct http_wire *w, unsigned ms);

struct http_reply {
	int status;               /* 500 until set */
	const char *content_type; /* static text */
	struct buf body;
	const char *headers[8][2]; /* more headers: name, value: static, copied after the callback */
	size_t header_count;
	char location[256];    /* redirect: sent as Location when not "" */
	const char *challenge; /* realm: answers 401 with WWW-Authenticate: Basic */
	bool hang_up;          /* close the connection without an answer (a fault of the sandbox) */
	/* Writes the whole reply, status line included, instead of the server; called after the handler, in its thread. */
	void (*raw)(const struct http_reply *reply, struct http_wire *w);
	char text[2][64]; /* room for values of `headers` that are made up by the handler */
};

typedef void http_handler(void *user, const struct http_request *req, struct http_reply *reply);
/* Asked when the headers are there. False: the connection is closed, the body unread. */
typedef bool http_gate(void *user, const char *method, const char *path);

struct http_server;

struct http_server_config {
	const char *address; /* "127.0.0.1" */
	uint16_t port;       /* 0 = any */
	size_t body_max;     /* bytes of a request body */
	unsigned threads;    /* 1..; at most so many, each started when it is first needed */
	unsigned timeout_s;  /* idle connection */
	unsigned exchange_s; /* a request must be in, and then a reply out, after so long; 0 = six timeouts */
	unsigned per_address; /* connections from one address at once; 0 = no ceiling of its own */
	http_handler *handler;
	http_gate *gate; /* NULL = all may come in */
	void *user;
};

/* Runs in threads of its own until http_server_free(). */
int http_server_new(const struct http_server_config *config, struct http_server **out, struct err *e)
	__attribute__((warn_unused_result));
uint16_t http_server_port(const struct http_server *s);
void http_server_free(struct http_server *s);
void http_server_release(struct http_server **s);

#endif
