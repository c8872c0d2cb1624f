#include "pdf/stationery.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "pdf/deflate.h"
#include "pdf/embed.h"
#include "pdf/lift.h"
#include "pdf/press.h"
#include "pdf/sfnt.h"
#include "pdf/stationery_inside.h"

#include <stdlib.h>
#include <string.h>

/* Which face a font of libharu's page is: told by the name inside. */
static bool find_font(const struct lift *l, struct slice resources, struct slice key, enum face *face)
{
	char path[64];
	struct slice base;
	unsigned ignored;

	snprintf(path, sizeof path, "Font/%.*s/BaseFont", (int)key.len, key.at);
	if (!lift_step(l, resources, path, &base, &ignored))
		return false;
	const char *plus = memchr(base.at, '+', base.len);
	if (!plus)
		return false;
	size_t len = base.len - (size_t)(plus + 1 - base.at);
	for (*face = 0; *face < FACE_COUNT; ++*face) {
		const char *name = press_font_name(*face);
		if (strlen(name) == len && memcmp(name, plus + 1, len) == 0)
			return true;
	}
	return false;
}

/* libharu's "(..)" from *p on as a string of two-byte codes, which are characters; *p moves behind it. */
static int add_string(const struct press_key *key, enum face face, const char **p, const char *end,
	struct buf *out, struct err *e)
{
	const char *at = *p + 1;

	buf_addc(out, '<');
	for (; at < end && *at != ')'; at++) {
		unsigned code = (unsigned char)*at;
		/* it escapes with three octal digits */
		if (code == '\\' && end - at > 3) {
			code = (unsigned)(at[1] - '0') << 6 | (unsigned)(at[2] - '0') << 3 |
			       (unsigned)(at[3] - '0');
			at += 3;
		}
		unsigned cp = code <= 0xff ? press_char(key, face, (unsigned char)code) : 0;
		if (cp == 0)
			return err_set(e, ERR_BUG, "libharu's text has an unknown code");
		buf_addf(out, "%04X", cp);
	}
	buf_addc(out, '>');
	*p = at + 1;
	return 0;
}

/* Copies content and gives fonts, pictures and characters the names that they have in every letter. */
static int rename_resources(const struct lift *l, const struct press_key *press, struct slice resources,
	struct slice content, struct stationery *s, struct buf *out, struct err *e)
{
	const char *p = content.at, *end = content.at + content.len;
	enum face face = FACE_COUNT;

	while (p < end) {
		const char *plain = p;
		while (p < end && *p != '/' && *p != '(')
			p++;
		buf_add(out, plain, (size_t)(p - plain));
		if (p == end)
			break;
		if (*p == '(') {
			if (face == FACE_COUNT)
				return err_set(e, ERR_BUG, "libharu's text has no font");
			if (add_string(press, face, &p, end, out, e) != 0)
				return -1;
			continue;
		}
		/* A name stands only before Tf and Do here. */
		const char *blank = memchr(p, ' ', (size_t)(end - p));
		if (!blank)
			return err_set(e, ERR_BUG, "libharu's content ends in a name");
		struct slice key = {p + 1, (size_t)(blank - p - 1)};
		if (key.len > 1 && key.at[0] == 'X') {
			buf_adds(out, "/Em");
		} else {
			if (key.len >= 8 || !find_font(l, resources, key, &face))
				return err_set(e, ERR_BUG, "libharu's content names an unknown font");
			buf_addf(out, "/T%u", (unsigned)face);
			s->uses[face] = true;
		}
		p = blank;
	}
	return 0;
}

/* One sheet as a piece of content between `open` and EMC; nothing if the sheet is empty. */
static int add_sheet(const struct lift *l, const struct press_key *key, enum sheet sheet, const char *open,
	struct stationery *s, struct buf *out, struct err *e)
{
	char path[64];
	struct slice resources, content, value;
	unsigned number, ignored;

	snprintf(path, sizeof path, "Pages/Kids/%d/Contents", (int)sheet);
	if (lift_find(l, path, &value, &number, e) != 0 || lift_stream(l, number, &content, e) != 0)
		return -1;
	snprintf(path, sizeof path, "Pages/Kids/%d/Resources", (int)sheet);
	if (lift_find(l, path, &resources, &ignored, e) != 0)
		return -1;
	buf_addf(out, "%s BDC\nq\n", open);
	if (rename_resources(l, key, resources, content, s, out, e) != 0)
		return -1;
	buf_adds(out, "\nQ\nEMC\n");
	return 0;
}

