/* Visible signatures that come back: only where they were asked for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "pdf/changes.h"
#include "pki.h"
#include "verify/verify.h"

#include <math.h>

#define PDF AUTO(buf_release) struct buf

static struct pki pki;
static struct verdict verdict;
static struct buf picture = BUF_INIT(MIB);

static int start(void **state)
{
	(void)state;
	pki_new(&pki, NULL);
	return buf_load(&picture, "fixtures/pictures/quarters.jpg", NULL);
}

static int end(void **state)
{
	(void)state;
	buf_release(&picture);
	pki_release(&pki);
	return 0;
}

/* Two pages; `page` are entries of the second. */
static void make_pdf(const char *page, struct buf *out)
{
	size_t at[5];

	buf_reset(out);
	buf_adds(out, "%PDF-1.7\n");
	at[1] = out->len;
	buf_adds(out, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
	at[2] = out->len;
	buf_adds(out, "2 0 obj\n<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>\nendobj\n");
	at[3] = out->len;
	buf_adds(out, "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] >>\nendobj\n");
	at[4] = out->len;
	buf_addf(out, "4 0 obj\n<< /Type /Page /Parent 2 0 R %s >>\nendobj\n", page);
	size_t xref = out->len;
	buf_adds(out, "xref\n0 5\n0000000000 65535 f \n");
	for (int i = 1; i < 5; i++)
		buf_addf(out, "%010zu 00000 n \n", at[i]);
	buf_addf(out, "trailer\n<< /Size 5 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", xref);
}

static struct pdf_look look_here(void)
{
	return (struct pdf_look){.image = picture.data,
		.image_len = picture.len,
		.page = 2,
		.x = 40,
		.y = 60,
		.width = 80,
		.height = 48};
}

static void sign(const struct buf *in, const struct pdf_look *look, struct buf *out)
{
	struct pdf_append_request req = {.field = "esc_1",
		.signed_at = PKI_NOW,
		.contents_max = cms_size_max(&pki.sari.signer),
		.look = look};
	struct err e = ERR_INIT;
	int64_t range[4];

	buf_reset(out);
	if (pdf_append_signature(in->data, in->len, "uji.pdf", &req, out, range, &e) != 0)
		fail_msg("%s", e.msg);
	pki_fill(out, range, &pki.sari.signer);
}

/* NULL if it may be published, else why not. */
static const char *reply(const struct buf *sent, const struct buf *got, const struct page_area *area)
{
	const struct expected_signer who = {PKI_NIK, PKI_NAME};
	const struct reply_check check = {.sent = sent->data,
		.sent_len = sent->len,
		.reply = got->data,
		.reply_len = got->len,
		.signers = &who,
		.signer_count = 1,
		.area = area,
		.trust = pki.trust,
		.now_at = PKI_NOW};
	struct err e = ERR_INIT;

	if (verify_reply(&check, &verdict, &e) != 0)
		fail_msg("%s", e.msg);
	assert_int_equal(verdict.all_good == FINDING_YES, !verdict.why[0]);
	return verdict.why[0] ? verdict.why : NULL;
}

/* Turned, cropped, enlarged: what was put at a place is found there. */
static void the_way_back(void **state)
{
	static const char *const page[] = {"/MediaBox [0 0 300 200]", "/MediaBox [300 200 0 0]",
		"/MediaBox [-20.5 30.25 279.5 230.25]", "/MediaBox [100 -50 400 150] /Rotate 180",
		"/MediaBox [100 -50 300 250] /Rotate 90", "/MediaBox [100 -50 300 250] /Rotate 270",
		"/MediaBox [0 0 1000 1000] /CropBox [200 300 500 500]",
		"/MediaBox [0 0 500 1000] /CropBox [300 700 900 1200] /Rotate 270",
		"/MediaBox [0 0 150 100] /UserUnit 2"};
	PDF b = BUF_INIT(PDF_BYTES), s = BUF_INIT(PDF_BYTES);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(page); i++) {
		const struct pdf_look look = look_here();
		struct pdf_changes changes;
		struct err e = ERR_INIT;
		make_pdf(page[i], &b);
		sign(&b, &look, &s);
		assert_int_equal(pdf_changes(s.data, b.len, s.len, "uji.pdf", &changes, &e), 0);
		assert_string_equal(changes.why, "");
		assert_true(changes.visible);
		const struct page_area *a = &changes.area;
		if (a->page != 2 || fabs(a->x - 40) > 0.1 || fabs(a->y - 60) > 0.1 ||
			fabs(a->width - 80) > 0.1 || fabs(a->height - 48) > 0.1)
			fail_msg("%s: page %u, %f %f %f %f", page[i], a->page, a->x, a->y, a->width,
				a->height);
	}
}

static void only_where_asked_for(void **state)
{
	static const struct {
		struct page_area area;
		const char *why;
	} rows[] = {
		{{2, 40, 60, 80, 48}, NULL},
		{{2, 39, 59, 82, 50}, NULL},
		{{0, 0, 0, 80, 48}, NULL}, /* where a mark in the text is */
		{{0, 0, 0, 70, 48}, "larger"},
		{{1, 40, 60, 80, 48}, "elsewhere"},
		{{2, 44, 60, 80, 48}, "elsewhere"},
		{{2, 40, 66, 80, 48}, "elsewhere"},
		{{2, 40, 60, 60, 48}, "elsewhere"},
		{{2, 40, 60, 80, 40}, "elsewhere"},
	};
	const struct pdf_look look = look_here();
	PDF b = BUF_INIT(PDF_BYTES), s = BUF_INIT(PDF_BYTES);

	(void)state;
	make_pdf("/MediaBox [0 0 300 200]", &b);
	sign(&b, &look, &s);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *why = reply(&b, &s, &rows[i].area);
		if (rows[i].why ? !why || !strstr(why, rows[i].why) : why != NULL)
			fail_msg("row %zu: %s", i, why ? why : "accepted");
	}
	assert_non_null(strstr(reply(&b, &s, NULL), "covers a part of a page"));
	sign(&b, NULL, &s);
	assert_null(reply(&b, &s, NULL));
	assert_non_null(strstr(reply(&b, &s, &rows[0].area), "is not"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_way_back),
		cmocka_unit_test(only_where_asked_for),
	};

	return cmocka_run_group_tests(tests, start, end);
}
