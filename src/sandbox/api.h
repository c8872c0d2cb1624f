/*
 * api: the endpoints of the sandbox (reference bsre-api 4, 7, 11); private to sandbox/.
 */
#ifndef NASKAH_SANDBOX_API_H
#define NASKAH_SANDBOX_API_H

#include "http/server.h"
#include "sandbox/authority.h"
#include "sandbox/fault.h"
#include "json/json.h"

#include <stdatomic.h>

struct api {
	struct people people;
	struct authority *authority; /* owned */
	struct fault_plan fault;
	int64_t now_at; /* 0 = this machine's clock */
	unsigned latency_ms;
	atomic_uint sign_calls;
	struct sha256 username, password; /* hashes */
};

/* One request: an http_handler with a struct api. */
void api_handle(void *user, const struct http_request *req, struct http_reply *reply);

/* ---- shared by the endpoints ---- */
void api_sleep_ms(unsigned ms);
int64_t api_now(const struct api *api);
/* Milliseconds since 1970, for field names; whole seconds when the clock is fixed. */
int64_t api_now_ms(const struct api *api);
/* Fills the reply; takes `value` over, NULL is out of memory. */
void api_json(struct http_reply *reply, int status, json_t *value);
/* Shape A: {"error":TEXT,"status_code":CODE}. */
void api_error(struct http_reply *reply, int status, const char *text, int code);
/* Shape D: Spring's own. */
void api_spring(const struct api *api, const struct http_request *req, struct http_reply *reply, int status);
/* The person that "nik" or "email" names; -1 if nobody, -2 if there is no usable identity at all. */
long api_person(const struct api *api, const json_t *request);

void api_status(struct api *api, const struct http_request *req, struct http_reply *reply);
void api_sign(struct api *api, const struct http_request *req, struct http_reply *reply);
void api_verify(struct api *api, const struct http_request *req, struct http_reply *reply);

#endif
