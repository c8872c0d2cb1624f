/* Visible signatures: where the picture stands and how it looks, as poppler draws it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "pdf/append.h"
#include "pdf/deflate.h"
#include "pdf/reader.h"
#include "tool.h"

#include <libdeflate.h>

#define CEILING (4 * MIB)
#define SIDE    16

static void put_u32(struct buf *b, size_t v)
{
	const unsigned char bytes[] = {(unsigned char)(v >> 24), (unsigned char)(v >> 16),
		(unsigned char)(v >> 8), (unsigned char)v};

	buf_add(b, bytes, sizeof bytes);
}

static void put_chunk(struct buf *out, const char *type, const void *data, size_t len)
{
	AUTO(buf_release) struct buf body = BUF_INIT(MIB);

	buf_add(&body, type, 4);
	buf_add(&body, data, len);
	put_u32(out, len);
	buf_add(out, body.data, body.len);
	put_u32(out, libdeflate_crc32(0, body.data, body.len));
}

/* Quarters: red, green, blue, and one that cannot be seen (or is white where there is no alpha). */
static void pixel(unsigned x, unsigned y, unsigned char rgba[4])
{
	static const unsigned char colours[4][4] = {
		{255, 0, 0, 255}, {0, 255, 0, 255}, {0, 0, 255, 255}, {255, 255, 255, 0}};

	memcpy(rgba, colours[(y < SIDE / 2 ? 0 : 2) + (x < SIDE / 2 ? 0 : 1)], 4);
}

static unsigned char foretell(unsigned filter, int a, int b, int c)
{
	int p = a + b - c;

	switch (filter) {
	case 1:
		return (unsigned char)a;
	case 2:
		return (unsigned char)b;
	case 3:
		return (unsigned char)((a + b) / 2);
	case 4:
		if (abs(p - a) <= abs(p - b) && abs(p - a) <= abs(p - c))
			return (unsigned char)a;
		return (unsigned char)(abs(p - b) <= abs(p - c) ? b : c);
	default:
		return 0;
	}
}

/* `colour` 2 (RGB), 3 (palette of `depth` bits) or 6 (RGB with alpha); the rows take the filters in turn. */
static void make_png(unsigned colour, unsigned depth, struct buf *out)
{
	static const unsigned char palette[] = {255, 0, 0, 0, 255, 0, 0, 0, 255, 255, 255, 255};
	static const unsigned char clear[] = {255, 255, 255, 0};
	AUTO(buf_release) struct buf head = BUF_INIT(64);
	AUTO(buf_release) struct buf rows = BUF_INIT(MIB);
	AUTO(buf_release) struct buf zlib = BUF_INIT(MIB);
	AUTO(deflater_release) struct deflater deflater = DEFLATER_INIT;
	unsigned char row[2][SIDE * 4] = {{0}};
	unsigned step = colour == 6 ? 4 : colour == 2 ? 3 : 1;
	size_t len = colour == 3 ? SIDE * depth / 8 : (size_t)SIDE * step;

	for (unsigned y = 0; y < SIDE; y++) {
		unsigned char *now = row[y & 1], *above = row[~y & 1];
		memset(now, 0, sizeof row[0]);
		for (unsigned x = 0; x < SIDE; x++) {
			unsigned char rgba[4];
			pixel(x, y, rgba);
			unsigned index = (y < SIDE / 2 ? 0U : 2U) + (x < SIDE / 2 ? 0U : 1U);
			if (colour == 3)
				now[x * depth / 8] |= (unsigned char)(index << (8 - depth - x * depth % 8));
			else
				memcpy(now + (size_t)x * step, rgba, step);
		}
		buf_addc(&rows, (char)(y % 5));
		for (size_t i = 0; i < len; i++)
			buf_addc(&rows, (char)(now[i] - foretell(y % 5, i >= step ? now[i - step] : 0,
								above[i], i >= step ? above[i - step] : 0)));
	}
	buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	put_u32(&head, SIDE);
	put_u32(&head, SIDE);
	const char rest[] = {(char)depth, (char)colour, 0, 0, 0};
	buf_add(&head, rest, sizeof rest);
	put_chunk(out, "IHDR", head.data, head.len);
	if (colour == 3) {
		put_chunk(out, "PLTE", palette, sizeof palette);
		put_chunk(out, "tRNS", clear, sizeof clear);
	}
	assert_int_equal(pdf_deflate(&deflater, &zlib, rows.data, rows.len, 6, NULL), 0);
	put_chunk(out, "IDAT", zlib.data, zlib.len);
	put_chunk(out, "IEND", "", 0);
}

