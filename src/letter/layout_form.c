/* What forms are made of: reference block, label-value lines, check boxes. */
#include "letter/layout.h"

#include "base/i18n.h"

#include <math.h>

#define COLON_GAP_PT (3 * PT_PER_MM) /* from the colon to the value */

/* Where number, label, colon and value of a field stand, from the block's left. */
struct fields_grid {
	double label_pt, colon_pt, value_pt, width_pt;
	double first_pt; /* as width_pt, of the first row */
};

static int grid_of(struct lay *l, const struct block *b, const struct place *p, double colon_default,
	struct fields_grid *g)
{
	double widest = 0, number = 0;
	bool numbered = false;

	for (const struct block *f = b->children; f; f = f->next) {
		struct place fp = place_of(l, p, f);
		double width = 0;
		if (f->label && text_measure(l, f->label, FACE_REGULAR, &fp, &width))
			return -1;
		widest = fmax(widest, width);
		if (!f->mark || !*f->mark)
			continue;
		if (text_measure(l, f->mark, FACE_REGULAR, &fp, &width))
			return -1;
		number = fmax(number, width + 0.3 * p->size_pt);
		numbered = true;
	}
	g->label_pt = b->label_pt > 0 ? b->label_pt : numbered ? 7 * PT_PER_MM : 0;
	g->label_pt = fmax(g->label_pt, number);
	if (number > p->width_pt / 3)
		return err_set(l->e, ERR_CONFIG,
			_("line %u: a field's number is too wide to stand before its label"), p->line);
	g->colon_pt = b->colon_pt;
	if (b->colon_pt <= 0) {
		/* As wide as the labels need, but never more than half of the block. */
		double wanted =
			fmax(colon_default, g->label_pt + fmax(widest + 0.5 * p->size_pt, 2 * p->size_pt));
		g->colon_pt = fmin(wanted, p->width_pt / 2);
	}
	g->value_pt = g->colon_pt + fmin(COLON_GAP_PT, 0.8 * p->size_pt);
	g->width_pt = g->first_pt = p->width_pt;
	return 0;
}

/* All lines of the label, below each other from the top of the first strip on; their height. */
static int put_label(
	struct lay *l, const char *text, const struct place *p, struct bits *bits, double *height_pt)
{
	struct stack lines = {.first = NULL};
	struct canvas c = {.empty = true};

	if (lines_set_text(l, text, FACE_REGULAR, p, 0, &lines))
		return -1;
	for (struct strip *s = lines.first; s; s = s->next)
		if (canvas_put(l, &c, s))
			return -1;
	bits_prepend(&c.bits, bits);
	*bits = c.bits;
	*height_pt = -c.y_pt;
	return 0;
}

/* Strips from `s` on stay together until they are so high, with room added below when they are not. */
static int keep_beside(struct lay *l, struct strip *s, double height_pt, struct stack *out)
{
	struct strip *first = s;

	for (double high = s->height_pt; high < height_pt - 0.01;) {
		s = s->next ? s->next : stack_add(l, out, 0, height_pt - high);
		if (!s)
			return -1;
		s->glued = true;
		high += s->gap_pt + s->height_pt;
	}
	first->beside = s;
	return 0;
}

/*
 * Number, label and colon at the left of the value's strips. A label of several lines hangs from the first of them
 * down, so that all of it is read before the value.
 */
static int field_set(struct lay *l, const struct block *f, struct place p, const struct fields_grid *g,
	bool first, struct stack *out)
{
	struct strip *last = out->last;
	struct place label = p, value = p;
	double baseline = -baseline_drop(l, &p), height = 0;
	struct bits front = {NULL, NULL, 0};

	label.x_pt += g->label_pt;
	label.width_pt = g->colon_pt - g->label_pt - 0.2 * p.size_pt;
	label.align = value.align = ALIGN_LEFT;
	value.x_pt += g->value_pt;
	value.width_pt = (first ? g->first_pt : g->width_pt) - g->value_pt;
	value.cell = body_cell(&p);
	value.balanced &=
		!first; /* no word of a subject stands alone on a line; a number fills its first one */
	if (place_check(l, &value) || place_check(l, &label) ||
		text_put(l, &front, f->mark, FACE_REGULAR, &p, p.x_pt, baseline) ||
		put_label(l, f->label, &label, &front, &height) || blocks_set(l, f->children, &value, out))
		return -1;
	if (f->label && *f->label &&
		text_put(l, &front, ":", FACE_REGULAR, &label, p.x_pt + g->colon_pt, baseline))
		return -1;
	struct strip *s = last ? last->next : out->first;
	if (!s) {
		s = stack_add(l, out, 0, p.leading_pt);
		if (!s)
			return -1;
	}
	strip_join(s, &front, p.leading_pt);
	return keep_beside(l, s, height, out);
}

