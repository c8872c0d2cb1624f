/* Strips, stacks, and the canvas: heights, frames and table grids. */
#include "letter/layout.h"

#include <math.h>

void *lay_grow(struct lay *l, const void *items, size_t *cap, size_t size)
{
	size_t wanted = *cap ? 2 * *cap : 64;
	void *more = arena_calloc(l->a, wanted, size);

	if (!more) {
		err_nomem(l->e);
		return NULL;
	}
	if (*cap > 0)
		memcpy(more, items, *cap * size);
	*cap = wanted;
	return more;
}

struct page_item *bits_add(struct lay *l, struct bits *b, enum page_item_kind kind)
{
	struct bit *bit = arena_alloc(l->a, sizeof *bit);

	if (!bit) {
		err_nomem(l->e);
		return NULL;
	}
	bit->item.kind = kind;
	if (b->last)
		b->last->next = bit;
	else
		b->first = bit;
	b->last = bit;
	b->count++;
	return &bit->item;
}

/* Moves all of `more` to the end of `b`. */
static void bits_append(struct bits *b, struct bits *more)
{
	if (!more->first)
		return;
	if (b->last)
		b->last->next = more->first;
	else
		b->first = more->first;
	b->last = more->last;
	b->count += more->count;
	*more = (struct bits){NULL, NULL, 0};
}

void bits_prepend(struct bits *b, struct bits *front)
{
	bits_append(front, b);
	*b = *front;
	*front = (struct bits){NULL, NULL, 0};
}

struct strip *stack_add(struct lay *l, struct stack *s, double gap_pt, double height_pt)
{
	struct strip *strip = arena_alloc(l->a, sizeof *strip);

	if (!strip) {
		err_nomem(l->e);
		return NULL;
	}
	strip->gap_pt = s->first ? fmax(gap_pt, s->after_pt) : 0;
	strip->height_pt = height_pt;
	strip->frame = s->frame;
	strip->glued = s->glue_next;
	s->glue_next = false;
	s->after_pt = 0;
	strip->line = l->line;
	strip->prev = s->last;
	if (s->last)
		s->last->next = strip;
	else
		s->first = strip;
	s->last = strip;
	s->count++;
	return strip;
}

void strip_join(struct strip *s, struct bits *front, double height_pt)
{
	if (!front->first)
		return;
	bits_prepend(&s->bits, front);
	s->height_pt = fmax(s->height_pt, height_pt);
	s->space = false;
}

void stack_after(struct stack *s, double gap_pt)
{
	s->after_pt = fmax(s->after_pt, gap_pt);
}

void canvas_try(struct canvas *c, const struct strip *s)
{
	if (!c->empty)
		c->y_pt -= s->gap_pt;
	if (c->frame != s->frame) {
		c->y_pt -= (c->frame ? c->frame->pad_pt : 0) + (s->frame ? s->frame->pad_pt : 0);
		c->frame = s->frame;
	}
	if (s->table && s->table != c->table && !s->head)
		c->y_pt -= s->table->head_pt;
	c->table = s->table;
	c->empty = false;
	c->y_pt -= s->height_pt;
}

double canvas_foot(const struct canvas *c, const struct strip *from, const struct strip *to)
{
	struct canvas copy = {.y_pt = c->y_pt, .empty = c->empty, .frame = c->frame, .table = c->table};

	for (const struct strip *s = from; s; s = s == to ? NULL : s->next)
		canvas_try(&copy, s);
	return copy.y_pt - (copy.frame ? copy.frame->pad_pt : 0);
}

double stack_height(const struct stack *s)
{
	struct canvas c = {.empty = true};

	return -canvas_foot(&c, s->first, s->last);
}

struct strip *chunk_end(struct strip *s)
{
	while (s->next && s->next->glued && !s->next->page_break)
		s = s->next;
	return s;
}

