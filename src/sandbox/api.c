#include "sandbox/api.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "sandbox/spoil.h"

#include <stdio.h>

static const struct api_endpoint endpoints[] = {
	{"POST", "/api/sign/pdf", CALL_SIGN_V1, false, api_sign_v1},
	{"GET", "/api/sign/download/{id_dokumen}", CALL_FETCH, false, api_download},
	{"POST", "/api/sign/verify", CALL_VERIFY, false, api_verify_v1},
	{"GET", "/api/user/status/{nik}", CALL_STATUS, false, api_status_v1},
	{"GET", "/api/user/profile/{nik}", CALL_OTHER, false, api_profile},
	{"GET", "/api/entity/cert/expired", CALL_OTHER, false, api_expired},
	{"GET", "/api/user/certificate/chain/{id}", CALL_CHAIN, false, api_chain},
	{"POST", "/api/v2/sign/pdf", CALL_SIGN_V2, false, api_sign},
	{"POST", "/api/v2/sign/get/totp", CALL_OTP, false, api_sign_otp},
	{"POST", "/api/v2/verify/pdf", CALL_VERIFY, false, api_verify},
	{"POST", "/api/v2/user/check/status", CALL_STATUS, false, api_status},
	{"POST", "/api/v2/user/registration", CALL_OTHER, false, api_register},
	{"GET", "/api/v2/user/certificate/chain/{id}", CALL_CHAIN, false, api_chain},
	{"POST", "/api/v2/seal/get/activation", CALL_OTHER, false, api_seal_activate},
	{"POST", "/api/v2/seal/revoke/activation", CALL_OTHER, false, api_seal_revoke},
	{"POST", "/api/v2/seal/get/totp", CALL_OTP, false, api_seal_otp},
	{"POST", "/api/v2/seal/pdf", CALL_SEAL, false, api_seal},
	{"POST", "/tsa", CALL_TSA, true, api_tsa},
	{"POST", "/ocsp", CALL_OCSP, true, api_ocsp},
	{"GET", "/ocsp/{request...}", CALL_OCSP, true, api_ocsp_get},
	{"GET", "/crl/{name}", CALL_CRL, true, api_crl},
	{"GET", "/ca/{name}", CALL_CRL, true, api_ca},
	{"POST", "/sandbox/control", 0, false, api_control},
	{"GET", "/sandbox/calls", 0, false, api_calls},
};

void api_sleep_ms(unsigned ms)
{
	struct timespec left = {.tv_sec = ms / 1000, .tv_nsec = (long)(ms % 1000) * 1000000};

	while (ms > 0 && nanosleep(&left, &left) != 0)
		;
}

int64_t api_now(const struct api *api)
{
	return api->now_at ? api->now_at : clock_now();
}

