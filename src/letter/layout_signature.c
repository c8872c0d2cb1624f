/*
 * The signature block: jabatan above, box, name and number below (naskah-dinas 5.0).
 *
 *	+--------------------------------------------+
 *	|  QR QR   Ditandatangani secara             |
 *	|  QR QR   elektronik oleh:                  |
 *	|  QR QR   Name Without Titles               |
 *	|  QR QR   Jabatan                           |
 *	|  Kode: 7K3Q9-XWM2R-TDH5V-B0C1E-F           |
 *	+--------------------------------------------+
 *
 * The code stands under the QR, as wide as the box: at 8 pt it can be typed from paper. A draft has the box and
 * nothing in it, because nothing was signed.
 *
 * Several signers of one letter stand two in a row (naskah-dinas 5.5), the third below in the middle. In a row the
 * boxes stand at one height and are equally high, so the names below them are on one line too; each signer is read
 * whole before the next. A row is one strip: no page ends in it.
 */
#include "letter/layout.h"

#include "base/i18n.h"
#include "base/limits.h"

#include <math.h>

#define BLOCK_WIDTH_PT  (80 * PT_PER_MM) /* the box is as wide, so that it ends at the margin */
#define APART_PT        (10 * PT_PER_MM) /* between two signers of a row */
#define BOX_HEIGHT_PT   (25 * PT_PER_MM) /* without the line of the code */
#define INSET_PT        (1.5 * PT_PER_MM)
#define QR_PT           (22 * PT_PER_MM)
#define TEXT_X_PT       (26 * PT_PER_MM)
#define TEXT_MIN_PT     (24 * PT_PER_MM) /* narrower: text goes below the QR */
#define TEXT_SIZE_PT    8.0
#define TEXT_LEADING_PT 10.0
#define CODE_HEIGHT_PT  12.0
#define ROOM_PT         4.0 /* at least, between text and code; above and below the box */
/* From the QR's edge to its first dark module: 4 modules of 37 or so (version 4 or 5 and its quiet zone). */
#define QUIET_PT        (QR_PT * 4 / 41)
#define COMPANY         2 /* lines of the letter that stand on the page of its signature, at least */

struct box {
	struct stack text, code; /* none in a draft */
	double width_pt, height_pt;
	double qr_pt;
	double text_pt, code_pt; /* heights */
	bool beside;             /* the text stands beside the QR, not below it */
};

/* One signer, set but not yet put. */
struct signing {
	struct place place; /* the column */
	struct stack above, below;
	struct box box;
};

static int add_frame(struct lay *l, struct bits *b, const struct place *p, const struct box *box, double top)
{
	struct page_item *frame = bits_add(l, b, PAGE_BOX);

	if (!frame)
		return -1;
	frame->block = p->block;
	frame->ink = INK_GREY;
	frame->width_pt = 0.5;
	frame->x_pt = p->x_pt;
	frame->x2_pt = p->x_pt + box->width_pt;
	frame->y_pt = top - box->height_pt;
	frame->y2_pt = top;
	return 0;
}

static int add_qr(struct lay *l, struct bits *b, const struct place *p, const struct box *box, double top)
{
	struct page_item *qr = bits_add(l, b, PAGE_QR);

	if (!qr)
		return -1;
	qr->role = ROLE_FIGURE;
	qr->block = p->block;
	qr->cell = p->cell;
	qr->x_pt = p->x_pt + INSET_PT;
	qr->x2_pt = qr->x_pt + box->qr_pt;
	qr->y2_pt = top - INSET_PT;
	qr->y_pt = qr->y2_pt - box->qr_pt;
	qr->qr = l->stamp->qr;
	qr->alt = l->stamp->url;
	return 0;
}

/* The stack's lines at once, from `y` down. */
static int put_all(struct lay *l, struct bits *bits, const struct stack *s, double y)
{
	struct canvas c = {.empty = true};

	c.y_pt = y;
	for (struct strip *strip = s->first; strip; strip = strip->next)
		if (canvas_put(l, &c, strip))
			return -1;
	bits_prepend(&c.bits, bits);
	*bits = c.bits;
	return 0;
}

