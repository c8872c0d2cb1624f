/*
 * fetch: extend.h's questions over the network.
 *
 * OCSP, CRLs and issuers' certificates may come over plain http: what comes is signed, and looked at before it is used
 * (RFC 5280 4.2.1.13 asks for http, as a TLS certificate would need the same answers first). Nothing but http and https
 * is asked. Questions may be repeated safely: after no answer or a 5xx they are, a few times, with growing pauses.
 */
#ifndef NASKAH_EXTEND_FETCH_H
#define NASKAH_EXTEND_FETCH_H

#include "base/secret.h"
#include "extend/extend.h"

struct fetcher_config {
	const char *stamp_username;          /* of the time-stamp authority; NULL = none */
	const struct secret *stamp_password; /* borrowed */
	const char *stamp_ca_file;           /* NULL = the system's */
	bool stamp_plain_http; /* the password may go there in the clear: [signing] allow_plain_http */
	long connect_timeout_ms, timeout_ms;
	unsigned tries; /* of one question; 0 = the usual three */
};

struct fetcher;

/* Lends everything in the config. */
int fetcher_new(const struct fetcher_config *config, struct fetcher **out, struct err *e)
	__attribute__((warn_unused_result));
void fetcher_free(struct fetcher *f);
void fetcher_release(struct fetcher **f);
/* An extend_fetch; `fetcher` is a struct fetcher. */
int fetch(void *fetcher, const struct extend_question *question, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
