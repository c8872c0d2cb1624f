#include "pdf/tags.h"

#include "base/auto.h"
#include "pdf/writer.h"

#include <stdlib.h>

const char *const tag_names[] = {
	"Document", "P", "H1", "L", "LI", "Lbl", "LBody", "Table", "TR", "TH", "TD", "Figure"};

/* Where the last item went, so that the next one of the same block goes there too. */
struct cursor {
	struct tags *tags;
	enum page_role role;
	unsigned block;
	int32_t top;  /* element of the block */
	int32_t leaf; /* of the last item */
};

static int32_t add_node(struct tags *t, enum tag tag, int32_t parent, unsigned key, struct err *e)
{
	if (t->node_count == t->node_cap) {
		size_t cap = t->node_cap ? 2 * t->node_cap : 64;
		struct tag_node *grown = realloc(t->nodes, cap * sizeof *grown);
		if (!grown)
			return err_nomem(e);
		t->nodes = grown;
		t->node_cap = cap;
	}
	int32_t id = (int32_t)t->node_count++;
	t->nodes[id] = (struct tag_node){tag, parent, -1, -1, -1, -1, -1, key, NULL};
	if (parent >= 0) {
		struct tag_node *p = &t->nodes[parent];
		if (p->last_kid >= 0)
			t->nodes[p->last_kid].next = id;
		else
			p->first_kid = id;
		p->last_kid = id;
	}
	return id;
}

static int32_t add_mark(struct tags *t, int32_t node, uint32_t page, uint32_t mcid, struct err *e)
{
	if (t->mark_count == t->mark_cap) {
		size_t cap = t->mark_cap ? 2 * t->mark_cap : 64;
		struct tag_mark *grown = realloc(t->marks, cap * sizeof *grown);
		if (!grown)
			return err_nomem(e);
		t->marks = grown;
		t->mark_cap = cap;
	}
	int32_t id = (int32_t)t->mark_count++;
	struct tag_node *n = &t->nodes[node];
	t->marks[id] = (struct tag_mark){node, -1, page, mcid};
	if (n->last_mark >= 0)
		t->marks[n->last_mark].next = id;
	else
		n->first_mark = id;
	n->last_mark = id;
	return id;
}

static int32_t find_kid(const struct tags *t, int32_t parent, unsigned key)
{
	/* Nearly always the last; a row that went on over a page break may come back to an earlier cell. */
	int32_t last = t->nodes[parent].last_kid;

	if (last >= 0 && t->nodes[last].key == key)
		return last;
	for (int32_t k = t->nodes[parent].first_kid; k >= 0; k = t->nodes[k].next)
		if (t->nodes[k].key == key)
			return k;
	return -1;
}

static int32_t kid(struct tags *t, enum tag tag, int32_t parent, unsigned key, struct err *e)
{
	int32_t found = find_kid(t, parent, key);

	return found >= 0 ? found : add_node(t, tag, parent, key, e);
}

/* The element inside a list or table that an item belongs to. */
static int32_t cell_node(struct tags *t, int32_t top, const struct page_item *it, struct err *e)
{
	unsigned row = (it->cell - 1) / 64, column = (it->cell - 1) % 64;
	bool table = it->role == ROLE_TABLE;
	int32_t line = kid(t, table ? TAG_TR : TAG_LI, top, row, e);

	if (line < 0)
		return -1;
	if (table)
		return kid(t, row == 0 && it->face == FACE_BOLD ? TAG_TH : TAG_TD, line, it->cell, e);
	return kid(t, column == 0 ? TAG_LBL : TAG_LBODY, line, it->cell, e);
}

static int32_t item_node(struct cursor *c, const struct page_item *it, struct err *e)
{
	static const enum tag top_tag[] = {
		[ROLE_TITLE] = TAG_H1,
		[ROLE_TEXT] = TAG_P,
		[ROLE_LIST] = TAG_L,
		[ROLE_TABLE] = TAG_TABLE,
		[ROLE_FIGURE] = TAG_FIGURE,
	};
	bool in_cell = it->cell > 0 && (it->role == ROLE_LIST || it->role == ROLE_TABLE);
	enum tag tag = top_tag[it->role];

	/* A list or table without cells has no rows to put its text into. */
	if (!in_cell && (tag == TAG_L || tag == TAG_TABLE))
		tag = TAG_P;
	bool same = c->top >= 0 && it->block == c->block && it->role == c->role &&
		    c->tags->nodes[c->top].tag == tag && it->role != ROLE_FIGURE;
	if (!same) {
		c->top = add_node(c->tags, tag, 0, 0, e);
		if (c->top < 0)
			return -1;
		c->block = it->block;
		c->role = it->role;
		if (tag == TAG_FIGURE)
			c->tags->nodes[c->top].figure = it;
	}
	return in_cell ? cell_node(c->tags, c->top, it, e) : c->top;
}