/* "Kode: ..." in the widest form that fits on a line, else cut at its hyphens. */
static int set_code(struct lay *l, const struct place *p, struct stack *out)
{
	struct place cp = *p;
	char shown[CODE_SHOWN];
	double width = 0;

	code_show(l->stamp->code, shown);
	const char *code = arena_strdup(l->a, shown);
	const char *label = arena_printf(l->a, "Kode: %s", shown);
	if (!code || !label)
		return err_nomem(l->e);
	if (text_measure(l, label, FACE_REGULAR, &cp, &width))
		return -1;
	return lines_set_text(l, width <= cp.width_pt ? label : code, FACE_REGULAR, &cp, 0, out);
}

/* What the box of a signed letter says, and how high that makes it. */
static int set_box(struct lay *l, const struct signature *sig, const struct place *p, struct box *box)
{
	struct place tp = *p, cp = *p;
	double inside = box->width_pt - 2 * INSET_PT;

	box->qr_pt = fmin(QR_PT, inside);
	box->beside = box->width_pt - TEXT_X_PT - INSET_PT >= TEXT_MIN_PT;
	tp.size_pt = TEXT_SIZE_PT;
	tp.leading_pt = TEXT_LEADING_PT;
	tp.align = ALIGN_LEFT;
	tp.balanced = true;
	cp = tp;
	cp.x_pt += INSET_PT + QUIET_PT;
	cp.width_pt = inside - 2 * QUIET_PT;
	tp.x_pt += box->beside ? TEXT_X_PT : INSET_PT + QUIET_PT;
	tp.width_pt = p->x_pt + box->width_pt - INSET_PT - tp.x_pt;
	if (lines_set_text(l, "Ditandatangani secara elektronik oleh:", FACE_REGULAR, &tp, 0, &box->text) ||
		lines_set_text(l, sig->plain_name, FACE_BOLD, &tp, 1, &box->text) ||
		lines_set_text(l, sig->title, FACE_REGULAR, &tp, 0, &box->text) ||
		set_code(l, &cp, &box->code))
		return -1;
	box->text_pt = stack_height(&box->text);
	box->code_pt = fmax(CODE_HEIGHT_PT, stack_height(&box->code) + 2);
	double below = box->beside ? 0 : box->qr_pt;
	double upper = fmax(BOX_HEIGHT_PT, box->text_pt + 2 * INSET_PT + ROOM_PT + below);
	box->height_pt = upper + box->code_pt - INSET_PT;
	return 0;
}

/* With its upper edge at `top`. */
static int put_box(struct lay *l, struct bits *b, const struct place *p, const struct box *box, double top)
{
	if (add_frame(l, b, p, box, top))
		return -1;
	if (!box->text.first)
		return 0;
	/* In the middle beside the QR, which stands at the top. */
	double y = box->beside ? (fmax(BOX_HEIGHT_PT, box->text_pt + 2 * INSET_PT) - box->text_pt) / 2
			       : INSET_PT + box->qr_pt;
	if (add_qr(l, b, p, box, top) || put_all(l, b, &box->text, top - y))
		return -1;
	return put_all(l, b, &box->code, top - box->height_pt + box->code_pt);
}

/* "Tanggal: value" or "Tanggal : value" -> where the colon stands; NULL for other lines. */
static const char *find_colon(const char *line)
{
	const char *colon = strstr(line, ": ");

	return colon != line ? colon : NULL;
}

static char *label_of(struct lay *l, const char *line, const char *colon)
{
	size_t len = (size_t)(colon - line);

	return arena_strndup(l->a, line, line[len - 1] == ' ' ? len - 1 : len);
}

