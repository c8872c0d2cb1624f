#include "sandbox/signing.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "pdf/append.h"
#include "pdf/reader.h"
#include "sandbox/spoil.h"

#include <stdio.h>

#define FIELD_TRIES 64 /* signatures of the same moment in one file */
#define SKEW_S      (13 * 60)

int64_t signing_clock_ms(void)
{
	struct timespec now = {0, 0};

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

void signing_release(struct signing *s)
{
	for (size_t i = 0; i < s->count; i++)
		buf_release(&s->files[i]);
	free(s->files);
	*s = (struct signing){.files = NULL};
}

/* ---- one file ------------------------------------------------------------------------------------------- */

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

static int64_t skew_s(enum fault fault)
{
	return fault == FAULT_CLOCK_AHEAD ? SKEW_S : fault == FAULT_CLOCK_BEHIND ? -SKEW_S : 0;
}

static int sign_pdf(const struct api *api, const struct buf *pdf, const struct sign_wish *wish, size_t person,
	enum fault fault, const struct cms_signer *signer, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	struct sha256 digest;
	int64_t range[4], ms = api_now_ms(api) + skew_s(fault) * 1000;
	char field[40];
	struct pdf_append_request append = {
		.field = field,
		.reason = wish->reason,
		.location = wish->location,
		.name = api->people.items[person].name,
		.signed_at = api_now(api) + skew_s(fault),
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

/* The file that is signed: the one that came, or the one that the fault puts in its place. */
static const struct buf *substitute(const struct buf *pdf, enum fault fault, struct buf *room)
{
	if (fault == FAULT_OTHER_FILE)
		spoil_other_pdf(room);
	else if (fault == FAULT_RESAVED)
		spoil_resaved(pdf, room);
	else
		return pdf;
	return room;
}

static int signer_for(struct api *api, size_t person, enum fault fault, struct cms_signer *out, struct err *e)
{
	if (fault == FAULT_STRANGER)
		return authority_stranger(api->authority, person, api_now(api), out, e);
	return authority_signer(api->authority, person, api_now(api), out, e);
}

/* Signs as asked, or as the fault wants it. */
static int make_file(struct api *api, const struct buf *sent, const struct sign_wish *wish, size_t person,
	enum fault fault, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf other = BUF_INIT(LIMIT_PDF_BYTES + KIB);
	struct cms_signer signer;
	size_t by = fault == FAULT_OTHER_PERSON ? (person + 1) % api->people.count : person;

	if (fault == FAULT_WRONG_ORDER && shelf_passed(api->shelf, out))
		return buf_check(out, e);
	if (fault == FAULT_UNSIGNED) {
		buf_add(out, sent->data, sent->len);
		return buf_check(out, e);
	}
	const struct buf *pdf = substitute(sent, fault, &other);
	if (buf_check(pdf, e) != 0 || signer_for(api, by, fault, &signer, e) != 0 ||
		sign_pdf(api, pdf, wish, by, fault, &signer, out, e) != 0)
		return -1;
	spoil_file(out, fault);
	return buf_check(out, e);
}

/* ---- a request ------------------------------------------------------------------------------------------ */

/* Shapes as they are seen there: the older engine's words in v1, HTTP 500 without a word in v2. */
static void answer_bad_pdf(const struct api *api, struct api_call *call)
{
	if (call->kind == CALL_SIGN_V1)
		api_error(call, 400,
			"Proses signing gagal : com.itextpdf.text.exceptions.InvalidPdfException: "
			"PDF header signature not found.",
			400);
	else
		api_spring(api, call, 500);
}

static bool check_wish(const struct api *api, struct api_call *call, const struct sign_wish *wish)
{
	(void)api;
	if (wish->display && text_equals_nocase(wish->display, "INVISIBLE"))
		return true;
	api_error(call, 400, "Proses signing gagal : sandbox hanya melayani tampilan INVISIBLE", 400);
	return false;
}

static bool sign_one(
	struct api *api, struct api_call *call, const struct sign_request *r, size_t i, struct buf *out)
{
	AUTO(sign_wish_release) struct sign_wish wish = {.image = BUF_INIT(0)};
	struct err e = ERR_INIT;
	/* Among several files the order is wrong, not the files. */
	enum fault fault = call->fault == FAULT_WRONG_ORDER && r->count > 1 ? FAULT_NONE : call->fault;

	if (!sign_request_wish(r, i, &wish)) {
		api_error(call, 400, "Proses signing gagal : jumlah signatureProperties tidak sesuai", 400);
		return false;
	}
	if (!check_wish(api, call, &wish))
		return false;
	*out = (struct buf)BUF_INIT(LIMIT_PDF_BYTES + MIB);
	if (make_file(api, &r->files[i], &wish, r->person, fault, out, &e) != 0) {
		answer_bad_pdf(api, call);
		return false;
	}
	shelf_pass(api->shelf, out);
	return true;
}

static void reverse(struct signing *s)
{
	for (size_t i = 0; i < s->count / 2; i++) {
		struct buf first = s->files[i];
		s->files[i] = s->files[s->count - 1 - i];
		s->files[s->count - 1 - i] = first;
	}
}

bool signing_run(struct api *api, struct api_call *call, const struct sign_request *r, struct signing *out)
{
	call->note.files = (unsigned)r->count;
	call->note.file = sha256_of(r->files[0].data, r->files[0].len);
	out->files = calloc(r->count, sizeof *out->files);
	if (!out->files) {
		api_spring(api, call, 500);
		return false;
	}
	/* All or nothing. */
	for (; out->count < r->count; out->count++)
		if (!sign_one(api, call, r, out->count, &out->files[out->count])) {
			buf_release(&out->files[out->count]);
			return false;
		}
	call->note.was_signed = true;
	if (call->fault == FAULT_WRONG_ORDER)
		reverse(out);
	return true;
}
