#include "letter/tree.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "letter/setup.h"
#include "model/profile.h"

#include <stdio.h>
#include <string.h>

#define NAMESPACE "urn:naskah:surat:1"

/* What an element holds. */
enum content {
	HOLDS_NOTHING,
	HOLDS_TEXT,   /* spans */
	HOLDS_BLOCKS, /* blocks only */
	HOLDS_EITHER, /* blocks, or text that becomes a paragraph; or nothing */
	HOLDS_LINES,  /* the text lines of a signature */
};

enum value {
	POINTS,      /* panjang */
	MILLIMETRES, /* panjang */
	YES,         /* ya */
	ALIGN,       /* rata */
	WORDS,       /* teks */
};

enum attribute {
	A_SIZE,
	A_LEADING,
	A_KEEP,
	A_ALIGN,
	A_INDENT,
	A_LABEL_AT,
	A_COLON_AT,
	A_WIDTH,
	A_HEIGHT,
	A_LABEL,
	A_NUMBER,
	A_PLACE_DATE,
	A_UNDERLINE,
	A_FRAME,
	A_GRID,
	A_HEAD,
	A_INLINE,
	A_CROSS,
	A_PART,
	A_TIGHT,
	A_COPIES
};

/* Where each goes: into the block, the last two into the letter. */
static const struct {
	const char *name;
	enum value type;
	size_t at;
} attributes[] = {
	[A_SIZE] = {"ukuran-pt", POINTS, offsetof(struct block, size_pt)},
	[A_LEADING] = {"spasi-pt", POINTS, offsetof(struct block, leading_pt)},
	[A_KEEP] = {"ikut-berikut", YES, offsetof(struct block, keep_with_next)},
	[A_ALIGN] = {"rata", ALIGN, offsetof(struct block, align)},
	[A_INDENT] = {"indentasi-mm", MILLIMETRES, offsetof(struct block, indent_pt)},
	[A_LABEL_AT] = {"label-mm", MILLIMETRES, offsetof(struct block, label_pt)},
	[A_COLON_AT] = {"titik-dua-mm", MILLIMETRES, offsetof(struct block, colon_pt)},
	[A_WIDTH] = {"lebar-mm", MILLIMETRES, offsetof(struct block, width_pt)},
	[A_HEIGHT] = {"tinggi-mm", MILLIMETRES, offsetof(struct block, height_pt)},
	[A_LABEL] = {"label", WORDS, offsetof(struct block, label)},
	[A_NUMBER] = {"nomor", WORDS, offsetof(struct block, mark)},
	[A_PLACE_DATE] = {"tempat-tanggal", WORDS, offsetof(struct block, mark)},
	[A_UNDERLINE] = {"garis-bawah", YES, offsetof(struct block, underlined)},
	[A_FRAME] = {"bingkai-pt", POINTS, offsetof(struct block, border_pt)},
	[A_GRID] = {"garis-pt", POINTS, offsetof(struct block, border_pt)},
	[A_HEAD] = {"kepala", YES, offsetof(struct block, head)},
	[A_INLINE] = {"sebaris", YES, offsetof(struct block, inline_checks)},
	[A_CROSS] = {"silang", YES, offsetof(struct block, crossed)},
	[A_PART] = {"bagian", WORDS, offsetof(struct block, label)},
	[A_TIGHT] = {"rapat", YES, offsetof(struct letter, tight)},
	[A_COPIES] = {"kopi", WORDS, offsetof(struct letter, copies)},
};

#define A(name) (1U << A_##name)
#define STYLE   (A(SIZE) | A(LEADING) | A(KEEP))
#define COLONS  (A(LABEL_AT) | A(COLON_AT))

#define KIND(k) (1U << BLOCK_##k)
/* Same set as the group "blok" of the schema. */
#define FLOW    (KIND(PARAGRAPH) | KIND(LIST) | KIND(FIELDS) | KIND(TABLE) | KIND(CHECKS) | KIND(SPACE))
#define TOP                                                                                                  \
	(FLOW | KIND(KOP) | KIND(REFERENCE) | KIND(ADDRESSEE) | KIND(TITLE) | KIND(SIGNATURE) |              \
		KIND(SIGNATURES) | KIND(TEMBUSAN) | KIND(PAGE_BREAK))
