#include "pdf/content.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "pdf/writer.h"

#include <math.h>
#include <string.h>

/*
 * Kinds of artifacts (ISO 32000-1 14.8.2.2.2), so that whoever rearranges the text knows what repeats on each page.
 * Below zero: no mark has such a number.
 */
enum artifact {
	ARTIFACT_LAYOUT = -1, /* rules, grounds, frames */
	ARTIFACT_HEADER = -2,
	ARTIFACT_FOOTER = -3,
	ARTIFACT_REPEATED = -4, /* the head of a table that goes on */
	ARTIFACT_WATERMARK = -5,
};

/* What the stream has set so far. */
struct pen {
	struct content *content;
	struct buf *out;
	bool in_text;   /* between BT and ET */
	bool in_mark;   /* between BMC or BDC and EMC */
	int32_t mark;   /* the open one, or an enum artifact */
	double x, y;    /* start of the last line of text, in this BT */
	enum face face; /* font; FACE_COUNT = none yet */
	bool rare;      /* the letter's own font of that face, not the stationery's */
	double size;    /* of the font */
	enum ink fill, stroke;
	double width; /* of strokes */
	bool unseen;  /* text rendering mode 3 instead of 0 (9.3.6) */
};

static bool same(double a, double b)
{
	return fabs(a - b) < 1e-4;
}

static void add_numbers(struct buf *out, const double *values, size_t count, const char *operator)
{
	char line[6 * (PDF_NUMBER_TEXT + 1)], *at = line;

	for (size_t i = 0; i < count; i++) {
		at += pdf_put_number(at, values[i]);
		*at++ = ' ';
	}
	buf_add(out, line, (size_t)(at - line));
	buf_adds(out, operator);
	buf_addc(out, '\n');
}

/* Grey in DeviceGray, red in DeviceRGB: both covered by the sRGB output intent (ISO 19005-2 6.2.4.3). */
static void set_ink(struct pen *p, enum ink ink, bool stroke)
{
	static const char *const fill[] = {"0 g\n", ".4 g\n", ".75 .06 .09 rg\n", ".9 g\n"};
	static const char *const line[] = {"0 G\n", ".4 G\n", ".75 .06 .09 RG\n", ".9 G\n"};
	enum ink *now = stroke ? &p->stroke : &p->fill;

	if (*now == ink)
		return;
	*now = ink;
	buf_adds(p->out, stroke ? line[ink] : fill[ink]);
}

static void leave_text(struct pen *p)
{
	if (p->in_text)
		buf_adds(p->out, "ET\n");
	p->in_text = false;
}

static void leave_mark(struct pen *p)
{
	leave_text(p);
	if (p->in_mark)
		buf_adds(p->out, "EMC\n");
	p->in_mark = false;
}

static void enter_mark(struct pen *p, int32_t mark)
{
	if (p->in_mark && p->mark == mark)
		return;
	leave_mark(p);
	p->in_mark = true;
	p->mark = mark;
	if (mark < 0) {
		static const char *const artifacts[] = {"Layout", "Pagination/Subtype/Header/Attached[/Top]",
			"Pagination/Subtype/Footer/Attached[/Bottom]", "Pagination",
			"Pagination/Subtype/Watermark"};
		buf_adds(p->out, "/Artifact<</Type/");
		buf_adds(p->out, artifacts[-1 - mark]);
		buf_adds(p->out, ">>BDC\n");
		return;
	}
	const struct tags *t = p->content->tags;
	buf_addc(p->out, '/');
	buf_adds(p->out, tag_names[t->nodes[t->marks[mark].node].tag]);
	buf_adds(p->out, "<</MCID ");
	pdf_add_uint(p->out, t->marks[mark].mcid);
	buf_adds(p->out, ">>BDC\n");
}

static void set_font(struct pen *p, enum face face, bool rare, double size)
{
	if (p->face == face && p->rare == rare && same(p->size, size))
		return;
	p->face = face;
	p->rare = rare;
	p->size = size;
	buf_adds(p->out, rare ? "/R" : "/T");
	pdf_add_uint(p->out, face);
	buf_addc(p->out, ' ');
	pdf_add_number(p->out, size);
	buf_adds(p->out, " Tf\n");
	if (!rare)
		p->content->uses[face] = true;
}

