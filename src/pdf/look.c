#include "pdf/look.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "pdf/writer.h"

#include <math.h>

#define TREE_DEPTH 64
/* Nodes of a page tree that are looked at: ten times the pages of the longest file anyone would sign. */
#define NODES_MAX  100000

/* ---- the page ---- */

struct page_walk {
	unsigned wanted, seen, nodes;
	qpdf_oh found;
};

/* Counts leaves itself: /Count is what the file says, and may lie. True once the page is found. */
static bool walk_pages(struct pdf_reader *r, struct page_walk *w, qpdf_oh node, int depth)
{
	qpdf_oh kids = qpdf_oh_get_key_if_dict(r->q, node, "/Kids");

	if (depth > TREE_DEPTH || ++w->nodes > NODES_MAX)
		return false;
	if (!qpdf_oh_is_array(r->q, kids)) {
		if (depth == 0 || !qpdf_oh_is_dictionary(r->q, node) || pdf_id_of(r, node).number == 0)
			return false;
		w->found = node;
		return ++w->seen == w->wanted;
	}
	int count = qpdf_oh_get_array_n_items(r->q, kids);
	for (int i = 0; i < count && w->nodes <= NODES_MAX; i++)
		if (walk_pages(r, w, qpdf_oh_get_array_item(r->q, kids, i), depth + 1))
			return true;
	return false;
}

int look_page(struct pdf_reader *r, const struct pdf_look *look, qpdf_oh *out, struct err *e)
{
	if (!look || look->page == 1)
		return pdf_reader_first_page(r, out, e);
	struct page_walk w = {.wanted = look->page};
	bool found = walk_pages(r, &w, qpdf_oh_get_key(r->q, r->root, "/Pages"), 0);
	if (pdf_reader_check(r, e) != 0)
		return -1;
	if (!found)
		return err_set(e, ERR_INPUT, _("%s: has no page %u for a visible signature, only %u"),
			r->name, look->page, w.seen);
	*out = w.found;
	return 0;
}

/* ---- its geometry ---- */

/* What a page's parents may say for it (ISO 32000-2 7.7.3.4). */
static qpdf_oh inherited(struct pdf_reader *r, qpdf_oh page, const char *key)
{
	for (int depth = 0; depth < TREE_DEPTH; depth++) {
		if (qpdf_oh_is_dictionary(r->q, page) && qpdf_oh_has_key(r->q, page, key))
			break;
		page = qpdf_oh_get_key_if_dict(r->q, page, "/Parent");
	}
	return qpdf_oh_get_key_if_dict(r->q, page, key);
}

struct box {
	double left, bottom, right, top;
};

static bool read_box(struct pdf_reader *r, qpdf_oh array, struct box *out)
{
	double v[4];

	if (!qpdf_oh_is_array(r->q, array) || qpdf_oh_get_array_n_items(r->q, array) != 4)
		return false;
	for (int i = 0; i < 4; i++) {
		qpdf_oh item = qpdf_oh_get_array_item(r->q, array, i);
		if (!qpdf_oh_is_number(r->q, item))
			return false;
		v[i] = qpdf_oh_get_numeric_value(r->q, item);
		if (!isfinite(v[i]) || fabs(v[i]) > 1e6)
			return false;
	}
	/* Any two opposite corners (7.9.5). */
	*out = (struct box){fmin(v[0], v[2]), fmin(v[1], v[3]), fmax(v[0], v[2]), fmax(v[1], v[3])};
	return out->right > out->left && out->top > out->bottom;
}

/* What of the page is shown: the crop box inside the media box (14.11.2). */
static int shown_box(struct pdf_reader *r, qpdf_oh page, struct box *out, struct err *e)
{
	struct box media, crop;

	if (!read_box(r, inherited(r, page, "/MediaBox"), &media))
		return err_set(e, ERR_INPUT, _("%s: damaged: a page without a size (/MediaBox)"), r->name);
	*out = media;
	if (!read_box(r, inherited(r, page, "/CropBox"), &crop))
		return 0;
	crop = (struct box){fmax(crop.left, media.left), fmax(crop.bottom, media.bottom),
		fmin(crop.right, media.right), fmin(crop.top, media.top)};
	if (crop.right > crop.left && crop.top > crop.bottom)
		*out = crop;
	return 0;
}