/* Two yellow pages; `page` are entries of the second, `tree` of the page tree. */
static void make_pdf(const char *page, const char *tree, struct buf *out)
{
	size_t at[6];

	buf_reset(out);
	buf_adds(out, "%PDF-1.7\n");
	at[1] = out->len;
	buf_adds(out, "1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n");
	at[2] = out->len;
	buf_addf(out, "2 0 obj\n<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 %s >>\nendobj\n", tree);
	at[3] = out->len;
	buf_adds(out, "3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 200] >>\nendobj\n");
	at[4] = out->len;
	buf_addf(out, "4 0 obj\n<< /Type /Page /Parent 2 0 R /Contents 5 0 R %s >>\nendobj\n", page);
	at[5] = out->len;
	buf_adds(out,
		"5 0 obj\n<< /Length 41 >>\nstream\n1 1 0 rg -2000 -2000 8000 8000 re f       \nendstream\n"
		"endobj\n");
	size_t xref = out->len;
	buf_adds(out, "xref\n0 6\n0000000000 65535 f \n");
	for (int i = 1; i < 6; i++)
		buf_addf(out, "%010zu 00000 n \n", at[i]);
	buf_addf(out, "trailer\n<< /Size 6 /Root 1 0 R >>\nstartxref\n%zu\n%%%%EOF\n", xref);
}

static int sign(const struct buf *pdf, const struct pdf_look *look, struct buf *out, struct err *e)
{
	const struct pdf_append_request request = {
		.field = "esc_1", .signed_at = 1774924800, .contents_max = 64, .look = look};
	int64_t range[4];

	return pdf_append_signature(pdf->data, pdf->len, "uji.pdf", &request, out, range, e);
}

/* A pixel of page 2 at 72 dots an inch. */
static void assert_colour(const char *what, const char *pdf, double x, double y, const unsigned char want[3])
{
	AUTO(buf_release) struct buf said = BUF_INIT(MIB);
	char at_x[16], at_y[16];

	snprintf(at_x, sizeof at_x, "%d", (int)x);
	snprintf(at_y, sizeof at_y, "%d", (int)y);
	const char *argv[] = {"pdftoppm", "-r", "72", "-f", "2", "-l", "2", "-cropbox", "-x", at_x, "-y",
		at_y, "-W", "1", "-H", "1", pdf, NULL};
	int status = tool_run(argv, &said);
	if (status == TOOL_MISSING)
		skip();
	assert_int_equal(status, 0);
	assert_true(said.len >= 3);
	const unsigned char *got = said.data + said.len - 3;
	for (int i = 0; i < 3; i++)
		if (abs(got[i] - want[i]) > 24)
			fail_msg("%s: at %s,%s: %d %d %d instead of %d %d %d", what, at_x, at_y, got[0],
				got[1], got[2], want[0], want[1], want[2]);
}

static const unsigned char red[] = {255, 0, 0}, green[] = {0, 255, 0}, blue[] = {0, 0, 255},
			   yellow[] = {255, 255, 0}, white[] = {255, 255, 255};

