#include "letter/tree.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "letter/setup.h"
#include "model/profile.h"

#include <stdio.h>
#include <string.h>

/* What an element holds. */
enum content {
	HOLDS_NOTHING,
	HOLDS_TEXT,   /* spans */
	HOLDS_BLOCKS, /* blocks only */
	HOLDS_EITHER, /* blocks, or text that becomes a paragraph; or nothing */
	HOLDS_LINES,  /* the text lines of a signature */
};

enum attribute {
	A_STYLE = 1 << 0,  /* ukuran-pt, spasi-pt, ikut-berikut */
	A_ALIGN = 1 << 1,  /* rata */
	A_INDENT = 1 << 2, /* indentasi-mm */
	A_COLONS = 1 << 3, /* label-mm, titik-dua-mm */
	A_WIDTH = 1 << 4,  /* lebar-mm */
	A_HEIGHT = 1 << 5, /* tinggi-mm */
	A_LABEL = 1 << 6,  /* label */
};

#define KIND(k) (1U << BLOCK_##k)
/* Same set as the group "blok" of the schema. */
#define FLOW    (KIND(PARAGRAPH) | KIND(LIST) | KIND(FIELDS) | KIND(TABLE) | KIND(CHECKS) | KIND(SPACE))

static const struct shape {
	enum content content;
	unsigned children; /* kinds, as bits */
	unsigned attributes;
	const char *border; /* names that differ from element to element; NULL = has none */
	const char *mark;
	const char *flag;
} shapes[BLOCK_KIND_COUNT] = {
	[BLOCK_KOP] = {HOLDS_BLOCKS, KIND(PARAGRAPH), A_STYLE | A_INDENT, NULL, NULL, NULL},
	[BLOCK_REFERENCE] = {HOLDS_BLOCKS, KIND(FIELD), A_STYLE | A_COLONS, NULL, "tempat-tanggal", NULL},
	[BLOCK_ADDRESSEE] = {HOLDS_BLOCKS, KIND(PARAGRAPH), A_STYLE | A_INDENT, NULL, NULL, NULL},
	[BLOCK_TITLE] = {HOLDS_BLOCKS, KIND(PARAGRAPH), A_STYLE | A_INDENT, NULL, NULL, "garis-bawah"},
	[BLOCK_PARAGRAPH] = {HOLDS_TEXT, 0, A_STYLE | A_ALIGN | A_INDENT, NULL, NULL, NULL},
	[BLOCK_LIST] = {HOLDS_BLOCKS, KIND(ITEM), A_STYLE | A_INDENT, NULL, NULL, NULL},
	[BLOCK_ITEM] = {HOLDS_EITHER, FLOW, A_STYLE | A_LABEL, NULL, NULL, NULL},
	[BLOCK_FIELDS] = {HOLDS_BLOCKS, KIND(FIELD), A_STYLE | A_INDENT | A_COLONS | A_WIDTH, "bingkai-pt",
		NULL, NULL},
	[BLOCK_FIELD] = {HOLDS_EITHER, FLOW, A_STYLE | A_LABEL, NULL, "nomor", NULL},
	[BLOCK_TABLE] = {HOLDS_BLOCKS, KIND(ROW), A_STYLE, "garis-pt", NULL, NULL},
	[BLOCK_ROW] = {HOLDS_BLOCKS, KIND(CELL), A_STYLE | A_HEIGHT, NULL, NULL, "kepala"},
	[BLOCK_CELL] = {HOLDS_EITHER, FLOW | KIND(SIGNATURE), A_STYLE | A_ALIGN | A_WIDTH, NULL, NULL,
		"kepala"},
	[BLOCK_CHECKS] = {HOLDS_BLOCKS, KIND(CHECK), A_STYLE, NULL, NULL, "sebaris"},
	[BLOCK_CHECK] = {HOLDS_TEXT, 0, 0, NULL, NULL, "silang"},
	[BLOCK_SIGNATURE] = {HOLDS_LINES, 0, A_STYLE | A_INDENT, NULL, NULL, NULL},
	[BLOCK_SIGNATURES] = {HOLDS_BLOCKS, KIND(SIGNATURE), A_STYLE, NULL, NULL, NULL},
	[BLOCK_TEMBUSAN] = {HOLDS_BLOCKS, KIND(ITEM), A_STYLE | A_LABEL, NULL, NULL, NULL},
	[BLOCK_PAGE_BREAK] = {HOLDS_NOTHING, 0, 0, NULL, NULL, NULL},
	[BLOCK_SPACE] = {HOLDS_NOTHING, 0, A_HEIGHT, NULL, NULL, NULL},
};

