/*
 * Tables: rows of cells with their own widths each.
 *
 * A row is one strip, so no page ends in it, unless it is taller than a page: then it is cut into parts, each
 * as much as a page holds.
 */
#include "letter/layout.h"

#include "base/i18n.h"

#include <math.h>

#define PAD_X_PT         (1.6 * PT_PER_MM) /* between the grid and a cell's text */
#define SIGNATURE_ROW_PT (70 * PT_PER_MM)  /* with three lines above the box, name and number below */
#define PAD_Y_PT         (1.0 * PT_PER_MM)
#define APART_PT         (3 * PT_PER_MM) /* between cells without a grid */
#define CENTRED_PT       (2 * PT_PER_MM) /* a row higher than its text by so much has it in the middle */

struct cell {
	double x_pt, width_pt; /* the cell */
	struct stack text;
	struct strip *next; /* first strip that is not yet on a row's strip */
};

struct row {
	const struct block *block;
	struct cell cells[TABLE_COLUMNS];
	unsigned count;
};

/*
 * Widths as written; cells without one share what is left. A row that says nothing takes the widths of the
 * row above when it has as many cells. Rows wider than the table are shrunk to it.
 */
static int measure_row(struct lay *l, const struct block *b, const struct place *p, struct row *row)
{
	double fixed = 0;
	unsigned count = 0, shares = 0;

	for (const struct block *c = b->children; c; c = c->next) {
		if (count++ == TABLE_COLUMNS)
			return err_set(l->e, ERR_LIMIT, _("line %u: a table row has more than %d cells"),
				b->line, TABLE_COLUMNS);
		fixed += c->width_pt;
		shares += c->width_pt <= 0;
	}
	bool as_above = shares == count && row->count == count;
	row->block = b;
	row->count = count;
	double left = fmax(p->width_pt - fixed, shares * p->size_pt);
	double total = shares > 0 ? fixed + left : fixed;
	double scale = total > p->width_pt ? p->width_pt / total : 1;
	double x = p->x_pt;
	const struct block *c = b->children;
	for (unsigned i = 0; i < count; i++, c = c->next) {
		struct cell *cell = &row->cells[i];
		double width =
			as_above ? cell->width_pt : scale * (c->width_pt > 0 ? c->width_pt : left / shares);
		*cell = (struct cell){.x_pt = x, .width_pt = width};
		x += width;
	}
	return 0;
}

static int set_cells(
	struct lay *l, const struct table *t, const struct place *p, unsigned index, struct row *row)
{
	const struct block *c = row->block->children;
	bool grid = t->border_pt > 0;

	for (unsigned i = 0; i < row->count; i++, c = c->next) {
		struct cell *cell = &row->cells[i];
		struct place cp = place_of(l, p, c);
		double left = grid ? PAD_X_PT : 0;
		double right = grid ? PAD_X_PT : i + 1 < row->count ? APART_PT : 0;
		cp.x_pt = cell->x_pt + left;
		cp.width_pt = cell->width_pt - left - right;
		cp.align = c->align;
		cp.bold = p->bold || row->block->head;
		cp.hyphenate = p->hyphenate && !row->block->head;
		if (p->cell == 0) {
			cp.cell = index * 64 + i + 1;
			cp.head = row->block->head ? HEAD_COLUMN : c->head ? HEAD_ROW : HEAD_NONE;
		}
		if (place_check(l, &cp) || blocks_set(l, c->children, &cp, &cell->text))
			return -1;
		cell->next = cell->text.first;
	}
	return 0;
}

/* As many of the cell's strips as fit in `room` (at least one) go into the row's strip, `drop_pt` down; their height. */
static int fill_cell(
	struct lay *l, struct cell *cell, double room, double drop_pt, struct strip *s, double *height_pt)
{
	struct canvas c = {.empty = true};

	c.y_pt = -PAD_Y_PT - drop_pt;
	while (cell->next) {
		struct strip *strip = cell->next;
		/* What stays together on a page does so in a cell, unless it began at the top and is too long. */
		if (!c.empty &&
			PAD_Y_PT - canvas_foot(&c, strip, strip->glued ? strip : chunk_end(strip)) > room)
			break;
		cell->next = strip->next;
		if (canvas_put(l, &c, strip))
			return -1;
	}
	/* Room that would stand at the top of the next part vanishes, as at the top of a page. */
	while (cell->next && cell->next->space)
		cell->next = cell->next->next;
	if (canvas_close(l, &c))
		return -1;
	*height_pt = -c.y_pt + PAD_Y_PT;
	bits_prepend(&c.bits, &s->bits);
	s->bits = c.bits;
	return 0;
}

static int add_ground(struct lay *l, const struct table *t, struct strip *s)
{
	struct page_item *ground = bits_add(l, &s->bits, PAGE_BOX);

	if (!ground)
		return -1;
	ground->block = t->block;
	ground->x_pt = t->x1_pt;
	ground->x2_pt = t->x2_pt;
	ground->filled = true;
	ground->fill_ink = INK_LIGHT;
	return 0;
}

static bool is_done(const struct row *row)
{
	for (unsigned i = 0; i < row->count; i++)
		if (row->cells[i].next)
			return false;
	return true;
}