/* All four quarters where they must be, and yellow paper around. */
static void assert_picture(const char *what, const struct buf *pdf, double x, double y, double width,
	double height, const unsigned char *fourth)
{
	char path[96];
	struct err e = ERR_INIT;

	tool_temp(path, sizeof path, "look.pdf");
	assert_int_equal(outfile_put(path, 0600, pdf->data, pdf->len, &e), 0);
	assert_colour(what, path, x + width / 4, y + height / 4, red);
	assert_colour(what, path, x + width * 3 / 4, y + height / 4, green);
	assert_colour(what, path, x + width / 4, y + height * 3 / 4, blue);
	assert_colour(what, path, x + width * 3 / 4, y + height * 3 / 4, fourth);
	assert_colour(what, path, x - 3, y + height / 4, yellow);
	assert_colour(what, path, x + width / 4, y - 3, yellow);
	assert_colour(what, path, x + width + 3, y + height / 4, yellow);
	assert_colour(what, path, x + width / 4, y + height + 3, yellow);
	unlink(path);
}

static void test_every_page(void **state)
{
	static const struct {
		const char *page, *tree;
		double unit;
	} row[] = {
		{"/MediaBox [0 0 300 200]", "", 1},
		{"/MediaBox [300 200 0 0]", "", 1},
		{"/MediaBox [100 -50 400 150]", "", 1},
		{"/MediaBox [-20.5 30.25 279.5 230.25]", "", 1},
		{"/MediaBox [100 -50 400 150] /Rotate 180", "", 1},
		{"/MediaBox [100 -50 300 250] /Rotate 90", "", 1},
		{"/MediaBox [100 -50 300 250] /Rotate 270", "", 1},
		{"/MediaBox [100 -50 300 250] /Rotate -90", "", 1},
		{"/MediaBox [100 -50 300 250] /Rotate 450", "", 1},
		{"", "/MediaBox [100 -50 300 250] /Rotate 90", 1},
		{"/MediaBox [0 0 1000 1000] /CropBox [200 300 500 500]", "", 1},
		{"/MediaBox [0 0 500 1000] /CropBox [300 700 900 1200] /Rotate 270", "", 1},
		{"/MediaBox [0 0 150 100] /UserUnit 2", "", 2},
	};
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf png = BUF_INIT(CEILING);
	(void)state;

	make_png(6, 8, &png);
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		const struct pdf_look look = {png.data, png.len, 2, 40, 60, 80, 48, false};
		AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
		struct err e = ERR_INIT;
		make_pdf(row[i].page, row[i].tree, &pdf);
		if (sign(&pdf, &look, &out, &e) != 0)
			fail_msg("%s: %s", row[i].page, e.msg);
		/* poppler draws units, whatever their size */
		double u = row[i].unit;
		assert_picture(row[i].page, &out, 40 / u, 60 / u, 80 / u, 48 / u, yellow);
	}
}

static void test_every_picture(void **state)
{
	static const struct {
		unsigned colour, depth;
		const unsigned char *fourth;
	} row[] = {{2, 8, white}, {3, 2, yellow}, {3, 4, yellow}, {3, 8, yellow}, {6, 8, yellow}};
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	struct err e = ERR_INIT;
	(void)state;

	make_pdf("/MediaBox [0 0 300 200]", "", &pdf);
	for (size_t i = 0; i <= ARRAY_LEN(row); i++) {
		AUTO(buf_release) struct buf picture = BUF_INIT(CEILING);
		AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
		char what[32];
		if (i < ARRAY_LEN(row))
			make_png(row[i].colour, row[i].depth, &picture);
		else
			assert_int_equal(buf_load(&picture, "fixtures/pictures/quarters.jpg", &e), 0);
		const struct pdf_look look = {picture.data, picture.len, 2, 40, 60, 80, 48, false};
		snprintf(what, sizeof what, "picture %zu", i);
		if (sign(&pdf, &look, &out, &e) != 0)
			fail_msg("%s: %s", what, e.msg);
		assert_picture(what, &out, 40, 60, 80, 48, i < ARRAY_LEN(row) ? row[i].fourth : white);
	}
}

static void assert_refused(const struct pdf_look *look, const struct buf *pdf, const char *words)
{
	AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
	struct err e = ERR_INIT;

	if (sign(pdf, look, &out, &e) == 0)
		fail_msg("signed: %s", words);
	if ((e.kind != ERR_INPUT && e.kind != ERR_LIMIT) || !strstr(e.msg, words))
		fail_msg("kind %d: %s", (int)e.kind, e.msg);
	assert_int_equal(out.len, 0);
}

