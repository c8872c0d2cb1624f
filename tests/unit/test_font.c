/* test_font: metrics are the embedded font's, damaged files are refused, the subset is the same every time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/limits.h"
#include "base/outfile.h"
#include "pdf/deflate.h"
#include "pdf/numbers.h"
#include "pdf/sfnt.h"
#include "unit/paper.h"
#include "unit/tool.h"

#include <harfbuzz/hb-ot.h>
#include <libdeflate.h>

static struct fonts fonts = FONTS_INIT;

static int load(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	if (fonts_load(FONT_FOLDER, paper_fonts, &fonts, &e) != 0)
		print_error("%s\n", e.msg);
	return e.kind;
}

static int unload(void **state)
{
	(void)state;
	fonts_release(&fonts);
	fonts_release(&fonts); /* safe to repeat */
	tool_temp_remove();
	return 0;
}

static void test_metrics(void **state)
{
	(void)state;
	const struct font_metrics *m = fonts.metrics.face[FACE_REGULAR];

	/* Liberation has Arial's widths: 556, 278, 222... of 1000 */
	assert_int_equal(m->advance['a'], 556);
	assert_int_equal(m->advance[' '], 278);
	assert_int_equal(m->advance['i'], 222);
	assert_int_equal(m->advance[0xa0], m->advance[' ']);
	assert_int_equal(fonts.metrics.face[FACE_BOLD]->advance['a'], 556);
	assert_int_equal(fonts.metrics.face[FACE_BOLD]->advance['b'], 611);
	for (unsigned cp = '1'; cp <= '9'; cp++) /* tabular figures */
		assert_int_equal(m->advance[cp], m->advance['0']);
	assert_in_range(m->ascent, 850, 950);
	assert_in_range(-m->descent, 150, 250);
	assert_in_range(m->cap_height, 650, 750);
	assert_true(fonts.file[FACE_ITALIC]->italic_angle < -5);
	assert_string_equal(fonts.file[FACE_BOLD]->name, "LiberationSans-Bold");
}

/* Whatever the face has that reads as it is written. */
static void test_repertoire(void **state)
{
	static const uint16_t wanted[] = {0x20, 0xa0, 0xad, 0xe9, 0x141, 0x161, 0x15f, 0x1e25, 0x1e63, 0x1ea1,
		0x20ac, 0x2013, 0x2014, 0x2018, 0x201d, 0x2022, 0x2026, 0x2122, 0x2190, 0x2265, 0x221a, 0x3a9,
		0x3ac, 0x1f04, 0x411, 0x44f, 0x491, 0x250, 0x2b0, 0x25cf, 0x2191};
	static const uint16_t unwanted[] = {0, 9, 10, 0x7f, 0x85, 0x300, 0x301, 0x36f, 0x483, 0x591, 0x5d0,
		0x5f3, 0x200b, 0x200e, 0x202e, 0x2028, 0x206a, 0x20f0, 0x4e00, 0xd800, 0xe000, 0xf004, 0xfb1d,
		0xfb4f, 0xfe20, 0xfeff, 0xfffc, 0xfffd, 0xffff};

	(void)state;
	for (size_t face = 0; face < FACE_COUNT; face++) {
		const struct face_file *f = fonts.file[face];
		for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
			assert_true(face_has(f, wanted[i]));
		for (size_t i = 0; i < ARRAY_LEN(unwanted); i++)
			assert_false(face_has(f, unwanted[i]));
		assert_false(face_has(f, 0x1f600));
		assert_false(face_has(f, -1));
		assert_int_equal(f->metrics.advance[0xad], f->metrics.advance['-']);
	}
	/* scripts whose letters change shape or order, should a face have them */
	static const uint32_t shaped[] = {
		0x627, 0x661, 0x915, 0xe01, 0xa984, 0x1b05, 0x1100, 0x1d173, 0x10ffff};
	for (size_t i = 0; i < ARRAY_LEN(shaped); i++)
		assert_false(repertoire_has(shaped[i]));
	assert_true(repertoire_has(0x6587)); /* and some whose letters do not */
	assert_true(repertoire_has(0xac00));
}

/* Inflates a stream of a segment's object. */
static void stream_of(const struct pdf_segment *s, unsigned object, struct buf *out)
{
	const char *at = (const char *)s->bytes.data + s->offsets[object] - 1;
	const char *length = strstr(at, "/Length ");
	size_t len = strtoul(length + 8, NULL, 10), got = 0;
	const char *data = strstr(length, "stream\n") + 7;
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();
	unsigned char *room = buf_room(out, out->max);

	assert_int_equal(libdeflate_zlib_decompress(d, data, len, room, out->max, &got), LIBDEFLATE_SUCCESS);
	libdeflate_free_decompressor(d);
	out->len = got;
}

