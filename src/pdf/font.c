#include "pdf/font.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "pdf/embed.h"
#include "pdf/repertoire.h"
#include "pdf/sfnt.h"

#include <harfbuzz/hb-ot.h>
#include <harfbuzz/hb-subset.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void release_blob(hb_blob_t **p)
{
	hb_blob_destroy(*p);
}

static void release_face(hb_face_t **p)
{
	hb_face_destroy(*p);
}

static void release_font(hb_font_t **p)
{
	hb_font_destroy(*p);
}

static void release_input(hb_subset_input_t **p)
{
	hb_subset_input_destroy(*p);
}

static void face_file_free(struct face_file *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < LEVEL_COUNT; i++) {
		buf_release(&f->level[i].ttf);
		pdf_segment_release(&f->level[i].embedded);
	}
	for (size_t i = 0; i < OUTLINE_COUNT; i++)
		buf_release(&f->capital[i]);
	free(f);
}

static void face_file_release(struct face_file **f)
{
	face_file_free(*f);
}

static hb_face_t *open_face(const struct buf *file)
{
	AUTO(release_blob)
	hb_blob_t *blob = hb_blob_create(
		(const char *)file->data, (unsigned)file->len, HB_MEMORY_MODE_READONLY, NULL, NULL);
	return hb_face_create(blob, 0);
}

/* No shaping happens here, so no glyph may come in through a substitution, and no hint is ever run. */
static void drop_tables(hb_subset_input_t *input)
{
	static const char *const unused[] = {"GSUB", "GPOS", "GDEF", "kern", "gasp", "DSIG", "FFTM", "hdmx",
		"VDMX", "LTSH", "PCLT", "meta", "BASE", "JSTF"};
	hb_set_t *drop = hb_subset_input_set(input, HB_SUBSET_SETS_DROP_TABLE_TAG);

	for (size_t i = 0; i < ARRAY_LEN(unused); i++)
		hb_set_add(drop, hb_tag_from_string(unused[i], 4));
	hb_subset_input_set_flags(input, HB_SUBSET_FLAGS_NO_HINTING | HB_SUBSET_FLAGS_NOTDEF_OUTLINE);
}

static int make_level(
	hb_face_t *face, enum font_level level, const char *path, struct face_file *f, struct err *e)
{
	static const char *const level_names[LEVEL_COUNT] = {"Plain", "Latin", "All"};
	AUTO(release_input) hb_subset_input_t *input = hb_subset_input_create_or_fail();
	AUTO(buf_release) struct buf name = BUF_INIT(sizeof f->name + 16);

	if (!input)
		return err_nomem(e);
	hb_set_t *wanted = hb_subset_input_unicode_set(input);
	for (size_t i = 0; i < repertoire_count; i++)
		if (repertoire[i].level <= level)
			hb_set_add_range(wanted, repertoire[i].first, repertoire[i].last);
	drop_tables(input);
	AUTO(release_face) hb_face_t *subset = hb_subset_or_fail(face, input);
	if (!subset)
		return err_set(e, ERR_CONFIG, _("%s: this font cannot be subset"), path);
	AUTO(release_blob) hb_blob_t *bytes = hb_face_reference_blob(subset);
	unsigned len = 0;
	const char *data = hb_blob_get_data(bytes, &len);
	buf_addf(&name, "%s-%s", f->name, level_names[level]);
	if (buf_check(&name, e) != 0)
		return -1;
	return sfnt_rename((const unsigned char *)data, len, buf_str(&name), &f->level[level].ttf, e);
}

static int per_mille(double units, double upem)
{
	return (int)lround(units * 1000.0 / upem);
}

static int read_glyphs(struct face_level *l, enum font_level level, struct face_file *f, struct err *e)
{
	AUTO(release_face) hb_face_t *face = open_face(&l->ttf);
	AUTO(release_font) hb_font_t *font = hb_font_create(face);
	double upem = hb_face_get_upem(face);

	hb_font_set_scale(font, (int)upem, (int)upem);
	for (size_t i = 0; i < repertoire_count; i++) {
		if (repertoire[i].level > level)
			continue;
		for (uint32_t cp = repertoire[i].first; cp <= repertoire[i].last; cp++) {
			hb_codepoint_t gid = 0;
			if (!hb_font_get_nominal_glyph(font, cp, &gid) || gid == 0)
				continue;
			if (gid > UINT16_MAX)
				return err_set(e, ERR_BUG, "HarfBuzz made glyph %u", gid);
			l->glyph[cp] = (uint16_t)gid;
			f->level_of[cp] = (uint8_t)repertoire[i].level;
			f->metrics.advance[cp] =
				(uint16_t)per_mille(hb_font_get_glyph_h_advance(font, gid), upem);
		}
	}
	return 0;
}

