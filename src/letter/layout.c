/* The pages: strips are cut into pages, each page gets its marks. */
#include "letter/layout.h"

#include "base/i18n.h"
#include "base/limits.h"

#include <assert.h>
#include <math.h>

/* A page as a list: only those of the setting that is kept become arrays. */
struct pager {
	struct lay *l;
	struct setting *t;
	bool dry; /* nothing is put: pages are only counted */
	size_t pages;
	/* the part that is being put: its first page, its first strip and where that stands */
	size_t first;
	const struct strip *from;
	double from_pt;
	struct bits *sheets;
	size_t sheet_cap;
	struct page_part *parts;
	size_t part_count, part_cap;
	const char *part; /* the part that begins with the next text */
	struct canvas canvas;
	double bottom_pt;
};

static int page_open(struct pager *g)
{
	const struct profile *profile = g->l->profile;
	bool first = g->pages == 0;

	g->canvas = (struct canvas){.empty = true};
	g->canvas.y_pt = profile->paper_height_pt - (first ? profile->first_top_pt : profile->next_top_pt);
	return g->dry ? 0 : marks_put(g->l, &g->canvas.bits, g->pages);
}

static int page_close(struct pager *g)
{
	struct lay *l = g->l;

	if (g->pages == LIMIT_PAGES)
		return err_set(l->e, ERR_LIMIT, _("the letter has more than %d pages"), LIMIT_PAGES);
	if (!g->dry) {
		if (canvas_close(l, &g->canvas))
			return -1;
		if (g->pages == g->sheet_cap) {
			struct bits *more = lay_grow(l, g->sheets, &g->sheet_cap, sizeof *more);
			if (!more)
				return -1;
			g->sheets = more;
		}
		g->sheets[g->pages] = g->canvas.bits;
	}
	g->pages++;
	return 0;
}

static void part_begins(struct pager *g, const struct strip *s)
{
	g->first = g->pages;
	g->from = s;
	g->from_pt = g->canvas.y_pt;
}

/* The part ends on this page, with `last`: is there so little on it that the page may be saved? */
static void part_ends(struct pager *g, const struct strip *last)
{
	const struct profile *profile = g->l->profile;
	size_t pages = g->pages + 1 - g->first;
	double page = g->l->page_room_pt,
	       tail = profile->paper_height_pt - profile->next_top_pt - g->canvas.y_pt;

	if (pages < 2 || tail > (pages == 2 ? g->from_pt - g->bottom_pt : page / 2) * TAIL_MAX)
		return;
	/* As if the pages before it had no end. */
	struct canvas c = {.y_pt = g->from_pt, .empty = true};
	double high = g->from_pt - canvas_foot(&c, g->from, last);
	double over = high - (g->from_pt - g->bottom_pt) - (double)(pages - 2) * page;
	g->t->over_pt = fmax(g->t->over_pt, fmax(over, 1));
	g->t->short_letter |= g->first == 0 && pages == 2;
}

/* The page ends before `next`. */
static int page_next(struct pager *g, const struct strip *next)
{
	if (next->page_break)
		part_ends(g, next->prev);
	else if (g->l->profile->catchword && !g->dry && catchword_put(g->l, &g->canvas.bits, next))
		return -1;
	if (page_close(g) || page_open(g))
		return -1;
	if (next->page_break)
		part_begins(g, next);
	return 0;
}

static bool fits(const struct pager *g, const struct strip *from, const struct strip *to)
{
	return canvas_foot(&g->canvas, from, to) >= g->bottom_pt - 0.01;
}

static int add_part(struct pager *g)
{
	struct lay *l = g->l;

	if (g->part_count == g->part_cap) {
		struct page_part *more = lay_grow(l, g->parts, &g->part_cap, sizeof *more);
		if (!more)
			return -1;
		g->parts = more;
	}
	g->parts[g->part_count++] = (struct page_part){g->part, g->pages, g->canvas.y_pt};
	g->part = NULL;
	return 0;
}

static int put(struct pager *g, struct strip *s)
{
	if (g->dry) {
		canvas_try(&g->canvas, s);
		return 0;
	}
	if (s->part)
		g->part = s->part;
	if (g->part && !s->page_break && add_part(g))
		return -1;
	return canvas_put(g->l, &g->canvas, s);
}

