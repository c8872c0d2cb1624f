#include "sandbox/api.h"

#include "base/auto.h"
#include "base/date.h"
#include "crypto/hash.h"

#include <stdio.h>

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

void api_json(struct http_reply *reply, int status, json_t *value)
{
	struct err ignored = ERR_INIT;

	reply->status = 500;
	if (value && json_write(value, 0, &reply->body, &ignored) == 0) {
		reply->status = status;
		reply->content_type = "application/json";
	}
	json_decref(value);
}

void api_error(struct http_reply *reply, int status, const char *text, int code)
{
	api_json(reply, status, json_pack("{s:s, s:i}", "error", text, "status_code", code));
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
	case 429:
		return "Too Many Requests";
	default:
		return "Internal Server Error";
	}
}

void api_spring(const struct api *api, const struct http_request *req, struct http_reply *reply, int status)
{
	struct moment m = moment_in(api_now(api), ZONE_UTC);
	char text[64];

	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.000+00:00", m.date.year, m.date.month,
		m.date.day, m.hour, m.minute, m.second);
	api_json(reply, status,
		json_pack("{s:s, s:i, s:s, s:s}", "timestamp", text, "status", status, "error",
			status_words(status), "path", req->path));
}

long api_person(const struct api *api, const json_t *request)
{
	const char *nik = json_string_value(json_object_get(request, "nik"));
	const char *email = json_string_value(json_object_get(request, "email"));

	if (nik && strlen(nik) == 16 && strspn(nik, "0123456789") == 16)
		return people_by_nik(&api->people, nik);
	if (!nik && email && strchr(email, '@'))
		return people_by_email(&api->people, email);
	return -2;
}

/* Three keys; the code is text here and a number in errors (reference bsre-api 4.6). */
static void status_reply(struct http_reply *reply, const char *code, const char *message, const char *status)
{
	api_json(reply, 200,
		json_pack("{s:s, s:s, s:s}", "status_code", code, "message", message, "status", status));
}

void api_status(struct api *api, const struct http_request *req, struct http_reply *reply)
{
	AUTO(json_release) json_t *request = NULL;
	struct err e = ERR_INIT;
	char message[128];

	if (json_parse(req->body, req->body_len, "request", &request, &e) != 0 || !json_is_object(request)) {
		api_spring(api, req, reply, 400);
		return;
	}
	long index = api_person(api, request);
	/* As the live service does: any 16 digits are somebody without a certificate. */
	const char *status = index >= 0    ? api->people.items[index].status
			     : index == -1 ? "NO_CERTIFICATE"
					   : "NOT_REGISTERED";
	if (strcmp(status, "NOT_REGISTERED") == 0) {
		status_reply(reply, "2011", "User tidak terdaftar", status);
	} else if (strcmp(status, "NO_CERTIFICATE") == 0) {
		status_reply(reply, "2021", "User belum memiliki sertifikat", status);
	} else {
		snprintf(message, sizeof message,
			"User sudah terdaftar dan memiliki sertifikat dengan status %s", status);
		/* Which code goes with the other statuses is not known; a client must go by the status. */
		status_reply(reply, strcmp(status, "ISSUE") == 0 ? "1111" : "2041", message, status);
	}
}

static bool hash_fits(const char *text, const struct sha256 *wanted)
{
	struct sha256 given = sha256_of(text ? text : "", text ? strlen(text) : 0);

	return bytes_equal(&given, wanted, sizeof given);
}

void api_handle(void *user, const struct http_request *req, struct http_reply *reply)
{
	static const struct {
		const char *path;
		void (*run)(struct api *api, const struct http_request *req, struct http_reply *reply);
	} endpoints[] = {
		{"/api/v2/user/check/status", api_status},
		{"/api/v2/sign/pdf", api_sign},
		{"/api/v2/verify/pdf", api_verify},
	};
	struct api *api = user;

	/* Both are compared, so that the time tells nothing about the username. */
	bool user_fits = hash_fits(req->user, &api->username),
	     password_fits = hash_fits(req->password, &api->password);
	api_sleep_ms(api->latency_ms);
	if (!req->user || !req->password || !user_fits || !password_fits) {
		api_spring(api, req, reply, 401);
		reply->challenge = "Esign Client Service (UJI)";
		return;
	}
	for (size_t i = 0; i < ARRAY_LEN(endpoints); i++) {
		if (strcmp(req->path, endpoints[i].path) != 0)
			continue;
		if (strcmp(req->method, "POST") == 0)
			endpoints[i].run(api, req, reply);
		else
			api_spring(api, req, reply, 405);
		return;
	}
	api_spring(api, req, reply, 404);
}