/* Quarter turns clockwise, 0 to 3. */
static int quarter_turns(struct pdf_reader *r, qpdf_oh page)
{
	int degrees = 0;

	(void)qpdf_oh_get_value_as_int(r->q, inherited(r, page, "/Rotate"), &degrees);
	return ((degrees / 90) % 4 + 4) % 4;
}

/* How many points a unit of the page is (table 31). */
static double user_unit(struct pdf_reader *r, qpdf_oh page)
{
	qpdf_oh unit = qpdf_oh_get_key(r->q, page, "/UserUnit");
	double value = qpdf_oh_is_number(r->q, unit) ? qpdf_oh_get_numeric_value(r->q, unit) : 1;

	return value > 0 && value <= 1e4 ? value : 1;
}

/* From the upper left corner of the page as it is seen to the page's own coordinates. */
static void place(const struct box *page, int turns, double right, double down, double *x, double *y)
{
	switch (turns) {
	case 1:
		*x = page->left + down;
		*y = page->bottom + right;
		break;
	case 2:
		*x = page->right - right;
		*y = page->bottom + down;
		break;
	case 3:
		*x = page->right - down;
		*y = page->top - right;
		break;
	default:
		*x = page->left + right;
		*y = page->top - down;
		break;
	}
}

static bool is_sane_size(const struct pdf_look *look)
{
	return look->width >= 1 && look->height >= 1 && look->width <= 14400 && look->height <= 14400 &&
	       look->x >= 0 && look->y >= 0 && look->x <= 14400 && look->y <= 14400;
}

/* The rectangle on the page; refused when a part of it would stand outside, where nobody sees it. */
static int find_rectangle(struct pdf_reader *r, qpdf_oh page, const struct pdf_look *look, struct box *out,
	int *turns, struct err *e)
{
	double unit = user_unit(r, page), x0, y0, x1, y1;
	struct box shown = {0};

	if (shown_box(r, page, &shown, e) != 0)
		return -1;
	*turns = quarter_turns(r, page);
	double wide = shown.right - shown.left, high = shown.top - shown.bottom;
	if (*turns & 1) {
		double swap = wide;
		wide = high;
		high = swap;
	}
	if (!is_sane_size(look) || (look->x + look->width) / unit > wide + 0.5 ||
		(look->y + look->height) / unit > high + 0.5)
		return err_set(e, ERR_INPUT,
			_("%s: the visible signature does not stand on page %u, which is %.0f by %.0f "
			  "points"),
			r->name, look->page, wide * unit, high * unit);
	double down = look->from_below ? high - (look->y + look->height) / unit : look->y / unit;
	place(&shown, *turns, look->x / unit, down, &x0, &y0);
	place(&shown, *turns, (look->x + look->width) / unit, down + look->height / unit, &x1, &y1);
	*out = (struct box){fmin(x0, x1), fmin(y0, y1), fmax(x0, x1), fmax(y0, y1)};
	return 0;
}

/* The way back from place(). */
static void place_back(const struct box *page, int turns, double x, double y, double *right, double *down)
{
	*right = turns == 0   ? x - page->left
		 : turns == 1 ? y - page->bottom
		 : turns == 2 ? page->right - x
			      : page->top - y;
	*down = turns == 0   ? page->top - y
		: turns == 1 ? x - page->left
		: turns == 2 ? y - page->bottom
			     : page->right - x;
}

bool look_find(struct pdf_reader *r, qpdf_oh page, qpdf_oh rect, struct page_area *out)
{
	double unit = user_unit(r, page), x0, y0, x1, y1;
	struct err unseen = ERR_INIT;
	struct box shown, box;

	if (shown_box(r, page, &shown, &unseen) != 0 || !read_box(r, rect, &box))
		return false;
	int turns = quarter_turns(r, page);
	place_back(&shown, turns, box.left, box.bottom, &x0, &y0);
	place_back(&shown, turns, box.right, box.top, &x1, &y1);
	out->x = fmin(x0, x1) * unit;
	out->y = fmin(y0, y1) * unit;
	out->width = fabs(x1 - x0) * unit;
	out->height = fabs(y1 - y0) * unit;
	return true;
}

