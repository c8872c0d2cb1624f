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
	t->nodes[id] = (struct tag_node){tag, parent, -1, -1, -1, -1, -1, key, 0, NULL};
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
	bool table = t->nodes[top].tag == TAG_TABLE;
	int32_t line = kid(t, table ? TAG_TR : TAG_LI, top, row, e);

	if (line < 0)
		return -1;
	if (table)
		return kid(t, row == 0 && it->face == FACE_BOLD ? TAG_TH : TAG_TD, line, it->cell, e);
	return kid(t, column == 0 ? TAG_LBL : TAG_LBODY, line, it->cell, e);
}

static bool has_cells(const struct tags *t, int32_t top)
{
	return top >= 0 && (t->nodes[top].tag == TAG_TABLE || t->nodes[top].tag == TAG_L);
}

/* A figure in a cell stands among the cell's text; any other stands alone. */
static int32_t figure_node(struct cursor *c, const struct page_item *it, struct err *e)
{
	struct tags *t = c->tags;
	bool in_cell = it->cell > 0 && it->block == c->block && has_cells(t, c->top);
	int32_t parent = in_cell ? cell_node(t, c->top, it, e) : 0;
	int32_t node = parent < 0 ? -1 : add_node(t, TAG_FIGURE, parent, 0, e);

	if (node < 0)
		return -1;
	t->nodes[node].figure = it;
	if (!in_cell)
		c->top = -1;
	return node;
}

static int32_t item_node(struct cursor *c, const struct page_item *it, struct err *e)
{
	static const enum tag top_tag[] = {
		[ROLE_TITLE] = TAG_H1,
		[ROLE_TEXT] = TAG_P,
		[ROLE_LIST] = TAG_L,
		[ROLE_TABLE] = TAG_TABLE,
	};
	if (it->role == ROLE_FIGURE)
		return figure_node(c, it, e);
	bool in_cell = it->cell > 0 && (it->role == ROLE_LIST || it->role == ROLE_TABLE);
	enum tag tag = top_tag[it->role];

	/* A list or table without cells has no rows to put its text into. */
	if (!in_cell && (tag == TAG_L || tag == TAG_TABLE))
		tag = TAG_P;
	bool same = c->top >= 0 && it->block == c->block && it->role == c->role &&
		    c->tags->nodes[c->top].tag == tag;
	if (!same) {
		c->top = add_node(c->tags, tag, 0, 0, e);
		if (c->top < 0)
			return -1;
		c->block = it->block;
		c->role = it->role;
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

static unsigned column_of(const struct tag_node *cell)
{
	return (cell->key - 1) % 64;
}

/* An empty cell before `next` (-1: at the end) in a row, behind `before` (-1: at the beginning). */
static int insert_cell(struct tags *t, int32_t row, int32_t before, int32_t next, unsigned key, struct err *e)
{
	int32_t id = add_node(t, TAG_TD, -1, key, e);

	if (id < 0)
		return -1;
	t->nodes[id].parent = row;
	t->nodes[id].next = next;
	if (before >= 0)
		t->nodes[before].next = id;
	else
		t->nodes[row].first_kid = id;
	if (next < 0)
		t->nodes[row].last_kid = id;
	return 0;
}

/*
 * Gives a row `columns` columns. A cell without text left no item behind: it comes back as an empty one. Cells that
 * are missing at the end of a row are empty ones in a table with a head; in a form (or for a lone first cell, a
 * heading within a table) the last one spans the rest.
 */
static int fill_row(struct tags *t, int32_t row, unsigned columns, bool has_head, struct err *e)
{
	unsigned base = t->nodes[row].key * 64 + 1, column = 0;
	int32_t before = -1;

	for (int32_t k = t->nodes[row].first_kid; k >= 0; before = k, k = t->nodes[k].next, column++) {
		int32_t last = before;
		for (; column < column_of(&t->nodes[k]); column++) {
			if (insert_cell(t, row, last, k, base + column, e) != 0)
				return -1;
			last = (int32_t)t->node_count - 1;
		}
	}
	bool lone = t->nodes[row].first_kid == t->nodes[row].last_kid;
	if (column < columns && (!has_head || (lone && columns > 2))) {
		t->nodes[before].span = columns - column + 1;
		return 0;
	}
	for (; column < columns; column++) {
		if (insert_cell(t, row, before, -1, base + column, e) != 0)
			return -1;
		before = (int32_t)t->node_count - 1;
	}
	return 0;
}

static int fill_table(struct tags *t, int32_t table, struct err *e)
{
	unsigned columns = 0;
	bool has_head = false;

	for (int32_t r = t->nodes[table].first_kid; r >= 0; r = t->nodes[r].next)
		for (int32_t k = t->nodes[r].first_kid; k >= 0; k = t->nodes[k].next) {
			if (column_of(&t->nodes[k]) + 1 > columns)
				columns = column_of(&t->nodes[k]) + 1;
			has_head = has_head || t->nodes[k].tag == TAG_TH;
		}
	for (int32_t r = t->nodes[table].first_kid; r >= 0; r = t->nodes[r].next)
		if (fill_row(t, r, columns, has_head, e) != 0)
			return -1;
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
	for (size_t i = 0, count = t.node_count; i < count; i++)
		if (t.nodes[i].tag == TAG_TABLE && fill_table(&t, (int32_t)i, e) != 0)
			return -1;
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
	if (n->tag == TAG_TH || n->span > 1) {
		buf_adds(w->out, "/A<</O/Table");
		if (n->tag == TAG_TH)
			buf_adds(w->out, "/Scope/Column");
		if (n->span > 1)
			buf_addf(w->out, "/ColSpan %u", n->span);
		buf_adds(w->out, ">>");
	}
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