static int close_frame(struct lay *l, struct canvas *c)
{
	const struct frame *f = c->frame;

	if (!f)
		return 0;
	c->frame = NULL;
	c->y_pt -= f->pad_pt;
	struct page_item *box = bits_add(l, &c->bits, PAGE_BOX);
	if (!box)
		return -1;
	box->block = f->block;
	box->x_pt = f->x1_pt;
	box->y_pt = c->y_pt;
	box->x2_pt = f->x2_pt;
	box->y2_pt = c->frame_top_pt;
	box->width_pt = f->border_pt;
	return 0;
}

static struct page_item *add_line(
	struct lay *l, struct canvas *c, const struct table *t, double x1, double y1, double x2, double y2)
{
	struct page_item *line = bits_add(l, &c->bits, PAGE_LINE);

	if (!line)
		return NULL;
	line->block = t->block;
	line->x_pt = x1;
	line->y_pt = y1;
	line->x2_pt = x2;
	line->y2_pt = y2;
	line->width_pt = t->border_pt;
	return line;
}

/* The row's share of the grid: a line below it and its vertical lines, as continuations where they meet. */
static int put_grid(struct lay *l, struct canvas *c, const struct strip *s)
{
	const struct table *t = s->table;
	double top = c->y_pt, foot = c->y_pt - s->height_pt;
	struct bit *edge[TABLE_COLUMNS + 1];
	unsigned old = 0;

	if (t->border_pt <= 0)
		return 0;
	if (c->table != t) {
		c->edges = 0;
		if (!add_line(l, c, t, t->x1_pt, top, t->x2_pt, top))
			return -1;
	}
	for (unsigned i = 0; i < s->edges; i++) {
		while (old < c->edges && c->edge[old]->item.x_pt < s->edge_pt[i] - 0.01)
			old++;
		if (old < c->edges && c->edge[old]->item.x_pt < s->edge_pt[i] + 0.01) {
			edge[i] = c->edge[old];
			edge[i]->item.y2_pt = foot;
			continue;
		}
		if (!add_line(l, c, t, s->edge_pt[i], top, s->edge_pt[i], foot))
			return -1;
		edge[i] = c->bits.last;
	}
	memcpy(c->edge, edge, s->edges * sizeof edge[0]);
	c->edges = s->edges;
	return add_line(l, c, t, t->x1_pt, foot, t->x2_pt, foot) ? 0 : -1;
}

/* Head rows are put as copies; from the second time on they are decoration, the content was read already. */
static int copy_bits(struct lay *l, const struct bits *from, bool again, struct bits *to)
{
	for (const struct bit *bit = from->first; bit; bit = bit->next) {
		struct page_item *item = bits_add(l, to, bit->item.kind);
		if (!item)
			return -1;
		*item = bit->item;
		if (again)
			item->role = ROLE_ARTIFACT;
	}
	return 0;
}

static int put_content(struct lay *l, struct canvas *c, struct strip *s, bool again)
{
	struct bits bits = {NULL, NULL, 0};

	if (!s->head)
		bits = s->bits;
	else if (copy_bits(l, &s->bits, again, &bits))
		return -1;
	for (struct bit *bit = bits.first; bit; bit = bit->next) {
		bit->item.y_pt += c->y_pt;
		bit->item.y2_pt += c->y_pt;
	}
	bits_append(&c->bits, &bits);
	if (s->table && put_grid(l, c, s))
		return -1;
	c->table = s->table;
	c->y_pt -= s->height_pt;
	c->empty = false;
	return 0;
}

int canvas_put(struct lay *l, struct canvas *c, struct strip *s)
{
	if (c->frame != s->frame && close_frame(l, c))
		return -1;
	if (!c->empty)
		c->y_pt -= s->gap_pt;
	if (s->frame && c->frame != s->frame) {
		c->frame = s->frame;
		c->frame_top_pt = c->y_pt;
		c->y_pt -= s->frame->pad_pt;
	}
	if (s->table && s->table != c->table && !s->head)
		for (struct strip *head = s->table->head; head && head->head; head = head->next)
			if (put_content(l, c, head, true))
				return -1;
	return put_content(l, c, s, false);
}

int canvas_close(struct lay *l, struct canvas *c)
{
	c->table = NULL;
	c->edges = 0;
	return close_frame(l, c);
}
