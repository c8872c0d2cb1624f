/*
 * Text to lines.
 *
 * Text is cut into pieces that never break, each followed by what may stand between it and the next: a blank,
 * a hyphen's end, nothing. The breaks of a whole paragraph are chosen together, those with the least sum of
 * demerits over all its lines (Knuth and Plass, "Breaking Paragraphs into Lines", 1981), by dynamic programming:
 * best[k] is the cheapest way to set the first k pieces. Widths are whole thousandths of the em, so nothing
 * depends on rounding.
 */
#include "letter/layout.h"

#include "base/i18n.h"
#include "base/text.h"

#include <math.h>

/* What follows a piece, from the best place to break a line to the worst. */
enum after { AFTER_BLANK, AFTER_HYPHEN, AFTER_SLASH, AFTER_URL, AFTER_ANY };

static const double penalties[] = {0, 60, 200, 400, 20000};

struct piece {
	const char *text;
	const char *blank; /* AFTER_BLANK: where the blank stands */
	uint32_t len;
	uint8_t face;
	uint8_t blank_face;
	uint8_t after;
	int width;       /* 1/1000 em */
	int64_t start;   /* width of all before it, blanks included */
	int blanks;      /* blanks before it */
	int blank_width; /* their width */
	/* the cheapest way to end a line behind this piece */
	double cost;
	size_t from;  /* first piece of that line */
	double ratio; /* how far its blanks are stretched (above 0) or shrunk */
};

/* A justified blank becomes 2/3 of its width at the least; 1 1/2 is still good. */
#define SHRINK      (1.0 / 3)
#define STRETCH     (1.0 / 2)
/* Above this a stretched line looks worse than a short one (em per blank). */
#define STRETCH_MAX 0.9
#define RAGGED      0.22 /* of the line: a ragged line that ends so far from the edge counts like ratio 1 */
#define SHORT_LAST  0.12 /* of the line: a last line shorter than this costs something */

struct breaker {
	struct lay *l;
	const struct place *p;
	size_t count;
	int limit; /* what fits on the narrowest line, 1/1000 em */
};

static const struct font_metrics *metrics_of(const struct lay *l, enum face face)
{
	return l->fonts->face[face];
}

static enum face face_in(const struct place *p, enum face face)
{
	return p->bold && face == FACE_REGULAR ? FACE_BOLD : face;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static int refuse(struct lay *l, const struct place *p, int32_t cp)
{
	if (cp < 0)
		return err_set(l->e, ERR_INPUT, _("line %u: text is not UTF-8"), p->line);
	return err_set(l->e, ERR_INPUT,
		_("line %u: the font has no character U+%04X; write it with letters that it has"), p->line,
		(unsigned)cp);
}

/* Advance of the character at *s, which moves on; -1 for one that can't be printed. */
static int take(
	struct lay *l, const struct place *p, enum face face, const char **s, const char *end, int32_t *cp)
{
	unsigned char c = (unsigned char)**s;

	if (c < 0x80) {
		*cp = c;
		(*s)++;
	} else {
		*cp = utf8_next(s, end);
	}
	/* A soft hyphen is no character: it would print in the middle of a line. */
	if (*cp < 0x20 || *cp > 0xffff || *cp == 0xad)
		return refuse(l, p, *cp);
	uint16_t advance = metrics_of(l, face)->advance[*cp];
	return advance == FONT_MISSING ? refuse(l, p, *cp) : advance;
}

double baseline_drop(const struct lay *l, const struct place *p)
{
	const struct font_metrics *m = metrics_of(l, FACE_REGULAR);
	double above = m->ascent * p->size_pt / 1000, below = -m->descent * p->size_pt / 1000;

	return (p->leading_pt - above - below) / 2 + above;
}

int text_measure(struct lay *l, const char *text, enum face face, const struct place *p, double *width_pt)
{
	const char *s = text, *end = text + strlen(text);
	int64_t width = 0;

	while (s < end) {
		int32_t cp = 0;
		int advance = take(l, p, face_in(p, face), &s, end, &cp);
		if (advance < 0)
			return -1;
		width += advance;
	}
	*width_pt = (double)width * p->size_pt / 1000;
	return 0;
}

static struct page_item *add_text(struct lay *l, struct bits *b, const struct place *p, double x, double y)
{
	struct page_item *it = bits_add(l, b, PAGE_TEXT);

