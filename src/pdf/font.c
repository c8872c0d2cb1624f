#include "pdf/font.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "pdf/embed.h"
#include "pdf/sfnt.h"

#include <harfbuzz/hb-ot.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static void release_blob(hb_blob_t **p)
{
	hb_blob_destroy(*p);
}

static void release_font(hb_font_t **p)
{
	hb_font_destroy(*p);
}

static void release_set(hb_set_t **p)
{
	hb_set_destroy(*p);
}

struct face_file *face_hold(struct face_file *f)
{
	f->users++;
	return f;
}

void face_drop(struct face_file *f)
{
	if (!f || --f->users > 0)
		return;
	hb_face_destroy(f->source);
	buf_release(&f->file);
	pdf_segment_release(&f->plain.objects);
	for (size_t i = 0; i < OUTLINE_COUNT; i++)
		buf_release(&f->capital[i]);
	free(f);
}

static void face_release(struct face_file **f)
{
	face_drop(*f);
}

static hb_face_t *open_face(const struct buf *file)
{
	AUTO(release_blob)
	hb_blob_t *blob = hb_blob_create(
		(const char *)file->data, (unsigned)file->len, HB_MEMORY_MODE_READONLY, NULL, NULL);
	hb_face_t *face = hb_face_create(blob, 0);

	hb_face_make_immutable(face); /* threads share it */
	return face;
}

static int per_mille(double units, double upem)
{
	return (int)lround(units * 1000.0 / upem);
}

/* OS/2 fsType (ISO/IEC 14496-22 5.7.2): may it be embedded, and a part of it? */
static int check_licence(const unsigned char *os2, const char *path, struct err *e)
{
	enum { LEVELS = 0x000f, RESTRICTED = 0x0002, NO_SUBSET = 0x0100, BITMAP_ONLY = 0x0200 };
	unsigned type = sfnt_u16(os2 + 8);

	if ((type & LEVELS) == RESTRICTED || (type & (NO_SUBSET | BITMAP_ONLY)))
		return err_set(e, ERR_CONFIG,
			_("%s: the licence of this font forbids to embed parts of it (OS/2 fsType 0x%04x)"),
			path, type);
	return 0;
}

/* Every character that the face has and a letter may hold. */
static int read_advances(struct face_file *f, struct err *e)
{
	AUTO(release_font) hb_font_t *font = hb_font_create(f->source);
	AUTO(release_set) hb_set_t *mapped = hb_set_create();
	double upem = hb_face_get_upem(f->source);
	hb_codepoint_t cp = HB_SET_VALUE_INVALID, glyph = 0;

	hb_font_set_scale(font, (int)upem, (int)upem);
	for (size_t i = 0; i < ARRAY_LEN(f->metrics.advance); i++)
		f->metrics.advance[i] = FONT_MISSING;
	hb_face_collect_unicodes(f->source, mapped);
	while (hb_set_next(mapped, &cp) && cp < REPERTOIRE_SIZE) {
		if (!repertoire_has(cp) || !hb_font_get_nominal_glyph(font, cp, &glyph) || glyph == 0)
			continue;
		int advance = per_mille(hb_font_get_glyph_h_advance(font, glyph), upem);
		if (advance >= 0 && advance < FONT_MISSING)
			f->metrics.advance[cp] = (uint16_t)advance;
	}
	return hb_set_allocation_successful(mapped) ? 0 : err_nomem(e);
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

static int read_metrics(struct face_file *f, const char *path, struct err *e)
{
	AUTO(release_font) hb_font_t *font = hb_font_create(f->source);
	const struct buf *file = &f->file;
	struct sfnt_table head, os2;

	if (!sfnt_find(file->data, file->len, SFNT_TAG('h', 'e', 'a', 'd'), &head) || head.len < 54 ||
		!sfnt_find(file->data, file->len, SFNT_TAG('O', 'S', '/', '2'), &os2) || os2.len < 68)
		return err_set(e, ERR_CONFIG, _("%s: font file: table '%s' is too short"), path, "OS/2");
	if (check_licence(os2.data, path, e) != 0)
		return -1;
	double upem = hb_face_get_upem(f->source);
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
	return read_name(f->source, path, f, e);
}

static int make_face(struct face_file *f, const char *path, struct err *e)
{
	if (read_metrics(f, path, e) != 0 || read_advances(f, e) != 0)
		return -1;
	for (uint32_t cp = 0x20; cp <= 0x7e; cp++)
		if (f->metrics.advance[cp] == FONT_MISSING)
			return err_set(
				e, ERR_CONFIG, _("%s: this font has no character '%c'"), path, (char)cp);
	for (size_t i = 0; i < OUTLINE_COUNT; i++) {
		outline_add(f->source, (char)(OUTLINE_FIRST + i), &f->capital[i]);
		if (buf_check(&f->capital[i], e) != 0)
			return -1;
	}
	f->fixed_pitch = f->metrics.advance['i'] == f->metrics.advance['W'];
	return 0;
}

static int load_face(const char *path, struct face_file **out, struct err *e)
{
	AUTO(face_release) struct face_file *f = calloc(1, sizeof *f);

	if (!f)
		return err_nomem(e);
	f->users = 1;
	f->file = (struct buf)BUF_INIT(LIMIT_FONT_BYTES);
	for (size_t i = 0; i < OUTLINE_COUNT; i++)
		f->capital[i] = (struct buf)BUF_INIT(LIMIT_FONT_BYTES);
	if (buf_load(&f->file, path, e) != 0) {
		if (e && e->kind == ERR_IO)
			e->kind = ERR_CONFIG; /* a font that the profile names and nobody installed */
		return -1;
	}
	if (sfnt_check(f->file.data, f->file.len, path, e) != 0)
		return -1;
	f->source = open_face(&f->file);
	if (make_face(f, path, e) != 0)
		return -1;
	*out = steal(&f);
	return 0;
}

/* The plain characters as objects. */
static int make_plain(struct face_file *f, enum face face, struct err *e)
{
	for (uint32_t cp = 0; cp < REPERTOIRE_SIZE; cp++)
		f->plain.has[cp] = face_has(f, (int32_t)cp) && repertoire_is_plain(cp);
	return embed_base(f, face, &f->plain, e);
}

int fonts_load(const char *folder, const char *const names[FACE_COUNT], struct fonts *out, struct err *e)
{
	AUTO(fonts_release) struct fonts f = FONTS_INIT;

	for (size_t i = 0; i < FACE_COUNT; i++) {
		AUTO(buf_release) struct buf path = BUF_INIT(4096);
		buf_addf(&path, "%s/%s", folder, names[i]);
		if (buf_check(&path, e) != 0 || load_face(buf_str(&path), &f.file[i], e) != 0 ||
			make_plain(f.file[i], (enum face)i, e) != 0)
			return -1;
		f.metrics.face[i] = &f.file[i]->metrics;
	}
	*out = f;
	f = (struct fonts)FONTS_INIT;
	return 0;
}

void fonts_release(struct fonts *f)
{
	for (size_t i = 0; i < FACE_COUNT; i++) {
		face_drop(f->file[i]);
		f->file[i] = NULL;
		f->metrics.face[i] = NULL;
	}
}