static void set_unseen(struct pen *p, bool unseen)
{
	if (p->unseen == unseen)
		return;
	p->unseen = unseen;
	buf_adds(p->out, unseen ? "3 Tr\n" : "0 Tr\n");
}

/* A hundredth of a point is a third of the finest printer's dot. */
static double round_centi(double v)
{
	return (double)lround(v * 100) / 100;
}

static void move_to(struct pen *p, double x, double y)
{
	if (!p->in_text) {
		buf_adds(p->out, "BT\n");
		p->in_text = true;
		p->x = p->y = 0;
	}
	/* Steps are differences of rounded positions, so they never add up to a drift. */
	const double to_x = round_centi(x), to_y = round_centi(y), step[2] = {to_x - p->x, to_y - p->y};
	add_numbers(p->out, step, 2, "Td");
	p->x = to_x;
	p->y = to_y;
}

static unsigned char *put_byte(unsigned char *at, unsigned byte)
{
	/* 7.3.4.2; an unescaped CR would be read as LF. */
	if (byte == '(' || byte == ')' || byte == '\\')
		*at++ = '\\';
	if (byte == '\r') {
		*at++ = '\\';
		byte = 'r';
	}
	*at++ = (unsigned char)byte;
	return at;
}

/*
 * Characters of one font from *at on: (..)Tj, or [(..)-n(..)]TJ when blanks are stretched. Stops before the first
 * that the font does not have.
 */
static int show_run(struct pen *p, const struct page_item *it, const char **at, const char *adjust,
	size_t adjust_len, struct err *e)
{
	const char *end = it->text + it->text_len;
	const uint8_t *has = p->content->stationery->base[it->face]->has;
	/* Each character: two bytes, each perhaps escaped; each blank: an adjustment between brackets. */
	unsigned char *start = buf_room(p->out, (size_t)(end - *at) * (4 + adjust_len + 2) + 16), *w = start;

	if (!start)
		return buf_check(p->out, e);
	if (adjust_len)
		*w++ = '[';
	*w++ = '(';
	for (const char *next = *at; next < end; *at = next) {
		unsigned char c = (unsigned char)*next;
		/* Nearly everything: ASCII, which the stationery's fonts always have. */
		if (c > 0x20 && c < 0x7f && !p->rare) {
			*w++ = 0;
			w = put_byte(w, c);
			next++;
			continue;
		}
		int32_t cp = utf8_next(&next, end);
		/* What is no character is left to show(). */
		if (cp < 0 || cp >= REPERTOIRE_SIZE || has[cp] == p->rare)
			break;
		unsigned code = (unsigned)cp;
		if (p->rare) {
			if (!face_has(p->content->stationery->file[it->face], cp))
				break;
			code = rare_code(&p->content->rare[it->face], code);
			if (code == 0)
				return err_nomem(e);
		}
		w = put_byte(w, code >> 8);
		w = put_byte(w, code & 0xff);
		if (cp == ' ' && adjust_len) {
			*w++ = ')';
			memcpy(w, adjust, adjust_len);
			w += adjust_len;
			*w++ = '(';
		}
	}
	*w++ = ')';
	if (adjust_len)
		*w++ = ']';
	p->out->len += (size_t)(w - start);
	buf_adds(p->out, adjust_len ? "TJ\n" : "Tj\n");
	return 0;
}

static int show(
	struct pen *p, const struct page_item *it, const char *adjust, size_t adjust_len, struct err *e)
{
	const struct stationery *s = p->content->stationery;
	const char *at = it->text, *end = it->text + it->text_len;

	while (at < end) {
		const char *next = at;
		int32_t cp = utf8_next(&next, end);
		if (cp < 0)
			return err_set(e, ERR_INPUT, _("text is not UTF-8"));
		if (!face_has(s->file[it->face], cp))
			return err_set(e, ERR_INPUT, _("font '%s' has no character U+%04X"),
				s->file[it->face]->name, (unsigned)cp);
		set_font(p, it->face, !s->base[it->face]->has[cp], it->size_pt);
		if (show_run(p, it, &at, adjust, adjust_len, e) != 0)
			return -1;
	}
	return 0;
}

/*
 * Where a line ends inside an element, reading software joins the pieces: without a blank the last word of this
 * line and the first of the next would be one (ISO 14289-1 7.1, word breaks). A hyphen at the end joins them rightly.
 */