static const double *edges_of(struct lay *l, const struct row *row)
{
	double *edge = arena_calloc(l->a, row->count + 1U, sizeof *edge);

	for (unsigned i = 0; edge && i < row->count; i++) {
		edge[i] = row->cells[i].x_pt;
		edge[i + 1] = row->cells[i].x_pt + row->cells[i].width_pt;
	}
	return edge;
}

/* Of the whole row, not parted; it may be asked to be higher. */
static double text_height(const struct row *row)
{
	double tallest = 0;

	for (unsigned i = 0; i < row->count; i++)
		tallest = fmax(tallest, stack_height(&row->cells[i].text) + 2 * PAD_Y_PT);
	return tallest;
}

/* How much further down its text begins, because the row is a little higher than that needs. */
static double drop_of(const struct lay *l, const struct row *row)
{
	double slack = white_of(l, row->block->height_pt) - text_height(row);

	return slack > 0 && slack <= CENTRED_PT ? slack / 2 : 0;
}

static int put_row(
	struct lay *l, struct table *t, struct row *row, double room, bool in_head, struct stack *out)
{
	const double *edge = edges_of(l, row);
	double drop = drop_of(l, row);
	bool first = true;

	if (!edge)
		return err_nomem(l->e);
	do {
		struct strip *s = stack_add(l, out, 0, 0);
		if (!s)
			return -1;
		s->table = t;
		s->edge_pt = edge;
		s->edges = row->count + 1;
		s->head = in_head;
		s->lines = 2; /* a row is enough company for a signature */
		if (row->block->head && t->border_pt > 0 && add_ground(l, t, s))
			return -1;
		struct bit *ground = s->bits.last;
		double tallest = first ? fmin(white_of(l, row->block->height_pt), room) : 0;
		for (unsigned i = 0; i < row->count; i++) {
			double height = 0;
			if (fill_cell(l, &row->cells[i], room, drop, s, &height))
				return -1;
			tallest = fmax(tallest, height);
		}
		s->height_pt = tallest;
		if (ground)
			ground->item.y_pt = -tallest;
		first = false;
	} while (!is_done(row));
	return 0;
}

static double height_of(const struct lay *l, const struct row *row)
{
	return fmax(white_of(l, row->block->height_pt), text_height(row));
}

/* Height of what may not be parted from the next strip: a title, head rows. */
static double glued_above(const struct stack *s)
{
	double height = s->glue_next ? s->after_pt : 0;

	for (const struct strip *strip = s->glue_next ? s->last : NULL; strip; strip = strip->prev) {
		height += strip->height_pt + strip->gap_pt;
		if (!strip->glued)
			break;
	}
	return height;
}

static bool has_signature(const struct block *row)
{
	for (const struct block *c = row->children; c; c = c->next)
		for (const struct block *b = c->children; b; b = b->next)
			if (b->kind == BLOCK_SIGNATURE)
				return true;
	return false;
}

int table_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
{
	struct table *t = arena_alloc(l->a, sizeof *t);
	struct row *row = arena_alloc(l->a, sizeof *row);
	struct place tp = *p;
	unsigned index = 0;
	bool heads =
		!p->fixed; /* in a list or a cell the head stands once: the label beside it would be repeated, too */

	if (!t || !row)
		return err_nomem(l->e);
	t->border_pt = b->border_pt;
	t->x1_pt = tp.x_pt;
	t->x2_pt = tp.x_pt + tp.width_pt;
	t->block = tp.block;
	tp.body = false;
	tp.gap_pt = 0;
	if (!tp.fixed) {
		tp.fixed = true;
		tp.role = ROLE_TABLE;
	}
	stack_after(out, p->gap_pt);
	for (const struct block *r = b->children; r; r = r->next, index++) {
		struct place rp = place_of(l, &tp, r);
		if (measure_row(l, r, &rp, row))
			return -1;
		if (row->count == 0)
			continue;
		if (index == 0) {
			/* The frame goes around what the first row takes. */
			const struct cell *last = &row->cells[row->count - 1];
			t->x2_pt = last->x_pt + last->width_pt;
		}
		/* What stands in a cell has less room than a page. */
		double page = l->page_room_pt,
		       room = fmax(page - fmax(t->head_pt, glued_above(out)), page / 2);
		l->page_room_pt = fmax(room - 2 * PAD_Y_PT, page / 3);
		int failed = set_cells(l, t, &rp, index, row);
		l->page_room_pt = page;
		if (failed)
			return -1;
		/* A signature has the row above it for company; that one is parted if no page can hold both. */
		if (r->next && has_signature(r->next))
			room = fmax(room - SIGNATURE_ROW_PT, room / 2);
		/* A head that would leave the table less than a third of each page is a row like others. */
		heads = heads && r->head && t->head_pt + height_of(l, row) <= page * 2 / 3;
		out->glue_next |= index > 0 && has_signature(r);
		if (put_row(l, t, row, room, heads, out))
			return -1;
		if (heads) {
			if (!t->head)
				t->head = out->last;
			t->head_pt += out->last->height_pt;
		}
		if (heads || r->keep_with_next)
			out->glue_next = r->next != NULL;
	}
	stack_after(out, p->gap_pt);
	return 0;
}