static int fields_rows(
	struct lay *l, const struct block *b, struct place p, const struct fields_grid *g, struct stack *out)
{
	bool outer = !p.fixed;
	unsigned row = 0;

	if (outer) {
		p.fixed = true;
		p.role = ROLE_LIST;
	}
	p.gap_pt = 0;
	for (const struct block *f = b->children; f; f = f->next, row++) {
		struct place fp = place_of(l, &p, f);
		struct strip *last = out->last;
		if (outer)
			fp.cell = row * 64 + 1;
		if (field_set(l, f, fp, g, row == 0, out))
			return -1;
		/* As of a paragraph, no line of it alone at the foot or at the top of a page. */
		if (last && (row == 1 || (row > 0 && !f->next)))
			last->next->glued = true;
	}
	return 0;
}

/* The last strip of the first field, which begins with `s`; how far below the top of `s` it begins. */
static struct strip *first_field_end(struct strip *s, double *below_pt)
{
	*below_pt = 0;
	while (s->next && s->next->bits.first && (s->next->bits.first->item.cell - 1) / 64 == 0) {
		*below_pt += s->height_pt + s->next->gap_pt;
		s = s->next;
	}
	return s;
}

int reference_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
{
	struct place rp = *p;
	struct fields_grid g;
	struct strip *last = out->last;

	rp.body = rp.hyphenate = false;
	rp.balanced = true;
	if (grid_of(l, b, &rp, 25 * PT_PER_MM, &g))
		return -1;
	/* Values end well before the date, at 125 of 190 mm (naskah-dinas 5.0); only the number may come near it. */
	double date = 0;
	if (b->mark && text_measure(l, b->mark, FACE_REGULAR, &rp, &date))
		return -1;
	g.first_pt = p->width_pt - (date > 0 ? date + rp.size_pt : 0);
	g.width_pt = fmin(95 * PT_PER_MM, g.first_pt);
	if (g.width_pt - g.value_pt < 30 * PT_PER_MM)
		g.width_pt = g.first_pt =
			p->width_pt; /* a place name as long as a line: the date goes below */
	if (fields_rows(l, b, rp, &g, out))
		return -1;
	struct strip *s = last ? last->next : out->first;
	/* Beside the first line of the number, read behind the last. */
	double below = 0;
	struct strip *number = s ? first_field_end(s, &below) : NULL;
	bool beside = number && p->width_pt - g.width_pt >= date && below < 10 * rp.leading_pt;
	if (date > 0 && !beside) {
		rp.align = ALIGN_RIGHT;
		if (lines_set_text(l, b->mark, FACE_REGULAR, &rp, 0, out))
			return -1;
	} else if (date > 0 && text_put(l, &number->bits, b->mark, FACE_REGULAR, &rp,
				       rp.x_pt + rp.width_pt - date, below - baseline_drop(l, &rp))) {
		return -1;
	}
	for (s = s ? s->next : NULL; s; s = s->next)
		s->glued = true;
	stack_after(out, white_of(l, rp.leading_pt));
	return 0;
}

int fields_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
{
	struct place fp = *p;
	struct fields_grid g;
	const struct frame *outside = out->frame;
	double gap = p->gap_pt;

	fp.x_pt += b->indent_pt;
	fp.width_pt -= b->indent_pt;
	if (b->width_pt > 0)
		fp.width_pt = fmin(fp.width_pt, b->width_pt);
	stack_after(out, gap);
	if (b->border_pt > 0 && !outside) {
		struct frame *frame = arena_alloc(l->a, sizeof *frame);
		if (!frame)
			return err_nomem(l->e);
		*frame = (struct frame){.x1_pt = fp.x_pt, .x2_pt = fp.x_pt + fp.width_pt};
		frame->pad_pt = 2 * PT_PER_MM;
		frame->border_pt = b->border_pt;
		frame->block = fp.block;
		fp.x_pt += frame->pad_pt;
		fp.width_pt -= 2 * frame->pad_pt;
		out->frame = frame;
	}
	if (place_check(l, &fp) || grid_of(l, b, &fp, 0, &g) || fields_rows(l, b, fp, &g, out))
		return -1;
	out->frame = outside;
	stack_after(out, gap);
	return 0;
}

/* ---- check boxes ---------------------------------------------------------------------------------------- */

#define BOX_PT     (3 * PT_PER_MM)
#define BOX_GAP_PT (1.6 * PT_PER_MM) /* to its text */
#define APART_PT   (3.6 * PT_PER_MM) /* between choices side by side */

