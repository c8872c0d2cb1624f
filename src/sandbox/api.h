/*
 * api: the endpoints of the sandbox (reference bsre-api 3, 4, 7, 11); private to sandbox/.
 *
 * An endpoint reads its request, then calls api_begin(), which writes down who asks and lets the planned fault happen.
 * What still goes wrong with a good answer is done behind it, in one place (spoil_after).
 */
#ifndef NASKAH_SANDBOX_API_H
#define NASKAH_SANDBOX_API_H

#include "http/server.h"
#include "model/verdict.h"
#include "sandbox/authority.h"
#include "sandbox/calls.h"
#include "sandbox/fault.h"
#include "sandbox/otp.h"
#include "sandbox/registry.h"
#include "sandbox/shelf.h"
#include "json/json.h"

#include <stdatomic.h>

struct api {
	struct people people;
	struct authority *authority; /* owned */
	atomic_bool ready;           /* the authority is there: its URLs hold the server's port */
	enum pades_level level;      /* of signatures: LEVEL_B_B or LEVEL_B_T */
	struct fault_book *faults;   /* owned */
	struct calls *calls;         /* owned */
	struct otp_book *otps;       /* owned */
	struct shelf *shelf;         /* owned */
	struct registry *registry;   /* owned: who registered while the sandbox runs */
	int64_t now_at;              /* 0 = this machine's clock */
	atomic_uint latency_ms, otp_seconds;
	atomic_bool v1_sizes;             /* v1's width and height are sizes, not the other corner */
	struct sha256 username, password; /* hashes */
};

/* One request on its way. */
struct api_call {
	const struct http_request *req;
	struct http_reply *reply;
	const char *tail; /* of the path, where the endpoint's ends in {..} */
	enum fault_call kind;
	enum fault fault; /* since api_begin() */
	struct call_note note;
};

struct api_endpoint {
	const char *method, *path; /* "{..}" at its end stands for one segment, "{...}" for the rest */
	enum fault_call kind;
	bool is_open; /* without HTTP Basic */
	void (*run)(struct api *api, struct api_call *call);
};
/* All of them, in the order of docs/openapi.yaml. */
const struct api_endpoint *api_endpoints(size_t *count);

/* One request: an http_handler with a struct api. */
void api_handle(void *user, const struct http_request *req, struct http_reply *reply);
/* An http_gate: "cut-unread" happens here. */
bool api_gate(void *user, const char *method, const char *path);

/* ---- shared by the endpoints ---- */
/* `who` is a NIK or subscriber, NULL if none can be told. False: a fault has answered. */
bool api_begin(struct api *api, struct api_call *call, const char *who);
void api_sleep_ms(unsigned ms);
int64_t api_now(const struct api *api);
/* Milliseconds since 1970, for field names; whole seconds when the clock is fixed. */
int64_t api_now_ms(const struct api *api);
/* "2026-03-31T02:40:00.000" and `zone` behind it. */
void api_date(int64_t at, const char *zone, char out[64]);
/* Fills the reply; takes `value` over, NULL is out of memory. */
void api_json(struct api_call *call, int status, json_t *value);
/* Shape A: {"error":TEXT,"status_code":CODE}. */
void api_error(struct api_call *call, int status, const char *text, int code);
/* Shape D: Spring's own. */
void api_spring(const struct api *api, struct api_call *call, int status);
/* Shape F: whatever is no JSON. */
void api_plain(struct api_call *call, int status, const char *content_type, const char *body);
/* The request's body as a JSON object; NULL when it is none. Owned by the caller. */
json_t *api_object(const struct api_call *call);
/* The person that "nik" or "email" names; -1 if nobody, -2 if there is no usable identity at all. */
long api_person(const struct api *api, const char *nik, const char *email);
/* Why that person cannot sign, answered; false when they can. */
bool api_refuses(struct api *api, struct api_call *call, long person);

/* ---- the endpoints ---- */
void api_status(struct api *api, struct api_call *call);
void api_status_v1(struct api *api, struct api_call *call);
void api_profile(struct api *api, struct api_call *call);
void api_expired(struct api *api, struct api_call *call);
void api_register(struct api *api, struct api_call *call);
void api_chain(struct api *api, struct api_call *call);
void api_sign(struct api *api, struct api_call *call);
void api_sign_v1(struct api *api, struct api_call *call);
void api_download(struct api *api, struct api_call *call);
void api_verify(struct api *api, struct api_call *call);
void api_verify_v1(struct api *api, struct api_call *call);
void api_sign_otp(struct api *api, struct api_call *call);
void api_seal_activate(struct api *api, struct api_call *call);
void api_seal_revoke(struct api *api, struct api_call *call);
void api_seal_otp(struct api *api, struct api_call *call);
void api_seal(struct api *api, struct api_call *call);
void api_control(struct api *api, struct api_call *call);
void api_calls(struct api *api, struct api_call *call);
void api_tsa(struct api *api, struct api_call *call);
void api_ocsp(struct api *api, struct api_call *call);
void api_ocsp_get(struct api *api, struct api_call *call);
void api_crl(struct api *api, struct api_call *call);
void api_ca(struct api *api, struct api_call *call);

#endif