/* The widest label of the lines above, so that their colons stand below each other; 0 = there are none. */
static int colon_column(struct lay *l, const struct signature *sig, const struct place *p, double *width_pt)
{
	unsigned count = 0;

	*width_pt = 0;
	for (size_t i = 0; i < sig->above_count; i++) {
		const char *line = sig->above[i], *colon = find_colon(line);
		double width = 0;
		if (!colon)
			continue;
		const char *label = label_of(l, line, colon);
		if (!label)
			return err_nomem(l->e);
		count++;
		if (text_measure(l, label, FACE_REGULAR, p, &width))
			return -1;
		*width_pt = fmax(*width_pt, width);
	}
	if (count < 2 || *width_pt > p->width_pt / 2)
		*width_pt = 0;
	return 0;
}

static int above_set(
	struct lay *l, const char *line, const struct place *p, double labels_pt, struct stack *out)
{
	const char *colon = labels_pt > 0 ? find_colon(line) : NULL;
	struct place value = *p;
	struct strip *last = out->last;
	struct bits front = {NULL, NULL, 0};

	if (!colon)
		return lines_set_text(l, line, FACE_REGULAR, p, 0, out);
	const char *label = label_of(l, line, colon);
	if (!label)
		return err_nomem(l->e);
	double y = -baseline_drop(l, p), x = p->x_pt + labels_pt + 0.4 * p->size_pt;
	value.x_pt = x + 0.6 * p->size_pt;
	value.width_pt = p->x_pt + p->width_pt - value.x_pt;
	if (text_put(l, &front, label, FACE_REGULAR, p, p->x_pt, y) ||
		text_put(l, &front, ":", FACE_REGULAR, p, x, y) ||
		lines_set_text(l, colon + 2, FACE_REGULAR, &value, 0, out))
		return -1;
	struct strip *first = last ? last->next : out->first;
	if (!first) {
		first = stack_add(l, out, 0, p->leading_pt);
		if (!first)
			return -1;
	}
	strip_join(first, &front, p->leading_pt);
	return 0;
}

/* Nobody signs a page without text. */
static void keep_company(struct strip *last)
{
	unsigned lines = 0;

	for (struct strip *s = last; s && lines < COMPANY && !s->page_break; s = s->prev) {
		lines += s->lines;
		if (lines < COMPANY)
			s->glued = s->prev != NULL;
	}
}

/* Everything of one signer in the column `p`. */
static int set_signing(struct lay *l, const struct block *b, const struct place *p, struct signing *out)
{
	const struct signature *sig = b->signature;
	double labels = 0;

	if (!sig)
		return err_set(l->e, ERR_BUG, _("line %u: a signature block without a signer"), p->line);
	*out = (struct signing){.place = *p};
	struct place *sp = &out->place;
	sp->align = ALIGN_LEFT;
	sp->balanced = true;
	sp->body = false;
	if (place_check(l, sp) || colon_column(l, sig, sp, &labels))
		return -1;
	for (size_t i = 0; i < sig->above_count; i++)
		if (above_set(l, sig->above[i], sp, labels, &out->above))
			return -1;
	out->box.width_pt = sp->width_pt;
	out->box.height_pt = BOX_HEIGHT_PT + CODE_HEIGHT_PT - INSET_PT;
	if (l->stamp && l->stamp->code && set_box(l, sig, sp, &out->box))
		return -1;
	if (lines_set_text(l, sig->name, FACE_BOLD, sp, 0, &out->below))
		return -1;
	for (size_t i = 0; i < sig->below_count; i++)
		if (lines_set_text(l, sig->below[i], FACE_REGULAR, sp, 0, &out->below))
			return -1;
	return 0;
}

/* The parts of a row: as high as those of its highest signer. */
struct row {
	double above_pt, box_pt, below_pt;
};

static struct row measure_row(const struct signing *signers, unsigned count)
{
	struct row r = {0, 0, 0};