static bool wants_blank(const struct page_item *it, const struct page_item *next)
{
	if (!next || next->kind != PAGE_TEXT || it->text_len == 0 || next->text_len == 0)
		return false;
	const char *end = it->text + it->text_len;
	if (end[-1] == ' ' || end[-1] == '-' || next->text[0] == ' ')
		return false;
	if (it->text_len >= 2 && memcmp(end - 2, SOFT_HYPHEN_UTF8, 2) == 0)
		return false; /* a word was divided here */
	/* On one line the gap tells: a change of face in the middle of a word has none. */
	return !same(it->y_pt, next->y_pt) || next->x_pt - it->x2_pt > 0.15 * it->size_pt;
}

/* `next` is the item that follows in the same marked content, or NULL. */
static int write_text(struct pen *p, const struct page_item *it, const struct page_item *next, struct err *e)
{
	AUTO(buf_release) struct buf adjust = BUF_INIT(32);

	/* TJ counts in thousandths of the size, to the left; a tenth of that is 0.001 pt. */
	double extra = it->size_pt > 0 ? (double)lround(-it->space_extra_pt * 1e4 / it->size_pt) / 10 : 0;
	if (!same(extra, 0))
		pdf_add_number(&adjust, extra);
	set_ink(p, it->ink, false);
	move_to(p, it->x_pt, it->y_pt);
	set_unseen(p, it->paint == PAINT_NOTHING);
	if (show(p, it, (const char *)adjust.data, adjust.len, e) != 0)
		return -1;
	if (wants_blank(it, next)) {
		set_font(p, it->face, false, it->size_pt);
		buf_adds(p->out, "<0020>Tj\n");
	}
	return 0;
}

static void set_stroke(struct pen *p, const struct page_item *it)
{
	set_ink(p, it->ink, true);
	if (!same(p->width, it->width_pt)) {
		p->width = it->width_pt;
		add_numbers(p->out, &it->width_pt, 1, "w");
	}
}

static void write_line(struct pen *p, const struct page_item *it)
{
	const double from[2] = {it->x_pt, it->y_pt}, to[2] = {it->x2_pt, it->y2_pt};

	if (it->width_pt <= 0)
		return;
	leave_text(p);
	set_stroke(p, it);
	add_numbers(p->out, from, 2, "m");
	add_numbers(p->out, to, 2, "l");
	buf_adds(p->out, "S\n");
}

static void write_box(struct pen *p, const struct page_item *it)
{
	const double box[4] = {it->x_pt, it->y_pt, it->x2_pt - it->x_pt, it->y2_pt - it->y_pt};
	bool stroked = it->width_pt > 0;

	if (!stroked && !it->filled)
		return;
	leave_text(p);
	if (stroked)
		set_stroke(p, it);
	if (it->filled)
		set_ink(p, it->fill_ink, false);
	add_numbers(p->out, box, 4, "re");
	buf_adds(p->out, stroked && it->filled ? "B\n" : stroked ? "S\n" : "f\n");
}

/*
 * One bit per module, a stencil in the unit square. An image has no seams between modules as rows of rectangles have
 * on screens; hexadecimal so that no byte of it can look like EI.
 */
static void write_qr(struct pen *p, const struct page_item *it)
{
	enum { QUIET = 4 };
	static const char hex[] = "0123456789ABCDEF";

	if (!it->qr || it->qr->side <= 0)
		return;
	const int side = it->qr->side;
	const double module = (it->x2_pt - it->x_pt) / (side + 2 * QUIET), width = module * side;
	const double matrix[6] = {width, 0, 0, width, it->x_pt + QUIET * module, it->y_pt + QUIET * module};
	leave_text(p);
	set_ink(p, INK_BLACK, false);
	buf_adds(p->out, "q\n");
	add_numbers(p->out, matrix, 6, "cm");
	buf_addf(p->out, "BI/W %d/H %d/BPC 1/IM true/F/AHx ID\n", side, side);
	for (int row = 0; row < side; row++) {
		for (int first = 0; first < (side + 7) / 8 * 8; first += 4) {
			unsigned nibble = 0; /* 1 = not painted */
			for (int i = first; i < first + 4; i++)
				nibble = nibble << 1 | (i >= side || !it->qr->dark[row * side + i]);
			buf_addc(p->out, hex[nibble]);
		}
	}
	buf_adds(p->out, ">\nEI\nQ\n");
}

