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
 */
#include "letter/layout.h"

#include "base/i18n.h"

#include <math.h>

#define BLOCK_WIDTH_PT  (80 * PT_PER_MM) /* the box is as wide, so that it ends at the margin */
#define BOX_HEIGHT_PT   (25 * PT_PER_MM) /* without the line of the code */
#define INSET_PT        (1.5 * PT_PER_MM)
#define QR_PT           (22 * PT_PER_MM)
#define TEXT_X_PT       (26 * PT_PER_MM)
#define TEXT_MIN_PT     (24 * PT_PER_MM) /* narrower: text goes below the QR */
#define TEXT_SIZE_PT    8.0
#define TEXT_LEADING_PT 10.0
#define CODE_HEIGHT_PT  12.0
#define ROOM_PT         4.0 /* at least, between text and code */
/* From the QR's edge to its first dark module: 4 modules of 37 or so (version 4 or 5 and its quiet zone). */
#define QUIET_PT        (QR_PT * 4 / 41)

struct box {
	struct bits bits;
	double width_pt, height_pt;
};

static int add_frame(struct lay *l, const struct place *p, struct box *box)
{
	struct page_item *frame = bits_add(l, &box->bits, PAGE_BOX);

	if (!frame)
		return -1;
	frame->block = p->block;
	frame->ink = INK_GREY;
	frame->width_pt = 0.5;
	frame->x_pt = p->x_pt;
	frame->x2_pt = p->x_pt + box->width_pt;
	frame->y_pt = -box->height_pt;
	return 0;
}

static int add_qr(struct lay *l, const struct place *p, double size, struct box *box)
{
	struct page_item *qr = bits_add(l, &box->bits, PAGE_QR);

	if (!qr)
		return -1;
	qr->role = ROLE_FIGURE;
	qr->block = p->block;
	qr->cell = p->cell;
	qr->x_pt = p->x_pt + INSET_PT;
	qr->x2_pt = qr->x_pt + size;
	qr->y2_pt = -INSET_PT;
	qr->y_pt = qr->y2_pt - size;
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

static int signed_box(struct lay *l, const struct signature *sig, const struct place *p, struct box *box)
{
	struct place tp = *p, cp = *p;
	struct stack text = {.first = NULL}, code = {.first = NULL};
	double inside = box->width_pt - 2 * INSET_PT, qr = fmin(QR_PT, inside);
	bool beside = box->width_pt - TEXT_X_PT - INSET_PT >= TEXT_MIN_PT;

	tp.size_pt = TEXT_SIZE_PT;
	tp.leading_pt = TEXT_LEADING_PT;
	tp.align = ALIGN_LEFT;
	tp.balanced = true;
	cp = tp;
	cp.x_pt += INSET_PT + QUIET_PT;
	cp.width_pt = inside - 2 * QUIET_PT;
	tp.x_pt += beside ? TEXT_X_PT : INSET_PT + QUIET_PT;
	tp.width_pt = p->x_pt + box->width_pt - INSET_PT - tp.x_pt;
	if (lines_set_text(l, "Ditandatangani secara elektronik oleh:", FACE_REGULAR, &tp, 0, &text) ||
		lines_set_text(l, sig->plain_name, FACE_BOLD, &tp, 1, &text) ||
		lines_set_text(l, sig->title, FACE_REGULAR, &tp, 0, &text) || set_code(l, &cp, &code))
		return -1;
	double below = beside ? 0 : qr, text_pt = stack_height(&text), code_pt = stack_height(&code);
	double upper = fmax(BOX_HEIGHT_PT, text_pt + 2 * INSET_PT + ROOM_PT + below);
	/* In the middle beside the QR, which stands at the top. */
	double y = beside ? -(fmax(BOX_HEIGHT_PT, text_pt + 2 * INSET_PT) - text_pt) / 2 : -INSET_PT - qr;
	box->height_pt = upper + fmax(CODE_HEIGHT_PT, code_pt + 2) - INSET_PT;
	if (add_frame(l, p, box) || add_qr(l, p, qr, box) || put_all(l, &box->bits, &text, y))
		return -1;
	return put_all(l, &box->bits, &code, -upper + INSET_PT);
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

static int above_set(struct lay *l, const char *line, const struct place *p, double labels_pt, double gap,
	struct stack *out)
{
	const char *colon = labels_pt > 0 ? find_colon(line) : NULL;
	struct place value = *p;
	struct strip *last = out->last;
	struct bits front = {NULL, NULL, 0};

	if (!colon)
		return lines_set_text(l, line, FACE_REGULAR, p, gap, out);
	const char *label = label_of(l, line, colon);
	if (!label)
		return err_nomem(l->e);
	double y = -baseline_drop(l, p), x = p->x_pt + labels_pt + 0.4 * p->size_pt;
	value.x_pt = x + 0.6 * p->size_pt;
	value.width_pt = p->x_pt + p->width_pt - value.x_pt;
	if (text_put(l, &front, label, FACE_REGULAR, p, p->x_pt, y) ||
		text_put(l, &front, ":", FACE_REGULAR, p, x, y) ||
		lines_set_text(l, colon + 2, FACE_REGULAR, &value, gap, out))
		return -1;
	struct strip *first = last ? last->next : out->first;
	if (!first) {
		first = stack_add(l, out, gap, p->leading_pt);
		if (!first)
			return -1;
	}
	strip_join(first, &front, p->leading_pt);
	return 0;
}

/* At least two lines of the letter stand on the page of its signature: nobody signs a page without text. */
static void keep_company(struct strip *last)
{
	unsigned lines = 0;

	for (struct strip *s = last; s && lines < 2 && !s->page_break; s = s->prev) {
		lines += s->lines;
		if (lines < 2)
			s->glued = s->prev != NULL;
	}
}

int signature_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
{
	const struct signature *sig = b->signature;
	struct place sp = *p;
	struct box box = {.width_pt = 0, .height_pt = BOX_HEIGHT_PT + CODE_HEIGHT_PT - INSET_PT};
	double before = white_of(l, 1.2 * p->size_pt), labels = 0;
	size_t from = out->count;

	if (!sig)
		return err_set(l->e, ERR_BUG, _("line %u: a signature block without a signer"), p->line);
	sp.width_pt = fmin(BLOCK_WIDTH_PT, p->width_pt - b->indent_pt);
	sp.x_pt = b->indent_pt > 0 ? p->x_pt + b->indent_pt : p->x_pt + p->width_pt - sp.width_pt;
	sp.align = ALIGN_LEFT;
	sp.balanced = true;
	sp.body = false;
	if (place_check(l, &sp) || colon_column(l, sig, &sp, &labels))
		return -1;
	struct strip *last = out->last;
	for (size_t i = 0; i < sig->above_count; i++)
		if (above_set(l, sig->above[i], &sp, labels, i == 0 ? before : 0, out))
			return -1;
	box.width_pt = sp.width_pt;
	if (l->stamp && l->stamp->code ? signed_box(l, sig, &sp, &box) : add_frame(l, &sp, &box))
		return -1;
	struct strip *s = stack_add(l, out, out->count == from ? before : 4, box.height_pt);
	if (!s)
		return -1;
	s->bits = box.bits;
	if (lines_set_text(l, sig->name, FACE_BOLD, &sp, 4, out))
		return -1;
	for (size_t i = 0; i < sig->below_count; i++)
		if (lines_set_text(l, sig->below[i], FACE_REGULAR, &sp, 0, out))
			return -1;
	for (s = last ? last->next : out->first; s; s = s->next)
		s->glued = s != out->first;
	keep_company(last);
	return 0;
}