/* ---- what is drawn ---- */

static void add_stream(struct update *u, const void *bytes, size_t len)
{
	buf_addf(u->out, " /Length %zu >>\nstream\n", len);
	buf_add(u->out, bytes, len);
	buf_adds(u->out, "\nendstream");
}

static void add_picture(struct update *u, struct pdf_id id, const struct image *i)
{
	struct pdf_id mask = {0, 0};

	if (i->mask.len > 0)
		mask = pdf_id_of(u->r, update_reserve(u));
	update_open_object(u, id);
	buf_addf(u->out,
		"<< /Type /XObject /Subtype /Image /Width %u /Height %u /ColorSpace %s /BitsPerComponent %u "
		"/Filter %s",
		i->width, i->height, buf_str(&i->colours), i->bits, i->filter);
	if (mask.number)
		buf_addf(u->out, " /SMask %d 0 R", mask.number);
	add_stream(u, i->samples.data, i->samples.len);
	update_close_object(u);
	if (!mask.number)
		return;
	update_open_object(u, mask);
	buf_addf(u->out,
		"<< /Type /XObject /Subtype /Image /Width %u /Height %u /ColorSpace /DeviceGray "
		"/BitsPerComponent 8 /Filter /FlateDecode",
		i->width, i->height);
	add_stream(u, i->mask.data, i->mask.len);
	update_close_object(u);
}

/* The form is as wide and high as it is seen; its matrix turns it back on a turned page (12.5.5). */
static void add_form(
	struct update *u, struct pdf_id id, struct pdf_id picture, const struct box *at, int turns)
{
	static const char *const matrices[] = {"1 0 0 1", "0 1 -1 0", "-1 0 0 -1", "0 -1 1 0"};
	double wide = turns & 1 ? at->top - at->bottom : at->right - at->left;
	double high = turns & 1 ? at->right - at->left : at->top - at->bottom;
	AUTO(buf_release) struct buf content = BUF_INIT(256);

	buf_adds(&content, "q ");
	pdf_add_number(&content, wide);
	buf_adds(&content, " 0 0 ");
	pdf_add_number(&content, high);
	buf_adds(&content, " 0 0 cm /Im Do Q");
	update_open_object(u, id);
	buf_adds(u->out, "<< /Type /XObject /Subtype /Form /BBox [0 0 ");
	pdf_add_number(u->out, wide);
	buf_addc(u->out, ' ');
	pdf_add_number(u->out, high);
	buf_addf(u->out, "] /Matrix [%s 0 0] /Resources << /XObject << /Im %d 0 R >> >>", matrices[turns],
		picture.number);
	add_stream(u, content.data, content.len);
	update_close_object(u);
}

int look_write(
	struct update *u, qpdf_oh page, const struct pdf_look *look, struct buf *entries, struct err *e)
{
	AUTO(image_release) struct image image = IMAGE_INIT;
	struct box at = {0};
	int turns = 0;

	if (!look) {
		buf_adds(entries, "/Rect [0 0 0 0]");
		return 0;
	}
	if (find_rectangle(u->r, page, look, &at, &turns, e) != 0 ||
		image_parse(look->image, look->image_len, &image, e) != 0)
		return -1;
	struct pdf_id form = pdf_id_of(u->r, update_reserve(u));
	struct pdf_id picture = pdf_id_of(u->r, update_reserve(u));
	add_form(u, form, picture, &at, turns);
	add_picture(u, picture, &image);
	const double corners[] = {at.left, at.bottom, at.right, at.top};
	buf_adds(entries, "/Rect [");
	for (size_t i = 0; i < ARRAY_LEN(corners); i++) {
		pdf_add_number(entries, corners[i]);
		buf_adds(entries, i < 3 ? " " : "]");
	}
	buf_addf(entries, " /AP << /N %d 0 R >>", form.number);
	return buf_check(entries, e);
}
