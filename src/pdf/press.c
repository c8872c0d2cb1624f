#include "pdf/press.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "pdf/cut.h"
#include "pdf/haru.h"
#include "pdf/png.h"
#include "pdf/sfnt.h"

#include <string.h>

#define GREY 0.4f /* rules and notes at the foot; the letter's own grey is the same */

struct press {
	struct haru haru;
	const struct profile *profile;
	const struct fonts *fonts;
	struct press_key *key;
	HPDF_Font font[FACE_COUNT]; /* loaded at first use */
	HPDF_Page page;
};

/* Codes that mean the same in WinAnsi and Unicode, without blanks and controls: 21 to 7E, AE to FF. */
enum { FIRST_CODE = 0x21, LOW_CODES = 0x7e - FIRST_CODE + 1, HIGH_CODE = 0xae };

static unsigned code_of(size_t i)
{
	return i < LOW_CODES ? FIRST_CODE + (unsigned)i : HIGH_CODE + (unsigned)i - LOW_CODES;
}

uint16_t press_char(const struct press_key *key, enum face face, unsigned char code)
{
	const struct press_chars *chars = &key->chars[face];
	size_t i = PRESS_CHARS;

	if (code >= HIGH_CODE)
		i = (size_t)(code - HIGH_CODE + LOW_CODES);
	else if (code >= FIRST_CODE && code < FIRST_CODE + LOW_CODES)
		i = (size_t)(code - FIRST_CODE);
	return i < chars->count ? chars->at[i] : 0;
}

const char *press_font_name(enum face face)
{
	static const char *const names[FACE_COUNT] = {"Press0", "Press1", "Press2"};

	return names[face];
}

static double text_width(const struct press *p, enum face face, double size, const char *text)
{
	const struct face_file *f = p->fonts->file[face];
	const char *end = text + strlen(text);
	double width = 0;

	while (text < end) {
		int32_t cp = utf8_next(&text, end);
		if (face_has(f, cp))
			width += f->metrics.advance[cp] * size / 1000;
	}
	return width;
}

static size_t place_of(const struct press_chars *chars, int32_t cp)
{
	size_t i = 0;

	while (i < chars->count && chars->at[i] != cp)
		i++;
	return i;
}

static int add_characters(const struct profile *profile, const struct face_file *f, const char *text,
	struct press_chars *chars, struct err *e)
{
	const char *end = text + strlen(text);

	while (text < end) {
		int32_t cp = utf8_next(&text, end);
		if (cp < 0)
			return err_set(e, ERR_CONFIG, _("profile '%s': text is not UTF-8"), profile->name);
		if (!face_has(f, cp))
			return err_set(e, ERR_CONFIG, _("profile '%s': font '%s' has no character U+%04X"),
				profile->name, f->name, (unsigned)cp);
		if (place_of(chars, cp) < chars->count)
			continue;
		if (chars->count == PRESS_CHARS)
			return err_set(e, ERR_CONFIG,
				_("profile '%s': more than %d different characters in kop and footer"),
				profile->name, PRESS_CHARS);
		chars->at[chars->count++] = (uint16_t)cp;
	}
	return 0;
}

int press_characters(
	const struct profile *profile, const struct fonts *fonts, struct press_key *key, struct err *e)
{
	const struct kop *kop = &profile->kop;
	const struct footer *footer = &profile->footer;

	for (size_t i = 0; i < kop->line_count; i++) {
		enum face face = kop->lines[i].face;
		struct press_chars *chars = &key->chars[face];
		/* a blank stands between the lines */
		if (add_characters(profile, fonts->file[face], kop->lines[i].text, chars, e) != 0 ||
			add_characters(profile, fonts->file[face], " ", chars, e) != 0)
			return -1;
	}
	for (size_t i = 0; i < footer->note_count; i++)
		if (add_characters(profile, fonts->file[FACE_REGULAR], footer->notes[i],
			    &key->chars[FACE_REGULAR], e) != 0)
			return -1;
	if (!footer->mark)
		return 0;
	return add_characters(profile, fonts->file[FACE_BOLD], footer->mark, &key->chars[FACE_BOLD], e);
}