/* In the letter itself. */
#define TOP                                                                                                  \
	(FLOW | KIND(KOP) | KIND(REFERENCE) | KIND(ADDRESSEE) | KIND(TITLE) | KIND(SIGNATURE) |              \
		KIND(SIGNATURES) | KIND(TEMBUSAN) | KIND(PAGE_BREAK))

struct builder {
	const char *name; /* of the template */
	struct arena *a;
	struct err *e;
	unsigned number; /* of the last block */
	unsigned depth;
	char place[512];
};

/* Where the template wrote this element, if that is known. */
static const char *place(struct builder *b, const struct xml_node *n)
{
	if (!xml_file(n))
		return b->name;
	snprintf(b->place, sizeof b->place, "%s:%u", xml_file(n), xml_line(n));
	return b->place;
}

/* A line of the template itself: who reads it has no other file's name. */
static unsigned line_of(const struct builder *b, const struct xml_node *n)
{
	const char *file = xml_file(n);

	return file && strcmp(file, b->name) != 0 ? 0 : xml_line(n);
}

static int wrong(struct builder *b, const struct xml_node *n, const char *what)
{
	return err_set(b->e, ERR_CONFIG, "%s: %s: %s", place(b, n), xml_name(n), what);
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/*
 * Runs of white space as one blank, in place. `*after_blank` goes from piece to piece, true at the start, so that
 * text normalises alike however it is cut into spans.
 */
static size_t squeeze(char *text, bool *after_blank)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		bool blank = is_blank(*from);
		if (!blank)
			*to++ = *from;
		else if (!*after_blank)
			*to++ = ' ';
		*after_blank = blank;
	}
	*to = 0;
	return (size_t)(to - text);
}

/* The same for a whole text that stands alone; trims the end too. */
static const char *squeeze_alone(char *text)
{
	bool after_blank = true;
	size_t len = squeeze(text, &after_blank);

	if (len > 0 && text[len - 1] == ' ')
		text[len - 1] = 0;
	return text;
}

/* NULL when it is not there. */
static const char *attribute(struct builder *b, const struct xml_node *n, const char *name)
{
	char *text = xml_attr(n, name, b->a);

	return text ? squeeze_alone(text) : NULL;
}

static int length(struct builder *b, const struct xml_node *n, const char *name, double scale, double *out)
{
	const char *text = attribute(b, n, name);

	if (!text)
		return 0;
	double value = 0;
	if (!length_parse(text, &value))
		return err_set(b->e, ERR_CONFIG, _("%s: %s: %s '%s' is not a length such as '12.5'"),
			place(b, n), xml_name(n), name, text);
	*out = value * scale;
	return 0;
}

static int flag(struct builder *b, const struct xml_node *n, const char *name, bool *out)
{
	const char *text = attribute(b, n, name);

	if (text && strcmp(text, "ya") != 0)
		return err_set(b->e, ERR_CONFIG, _("%s: %s: %s must be 'ya' or be left out"), place(b, n),
			xml_name(n), name);
	*out = text != NULL;
	return 0;
}

static int align(struct builder *b, const struct xml_node *n, enum align *out)
{
	static const char *const names[] = {"penuh", "kiri", "tengah", "kanan"};
	const char *text = attribute(b, n, "rata");

	if (!text)
		return 0;
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(text, names[i]) == 0) {
			*out = (enum align)i;
			return 0;
		}
	return err_set(b->e, ERR_CONFIG, _("%s: %s: rata '%s' is none of penuh, kiri, tengah, kanan"),
		place(b, n), xml_name(n), text);
}

static int read_attributes(struct builder *b, const struct xml_node *n, struct block *block)
{
	const struct shape *shape = &shapes[block->kind];
	unsigned has = shape->attributes;

	if (has & A_STYLE && (length(b, n, "ukuran-pt", 1, &block->size_pt) ||
				     length(b, n, "spasi-pt", 1, &block->leading_pt) ||
				     flag(b, n, "ikut-berikut", &block->keep_with_next)))
		return -1;
	if (has & A_ALIGN && align(b, n, &block->align))
		return -1;
	if (has & A_INDENT && length(b, n, "indentasi-mm", PT_PER_MM, &block->indent_pt))
		return -1;
	if (has & A_COLONS && (length(b, n, "label-mm", PT_PER_MM, &block->label_pt) ||
				      length(b, n, "titik-dua-mm", PT_PER_MM, &block->colon_pt)))
		return -1;
	if (has & A_WIDTH && length(b, n, "lebar-mm", PT_PER_MM, &block->width_pt))
		return -1;
	if (has & A_HEIGHT && length(b, n, "tinggi-mm", PT_PER_MM, &block->height_pt))
		return -1;
	if (has & A_LABEL && !(block->label = attribute(b, n, "label")))
		return wrong(b, n, _("has no label"));
	if (shape->mark)
		block->mark = attribute(b, n, shape->mark);
	if (block->kind == BLOCK_PAGE_BREAK)
		block->label = attribute(b, n, "bagian");
	if (shape->border && length(b, n, shape->border, 1, &block->border_pt))
		return -1;
	bool on = false;
	if (shape->flag && flag(b, n, shape->flag, &on))
		return -1;
	block->head = on && (block->kind == BLOCK_ROW || block->kind == BLOCK_CELL);
	block->crossed = on && block->kind == BLOCK_CHECK;
	block->underlined = on && block->kind == BLOCK_TITLE;
	block->inline_checks = on && block->kind == BLOCK_CHECKS;
	return 0;
}

