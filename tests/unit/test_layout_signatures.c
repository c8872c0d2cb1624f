/*
 * Letters that two or three people sign (para-penanda-tangan): where their boxes stand, and in which order they are
 * read. Each property for every length of the text above.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "layout_rig.h"
#include "page_check.h"

#include <math.h>

#define HEAD "<surat xmlns='urn:naskah:surat:1'>"
#define TAIL "</surat>"
#define SENTENCE                                                                                             \
	"<paragraf>Demikian Berita Acara ini dibuat dengan sebenarnya dalam rangkap yang cukup untuk dapat " \
	"digunakan sebagaimana mestinya oleh para pihak yang menandatanganinya.</paragraf>"
#define TESTER                                                                                               \
	"<tanda-tangan><atas>Penguji,</atas><atas>Kepala Bidang Pengujian dan Kesesuaian Sistem Aplikasi,"   \
	"</atas><kotak-nama>Teladan Contoh</kotak-nama><kotak-jabatan>Kepala Bidang Pengujian dan "          \
	"Kesesuaian Sistem Aplikasi</kotak-jabatan><nama>Teladan Contoh, S.Kom.</nama><bawah>Kolonel Cke "   \
	"NRP 99002</bawah></tanda-tangan>"
#define APPLICANT                                                                                            \
	"<tanda-tangan><atas>Pemohon,</atas><atas>Sekretaris,</atas><kotak-nama>Ratna</kotak-nama>"          \
	"<kotak-jabatan>Sekretaris</kotak-jabatan><nama>Ratna</nama><bawah>Pembina (IV/a)</bawah>"           \
	"<bawah>NIP 19800722 200604 2 003</bawah></tanda-tangan>"
#define VERIFIER                                                                                             \
	"<tanda-tangan><atas>Verifikator,</atas><kotak-nama>Verifika Contoh Putri</kotak-nama>"              \
	"<kotak-jabatan>Pranata Komputer Ahli Muda pada Bidang Manajemen Data dan Sistem Aplikasi Pusat "    \
	"Data dan Informasi Kementerian Contoh Republik</kotak-jabatan><nama>Verifika Contoh Putri</nama>"   \
	"</tanda-tangan>"
#define TWO   "<para-penanda-tangan>" TESTER APPLICANT "</para-penanda-tangan>"
#define THREE "<para-penanda-tangan>" TESTER APPLICANT VERIFIER "</para-penanda-tangan>"

struct made {
	struct arena arena;
	struct page_list pages;
};

#define MADE_INIT                                                                                            \
	{                                                                                                    \
		ARENA_INIT(LIMIT_CASE_ARENA), PAGE_LIST_INIT                                                 \
	}

static void made_release(struct made *m)
{
	arena_release(&m->arena);
}

static void make(struct made *m, size_t sentences, const char *signers, const struct letter_stamp *stamp)
{
	AUTO(buf_release) struct buf xml = BUF_INIT(LIMIT_CASE_BYTES);
	struct letter *letter = NULL;
	struct err e = ERR_INIT;

	buf_adds(&xml, HEAD);
	for (size_t i = 0; i < sentences; i++)
		buf_adds(&xml, SENTENCE);
	buf_addf(&xml, "%s" TAIL, signers);
	if (rig_letter(buf_str(&xml), xml.len, &m->arena, &letter, &e) ||
		letter_layout(letter, &rig_profile, &rig_fonts.metrics, stamp, &m->arena, &m->pages, &e))
		fail_msg("%s", e.msg);
	const char *wrong = page_check(&m->pages, &rig_profile, true);
	if (wrong)
		fail_msg("%s", wrong);
}

/* The page that the signers stand on, their boxes and symbols in reading order. */
struct seen {
	const struct page *page;
	const struct page_item *box[3], *qr[3];
	size_t boxes, qrs;
};

static void look(const struct made *m, struct seen *s)
{
	*s = (struct seen){.page = &m->pages.pages[m->pages.count - 1]};
	for (size_t i = 0; i < m->pages.count; i++)
		for (size_t k = 0; k < m->pages.pages[i].count; k++) {
			const struct page_item *it = &m->pages.pages[i].items[k];
			if (it->kind != PAGE_BOX && it->kind != PAGE_QR)
				continue;
			/* nobody's box is on another page than the others' */
			assert_ptr_equal(&m->pages.pages[i], s->page);
			if (it->kind == PAGE_BOX && s->boxes < 3)
				s->box[s->boxes++] = it;
			else if (it->kind == PAGE_QR && s->qrs < 3)
				s->qr[s->qrs++] = it;
		}
}