static int load_font(struct press *p, enum face face, struct err *e)
{
	const struct face_file *f = p->fonts->file[face];
	const struct press_chars *chars = &p->key->chars[face];
	AUTO(buf_release) struct buf cut = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(buf_release) struct buf ttf = BUF_INIT(LIMIT_FONT_BYTES);
	uint16_t glyphs[PRESS_CHARS], glyph_of[256] = {0};

	if (font_cut(f->source, f->name, chars->at, chars->count, CUT_PRESS, &cut, glyphs, e) != 0)
		return -1;
	for (size_t i = 0; i < chars->count; i++)
		glyph_of[code_of(i)] = glyphs[i];
	if (sfnt_for_press(&cut, press_font_name(face), glyph_of, &ttf, e) != 0)
		return -1;
	return haru_font(&p->haru, &ttf, &p->font[face], e);
}

/* A text of the profile, whose characters press_characters() has seen, in libharu's codes. */
static int show_text(struct press *p, enum face face, const char *text, struct err *e)
{
	const char *end = text + strlen(text);
	AUTO(buf_release) struct buf codes = BUF_INIT(LIMIT_SETUP_BYTES);

	while (text < end)
		buf_addc(&codes, (char)code_of(place_of(&p->key->chars[face], utf8_next(&text, end))));
	if (buf_check(&codes, e) != 0)
		return -1;
	HPDF_Page_ShowText(p->page, buf_str(&codes));
	return 0;
}

/* One line with its baseline at y. */
static int print_text(
	struct press *p, double x, double y, enum face face, double size, const char *text, struct err *e)
{
	if (!p->font[face] && load_font(p, face, e) != 0)
		return -1;
	HPDF_Page_BeginText(p->page);
	HPDF_Page_MoveTextPos(p->page, (HPDF_REAL)x, (HPDF_REAL)y);
	HPDF_Page_SetFontAndSize(p->page, p->font[face], (HPDF_REAL)size);
	if (show_text(p, face, text, e) != 0)
		return -1;
	HPDF_Page_EndText(p->page);
	return 0;
}

static int print_kop(struct press *p, struct err *e)
{
	const struct kop *kop = &p->profile->kop;
	double room = kop->text_x2_pt - kop->text_x1_pt;
	double top = p->profile->paper_height_pt - kop->text_top_pt;

	for (size_t i = 0; i < kop->line_count; i++) {
		const struct kop_line *line = &kop->lines[i];
		double width = text_width(p, line->face, 1, line->text);
		double size = line->size_pt;
		if (width * size > room && width > 0)
			size = room / width;
		/* Capitals stand in the middle of the line's height. */
		double cap = p->fonts->file[line->face]->metrics.cap_height * size / 1000;
		double y = top - (line->leading_pt + cap) / 2;
		double x = kop->text_x1_pt + (room - width * size) / 2;
		if (print_text(p, x, y, line->face, size, line->text, e) != 0)
			return -1;
		/* To reading software the kop is one paragraph: a blank keeps its lines apart. */
		if (i + 1 < kop->line_count &&
			print_text(p, x + width * size, y, line->face, size, " ", e) != 0)
			return -1;
		top -= line->leading_pt;
	}
	return 0;
}

/* A rounded rectangle as a path. */
static void round_box(HPDF_Page page, double x, double y, double w, double h, double r)
{
	const double k = 0.5523 * r; /* control points of a quarter circle */
	const HPDF_REAL x1 = (HPDF_REAL)x, x2 = (HPDF_REAL)(x + w), y1 = (HPDF_REAL)y,
			y2 = (HPDF_REAL)(y + h);
	const HPDF_REAL q = (HPDF_REAL)r, c = (HPDF_REAL)(r - k);

	HPDF_Page_MoveTo(page, x1 + q, y1);
	HPDF_Page_LineTo(page, x2 - q, y1);
	HPDF_Page_CurveTo(page, x2 - c, y1, x2, y1 + c, x2, y1 + q);
	HPDF_Page_LineTo(page, x2, y2 - q);
	HPDF_Page_CurveTo(page, x2, y2 - c, x2 - c, y2, x2 - q, y2);
	HPDF_Page_LineTo(page, x1 + q, y2);
	HPDF_Page_CurveTo(page, x1 + c, y2, x1, y2 - c, x1, y2 - q);
	HPDF_Page_LineTo(page, x1, y1 + q);
	HPDF_Page_CurveTo(page, x1, y1 + c, x1 + c, y1, x1 + q, y1);
	HPDF_Page_ClosePath(page);
}

/*
 * The placeholder: a ring around a shield that holds a written sheet. It resembles no state emblem on purpose; an
 * office puts its own picture into the profile.
 */
