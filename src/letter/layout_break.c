/*
 * Where the lines of a paragraph end.
 *
 * All breaks are chosen together, those with the least sum of demerits over all lines (Knuth and Plass, "Breaking
 * Paragraphs into Lines", 1981), by dynamic programming: each piece knows the cheapest way to end a line behind it. As in
 * TeX this is done with whole words first, and again with words that may be parted only when a line came out too loose:
 * most paragraphs have no hyphen and cost nothing more.
 */
#include "letter/layout_pieces.h"

#include <math.h>

/* By what stands at the break: enum after. 190 is one line of ratio 1.2 more, 800 of 2. */
static const double penalties[] = {0, 190, 800, 700, 800, 900, 20000};

/* A justified blank becomes 2/3 of its width at the least; 1 1/2 is still good. */
#define SHRINK       (1.0 / 3)
#define STRETCH      (1.0 / 2)
#define RAGGED       0.22 /* of the line: a ragged line that ends so far from the edge counts like ratio 1 */
/* A line in the middle of a paragraph is at least so full, if that can be. */
#define FULL         0.7
#define FULL_RAGGED  0.5
#define SHORT_LAST   0.12 /* of the line: a last line shorter than this costs something */
/* Words are parted when a line is looser than this; a ragged one when more than a third of it is empty. */
#define LOOSE        1.15
#define LOOSE_RAGGED (1 / (3 * RAGGED))
#define HYPHENS_MAX  2   /* lines that end in a hyphen, one after the other */
#define FINAL_HYPHEN 1e6 /* demerits: the last line begins with the end of a word */
#define FINAL_PART   1e8 /* it has nothing else */

/* Demerits of the line first..last; below 0 = it does not fit. */
static double demerits(const struct measure *m, const struct piece *first, const struct piece *last,
	double length, bool is_last, double *ratio)
{
	double room = length - line_width(first, last);
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
		d += last->blanks > before->blanks ? FINAL_HYPHEN : FINAL_PART;
	if (before->hyphens >= HYPHENS_MAX && last->after == AFTER_SYLLABLE)
		d += 1e9;
	return d;
}

/* The cheapest line that ends behind piece k and begins at `high` or before. */
static void choose_from(struct breaker *b, const struct measure *m, size_t k, size_t high)
{
	struct piece *pieces = b->l->pieces, *last = &pieces[k];
	bool is_last = k + 1 == b->count;

	for (size_t i = high + 1; i-- > 0;) {
		double length = i == 0 ? m->first : m->other, ratio = 0;
		double d = demerits(m, &pieces[i], last, length, is_last, &ratio);
		if (d < 0 && i < k)
			break;
		if (d < 0)
			d = 1e15; /* alone and too wide: pieces_cut() leaves no such piece */
		if (i > 0)
			d += pieces[i - 1].cost + company(m, &pieces[i - 1], last, ratio, is_last);
		if (d < last->cost) {
			last->cost = d;
			last->from = i;
			last->ratio = ratio;
		}
	}
}

static void choose(struct breaker *b, const struct measure *m)
{
	struct piece *pieces = b->l->pieces;
	double full = m->other * (m->justified ? FULL : FULL_RAGGED);
	size_t high = 0;

	for (size_t k = 0; k < b->count; k++) {
		struct piece *last = &pieces[k];
		last->cost = INFINITY;
		/* First only lines that are full enough; if there is none (a long word follows), any line. */
		while (high < k && line_width(&pieces[high + 1], last) >= full)
			high++;
		if (k + 1 < b->count)
			choose_from(b, m, k, high);
		if (isinf(last->cost))
			choose_from(b, m, k, k);
		if (last->after == AFTER_SYLLABLE)
			last->hyphens = (uint8_t)(1 + (last->from > 0 ? pieces[last->from - 1].hyphens : 0));
	}
}

struct outcome {
	size_t lines, hyphens;
	bool loose; /* a line, the last apart, is looser than words need be */
};

static struct outcome look(const struct breaker *b, const struct measure *m)
{
	const struct piece *pieces = b->l->pieces;
	struct outcome o = {.lines = 1};

	for (size_t at = pieces[b->count - 1].from; at > 0; at = pieces[at - 1].from) {
		const struct piece *last = &pieces[at - 1];
		o.lines++;
		o.hyphens += last->after == AFTER_SYLLABLE;
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

/* Chooses again with words that may be parted; in ragged lines only if each hyphen saves one of them. */
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
	struct outcome parted = look(b, m);
	if (m->justified ||
		(parted.lines < whole.lines && parted.lines + parted.hyphens <= whole.lines + whole.hyphens))
		return 0;
	swap_pieces(b->l);
	b->count = count;
	return 0;
}

int breaks_choose(struct breaker *b, const struct measure *m, const struct span *spans)
{
	struct lay *l = b->l;

	if (pieces_cut(b, spans))
		return -1;
	if (b->count == 0)
		return 0;
	choose(b, m);
	return b->p->hyphenate && l->hyphens ? choose_hyphens(b, m, spans) : 0;
}