	for (unsigned i = 0; i < count; i++) {
		r.above_pt = fmax(r.above_pt, stack_height(&signers[i].above));
		r.box_pt = fmax(r.box_pt, signers[i].box.height_pt);
		r.below_pt = fmax(r.below_pt, stack_height(&signers[i].below));
	}
	r.above_pt += r.above_pt > 0 ? ROOM_PT : 0;
	r.below_pt += ROOM_PT;
	return r;
}

static double row_height(const struct row *r)
{
	return r->above_pt + r->box_pt + r->below_pt;
}

/* Signers side by side, as one strip. */
static int put_row(struct lay *l, struct signing *signers, unsigned count, double gap, struct stack *out)
{
	struct row r = measure_row(signers, count);
	struct strip *s = stack_add(l, out, gap, row_height(&r));

	if (!s)
		return -1;
	for (unsigned i = 0; i < count; i++) {
		struct signing *one = &signers[i];
		one->box.height_pt = r.box_pt;
		if (put_all(l, &s->bits, &one->above, 0) ||
			put_box(l, &s->bits, &one->place, &one->box, -r.above_pt) ||
			put_all(l, &s->bits, &one->below, -r.above_pt - r.box_pt - ROOM_PT))
			return -1;
	}
	return 0;
}

static double gap_above(const struct lay *l, const struct place *p)
{
	return white_of(l, 1.2 * p->size_pt);
}

int signature_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
{
	struct place column = *p;
	struct strip *last = out->last;
	struct signing one;

	column.width_pt = fmin(BLOCK_WIDTH_PT, p->width_pt - b->indent_pt);
	column.x_pt += b->indent_pt > 0 ? b->indent_pt : p->width_pt - column.width_pt;
	if (set_signing(l, b, &column, &one) || put_row(l, &one, 1, gap_above(l, p), out))
		return -1;
	out->last->glued = last != NULL;
	keep_company(last);
	return 0;
}

/* All of them in their columns, two in a row; `*height_pt` is that of their rows. */
static int set_signers(struct lay *l, const struct block *b, const struct place *p, struct signing *signers,
	unsigned count, double *height_pt)
{
	double width = (p->width_pt - APART_PT) / 2;
	const struct block *c = b->children;

	*height_pt = 0;
	for (unsigned i = 0; i < count; i++, c = c->next) {
		struct place column = place_of(l, p, c);
		bool alone = i % 2 == 0 && i + 1 == count;
		column.width_pt = width;
		column.x_pt += alone ? (p->width_pt - width) / 2 : i % 2 * (width + APART_PT);
		if (set_signing(l, c, &column, &signers[i]))
			return -1;
		if (i % 2 == 1 || alone) {
			struct row r = measure_row(&signers[i - i % 2], 1 + i % 2);
			*height_pt += gap_above(l, p) + row_height(&r);
		}
	}
	return 0;
}

int signatures_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
{
	struct signing signers[LIMIT_SIGNERS];
	struct place sp = *p;
	struct strip *last = out->last;
	unsigned count = 0;
	double height = 0, room = l->page_room_pt - COMPANY * p->leading_pt;

	for (const struct block *c = b->children; c; c = c->next)
		if (++count > LIMIT_SIGNERS)
			return err_set(
				l->e, ERR_BUG, _("line %u: more than %d signers"), p->line, LIMIT_SIGNERS);
	if (set_signers(l, b, &sp, signers, count, &height))
		return -1;
	/* Names without end: smaller, so that nobody is left alone on a page. */
	if (height > room && sp.size_pt > TEXT_SIZE_PT) {
		sp.leading_pt *= TEXT_SIZE_PT / sp.size_pt;
		sp.size_pt = TEXT_SIZE_PT;
		if (set_signers(l, b, &sp, signers, count, &height))
			return -1;
	}
	for (unsigned i = 0; i < count; i += 2) {
		if (put_row(l, &signers[i], count - i < 2 ? 1 : 2, gap_above(l, p), out))
			return -1;
		out->last->glued = out->last->prev != NULL;
	}
	keep_company(last);
	return 0;
}
