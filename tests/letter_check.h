/*
 * letter_check: what must be true of a letter and its pages together, whatever it says. For tests.
 *
 * page_check.h looks at pages alone; here they are held against the letter that they were made of: every text of the
 * letter stands on them once, in reading order, blanks included; no heading ends a page; paragraphs are not parted
 * with one line alone; a signature stays whole; the head of a table comes again on every page of it; the text of
 * page one begins below its kop; pages are numbered.
 *
 * Returns NULL when all is well, else a sentence in a static buffer.
 */
#ifndef TESTS_LETTER_CHECK_H
#define TESTS_LETTER_CHECK_H

#include "base/auto.h"
#include "base/limits.h"
#include "model/code.h"
#include "model/letter.h"
#include "page_check.h"

#include <stdlib.h>

#define LEAF '\n' /* between two texts that need no blank between them */

static const char *letter_check_say(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

static const char *letter_check_say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(page_check_text, sizeof page_check_text, fmt, args);
	va_end(args);
	return page_check_text;
}

/* ---- what the letter says, in the order in which it is read ------------------------------------------------- */

static void want_leaf(struct buf *out, const char *text)
{
	if (text && *text) {
		buf_adds(out, text);
		buf_addc(out, LEAF);
	}
}

static void want_spans(struct buf *out, const struct span *spans)
{
	for (; spans; spans = spans->next)
		buf_add(out, spans->text, spans->len);
	buf_addc(out, LEAF);
}

/* "Tanggal : value": label, colon and value may stand in columns. */
static void want_line(struct buf *out, const char *line)
{
	const char *colon = strstr(line, ": ");

	if (!colon || colon == line) {
		want_leaf(out, line);
		return;
	}
	size_t len = (size_t)(colon - line);
	buf_add(out, line, line[len - 1] == ' ' ? len - 1 : len);
	buf_adds(out, "\n:\n");
	want_leaf(out, colon + 2);
}

static void want_signature(struct buf *out, const struct signature *s, const char *code)
{
	char shown[CODE_SHOWN];

	for (size_t i = 0; i < s->above_count; i++)
		want_line(out, s->above[i]);
	if (code) {
		code_show(code, shown);
		want_leaf(out, "Ditandatangani secara elektronik oleh:");
		want_leaf(out, s->plain_name);
		want_leaf(out, s->title);
		buf_adds(out, "Kode: ");
		want_leaf(out, shown);
	}
	want_leaf(out, s->name);
	for (size_t i = 0; i < s->below_count; i++)
		want_leaf(out, s->below[i]);
}

static void want_blocks(struct buf *out, const struct block *b, const char *code)
{
	for (; b; b = b->next) {
		if (b->kind == BLOCK_SIGNATURE && b->signature)
			want_signature(out, b->signature, code);
		if (b->kind == BLOCK_PAGE_BREAK)
			continue;
		if (b->kind == BLOCK_CHECK)
			want_leaf(out, b->crossed ? "[x]" : "[ ]");
		want_leaf(out, b->mark);
		want_leaf(out, b->label);
		if (b->kind == BLOCK_FIELD)
			want_leaf(out, b->label && *b->label ? ":" : NULL);
		if (b->kind == BLOCK_PARAGRAPH || b->kind == BLOCK_CHECK)
			want_spans(out, b->spans);
		want_blocks(out, b->children, code);
	}
}

/* ---- what the pages say ----------------------------------------------------------------------------------------- */

struct said {
	const struct page_item *item;
	size_t page, order;
};

struct speech {
	struct said *said;
	size_t count;
};

static void speech_release(struct speech *s)
{
	free(s->said);
}

static bool is_content(const struct page_item *it)
{
	return it->kind == PAGE_TEXT && it->role != ROLE_ARTIFACT;
}

static void speech_take(const struct page_list *pages, struct speech *out)
{
	size_t max = 1;

	for (size_t n = 0; n < pages->count; n++)
		max += pages->pages[n].count;
	out->said = calloc(max, sizeof *out->said);
	if (!out->said)
		abort();
	for (size_t n = 0; n < pages->count; n++)
		for (size_t i = 0; i < pages->pages[n].count; i++)
			if (is_content(&pages->pages[n].items[i])) {
				out->said[out->count] =
					(struct said){&pages->pages[n].items[i], n, out->count};
				out->count++;
			}
}

/* Blocks are numbered in reading order, and so are the cells of one: parted rows come together again. */
static int reading_order(const void *pa, const void *pb)
{
	const struct said *a = pa, *b = pb;

	if (a->item->block != b->item->block)
		return a->item->block < b->item->block ? -1 : 1;
	if (a->item->cell != b->item->cell)
		return a->item->cell < b->item->cell ? -1 : 1;
	return a->order < b->order ? -1 : 1;
}