static void draw_emblem(HPDF_Page page, double x, double y, double size)
{
	const HPDF_REAL cx = (HPDF_REAL)(x + size / 2), cy = (HPDF_REAL)(y + size / 2),
			u = (HPDF_REAL)(size / 100);

	HPDF_Page_GSave(page);
	HPDF_Page_SetRGBStroke(page, 0.13f, 0.24f, 0.38f);
	HPDF_Page_SetRGBFill(page, 0.13f, 0.24f, 0.38f);
	HPDF_Page_SetLineWidth(page, 3 * u);
	HPDF_Page_Circle(page, cx, cy, 48 * u);
	HPDF_Page_Stroke(page);
	HPDF_Page_SetLineWidth(page, u);
	HPDF_Page_Circle(page, cx, cy, 43 * u);
	HPDF_Page_Stroke(page);
	/* shield */
	HPDF_Page_MoveTo(page, cx - 24 * u, cy + 26 * u);
	HPDF_Page_LineTo(page, cx + 24 * u, cy + 26 * u);
	HPDF_Page_LineTo(page, cx + 24 * u, cy - 2 * u);
	HPDF_Page_CurveTo(page, cx + 24 * u, cy - 16 * u, cx + 12 * u, cy - 26 * u, cx, cy - 32 * u);
	HPDF_Page_CurveTo(page, cx - 12 * u, cy - 26 * u, cx - 24 * u, cy - 16 * u, cx - 24 * u, cy - 2 * u);
	HPDF_Page_ClosePath(page);
	HPDF_Page_Fill(page);
	/* lines of writing */
	HPDF_Page_SetRGBStroke(page, 1, 1, 1);
	HPDF_Page_SetLineWidth(page, 3.2f * u);
	HPDF_Page_SetLineCap(page, HPDF_ROUND_END);
	static const HPDF_REAL half[] = {14, 14, 14, 7};
	for (int i = 0; i < 4; i++) {
		HPDF_REAL line_y = cy + (17 - 9 * (HPDF_REAL)i) * u;
		HPDF_Page_MoveTo(page, cx - 14 * u, line_y);
		HPDF_Page_LineTo(page, cx + (2 * half[i] - 14) * u, line_y);
	}
	HPDF_Page_Stroke(page);
	HPDF_Page_GRestore(page);
}

static int print_picture(struct press *p, struct err *e)
{
	const struct kop *kop = &p->profile->kop;
	AUTO(buf_release) struct buf file = BUF_INIT(LIMIT_SETUP_BYTES);
	AUTO(buf_release) struct buf clean = BUF_INIT(LIMIT_SETUP_BYTES);

	if (!kop->has_emblem || !kop->emblem_image)
		return 0;
	if (buf_load(&file, kop->emblem_image, e) != 0) {
		if (e && e->kind == ERR_IO)
			e->kind = ERR_CONFIG;
		return -1;
	}
	if (png_clean(&file, kop->emblem_image, &clean, e) != 0)
		return -1;
	HPDF_Image image = HPDF_LoadPngImageFromMem(p->haru.doc, clean.data, (HPDF_UINT)clean.len);
	if (haru_check(&p->haru, ERR_CONFIG, kop->emblem_image, e) != 0)
		return -1;
	double w = HPDF_Image_GetWidth(image), h = HPDF_Image_GetHeight(image);
	if (w < 1 || h < 1)
		return err_set(e, ERR_CONFIG, _("%s: not a PNG picture"), kop->emblem_image);
	double scale = kop->emblem_size_pt / (w > h ? w : h);
	double top = p->profile->paper_height_pt - kop->emblem_top_pt;
	double x = kop->emblem_x_pt + (kop->emblem_size_pt - w * scale) / 2;
	double y = top - (kop->emblem_size_pt + h * scale) / 2;
	HPDF_Page_DrawImage(
		p->page, image, (HPDF_REAL)x, (HPDF_REAL)y, (HPDF_REAL)(w * scale), (HPDF_REAL)(h * scale));
	const double corners[4] = {x, y, x + w * scale, y + h * scale};
	memcpy(p->key->picture, corners, sizeof corners);
	return 0;
}

