/*
 * letter/layout with letters made of arbitrary bytes: whatever is accepted keeps the rules of page_check.
 *
 * The first byte of each step says which block comes next, the bytes up to the next 0 are its text.
 */
#include "../layout_rig.h"
#include "../page_check.h"

#include "base/text.h"

struct reader {
	const uint8_t *at, *end;
	struct arena *a;
	unsigned number;
};

static const char *take_text(struct reader *r)
{
	const uint8_t *from = r->at;

	while (r->at < r->end && *r->at)
		r->at++;
	size_t len = (size_t)(r->at - from);
	if (r->at < r->end)
		r->at++;
	const char *text = arena_strndup(r->a, (const char *)from, len);
	return text && utf8_is_valid(text, len) ? text : "teks";
}

static struct block *new_block(struct reader *r, enum block_kind kind)
{
	struct block *b = arena_alloc(r->a, sizeof *b);

	if (!b)
		abort();
	b->kind = kind;
	b->number = b->line = ++r->number;
	return b;
}

static struct block *take_paragraph(struct reader *r)
{
	struct block *b = new_block(r, BLOCK_PARAGRAPH);
	struct span *span = arena_alloc(r->a, sizeof *span);

	if (!span)
		abort();
	span->text = take_text(r);
	span->len = strlen(span->text);
	span->face = (enum face)(span->len % FACE_COUNT);
	b->align = (enum align)(span->len % 4);
	b->spans = span;
	return b;
}

static struct block *take_signature(struct reader *r)
{
	struct block *b = new_block(r, BLOCK_SIGNATURE);
	struct signature *s = arena_alloc(r->a, sizeof *s);
	const char **lines = arena_calloc(r->a, 2, sizeof *lines);

	if (!s || !lines)
		abort();
	lines[0] = take_text(r);
	*s = (struct signature){.above = lines, .above_count = 1, .name = take_text(r)};
	s->plain_name = s->title = lines[1] = s->name;
	b->signature = s;
	return b;
}

static struct block *take_block(struct reader *r, unsigned depth)
{
	static const enum block_kind kinds[] = {BLOCK_PARAGRAPH, BLOCK_TITLE, BLOCK_LIST, BLOCK_FIELDS,
		BLOCK_TABLE, BLOCK_CHECKS, BLOCK_REFERENCE, BLOCK_SPACE, BLOCK_PAGE_BREAK, BLOCK_SIGNATURE,
		BLOCK_TEMBUSAN, BLOCK_ADDRESSEE};
	uint8_t op = *r->at++;
	enum block_kind kind = depth > 4 ? BLOCK_PARAGRAPH : kinds[op % ARRAY_LEN(kinds)];

	if (kind == BLOCK_SIGNATURE)
		return take_signature(r);
	if (kind == BLOCK_PARAGRAPH)
		return take_paragraph(r);
	struct block *b = new_block(r, kind);
	b->height_pt = op;
	if (kind == BLOCK_SPACE || kind == BLOCK_PAGE_BREAK)
		return b;
	b->border_pt = op & 0x40 ? 0.5 : 0;
	b->keep_with_next = op & 0x80;
	b->inline_checks = b->underlined = op & 0x20;
	struct block **link = &b->children;
	for (unsigned i = 0; i < 1U + op % 5 && r->at < r->end; i++) {
		struct block *child;
		switch (kind) {
		case BLOCK_CHECKS:
			child = take_paragraph(r);
			child->kind = BLOCK_CHECK;
			child->crossed = i & 1;
			break;
		case BLOCK_TITLE:
		case BLOCK_ADDRESSEE:
			child = take_paragraph(r);
			break;
		case BLOCK_TABLE:
			child = new_block(r, BLOCK_ROW);
			child->head = i == 0 && op & 0x10;
			child->children = new_block(r, BLOCK_CELL);
			child->children->children = take_block(r, depth + 1);
			child->children->next = new_block(r, BLOCK_CELL);
			child->children->next->children = take_paragraph(r);
			break;
		default:
			child = new_block(
				r, kind == BLOCK_LIST || kind == BLOCK_TEMBUSAN ? BLOCK_ITEM : BLOCK_FIELD);
			child->label = take_text(r);
			if (r->at < r->end)
				child->children = take_block(r, depth + 1);
		}
		*link = child;
		link = &child->next;
	}
	return b;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	static bool ready;
	AUTO(arena_release) struct arena a = ARENA_INIT(LIMIT_CASE_ARENA);
	struct reader r = {data, data + len, &a, 0};
	struct letter letter = {
		.class_code = "R", .class_word = "RAHASIA", .copies = "Kopi Nomor 1 dari 2 kopi."};
	struct block **link = &letter.blocks;
	struct page_list pages = PAGE_LIST_INIT;
	struct err e = ERR_INIT;

	if (!ready && rig_init(&e))
		abort();
	ready = true;
	if (len > 20000)
		return 0;
	while (r.at < r.end) {
		*link = take_block(&r, 0);
		link = &(*link)->next;
	}
	if (letter_layout(&letter, &rig_profile, &rig_fonts.metrics, &rig_stamp, &a, &pages, &e))
		return 0;
	const char *wrong = page_check(&pages, &rig_profile, false);
	if (wrong) {
		fprintf(stderr, "%s\n", wrong);
		abort();
	}
	return 0;
}
