/*
 * client: HTTP requests to the signing service (libcurl).
 *
 * Certificate checks cannot be switched off; a CA file can be named. Plain http is refused except to loopback
 * or when the config says `allow_plain_http = yes`. No redirects, no proxies from the environment, no .netrc,
 * TLS 1.2 or newer, connect and total timeouts, a ceiling for the reply. A POST that signs is never repeated
 * by libcurl itself: it goes over a fresh connection and its body cannot be rewound (reference bsre-api 10).
 * A client is used by one thread at a time.
 */
#ifndef NASKAH_NET_CLIENT_H
#define NASKAH_NET_CLIENT_H

#include "base/buf.h"
#include "base/secret.h"

#include <stdbool.h>

/*
 * libcurl's start and end, for the whole program. net_client_new() starts it too; a program that ends calls
 * net_end() once no client is left. Memory that libcurl frees is wiped: requests hold passphrases.
 */
int net_start(struct err *e) __attribute__((warn_unused_result));
void net_end(void);

struct net_config {
	const char *base_url;          /* "https://esign.contoh.example", no slash at the end */
	const char *username;          /* HTTP Basic; NULL = none */
	const struct secret *password; /* borrowed */
	const char *ca_file;           /* NULL = the system's */
	bool allow_plain_http;         /* beyond loopback */
	long connect_timeout_ms;
};

struct net_client;

int net_client_new(const struct net_config *config, struct net_client **out, struct err *e)
	__attribute__((warn_unused_result));
void net_client_free(struct net_client *c);
void net_client_release(struct net_client **c);

struct net_request {
	const char *method;       /* "GET" or "POST" */
	const char *path;         /* "/api/v2/sign/pdf" */
	const char *content_type; /* NULL = no body */
	const void *body;
	size_t body_len;
	long timeout_ms; /* total */
	bool once;       /* must not reach the service twice: see above */
};

struct net_reply {
	bool sent; /* the request may have been acted on: any byte of its body left (or, without a body, of it) */
	bool complete; /* a whole reply came back */
	long status;   /* HTTP; 0 = none */
	char content_type[128];
	struct buf body; /* its ceiling is the caller's, set before the call */
};

/*
 * 0 when a whole HTTP reply came back, whatever its status. -1 with ERR_REMOTE when not; `reply->sent` then says
 * whether the request can have been acted on.
 */
int net_call(struct net_client *c, const struct net_request *req, struct net_reply *reply, struct err *e)
	__attribute__((warn_unused_result));
void net_reply_release(struct net_reply *r);

#endif
