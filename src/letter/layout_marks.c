/* What stands at the edges of the paper: classification, page number, CONTOH, the first word of the next page. */
#include "letter/layout.h"

#include <math.h>

#define CLASS_TOP_PT (10 * PT_PER_MM) /* code and copy number: below the upper edge */
#define WORD_EDGE_PT                                                                                         \
	(6.5 * PT_PER_MM) /* class word: from both edges; 3 mm of letters, clear of footer and page number */
#define MARK_SIZE_PT 12.0

static double cap_height(const struct lay *l, enum face face, double size)
{
	return l->fonts->face[face]->cap_height * size / 1000;
}

/* A text at the edge of the paper, `y` its baseline; x is measured from the named side of [x1, x2]. */
static int put_mark(struct lay *l, struct bits *b, const char *text, enum face face, double size,
	enum ink ink, enum align align, double x1, double x2, double y)
{
	struct place p = {.size_pt = size, .leading_pt = size, .role = ROLE_ARTIFACT};
	double width = 0;

	if (text_measure(l, text, face, &p, &width))
		return -1;
	double x = align == ALIGN_RIGHT ? x2 - width : align == ALIGN_CENTER ? (x1 + x2 - width) / 2 : x1;
	if (text_put(l, b, text, face, &p, x, y))
		return -1;
	if (*text)
		b->last->item.ink = ink;
	return 0;
}

static int put_specimen(struct lay *l, struct bits *b, double x1, double x2)
{
	static const char word[] = "CONTOH"; /* printed: Indonesian */
	struct place p = {.size_pt = 1000, .leading_pt = 1000};
	double width = 0;

	if (text_measure(l, word, FACE_BOLD, &p, &width))
		return -1;
	double size = width > 0 ? floor(900 * (x2 - x1) / width) : 0;
	/* Higher in a draft: the middle is DRAF's. */
	double middle = l->profile->paper_height_pt * (l->stamp && l->stamp->code ? 0.5 : 0.75);
	double y = middle - cap_height(l, FACE_BOLD, size) / 2;
	if (put_mark(l, b, word, FACE_BOLD, size, INK_LIGHT, ALIGN_CENTER, x1, x2, y))
		return -1;
	b->last->item.paint = PAINT_SHAPES;
	return 0;
}

/* Classification: code top left, the word top and bottom where the office wants it; B says nothing. */
static int put_class(struct lay *l, struct bits *b, bool first, double x1, double x2)
{
	const struct letter *letter = l->letter;
	const struct profile *profile = l->profile;
	const char *code = letter->class_code, *word = letter->class_word;
	double top = profile->paper_height_pt, cap = cap_height(l, FACE_BOLD, MARK_SIZE_PT);

	if (!code || !*code || strcmp(code, "B") == 0)
		return 0;
	enum ink ink = strcmp(code, "R") == 0 || strcmp(code, "SR") == 0 ? INK_RED : INK_BLACK;
	if (put_mark(l, b, code, FACE_BOLD, MARK_SIZE_PT, ink, ALIGN_LEFT, x1, x2, top - CLASS_TOP_PT - cap))
		return -1;
	for (int i = 0; profile->class_word && word && i < 2; i++) {
		double y = i == 0 ? top - WORD_EDGE_PT - cap : WORD_EDGE_PT;
		if (put_mark(l, b, word, FACE_BOLD, MARK_SIZE_PT, ink, ALIGN_CENTER, x1, x2, y))
			return -1;
	}
	if (!first || !letter->copies || ink != INK_RED)
		return 0;
	return put_mark(l, b, letter->copies, FACE_REGULAR, 10, INK_BLACK, ALIGN_RIGHT, x1, x2,
		top - CLASS_TOP_PT - cap);
}

int marks_put(struct lay *l, struct bits *b, size_t page)
{
	const struct profile *profile = l->profile;
	double x1 = profile->left_pt, x2 = profile->paper_width_pt - profile->right_pt;

	if ((l->letter->specimen && put_specimen(l, b, x1, x2)) || put_class(l, b, page == 0, x1, x2))
		return -1;
	if (page == 0)
		return 0;
	const char *number = arena_printf(l->a, "- %zu -", page + 1);
	if (!number)
		return err_nomem(l->e);
	double size = profile->body_size_pt;
	double y = profile->paper_height_pt - profile->page_number_top_pt - cap_height(l, FACE_REGULAR, size);
	return put_mark(l, b, number, FACE_REGULAR, size, INK_BLACK, ALIGN_CENTER, x1, x2, y);
}

/* Bytes of the first word of a line; a part of a word is one, without the hyphen that nobody may measure. */
static size_t first_word(const struct page_item *text)
{
	static const char hyphen[] = SOFT_HYPHEN_UTF8;
	const char *blank = memchr(text->text, ' ', text->text_len);
	size_t len = blank ? (size_t)(blank - text->text) : text->text_len, more = sizeof hyphen - 1;

	return len > more && memcmp(text->text + len - more, hyphen, more) == 0 ? len - more : len;
}

/* The first text that is read in the strips from `s` on; NULL when that is a table's, or none. */
static const struct page_item *first_text(const struct strip *s)
{
	while (s && s->space && !s->page_break)
		s = s->next;
	if (!s || s->page_break || s->table)
		return NULL;
	for (const struct bit *bit = s->bits.first; bit; bit = bit->next)
		if (bit->item.kind == PAGE_TEXT && bit->item.paint == PAINT_LETTERS)
			return &bit->item;
	return NULL;
}

int catchword_put(struct lay *l, struct bits *b, const struct strip *next)
{
	const struct profile *profile = l->profile;
	const struct page_item *text = first_text(next);

	if (!text)
		return 0;
	const char *word = arena_printf(l->a, "%.*s...", (int)first_word(text), text->text);
	if (!word)
		return err_nomem(l->e);
	/* In the middle between the text and the rule of the footer, as large as fits there. */
	double room = profile->bottom_pt - profile->footer.rule_y_pt;
	double size = fmin(profile->body_size_pt, 0.8 * room);
	double y = profile->bottom_pt - fmin(room, 1.25 * size) / 2 - cap_height(l, text->face, size) / 2;
	return put_mark(l, b, word, text->face, size, INK_BLACK, ALIGN_RIGHT, profile->left_pt,
		profile->paper_width_pt - profile->right_pt, y);
}