/* The dictionary of a picture, without what the writer adds itself. */
static void add_image_dict(const struct lift *l, struct slice dict, unsigned mask, struct buf *out)
{
	struct slice key, value;
	unsigned ignored;

	for (unsigned i = 0; lift_entry(dict, i, &key, &value); i++) {
		char name[32];
		snprintf(name, sizeof name, "%.*s", (int)key.len, key.at);
		if (strcmp(name, "Length") == 0 || strcmp(name, "Filter") == 0 ||
			strcmp(name, "DecodeParms") == 0)
			continue;
		if (strcmp(name, "SMask") == 0) {
			buf_addf(out, "/SMask %u 0 R", mask);
			continue;
		}
		if (lift_reference(value) && !lift_step(l, dict, name, &value, &ignored))
			continue;
		buf_addf(out, "/%s ", name);
		buf_add(out, value.at, value.len);
	}
}

static int add_image(const struct lift *l, struct pdf_writer *w, unsigned number, struct slice dict,
	unsigned from, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT(4096);
	struct slice data;

	add_image_dict(l, dict, NUMBER_EMBLEM_MASK, &text);
	if (buf_check(&text, e) != 0 || lift_stream(l, from, &data, e) != 0)
		return -1;
	return pdf_stream_deflated(w, number, buf_str(&text), data.at, data.len, DEFLATE_ONCE, e);
}

static int add_emblem(const struct lift *l, struct pdf_writer *w, struct err *e)
{
	char path[48];
	struct slice image, mask;
	unsigned image_number, mask_number;

	snprintf(path, sizeof path, "Pages/Kids/%d/Resources/XObject/X1", SHEET_PICTURE);
	if (lift_find(l, path, &image, &image_number, e) != 0 ||
		add_image(l, w, NUMBER_EMBLEM, image, image_number, e) != 0)
		return -1;
	if (!lift_step(l, image, "SMask", &mask, &mask_number))
		return 0;
	return add_image(l, w, NUMBER_EMBLEM_MASK, mask, mask_number, e);
}

/* ICC.1 7.2: length, colour space, signature. Anything but sRGB-like RGB would make the colours a lie. */
static int add_output_profile(struct pdf_writer *w, const char *path, struct err *e)
{
	AUTO(buf_release) struct buf icc = BUF_INIT(LIMIT_SETUP_BYTES);

	if (buf_load(&icc, path, e) != 0) {
		if (e && e->kind == ERR_IO)
			e->kind = ERR_CONFIG;
		return -1;
	}
	if (icc.len < 128 || sfnt_u32(icc.data) != icc.len || memcmp(icc.data + 36, "acsp", 4) != 0)
		return err_set(e, ERR_CONFIG, _("%s: not an ICC profile, or cut short"), path);
	if (memcmp(icc.data + 16, "RGB ", 4) != 0)
		return err_set(e, ERR_CONFIG, _("%s: not an RGB profile"), path);
	return pdf_stream_deflated(w, NUMBER_ICC, "/N 3", icc.data, icc.len, DEFLATE_ONCE, e);
}

/* One map for all faces: codes are code points. */
static int add_character_map(const struct stationery *s, struct buf *out, struct err *e)
{
	AUTO(free_ptr) uint16_t *chars = calloc(REPERTOIRE_SIZE, sizeof *chars);
	size_t count = 0;

	if (!chars)
		return err_nomem(e);
	for (uint32_t cp = 0; cp < REPERTOIRE_SIZE; cp++)
		if (s->base[FACE_REGULAR]->has[cp] || s->base[FACE_BOLD]->has[cp] ||
			s->base[FACE_ITALIC]->has[cp])
			chars[count++] = (uint16_t)cp;
	embed_to_unicode(chars, chars, count, out);
	return 0;
}

static int make_core(const struct profile *profile, const struct fonts *fonts, const char *icc_path,
	struct press_key *key, struct stationery *s, struct err *e)
{
	static const char artifact_top[] = "/Artifact<</Type/Layout>>";
	static const char artifact_foot[] = "/Artifact<</Type/Pagination/Subtype/Footer/Attached[/Bottom]>>";
	AUTO(buf_release) struct buf file = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(buf_release) struct buf head = BUF_INIT(LIMIT_SETUP_BYTES);
	AUTO(buf_release) struct buf foot = BUF_INIT(LIMIT_SETUP_BYTES);
	AUTO(buf_release) struct buf cmap = BUF_INIT(64 * KIB);
	AUTO(lift_release) struct lift l = LIFT_INIT;
	AUTO(pdf_writer_release) struct pdf_writer w = PDF_WRITER_INIT;

