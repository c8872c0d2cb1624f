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

static void test_repertoire(void **state)
{
	static const uint16_t wanted[] = {0xad, 0xe9, 0x141, 0x161, 0x15f, 0x1e25, 0x1e63, 0x1ea1, 0x20ac,
		0x2013, 0x2014, 0x2018, 0x201d, 0x2022, 0x2026, 0x2122, 0x2190, 0x2265, 0x221a, 0x3a9};
	static const uint16_t unwanted[] = {0, 9, 10, 0x7f, 0x85, 0x301, 0x410, 0x5d0, 0x200b, 0x202e, 0x2028,
		0x4e00, 0xd800, 0xe000, 0xfeff, 0xffff};

	(void)state;
	for (size_t face = 0; face < FACE_COUNT; face++) {
		for (size_t i = 0; i < ARRAY_LEN(wanted); i++)
			assert_int_not_equal(fonts.metrics.face[face]->advance[wanted[i]], FONT_MISSING);
		for (size_t i = 0; i < ARRAY_LEN(unwanted); i++)
			assert_int_equal(fonts.metrics.face[face]->advance[unwanted[i]], FONT_MISSING);
	}
	/* The list is ascending and never says anything twice. */
	for (size_t i = 0; i < repertoire_count; i++) {
		assert_true(repertoire[i].first <= repertoire[i].last);
		assert_true(i == 0 || repertoire[i].first > repertoire[i - 1].last);
	}
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

/* What libharu embedded has every glyph of the subset, and the glyph map leads to it. */
static void test_embedded_glyphs(void **state)
{
	(void)state;
	for (size_t face = 0; face < FACE_COUNT; face++) {
		const struct face_file *f = fonts.file[face];
		for (size_t level = 0; level < LEVEL_COUNT; level++) {
			AUTO(buf_release) struct buf ttf = BUF_INIT(1 * MIB);
			AUTO(buf_release) struct buf map = BUF_INIT(128 * KIB);
			stream_of(&f->level[level].embedded, FONT_FILE, &ttf);
			stream_of(&f->level[level].embedded, FONT_GLYPH_MAP, &map);
			hb_font_t *ours = font_of(&f->level[level].ttf), *theirs = font_of(&ttf);
			unsigned seen = 0;
			for (uint32_t cp = 0; cp < 65536; cp++) {
				if (f->level_of[cp] > level)
					continue;
				hb_glyph_extents_t a, b;
				hb_codepoint_t gid = 0;
				assert_true(hb_font_get_nominal_glyph(ours, cp, &gid));
				assert_true(2 * cp + 1 < map.len);
				assert_int_equal(map.data[2 * cp] << 8 | map.data[2 * cp + 1], gid);
				assert_true(hb_font_get_glyph_extents(ours, gid, &a));
				assert_true(hb_font_get_glyph_extents(theirs, gid, &b));
				assert_memory_equal(&a, &b, sizeof a);
				assert_int_equal(hb_font_get_glyph_h_advance(ours, gid),
					hb_font_get_glyph_h_advance(theirs, gid));
				seen++;
			}
			assert_true(seen > 50);
			hb_font_destroy(ours);
			hb_font_destroy(theirs);
		}
	}
}

static void test_same_bytes(void **state)
{
	struct fonts again = FONTS_INIT;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(fonts_load(FONT_FOLDER, paper_fonts, &again, &e), 0);
	for (size_t face = 0; face < FACE_COUNT; face++)
		for (size_t level = 0; level < LEVEL_COUNT; level++) {
			const struct face_level *a = &fonts.file[face]->level[level];
			const struct face_level *b = &again.file[face]->level[level];
			assert_int_equal(a->ttf.len, b->ttf.len);
			assert_memory_equal(a->ttf.data, b->ttf.data, a->ttf.len);
			assert_int_equal(a->embedded.bytes.len, b->embedded.bytes.len);
			assert_memory_equal(
				a->embedded.bytes.data, b->embedded.bytes.data, a->embedded.bytes.len);
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
		cmocka_unit_test(test_missing),
	};
	return cmocka_run_group_tests(tests, load, unload);
}