/* The spans of an element's text; NULL when it has none. */
static int read_spans(struct builder *b, const struct xml_node *n, struct span **out)
{
	struct span *first = NULL, **link = &first, *last = NULL;
	bool after_blank = true;

	for (const struct xml_node *p = xml_first_piece(n); p; p = xml_next_piece(p)) {
		enum face face = FACE_REGULAR;
		if (!xml_piece_is_text(p)) {
			if (xml_is(p, "tebal"))
				face = FACE_BOLD;
			else if (xml_is(p, "miring"))
				face = FACE_ITALIC;
			else
				return wrong(b, p, _("cannot stand among text"));
		}
		char *text = xml_text_raw(p, b->a);
		if (!text)
			return err_nomem(b->e);
		size_t len = squeeze(text, &after_blank);
		if (len == 0)
			continue;
		struct span *span = arena_alloc(b->a, sizeof *span);
		if (!span)
			return err_nomem(b->e);
		*span = (struct span){.text = text, .len = len, .face = face};
		*link = last = span;
		link = &span->next;
	}
	/* Only the last span can end in a blank that nothing follows; and never all of a span but the only one. */
	if (last && last->text[last->len - 1] == ' ') {
		last->len--;
		if (last->len == 0) {
			struct span **to = &first;
			while (*to != last)
				to = &(*to)->next;
			*to = NULL;
		}
	}
	*out = first;
	return 0;
}

static int read_line(struct builder *b, const struct xml_node *n, const char **out)
{
	char *text = xml_text(n, b->a);

	if (!text)
		return err_nomem(b->e);
	if (!*text)
		return wrong(b, n, _("is empty"));
	*out = text;
	return 0;
}

static int read_lines(
	struct builder *b, const struct xml_node *n, const char *name, const char ***out, size_t *count)
{
	size_t n_lines = 0;

	xml_for_each (line, n, name)
		n_lines++;
	const char **lines = arena_calloc(b->a, n_lines + 1, sizeof *lines);
	if (!lines)
		return err_nomem(b->e);
	size_t i = 0;
	xml_for_each (line, n, name)
		if (read_line(b, line, &lines[i++]))
			return -1;
	*out = lines;
	*count = n_lines;
	return 0;
}

static int read_one(struct builder *b, const struct xml_node *n, const char *name, const char **out)
{
	const struct xml_node *child = xml_child(n, name);

	if (!child)
		return err_set(
			b->e, ERR_CONFIG, _("%s: %s: '%s' is missing"), place(b, n), xml_name(n), name);
	return read_line(b, child, out);
}

static int read_signature(struct builder *b, const struct xml_node *n, struct block *block)
{
	struct signature *s = arena_alloc(b->a, sizeof *s);

	if (!s)
		return err_nomem(b->e);
	*s = (struct signature){0};
	if (read_lines(b, n, "atas", &s->above, &s->above_count) ||
		read_one(b, n, "kotak-nama", &s->plain_name) || read_one(b, n, "kotak-jabatan", &s->title) ||
		read_one(b, n, "nama", &s->name) || read_lines(b, n, "bawah", &s->below, &s->below_count))
		return -1;
	block->signature = s;
	return 0;
}

static struct block *new_block(
	struct builder *b, enum block_kind kind, enum align align_here, const struct xml_node *n)
{
	struct block *block = arena_alloc(b->a, sizeof *block);

	if (!block) {
		err_nomem(b->e);
		return NULL;
	}
	*block = (struct block){
		.kind = kind, .align = align_here, .line = line_of(b, n), .number = ++b->number};
	return block;
}

static int read_blocks(struct builder *b, const struct xml_node *n, unsigned allowed, enum align align_here,
	struct block **out);

