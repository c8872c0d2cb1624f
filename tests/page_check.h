/*
 * page_check: what must be true of every laid-out letter, whatever it says. For tests.
 *
 * Returns NULL when all is well, else a sentence in a static buffer.
 */
#ifndef TESTS_PAGE_CHECK_H
#define TESTS_PAGE_CHECK_H

#include "model/page.h"
#include "model/profile.h"

static char page_check_text[512];

static const char *page_check_say(size_t page, const struct page_item *it, const char *what)
{
	snprintf(page_check_text, sizeof page_check_text, "page %zu, (%.2f, %.2f)-(%.2f, %.2f) '%.*s': %s",
		page + 1, it->x_pt, it->y_pt, it->x2_pt, it->y2_pt,
		it->kind == PAGE_TEXT ? (int)it->text_len : 0, it->text ? it->text : "", what);
	return page_check_text;
}

static bool page_check_inside(const struct page_item *it, double x1, double y1, double x2, double y2)
{
	const double eps = 0.05;

	return it->x_pt >= x1 - eps && it->x2_pt <= x2 + eps && it->y_pt >= y1 - eps &&
	       it->y2_pt >= y1 - eps && it->y_pt <= y2 + eps && it->y2_pt <= y2 + eps;
}

static bool page_check_overlap(const struct page_item *a, const struct page_item *b)
{
	const double eps = 0.05;
	double a_low = a->y_pt - 0.2 * a->size_pt, a_high = a->y_pt + 0.73 * a->size_pt;
	double b_low = b->y_pt - 0.2 * b->size_pt, b_high = b->y_pt + 0.73 * b->size_pt;

	return a->x_pt < b->x2_pt - eps && b->x_pt < a->x2_pt - eps && a_low < b_high - eps &&
	       b_low < a_high - eps;
}

static bool page_check_is_text(const struct page_item *it)
{
	return it->kind == PAGE_TEXT && it->paint == PAINT_LETTERS;
}

/* A page with a QR has so many lines of the letter above the signature block. */
static bool page_check_company(const struct page *page, const struct page_item *qr, unsigned wanted)
{
	unsigned lines = 0;
	double y = -1;

	for (size_t i = 0; i < page->count; i++) {
		const struct page_item *it = &page->items[i];
		if (!page_check_is_text(it) || it->role == ROLE_ARTIFACT ||
			(it->block == qr->block && it->cell == qr->cell) || it->y_pt < qr->y2_pt)
			continue;
		if (it->y_pt != y)
			lines++;
		y = it->y_pt;
	}
	return lines >= wanted;
}

/* A stroke that goes through the letters of a text; an underline stands below them. */
static bool page_check_struck(const struct page_item *text, double x1, double y1, double x2, double y2)
{
	double low = text->y_pt + 0.02 * text->size_pt, high = text->y_pt + 0.7 * text->size_pt;

	return x1 < text->x2_pt - 0.5 && x2 > text->x_pt + 0.5 && y1 < high && y2 > low;
}

/* Rules, grids and frames go around texts, never through them; nor does a text run into a QR. */
static bool page_check_crossed(const struct page_item *text, const struct page_item *it)
{
	double x1 = it->x_pt < it->x2_pt ? it->x_pt : it->x2_pt, x2 = it->x_pt + it->x2_pt - x1;
	double y1 = it->y_pt < it->y2_pt ? it->y_pt : it->y2_pt, y2 = it->y_pt + it->y2_pt - y1;

	if (it->kind == PAGE_LINE || it->kind == PAGE_QR)
		return page_check_struck(text, x1, y1, x2, y2);
	if (it->kind != PAGE_BOX || it->width_pt <= 0)
		return false;
	return page_check_struck(text, x1, y1, x1, y2) || page_check_struck(text, x2, y1, x2, y2) ||
	       page_check_struck(text, x1, y1, x2, y1) || page_check_struck(text, x1, y2, x2, y2);
}

static const char *page_check_one(
	const struct page_list *pages, size_t n, const struct profile *p, bool company)
{
	const struct page *page = &pages->pages[n];
	double top = p->paper_height_pt - (n == 0 ? 0 : p->next_top_pt);

	for (size_t i = 0; i < page->count; i++) {
		const struct page_item *it = &page->items[i];
		bool content = it->role != ROLE_ARTIFACT;
		if (!page_check_inside(it, 0, 0, p->paper_width_pt, p->paper_height_pt))
			return page_check_say(n, it, "is outside the paper");
		if (content && !page_check_inside(
				       it, p->left_pt, p->bottom_pt, p->paper_width_pt - p->right_pt, top))
			return page_check_say(n, it, "is outside the margins");
		if (it->kind == PAGE_QR && company && !page_check_company(page, it, 2))
			return page_check_say(n, it, "is a signature without text above it");
		if (!page_check_is_text(it))
			continue;
		if (it->text_len == 0 || it->size_pt < 6.9)
			return page_check_say(n, it, "is empty or too small to read");
		if (it->space_extra_pt < -it->size_pt * 0.278 / 3 - 0.01)
			return page_check_say(n, it, "has blanks shrunk below two thirds");
		for (size_t k = 0; k < i; k++)
			if (page_check_is_text(&page->items[k]) && page_check_overlap(it, &page->items[k]))
				return page_check_say(n, it, "overlaps another text");
		for (size_t k = 0; k < page->count; k++)
			if (page_check_crossed(it, &page->items[k]))
				return page_check_say(n, it, "has a line or a QR through it");
	}
	return NULL;
}

static inline const char *page_check(const struct page_list *pages, const struct profile *p, bool company)
{
	if (pages->count == 0)
		return "no pages";
	for (size_t i = 0; i < pages->count; i++) {
		const char *wrong = page_check_one(pages, i, p, company);
		if (wrong)
			return wrong;
	}
	return NULL;
}

#endif
