/* test_stationery: what the profile asks for is printed or refused with a reason. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/outfile.h"
#include "pdf/deflate.h"
#include "pdf/lift.h"
#include "pdf/press.h"
#include "unit/paper.h"
#include "unit/tool.h"

#include <libdeflate.h>

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

/* ---- pictures of every kind ----------------------------------------------------------------------------- */

static void put_u32(struct buf *out, uint32_t v)
{
	for (unsigned i = 0; i < 4; i++)
		buf_addc(out, (char)(v >> (24 - 8 * i)));
}

static void put_chunk(struct buf *out, const char *type, const void *data, size_t len)
{
	size_t at = out->len + 4;

	put_u32(out, (uint32_t)len);
	buf_add(out, type, 4);
	buf_add(out, data, len);
	put_u32(out, libdeflate_crc32(0, out->data + at, len + 4));
}

struct picture {
	unsigned width, height, depth, colour, interlace;
	unsigned rows;   /* 0 = as many as `height` */
	unsigned filter; /* of every row */
	unsigned clear;  /* bytes of a transparent colour */
};

/* All bytes of the rows are 0x55: grey, a dark colour, the second entry of the palette. */
static void make_png(const struct picture *p, struct buf *out)
{
	static const unsigned channels[] = {1, 0, 3, 1, 2, 0, 4};
	static const unsigned char palette[] = {255, 255, 255, 200, 30, 30, 0, 0, 0, 0, 0, 0}, clear[] = {0};
	AUTO(buf_release) struct buf head = BUF_INIT(64), rows = BUF_INIT(4 * MIB), zlib = BUF_INIT(4 * MIB);
	struct deflater deflater = DEFLATER_INIT;
	size_t row = ((size_t)p->width * channels[p->colour] * p->depth + 7) / 8;

	buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	put_u32(&head, p->width);
	put_u32(&head, p->height);
	const char rest[] = {(char)p->depth, (char)p->colour, 0, 0, (char)p->interlace};
	buf_add(&head, rest, sizeof rest);
	put_chunk(out, "IHDR", head.data, head.len);
	put_chunk(out, "tEXt", "Author\0Contoh", 13);
	if (p->colour == 3) {
		put_chunk(out, "PLTE", palette, p->depth == 1 ? 6 : sizeof palette);
		put_chunk(out, "tRNS", clear, 1);
	}
	if (p->clear)
		put_chunk(out, "tRNS", "\0\0\0\0\0", p->clear);
	for (unsigned y = 0; y < (p->rows ? p->rows : p->height); y++) {
		buf_addc(&rows, (char)p->filter);
		for (size_t x = 0; x < row; x++)
			buf_addc(&rows, 0x55);
	}
	assert_int_equal(pdf_deflate(&deflater, &zlib, rows.data, rows.len, 6, NULL), 0);
	deflater_release(&deflater);
	put_chunk(out, "IDAT", zlib.data, zlib.len);
	put_chunk(out, "IEND", "", 0);
}

/* A letter with that picture; 0, or -1 with a message that names the file. */
static int letter_with(const struct buf *picture, const char *pdf, struct err *e)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_LETTER_BYTES);
	struct profile p = paper_profile();
	char path[96];

	tool_temp(path, sizeof path, "gambar.png");
	p.kop.emblem_image = path;
	p.kop.emblem_alt = "Lambang Contoh";
	err_clear(e);
	assert_int_equal(outfile_put(path, 0600, picture->data, picture->len, e), 0);
	if (letter_on(&p, ICC_FILE, &out, e) == 0)
		return outfile_put(pdf, 0600, out.data, out.len, e);
	assert_int_equal(e->kind, ERR_CONFIG);
	assert_non_null(strstr(e->msg, "gambar.png"));
	return -1;
}

/* The middle of the emblem on the page, as poppler draws it. */
static void look(const char *pdf, unsigned char rgb[3])
{
	AUTO(buf_release) struct buf said = BUF_INIT(MIB);
	/* at 72 dots an inch a dot is a point; 4 x 4 of them within the emblem */
	const char *argv[] = {
		"pdftoppm", "-r", "72", "-x", "117", "-y", "75", "-W", "4", "-H", "4", pdf, NULL};

	int status = tool_run(argv, &said);
	if (status == TOOL_MISSING)
		skip();
	assert_int_equal(status, 0);
	assert_true(said.len >= 48);
	memcpy(rgb, said.data + said.len - 48, 3);
}

