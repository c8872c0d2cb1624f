/* The pages: strips are cut into pages, each page gets its marks. */
#include "letter/layout.h"

#include "base/i18n.h"
#include "base/limits.h"

#include <math.h>

#define CLASS_TOP_PT (10 * PT_PER_MM) /* code and copy number: below the upper edge */
#define WORD_EDGE_PT                                                                                         \
	(6.5 * PT_PER_MM) /* class word: from both edges; 3 mm of letters, clear of footer and page number */
#define MARK_SIZE_PT  12.0
#define SMALL_SIZE_PT 11.0
#define SHORTER_MAX   0.4 /* of a letter's height: more than smaller type and leading can take away */

struct pager {
	struct lay *l;
	struct page_list pages;
	size_t cap;
	size_t part_cap;
	const char *part; /* the part that begins with the next text */
	struct canvas canvas;
	double bottom_pt;
};

static double cap_height(const struct lay *l, enum face face, double size)
{
	return l->fonts->face[face]->cap_height * size / 1000;
}

/* A text at the edge of the paper, `y` its baseline; x is measured from the named side of [x1, x2]. */
static int put_mark(struct lay *l, struct bits *b, const char *text, enum face face, double size,
	enum ink ink, enum align align, double x1, double x2, double y)
{
	struct place p = {.size_pt = size, .leading_pt = size, .role = ROLE_ARTIFACT};
	double width = 0;

	if (text_measure(l, text, face, &p, &width))
		return -1;
	double x = align == ALIGN_RIGHT ? x2 - width : align == ALIGN_CENTER ? (x1 + x2 - width) / 2 : x1;
	if (text_put(l, b, text, face, &p, x, y))
		return -1;
	if (*text)
		b->last->item.ink = ink;
	return 0;
}

static int put_specimen(struct lay *l, struct bits *b, double x1, double x2)
{
	static const char word[] = "CONTOH"; /* printed: Indonesian */
	struct place p = {.size_pt = 1000, .leading_pt = 1000};
	double width = 0;

	if (text_measure(l, word, FACE_BOLD, &p, &width))
		return -1;
	double size = width > 0 ? floor(900 * (x2 - x1) / width) : 0;
	/* Higher in a draft: the middle is DRAF's. */
	double middle = l->profile->paper_height_pt * (l->stamp && l->stamp->code ? 0.5 : 0.75);
	double y = middle - cap_height(l, FACE_BOLD, size) / 2;
	if (put_mark(l, b, word, FACE_BOLD, size, INK_LIGHT, ALIGN_CENTER, x1, x2, y))
		return -1;
	b->last->item.paint = PAINT_SHAPES;
	return 0;
}

/* Classification: code top left, the word top and bottom where the office wants it; B says nothing. */
static int put_class(struct lay *l, struct bits *b, bool first, double x1, double x2)
{
	const struct letter *letter = l->letter;
	const struct profile *profile = l->profile;
	const char *code = letter->class_code, *word = letter->class_word;
	double top = profile->paper_height_pt, cap = cap_height(l, FACE_BOLD, MARK_SIZE_PT);

	if (!code || !*code || strcmp(code, "B") == 0)
		return 0;
	enum ink ink = strcmp(code, "R") == 0 || strcmp(code, "SR") == 0 ? INK_RED : INK_BLACK;
	if (put_mark(l, b, code, FACE_BOLD, MARK_SIZE_PT, ink, ALIGN_LEFT, x1, x2, top - CLASS_TOP_PT - cap))
		return -1;
	for (int i = 0; profile->class_word && word && i < 2; i++) {
		double y = i == 0 ? top - WORD_EDGE_PT - cap : WORD_EDGE_PT;
		if (put_mark(l, b, word, FACE_BOLD, MARK_SIZE_PT, ink, ALIGN_CENTER, x1, x2, y))
			return -1;
	}
	if (!first || !letter->copies || ink != INK_RED)
		return 0;
	return put_mark(l, b, letter->copies, FACE_REGULAR, 10, INK_BLACK, ALIGN_RIGHT, x1, x2,
		top - CLASS_TOP_PT - cap);
}

static int put_marks(struct pager *g, bool first)
{
	struct lay *l = g->l;
	struct bits *b = &g->canvas.bits;
	const struct profile *profile = l->profile;
	double x1 = profile->left_pt, x2 = profile->paper_width_pt - profile->right_pt;

	if ((l->letter->specimen && put_specimen(l, b, x1, x2)) || put_class(l, b, first, x1, x2))
		return -1;
	if (first)
		return 0;
	const char *number = arena_printf(l->a, "- %zu -", g->pages.count + 1);
	if (!number)
		return err_nomem(l->e);
	double size = profile->body_size_pt;
	double y = profile->paper_height_pt - profile->page_number_top_pt - cap_height(l, FACE_REGULAR, size);
	return put_mark(l, b, number, FACE_REGULAR, size, INK_BLACK, ALIGN_CENTER, x1, x2, y);
}