static hb_font_t *font_of(const struct buf *ttf)
{
	hb_blob_t *blob = hb_blob_create(
		(const char *)ttf->data, (unsigned)ttf->len, HB_MEMORY_MODE_READONLY, NULL, NULL);
	hb_face_t *face = hb_face_create(blob, 0);
	hb_font_t *font = hb_font_create(face);

	hb_face_destroy(face);
	hb_blob_destroy(blob);
	return font;
}

/* What is embedded has the face's own glyphs for the plain characters, and the glyph map leads to them. */
static void test_embedded_glyphs(void **state)
{
	(void)state;
	for (size_t face = 0; face < FACE_COUNT; face++) {
		const struct face_file *f = fonts.file[face];
		AUTO(buf_release) struct buf ttf = BUF_INIT(1 * MIB);
		AUTO(buf_release) struct buf map = BUF_INIT(128 * KIB);
		stream_of(&f->plain.objects, FONT_FILE, &ttf);
		stream_of(&f->plain.objects, FONT_GLYPH_MAP, &map);
		hb_font_t *whole = font_of(&f->file), *part = font_of(&ttf);
		unsigned seen = 0;
		for (uint32_t cp = 0; cp < REPERTOIRE_SIZE; cp++) {
			hb_glyph_extents_t a, b;
			hb_codepoint_t gid = 0;
			if (!f->plain.has[cp])
				continue;
			assert_true(2 * cp + 1 < map.len);
			hb_codepoint_t cut = (hb_codepoint_t)(map.data[2 * cp] << 8 | map.data[2 * cp + 1]);
			assert_int_not_equal(cut, 0);
			assert_true(hb_font_get_nominal_glyph(whole, cp, &gid));
			assert_true(hb_font_get_glyph_extents(whole, gid, &a));
			assert_true(hb_font_get_glyph_extents(part, cut, &b));
			assert_memory_equal(&a, &b, sizeof a);
			assert_int_equal(hb_font_get_glyph_h_advance(whole, gid),
				hb_font_get_glyph_h_advance(part, cut));
			seen++;
		}
		assert_int_equal(seen, 95 + 16);
		assert_true(f->plain.objects.bytes.len < 12000);
		hb_font_destroy(whole);
		hb_font_destroy(part);
	}
}

static void test_same_bytes(void **state)
{
	struct fonts again = FONTS_INIT;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(fonts_load(FONT_FOLDER, paper_fonts, &again, &e), 0);
	for (size_t face = 0; face < FACE_COUNT; face++) {
		const struct buf *a = &fonts.file[face]->plain.objects.bytes;
		const struct buf *b = &again.file[face]->plain.objects.bytes;
		assert_int_equal(a->len, b->len);
		assert_memory_equal(a->data, b->data, a->len);
	}
	fonts_release(&again);
}

/* Loads a folder whose regular face has these bytes; says how it went. */
static int load_bytes(const unsigned char *bytes, size_t len, struct err *e)
{
	struct fonts f = FONTS_INIT;
	char path[96], folder[96];
	static const char *const names[FACE_COUNT] = {"a.ttf", "a.ttf", "a.ttf"};

	tool_temp(path, sizeof path, "a.ttf");
	tool_temp(folder, sizeof folder, ".");
	err_clear(e);
	if (outfile_put(path, 0600, bytes, len, e) != 0)
		return -2;
	int rc = fonts_load(folder, names, &f, e);
	if (rc != 0) {
		for (size_t i = 0; i < FACE_COUNT; i++)
			assert_null(f.file[i]);
	}
	fonts_release(&f);
	return rc;
}