static void test_pictures_drawn(void **state)
{
	static const struct {
		struct picture picture;
		unsigned char rgb[3];
	} good[] = {
		{{.width = 40, .height = 40, .depth = 8, .colour = 0}, {0x55, 0x55, 0x55}},
		{{.width = 40, .height = 30, .depth = 8, .colour = 2}, {0x55, 0x55, 0x55}},
		{{.width = 30, .height = 40, .depth = 8, .colour = 4},
			{0xc6, 0xc6, 0xc6}}, /* a third of grey on white */
		{{.width = 40, .height = 40, .depth = 8, .colour = 6}, {0xc6, 0xc6, 0xc6}},
		{{.width = 40, .height = 40, .depth = 2, .colour = 3}, {200, 30, 30}},
		{{.width = 4096, .height = 2, .depth = 8, .colour = 0}, {255, 255, 255}}, /* a hair line */
	};
	struct err e = ERR_INIT;
	char pdf[96];

	(void)state;
	tool_temp(pdf, sizeof pdf, "gambar.pdf");
	for (size_t i = 0; i < ARRAY_LEN(good); i++) {
		AUTO(buf_release) struct buf png_file = BUF_INIT(4 * MIB);
		unsigned char rgb[3];
		make_png(&good[i].picture, &png_file);
		if (letter_with(&png_file, pdf, &e) != 0)
			fail_msg("%zu: %s", i, e.msg);
		look(pdf, rgb);
		for (unsigned k = 0; k < 3; k++)
			assert_in_range(rgb[k] + 3, good[i].rgb[k], good[i].rgb[k] + 6u);
	}
}

static void test_pictures_refused(void **state)
{
	static const struct picture bad[] = {
		{.width = 40, .height = 40, .depth = 8, .colour = 2, .interlace = 1},
		{.width = 40, .height = 40, .depth = 16, .colour = 2},
		{.width = 40, .height = 40, .depth = 1, .colour = 0},
		{.width = 4097, .height = 1, .depth = 8, .colour = 0},
		{.width = 1, .height = 0x7fffffff, .depth = 8, .colour = 6, .rows = 1}, /* would be 8 GiB */
		{.width = 0, .height = 40, .depth = 8, .colour = 0},
		{.width = 40, .height = 0, .depth = 8, .colour = 0, .rows = 1},
		{.width = 40, .height = 40, .depth = 8, .colour = 0, .rows = 39},
		{.width = 40, .height = 40, .depth = 8, .colour = 0, .rows = 41},
		{.width = 40, .height = 40, .depth = 8, .colour = 0, .filter = 5},
		{.width = 40, .height = 40, .depth = 8, .colour = 0, .clear = 2},
		{.width = 40, .height = 40, .depth = 8, .colour = 2, .clear = 6},
	};
	static const char *const others[] = {
		"", "P6 1 1 255 abc", "<svg/>", "\xff\xd8\xff\xe0 JFIF CMYK", "GIF89a"};
	struct err e = ERR_INIT;
	char pdf[96];

	(void)state;
	tool_temp(pdf, sizeof pdf, "tidak.pdf");
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		AUTO(buf_release) struct buf file = BUF_INIT(4 * MIB);
		make_png(&bad[i], &file);
		assert_int_equal(letter_with(&file, pdf, &e), -1);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		AUTO(buf_release) struct buf file = BUF_INIT(4096);
		buf_adds(&file, others[i]);
		assert_int_equal(letter_with(&file, pdf, &e), -1);
	}
	/* colours that PNG does not have */
	for (unsigned colour = 1; colour < 256; colour += 4) {
		AUTO(buf_release) struct buf file = BUF_INIT(4 * MIB), again = BUF_INIT(4 * MIB);
		make_png(&(struct picture){.width = 4, .height = 4, .depth = 8, .colour = 2}, &file);
		file.data[25] = (unsigned char)colour;
		buf_add(&again, file.data, 29);
		put_u32(&again, libdeflate_crc32(0, file.data + 12, 17));
		buf_add(&again, file.data + 33, file.len - 33);
		assert_int_equal(letter_with(&again, pdf, &e), -1);
	}
}

/* Every character has one code, and no other code has a character. */
static void test_press_codes(void **state)
{
	static struct press_key key;
	unsigned next = 0;

	(void)state;
	key.chars[FACE_BOLD].count = PRESS_CHARS;
	for (unsigned i = 0; i < PRESS_CHARS; i++)
		key.chars[FACE_BOLD].at[i] = (uint16_t)(0x400 + i);
	for (unsigned code = 0; code < 256; code++) {
		unsigned cp = press_char(&key, FACE_BOLD, (unsigned char)code);
		if (cp != 0)
			assert_int_equal(cp, 0x400 + next++);
		assert_int_equal(press_char(&key, FACE_REGULAR, (unsigned char)code), 0);
	}
	assert_int_equal(next, PRESS_CHARS);
}

/* The lifter reads what libharu wrote and nothing else. */
static void test_lift(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(4 * MIB);
	AUTO(lift_release) struct lift l = LIFT_INIT;
	struct profile p = paper_profile();
	struct slice value, key;
	struct err e = ERR_INIT;
	struct press_key key_of = {.picture = {0}};
	unsigned number;

	(void)state;
	assert_int_equal(press_characters(&p, &fonts, &key_of, &e), 0);
	assert_int_equal(press_print(&p, &fonts, &key_of, &file, &e), 0);
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
		cmocka_unit_test(test_pictures_drawn),
		cmocka_unit_test(test_pictures_refused),
		cmocka_unit_test(test_press_codes),
		cmocka_unit_test(test_lift),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
