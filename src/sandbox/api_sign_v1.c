/* POST /api/sign/pdf, GET /api/sign/download/{id_dokumen} (reference bsre-api 3.2, 3.3). */
#include "sandbox/api.h"

#include "base/auto.h"
#include "base/text.h"
#include "sandbox/signing.h"

#include <stdio.h>

static bool check_person(struct api *api, struct api_call *call, struct sign_request *r)
{
	long index = api_person(api, r->nik, NULL);

	if (api_refuses(api, call, index))
		return false;
	r->person = (size_t)index;
	if (r->passphrase && authority_passphrase_fits(api->authority, r->person, r->passphrase))
		return true;
	api_error(call, 400, "Passphrase anda salah", 2031);
	return false;
}

static void add_header(struct http_reply *reply, const char *name, const char *value)
{
	reply->headers[reply->header_count][0] = name;
	reply->headers[reply->header_count++][1] = value;
}

static void answer_bytes(struct api_call *call, struct buf *pdf, const char *id, long long took_ms)
{
	struct http_reply *reply = call->reply;

	buf_release(&reply->body);
	reply->body = *pdf;
	*pdf = (struct buf)BUF_INIT(0);
	reply->status = 200;
	reply->content_type = "application/pdf";
	if (call->fault != FAULT_NO_ID) {
		text_copy(reply->text[0], sizeof reply->text[0], id);
		add_header(reply, "id_dokumen", reply->text[0]);
	}
	if (took_ms >= 0) {
		snprintf(reply->text[1], sizeof reply->text[1], "%lld", took_ms);
		add_header(reply, "signing_time", reply->text[1]);
	}
}

static void answer_base64(struct api_call *call, const struct buf *pdf, const char *id, long long took_ms)
{
	struct buf *body = &call->reply->body;

	buf_adds(body, "{\"base64_signed_file\":\"");
	base64_add(body, pdf->data, pdf->len);
	buf_addc(body, '"');
	if (call->fault != FAULT_NO_ID)
		buf_addf(body, ",\"id_dokumen\":\"%s\"", id);
	buf_addf(body, ",\"signing_time\":%lld}", took_ms);
	call->reply->status = 200;
	call->reply->content_type = "application/json";
}

static void answer(struct api *api, struct api_call *call, const struct sign_request *r, struct signing *s)
{
	const char *kind = http_form_text(r->form, "jenis_response");
	long long took_ms = (long long)(signing_clock_ms() - s->started_ms);
	char id[SHELF_ID];
	struct err e = ERR_INIT;

	if (shelf_put(api->shelf, &s->files[0], id, &e) != 0)
		api_spring(api, call, 500);
	else if (kind && text_equals_nocase(kind, "BASE64"))
		answer_base64(call, &s->files[0], id, took_ms);
	else
		answer_bytes(call, &s->files[0], id, took_ms);
}

void api_sign_v1(struct api *api, struct api_call *call)
{
	AUTO(sign_request_release) struct sign_request r = SIGN_REQUEST_INIT;
	AUTO(signing_release) struct signing s = {.started_ms = signing_clock_ms()};
	struct err e = ERR_INIT;

	bool whole = sign_request_parse_form(call->req, &r, &e) == 0;
	if (whole)
		signing_note(call, &r);
	if (!api_begin(api, call, r.nik))
		return;
	if (!whole)
		api_error(call, 400, "Proses signing gagal : file tidak ditemukan", 400);
	else if (check_person(api, call, &r) && signing_run(api, call, &r, &s))
		answer(api, call, &r, &s);
}

void api_download(struct api *api, struct api_call *call)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(0);

	if (!api_begin(api, call, NULL))
		return;
	if (shelf_take(api->shelf, call->tail, &pdf))
		answer_bytes(call, &pdf, call->tail, -1);
	else
		api_spring(api, call, 404);
}