#define ANY (~0U)

struct shape {
	unsigned attributes, required;
	enum content content;
	unsigned children; /* kinds, as bits */
	unsigned least, most;
};

static const struct shape shapes[BLOCK_KIND_COUNT] = {
	[BLOCK_KOP] = {STYLE | A(INDENT), 0, HOLDS_BLOCKS, KIND(PARAGRAPH), 1, ANY},
	[BLOCK_REFERENCE] = {STYLE | COLONS | A(PLACE_DATE), 0, HOLDS_BLOCKS, KIND(FIELD), 1, ANY},
	[BLOCK_ADDRESSEE] = {STYLE | A(INDENT), 0, HOLDS_BLOCKS, KIND(PARAGRAPH), 1, ANY},
	[BLOCK_TITLE] = {STYLE | A(INDENT) | A(UNDERLINE), 0, HOLDS_BLOCKS, KIND(PARAGRAPH), 1, ANY},
	[BLOCK_PARAGRAPH] = {STYLE | A(ALIGN) | A(INDENT), 0, HOLDS_TEXT, 0, 0, 0},
	[BLOCK_LIST] = {STYLE | A(INDENT), 0, HOLDS_BLOCKS, KIND(ITEM), 1, ANY},
	[BLOCK_ITEM] = {STYLE | A(LABEL), A(LABEL), HOLDS_EITHER, FLOW, 0, ANY},
	[BLOCK_FIELDS] = {STYLE | A(INDENT) | COLONS | A(WIDTH) | A(FRAME), 0, HOLDS_BLOCKS, KIND(FIELD), 1,
		ANY},
	[BLOCK_FIELD] = {STYLE | A(LABEL) | A(NUMBER), A(LABEL), HOLDS_EITHER, FLOW, 0, ANY},
	[BLOCK_TABLE] = {STYLE | A(GRID), 0, HOLDS_BLOCKS, KIND(ROW), 1, ANY},
	[BLOCK_ROW] = {STYLE | A(HEIGHT) | A(HEAD), 0, HOLDS_BLOCKS, KIND(CELL), 1, 63},
	[BLOCK_CELL] = {STYLE | A(ALIGN) | A(WIDTH) | A(HEAD), 0, HOLDS_EITHER, FLOW | KIND(SIGNATURE), 0,
		ANY},
	[BLOCK_CHECKS] = {STYLE | A(INLINE), 0, HOLDS_BLOCKS, KIND(CHECK), 1, ANY},
	[BLOCK_CHECK] = {A(CROSS), 0, HOLDS_TEXT, 0, 0, 0},
	[BLOCK_SIGNATURE] = {STYLE | A(INDENT), 0, HOLDS_LINES, 0, 0, 0},
	[BLOCK_SIGNATURES] = {STYLE, 0, HOLDS_BLOCKS, KIND(SIGNATURE), 2, 3},
	[BLOCK_TEMBUSAN] = {STYLE | A(LABEL), A(LABEL), HOLDS_BLOCKS, KIND(ITEM), 1, ANY},
	[BLOCK_PAGE_BREAK] = {A(PART), 0, HOLDS_NOTHING, 0, 0, 0},
	[BLOCK_SPACE] = {A(HEIGHT), A(HEIGHT), HOLDS_NOTHING, 0, 0, 0},
};
static const struct shape letter_shape = {A(TIGHT) | A(COPIES), 0, HOLDS_BLOCKS, TOP, 0, ANY};

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

