/*
 * service: the signing service that a command talks to: the configured one, or naskah's own sandbox.
 */
#ifndef NASKAH_CMD_SERVICE_H
#define NASKAH_CMD_SERVICE_H

#include "config/config.h"
#include "pipeline/desk.h"
#include "sandbox/sandbox.h"

struct service {
	struct sandbox *sandbox; /* NULL: a configured service */
	struct desk_service to;  /* borrows from the config or the sandbox */
	const char *roots;
};

#define SERVICE_INIT                                                                                         \
	{                                                                                                    \
		.sandbox = NULL                                                                              \
	}

/* Starts the sandbox when the config names no URL and a signer needs one. */
int service_start(const struct config *c, int64_t now_at, struct service *out, struct err *e)
	__attribute__((warn_unused_result));
void service_release(struct service *s);

/* A service that is started when the pipeline finds that it needs one. */
struct service_link {
	const struct config *config;
	int64_t now_at;
	struct service service; /* SERVICE_INIT */
};
void service_link_release(struct service_link *l);
/* Fits struct run_request's `connect`. */
int service_connect(void *link, struct desk_service *service, const char **roots, struct err *e)
	__attribute__((warn_unused_result));

/*
 * The roots to check signatures against when nothing is to be signed: the configured file, else the sandbox's, else
 * NULL. *is_test tells that they are the sandbox's. The text is in the config's arena.
 */
const char *service_roots(struct config *c, bool *is_test);

#endif
