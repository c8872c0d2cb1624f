/* Blocks to strips: paragraphs, titles, lists, and who else is asked. */
#include "letter/layout.h"

#include "base/i18n.h"
#include "base/limits.h"

#include <math.h>

/* A column narrower than this holds no justified text: the gaps would be holes. */
#define JUSTIFY_MIN_PT (80 * PT_PER_MM)

double leading_of(const struct lay *l, double leading_pt, double size_pt)
{
	double tight = l->profile->tight_leading_pt * size_pt / l->profile->body_size_pt;

	return leading_pt - fmax(leading_pt - tight, 0) * l->squeeze;
}

double white_of(const struct lay *l, double gap_pt)
{
	return gap_pt * (1 - 0.4 * l->squeeze);
}

struct place place_of(const struct lay *l, const struct place *parent, const struct block *b)
{
	struct place p = *parent;

	if (b->size_pt > 0) {
		p.leading_pt *= b->size_pt / p.size_pt;
		p.size_pt = b->size_pt;
	}
	if (b->leading_pt > 0)
		p.leading_pt = leading_of(l, b->leading_pt, p.size_pt);
	p.line = b->line ? b->line : parent->line;
	if (!p.fixed)
		p.block = b->number;
	p.depth++;
	return p;
}

unsigned body_cell(const struct place *p)
{
	bool label = p->role == ROLE_LIST && p->cell % 64 == 1;

	return label ? p->cell + 1 : p->cell;
}

int place_check(struct lay *l, const struct place *p)
{
	if (p->depth > LIMIT_XML_DEPTH)
		return err_set(l->e, ERR_LIMIT, _("line %u: blocks are nested more than %d deep"), p->line,
			LIMIT_XML_DEPTH);
	if (p->width_pt < p->size_pt)
		return err_set(l->e, ERR_CONFIG, _("line %u: a column of %.1f pt has no room for text"),
			p->line, p->width_pt);
	return 0;
}

/* The profile's tight leading at this size, unless the block says its own. */
static void tighten(const struct lay *l, struct place *p, const struct block *b)
{
	if (b->leading_pt <= 0)
		p->leading_pt = fmin(
			p->leading_pt, l->profile->tight_leading_pt * p->size_pt / l->profile->body_size_pt);
}

/* "Dasar:" announces what follows it. */
static bool is_lead_in(const struct span *spans)
{
	const struct span *last = spans;

	while (last && last->next)
		last = last->next;
	return last && last->len > 0 && last->text[last->len - 1] == ':';
}

static int paragraph_set(struct lay *l, const struct block *b, struct place p, struct stack *out)
{
	double gap = p.gap_pt;

	if (b->align != ALIGN_JUSTIFY)
		p.align = b->align;
	if (p.align == ALIGN_JUSTIFY && p.width_pt < JUSTIFY_MIN_PT)
		p.align = ALIGN_LEFT;
	if (lines_set(l, b->spans, &p, b->indent_pt, gap, out))
		return -1;
	out->glue_next |= is_lead_in(b->spans);
	stack_after(out, gap);
	return 0;
}

/* Under the last line of the strips from `first` on: a stroke as long as their text. */
static int underline(struct lay *l, struct strip *first, const struct place *p)
{
	for (struct strip *s = first; s; s = s->next) {
		const struct bit *text = s->bits.first;
		if (!text)
			continue;
		double x1 = text->item.x_pt, x2 = s->bits.last->item.x2_pt, y = text->item.y_pt;
		struct page_item *line = bits_add(l, &s->bits, PAGE_LINE);
		if (!line)
			return -1;
		line->block = p->block;
		line->x_pt = x1;
		line->x2_pt = x2;
		line->y_pt = line->y2_pt = y - 0.11 * p->size_pt;
		line->width_pt = 0.065 * p->size_pt;
	}
	return 0;
}

/* Paragraphs whose lines stay together: kop, addressee, title. */
static int lines_block_set(struct lay *l, const struct block *b, const struct place *p, double before,
	double after, struct stack *out)
{
	for (const struct block *child = b->children; child; child = child->next) {
		struct place cp = place_of(l, p, child);
		struct strip *last = out->last;
		cp.hyphenate = false;
		if (child->align != ALIGN_JUSTIFY)
			cp.align = child->align;
		if (child != b->children && out->last)
			out->glue_next = true;
		if (lines_set(l, child->spans, &cp, 0, child == b->children ? before : 0, out))
			return -1;
		out->glue_next = false;
		for (struct strip *s = last ? last->next : out->first; s; s = s->next)
			if (s != (last ? last->next : out->first))
				s->glued = true;
		if ((b->underlined || child->underlined) && underline(l, last ? last->next : out->first, &cp))
			return -1;
	}
	stack_after(out, after);
	return 0;
}