static int misplaced(struct builder *b, const struct xml_node *n)
{
	return wrong(b, n, _("does not belong here"));
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

static bool says_something(const char *text)
{
	while (is_blank(*text))
		text++;
	return *text;
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

struct reading {
	const struct shape *shape;
	struct arena *a;
	void *to;
	unsigned seen;
	bool no_memory;
};

static bool read_align(const char *text, enum align *out)
{
	static const char *const names[] = {"penuh", "kiri", "tengah", "kanan"};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (strcmp(text, names[i]) == 0) {
			*out = (enum align)i;
			return true;
		}
	return false;
}

static bool read_words(struct reading *r, const char *text, const char **out)
{
	char *words = arena_strdup(r->a, text);

	if (!words) {
		r->no_memory = true;
		return false;
	}
	*out = squeeze_alone(words);
	return **out;
}

static bool read_value(struct reading *r, enum value type, const char *text, void *out)
{
	switch (type) {
	case POINTS:
		return length_parse(text, out);
	case MILLIMETRES:
		if (!length_parse(text, out))
			return false;
		*(double *)out *= PT_PER_MM;
		return true;
	case YES:
		return *(bool *)out = strcmp(text, "ya") == 0;
	case ALIGN:
		return read_align(text, out);
	case WORDS:
		return read_words(r, text, out);
	}
	return false;
}

static bool read_attribute(void *user, const char *name, const char *value)
{
	struct reading *r = user;

	for (unsigned i = 0; i < ARRAY_LEN(attributes); i++)
		if (r->shape->attributes & 1U << i && strcmp(attributes[i].name, name) == 0) {
			r->seen |= 1U << i;
			return read_value(r, attributes[i].type, value, (char *)r->to + attributes[i].at);
		}
	return false;
}

/* `to` is the block, or the letter. */
static int read_attributes(struct builder *b, const struct xml_node *n, const struct shape *shape, void *to)
{
	struct reading r = {.shape = shape, .a = b->a, .to = to};
	bool right = xml_attrs_are(n, read_attribute, &r);

	if (r.no_memory)
		return err_nomem(b->e);
	if (!right || (r.seen & shape->required) != shape->required)
		return wrong(b, n, _("has a wrong attribute, or lacks one"));
	return 0;
}

/* That it is one of ours and has text and nothing else. */
static int check_plain(struct builder *b, const struct xml_node *n)
{
	static const struct shape plain = {.content = HOLDS_TEXT};
	const struct xml_node *child = xml_child(n, NULL);

	if (!xml_is_of(n, NAMESPACE))
		return misplaced(b, n);
	return child ? misplaced(b, child) : read_attributes(b, n, &plain, NULL);
}

/* That nothing but white space stands between the elements. */
static int check_between(struct builder *b, const struct xml_node *n)
{
	for (const struct xml_node *p = xml_first_piece(n); p; p = xml_next_piece(p))
		if (xml_piece_is_text(p) && says_something(xml_piece_text(p)))
			return wrong(b, n, _("holds text between its elements, here must be elements alone"));
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
				return misplaced(b, p);
			if (check_plain(b, p))
				return -1;
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

/* The lines of a signature in their order. */
static const char *const lines[] = {"atas", "kotak-nama", "kotak-jabatan", "nama", "bawah"};
enum line { ABOVE, BOX_NAME, BOX_TITLE, NAME, BELOW };

/* Each of the middle ones once, any number of the first and the last. */
static bool follows(enum line last, const struct xml_node *n, enum line *out)
{
	bool again = (last == ABOVE || last == BELOW) && xml_is(n, lines[last]);

	*out = again ? last : last + 1;
	return again || (last < BELOW && xml_is(n, lines[last + 1]));
}

static int read_signature(struct builder *b, const struct xml_node *n, struct block *block)
{
	size_t count = 0, above = 0, i = 0;
	enum line last = ABOVE;

	xml_for_each (line, n, NULL)
		count++;
	const char **text = arena_calloc(b->a, count + 1, sizeof *text);
	struct signature *s = arena_alloc(b->a, sizeof *s);
	if (!text || !s)
		return err_nomem(b->e);
	if (check_between(b, n))
		return -1;
	xml_for_each (line, n, NULL) {
		if (!follows(last, line, &last))
			return misplaced(b, line);
		if (check_plain(b, line))
			return -1;
		above += last == ABOVE;
		text[i] = xml_text(line, b->a);
		if (!text[i])
			return err_nomem(b->e);
		if (!*text[i++])
			return wrong(b, line, _("is empty"));
	}
	if (last < NAME)
		return wrong(b, n, _("is not complete"));
	*s = (struct signature){
		.above = text,
		.above_count = above,
		.plain_name = text[above],
		.title = text[above + 1],
		.name = text[above + 2],
		.below = text + above + 3,
		.below_count = count - above - 3,
	};
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

static int read_blocks(struct builder *b, const struct xml_node *n, const struct shape *shape,
	enum align align_here, struct block **out);

/* Text alone becomes a paragraph; blocks stay blocks; both together would leave unsaid where the text stands. */
static int read_either(struct builder *b, const struct xml_node *n, const struct shape *shape,
	enum align align_here, struct block **out)
{
	bool text = false, blocks = false;

	for (const struct xml_node *p = xml_first_piece(n); p && !(text && blocks); p = xml_next_piece(p)) {
		if (!xml_piece_is_text(p)) {
			bool words = xml_is(p, "tebal") || xml_is(p, "miring");
			text |= words;
			blocks |= !words;
			continue;
		}
		text |= says_something(xml_piece_text(p));
	}
	if (text && blocks)
		return wrong(b, n, _("holds text beside blocks; put the text into a <paragraf>"));
	if (blocks)
		return read_blocks(b, n, shape, align_here, out);
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
	const struct shape *shape = &shapes[kind];
	if (read_attributes(b, n, shape, block))
		return -1;
	enum align below = align_below(block, align_here);
	int failed = 0;
	switch (shape->content) {
	case HOLDS_NOTHING:
		failed = xml_first_piece(n) ? wrong(b, n, _("must be empty")) : 0;
		break;
	case HOLDS_TEXT:
		failed = read_spans(b, n, &block->spans);
		break;
	case HOLDS_BLOCKS:
		failed = read_blocks(b, n, shape, below, &block->children);
		break;
	case HOLDS_EITHER:
		failed = read_either(b, n, shape, below, &block->children);
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

/* BLOCK_KIND_COUNT when it is none of those allowed. */
static enum block_kind kind_of(const struct xml_node *n, unsigned allowed)
{
	unsigned kind = 0;

	while (kind < BLOCK_KIND_COUNT &&
		!(allowed & 1U << kind && xml_is(n, block_kind_name((enum block_kind)kind))))
		kind++;
	return xml_is_of(n, NAMESPACE) ? (enum block_kind)kind : BLOCK_KIND_COUNT;
}

static int read_blocks(struct builder *b, const struct xml_node *n, const struct shape *shape,
	enum align align_here, struct block **out)
{
	unsigned count = 0;

	if (b->depth >= LIMIT_XML_DEPTH)
		return err_set(b->e, ERR_CONFIG, _("%s: blocks are nested more than %d deep"), place(b, n),
			LIMIT_XML_DEPTH);
	if (check_between(b, n))
		return -1;
	b->depth++;
	xml_for_each (child, n, NULL) {
		enum block_kind kind = kind_of(child, shape->children);
		if (kind == BLOCK_KIND_COUNT || (kind == BLOCK_KOP && count > 0))
			return misplaced(b, child);
		if (++count > shape->most)
			return wrong(b, n, _("holds too much"));
		if (read_block(b, child, kind, align_here, out))
			return -1;
		out = &(*out)->next;
	}
	b->depth--;
	return count < shape->least ? wrong(b, n, _("is not complete")) : 0;
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
	if (!xml_is(root, "surat") || !xml_is_of(root, NAMESPACE))
		return wrong(&b, root, _("is not the root of a letter document; it must be 'surat'"));
	if (read_attributes(&b, root, &letter_shape, l) ||
		read_blocks(&b, root, &letter_shape, ALIGN_JUSTIFY, &l->blocks))
		return -1;
	*out = l;
	return 0;
}
