/*
 * Pieces to lines.
 *
 * The breaks of a whole paragraph are chosen together, those with the least sum of demerits over all its lines
 * (Knuth and Plass, "Breaking Paragraphs into Lines", 1981), by dynamic programming: each piece knows the
 * cheapest way to end a line behind it. As in TeX this is done with whole words first, and again with words that may
 * be parted only when a line came out too loose: most paragraphs have no hyphen and cost nothing more.
 */
#include "letter/layout_pieces.h"

#include "base/i18n.h"

#include <math.h>

/* By what stands at the break: enum after. 190 is one line of ratio 1.2 more, 800 of 2. */
static const double penalties[] = {0, 190, 800, 700, 800, 900, 20000};

/* A justified blank becomes 2/3 of its width at the least; 1 1/2 is still good. */
#define SHRINK       (1.0 / 3)
#define STRETCH      (1.0 / 2)
/* Above this a stretched line looks worse than a short one (em per blank). */
#define STRETCH_MAX  0.9
#define RAGGED       0.22 /* of the line: a ragged line that ends so far from the edge counts like ratio 1 */
#define SHORT_LAST   0.12 /* of the line: a last line shorter than this costs something */
/* Words are parted when a line is looser than this; a ragged one when more than a third of it is empty. */
#define LOOSE        1.15
#define LOOSE_RAGGED (1 / (3 * RAGGED))
#define HYPHENS_MAX  2   /* lines that end in a hyphen, one after the other */
#define FINAL_HYPHEN 1e6 /* demerits: the last line would be the end of a word */

static struct page_item *add_text(struct lay *l, struct bits *b, const struct place *p, double x, double y)
{
	struct page_item *it = bits_add(l, b, PAGE_TEXT);

	if (!it)
		return NULL;
	it->role = p->role;
	it->block = p->block;
	it->cell = p->cell;
	it->head = p->head;
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

/* ---- breaking ------------------------------------------------------------------------------------------- */

struct measure {
	double first, other; /* lengths of the lines, 1/1000 em */
	bool justified;
	bool balanced; /* the last line counts like the others */
};

/* Of the line first..last, with its hyphen; at the end of the paragraph there is none. */
static double width_of(const struct piece *first, const struct piece *last)
{
	return (double)(last->start - first->start + last->width + last->end_width);
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
		*ratio = r;
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

static bool is_cut(const struct piece *last)
{
	return last->after != AFTER_BLANK && last->after != AFTER_TIE;
}

/* What the line before, which ends in `before`, adds to the demerits of one that ends in `last`. */
static double company(const struct measure *m, const struct piece *before, const struct piece *last,
	double ratio, bool is_last)
{
	bool hyphen = before->after == AFTER_SYLLABLE;
	double d = 0;

	if (m->justified)
		d += contrast(before->ratio, ratio);
	if (is_cut(before) && is_cut(last))
		d += 3000;
	if (hyphen && is_last)
		d += FINAL_HYPHEN;
	if (before->hyphens >= HYPHENS_MAX && last->after == AFTER_SYLLABLE)
		d += 1e9;
	return d;
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
					d = 1e15; /* alone and too wide: pieces_cut() leaves no such piece */
				if (i > 0)
					d += pieces[i - 1].cost +
					     company(m, &pieces[i - 1], last, ratio, is_last);
				if (d < last->cost) {
					last->cost = d;
					last->from = i;
					last->ratio = ratio;
				}
			}
		}
		bool hyphen = last->after == AFTER_SYLLABLE;
		last->hyphens =
			(uint8_t)(hyphen + (hyphen && last->from > 0 ? pieces[last->from - 1].hyphens : 0));
	}
}

struct outcome {
	size_t lines;
	bool loose; /* a line, the last apart, is looser than words need be */
};

static struct outcome look(const struct breaker *b, const struct measure *m)
{
	const struct piece *pieces = b->l->pieces;
	struct outcome o = {.lines = 1};

	for (size_t at = pieces[b->count - 1].from; at > 0; at = pieces[at - 1].from) {
		const struct piece *last = &pieces[at - 1];
		o.lines++;
		o.loose |= last->ratio > (m->justified ? LOOSE : LOOSE_RAGGED);
	}
	return o;
}

static void swap_pieces(struct lay *l)
{
	struct piece *pieces = l->pieces;
	size_t cap = l->piece_cap;

	l->pieces = l->spare;
	l->piece_cap = l->spare_cap;
	l->spare = pieces;
	l->spare_cap = cap;
}

/* Chooses again with words that may be parted; ragged lines only if that saves one of them. */
static int choose_hyphens(struct breaker *b, const struct measure *m, const struct span *spans)
{
	struct outcome whole = look(b, m);
	size_t count = b->count;

	if (!whole.loose)
		return 0;
	swap_pieces(b->l);
	b->syllables = true;
	if (pieces_cut(b, spans))
		return -1;
	choose(b, m);
	if (m->justified || look(b, m).lines < whole.lines)
		return 0;
	swap_pieces(b->l);
	b->count = count;
	return 0;
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

/* The run's end with the hyphen of a word that goes on in the next line. */
static int add_hyphen(struct pen *pen, int width)
{
	static const char hyphen[] = "\xc2\xad";
	size_t len = (size_t)(pen->end - pen->text), more = sizeof hyphen - 1;
	char *text = arena_alloc(pen->l->a, len + more);

	if (!text)
		return err_nomem(pen->l->e);
	memcpy(text, pen->text, len);
	memcpy(text + len, hyphen, more);
	pen->text = text;
	pen->end = text + len + more;
	pen->width += width;
	return 0;
}

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
			write_run(
				&pen, piece->blank, 1, piece->blank_face, piece_blank_width(b, piece), true))
			return -1;
	}
	/*
	 * The blank where the line was broken stays in the text, invisible behind its end: whoever reads or copies
	 * the letter must not find two words grown together. A word that was parted they must find whole.
	 */
	if (to < b->count && last->blank && write_run(&pen, last->blank, 1, last->blank_face, 0, false))
		return -1;
	if (last->after == AFTER_SYLLABLE && add_hyphen(&pen, last->end_width))
		return -1;
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
	if (pieces_cut(&b, spans))
		return -1;
	if (b.count == 0)
		return 0;
	choose(&b, &m);
	if (p->hyphenate && l->hyphens && choose_hyphens(&b, &m, spans))
		return -1;
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
		/* No line of it alone at the foot or at the top of a page; no half of a word at the foot. */
		strip->glued |=
			i == 1 || (i > 0 && (i + 1 == lines || l->pieces[from - 1].after == AFTER_SYLLABLE));
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
	struct place whole = *p;
	whole.hyphenate = false;
	return lines_set(l, &span, &whole, 0, gap_pt, out);
}