/* A centred line right below a title belongs to it: the letter's number, the level of a sheet. */
static bool is_subtitle(const struct block *title, const struct block *b)
{
	return title && b && title->kind == BLOCK_TITLE && b->kind == BLOCK_PARAGRAPH &&
	       b->align == ALIGN_CENTER;
}

static int title_set(struct lay *l, const struct block *b, struct place p, struct stack *out)
{
	tighten(l, &p, b);
	p.align = ALIGN_CENTER;
	p.bold = true;
	if (!p.fixed)
		p.role = ROLE_TITLE;
	double after = p.size_pt * (is_subtitle(b, b->next) ? 0.25 : 1.5);
	if (lines_block_set(l, b, &p, white_of(l, p.size_pt), white_of(l, after), out))
		return -1;
	out->glue_next = out->last != NULL; /* a title never stands alone at the foot of a page */
	return 0;
}

static int addressee_set(struct lay *l, const struct block *b, struct place p, struct stack *out)
{
	tighten(l, &p, b);
	p.align = ALIGN_LEFT;
	p.x_pt += b->indent_pt;
	p.width_pt = fmin(p.width_pt - b->indent_pt, 120 * PT_PER_MM);
	p.hyphenate = false;
	return lines_block_set(l, b, &p, white_of(l, p.leading_pt), white_of(l, p.leading_pt * 1.4), out);
}

/* Own kop lines on plain paper; the double rule below as in naskah-dinas 1.2. */
static int kop_set(struct lay *l, const struct block *b, struct place p, struct stack *out)
{
	const struct kop *kop = &l->profile->kop;

	tighten(l, &p, b);
	p.align = ALIGN_CENTER;
	p.role = ROLE_TEXT;
	if (lines_block_set(l, b, &p, 0, p.size_pt, out))
		return -1;
	if (kop->rule_top_pt > 0)
		return 0; /* the stationery has a rule */
	double thick = kop->rule_thick_pt > 0 ? kop->rule_thick_pt : 1.8;
	double thin = kop->rule_thin_pt > 0 ? kop->rule_thin_pt : 0.6;
	double apart = kop->rule_gap_pt > 0 ? kop->rule_gap_pt : 2.5;
	struct strip *s = stack_add(l, out, 4, thick + apart + thin);
	if (!s)
		return -1;
	s->glued = out->count > 1;
	for (int i = 0; i < 2; i++) {
		struct page_item *line = bits_add(l, &s->bits, PAGE_LINE);
		if (!line)
			return -1;
		line->x_pt = p.x_pt;
		line->x2_pt = p.x_pt + p.width_pt;
		line->width_pt = i == 0 ? thick : thin;
		line->y_pt = line->y2_pt = i == 0 ? -thick / 2 : -thick - apart - thin / 2;
	}
	stack_after(out, 2 * p.leading_pt);
	return 0;
}

/* ---- lists ---------------------------------------------------------------------------------------------- */

static int label_column(struct lay *l, const struct block *list, const struct place *p, double *width_pt)
{
	double widest = 0;

	*width_pt = list->indent_pt;
	if (list->indent_pt > 0)
		return 0;
	for (const struct block *item = list->children; item; item = item->next) {
		struct place ip = place_of(l, p, item);
		double width = 0;
		if (item->label && text_measure(l, item->label, FACE_REGULAR, &ip, &width))
			return -1;
		widest = fmax(widest, width);
	}
	*width_pt = fmin(fmax(widest + 0.5 * p->size_pt, 1.8 * p->size_pt), p->width_pt / 3);
	return 0;
}

static int item_set(struct lay *l, const struct block *item, struct place p, double label_pt, double gap,
	struct stack *out)
{
	struct place body = p;
	struct strip *last = out->last;
	struct bits label = {NULL, NULL, 0};
	double width = 0;

	body.x_pt += label_pt;
	body.width_pt -= label_pt;
	/* What belongs to one point stands closer than two points. */
	body.gap_pt = gap / 2;
	body.cell = body_cell(&p);
	if (place_check(l, &body) || (item->label && text_measure(l, item->label, FACE_REGULAR, &p, &width)))
		return -1;
	stack_after(out, gap);
	if (width > label_pt - 0.2 * p.size_pt) {
		/* Too wide for its column: the label has a line of its own. */
		struct place own = p;
		own.align = ALIGN_LEFT;
		if (lines_set_text(l, item->label, FACE_REGULAR, &own, 0, out))
			return -1;
		out->glue_next = item->children != NULL;
		return blocks_set(l, item->children, &body, out);
	}
	if (text_put(l, &label, item->label, FACE_REGULAR, &p, p.x_pt, -baseline_drop(l, &p)) ||
		blocks_set(l, item->children, &body, out))
		return -1;
	struct strip *first = last ? last->next : out->first;
	if (!first) {
		first = stack_add(l, out, gap, p.leading_pt);
		if (!first)
			return -1;
	}
	strip_join(first, &label, p.leading_pt);
	return 0;
}