/* What the box says, for those who do not see it: as wide as the box and the gap behind it. */
static int put_state(struct lay *l, struct bits *bits, const struct place *p, double x, bool crossed)
{
	const char *state = crossed ? "[x] " : "[ ] ";
	struct place sp = *p;
	double width = 0;

	sp.bold = false;
	sp.size_pt = 1;
	if (text_measure(l, state, FACE_REGULAR, &sp, &width))
		return -1;
	sp.size_pt = (BOX_PT + BOX_GAP_PT) / width;
	if (text_put(l, bits, state, FACE_REGULAR, &sp, x, -baseline_drop(l, p)))
		return -1;
	bits->last->item.paint = PAINT_NOTHING;
	return 0;
}

/* The box with its middle at half the height of capitals, and its cross. */
static int put_box(struct lay *l, struct bits *bits, const struct place *p, double x, bool crossed)
{
	const struct font_metrics *m = l->fonts->face[FACE_REGULAR];
	double middle = -baseline_drop(l, p) + m->cap_height * p->size_pt / 2000;

	if (put_state(l, bits, p, x, crossed))
		return -1;
	struct page_item *box = bits_add(l, bits, PAGE_BOX);
	if (!box)
		return -1;
	box->x_pt = x;
	box->x2_pt = x + BOX_PT;
	box->y_pt = middle - BOX_PT / 2;
	box->y2_pt = middle + BOX_PT / 2;
	box->width_pt = 0.6;
	box->block = p->block;
	box->cell = p->cell;
	for (int i = 0; crossed && i < 2; i++) {
		struct page_item *line = bits_add(l, bits, PAGE_LINE);
		if (!line)
			return -1;
		line->block = p->block;
		line->cell = p->cell;
		line->width_pt = 1.1;
		line->x_pt = x + 1.4;
		line->x2_pt = x + BOX_PT - 1.4;
		line->y_pt = i == 0 ? middle - BOX_PT / 2 + 1.4 : middle + BOX_PT / 2 - 1.4;
		line->y2_pt = 2 * middle - line->y_pt;
	}
	return 0;
}

/* Natural width of spans, box included. */
static int check_width(struct lay *l, const struct block *check, const struct place *p, double *width_pt)
{
	struct place wide = *p;
	struct stack s = {.first = NULL};

	wide.width_pt = 100000;
	wide.align = ALIGN_LEFT;
	*width_pt = BOX_PT + BOX_GAP_PT;
	if (lines_set(l, check->spans, &wide, 0, 0, &s))
		return -1;
	if (s.first && s.first->bits.last)
		*width_pt = s.first->bits.last->item.x2_pt - p->x_pt + BOX_PT + BOX_GAP_PT;
	return 0;
}

/* One choice at `x`; in a new strip (and more if it wraps), or at the end of `line`. */
static int check_set(struct lay *l, const struct block *check, struct place p, double x, struct strip *line,
	struct stack *out)
{
	struct stack text = {.first = NULL};
	struct bits box = {NULL, NULL, 0};
	double right = p.x_pt + p.width_pt;

	p.align = ALIGN_LEFT;
	p.body = p.hyphenate = false;
	if (put_box(l, &box, &p, x, check->crossed))
		return -1;
	p.x_pt = x + BOX_PT + BOX_GAP_PT;
	p.width_pt = right - p.x_pt;
	if (place_check(l, &p) || lines_set(l, check->spans, &p, 0, 0, &text))
		return -1;
	struct strip *from = text.first;
	for (bool first = true; first || from; first = false) {
		struct strip *to = first ? line : NULL;
		if (!to) {
			to = stack_add(l, out, 0, p.leading_pt);
			if (!to)
				return -1;
			to->glued |= !first;
		}
		if (from)
			bits_prepend(&from->bits, &box);
		struct bits *more = from ? &from->bits : &box;
		bits_prepend(more, &to->bits);
		to->bits = *more;
		box = (struct bits){NULL, NULL, 0};
		from = from ? from->next : NULL;
	}
	return 0;
}

int checks_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
{
	double gap = p->gap_pt;
	double right = p->x_pt + p->width_pt, x = right;
	struct strip *line = NULL;

	stack_after(out, gap);
	for (const struct block *check = b->children; check; check = check->next) {
		struct place cp = place_of(l, p, check);
		double width = 0;
		/* A box taller than the line would touch the next one. */
		cp.leading_pt = fmax(cp.leading_pt, BOX_PT + 2.5);
		if (b->inline_checks && check_width(l, check, &cp, &width))
			return -1;
		/* However short the text, a column has room for one letter at least. */
		double least = fmax(width, BOX_PT + BOX_GAP_PT + cp.size_pt);
		if (!b->inline_checks || x + least > right) {
			x = p->x_pt;
			line = NULL;
			/* One sees what was not chosen, too: no page ends among the boxes. */
			if (check != b->children)
				out->glue_next = true;
		}
		if (check_set(l, check, cp, x, line, out))
			return -1;
		line = out->last;
		x += width + APART_PT;
	}
	stack_after(out, gap);
	return 0;
}
