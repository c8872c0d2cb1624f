#include "pdf/tags.h"

#include "base/auto.h"

#include <stdlib.h>
#include <string.h>

const char *const tag_names[] = {"Document", "Sect", "P", "H1", "L", "Caption", "LI", "Lbl", "LBody", "Table",
	"TR", "TH", "TD", "Figure"};

/* Where the last item went, so that the next one of the same block goes there too. */
struct cursor {
	struct tags *tags;
	int32_t part; /* Document or Sect */
	enum page_role role;
	unsigned block;
	int32_t top;         /* element of the block */
	int32_t list;        /* last L or Table of the part, which text of its block may interrupt */
	unsigned list_block; /* its block */
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
	t->nodes[id] = (struct tag_node){.tag = tag,
		.parent = parent,
		.first_kid = -1,
		.last_kid = -1,
		.next = -1,
		.first_mark = -1,
		.last_mark = -1,
		.key = key};
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

/* A child behind `before`; -1: as the first. */
static int32_t insert_node(
	struct tags *t, enum tag tag, int32_t parent, int32_t before, unsigned key, struct err *e)
{
	int32_t id = add_node(t, tag, -1, key, e);

	if (id < 0)
		return -1;
	int32_t *link = before < 0 ? &t->nodes[parent].first_kid : &t->nodes[before].next;
	t->nodes[id].parent = parent;
	t->nodes[id].next = *link;
	*link = id;
	if (t->nodes[id].next < 0)
		t->nodes[parent].last_kid = id;
	return id;
}

/*
 * The child with that key, made if there is none. Children are in the order of their keys, and nearly always the last
 * one is asked for, or the next; a row that goes on over a page break may come back to an earlier cell.
 */
static int32_t kid(struct tags *t, enum tag tag, int32_t parent, unsigned key, struct err *e)
{
	int32_t last = t->nodes[parent].last_kid, before = -1;

	if (last < 0 || t->nodes[last].key < key)
		return add_node(t, tag, parent, key, e);
	if (t->nodes[last].key == key)
		return last;
	int32_t after = t->nodes[parent].first_kid;
	while (t->nodes[after].key < key) {
		before = after;
		after = t->nodes[after].next;
	}
	return t->nodes[after].key == key ? after : insert_node(t, tag, parent, before, key, e);
}

/* How the labels of a list count (ISO 32000-1 14.8.5.5), by its first one: "1.", "a.", "(i)". */
static const char *numbering_of(const char *label, size_t len)
{
	if (len >= 3 && memcmp(label, "\xe2\x80\xa2", 3) == 0)
		return "Disc";
	if (len > 0 && label[0] == '(') {
		label++;
		len--;
	}
	if (len < 2 || !strchr(".)", label[len - 1]))
		return NULL;
	size_t digits = 0;
	while (digits < len && label[digits] >= '0' && label[digits] <= '9')
		digits++;
	if (digits > 0)
		return digits == len - 1 ? "Decimal" : NULL;
	if (len != 2)
		return NULL;
	if (label[0] == 'i' || label[0] == 'I')
		return label[0] == 'i' ? "LowerRoman" : "UpperRoman";
	if (label[0] >= 'a' && label[0] <= 'z')
		return "LowerAlpha";
	return label[0] >= 'A' && label[0] <= 'Z' ? "UpperAlpha" : NULL;
}

static int32_t table_cell(struct tags *t, int32_t line, const struct page_item *it, struct err *e)
{
	int32_t cell = kid(t, it->head ? TAG_TH : TAG_TD, line, it->cell, e);

	if (cell >= 0)
		t->nodes[cell].head = it->head;
	return cell;
}

/* The element inside a list or table that an item belongs to. */
static int32_t cell_node(struct tags *t, int32_t top, const struct page_item *it, struct err *e)
{
	unsigned row = (it->cell - 1) / 64, column = (it->cell - 1) % 64;
	bool table = t->nodes[top].tag == TAG_TABLE,
	     first = t->nodes[top].last_kid < 0 || t->nodes[t->nodes[top].last_kid].tag == TAG_CAPTION;
	int32_t line = kid(t, table ? TAG_TR : TAG_LI, top, row + 1, e);

	if (line < 0)
		return -1;
	if (table)
		return table_cell(t, line, it, e);
	if (first && column == 0 && it->kind == PAGE_TEXT)
		t->nodes[top].numbering = numbering_of(it->text, it->text_len);
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
	int32_t parent = in_cell ? cell_node(t, c->top, it, e) : c->part;
	int32_t node = parent < 0 ? -1 : add_node(t, TAG_FIGURE, parent, 0, e);

	if (node < 0)
		return -1;
	t->nodes[node].figure = it;
	if (!in_cell)
		c->top = -1;
	return node;
}

/* Text just before a list of its own block ("Tembusan:") is the caption of that list. */
static int32_t list_node(struct cursor *c, const struct page_item *it, enum tag tag, struct err *e)
{
	struct tags *t = c->tags;
	int32_t before = t->nodes[c->part].last_kid, list = add_node(t, tag, c->part, 0, e);

	if (list < 0)
		return -1;
	bool captioned = tag == TAG_L && c->top >= 0 && c->top == before && c->role == ROLE_TEXT &&
			 c->block == it->block && t->nodes[before].tag == TAG_P;
	if (!captioned)
		return list;
	/* The caption's marks stay where they are; only its place in the tree is another. */
	int32_t last = t->nodes[c->part].first_kid;
	if (last == before) {
		t->nodes[c->part].first_kid = list;
	} else {
		while (t->nodes[last].next != before)
			last = t->nodes[last].next;
		t->nodes[last].next = list;
	}
	t->nodes[before].next = -1;
	t->nodes[before].tag = TAG_CAPTION;
	t->nodes[before].parent = list;
	t->nodes[list].first_kid = t->nodes[list].last_kid = before;
	return list;
}

/* The element of the item's block. */
static int32_t top_node(struct cursor *c, const struct page_item *it, enum tag tag, struct err *e)
{
	struct tags *t = c->tags;
	bool listed = tag == TAG_L || tag == TAG_TABLE;

	/* The lines of a title are one heading, also where each is a block of its own. */
	bool same = it->block == c->block || tag == TAG_H1;
	if (c->top >= 0 && same && it->role == c->role && t->nodes[c->top].tag == tag)
		return c->top;
	if (listed && c->list >= 0 && it->block == c->list_block && t->nodes[c->list].tag == tag)
		c->top = c->list;
	else if (listed)
		c->top = c->list = list_node(c, it, tag, e);
	else
		c->top = add_node(t, tag, c->part, 0, e);
	c->block = it->block;
	c->role = it->role;
	if (listed)
		c->list_block = it->block;
	return c->top;
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
	int32_t top = top_node(c, it, tag, e);
	return in_cell && top >= 0 ? cell_node(c->tags, top, it, e) : top;
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

/*
 * Gives a row `columns` columns. A cell without text left no item behind: it comes back as an empty one. Cells that
 * are missing at the end of a row are empty ones in a table with a head; in a form (or for a lone first cell, a
 * heading within a table) the last one spans the rest.
 */
static int fill_row(struct tags *t, int32_t row, unsigned columns, bool has_head, struct err *e)
{
	unsigned base = (t->nodes[row].key - 1) * 64 + 1, column = 0;
	int32_t before = -1;

	for (int32_t k = t->nodes[row].first_kid; k >= 0; before = k, k = t->nodes[k].next, column++)
		for (; column < column_of(&t->nodes[k]); column++)
			if ((before = insert_node(t, TAG_TD, row, before, base + column, e)) < 0)
				return -1;
	bool lone = t->nodes[row].first_kid == t->nodes[row].last_kid;
	if (column < columns && (!has_head || (lone && columns > 2))) {
		t->nodes[before].span = columns - column + 1;
		return 0;
	}
	for (; column < columns; column++)
		if ((before = insert_node(t, TAG_TD, row, before, base + column, e)) < 0)
			return -1;
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
			has_head = has_head || t->nodes[k].head == HEAD_COLUMN;
		}
	for (int32_t r = t->nodes[table].first_kid; r >= 0; r = t->nodes[r].next)
		if (fill_row(t, r, columns, has_head, e) != 0)
			return -1;
	return 0;
}

static int add_kop(struct tags *t, int32_t part, const struct tags_kop *kop, struct err *e)
{
	int32_t picture = -1, text = -1;
	uint32_t mcid = 0;

	if (kop->alt && (picture = add_node(t, TAG_FIGURE, part, 0, e)) < 0)
		return -1;
	if (kop->has_text && (text = add_node(t, TAG_P, part, 0, e)) < 0)
		return -1;
	if (text >= 0 && add_mark(t, text, 0, mcid++, e) < 0)
		return -1;
	return picture >= 0 && add_mark(t, picture, 0, mcid, e) < 0 ? -1 : 0;
}

/* The part that page `p` belongs to begins if it has not; a part without text leaves no element. */
static int enter_part(struct cursor *c, const struct page_list *pages, size_t p, size_t *next, struct err *e)
{
	const struct page_part *part = NULL;

	for (; *next < pages->part_count && pages->parts[*next].page <= p; ++*next)
		part = &pages->parts[*next];
	if (!part)
		return 0;
	c->part = add_node(c->tags, TAG_SECT, 0, 0, e);
	c->top = c->list = -1;
	if (c->part < 0)
		return -1;
	c->tags->nodes[c->part].title = part->title;
	return 0;
}

int tags_build(const struct page_list *pages, const struct tags_kop *kop, struct tags *out, struct err *e)
{
	AUTO(tags_release) struct tags t = TAGS_INIT;
	struct cursor c = {&t, 0, ROLE_ARTIFACT, 0, -1, -1, 0};
	uint32_t mcid = (uint32_t)kop->has_text + (kop->alt != NULL);
	size_t items = 0, at = 0, part = 0;

	for (size_t p = 0; p < pages->count; p++)
		items += pages->pages[p].count;
	t.kop = kop;
	t.mark_of = calloc(items + 1, sizeof *t.mark_of);
	if (!t.mark_of)
		return err_nomem(e);
	if (add_node(&t, TAG_DOCUMENT, -1, 0, e) < 0)
		return -1;
	for (size_t p = 0; p < pages->count; p++, mcid = 0) {
		const struct page *page = &pages->pages[p];
		if (enter_part(&c, pages, p, &part, e) != 0 || (p == 0 && add_kop(&t, c.part, kop, e) != 0))
			return -1;
		if (build_page(&c, page, (uint32_t)p, mcid, t.mark_of + at, e) != 0)
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