static int list_set(struct lay *l, const struct block *b, struct place p, struct stack *out)
{
	double gap = p.gap_pt;
	double label_pt = 0;
	unsigned row = 0;
	bool outer = !p.fixed;

	if (label_column(l, b, &p, &label_pt))
		return -1;
	if (outer) {
		p.fixed = true;
		p.role = ROLE_LIST;
	}
	for (const struct block *item = b->children; item; item = item->next, row++) {
		struct place ip = place_of(l, &p, item);
		if (outer)
			ip.cell = row * 64 + 1;
		if (item_set(l, item, ip, label_pt, gap, out))
			return -1;
	}
	stack_after(out, gap);
	return 0;
}

static int tembusan_set(struct lay *l, const struct block *b, struct place p, struct stack *out)
{
	struct stack *s = out;
	struct strip *before = s->last;

	if (b->size_pt <= 0) {
		p.leading_pt *= 10.5 / p.size_pt;
		p.size_pt = 10.5;
	}
	tighten(l, &p, b);
	p.body = false;
	p.gap_pt = 0;
	p.align = ALIGN_LEFT;
	if (lines_set_text(
		    l, b->label ? b->label : "Tembusan:", FACE_REGULAR, &p, white_of(l, 1.5 * p.size_pt), s))
		return -1;
	s->glue_next = true;
	if (list_set(l, b, p, s))
		return -1;
	s->glue_next = false;
	/* The heading and two copies at least, or all of them when they are few. */
	unsigned glue = b->children && s->count > 5 ? 3 : 5;
	struct strip *strip = before ? before->next : s->first;
	for (unsigned i = 0; strip && i < glue; i++, strip = strip->next)
		if (i > 0)
			strip->glued = true;
	return 0;
}

/* ---- all ------------------------------------------------------------------------------------------------ */

static int space_set(struct lay *l, const struct block *b, struct stack *out)
{
	double height = fmin(b->height_pt, l->page_room_pt);

	if (height <= 0)
		return 0;
	struct strip *s = stack_add(l, out, 0, height);
	if (!s)
		return -1;
	s->space = true;
	return 0;
}

static int page_break_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
{
	if (p->fixed)
		return 0; /* lists and cells hold none: the schema says so */
	struct strip *s = stack_add(l, out, 0, 0);

	if (!s)
		return -1;
	s->page_break = true;
	s->part = b->label;
	s->glued = false;
	out->glue_next = true;
	return 0;
}

static int block_set(struct lay *l, const struct block *b, const struct place *parent, struct stack *out)
{
	struct place p = place_of(l, parent, b);

	l->line = p.line;
	if (place_check(l, &p))
		return -1;
	switch (b->kind) {
	case BLOCK_KOP:
		return kop_set(l, b, p, out);
	case BLOCK_REFERENCE:
		tighten(l, &p, b);
		return reference_set(l, b, &p, out);
	case BLOCK_ADDRESSEE:
		return addressee_set(l, b, p, out);
	case BLOCK_TITLE:
		return title_set(l, b, p, out);
	case BLOCK_PARAGRAPH:
		return paragraph_set(l, b, p, out);
	case BLOCK_LIST:
		return list_set(l, b, p, out);
	case BLOCK_FIELDS:
		return fields_set(l, b, &p, out);
	case BLOCK_TABLE:
		tighten(l, &p, b);
		return table_set(l, b, &p, out);
	case BLOCK_CHECKS:
		return checks_set(l, b, &p, out);
	case BLOCK_SIGNATURE:
		tighten(l, &p, b);
		return signature_set(l, b, &p, out);
	case BLOCK_SIGNATURES:
		tighten(l, &p, b);
		return signatures_set(l, b, &p, out);
	case BLOCK_TEMBUSAN:
		return tembusan_set(l, b, p, out);
	case BLOCK_PAGE_BREAK:
		return page_break_set(l, b, &p, out);
	case BLOCK_SPACE:
		return space_set(l, b, out);
	case BLOCK_ITEM:
	case BLOCK_FIELD:
	case BLOCK_ROW:
	case BLOCK_CELL:
	case BLOCK_CHECK:
	case BLOCK_KIND_COUNT:
		break;
	}
	return err_set(
		l->e, ERR_BUG, _("line %u: block kind %d stands where it cannot"), b->line, (int)b->kind);
}

int blocks_set(struct lay *l, const struct block *blocks, const struct place *p, struct stack *out)
{
	const struct block *above = NULL;

	for (const struct block *b = blocks; b; above = b, b = b->next) {
		size_t before = out->count;
		if (block_set(l, b, p, out))
			return -1;
		if (is_subtitle(above, b))
			stack_after(out, white_of(l, p->size_pt));
		if (b->keep_with_next && out->count > before)
			out->glue_next = true;
	}
	return 0;
}