static int too_tall(struct pager *g, unsigned line)
{
	return err_set(g->l->e, ERR_LIMIT, _("line %u: what stands here is taller than a page"), line);
}

static bool fits_empty_page(const struct pager *g, const struct strip *from, const struct strip *to)
{
	const struct profile *profile = g->l->profile;
	struct canvas page = {.y_pt = profile->paper_height_pt - profile->next_top_pt, .empty = true};

	return canvas_foot(&page, from, to) >= g->bottom_pt - 0.01;
}

/*
 * A chunk that no page can hold is parted after all, strip by strip; as much of its end as a page holds stays
 * together, because a signature is what stands there.
 */
static int put_chunk(struct pager *g, struct strip *from, struct strip *to)
{
	if (!g->canvas.empty && (from->page_break || !fits(g, from, to)) && page_next(g, from))
		return -1;
	for (struct strip *s = from; s; s = s == to ? NULL : s->next) {
		bool joint = s != from && s->gap_pt > 0; /* between two blocks, not two lines */
		bool turn = !fits(g, s, s->beside ? s->beside : s) ||
			    (joint && !fits(g, s, to) && fits_empty_page(g, s, to));
		if (turn && (!g->canvas.empty || g->pages == 0) && page_next(g, s))
			return -1;
		if (!fits(g, s, s))
			return too_tall(g, s->line);
		if (s->space && g->canvas.empty && g->pages > 0)
			continue;
		if (put(g, s))
			return -1;
		/* A page break takes no room: two of them, or one at the top, make no empty page. */
		g->canvas.empty = s->page_break;
	}
	return 0;
}

/* Own kop lines stand where the stationery of other profiles has its kop; the text begins below. */
static int put_kop(struct pager *g)
{
	const struct profile *profile = g->l->profile;
	struct stack *kop = &g->t->kop;
	double y = g->canvas.y_pt;

	if (profile->kop.text_top_pt > 0)
		g->canvas.y_pt = profile->paper_height_pt - profile->kop.text_top_pt;
	for (struct strip *s = kop->first; s; s = s->next) {
		if (!fits(g, s, s))
			return too_tall(g, s->line);
		if (put(g, s))
			return -1;
	}
	g->canvas.y_pt = fmin(y, g->canvas.y_pt - kop->after_pt);
	g->canvas.empty = true;
	return 0;
}

static int make_pages(struct pager *g, struct page_list *out)
{
	struct lay *l = g->l;
	struct page_list list = {.pages = arena_calloc(l->a, g->pages, sizeof *list.pages)};

	if (!list.pages)
		return err_nomem(l->e);
	for (; list.count < g->pages; list.count++) {
		const struct bits *bits = &g->sheets[list.count];
		struct page *page = &list.pages[list.count];
		page->items = arena_calloc(l->a, bits->count + 1, sizeof *page->items);
		if (!page->items)
			return err_nomem(l->e);
		for (const struct bit *bit = bits->first; bit; bit = bit->next)
			page->items[page->count++] = bit->item;
	}
	if (g->part_count > 1) {
		list.parts = g->parts;
		list.part_count = g->part_count;
	}
	*out = list;
	return 0;
}

static bool has_content(const struct strip *s)
{
	while (s && (s->page_break || s->space))
		s = s->next;
	return s != NULL;
}

int pages_cut(struct lay *l, struct setting *t, struct page_list *out)
{
	struct pager g = {.l = l, .t = t, .dry = !out, .bottom_pt = l->profile->bottom_pt};

	t->over_pt = 0;
	t->short_letter = false;
	if (page_open(&g))
		return -1;
	g.part = l->letter->title ? l->letter->title : "";
	if (t->kop.first && put_kop(&g))
		return -1;
	part_begins(&g, t->text.first);
	for (struct strip *from = t->text.first; from;) {
		struct strip *to = chunk_end(from), *next = to->next;
		if (from->page_break && !has_content(from))
			break; /* nothing follows it */
		if (put_chunk(&g, from, to))
			return -1;
		from = next;
	}
	part_ends(&g, t->text.last);
	if (page_close(&g))
		return -1;
	assert(g.dry || g.pages == t->pages);
	t->pages = g.pages;
	return out ? make_pages(&g, out) : 0;
}
