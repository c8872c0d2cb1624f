/*
 * The lines of a letter, one a line:
 *
 *	page 1
 *	  b20 r1c1 x107.72 y455.86 w430.86 blank0.99 hyphen |Sehubungan dengan dasar ... peng-|
 *
 * Block and cell as in page_list_dump(), where the line begins, its baseline, its width, the width of its blanks (1.00 =
 * the font's own; missing where it has none), "hyphen" when a word is parted at its end, and its text with that hyphen as
 * U+00AD. Left out: marks at the edges of the paper, head rows that are repeated, what is drawn or unseen.
 */
#include "model/page.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static bool is_shown(const struct page_item *it)
{
	return it->kind == PAGE_TEXT && it->paint == PAINT_LETTERS && it->role != ROLE_ARTIFACT;
}

static bool goes_on(const struct page_item *a, const struct page_item *b)
{
	return a->block == b->block && a->cell == b->cell && fabs(a->y_pt - b->y_pt) < 0.01;
}

static double blank_of(const struct page_item *it, const struct font_set *fonts)
{
	return fonts->face[it->face]->advance[' '] * it->size_pt / 1000;
}

static void add_hundredths(struct buf *out, const char *before, double value)
{
	long scaled = lround(value * 100);

	buf_addf(out, "%s%s%ld.%02ld", before, scaled < 0 ? "-" : "", labs(scaled) / 100, labs(scaled) % 100);
}

static void dump_line(const struct page_item *first, const struct page_item *last,
	const struct font_set *fonts, struct buf *out)
{
	const struct page_item *spaced = NULL;

	buf_addf(out, "  b%u", first->block);
	if (first->cell)
		buf_addf(out, " r%uc%u", (first->cell - 1) / 64, (first->cell - 1) % 64);
	add_hundredths(out, " x", first->x_pt);
	add_hundredths(out, " y", first->y_pt);
	add_hundredths(out, " w", last->x2_pt - first->x_pt);
	for (const struct page_item *it = first; it <= last; it++)
		if (is_shown(it) && it->text_len > 0 && memchr(it->text, ' ', it->text_len - 1))
			spaced = it;
	if (spaced)
		add_hundredths(out, " blank", 1 + spaced->space_extra_pt / blank_of(spaced, fonts));
	if (last->text_len > 2 && memcmp(last->text + last->text_len - 2, SOFT_HYPHEN_UTF8, 2) == 0)
		buf_adds(out, " hyphen");
	buf_adds(out, " |");
	double x = first->x_pt;
	for (const struct page_item *it = first; it <= last; it++) {
		if (!is_shown(it))
			continue;
		if (it->x_pt > x + 0.5) /* a label and its colon */
			buf_addc(out, ' ');
		buf_add(out, it->text, it->text_len);
		x = it->x2_pt;
	}
	buf_adds(out, "|\n");
}

void page_list_dump_lines(const struct page_list *pages, const struct font_set *fonts, struct buf *out)
{
	for (size_t n = 0; n < pages->count; n++) {
		const struct page_item *first = NULL, *last = NULL;
		buf_addf(out, "page %zu\n", n + 1);
		for (size_t i = 0; i < pages->pages[n].count; i++) {
			const struct page_item *it = &pages->pages[n].items[i];
			if (!is_shown(it))
				continue;
			if (last && !goes_on(last, it)) {
				dump_line(first, last, fonts, out);
				first = NULL;
			}
			first = first ? first : it;
			last = it;
		}
		if (first)
			dump_line(first, last, fonts, out);
	}
}
