/* Reading foreign PDFs: what is found in them, and dates as PDF spells them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "pdf/append.h"
#include "pdf/changes.h"
#include "pdf/reader.h"
#include "pdf_variants.h"

#define BYTES ((size_t)4 << 20)

static void test_pages_and_form(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(BYTES);
	(void)state;

	for (enum variant v = AS_IS; v <= LINEARIZED_STREAMS; v++) {
		AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
		struct pdf_form_kind kind;
		struct err e = ERR_INIT;
		size_t pages = 0;
		fixture(&b, "deep-pages.pdf", v);
		assert_int_equal(pdf_reader_open(b.data, b.len, "x", &r, &e), 0);
		assert_int_equal(pdf_reader_page_count(r, &pages, &e), 0);
		assert_int_equal(pages, 1);
		assert_int_equal(pdf_reader_form_kind(r, &kind, &e), 0);
		assert_false(kind.is_xfa);
		assert_int_equal(kind.docmdp, 0);
	}
}

static void test_form_kind(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(BYTES);
	struct pdf_form_kind kind;
	struct err e = ERR_INIT;
	(void)state;

	for (int i = 0; i < 2; i++) {
		AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
		fixture(&b, i == 0 ? "xfa.pdf" : "docmdp-1.pdf", AS_IS);
		assert_int_equal(pdf_reader_open(b.data, b.len, "x", &r, &e), 0);
		assert_int_equal(pdf_reader_form_kind(r, &kind, &e), 0);
		assert_int_equal(kind.is_xfa, i == 0);
		assert_int_equal(kind.docmdp, i);
	}
}

static void test_loops_end(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(BYTES);
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	struct err e = ERR_INIT;
	(void)state;

	fixture(&b, "fields-loop.pdf", AS_IS);
	assert_int_equal(pdf_reader_open(b.data, b.len, "x", &r, &e), 0);
	assert_int_equal(pdf_reader_signatures(r, &list, &e), -1);
	assert_int_equal(e.kind, ERR_INPUT);
	assert_null(list.items);
}

static void test_dates(void **state)
{
	static const struct {
		const char *text;
		int64_t at;
	} good[] = {{"D:20260313090000+07'00'", 1773367200}, {"D:20260313090000+07'00", 1773367200},
		{"D:20260313090000+0700", 1773367200}, {"D:20260313020000Z", 1773367200},
		{"D:20260313020000Z00'00'", 1773367200}, {"D:20260313020000", 1773367200},
		{"D:202603130200", 1773367200}, {"D:20260313", 1773360000}, {"D:2026", 1767225600},
		{"D:19691231235959Z", -1}, {"D:20260312213000-04'30'", 1773367200}};
	static const char *const bad[] = {"", "D", "D:", "D:202", "20260313", "D:20261313", "D:20260230",
		"D:20260313250000", "D:20260313006000", "D:20260313090000+", "D:20260313090000+7",
		"D:20260313090000+24'00'", "D:20260313090000+07'60'", "D:20260313090000+07'00'x",
		"D:20260313090000X", "D:20260313090000Z07'00'", "D:2026031309000", "D:20260313 "};
	char text[32];
	int64_t at = 7;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		if (!pdf_date_parse(good[i].text, &at) || at != good[i].at)
			fail_msg("%s: %lld", good[i].text, (long long)at);
		pdf_date_text(at, text);
		assert_true(pdf_date_parse(text, &at));
		assert_int_equal(at, good[i].at);
	}
	at = 7;
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		if (pdf_date_parse(bad[i], &at) || at != 7)
			fail_msg("'%s' was taken", bad[i]);
	pdf_date_text(1773367200, text);
	assert_string_equal(text, "D:20260313020000Z");
}

static void test_no_changes(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(BYTES);
	struct pdf_changes c = {.signatures = 9};
	struct err e = ERR_INIT;
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	assert_int_equal(pdf_changes(b.data, b.len, b.len, "x", &c, &e), 0);
	assert_string_equal(c.why, "");
	assert_int_equal(c.signatures, 0);
	assert_int_equal(pdf_changes(b.data, b.len - 30, b.len, "x", &c, &e), 0);
	assert_string_not_equal(c.why, "");
	assert_int_equal(pdf_changes(b.data, 0, b.len, "x", &c, &e), 0);
	assert_string_not_equal(c.why, "");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pages_and_form),
		cmocka_unit_test(test_form_kind),
		cmocka_unit_test(test_loops_end),
		cmocka_unit_test(test_dates),
		cmocka_unit_test(test_no_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