	if (press_print(profile, fonts, key, &file, e) != 0 || lift_open(&l, &file, e) != 0)
		return -1;
	memcpy(s->kop.emblem, key->picture, sizeof key->picture);
	s->kop.has_text = profile->kop.line_count > 0;
	if (s->kop.has_text && add_sheet(&l, key, SHEET_KOP, "/P<</MCID 0>>", s, &head, e) != 0)
		return -1;
	const char *picture = s->kop.has_text ? "/Figure<</MCID 1>>" : "/Figure<</MCID 0>>";
	if (s->kop.alt && add_sheet(&l, key, SHEET_PICTURE, picture, s, &head, e) != 0)
		return -1;
	if (add_sheet(&l, key, SHEET_ORNAMENT, artifact_top, s, &head, e) != 0 ||
		add_sheet(&l, key, SHEET_FOOTER, artifact_foot, s, &foot, e) != 0)
		return -1;
	if (add_character_map(s, &cmap, e) != 0)
		return -1;
	if (buf_check(&head, e) != 0 || buf_check(&foot, e) != 0 || buf_check(&cmap, e) != 0)
		return -1;
	if (pdf_writer_init(&w, &out, NUMBER_CORE, NUMBER_CORE_END - NUMBER_CORE, e) != 0 ||
		pdf_stream_deflated(&w, NUMBER_TO_UNICODE, embed_to_unicode_dict, cmap.data, cmap.len,
			DEFLATE_ONCE, e) != 0 ||
		add_output_profile(&w, icc_path, e) != 0 ||
		pdf_stream_deflated(&w, NUMBER_HEAD, "", head.data, head.len, DEFLATE_ONCE, e) != 0 ||
		pdf_stream_deflated(&w, NUMBER_FOOT, "", foot.data, foot.len, DEFLATE_ONCE, e) != 0)
		return -1;
	if (s->kop.alt && add_emblem(&l, &w, e) != 0)
		return -1;
	return pdf_segment_take(&s->core, &w, e);
}

/* The plain characters of a face, and those that the profile's own texts need besides. */
static int take_face(const struct press_chars *chars, struct face_file *file, enum face face,
	struct stationery *s, struct err *e)
{
	bool more = false;

	s->file[face] = face_hold(file);
	s->base[face] = &file->plain;
	for (size_t i = 0; i < chars->count; i++)
		more |= !file->plain.has[chars->at[i]];
	if (!more)
		return 0;
	struct face_base *own = s->own[face] = calloc(1, sizeof *own);
	if (!own)
		return err_nomem(e);
	memcpy(own->has, file->plain.has, sizeof own->has);
	for (size_t i = 0; i < chars->count; i++)
		own->has[chars->at[i]] = 1;
	s->base[face] = own;
	return embed_base(file, face, own, e);
}

int stationery_new(const struct profile *profile, const struct fonts *fonts, const char *icc_path,
	struct stationery **out, struct err *e)
{
	AUTO(stationery_release) struct stationery *s = calloc(1, sizeof *s);
	struct press_key key = {.picture = {0}};

	if (!s)
		return err_nomem(e);
	if (profile->kop.has_emblem && profile->kop.emblem_image) {
		s->kop.alt = s->emblem_alt = strdup(profile->kop.emblem_alt);
		if (!s->kop.alt)
			return err_nomem(e);
	}
	s->width_pt = profile->paper_width_pt;
	s->height_pt = profile->paper_height_pt;
	if (press_characters(profile, fonts, &key, e) != 0)
		return err_context(e, _("stationery '%s'"), profile->name);
	for (enum face face = 0; face < FACE_COUNT; face++)
		if (take_face(&key.chars[face], fonts->file[face], face, s, e) != 0)
			return err_context(e, _("stationery '%s'"), profile->name);
	if (make_core(profile, fonts, icc_path, &key, s, e) != 0)
		return err_context(e, _("stationery '%s'"), profile->name);
	*out = steal(&s);
	return 0;
}

void stationery_free(struct stationery *s)
{
	if (!s)
		return;
	pdf_segment_release(&s->core);
	for (size_t i = 0; i < FACE_COUNT; i++) {
		if (s->own[i])
			pdf_segment_release(&s->own[i]->objects);
		free(s->own[i]);
		face_drop(s->file[i]);
	}
	free(s->emblem_alt);
	free(s);
}

void stationery_release(struct stationery **s)
{
	stationery_free(*s);
	*s = NULL;
}
