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

/* False when the value is there and none of 0..max. */
static bool take_number(const json_t *request, const char *key, unsigned max, atomic_uint *to)
{
	const json_t *value = json_object_get(request, key);
	json_int_t number = json_integer_value(value);

	if (!value)
		return true;
	if (!json_is_integer(value) || number < 0 || number > max)
		return false;
	if (to)
		atomic_store(to, (unsigned)number);
	return true;
}

void api_control(struct api *api, struct api_call *call)
{
	AUTO(json_release) json_t *request = api_object(call);
	const json_t *fault = json_object_get(request, "fault"), *nik = json_object_get(request, "nik");
	atomic_uint limit = 0;
	struct err e = ERR_INIT;

	if (!request || (fault && !json_is_string(fault)) || (nik && !json_is_string(nik)) ||
		!take_number(request, "calls", UINT32_MAX / 2, &limit) ||
		!take_number(request, "latency_ms", LATENCY_MAX_MS, &api->latency_ms) ||
		!take_number(request, "otp_seconds", OTP_MAX_S, &api->otp_seconds)) {
		says_wrong(call,
			"an object with fault, calls, nik, clear, reset, latency_ms, otp_seconds, v1_sizes");
		return;
	}
	const json_t *sizes = json_object_get(request, "v1_sizes");
	if (json_is_boolean(sizes))
		atomic_store(&api->v1_sizes, json_is_true(sizes));
	if (json_is_true(json_object_get(request, "clear")))
		fault_book_clear(api->faults);
	if (json_is_true(json_object_get(request, "reset")))
		calls_reset(api->calls);
	if (fault && fault_book_add(api->faults, json_string_value(fault), atomic_load(&limit),
			     json_string_value(nik), &e) != 0) {
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