/* `got` says what `want` says; hyphens of the layout, and blanks where one text ends, are free. */
static const char *compare_texts(const char *want, const char *got)
{
	const char *from = want;

	for (;;) {
		while (*want == LEAF ||
			(*want == ' ' && (want == from || want[-1] == LEAF || want[1] == LEAF))) {
			want++;
			while (*got == ' ')
				got++;
		}
		if (strncmp(got, SOFT_HYPHEN_UTF8, 2) == 0 && strncmp(want, SOFT_HYPHEN_UTF8, 2) != 0) {
			got += 2;
			continue;
		}
		/* the narrowest boxes have no room for the word */
		if (strncmp(want, "Kode: ", 6) == 0 && strncmp(got, "Kode: ", 6) != 0 && want[-1] == LEAF)
			want += 6;
		if (*want != *got || !*want)
			break;
		want++;
		got++;
	}
	if (!*want && !*got)
		return NULL;
	return letter_check_say("behind '%.*s' the letter says '%.40s', the pages '%.40s'",
		(int)(want - from > 30 ? 30 : want - from), want - from > 30 ? want - 30 : from, want, got);
}

static const char *check_words(const struct letter *l, const char *code, const struct speech *s)
{
	AUTO(buf_release) struct buf want = BUF_INIT(LIMIT_CASE_BYTES), got = BUF_INIT(LIMIT_CASE_BYTES);
	AUTO(speech_release) struct speech sorted = {calloc(s->count + 1, sizeof *s->said), s->count};

	if (!sorted.said)
		abort();
	memcpy(sorted.said, s->said, s->count * sizeof *s->said);
	qsort(sorted.said, s->count, sizeof *s->said, reading_order);
	want_blocks(&want, l->blocks, code);
	for (size_t i = 0; i < s->count; i++)
		buf_add(&got, sorted.said[i].item->text, sorted.said[i].item->text_len);
	if (want.failed || got.failed)
		return "too much text to compare";
	return compare_texts(buf_str(&want), buf_str(&got));
}

/* ---- where it stands -------------------------------------------------------------------------------------------- */

/* The block of the letter itself (not of a list or cell) that an item belongs to. */
static const struct block *top_block(const struct letter *l, unsigned number)
{
	const struct block *top = NULL;

	for (const struct block *b = l->blocks; b && b->number <= number; b = b->next)
		top = b;
	return top;
}

/* Pages are read from the first item to the last: blocks follow each other, and the rows of one block do. */
static const char *check_order(const struct speech *s)
{
	for (size_t i = 1; i < s->count; i++) {
		const struct page_item *a = s->said[i - 1].item, *b = s->said[i].item;
		if (b->block < a->block)
			return page_check_say(s->said[i].page, b, "is read too late");
		if (b->block == a->block && a->cell && b->cell && (b->cell - 1) / 64 < (a->cell - 1) / 64)
			return page_check_say(s->said[i].page, b, "stands in a row that was read before");
	}
	return NULL;
}

static bool is_heading(const struct block *b)
{
	return b && (b->kind == BLOCK_TITLE || b->keep_with_next);
}

/* The last block of a page is no heading of what stands on the next. */
static const char *check_headings(const struct letter *l, const struct speech *s)
{
	for (size_t i = 0; i + 1 < s->count; i++) {
		if (s->said[i].page == s->said[i + 1].page)
			continue;
		const struct block *here = top_block(l, s->said[i].item->block);
		const struct block *there = top_block(l, s->said[i + 1].item->block);
		if (is_heading(here) && here->next == there)
			return page_check_say(s->said[i].page, s->said[i].item, "is a heading alone");
	}
	return NULL;
}

/* Lines of the run of items from `i` on that stand in the same block on the same page. */
static size_t count_lines(const struct speech *s, size_t i, size_t *end)
{
	size_t lines = 0;
	double y = -1;

	for (*end = i; *end < s->count && s->said[*end].page == s->said[i].page &&
		       s->said[*end].item->block == s->said[i].item->block;
		++*end) {
		if (s->said[*end].item->y_pt < y || y < 0)
			lines++;
		y = s->said[*end].item->y_pt;
	}
	return lines;
}

static const char *check_widows(const struct letter *l, const struct speech *s)
{
	for (size_t i = 0, end = 0; i < s->count; i = end) {
		size_t lines = count_lines(s, i, &end);
		const struct block *b = top_block(l, s->said[i].item->block);
		bool parted = (i > 0 && s->said[i - 1].item->block == s->said[i].item->block) ||
			      (end < s->count && s->said[end].item->block == s->said[i].item->block);
		if (parted && lines < 2 && b && b->kind == BLOCK_PARAGRAPH)
			return page_check_say(s->said[i].page, s->said[i].item, "is a line alone");
		if (parted && b && (b->kind == BLOCK_SIGNATURE || b->kind == BLOCK_TITLE))
			return page_check_say(s->said[i].page, s->said[i].item, "is torn from its block");
	}
	return NULL;
}

