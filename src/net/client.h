/*
 * client: HTTP requests to the signing service and to those who answer for certificates (libcurl).
 *
 * Certificate checks cannot be switched off; a CA file can be named, and a public key can be pinned. Plain http is
 * refused except to loopback or when the config says `allow_plain_http = yes`. No redirects, no proxies from the
 * environment, no .netrc, TLS 1.2 or newer, connect and total timeouts, an end to answers that only drip, a ceiling
 * for the reply.
 *
 * All clients of a process share one curl multi handle, which one thread runs while there is a client; so connections
 * are kept and used again, whoever calls. net_call() blocks its caller. A client may be used by many threads at once.
 *
 * A request that may go out once (`once`) is never repeated by libcurl itself: its body cannot be rewound, and an
 * attempt after bytes of the body were taken is refused (reference bsre-api 10). It uses a kept connection only if that
 * was used seconds ago: on one that lay idle for long, the service's good-bye may be under way.
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
	const char *base_url; /* "https://esign.contoh.example", a path allowed; no slash at the end needed */
	const char *username; /* HTTP Basic; NULL = none */
	const struct secret *password; /* borrowed: must outlive the client */
	const char *ca_file;           /* NULL = the system's */
	const char *pin; /* "sha256//BASE64" of the service's public key, several with ';'; NULL = none */
	bool allow_plain_http; /* beyond loopback */
	long connect_timeout_ms;
	long stall_ms; /* an answer that brings less than 1 KiB in so long ends; 0 = 20 s */
};

struct net_client;

int net_client_new(const struct net_config *config, struct net_client **out, struct err *e)
	__attribute__((warn_unused_result));
/* No call may be under way. With the last client of the process its thread and its connections end. */
void net_client_free(struct net_client *c);
void net_client_release(struct net_client **c);

/* A body goes out in pieces, so that nobody copies a secret or a large file to put it between two texts. */
struct net_piece {
	enum net_as {
		NET_BYTES = 0, /* as they are */
		NET_BASE64,    /* made while it goes out */
	} as;
	const void *bytes; /* borrowed until net_call() returns */
	size_t len;        /* before base64 */
};

struct net_request {
	const char *method;       /* "GET" or "POST" */
	const char *path;         /* "/api/v2/sign/pdf"; "" = the base URL itself */
	const char *content_type; /* NULL = no body */
	const char *accept;       /* NULL = "application/json" */
	const void *body;         /* shorthand for one piece as it is */
	size_t body_len;
	const struct net_piece *pieces;
	size_t piece_count;
	long timeout_ms; /* total, from the call to the last byte of the answer */
	bool once;       /* must not reach the service twice: see above */
	/*
	 * The answer as it comes, on the net thread: must be quick, as everybody's answers wait, and must not make calls.
	 * take: -1 ends the call (reply->stopped); without it the body goes into reply->body.
	 * header: once for each field, before any take(); name as sent, value without blanks around it.
	 */
	int (*take)(void *user, long status, const void *bytes, size_t len);
	void (*header)(void *user, const char *name, const char *value);
	void *user;
};

struct net_reply {
	bool sent; /* the request may have been acted on: any byte of its body left (or, without a body, of it) */
	bool complete; /* a whole reply came back */
	bool stopped;  /* take() did not want more */
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