static int read_name(hb_face_t *face, const char *path, struct face_file *f, struct err *e)
{
	unsigned size = sizeof f->name;

	hb_ot_name_get_utf8(face, HB_OT_NAME_ID_POSTSCRIPT_NAME, HB_LANGUAGE_INVALID, &size, f->name);
	for (const char *p = f->name; *p; p++)
		if (!((*p >= 'A' && *p <= 'Z') || (*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9') ||
			    *p == '-'))
			return err_set(e, ERR_CONFIG,
				_("%s: PostScript name of this font has odd characters"), path);
	if (!f->name[0])
		return err_set(e, ERR_CONFIG, _("%s: this font has no PostScript name"), path);
	return 0;
}

static int read_metrics(
	const struct buf *file, hb_face_t *face, const char *path, struct face_file *f, struct err *e)
{
	AUTO(release_font) hb_font_t *font = hb_font_create(face);
	struct sfnt_table head, os2;

	if (!sfnt_find(file->data, file->len, SFNT_TAG('h', 'e', 'a', 'd'), &head) || head.len < 54 ||
		!sfnt_find(file->data, file->len, SFNT_TAG('O', 'S', '/', '2'), &os2) || os2.len < 68)
		return err_set(e, ERR_CONFIG, _("%s: font file: table '%s' is too short"), path, "OS/2");
	double upem = hb_face_get_upem(face);
	hb_font_set_scale(font, (int)upem, (int)upem);
	for (size_t i = 0; i < 4; i++)
		f->bbox[i] = per_mille(sfnt_i16(head.data + 36 + 2 * i), upem);
	f->weight = sfnt_u16(os2.data + 4);
	f->italic_angle = (double)hb_style_get_value(font, HB_STYLE_TAG_SLANT_ANGLE);

	hb_font_extents_t extents;
	if (!hb_font_get_h_extents(font, &extents))
		return err_set(e, ERR_CONFIG, _("%s: this font has no ascent and descent"), path);
	f->metrics.ascent = per_mille(extents.ascender, upem);
	f->metrics.descent = per_mille(extents.descender, upem);
	hb_position_t caps = 0;
	if (!hb_ot_metrics_get_position(font, HB_OT_METRICS_TAG_CAP_HEIGHT, &caps) || caps <= 0) {
		hb_codepoint_t gid = 0;
		hb_glyph_extents_t h;
		if (hb_font_get_nominal_glyph(font, 'H', &gid) && hb_font_get_glyph_extents(font, gid, &h))
			caps = h.y_bearing;
	}
	f->metrics.cap_height = per_mille(caps, upem);
	return read_name(face, path, f, e);
}

static int make_face(const struct buf *file, const char *path, struct face_file *f, struct err *e)
{
	AUTO(release_face) hb_face_t *face = open_face(file);

	if (read_metrics(file, face, path, f, e) != 0)
		return -1;
	memset(f->level_of, LEVEL_COUNT, sizeof f->level_of);
	for (size_t i = 0; i < ARRAY_LEN(f->metrics.advance); i++)
		f->metrics.advance[i] = FONT_MISSING;
	for (enum font_level level = 0; level < LEVEL_COUNT; level++)
		if (make_level(face, level, path, f, e) != 0 ||
			read_glyphs(&f->level[level], level, f, e) != 0)
			return -1;
	for (uint32_t cp = 0x20; cp <= 0x7e; cp++)
		if (f->metrics.advance[cp] == FONT_MISSING)
			return err_set(
				e, ERR_CONFIG, _("%s: this font has no character '%c'"), path, (char)cp);
	for (size_t i = 0; i < OUTLINE_COUNT; i++) {
		outline_add(face, (char)(OUTLINE_FIRST + i), &f->capital[i]);
		if (buf_check(&f->capital[i], e) != 0)
			return -1;
	}
	f->fixed_pitch = f->metrics.advance['i'] == f->metrics.advance['W'];
	return 0;
}

static int load_face(const char *path, struct face_file **out, struct err *e)
{
	AUTO(buf_release) struct buf file = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(face_file_release) struct face_file *f = calloc(1, sizeof *f);

	if (!f)
		return err_nomem(e);
	for (size_t i = 0; i < LEVEL_COUNT; i++)
		f->level[i].ttf = (struct buf)BUF_INIT(LIMIT_FONT_BYTES);
	for (size_t i = 0; i < OUTLINE_COUNT; i++)
		f->capital[i] = (struct buf)BUF_INIT(LIMIT_FONT_BYTES);
	if (buf_load(&file, path, e) != 0) {
		if (e && e->kind == ERR_IO)
			e->kind = ERR_CONFIG; /* a font that the profile names and nobody installed */
		return -1;
	}
	if (sfnt_check(file.data, file.len, path, e) != 0 || make_face(&file, path, f, e) != 0)
		return -1;
	*out = steal(&f);
	return 0;
}

int fonts_load(const char *folder, const char *const names[FACE_COUNT], struct fonts *out, struct err *e)
{
	AUTO(fonts_release) struct fonts f = FONTS_INIT;

	for (size_t i = 0; i < FACE_COUNT; i++) {
		AUTO(buf_release) struct buf path = BUF_INIT(4096);
		buf_addf(&path, "%s/%s", folder, names[i]);
		if (buf_check(&path, e) != 0 || load_face(buf_str(&path), &f.file[i], e) != 0)
			return -1;
		f.metrics.face[i] = &f.file[i]->metrics;
	}
	if (fonts_embed(&f, e) != 0)
		return -1;
	*out = f;
	f = (struct fonts)FONTS_INIT;
	return 0;
}

void fonts_release(struct fonts *f)
{
	for (size_t i = 0; i < FACE_COUNT; i++) {
		face_file_free(f->file[i]);
		f->file[i] = NULL;
		f->metrics.face[i] = NULL;
	}
}