/* Half a page or more of head: it isn't repeated. */
static bool is_tall_head(const struct block *t, const struct page_list *pages, unsigned heads)
{
	for (size_t n = 0; n < pages->count; n++) {
		double low = 1e9, high = 0;
		for (size_t i = 0; i < pages->pages[n].count; i++) {
			const struct page_item *it = &pages->pages[n].items[i];
			if (it->kind != PAGE_TEXT || it->block != t->number || !it->cell ||
				(it->cell - 1) / 64 >= heads)
				continue;
			low = it->y_pt < low ? it->y_pt : low;
			high = it->y_pt > high ? it->y_pt : high;
		}
		if (high - low > 400)
			return true;
	}
	return false;
}

/* A table's head is on every page that has rows of it, above them. */
static const char *check_table(const struct block *t, const struct page_list *pages)
{
	unsigned heads = 0;

	for (const struct block *r = t->children; r && r->head; r = r->next)
		heads++;
	if (is_tall_head(t, pages, heads))
		return NULL;
	for (size_t n = 0; heads > 0 && n < pages->count; n++) {
		bool head = false;
		for (size_t i = 0; i < pages->pages[n].count; i++) {
			const struct page_item *it = &pages->pages[n].items[i];
			if (it->kind != PAGE_TEXT || it->block != t->number || !it->cell)
				continue;
			if ((it->cell - 1) / 64 < heads)
				head = true;
			else if (!head)
				return page_check_say(n, it, "stands in a table without its head");
		}
	}
	return NULL;
}

static const char *check_tables(const struct letter *l, const struct page_list *pages)
{
	for (const struct block *b = l->blocks; b; b = b->next) {
		const char *wrong = b->kind == BLOCK_TABLE ? check_table(b, pages) : NULL;
		if (wrong)
			return wrong;
	}
	return NULL;
}

static const char *check_first_page(
	const struct letter *l, const struct page_list *pages, const struct profile *p)
{
	const struct block *kop = l->blocks && l->blocks->kind == BLOCK_KOP ? l->blocks : NULL;
	double top = p->paper_height_pt - p->first_top_pt;

	for (size_t i = 0; i < pages->pages[0].count; i++) {
		const struct page_item *it = &pages->pages[0].items[i];
		if (it->kind == PAGE_TEXT && is_content(it) && top_block(l, it->block) != kop &&
			it->y_pt > top)
			return page_check_say(0, it, "stands in the kop");
	}
	return NULL;
}

static const char *check_each_page(const struct page_list *pages)
{
	char want[32];

	for (size_t n = 0; n < pages->count; n++) {
		unsigned found = 0, content = 0;
		snprintf(want, sizeof want, "- %zu -", n + 1);
		/* what is as high as a page may leave one line to stand above a signature, never none */
		for (size_t i = 0; i < pages->pages[n].count; i++)
			if (pages->pages[n].items[i].kind == PAGE_QR &&
				!page_check_company(&pages->pages[n], &pages->pages[n].items[i], 1))
				return page_check_say(n, &pages->pages[n].items[i], "is a signature alone");
		for (size_t i = 0; i < pages->pages[n].count; i++) {
			const struct page_item *it = &pages->pages[n].items[i];
			content += is_content(it);
			found += it->kind == PAGE_TEXT && !is_content(it) && it->text_len == strlen(want) &&
				 memcmp(it->text, want, it->text_len) == 0;
		}
		if (found != (n > 0))
			return letter_check_say("page %zu has %u page numbers", n + 1, found);
		if (content == 0 && pages->count > 1)
			return letter_check_say("page %zu is empty", n + 1);
	}
	return NULL;
}

/* As page_check(), and everything above. `code` as in the stamp. */
static inline const char *letter_check(const struct letter *l, const char *code,
	const struct page_list *pages, const struct profile *p, bool company)
{
	AUTO(speech_release) struct speech s = {NULL, 0};
	const char *wrong = page_check(pages, p, company);

	if (wrong)
		return wrong;
	speech_take(pages, &s);
	if ((wrong = check_words(l, code, &s)) != NULL || (wrong = check_order(&s)) != NULL ||
		(wrong = check_headings(l, &s)) != NULL || (wrong = check_widows(l, &s)) != NULL ||
		(wrong = check_tables(l, pages)) != NULL || (wrong = check_first_page(l, pages, p)) != NULL)
		return wrong;
	return check_each_page(pages);
}

#endif