static int page_open(struct pager *g)
{
	const struct profile *profile = g->l->profile;
	bool first = g->pages.count == 0;

	g->canvas = (struct canvas){.empty = true};
	g->canvas.y_pt = profile->paper_height_pt - (first ? profile->first_top_pt : profile->next_top_pt);
	return put_marks(g, first);
}

/* The canvas becomes the next page of the list. */
static int page_close(struct pager *g)
{
	struct lay *l = g->l;

	if (canvas_close(l, &g->canvas))
		return -1;
	if (g->pages.count == LIMIT_PAGES)
		return err_set(l->e, ERR_LIMIT, _("the letter has more than %d pages"), LIMIT_PAGES);
	if (g->pages.count == g->cap) {
		size_t cap = g->cap ? 2 * g->cap : 4;
		struct page *bigger = arena_calloc(l->a, cap, sizeof *bigger);
		if (!bigger)
			return err_nomem(l->e);
		if (g->cap > 0)
			memcpy(bigger, g->pages.pages, g->cap * sizeof *bigger);
		g->pages.pages = bigger;
		g->cap = cap;
	}
	struct page *page = &g->pages.pages[g->pages.count];
	page->items = arena_calloc(l->a, g->canvas.bits.count + 1, sizeof *page->items);
	if (!page->items)
		return err_nomem(l->e);
	for (const struct bit *bit = g->canvas.bits.first; bit; bit = bit->next)
		page->items[page->count++] = bit->item;
	g->pages.count++;
	return 0;
}

static int page_next(struct pager *g)
{
	return page_close(g) || page_open(g) ? -1 : 0;
}

static bool fits(const struct pager *g, const struct strip *from, const struct strip *to)
{
	return canvas_foot(&g->canvas, from, to) >= g->bottom_pt - 0.01;
}

static int add_part(struct pager *g)
{
	struct lay *l = g->l;
	struct page_list *list = &g->pages;

	if (list->part_count == g->part_cap) {
		size_t cap = g->part_cap ? 2 * g->part_cap : 4;
		struct page_part *bigger = arena_calloc(l->a, cap, sizeof *bigger);
		if (!bigger)
			return err_nomem(l->e);
		if (g->part_cap > 0)
			memcpy(bigger, list->parts, g->part_cap * sizeof *bigger);
		list->parts = bigger;
		g->part_cap = cap;
	}
	list->parts[list->part_count++] = (struct page_part){g->part, list->count, g->canvas.y_pt};
	g->part = NULL;
	return 0;
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
	if (!g->canvas.empty && (from->page_break || !fits(g, from, to)) && page_next(g))
		return -1;
	for (struct strip *s = from; s; s = s == to ? NULL : s->next) {
		bool joint = s != from && s->gap_pt > 0; /* between two blocks, not two lines */
		bool turn = !fits(g, s, s) || (joint && !fits(g, s, to) && fits_empty_page(g, s, to));
		if (turn && (!g->canvas.empty || g->pages.count == 0) && page_next(g))
			return -1;
		if (!fits(g, s, s))
			return err_set(g->l->e, ERR_LIMIT,
				_("line %u: what stands here is taller than a page"), s->line);
		if (s->space && g->canvas.empty && g->pages.count > 0)
			continue;
		if (s->part)
			g->part = s->part;
		if (g->part && !s->page_break && add_part(g))
			return -1;
		if (canvas_put(g->l, &g->canvas, s))
			return -1;
		/* A page break takes no room: two of them, or one at the top, make no empty page. */
		g->canvas.empty = s->page_break;
	}
	return 0;
}

/* Own kop lines stand where the stationery of other profiles has its kop; the text begins below. */
static int put_kop(struct pager *g, const struct block *b, const struct place *body)
{
	const struct profile *profile = g->l->profile;
	const struct kop *kop = &profile->kop;
	struct stack s = {.first = NULL};
	struct place p = *body;
	double y = g->canvas.y_pt;
	struct block alone = *b;

	alone.next = NULL;
	p.gap_pt = 0;
	p.body = false;
	if (kop->text_x2_pt - kop->text_x1_pt > 40 * PT_PER_MM) {
		p.x_pt = kop->text_x1_pt;
		p.width_pt = kop->text_x2_pt - kop->text_x1_pt;
	}
	if (blocks_set(g->l, &alone, &p, &s))
		return -1;
	if (kop->text_top_pt > 0)
		g->canvas.y_pt = profile->paper_height_pt - kop->text_top_pt;
	for (struct strip *strip = s.first; strip; strip = strip->next) {
		if (!fits(g, strip, strip))
			return err_set(g->l->e, ERR_LIMIT,
				_("line %u: what stands here is taller than a page"), b->line);
		if (g->part && add_part(g))
			return -1;
		if (canvas_put(g->l, &g->canvas, strip))
			return -1;
	}
	g->canvas.y_pt = fmin(y, g->canvas.y_pt - s.after_pt);
	g->canvas.empty = true;
	return 0;
}