/* The n-th text of the page that begins so; NULL = there are fewer. */
static const struct page_item *nth(const struct page *page, const char *text, unsigned n)
{
	for (size_t i = 0; i < page->count; i++) {
		const struct page_item *it = &page->items[i];
		if (it->kind == PAGE_TEXT && it->text_len >= strlen(text) &&
			memcmp(it->text, text, strlen(text)) == 0 && n-- == 0)
			return it;
	}
	return NULL;
}

static const struct page_item *text(const struct page *page, const char *begin, unsigned n)
{
	const struct page_item *it = nth(page, begin, n);

	if (!it)
		fail_msg("'%s' is not on the page", begin);
	return it;
}

static void assert_near(double got, double want)
{
	if (fabs(got - want) > 0.01)
		fail_msg("%.3f pt, not %.3f pt", got, want);
}

static void assert_columns(const struct page_item *box, double x1_mm, double x2_mm)
{
	assert_near(box->x_pt, x1_mm * MM);
	assert_near(box->x2_pt, x2_mm * MM);
}

static void test_columns(void **state)
{
	(void)state;
	for (size_t n = 2; n < 40; n++) {
		AUTO(made_release) struct made m = MADE_INIT;
		struct seen s;
		make(&m, n, THREE, &rig_stamp);
		look(&m, &s);
		assert_int_equal(s.boxes, 3);
		assert_columns(s.box[0], 30, 105);
		assert_columns(s.box[1], 115, 190);
		assert_columns(s.box[2], 72.5, 147.5);
		for (size_t i = 0; i < 3; i++) {
			assert_true(s.qr[i]->x2_pt - s.qr[i]->x_pt >= 20 * MM);
			assert_true(s.qr[i]->x_pt > s.box[i]->x_pt && s.qr[i]->y_pt > s.box[i]->y_pt);
			assert_true(s.qr[i]->x2_pt < s.box[i]->x2_pt && s.qr[i]->y2_pt < s.box[i]->y2_pt);
		}
	}
}

/* One jabatan takes two lines above the box and more in it, the other one line: nothing else moves. */
static void test_one_height(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct seen s;

	(void)state;
	make(&m, 3, TWO, &rig_stamp);
	look(&m, &s);
	assert_int_equal(s.boxes, 2);
	assert_near(s.box[0]->y_pt, s.box[1]->y_pt);
	assert_near(s.box[0]->y2_pt, s.box[1]->y2_pt);
	assert_near(s.qr[0]->y_pt, s.qr[1]->y_pt);
	assert_near(text(s.page, "Penguji,", 0)->y_pt, text(s.page, "Pemohon,", 0)->y_pt);
	assert_near(text(s.page, "Kode", 0)->y_pt, text(s.page, "Kode", 1)->y_pt);
	/* in the box, then below it */
	assert_near(text(s.page, "Teladan Contoh, S.Kom.", 0)->y_pt, text(s.page, "Ratna", 1)->y_pt);
	assert_near(text(s.page, "Kolonel", 0)->y_pt, text(s.page, "Pembina", 0)->y_pt);
	assert_true(text(s.page, "Ratna", 1)->y_pt < s.box[1]->y_pt);
}

/* A box that needs more room than the other in its row: both get it. */
static void test_tall_box(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct seen s;

	(void)state;
	make(&m, 3, "<para-penanda-tangan>" APPLICANT VERIFIER "</para-penanda-tangan>", &rig_stamp);
	look(&m, &s);
	assert_near(s.box[0]->y_pt, s.box[1]->y_pt);
	assert_true(s.box[0]->y2_pt - s.box[0]->y_pt > 29 * MM);
	assert_near(text(s.page, "Kode", 0)->y_pt, text(s.page, "Kode", 1)->y_pt);
}

