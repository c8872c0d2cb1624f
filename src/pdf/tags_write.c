/* The structure tree as objects; declared in tags.h. */
#include "pdf/tags.h"

#include "base/auto.h"
#include "pdf/writer.h"

struct numbers {
	unsigned root, first, page_first, page_step;
};

static void add_reference(struct buf *out, unsigned number)
{
	pdf_add_uint(out, number);
	buf_adds(out, " 0 R");
}

static void write_mark(const struct tag_mark *m, uint32_t page, const struct numbers *at, struct buf *out)
{
	if (m->page == page) {
		pdf_add_uint(out, m->mcid);
		return;
	}
	buf_adds(out, "<</Type/MCR/Pg ");
	add_reference(out, at->page_first + m->page * at->page_step);
	buf_adds(out, "/MCID ");
	pdf_add_uint(out, m->mcid);
	buf_adds(out, ">>");
}

/*
 * What an element holds: its own marked content, its children, or, in a cell with a figure, both as they come to
 * be read. Marks are numbered in that order and such a child has one.
 */
static void write_content(
	const struct tags *t, const struct tag_node *n, const struct numbers *at, struct buf *out)
{
	bool alone = n->first_mark == n->last_mark && n->first_kid < 0;
	uint32_t page = 0;

	if (n->first_mark < 0 && n->first_kid < 0)
		return;
	if (n->first_mark >= 0) {
		page = t->marks[n->first_mark].page;
		buf_adds(out, "/Pg ");
		add_reference(out, at->page_first + page * at->page_step);
	}
	buf_adds(out, alone ? "/K " : "/K[");
	bool first = true;
	for (int32_t m = n->first_mark, k = n->first_kid; m >= 0 || k >= 0; first = false) {
		if (!first)
			buf_addc(out, ' ');
		if (k < 0 || (m >= 0 && m < t->nodes[k].first_mark)) {
			write_mark(&t->marks[m], page, at, out);
			m = t->marks[m].next;
		} else {
			add_reference(out, at->first + (unsigned)k);
			k = t->nodes[k].next;
		}
	}
	if (!alone)
		buf_addc(out, ']');
}

/* A symbol says what it is for and, as it would be read, what it holds. In the letter's language. */
static void add_alt(const struct page_item *it, struct buf *out)
{
	AUTO(buf_release) struct buf alt = BUF_INIT(4096);

	buf_adds(&alt, "Kode QR untuk memeriksa keaslian surat");
	if (it->alt)
		buf_addf(&alt, ": %s", it->alt);
	pdf_add_text(out, buf_str(&alt));
}

static void write_figure(const struct page_item *it, const struct tags_kop *kop, struct buf *out)
{
	const double symbol[4] = {
		it ? it->x_pt : 0, it ? it->y_pt : 0, it ? it->x2_pt : 0, it ? it->y2_pt : 0};
	const double *box = it ? symbol : kop->emblem;

	buf_adds(out, "/Alt ");
	if (it)
		add_alt(it, out);
	else
		pdf_add_text(out, kop->alt);
	buf_adds(out, "/A<</O/Layout/BBox[");
	for (size_t i = 0; i < 4; i++) {
		if (i)
			buf_addc(out, ' ');
		pdf_add_number(out, box[i]);
	}
	buf_adds(out, "]>>");
}

static void write_attributes(const struct tags *t, const struct tag_node *n, struct buf *out)
{
	if (n->tag == TAG_FIGURE)
		write_figure(n->figure, t->kop, out);
	if (n->title) {
		buf_adds(out, "/T ");
		pdf_add_text(out, n->title);
	}
	if (n->numbering)
		buf_addf(out, "/A<</O/List/ListNumbering/%s>>", n->numbering);
	if (n->tag == TAG_TH || n->span > 1) {
		buf_adds(out, "/A<</O/Table");
		if (n->tag == TAG_TH)
			buf_adds(out, n->head == HEAD_ROW ? "/Scope/Row" : "/Scope/Column");
		if (n->span > 1)
			buf_addf(out, "/ColSpan %u", n->span);
		buf_adds(out, ">>");
	}
}

static void write_node(const struct tags *t, size_t id, const struct numbers *at, struct pdf_writer *w)
{
	const struct tag_node *n = &t->nodes[id];

	pdf_object_begin(w, at->first + (unsigned)id);
	buf_adds(w->out, "<</S/");
	/* A list item without a label is all body. */
	if (n->tag == TAG_LBL && t->nodes[n->parent].first_kid == t->nodes[n->parent].last_kid)
		buf_adds(w->out, tag_names[TAG_LBODY]);
	else
		buf_adds(w->out, tag_names[n->tag]);
	buf_adds(w->out, "/P ");
	add_reference(w->out, n->parent < 0 ? at->root : at->first + (unsigned)n->parent);
	write_attributes(t, n, w->out);
	write_content(t, n, at, w->out);
	buf_adds(w->out, ">>");
	pdf_object_end(w);
}

/* Page key -> the elements of its marked content, in order (14.7.4.4). */
static void write_parents(const struct tags *t, const struct numbers *at, size_t page_count, struct buf *out)
{
	size_t m = 0;

	buf_adds(out, "/ParentTree<</Nums[");
	for (size_t p = 0; p < page_count; p++) {
		pdf_add_uint(out, (unsigned)p);
		buf_addc(out, '[');
		for (bool first = true; m < t->mark_count && t->marks[m].page == p; m++, first = false) {
			if (!first)
				buf_addc(out, ' ');
			add_reference(out, at->first + (unsigned)t->marks[m].node);
		}
		buf_addc(out, ']');
	}
	buf_adds(out, "]>>/ParentTreeNextKey ");
	pdf_add_uint(out, (unsigned)page_count);
}

void tags_write(const struct tags *t, struct pdf_writer *w, unsigned root, unsigned first,
	unsigned page_first, unsigned page_step, size_t page_count)
{
	const struct numbers at = {root, first, page_first, page_step};

	pdf_object_begin(w, root);
	buf_adds(w->out, "<</Type/StructTreeRoot/K ");
	add_reference(w->out, first);
	write_parents(t, &at, page_count, w->out);
	buf_adds(w->out, ">>");
	pdf_object_end(w);
	for (size_t i = 0; i < t->node_count; i++)
		write_node(t, i, &at, w);
}
