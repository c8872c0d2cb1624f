/* test_stationery: what the profile asks for is printed or refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/outfile.h"
#include "pdf/lift.h"
#include "pdf/press.h"
#include "unit/paper.h"
#include "unit/tool.h"

static struct fonts fonts = FONTS_INIT;

static int load(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	return fonts_load(FONT_FOLDER, paper_fonts, &fonts, &e);
}

static int unload(void **state)
{
	(void)state;
	fonts_release(&fonts);
	tool_temp_remove();
	return 0;
}

/* Makes a one-page letter on it; the bytes are the judge of the stationery. */
static int letter_on(const struct profile *profile, const char *icc, struct buf *out, struct err *e)
{
	AUTO(stationery_release) struct stationery *s = NULL;
	struct page_item item = paper_text(100, 400, FACE_REGULAR, "isi");
	struct page page = {&item, 1};
	struct page_list pages = {.pages = &page, .count = 1};

	if (stationery_new(profile, &fonts, icc, &s, e) != 0) {
		assert_null(s);
		return -1;
	}
	return letter_pdf(s, &pages, &paper_meta, out, e);
}

static void test_same_bytes(void **state)
{
	AUTO(buf_release) struct buf a = BUF_INIT(LIMIT_LETTER_BYTES);
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_LETTER_BYTES);
	struct profile p = paper_profile();
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(letter_on(&p, ICC_FILE, &a, &e), 0);
	assert_int_equal(letter_on(&p, ICC_FILE, &b, &e), 0);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
	assert_true(a.len < 45000);
}

static void test_every_option(void **state)
{
	static struct kop_line odd[] = {{"Kantor Ḥalīm – Łódź – ½ € ≥ Контора", FACE_BOLD, 40, 20}};
	static const char *mark = "X";
	struct err e = ERR_INIT;

	(void)state;
	for (unsigned bits = 0; bits < 16; bits++) {
		AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
		struct profile p = paper_profile();
		if (bits & 1)
			p.kop.line_count = 0;
		if (bits & 2) {
			p.kop.has_emblem = false;
			p.kop.rule_top_pt = 0;
		}
		if (bits & 4) {
			p.footer.note_count = 0;
			p.footer.rule_y_pt = 0;
			p.footer.mark = NULL;
		}
		if (bits & 8) {
			p.kop.lines = odd;
			p.kop.line_count = 1;
			p.footer.mark = mark;
		}
		assert_int_equal(letter_on(&p, ICC_FILE, &out, &e), 0);
		char path[96];
		AUTO(buf_release) struct buf said = BUF_INIT(64 * KIB);
		tool_temp(path, sizeof path, "o.pdf");
		assert_int_equal(outfile_put(path, 0600, out.data, out.len, &e), 0);
		const char *argv[] = {"qpdf", "--check", path, NULL};
		int status = tool_run(argv, &said);
		if (status == TOOL_MISSING)
			skip();
		if (status != 0)
			print_error("options %u: %s\n", bits, buf_str(&said));
		assert_int_equal(status, 0);
	}
}