static void test_damaged(void **state)
{
	AUTO(buf_release) struct buf file = BUF_INIT(LIMIT_FONT_BYTES);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(buf_load(&file, FONT_FOLDER "/LiberationSans-Regular.ttf", &e), 0);
	assert_int_equal(load_bytes(file.data, file.len, &e), 0);
	static const size_t cuts[] = {0, 1, 11, 12, 100, 1000};
	for (size_t i = 0; i < ARRAY_LEN(cuts); i++) {
		assert_int_equal(load_bytes(file.data, cuts[i], &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
	}
	for (size_t len = file.len - 1; len > file.len / 2; len -= 30011) {
		assert_int_equal(load_bytes(file.data, len, &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
		assert_non_null(strstr(e.msg, "a.ttf"));
	}
	for (size_t at = 400; at < file.len; at += 40009) {
		file.data[at] ^= 0x10;
		assert_int_equal(load_bytes(file.data, file.len, &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
		file.data[at] ^= 0x10;
	}
	/* a collection, a CFF font, a text */
	memcpy(file.data, "ttcf", 4);
	assert_int_equal(load_bytes(file.data, file.len, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	memcpy(file.data, "OTTO", 4);
	assert_int_equal(load_bytes(file.data, file.len, &e), -1);
}

/* Sets 16 bits of a table and makes the sums right again, as a mischievous or sloppy tool would. */
static void patch(struct buf *file, const char *tag, size_t offset, unsigned value)
{
	unsigned count = sfnt_u16(file->data + 4);

	for (unsigned i = 0; i < count; i++) {
		unsigned char *record = file->data + 12 + 16 * i;
		if (memcmp(record, tag, 4) != 0)
			continue;
		unsigned char *table = file->data + sfnt_u32(record + 8);
		size_t len = sfnt_u32(record + 12);
		uint32_t sum = 0;
		table[offset] = (unsigned char)(value >> 8);
		table[offset + 1] = (unsigned char)value;
		for (size_t k = 0; k < len; k++)
			if (memcmp(tag, "head", 4) != 0 || k < 8 || k >= 12)
				sum += (uint32_t)table[k] << (24 - 8 * (k % 4));
		for (unsigned k = 0; k < 4; k++)
			record[4 + k] = (unsigned char)(sum >> (24 - 8 * k));
		return;
	}
	fail_msg("no table %s", tag);
}

/* Whole files whose numbers are wrong: libharu would divide by the first and read past its tables for the others. */
static void test_contradictions(void **state)
{
	static const struct {
		const char *tag;
		size_t offset;
		unsigned value;
	} wrong[] = {{"head", 18, 0}, {"head", 18, 15}, {"head", 18, 16385}, {"head", 50, 2}, {"head", 50, 0},
		{"hhea", 34, 0}, {"hhea", 34, 0xffff}, {"maxp", 4, 0}, {"maxp", 4, 0xffff},
		{"loca", 4, 0xffff}};
	AUTO(buf_release) struct buf file = BUF_INIT(LIMIT_FONT_BYTES), bad = BUF_INIT(LIMIT_FONT_BYTES);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(buf_load(&file, FONT_FOLDER "/LiberationSans-Regular.ttf", &e), 0);
	for (size_t i = 0; i < ARRAY_LEN(wrong); i++) {
		buf_reset(&bad);
		buf_add(&bad, file.data, file.len);
		patch(&bad, wrong[i].tag, wrong[i].offset, wrong[i].value);
		assert_int_equal(load_bytes(bad.data, bad.len, &e), -1);
		assert_int_equal(e.kind, ERR_CONFIG);
		assert_non_null(strstr(e.msg, "a.ttf"));
	}
}

/* OS/2 fsType: what the maker allows. */
static void test_licence(void **state)
{
	static const struct {
		unsigned type;
		bool allowed;
	} types[] = {{0x0000, true}, {0x0004, true}, {0x0008, true}, {0x0006, true}, {0x0002, false},
		{0x0100, false}, {0x0108, false}, {0x0200, false}, {0x0302, false}};
	AUTO(buf_release) struct buf file = BUF_INIT(LIMIT_FONT_BYTES);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(buf_load(&file, FONT_FOLDER "/LiberationSans-Regular.ttf", &e), 0);
	for (size_t i = 0; i < ARRAY_LEN(types); i++) {
		patch(&file, "OS/2", 8, types[i].type);
		assert_int_equal(load_bytes(file.data, file.len, &e), types[i].allowed ? 0 : -1);
		if (types[i].allowed)
			continue;
		assert_int_equal(e.kind, ERR_CONFIG);
		assert_non_null(strstr(e.msg, "a.ttf"));
		assert_non_null(strstr(e.msg, "licence"));
	}
}

static void test_missing(void **state)
{
	static const char *const names[FACE_COUNT] = {
		"LiberationSans-Regular.ttf", "LiberationSans-Heavy.ttf", "LiberationSans-Italic.ttf"};
	struct fonts f = FONTS_INIT;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(fonts_load(FONT_FOLDER, names, &f, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
	assert_non_null(strstr(e.msg, "LiberationSans-Heavy.ttf"));
	assert_null(f.file[0]);
	assert_null(f.metrics.face[0]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_metrics),
		cmocka_unit_test(test_repertoire),
		cmocka_unit_test(test_embedded_glyphs),
		cmocka_unit_test(test_same_bytes),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_contradictions),
		cmocka_unit_test(test_licence),
		cmocka_unit_test(test_missing),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
