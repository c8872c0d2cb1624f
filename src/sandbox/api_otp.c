/* One-time passwords, a person's and the seal's (reference bsre-api 4.3, 4.4). */
#include "sandbox/api.h"

#include "base/auto.h"
#include "base/text.h"

#include <stdio.h>

/* "2026-02-10T04:24:40.000+0000": here the zone has no colon. */
static json_t *expiry(int64_t at)
{
	char text[64];

	api_date(at, "+0000", text);
	return json_string(text);
}

/* For how many files; sent as a number or as text. 0: nonsense. */
static unsigned files_of(const json_t *request)
{
	char scratch[32];
	const char *text = json_text(request, "data", scratch);
	uint64_t files = 0;

	return text && text_to_uint(text, OTP_FILES_MAX, &files) ? (unsigned)files : 0;
}

/* What the service says when it gives none. */
static bool gives_none(struct api_call *call)
{
	if (call->fault != FAULT_OTP_NONE)
		return false;
	api_json(call, 200,
		json_pack("{s:b, s:b, s:s}", "success", 0, "result", 0, "message", "TOTP gagal dibuat"));
	return true;
}

void api_sign_otp(struct api *api, struct api_call *call)
{
	AUTO(json_release) json_t *request = api_object(call);
	const char *nik = json_string_value(json_object_get(request, "nik"));
	const char *email = json_string_value(json_object_get(request, "email"));
	long index = api_person(api, nik, email);
	unsigned files = files_of(request);
	char code[OTP_TEXT];
	struct err e = ERR_INIT;

	if (!api_begin(api, call, index >= 0 ? api->people.items[index].nik : nik))
		return;
	if (gives_none(call) || api_refuses(api, call, index))
		return;
	if (files == 0) {
		api_error(call, 400, "Jumlah dokumen (data) tidak valid", 400);
		return;
	}
	const char *owner = api->people.items[index].section;
	int64_t until_at = api_now(api) + atomic_load(&api->otp_seconds);
	if (otp_issue(api->otps, owner, files, until_at, code, &e) != 0 ||
		otp_deliver(api->otps, owner, code, &e) != 0) {
		api_spring(api, call, 500);
		return;
	}
	explicit_bzero(code, sizeof code);
	api_json(call, 200,
		json_pack("{s:b, s:s}", "success", 1, "message", "TOTP berhasil dikirim ke email pengguna"));
}

/* ---- seals ---------------------------------------------------------------------------------------------- */

struct seal_call {
	json_t *request; /* owned */
	const char *totp;
	long seal;       /* index of people; -1 = unknown */
	char active[96]; /* owner of its activation code */
};

static void seal_release(struct seal_call *s)
{
	json_decref(s->request);
}

/* False: answered already. */
static bool seal_begin(struct api *api, struct api_call *call, struct seal_call *s)
{
	s->request = api_object(call);
	const char *subscriber = json_string_value(json_object_get(s->request, "idSubscriber"));
	s->totp = json_string_value(json_object_get(s->request, "totp"));
	s->seal = subscriber ? people_by_subscriber(&api->people, subscriber) : -1;
	if (!api_begin(api, call, subscriber) || gives_none(call))
		return false;
	if (s->seal < 0) {
		api_error(call, 400, "Subscriber tidak terdaftar", 2011);
		return false;
	}
	snprintf(s->active, sizeof s->active, "aktivasi-%s", subscriber);
	return true;
}

/* Shape E: HTTP 200, and `result` says no. */
static void seal_says_no(struct api_call *call, const char *why)
{
	api_json(call, 200, json_pack("{s:s, s:b}", "message", why, "result", 0));
}

static const char *wrong_activation(struct api *api, const struct seal_call *s)
{
	switch (otp_use(api->otps, s->active, s->totp ? s->totp : "", 0, api_now(api))) {
	case OTP_GOOD:
		return NULL;
	case OTP_EXPIRED:
		return "TOTP aktivasi sudah kedaluwarsa";
	default:
		return "TOTP aktivasi salah";
	}
}

void api_seal_activate(struct api *api, struct api_call *call)
{
	AUTO(seal_release) struct seal_call s = {.seal = -1};
	char code[OTP_TEXT];
	struct err e = ERR_INIT;

	if (!seal_begin(api, call, &s))
		return;
	if (s.totp) {
		const char *wrong = wrong_activation(api, &s);
		if (wrong)
			seal_says_no(call, wrong);
		else
			api_json(call, 200,
				json_pack("{s:b, s:{s:s, s:s, s:o, s:b}}", "success", 1, "data", "message",
					"TOTP Aktivasi masih berlaku", "totp", s.totp, "expires",
					expiry(otp_ends_at(api->otps, s.active)), "result", 1));
		return;
	}
	if (otp_issue(api->otps, s.active, 0, api_now(api) + OTP_SECONDS_SEAL, code, &e) != 0 ||
		otp_deliver(api->otps, s.active, code, &e) != 0) {
		api_spring(api, call, 500);
		return;
	}
	explicit_bzero(code, sizeof code);
	api_json(call, 200,
		json_pack("{s:b, s:s}", "success", 1, "message", "TOTP Aktivasi berhasil dikirim"));
}

void api_seal_revoke(struct api *api, struct api_call *call)
{
	AUTO(seal_release) struct seal_call s = {.seal = -1};

	if (!seal_begin(api, call, &s))
		return;
	const char *wrong = wrong_activation(api, &s);
	if (wrong) {
		seal_says_no(call, wrong);
		return;
	}
	otp_revoke(api->otps, s.active);
	otp_revoke(api->otps, api->people.items[s.seal].section);
	api_json(call, 200,
		json_pack("{s:b, s:s, s:b}", "success", 1, "message", "Aktivasi berhasil dibatalkan",
			"result", 1));
}

void api_seal_otp(struct api *api, struct api_call *call)
{
	AUTO(seal_release) struct seal_call s = {.seal = -1};
	char code[OTP_TEXT];
	struct err e = ERR_INIT;

	if (!seal_begin(api, call, &s))
		return;
	const char *wrong = wrong_activation(api, &s);
	unsigned files = files_of(s.request);
	if (!wrong && files == 0)
		wrong = "Jumlah dokumen (data) tidak valid";
	if (wrong) {
		seal_says_no(call, wrong);
		return;
	}
	int64_t until_at = api_now(api) + atomic_load(&api->otp_seconds);
	if (otp_issue(api->otps, api->people.items[s.seal].section, files, until_at, code, &e) != 0) {
		api_spring(api, call, 500);
		return;
	}
	api_json(call, 200,
		json_pack("{s:s, s:s, s:o, s:b}", "message", "TOTP berhasil dibuat", "totp", code, "expires",
			expiry(until_at), "result", 1));
	explicit_bzero(code, sizeof code);
}