int64_t api_now_ms(const struct api *api)
{
	struct timespec now;

	if (api->now_at || clock_gettime(CLOCK_REALTIME, &now) != 0)
		return api_now(api) * 1000;
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void api_date(int64_t at, const char *zone, char out[64])
{
	struct moment m = moment_in(at, ZONE_UTC);

	snprintf(out, 64, "%04d-%02d-%02dT%02d:%02d:%02d.000%s", m.date.year, m.date.month, m.date.day,
		m.hour, m.minute, m.second, zone);
}

/* ---- answers -------------------------------------------------------------------------------------------- */

void api_json(struct api_call *call, int status, json_t *value)
{
	struct http_reply *reply = call->reply;
	struct err ignored = ERR_INIT;

	reply->status = 500;
	if (value && json_write(value, 0, &reply->body, &ignored) == 0) {
		reply->status = status;
		reply->content_type = "application/json";
	}
	json_decref(value);
}

void api_error(struct api_call *call, int status, const char *text, int code)
{
	call->note.code = code;
	api_json(call, status, json_pack("{s:s, s:i}", "error", text, "status_code", code));
}

static const char *status_words(int status)
{
	switch (status) {
	case 400:
		return "Bad Request";
	case 401:
		return "Unauthorized";
	case 404:
		return "Not Found";
	case 405:
		return "Method Not Allowed";
	case 408:
		return "Request Timeout";
	case 429:
		return "Too Many Requests";
	default:
		return "Internal Server Error";
	}
}

void api_spring(const struct api *api, struct api_call *call, int status)
{
	char text[64];

	api_date(api_now(api), "+00:00", text);
	api_json(call, status,
		json_pack("{s:s, s:i, s:s, s:s}", "timestamp", text, "status", status, "error",
			status_words(status), "path", call->req->path));
}

void api_plain(struct api_call *call, int status, const char *content_type, const char *body)
{
	call->reply->status = status;
	call->reply->content_type = content_type;
	buf_adds(&call->reply->body, body);
}

/* ---- questions ------------------------------------------------------------------------------------------ */

json_t *api_object(const struct api_call *call)
{
	json_t *request = NULL;
	struct err ignored = ERR_INIT;

	if (json_parse(call->req->body, call->req->body_len, "request", &request, &ignored) != 0)
		return NULL;
	if (!json_is_object(request)) {
		json_decref(request);
		return NULL;
	}
	return request;
}

long api_person(const struct api *api, const char *nik, const char *email)
{
	if (nik && strlen(nik) == 16 && strspn(nik, "0123456789") == 16)
		return people_by_nik(&api->people, nik);
	if (!nik && email && strchr(email, '@'))
		return people_by_email(&api->people, email);
	return -2;
}

bool api_refuses(struct api *api, struct api_call *call, long person)
{
	const char *status = person >= 0 ? api->people.items[person].status : "NOT_REGISTERED";
	char text[96];

	if (strcmp(status, "ISSUE") == 0)
		return false;
	if (strcmp(status, "NOT_REGISTERED") == 0) {
		api_error(call, 400, "User tidak terdaftar", 2011);
		return true;
	}
	snprintf(text, sizeof text, "Sertifikat pengguna berstatus %s", status);
	api_error(call, 400, text, strcmp(status, "NO_CERTIFICATE") == 0 ? 2021 : 2041);
	return true;
}

/* ---- the way through ------------------------------------------------------------------------------------ */

bool api_begin(struct api *api, struct api_call *call, const char *who)
{
	text_copy(call->note.who, sizeof call->note.who, who);
	call->fault = fault_book_meet(api->faults, call->kind, who);
	call->note.fault = call->fault;
	return !spoil_before(api, call);
}

static bool hash_fits(const char *text, const struct sha256 *wanted)
{
	struct sha256 given = sha256_of(text ? text : "", text ? strlen(text) : 0);

	return bytes_equal(&given, wanted, sizeof given);
}

static bool may_come_in(const struct api *api, const struct http_request *req)
{
	/* Both are compared, so that the time tells nothing about the username. */
	bool user_fits = hash_fits(req->user, &api->username),
	     password_fits = hash_fits(req->password, &api->password);

	return req->user && req->password && user_fits && password_fits;
}

/* NULL when the path is another; *tail is what its "{..}" stands for. */
static bool is_path_of(const struct api_endpoint *endpoint, const char *path, const char **tail)
{
	const char *brace = strchr(endpoint->path, '{');
	size_t len = brace ? (size_t)(brace - endpoint->path) : strlen(endpoint->path);

	*tail = path + len;
	if (strncmp(path, endpoint->path, len) != 0)
		return false;
	if (!brace)
		return **tail == '\0';
	return **tail != '\0' && (strstr(brace, "...}") || !strchr(*tail, '/'));
}

const struct api_endpoint *api_endpoints(size_t *count)
{
	*count = ARRAY_LEN(endpoints);
	return endpoints;
}

/* NULL: no such path, or, with *other_method, not by this method. */
static const struct api_endpoint *find(
	const char *method, const char *path, const char **tail, bool *other_method)
{
	size_t count;
	const struct api_endpoint *all = api_endpoints(&count);

	*other_method = false;
	for (size_t i = 0; i < count; i++) {
		if (!is_path_of(&all[i], path, tail))
			continue;
		if (strcmp(method, all[i].method) == 0)
			return &all[i];
		*other_method = true;
	}
	return NULL;
}

bool api_gate(void *user, const char *method, const char *path)
{
	struct api *api = user;
	const char *tail;
	bool other;
	const struct api_endpoint *endpoint = find(method, path, &tail, &other);

	if (!endpoint || !endpoint->kind || !fault_book_cuts_unread(api->faults, endpoint->kind))
		return true;
	const struct call_note note = {
		.at = api_now(api), .endpoint = endpoint->path, .fault = FAULT_CUT_UNREAD};
	calls_add(api->calls, &note);
	return false;
}

void api_handle(void *user, const struct http_request *req, struct http_reply *reply)
{
	struct api *api = user;
	struct api_call call = {.req = req, .reply = reply};
	bool other_method;
	const struct api_endpoint *endpoint = find(req->method, req->path, &call.tail, &other_method);

	if (!atomic_load(&api->ready)) {
		api_spring(api, &call, 503);
		return;
	}
	if (!endpoint || endpoint->kind)
		api_sleep_ms(atomic_load(&api->latency_ms));
	if (!(endpoint && endpoint->is_open) && !may_come_in(api, req)) {
		api_spring(api, &call, 401);
		reply->challenge = "Esign Client Service (UJI)";
		return;
	}
	if (!endpoint) {
		api_spring(api, &call, other_method ? 405 : 404);
		return;
	}
	call.kind = endpoint->kind;
	call.note.at = api_now(api);
	call.note.endpoint = endpoint->path;
	endpoint->run(api, &call);
	if (call.fault != FAULT_NONE)
		spoil_after(&call);
	call.note.status = reply->hang_up ? 0 : reply->status;
	if (endpoint->kind)
		calls_add(api->calls, &call.note);
}