/* First signer whole, then the second, then the third: as they sign, and as the letter is read aloud. */
static void test_reading_order(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct seen s;
	unsigned block = 0;

	(void)state;
	make(&m, 3, THREE, &rig_stamp);
	look(&m, &s);
	const struct page_item *first = text(s.page, "Penguji,", 0), *third = text(s.page, "Verifikator,", 0);
	const struct page_item *second = text(s.page, "Pemohon,", 0);
	assert_true(first->block < second->block && second->block < third->block);
	for (const struct page_item *it = first; it < s.page->items + s.page->count; it++) {
		if (it->kind != PAGE_TEXT && it->kind != PAGE_QR)
			continue;
		assert_true(it->block >= block);
		block = it->block;
		const struct page_item *box = s.box[block == first->block    ? 0
						    : block == second->block ? 1
									     : 2];
		assert_true(it->x_pt >= box->x_pt - 0.01 && it->x2_pt <= box->x2_pt + 0.01);
	}
	assert_int_equal(block, third->block);
}

/* One code per letter: every box shows the same. */
static void test_one_code(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct seen s;

	(void)state;
	make(&m, 3, THREE, &rig_stamp);
	look(&m, &s);
	for (unsigned i = 0; i < 3; i++) {
		const struct page_item *code = text(s.page, "Kode", i);
		assert_int_equal(code->text_len, strlen("Kode: 7K3Q9-XWM2R-TDH5V-B0C1E-F"));
		assert_memory_equal(code->text, "Kode: 7K3Q9-XWM2R-TDH5V-B0C1E-F", code->text_len);
		assert_true(code->size_pt >= 8);
		assert_ptr_equal(s.qr[i]->qr, &rig_qr);
	}
	assert_null(nth(s.page, "Kode", 3));
}

/* However long the text before them: all on one page, with two lines of the text. */
static void test_company(void **state)
{
	(void)state;
	for (size_t n = 1; n < 60; n++) {
		AUTO(made_release) struct made m = MADE_INIT;
		struct seen s;
		double y = 0;
		unsigned lines = 0;
		make(&m, n, THREE, &rig_stamp);
		look(&m, &s);
		assert_int_equal(s.qrs, 3);
		unsigned signer = text(s.page, "Penguji,", 0)->block;
		for (size_t i = 0; i < s.page->count; i++) {
			const struct page_item *it = &s.page->items[i];
			if (it->role != ROLE_TEXT || it->kind != PAGE_TEXT || it->block >= signer)
				continue;
			lines += it->y_pt != y;
			y = it->y_pt;
		}
		assert_true(lines >= 2);
	}
}

/* Names that fill half a page each: still nobody is left alone on a page. */
static void test_endless_names(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	AUTO(buf_release) struct buf signers = BUF_INIT(LIMIT_CASE_BYTES);
	char name[141];
	struct seen s;

	(void)state;
	memset(name, 'w', sizeof name - 1);
	name[sizeof name - 1] = 0;
	buf_adds(&signers, "<para-penanda-tangan>");
	for (unsigned i = 0; i < 3; i++)
		buf_addf(&signers,
			"<tanda-tangan><atas>Kepala,</atas><atas>%s,</atas><kotak-nama>%s</kotak-nama>"
			"<kotak-jabatan>%s</kotak-jabatan><nama>%s</nama></tanda-tangan>",
			name, name, name, name);
	buf_adds(&signers, "</para-penanda-tangan>");
	make(&m, 3, buf_str(&signers), &rig_stamp);
	look(&m, &s);
	assert_int_equal(s.qrs, 3);
	assert_true(text(s.page, "Kepala,", 0)->size_pt < 12);
}

static void test_draft(void **state)
{
	AUTO(made_release) struct made m = MADE_INIT;
	struct seen s;

	(void)state;
	make(&m, 3, THREE, &rig_draft);
	look(&m, &s);
	assert_int_equal(s.boxes, 3);
	assert_int_equal(s.qrs, 0);
	for (size_t i = 0; i < s.page->count; i++)
		for (size_t k = 0; k < 3; k++) {
			const struct page_item *it = &s.page->items[i], *box = s.box[k];
			if (it->kind == PAGE_TEXT && it->x_pt >= box->x_pt && it->x_pt <= box->x2_pt)
				assert_false(it->y_pt > box->y_pt && it->y_pt < box->y2_pt);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_one_height),
		cmocka_unit_test(test_tall_box),
		cmocka_unit_test(test_reading_order),
		cmocka_unit_test(test_one_code),
		cmocka_unit_test(test_company),
		cmocka_unit_test(test_endless_names),
		cmocka_unit_test(test_draft),
	};
	struct err e = ERR_INIT;

	if (rig_init(&e)) {
		fprintf(stderr, "%s\n", e.msg);
		return 1;
	}
	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	rig_release();
	return failed;
}