static bool is_content(const struct page_item *it)
{
	return it->role != ROLE_ARTIFACT && (it->kind == PAGE_TEXT || it->kind == PAGE_QR);
}

static int build_page(struct cursor *c, const struct page *page, uint32_t number, uint32_t mcid,
	int32_t *mark_of, struct err *e)
{
	int32_t open = -1; /* node whose sequence is open */

	for (size_t i = 0; i < page->count; i++) {
		const struct page_item *it = &page->items[i];
		mark_of[i] = TAG_ARTIFACT;
		if (!is_content(it)) {
			open = -1;
			continue;
		}
		int32_t node = item_node(c, it, e);
		if (node < 0)
			return -1;
		if (node == open) {
			mark_of[i] = mark_of[i - 1];
			continue;
		}
		mark_of[i] = add_mark(c->tags, node, number, mcid++, e);
		if (mark_of[i] < 0)
			return -1;
		open = node;
	}
	return 0;
}

int tags_build(const struct page_list *pages, bool has_kop, struct tags *out, struct err *e)
{
	AUTO(tags_release) struct tags t = TAGS_INIT;
	struct cursor c = {&t, ROLE_ARTIFACT, 0, -1, -1};
	size_t items = 0, at = 0;

	for (size_t p = 0; p < pages->count; p++)
		items += pages->pages[p].count;
	t.mark_of = calloc(items + 1, sizeof *t.mark_of);
	if (!t.mark_of)
		return err_nomem(e);
	if (add_node(&t, TAG_DOCUMENT, -1, 0, e) < 0)
		return -1;
	if (has_kop && (add_node(&t, TAG_P, 0, 0, e) < 0 || add_mark(&t, 1, 0, 0, e) < 0))
		return -1;
	for (size_t p = 0; p < pages->count; p++) {
		const struct page *page = &pages->pages[p];
		if (build_page(&c, page, (uint32_t)p, p == 0 && has_kop ? 1 : 0, t.mark_of + at, e) != 0)
			return -1;
		at += page->count;
	}
	*out = t;
	t = (struct tags)TAGS_INIT;
	return 0;
}

void tags_release(struct tags *t)
{
	free(t->nodes);
	free(t->marks);
	free(t->mark_of);
	*t = (struct tags)TAGS_INIT;
}

struct numbers {
	unsigned root, first, page_first, page_step;
};

static void add_reference(struct buf *out, unsigned number)
{
	pdf_add_uint(out, number);
	buf_adds(out, " 0 R");
}

static void write_marks(
	const struct tags *t, const struct tag_node *n, const struct numbers *at, struct buf *out)
{
	uint32_t page = t->marks[n->first_mark].page;

	buf_adds(out, "/Pg ");
	add_reference(out, at->page_first + page * at->page_step);
	if (n->first_mark == n->last_mark) {
		buf_adds(out, "/K ");
		pdf_add_uint(out, t->marks[n->first_mark].mcid);
		return;
	}
	buf_adds(out, "/K[");
	for (int32_t m = n->first_mark; m >= 0; m = t->marks[m].next) {
		if (m != n->first_mark)
			buf_addc(out, ' ');
		if (t->marks[m].page == page) {
			pdf_add_uint(out, t->marks[m].mcid);
			continue;
		}
		buf_adds(out, "<</Type/MCR/Pg ");
		add_reference(out, at->page_first + t->marks[m].page * at->page_step);
		buf_adds(out, "/MCID ");
		pdf_add_uint(out, t->marks[m].mcid);
		buf_adds(out, ">>");
	}
	buf_addc(out, ']');
}

static void write_kids(
	const struct tags *t, const struct tag_node *n, const struct numbers *at, struct buf *out)
{
	buf_adds(out, "/K[");
	for (int32_t k = n->first_kid; k >= 0; k = t->nodes[k].next) {
		if (k != n->first_kid)
			buf_addc(out, ' ');
		add_reference(out, at->first + (unsigned)k);
	}
	buf_addc(out, ']');
}

static void write_figure(const struct page_item *it, struct buf *out)
{
	const double box[4] = {it->x_pt, it->y_pt, it->x2_pt, it->y2_pt};

	buf_adds(out, "/Alt ");
	pdf_add_text(out, it->alt ? it->alt : "QR");
	buf_adds(out, "/A<</O/Layout/BBox[");
	for (size_t i = 0; i < 4; i++) {
		if (i)
			buf_addc(out, ' ');
		pdf_add_number(out, box[i]);
	}
	buf_adds(out, "]>>");
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
	if (n->figure)
		write_figure(n->figure, w->out);
	if (n->tag == TAG_TH)
		buf_adds(w->out, "/A<</O/Table/Scope/Column>>");
	if (n->first_mark >= 0)
		write_marks(t, n, at, w->out);
	else if (n->first_kid >= 0)
		write_kids(t, n, at, w->out);
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
