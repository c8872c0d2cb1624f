#include "sandbox/api.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "pdf/append.h"
#include "pdf/reader.h"
#include "sandbox/sign_request.h"
#include "sandbox/spoil.h"

#include <stdio.h>

#define FIELD_TRIES 64 /* signatures of the same moment in one file */

/* False when the reply says what is wrong. */
static bool check_person(const struct api *api, struct sign_request *r, struct http_reply *reply)
{
	const char *passphrase = json_string_value(json_object_get(r->json, "passphrase"));
	long index = api_person(api, r->json);
	char text[96];

	if (index < 0 || strcmp(api->people.items[index].status, "NOT_REGISTERED") == 0) {
		api_error(reply, 400, "User tidak terdaftar", 2011);
		return false;
	}
	r->person = (size_t)index;
	const char *status = api->people.items[index].status;
	if (strcmp(status, "ISSUE") != 0) {
		snprintf(text, sizeof text, "Sertifikat pengguna berstatus %s", status);
		api_error(reply, 400, text, strcmp(status, "NO_CERTIFICATE") == 0 ? 2021 : 2041);
		return false;
	}
	if (!passphrase || !authority_passphrase_fits(api->authority, r->person, passphrase)) {
		api_error(reply, 400, "Passphrase anda salah", 2031);
		return false;
	}
	return true;
}

static bool check_display(const struct sign_request *r, struct http_reply *reply)
{
	if (r->display && text_equals_nocase(r->display, "INVISIBLE"))
		return true;
	api_error(reply, 400, "Proses signing gagal : sandbox hanya melayani tampilan INVISIBLE", 400);
	return false;
}

static bool field_is_taken(const struct buf *pdf, const char *field)
{
	AUTO(pdf_reader_release) struct pdf_reader *reader = NULL;
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	struct err e = ERR_INIT;
	bool taken = false;

	if (pdf_reader_open(pdf->data, pdf->len, "pdf", &reader, &e) != 0 ||
		pdf_reader_signatures(reader, &list, &e) != 0)
		return false;
	for (size_t i = 0; i < list.count; i++)
		taken = taken || strcmp(list.items[i].field, field) == 0;
	return taken;
}

/* The SHA-256 of the two ranges. */
static int hash_ranges(const struct buf *pdf, const int64_t range[4], struct sha256 *out, struct err *e)
{
	AUTO(hasher_release) struct hasher *h = NULL;

	if (hasher_new(&h, e) != 0)
		return -1;
	hasher_add(h, pdf->data + range[0], (size_t)range[1]);
	hasher_add(h, pdf->data + range[2], (size_t)range[3]);
	*out = hasher_end(h);
	return 0;
}

static int sign_pdf(const struct api *api, const struct buf *pdf, const struct sign_request *r,
	const struct cms_signer *signer, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	struct sha256 digest;
	int64_t range[4], ms = api_now_ms(api);
	char field[40];
	struct pdf_append_request append = {
		.field = field,
		.reason = r->reason,
		.location = r->location,
		.name = api->people.items[r->person].name,
		.signed_at = api_now(api),
		.contents_max = cms_size_max(signer),
	};

	/* esc_MS is the service's own name for a field; with a fixed clock the next millisecond is as good. */
	for (int tries = 0;; tries++) {
		struct err own = ERR_INIT;
		snprintf(field, sizeof field, "esc_%lld", (long long)(ms + tries));
		if (pdf_append_signature(pdf->data, pdf->len, "pdf", &append, out, range, &own) == 0)
			break;
		buf_reset(out);
		if (tries == FIELD_TRIES || own.kind != ERR_INPUT || !field_is_taken(pdf, field))
			return err_set(e, own.kind, "%s", own.msg);
	}
	if (hash_ranges(out, range, &digest, e) != 0 || cms_sign(signer, &digest, &cms, e) != 0)
		return -1;
	return pdf_patch_contents(out, range, cms.data, cms.len, e);
}

static int64_t monotonic_ms(void)
{
	struct timespec now = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* Signs as asked, or as the fault wants it. */
static int make_file(
	struct api *api, struct sign_request *r, enum fault fault, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf other = BUF_INIT(LIMIT_PDF_BYTES + KIB);
	const struct buf *pdf = &r->pdf;
	struct cms_signer signer;
	size_t by = r->person;

	if (fault == FAULT_UNSIGNED) {
		buf_add(out, r->pdf.data, r->pdf.len);
		return buf_check(out, e);
	}
	if (fault == FAULT_OTHER_FILE || fault == FAULT_RESAVED) {
		if (fault == FAULT_OTHER_FILE)
			spoil_other_pdf(&other);
		else
			spoil_resaved(&r->pdf, &other);
		if (buf_check(&other, e) != 0)
			return -1;
		pdf = &other;
	}
	if (fault == FAULT_OTHER_PERSON)
		by = (by + 1) % api->people.count;
	if (fault == FAULT_STRANGER) {
		if (authority_stranger(api->authority, by, api_now(api), &signer, e) != 0)
			return -1;
	} else if (authority_signer(api->authority, by, api_now(api), &signer, e) != 0) {
		return -1;
	}
	if (sign_pdf(api, pdf, r, &signer, out, e) != 0)
		return -1;
	if (fault == FAULT_EXTRA_BYTES)
		spoil_extra_bytes(out);
	if (fault == FAULT_DAMAGED)
		spoil_signature(out);
	return buf_check(out, e);
}

static void success(struct http_reply *reply, int64_t took_ms, const struct buf *pdf)
{
	buf_addf(&reply->body, "{\"time\":%lld,\"file\":[\"", (long long)took_ms);
	base64_add(&reply->body, pdf->data, pdf->len);
	buf_adds(&reply->body, "\"]}");
	reply->status = 200;
	reply->content_type = "application/json";
}

void api_sign(struct api *api, const struct http_request *req, struct http_reply *reply)
{
	AUTO(sign_request_release) struct sign_request r = SIGN_REQUEST_INIT;
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES + MIB);
	enum fault fault = fault_of(&api->fault, atomic_fetch_add(&api->sign_calls, 1) + 1);
	int64_t started_ms = monotonic_ms();
	struct err e = ERR_INIT;

	if (spoil_before(api, req, reply, fault))
		return;
	/* A request that is no request ends as the live service's do: without an explanation. */
	if (sign_request_parse(req->body, req->body_len, &r, &e) != 0) {
		api_spring(api, req, reply, json_is_object(r.json) ? 500 : 400);
		return;
	}
	if (!check_person(api, &r, reply) || !check_display(&r, reply))
		return;
	if (make_file(api, &r, fault, &pdf, &e) != 0) {
		api_spring(api, req, reply, 500);
		return;
	}
	success(reply, monotonic_ms() - started_ms, &pdf);
	spoil_after(reply, fault);
}
