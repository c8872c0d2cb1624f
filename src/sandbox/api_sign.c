/* POST /api/v2/sign/pdf, POST /api/v2/seal/pdf (reference bsre-api 4.2, 4.4). */
#include "sandbox/api.h"

#include "base/auto.h"
#include "base/text.h"
#include "sandbox/signing.h"

static bool check_otp(struct api *api, struct api_call *call, const struct sign_request *r)
{
	const char *owner = api->people.items[r->person].section;

	switch (otp_use(api->otps, owner, r->totp ? r->totp : "", (unsigned)r->count, api_now(api))) {
	case OTP_GOOD:
		return true;
	case OTP_EXPIRED:
		api_error(call, 400, "TOTP sudah kedaluwarsa", 2031);
		return false;
	case OTP_USED_UP:
		api_error(call, 400, "Jumlah dokumen melebihi TOTP yang diminta", 2031);
		return false;
	case OTP_WRONG:
		break;
	}
	api_error(call, 400, "TOTP anda salah", 2031);
	return false;
}

/* False when the reply says what is wrong. */
static bool check_person(struct api *api, struct api_call *call, struct sign_request *r, long index)
{
	if (api_refuses(api, call, index))
		return false;
	r->person = (size_t)index;
	if (!r->passphrase)
		return check_otp(api, call, r);
	if (authority_passphrase_fits(api->authority, r->person, r->passphrase))
		return true;
	api_error(call, 400, "Passphrase anda salah", 2031);
	return false;
}

static void success(struct api_call *call, const struct signing *s)
{
	struct buf *body = &call->reply->body;

	buf_addf(body, "{\"time\":%lld,\"file\":[", (long long)(signing_clock_ms() - s->started_ms));
	for (size_t i = 0; i < s->count; i++) {
		buf_adds(body, i ? ",\"" : "\"");
		base64_add(body, s->files[i].data, s->files[i].len);
		buf_addc(body, '"');
	}
	buf_adds(body, "]}");
	call->reply->status = 200;
	call->reply->content_type = "application/json";
}

/* A request that is no request ends as the live service's do: without an explanation. */
static bool parse(struct api *api, struct api_call *call, struct sign_request *r, bool *whole)
{
	struct err e = ERR_INIT;

	*whole = sign_request_parse(call->req->body, call->req->body_len, r, &e) == 0;
	if (*whole)
		signing_note(call, r);
	if (r->nik || r->email || !*whole) {
		long index = api_person(api, r->nik, r->email);
		return api_begin(api, call, index >= 0 ? api->people.items[index].nik : r->nik);
	}
	return api_begin(api, call, r->subscriber);
}

void api_sign(struct api *api, struct api_call *call)
{
	AUTO(sign_request_release) struct sign_request r = SIGN_REQUEST_INIT;
	AUTO(signing_release) struct signing s = {.started_ms = signing_clock_ms()};
	bool whole;

	if (!parse(api, call, &r, &whole))
		return;
	if (!whole) {
		api_spring(api, call, json_is_object(r.json) ? 500 : 400);
		return;
	}
	if (check_person(api, call, &r, api_person(api, r.nik, r.email)) && signing_run(api, call, &r, &s))
		success(call, &s);
}

void api_seal(struct api *api, struct api_call *call)
{
	AUTO(sign_request_release) struct sign_request r = SIGN_REQUEST_INIT;
	AUTO(signing_release) struct signing s = {.started_ms = signing_clock_ms()};
	bool whole;

	if (!parse(api, call, &r, &whole))
		return;
	if (!whole) {
		api_spring(api, call, json_is_object(r.json) ? 500 : 400);
		return;
	}
	long seal = r.subscriber ? people_by_subscriber(&api->people, r.subscriber) : -1;
	if (api_refuses(api, call, seal))
		return;
	r.person = (size_t)seal;
	if (check_otp(api, call, &r) && signing_run(api, call, &r, &s))
		success(call, &s);
}
