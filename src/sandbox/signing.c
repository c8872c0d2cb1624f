#include "sandbox/signing.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "sandbox/look.h"
#include "sandbox/pades.h"
#include "sandbox/spoil.h"

#include <stdio.h>

#define SKEW_S (13 * 60)

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

static int64_t skew_s(enum fault fault)
{
	return fault == FAULT_CLOCK_AHEAD ? SKEW_S : fault == FAULT_CLOCK_BEHIND ? -SKEW_S : 0;
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

/* Whose certificate is as good: nothing but the name must be wrong. The magic people see to it that there is one. */
static size_t somebody_else(const struct people *p, size_t person)
{
	size_t other = (person + 1) % p->count;

	while (other != person && (strcmp(p->items[other].status, "ISSUE") != 0 || !p->items[other].nik[0]))
		other = (other + 1) % p->count;
	return other;
}

/* Signs as asked, or as the fault wants it. */
static int make_file(struct api *api, const struct buf *sent, const struct sign_wish *wish,
	const struct pdf_look *look, size_t person, enum fault fault, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf other = BUF_INIT(LIMIT_PDF_BYTES + KIB);
	size_t by = fault == FAULT_OTHER_PERSON ? somebody_else(&api->people, person) : person;

	if (fault == FAULT_WRONG_ORDER && shelf_passed(api->shelf, out))
		return buf_check(out, e);
	if (fault == FAULT_UNSIGNED) {
		buf_add(out, sent->data, sent->len);
		return buf_check(out, e);
	}
	const struct buf *pdf = substitute(sent, fault, &other);
	const struct pades_request request = {
		.pdf = pdf->data,
		.len = pdf->len,
		.reason = wish->reason,
		.location = wish->location,
		.look = look,
		.now_at = api_now(api),
		.claimed_at = api_now(api) + skew_s(fault),
		.field_ms = api_now_ms(api) + skew_s(fault) * 1000,
		.level = api->level,
		.fault = fault,
	};
	if (buf_check(pdf, e) != 0 || pades_sign(api->authority, &api->people, by, &request, out, e) != 0)
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

/* Where and what is to be seen; NULL in *look when nothing is. False when the reply says why it cannot be. */
static bool find_look(const struct api *api, struct api_call *call, const struct sign_wish *wish,
	const struct buf *pdf, struct buf *drawn, struct pdf_look *room, const struct pdf_look **look)
{
	enum look_box box = atomic_load(&api->v1_sizes) ? LOOK_SIZES : LOOK_CORNERS;
	struct err e = ERR_INIT;
	char text[160];

	*look = NULL;
	if (wish->display && text_equals_nocase(wish->display, "INVISIBLE"))
		return true;
	if (!wish->display || !text_equals_nocase(wish->display, "VISIBLE")) {
		api_error(call, 400, "Proses signing gagal : tampilan tidak valid", 400);
		return false;
	}
	if (look_of_wish(wish, pdf, box, drawn, room, &e) != 0) {
		snprintf(text, sizeof text, "Proses signing gagal : %.120s", e.msg);
		api_error(call, 400, text, 400);
		return false;
	}
	*look = room;
	return true;
}

static bool sign_one(
	struct api *api, struct api_call *call, const struct sign_request *r, size_t i, struct buf *out)
{
	AUTO(sign_wish_release) struct sign_wish wish = {.image = BUF_INIT(0)};
	AUTO(buf_release) struct buf drawn = BUF_INIT(MIB);
	const struct pdf_look *look;
	struct pdf_look room;
	struct err e = ERR_INIT;
	/* Among several files the order is wrong, not the files. */
	enum fault fault = call->fault == FAULT_WRONG_ORDER && r->count > 1 ? FAULT_NONE : call->fault;

	if (!sign_request_wish(r, i, &wish)) {
		api_error(call, 400, "Proses signing gagal : jumlah signatureProperties tidak sesuai", 400);
		return false;
	}
	if (!find_look(api, call, &wish, &r->files[i], &drawn, &room, &look))
		return false;
	*out = (struct buf)BUF_INIT(LIMIT_PDF_BYTES + MIB);
	if (make_file(api, &r->files[i], &wish, look, r->person, fault, out, &e) != 0) {
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

void signing_note(struct api_call *call, const struct sign_request *r)
{
	call->note.files = (unsigned)r->count;
	call->note.file = sha256_of(r->files[0].data, r->files[0].len);
}

bool signing_run(struct api *api, struct api_call *call, const struct sign_request *r, struct signing *out)
{
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