static void test_refused(void **state)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf png = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf cmyk = BUF_INIT(CEILING);
	(void)state;

	make_pdf("/MediaBox [0 0 300 200]", "", &pdf);
	make_png(6, 8, &png);
	assert_int_equal(buf_load(&cmyk, "fixtures/pictures/cmyk.jpg", NULL), 0);
	const struct {
		struct pdf_look look;
		const char *words;
	} row[] = {
		{{png.data, png.len, 3, 40, 60, 80, 48, false}, "no page 3"},
		{{png.data, png.len, 2, 240, 60, 80, 48, false}, "300 by 200"},
		{{png.data, png.len, 2, 40, 160, 80, 48, false}, "does not stand on page 2"},
		{{png.data, png.len, 2, -1, 60, 80, 48, false}, "does not stand"},
		{{png.data, png.len, 2, 40, 60, 0, 48, false}, "does not stand"},
		{{png.data, png.len - 20, 2, 40, 60, 80, 48, false}, "picture"},
		{{"", 0, 2, 40, 60, 80, 48, false}, "picture"},
		{{"GIF89a.........", 15, 2, 40, 60, 80, 48, false}, "picture"},
		{{cmyk.data, cmyk.len, 2, 40, 60, 80, 48, false}, "picture"},
		{{cmyk.data, cmyk.len - 1, 2, 40, 60, 80, 48, false}, "picture"},
	};
	for (size_t i = 0; i < ARRAY_LEN(row); i++)
		assert_refused(&row[i].look, &pdf, row[i].words);
	make_pdf("/Rotate 90", "", &pdf);
	const struct pdf_look sane = {png.data, png.len, 2, 40, 60, 80, 48, false};
	assert_refused(&sane, &pdf, "/MediaBox");
}

/* The same place, measured from the lower left corner, on a turned page, too. */
static void test_from_below(void **state)
{
	static const char *const pages[] = {
		"/MediaBox [100 -50 400 150]", "/MediaBox [100 -50 300 250] /Rotate 90"};
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf png = BUF_INIT(CEILING);
	(void)state;

	make_png(6, 8, &png);
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		const struct pdf_look look = {png.data, png.len, 2, 40, 200 - 60 - 48, 80, 48, true};
		AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
		struct err e = ERR_INIT;
		make_pdf(pages[i], "", &pdf);
		if (sign(&pdf, &look, &out, &e) != 0)
			fail_msg("%s", e.msg);
		assert_picture(pages[i], &out, 40, 60, 80, 48, yellow);
	}
}

/* Every picture with one byte changed or cut short is used or refused, never worse. */
static void test_hostile_pictures(void **state)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	(void)state;

	make_pdf("/MediaBox [0 0 300 200]", "", &pdf);
	for (int kind = 0; kind < 2; kind++) {
		AUTO(buf_release) struct buf picture = BUF_INIT(CEILING);
		if (kind == 0)
			make_png(3, 2, &picture);
		else
			assert_int_equal(buf_load(&picture, "fixtures/pictures/quarters.jpg", NULL), 0);
		for (size_t i = 0; i < picture.len; i++) {
			AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
			const struct pdf_look cut = {picture.data, i, 2, 40, 60, 80, 48, false};
			const struct pdf_look whole = {picture.data, picture.len, 2, 40, 60, 80, 48, false};
			struct err e = ERR_INIT;
			assert_int_equal(sign(&pdf, &cut, &out, &e), -1);
			picture.data[i] ^= 0x41;
			err_clear(&e);
			if (sign(&pdf, &whole, &out, &e) != 0)
				assert_true(e.kind == ERR_INPUT || e.kind == ERR_LIMIT);
			picture.data[i] ^= 0x41;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_page),
		cmocka_unit_test(test_every_picture),
		cmocka_unit_test(test_from_below),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_hostile_pictures),
	};

	int failed = cmocka_run_group_tests(tests, NULL, NULL);
	tool_temp_remove();
	return failed;
}