static void draw_rule(struct press *p, double y, double width)
{
	HPDF_Page_SetLineWidth(p->page, (HPDF_REAL)width);
	HPDF_Page_MoveTo(p->page, (HPDF_REAL)p->profile->left_pt, (HPDF_REAL)y);
	HPDF_Page_LineTo(
		p->page, (HPDF_REAL)(p->profile->paper_width_pt - p->profile->right_pt), (HPDF_REAL)y);
	HPDF_Page_Stroke(p->page);
}

static int print_ornament(struct press *p, struct err *e)
{
	const struct kop *kop = &p->profile->kop;

	(void)e;
	if (kop->has_emblem && !kop->emblem_image)
		draw_emblem(p->page, kop->emblem_x_pt,
			p->profile->paper_height_pt - kop->emblem_top_pt - kop->emblem_size_pt,
			kop->emblem_size_pt);
	if (kop->rule_top_pt > 0) {
		double y = p->profile->paper_height_pt - kop->rule_top_pt;
		if (kop->rule_thick_pt > 0)
			draw_rule(p, y, kop->rule_thick_pt);
		if (kop->rule_thin_pt > 0)
			draw_rule(p, y - kop->rule_gap_pt, kop->rule_thin_pt);
	}
	return 0;
}

/* A word in a rounded box: says whose certificate it is without copying anyone's logo. */
static int print_mark(struct press *p, struct err *e)
{
	const struct footer *f = &p->profile->footer;
	double x = p->profile->paper_width_pt - p->profile->right_pt - f->mark_width_pt;
	double top = f->rule_y_pt > 0 ? f->rule_y_pt - 5 : f->first_y_pt + f->mark_height_pt / 2;
	double y = top - f->mark_height_pt;
	double width = text_width(p, FACE_BOLD, 1, f->mark);
	double size = f->mark_height_pt * 0.55;

	if (width > 0 && width * size > f->mark_width_pt * 0.8)
		size = f->mark_width_pt * 0.8 / width;
	double cap = p->fonts->file[FACE_BOLD]->metrics.cap_height * size / 1000;
	HPDF_Page_SetLineWidth(p->page, 0.75f);
	round_box(p->page, x + 0.5, y, f->mark_width_pt - 1, f->mark_height_pt, f->mark_height_pt * 0.22);
	HPDF_Page_Stroke(p->page);
	return print_text(p, x + (f->mark_width_pt - width * size) / 2, y + (f->mark_height_pt - cap) / 2,
		FACE_BOLD, size, f->mark, e);
}

static int print_footer(struct press *p, struct err *e)
{
	const struct footer *f = &p->profile->footer;

	HPDF_Page_SetRGBStroke(p->page, GREY, GREY, GREY);
	HPDF_Page_SetRGBFill(p->page, GREY, GREY, GREY);
	if (f->rule_y_pt > 0)
		draw_rule(p, f->rule_y_pt, 0.5);
	/* The notes belong together: the longest decides the size of all. */
	double size = f->size_pt;
	for (size_t i = 0; i < f->note_count; i++) {
		double width = text_width(p, FACE_REGULAR, 1, f->notes[i]);
		if (width * size > f->x2_pt - f->x1_pt)
			size = (f->x2_pt - f->x1_pt) / width;
	}
	for (size_t i = 0; i < f->note_count; i++)
		if (print_text(p, f->x1_pt, f->first_y_pt - (double)i * f->leading_pt, FACE_REGULAR, size,
			    f->notes[i], e) != 0)
			return -1;
	return f->mark && f->mark[0] ? print_mark(p, e) : 0;
}

static void release_press(struct press *p)
{
	haru_release(&p->haru);
}

int press_print(const struct profile *profile, const struct fonts *fonts, struct press_key *key,
	struct buf *out, struct err *e)
{
	static int (*const print[SHEET_COUNT])(struct press *, struct err *) = {
		print_kop, print_picture, print_ornament, print_footer};
	AUTO(release_press)
	struct press p = {.haru = HARU_INIT, .profile = profile, .fonts = fonts, .key = key};

	if (haru_open(&p.haru, e) != 0)
		return -1;
	for (int i = 0; i < SHEET_COUNT; i++) {
		p.page = HPDF_AddPage(p.haru.doc);
		HPDF_Page_SetWidth(p.page, (HPDF_REAL)profile->paper_width_pt);
		HPDF_Page_SetHeight(p.page, (HPDF_REAL)profile->paper_height_pt);
		if (print[i](&p, e) != 0 || haru_check(&p.haru, ERR_BUG, profile->name, e) != 0)
			return -1;
	}
	return haru_save(&p.haru, out, e);
}