struct attempt {
	struct page_list pages;
	double foot_pt; /* how far down the text would reach if the first page had no end */
};

/* The whole letter in this size, squeezed so far. */
static int set_letter(struct lay *l, double size_pt, double squeeze, struct attempt *out)
{
	const struct profile *profile = l->profile;
	struct pager g = {.l = l, .bottom_pt = profile->bottom_pt};
	struct stack s = {.first = NULL};
	struct place body = {.x_pt = profile->left_pt,
		.width_pt = profile->paper_width_pt - profile->left_pt - profile->right_pt,
		.size_pt = size_pt,
		.gap_pt = profile->paragraph_gap_pt * (1 - 0.6 * squeeze),
		.align = ALIGN_JUSTIFY,
		.body = true,
		.hyphenate = true,
		.role = ROLE_TEXT};
	const struct block *blocks = l->letter->blocks;

	l->squeeze = l->letter->tight ? 1 : squeeze;
	body.leading_pt = leading_of(l, profile->body_leading_pt * size_pt / profile->body_size_pt, size_pt);
	l->squeeze = squeeze;
	l->page_room_pt = profile->paper_height_pt - profile->next_top_pt - profile->bottom_pt;
	if (page_open(&g))
		return -1;
	g.part = l->letter->title ? l->letter->title : "";
	if (blocks && blocks->kind == BLOCK_KOP) {
		if (put_kop(&g, blocks, &body))
			return -1;
		blocks = blocks->next;
	}
	if (blocks_set(l, blocks, &body, &s))
		return -1;
	double foot = canvas_foot(&g.canvas, s.first, s.last);
	for (struct strip *from = s.first; from;) {
		struct strip *to = chunk_end(from), *next = to->next;
		if (from->page_break && !next && to == from)
			break; /* nothing follows it */
		if (put_chunk(&g, from, to))
			return -1;
		from = next;
	}
	if (page_close(&g))
		return -1;
	if (g.pages.part_count == 1)
		g.pages.part_count = 0; /* the letter alone */
	*out = (struct attempt){g.pages, foot};
	return 0;
}

/* With `loose` two pages long: squeezed by as much as makes it one. `out` stays when nothing does. */
static int set_tighter(struct lay *l, double size_pt, const struct attempt *loose, struct page_list *out)
{
	struct attempt tight, fitting;

	if (set_letter(l, size_pt, 1, &tight))
		return -1;
	if (tight.pages.count > 1)
		return 0;
	*out = tight.pages;
	/* Heights shrink at least in proportion to the squeeze. */
	double gain = tight.foot_pt - loose->foot_pt;
	double squeeze = gain > 0 ? ceil((l->profile->bottom_pt - loose->foot_pt) / gain * 100) / 100 : 1;
	if (squeeze <= 0 || squeeze >= 1)
		return 0;
	if (set_letter(l, size_pt, squeeze, &fitting))
		return -1;
	if (fitting.pages.count == 1)
		*out = fitting.pages;
	return 0;
}

/*
 * A letter that runs over onto a second page by a little: with less leading (naskah-dinas 5.0: 1.15 lines
 * instead of 1.5 when it is long) and less white it may fit on one, else in the smaller of the two sizes that
 * letters may have (1.2: 11 or 12 points).
 */
static int set_shorter(struct lay *l, const struct attempt *loose, struct page_list *out)
{
	const struct profile *profile = l->profile;
	double size = profile->body_size_pt, bottom = profile->bottom_pt;
	double top = profile->paper_height_pt - profile->first_top_pt;
	struct attempt small;

	if (bottom - loose->foot_pt > SHORTER_MAX * (top - loose->foot_pt))
		return 0;
	if (set_tighter(l, size, loose, out))
		return -1;
	if (out->count == 1 || size <= SMALL_SIZE_PT)
		return 0;
	if (set_letter(l, SMALL_SIZE_PT, 0, &small))
		return -1;
	if (small.pages.count > 1)
		return set_tighter(l, SMALL_SIZE_PT, &small, out);
	*out = small.pages;
	return 0;
}

/* A font without U+00AD parts no words. */
static bool has_hyphen(const struct font_set *fonts)
{
	for (int i = 0; i < FACE_COUNT; i++)
		if (fonts->face[i]->advance[SOFT_HYPHEN] == FONT_MISSING)
			return false;
	return true;
}

int letter_layout(const struct letter *letter, const struct profile *profile, const struct font_set *fonts,
	const struct letter_stamp *stamp, struct arena *a, struct page_list *out, struct err *e)
{
	struct lay l = {.letter = letter, .profile = profile, .fonts = fonts, .stamp = stamp, .a = a, .e = e};
	struct attempt first;

	if (profile->hyphens && has_hyphen(fonts))
		l.hyphens = profile->hyphens;
	if (set_letter(&l, profile->body_size_pt, 0, &first))
		return -1;
	struct page_list pages = first.pages;
	if (pages.count == 2 && set_shorter(&l, &first, &pages))
		return -1;
	*out = pages;
	return 0;
}