/* Text alone becomes a paragraph; blocks stay blocks; both together would leave unsaid where the text stands. */
static int read_either(struct builder *b, const struct xml_node *n, unsigned allowed, enum align align_here,
	struct block **out)
{
	bool text = false, blocks = false;

	for (const struct xml_node *p = xml_first_piece(n); p && !(text && blocks); p = xml_next_piece(p)) {
		if (!xml_piece_is_text(p)) {
			bool words = xml_is(p, "tebal") || xml_is(p, "miring");
			text |= words;
			blocks |= !words;
			continue;
		}
		char *raw = xml_text_raw(p, b->a);
		if (!raw)
			return err_nomem(b->e);
		bool after_blank = true;
		text |= squeeze(raw, &after_blank) > 0;
	}
	if (text && blocks)
		return wrong(b, n, _("holds text beside blocks; put the text into a <paragraf>"));
	if (blocks)
		return read_blocks(b, n, allowed, align_here, out);
	if (!text)
		return 0;
	struct block *paragraph = new_block(b, BLOCK_PARAGRAPH, align_here, n);
	if (!paragraph || read_spans(b, n, &paragraph->spans))
		return -1;
	*out = paragraph;
	return 0;
}

/* What paragraphs below do that say nothing themselves. */
static enum align align_below(const struct block *block, enum align align_here)
{
	switch (block->kind) {
	case BLOCK_KOP:
	case BLOCK_TITLE:
		return ALIGN_CENTER;
	case BLOCK_ADDRESSEE:
	case BLOCK_FIELD:
	case BLOCK_TEMBUSAN:
		return ALIGN_LEFT;
	case BLOCK_CELL:
		return block->align;
	default:
		return align_here;
	}
}

static int read_block(struct builder *b, const struct xml_node *n, enum block_kind kind,
	enum align align_here, struct block **out)
{
	struct block *block = new_block(b, kind, ALIGN_JUSTIFY, n);

	if (!block)
		return -1;
	if (kind == BLOCK_PARAGRAPH)
		block->align = align_here;
	else if (kind == BLOCK_CELL)
		block->align = ALIGN_LEFT;
	if (read_attributes(b, n, block))
		return -1;
	enum align below = align_below(block, align_here);
	unsigned children = shapes[kind].children;
	int failed = 0;
	switch (shapes[kind].content) {
	case HOLDS_NOTHING:
		break;
	case HOLDS_TEXT:
		failed = read_spans(b, n, &block->spans);
		break;
	case HOLDS_BLOCKS:
		failed = read_blocks(b, n, children, below, &block->children);
		break;
	case HOLDS_EITHER:
		failed = read_either(b, n, children, below, &block->children);
		break;
	case HOLDS_LINES:
		failed = read_signature(b, n, block);
		break;
	}
	if (failed)
		return -1;
	*out = block;
	return 0;
}

static int read_blocks(struct builder *b, const struct xml_node *n, unsigned allowed, enum align align_here,
	struct block **out)
{
	struct block *first = NULL, **link = &first;

	if (b->depth >= LIMIT_XML_DEPTH)
		return err_set(b->e, ERR_CONFIG, _("%s: blocks are nested more than %d deep"), place(b, n),
			LIMIT_XML_DEPTH);
	b->depth++;
	xml_for_each (child, n, NULL) {
		unsigned kind = 0;
		while (kind < BLOCK_KIND_COUNT && !xml_is(child, block_kind_name((enum block_kind)kind)))
			kind++;
		if (kind == BLOCK_KIND_COUNT)
			return wrong(b, child, _("is no block that naskah knows"));
		if (!(allowed & 1U << kind))
			return err_set(b->e, ERR_CONFIG, _("%s: %s: cannot stand in '%s'"), place(b, n),
				xml_name(child), xml_name(n));
		if (read_block(b, child, (enum block_kind)kind, align_here, link))
			return -1;
		link = &(*link)->next;
	}
	b->depth--;
	*out = first;
	return 0;
}

int tree_build(
	const struct xml_doc *doc, const char *name, struct arena *a, struct letter **out, struct err *e)
{
	struct builder b = {.name = name, .a = a, .e = e};
	const struct xml_node *root = xml_root(doc);
	struct letter *l = arena_alloc(a, sizeof *l);

	if (!l)
		return err_nomem(e);
	*l = (struct letter){0};
	if (!xml_is(root, "surat"))
		return wrong(&b, root, _("is not the root of a letter document; it must be 'surat'"));
	l->copies = attribute(&b, root, "kopi");
	if (flag(&b, root, "rapat", &l->tight) || read_blocks(&b, root, TOP, ALIGN_JUSTIFY, &l->blocks))
		return -1;
	*out = l;
	return 0;
}
