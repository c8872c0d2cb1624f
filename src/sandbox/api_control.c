/* For tests, of naskah and of others: faults while the sandbox runs, and what it was asked. */
#include "sandbox/api.h"

#include "base/auto.h"
#include "base/text.h"

#define LATENCY_MAX_MS 600000
#define OTP_MAX_S      (10 * 86400)

static void says_wrong(struct api_call *call, const char *why)
{
	api_json(call, 400, json_pack("{s:s}", "error", why));
}

/* Whether the key, when it is there, has the right kind of value; a mistyped order must not look like one that was done. */
static bool is_known(const char *key, const json_t *value)
{
	static const struct {
		const char *key;
		unsigned max; /* of a number; 0: true or false */
	} known[] = {{"calls", UINT32_MAX / 2}, {"latency_ms", LATENCY_MAX_MS}, {"otp_seconds", OTP_MAX_S},
		{"clear", 0}, {"reset", 0}, {"v1_sizes", 0}};

	if (strcmp(key, "fault") == 0 || strcmp(key, "nik") == 0)
		return json_is_string(value);
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (strcmp(key, known[i].key) == 0)
			return known[i].max == 0 ? json_is_boolean(value)
						 : json_is_integer(value) && json_integer_value(value) >= 0 &&
							   json_integer_value(value) <= known[i].max;
	return false;
}

static bool is_order(json_t *request)
{
	const char *key;
	json_t *value;

	json_object_foreach(request, key, value)
	{
		if (!is_known(key, value))
			return false;
	}
	/* How often and whose: of a fault. */
	return json_object_get(request, "fault") ||
	       (!json_object_get(request, "calls") && !json_object_get(request, "nik"));
}

static void set_number(const json_t *request, const char *key, atomic_uint *to)
{
	const json_t *value = json_object_get(request, key);

	if (value)
		atomic_store(to, (unsigned)json_integer_value(value));
}

void api_control(struct api *api, struct api_call *call)
{
	AUTO(json_release) json_t *request = api_object(call);
	struct err e = ERR_INIT;

	if (!request || !is_order(request)) {
		says_wrong(call, "an object with fault (calls, nik), clear, reset, latency_ms, otp_seconds, "
				 "v1_sizes; see docs/openapi.yaml");
		return;
	}
	const char *fault = json_string_value(json_object_get(request, "fault"));
	const char *nik = json_string_value(json_object_get(request, "nik"));
	unsigned calls = (unsigned)json_integer_value(json_object_get(request, "calls"));
	const json_t *sizes = json_object_get(request, "v1_sizes");
	set_number(request, "latency_ms", &api->latency_ms);
	set_number(request, "otp_seconds", &api->otp_seconds);
	if (sizes)
		atomic_store(&api->v1_sizes, json_is_true(sizes));
	if (json_is_true(json_object_get(request, "clear")))
		fault_book_clear(api->faults);
	if (json_is_true(json_object_get(request, "reset")))
		calls_reset(api->calls);
	if (fault && fault_book_add(api->faults, fault, calls, nik, &e) != 0) {
		says_wrong(call, e.msg);
		return;
	}
	api_json(call, 200,
		json_pack("{s:i, s:i, s:i, s:b}", "faults", (int)fault_book_count(api->faults), "latency_ms",
			(int)atomic_load(&api->latency_ms), "otp_seconds",
			(int)atomic_load(&api->otp_seconds), "v1_sizes", (int)atomic_load(&api->v1_sizes)));
}

void api_calls(struct api *api, struct api_call *call)
{
	const char *brief = http_query(call->req, "brief");

	api_json(call, 200, calls_json(api->calls, http_query(call->req, "nik"), brief != NULL));
}