/*
 * Bold capitals as outlines: nobody reads, finds or copies a mark across the page. The matrix takes em to points.
 */
static int write_shapes(
	struct pen *p, const char *word, size_t len, const double matrix[6], enum ink ink, struct err *e)
{
	const struct face_file *bold = p->content->stationery->file[FACE_BOLD];

	leave_text(p);
	set_ink(p, ink, false);
	buf_adds(p->out, "q\n");
	add_numbers(p->out, matrix, 6, "cm");
	buf_adds(p->out, ".001 0 0 .001 0 0 cm\n");
	for (size_t i = 0; i < len; i++) {
		unsigned letter = (unsigned)(word[i] - OUTLINE_FIRST);
		if (letter >= OUTLINE_COUNT)
			return err_set(e, ERR_BUG, "a mark of other characters than A to Z");
		buf_add(p->out, bold->capital[letter].data, bold->capital[letter].len);
		buf_addf(p->out, "f\n1 0 0 1 %u 0 cm\n", bold->metrics.advance[(unsigned char)word[i]]);
	}
	buf_adds(p->out, "Q\n");
	return 0;
}

/* DRAF from corner to corner, under the text. */
static int write_draft(struct pen *p, struct err *e)
{
	static const char word[] = "DRAF";
	const struct stationery *s = p->content->stationery;
	const struct font_metrics *bold = &s->file[FACE_BOLD]->metrics;
	const double angle = atan2(s->height_pt, s->width_pt);
	double em = 0;

	for (const char *c = word; *c; c++)
		em += bold->advance[(unsigned char)*c] / 1000.0;
	const double size = 0.5 * hypot(s->width_pt, s->height_pt) / em;
	const double left = -em * size / 2, down = -bold->cap_height * size / 2000;
	const double co = cos(angle), si = sin(angle);
	const double matrix[6] = {size * co, size * si, -size * si, size * co,
		s->width_pt / 2 + left * co - down * si, s->height_pt / 2 + left * si + down * co};
	enter_mark(p, ARTIFACT_WATERMARK);
	return write_shapes(p, word, sizeof word - 1, matrix, INK_LIGHT, e);
}

static int write_item(struct pen *p, const struct page_item *it, const struct page_item *next, struct err *e)
{
	switch (it->kind) {
	case PAGE_TEXT:
		if (it->paint == PAINT_SHAPES) {
			const double matrix[6] = {it->size_pt, 0, 0, it->size_pt, it->x_pt, it->y_pt};
			return write_shapes(p, it->text, it->text_len, matrix, it->ink, e);
		}
		return write_text(p, it, next, e);
	case PAGE_LINE:
		write_line(p, it);
		return 0;
	case PAGE_BOX:
		write_box(p, it);
		return 0;
	case PAGE_QR:
		write_qr(p, it);
		return 0;
	}
	return err_set(e, ERR_BUG, "page item of kind %d", (int)it->kind);
}

static enum artifact artifact_of(const struct pen *p, const struct page_item *it)
{
	if (it->kind != PAGE_TEXT)
		return ARTIFACT_LAYOUT;
	if (it->paint == PAINT_SHAPES)
		return ARTIFACT_WATERMARK;
	if (it->block > 0)
		return ARTIFACT_REPEATED;
	return it->y_pt > p->content->stationery->height_pt / 2 ? ARTIFACT_HEADER : ARTIFACT_FOOTER;
}

int content_write(struct content *c, const struct page *page, size_t first_item, bool draft, struct buf *out,
	struct err *e)
{
	struct pen p = {c, out, false, false, TAG_ARTIFACT, 0, 0, FACE_COUNT, false, 0, INK_BLACK, INK_BLACK,
		1, false};

	if (draft && write_draft(&p, e) != 0)
		return -1;
	for (size_t i = 0; i < page->count; i++) {
		const int32_t *mark = &c->tags->mark_of[first_item + i];
		const struct page_item *next = NULL;
		if (i + 1 < page->count && mark[0] != TAG_ARTIFACT && mark[0] == mark[1])
			next = &page->items[i + 1];
		enter_mark(&p, mark[0] == TAG_ARTIFACT ? (int32_t)artifact_of(&p, &page->items[i]) : mark[0]);
		if (write_item(&p, &page->items[i], next, e) != 0)
			return -1;
	}
	leave_mark(&p);
	return buf_check(out, e);
}