static void test_refusals(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	struct kop_line lines[] = {{"משרד", FACE_REGULAR, 12, 14}};
	struct profile p = paper_profile();
	struct err e = ERR_INIT;

	(void)state;
	p.kop.lines = lines;
	p.kop.line_count = 1;
	assert_int_equal(letter_on(&p, ICC_FILE, &out, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.msg, "U+05DE"));
	err_clear(&e);
	lines[0].text = "\xff";
	assert_int_equal(letter_on(&p, ICC_FILE, &out, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);

	/* no ICC profile, a font in its place, half of one */
	AUTO(buf_release) struct buf icc = BUF_INIT(1 * MIB);
	char path[96];
	p = paper_profile();
	err_clear(&e);
	assert_int_equal(letter_on(&p, "/nonexistent.icc", &out, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	assert_int_equal(letter_on(&p, FONT_FOLDER "/LiberationSans-Bold.ttf", &out, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	err_clear(&e);
	assert_int_equal(buf_load(&icc, ICC_FILE, &e), 0);
	tool_temp(path, sizeof path, "half.icc");
	assert_int_equal(outfile_put(path, 0600, icc.data, icc.len / 2, &e), 0);
	assert_int_equal(letter_on(&p, path, &out, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_int_equal(out.len, 0);
}

/* A 2 x 2 picture with transparency. */
static const unsigned char png[] = {0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0x00, 0x00, 0x00, 0x0d,
	0x49, 0x48, 0x44, 0x52, 0x00, 0x00, 0x00, 0x02, 0x00, 0x00, 0x00, 0x02, 0x08, 0x06, 0x00, 0x00, 0x00,
	0x72, 0xb6, 0x0d, 0x24, 0x00, 0x00, 0x00, 0x19, 0x49, 0x44, 0x41, 0x54, 0x78, 0xda, 0x63, 0x38, 0x21,
	0x27, 0xf7, 0x5f, 0xee, 0x84, 0x5c, 0x03, 0x83, 0x9c, 0xdc, 0x09, 0x07, 0x06, 0x20, 0x00, 0x00, 0x37,
	0xd0, 0x04, 0xcc, 0xa2, 0xa8, 0xce, 0x50, 0x00, 0x00, 0x00, 0x00, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42,
	0x60, 0x82};

static void test_picture(void **state)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	AUTO(buf_release) struct buf said = BUF_INIT(64 * KIB);
	struct profile p = paper_profile();
	struct err e = ERR_INIT;
	char path[96], pdf[96];

	(void)state;
	tool_temp(path, sizeof path, "e.png");
	tool_temp(pdf, sizeof pdf, "e.pdf");
	p.kop.emblem_image = path;
	p.kop.emblem_alt = "Lambang Kementerian Contoh";
	assert_int_equal(outfile_put(path, 0600, png, sizeof png, &e), 0);
	assert_int_equal(letter_on(&p, ICC_FILE, &out, &e), 0);
	assert_int_equal(outfile_put(pdf, 0600, out.data, out.len, &e), 0);
	const char *argv[] = {"pdfimages", "-list", pdf, NULL};
	int status = tool_run(argv, &said);
	if (status != TOOL_MISSING) {
		assert_int_equal(status, 0);
		assert_non_null(strstr(buf_str(&said), "smask"));
	}
	/* cut short, another kind, a text, nothing */
	static const size_t cuts[] = {0, 7, 8, 20, 40, 50};
	for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
		assert_int_equal(outfile_put(path, 0600, png, cuts[i], &e), 0);
		assert_int_equal(letter_on(&p, ICC_FILE, &out, &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
		assert_non_null(strstr(e.msg, "e.png"));
		err_clear(&e);
	}
	/* any changed byte shows in a sum */
	for (size_t i = 0; i < sizeof png; i++) {
		unsigned char bad[sizeof png];
		memcpy(bad, png, sizeof png);
		bad[i] ^= 1;
		assert_int_equal(outfile_put(path, 0600, bad, sizeof bad, &e), 0);
		assert_int_equal(letter_on(&p, ICC_FILE, &out, &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
		err_clear(&e);
	}
	p.kop.emblem_image = "/nonexistent.png";
	assert_int_equal(letter_on(&p, ICC_FILE, &out, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
}

/* The lifter reads what libharu wrote and nothing else. */
static void test_lift(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(4 * MIB);
	AUTO(lift_release) struct lift l = LIFT_INIT;
	struct profile p = paper_profile();
	struct slice value, key;
	struct err e = ERR_INIT;
	double picture[4];
	unsigned number;

	(void)state;
	assert_int_equal(press_print(&p, &fonts, &file, picture, &e), 0);
	assert_int_equal(lift_open(&l, &file, &e), 0);
	assert_int_equal(lift_find(&l, "Pages/Kids/3/Contents", &value, &number, &e), 0);
	assert_true(number > 0);
	assert_int_equal(lift_stream(&l, number, &value, &e), 0);
	assert_true(value.len > 100);
	assert_int_equal(lift_find(&l, "Pages", &value, &number, &e), 0);
	assert_true(lift_entry(value, 0, &key, &value));
	assert_int_equal(lift_find(&l, "Pages/Kids/7", &value, &number, &e), -1);
	err_clear(&e);
	assert_int_equal(lift_find(&l, "Pages/Nothing/0", &value, &number, &e), -1);
	assert_int_equal(e.kind, ERR_BUG);

	AUTO(buf_release) struct buf cut = BUF_INIT(4 * MIB);
	buf_add(&cut, file.data, file.len - 40);
	AUTO(lift_release) struct lift broken = LIFT_INIT;
	err_clear(&e);
	assert_int_equal(lift_open(&broken, &cut, &e), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_every_option),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_picture),
		cmocka_unit_test(test_lift),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