	if (!it)
		return NULL;
	it->role = p->role;
	it->block = p->block;
	it->cell = p->cell;
	it->size_pt = p->size_pt;
	it->x_pt = x;
	it->y_pt = it->y2_pt = y;
	return it;
}

int text_put(struct lay *l, struct bits *b, const char *text, enum face face, const struct place *p, double x,
	double y)
{
	double width = 0;

	if (!text || !*text)
		return 0;
	if (text_measure(l, text, face, p, &width))
		return -1;
	struct page_item *it = add_text(l, b, p, x, y);
	if (!it)
		return -1;
	it->text = text;
	it->text_len = strlen(text);
	it->face = face_in(p, face);
	it->x2_pt = x + width;
	return 0;
}

/* ---- pieces --------------------------------------------------------------------------------------------- */

static struct piece *add_piece(struct breaker *b)
{
	struct lay *l = b->l;

	if (b->count == l->piece_cap) {
		size_t cap = l->piece_cap ? 2 * l->piece_cap : 256;
		struct piece *bigger = arena_calloc(l->a, cap, sizeof *bigger);
		if (!bigger) {
			err_nomem(l->e);
			return NULL;
		}
		if (b->count > 0)
			memcpy(bigger, l->pieces, b->count * sizeof *bigger);
		l->pieces = bigger;
		l->piece_cap = cap;
	}
	return &l->pieces[b->count++];
}

static bool is_letter(int32_t cp)
{
	return (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || cp >= 0xc0;
}

/*
 * Whether a line may end before `s` inside the word [word, end). Addresses break where reading goes on safely:
 * after a slash, before a full stop, so that a mark at the end of a line is never taken for the sentence's.
 */
static bool break_inside(const char *word, const char *s, const char *end, bool address, enum after *after)
{
	char before = s[-1], next = *s;

	if (s - word < 2 || end - s < 2)
		return false;
	if (address) {
		*after = AFTER_URL;
		if (before == '/')
			return next != '/';
		return strchr(".-_?&=#%@:", next) && before != '/' && (next != ':' || s[1] != '/');
	}
	bool letters = is_letter((unsigned char)s[-2]) && is_letter((unsigned char)next);
	*after = before == '-' ? AFTER_HYPHEN : AFTER_SLASH;
	return letters && (before == '-' || before == '/') && s - word > 2 &&
	       is_letter((unsigned char)s[-3]) && is_letter((unsigned char)s[1]);
}

static bool is_address(const char *word, size_t len)
{
	return memmem(word, len, "://", 3) || memchr(word, '@', len) ||
	       (len > 4 && memcmp(word, "www.", 4) == 0);
}

/* The word [s, end) as one piece, or as several where it may break or is too long for any line. */
static int add_word(struct breaker *b, const char *s, const char *end, enum face face)
{
	const char *word = s;
	bool marks = false, split = false;
	int width = 0;

	for (const char *t = s; t < end;) {
		int32_t cp = 0;
		int advance = take(b->l, b->p, face, &t, end, &cp);
		if (advance < 0)
			return -1;
		marks |= cp == '-' || cp == '/' || cp == '@' || cp == '.';
		width += advance;
	}
	bool address = width > b->limit || (marks && is_address(s, (size_t)(end - s)));
	struct piece *piece = add_piece(b);
	if (!piece)
		return -1;
	*piece = (struct piece){.text = s, .face = (uint8_t)face, .after = AFTER_ANY};
	if (!address && !marks) {
		piece->len = (uint32_t)(end - s);
		piece->width = width;
		return 0;
	}
	for (const char *t = s; t < end;) {
		const char *here = t;
		enum after after = AFTER_ANY;
		int32_t cp = 0;
		int advance = take(b->l, b->p, face, &t, end, &cp);
		split = here > s &&
			(break_inside(word, here, end, address, &after) || piece->width + advance > b->limit);
		if (split) {
			piece->after = (uint8_t)after;
			piece = add_piece(b);
			if (!piece)
				return -1;
			*piece = (struct piece){.text = here, .face = (uint8_t)face, .after = AFTER_ANY};
			s = here;
		}
		piece->width += advance;
		piece->len = (uint32_t)(t - piece->text);
	}
	return 0;
}

static void add_blank(struct breaker *b, const char *s, enum face face)
{
	struct piece *piece = b->count > 0 ? &b->l->pieces[b->count - 1] : NULL;

	if (!piece || piece->blank)
		return; /* no blanks at the start of a paragraph, one where there are several */
	piece->after = AFTER_BLANK;
	piece->blank = *s == ' ' ? s : " ";
	piece->blank_face = (uint8_t)face;
}

static int cut(struct breaker *b, const struct span *spans)
{
	for (const struct span *span = spans; span; span = span->next) {
		enum face face = face_in(b->p, span->face);
		const char *s = span->text, *end = s + span->len;
		while (s < end) {
			if (is_blank(*s)) {
				add_blank(b, s++, face);
				continue;
			}
			const char *word = s;
			while (s < end && !is_blank(*s))
				s++;
			if (add_word(b, word, s, face))
				return -1;
		}
	}
	return 0;
}

static int blank_width(const struct breaker *b, const struct piece *piece)
{
	return piece->blank ? metrics_of(b->l, piece->blank_face)->advance[' '] : 0;
}

static void add_up(struct breaker *b)
{
	struct piece *pieces = b->l->pieces;
	int64_t start = 0;
	int blanks = 0, width = 0;

	for (size_t i = 0; i < b->count; i++) {
		int blank = blank_width(b, &pieces[i]);
		pieces[i].start = start;
		pieces[i].blanks = blanks;
		pieces[i].blank_width = width;
		start += pieces[i].width + blank;
		blanks += pieces[i].blank != NULL;
		width += blank;
	}
}

/* ---- breaking ------------------------------------------------------------------------------------------- */

struct measure {
	double first, other; /* lengths of the lines, 1/1000 em */
	bool justified;
	bool balanced; /* the last line counts like the others */
};

static double width_of(const struct piece *first, const struct piece *last)
{
	return (double)(last->start - first->start + last->width);
}

/* Demerits of the line first..last; below 0 = it does not fit. */
static double demerits(const struct measure *m, const struct piece *first, const struct piece *last,
	double length, bool is_last, double *ratio)
{
	double room = length - width_of(first, last);
	double blanks = last->blank_width - first->blank_width;
	double r = 0;

	*ratio = 0;
	if (room < 0) {
		/* Half a unit of tolerance: a word cut to fill a line to the last unit does fit. */
		if (!m->justified || -room > blanks * SHRINK + 0.5)
			return -1;
		r = blanks > 0 ? -room / (blanks * SHRINK) : 0;
		*ratio = -r;
	} else if (m->justified && !is_last) {
		r = blanks > 0 ? room / (blanks * STRETCH) : 1 + room / 60;
		*ratio = r;
	} else if (m->balanced || (!m->justified && !is_last)) {
		r = room / (length * RAGGED);
	} else if (room > length * (1 - SHORT_LAST)) {
		r = 1;
	}
	double badness = fmin(100 * r * r * r, 1e6), penalty = is_last ? 0 : penalties[last->after];
	double base = 10 + badness;
	return base * base + penalty * penalty;
}

/* Two lines that follow each other, one tight and one loose, show. */
static double contrast(double before, double after)
{
	return fabs(before - after) > 1 ? 3000 : 0;
}

static void choose(struct breaker *b, const struct measure *m)
{
	struct piece *pieces = b->l->pieces;

	for (size_t k = 0; k < b->count; k++) {
		struct piece *last = &pieces[k];
		bool is_last = k + 1 == b->count;
		last->cost = INFINITY;
		/* First only lines at least half full; if there is none (a long word follows), any line. */
		for (int pass = 0; pass < 2 && isinf(last->cost); pass++) {
			for (size_t i = k + 1; i-- > 0;) {
				double length = i == 0 ? m->first : m->other, ratio = 0;
				bool empty = 2 * width_of(&pieces[i], last) < length;
				if (pass == 0 && empty && !is_last && i > 0)
					continue;
				double d = demerits(m, &pieces[i], last, length, is_last, &ratio);
				if (d < 0 && i < k)
					break;
				if (d < 0)
					d = 1e15; /* alone and too wide: cut() leaves no such piece */
				if (i > 0) {
					d += pieces[i - 1].cost;
					if (m->justified)
						d += contrast(pieces[i - 1].ratio, ratio);
					if (pieces[i - 1].after != AFTER_BLANK && last->after != AFTER_BLANK)
						d += 3000;
				}
				if (d < last->cost) {
					last->cost = d;
					last->from = i;
					last->ratio = ratio;
				}
			}
		}
	}
}

/* ---- lines ---------------------------------------------------------------------------------------------- */

struct pen {
	struct lay *l;
	const struct place *p;
	struct bits *bits;
	double x, y, extra;
	/* the run being gathered */
	const char *text, *end;
	uint8_t face;
	int64_t width; /* 1/1000 em */
	int blanks;
};

static int flush(struct pen *pen)
{
	if (!pen->text)
		return 0;
	struct page_item *it = add_text(pen->l, pen->bits, pen->p, pen->x, pen->y);
	if (!it)
		return -1;
	it->text = pen->text;
	it->text_len = (size_t)(pen->end - pen->text);
	it->face = pen->face;
	it->space_extra_pt = pen->extra;
	pen->x += (double)pen->width * pen->p->size_pt / 1000 + pen->blanks * pen->extra;
	it->x2_pt = pen->x;
	pen->text = NULL;
	pen->width = pen->blanks = 0;
	return 0;
}

static int write_run(struct pen *pen, const char *text, size_t len, uint8_t face, int width, bool blank)
{
	if (pen->text && (pen->end != text || pen->face != face) && flush(pen))
		return -1;
	if (!pen->text) {
		pen->text = text;
		pen->face = face;
	}
	pen->end = text + len;
	pen->width += width;
	pen->blanks += blank;
	return 0;
}

/* The line of pieces [from, to), which is the paragraph's last or not. */
static int set_line(struct breaker *b, const struct measure *m, size_t from, size_t to, struct strip *strip)
{
	const struct piece *pieces = b->l->pieces;
	const struct piece *first = &pieces[from], *last = &pieces[to - 1];
	const struct place *p = b->p;
	double em = p->size_pt / 1000, length = from == 0 ? m->first : m->other;
	double room = (length - width_of(first, last)) * em;
	int blanks = last->blanks - first->blanks;
	struct pen pen = {.l = b->l, .p = p, .bits = &strip->bits};

	pen.y = -baseline_drop(b->l, p);
	pen.x = p->x_pt + (from == 0 ? (m->other - m->first) * em : 0);
	if (p->align == ALIGN_CENTER)
		pen.x += room / 2;
	else if (p->align == ALIGN_RIGHT)
		pen.x += room;
	else if (m->justified && blanks > 0 && (to < b->count || room < 0))
		pen.extra = room / blanks;
	if (pen.extra > STRETCH_MAX * p->size_pt)
		pen.extra = 0;
	strip->lines = p->body ? 1 : 0;
	for (size_t i = from; i < to; i++) {
		const struct piece *piece = &pieces[i];
		if (write_run(&pen, piece->text, piece->len, piece->face, piece->width, false))
			return -1;
		if (piece->blank && i + 1 < to &&
			write_run(&pen, piece->blank, 1, piece->blank_face, blank_width(b, piece), true))
			return -1;
	}
	/*
	 * The blank where the line was broken stays in the text, invisible behind its end: whoever reads or copies
	 * the letter must not find two words grown together.
	 */
	if (to < b->count && last->blank && pen.text && pen.end == last->blank &&
		pen.face == last->blank_face)
		pen.end++;
	return flush(&pen);
}

int lines_set(struct lay *l, const struct span *spans, const struct place *p, double indent_pt, double gap_pt,
	struct stack *out)
{
	double em = p->size_pt / 1000;
	struct measure m = {.first = (p->width_pt - indent_pt) / em, .other = p->width_pt / em};
	struct breaker b = {.l = l, .p = p, .limit = (int)fmin(m.first, m.other)};

	m.justified = p->align == ALIGN_JUSTIFY;
	m.balanced = p->align == ALIGN_CENTER || p->balanced;
	if (b.limit < 1000)
		return err_set(l->e, ERR_CONFIG, _("line %u: a column of %.1f pt has no room for text"),
			p->line, p->width_pt);
	if (cut(&b, spans))
		return -1;
	if (b.count == 0)
		return 0;
	add_up(&b);
	choose(&b, &m);
	/* Turn the chain of line starts around: ends become `from` of the next line. */
	size_t lines = 0, end = b.count;
	for (size_t at = b.count; at > 0; lines++) {
		size_t from = l->pieces[at - 1].from;
		l->pieces[at - 1].from = end;
		end = at;
		at = from;
	}
	for (size_t from = 0, i = 0; i < lines; i++) {
		size_t next = l->pieces[end - 1].from;
		struct strip *strip = stack_add(l, out, i == 0 ? gap_pt : 0, p->leading_pt);
		if (!strip || set_line(&b, &m, from, end, strip))
			return -1;
		/* No line of it alone at the foot or at the top of a page. */
		strip->glued |= i == 1 || (i > 0 && i + 1 == lines);
		from = end;
		end = next;
	}
	return 0;
}

int lines_set_text(struct lay *l, const char *text, enum face face, const struct place *p, double gap_pt,
	struct stack *out)
{
	if (!text)
		return 0;
	struct span span = {text, strlen(text), face, NULL};
	return lines_set(l, &span, p, 0, gap_pt, out);
}
