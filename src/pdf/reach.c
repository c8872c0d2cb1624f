/* References into nowhere: holes that an update could fill. Declared in compare.h. */
#include "base/auto.h"
#include "base/i18n.h"
#include "pdf/compare.h"

/* Object numbers looked at when walking a file; ISO 32000-2 C.2 knows 8,388,607. */
#define NUMBERS_MAX  8388608
/* Cross-reference sections of one file that the quick look follows. */
#define SECTIONS_MAX (4 * LIMIT_SIGNATURES)

/* ---- the quick look ---- */

/*
 * Walking all objects costs ten times what opening the file does. Most files need no walk: where every object stands
 * in the open (only cross-reference tables, so no object streams), a reference can only be the bytes "N G R", and
 * none with a number beyond the file's own can be missed by looking for those bytes. What only looks like one, or a
 * comment that could hide one, sends us on the long way.
 */

/* Steps over a dictionary of names, numbers, references and hex strings; false for anything else. */
static bool skip_plain_dict(const unsigned char **at, const unsigned char *end)
{
	const unsigned char *p = *at;
	int depth = 0;

	do {
		if (p >= end || *p == '#' || *p == '(' || *p == '%')
			return false; /* an escaped name, a string, a comment: any could hide a key */
		if (pdf_read_word(&p, end, "<<")) {
			depth++;
		} else if (pdf_read_word(&p, end, ">>")) {
			depth--;
		} else if (*p++ == '<') {
			p = memchr(p, '>', (size_t)(end - p));
			if (!p++)
				return false;
		}
	} while (depth > 0);
	*at = p;
	return true;
}

/* /Prev of the table at `section`: 0 if it has none, -1 if that cannot be read by its bytes alone. */
static int64_t plain_prev(const struct pdf_reader *r, int64_t section)
{
	static const char key[] = "/Prev";
	const unsigned char *at = r->pdf + section, *end = r->pdf + r->len;
	const unsigned char *trailer = memmem(at, (size_t)(end - at), "trailer", 7);
	int64_t prev = 0;

	if (!trailer || memchr(at, '%', (size_t)(trailer - at)))
		return -1;
	const unsigned char *dict = trailer + 7;
	pdf_skip_space(&dict, end);
	const unsigned char *stop = dict;
	if (end - dict < 2 || memcmp(dict, "<<", 2) != 0 || !skip_plain_dict(&stop, end) ||
		memmem(dict, (size_t)(stop - dict), "XRefStm", 7))
		return -1;
	at = memmem(dict, (size_t)(stop - dict), key, sizeof key - 1);
	if (!at)
		return 0;
	at += sizeof key - 1;
	pdf_skip_space(&at, stop);
	if (!pdf_read_number(&at, stop, &prev) || prev <= 0 ||
		memmem(at, (size_t)(stop - at), key, sizeof key - 1))
		return -1;
	return prev;
}

/* True if each section of the file is surely a table without a stream beside it. */
static bool has_only_tables(const struct pdf_reader *r)
{
	int64_t section = r->scan.startxref;

	for (int i = 0; i < SECTIONS_MAX; i++) {
		if (pdf_scan_section(r->pdf, r->len, section, NULL) != XREF_TABLE)
			return false;
		section = plain_prev(r, section);
		if (section <= 0)
			return section == 0;
	}
	return false;
}

static bool is_digit(unsigned char c)
{
	return c >= '0' && c <= '9';
}

/* Steps back over white space; false if a line ended on the way and the one before holds a '%'. */
static bool step_back(const unsigned char *pdf, size_t *at)
{
	bool new_line = false;

	for (; *at > 0 && pdf_is_space(pdf[*at - 1]); (*at)--)
		new_line = new_line || pdf[*at - 1] == '\n' || pdf[*at - 1] == '\r';
	for (size_t i = *at; new_line && i > 0 && pdf[i - 1] != '\n' && pdf[i - 1] != '\r'; i--)
		if (pdf[i - 1] == '%')
			return false;
	return true;
}

/* Digits that end at *at; false if there are too many or a sign stands before them. `*value` is -1 if there are none. */
static bool digits_back(const unsigned char *pdf, size_t *at, int64_t *value)
{
	size_t end = *at;

	*value = -1;
	while (*at > 0 && is_digit(pdf[*at - 1]))
		(*at)--;
	if (*at == end)
		return true;
	const unsigned char *p = pdf + *at;
	if (!pdf_read_number(&p, pdf + end, value) || p != pdf + end)
		return false;
	return *at == 0 || (pdf[*at - 1] != '+' && pdf[*at - 1] != '-');
}

/* False if the 'R' at `at` is surely no reference to `size` or above. */
static bool may_go_beyond(const unsigned char *pdf, size_t len, size_t at, int64_t size)
{
	int64_t number, generation;

	/* A keyword of its own: "0R" and "Rx" are none. */
	if (at == 0 || !pdf_is_space(pdf[at - 1]) ||
		(at + 1 < len && !pdf_is_space(pdf[at + 1]) && !memchr("()<>[]{}/%", pdf[at + 1], 10)))
		return false;
	if (!step_back(pdf, &at) || !digits_back(pdf, &at, &generation))
		return true;
	if (generation < 0 || at == 0 || !pdf_is_space(pdf[at - 1]))
		return false;
	return !step_back(pdf, &at) || !digits_back(pdf, &at, &number) || number >= size;
}

static bool is_surely_closed(const struct pdf_reader *r, int64_t size)
{
	const unsigned char *at = r->pdf, *end = r->pdf + r->len;

	if (!has_only_tables(r))
		return false;
	for (; (at = memchr(at, 'R', (size_t)(end - at))); at++)
		if (may_go_beyond(r->pdf, r->len, (size_t)(at - r->pdf), size))
			return false;
	return true;
}

/* ---- the walk ---- */

struct reach {
	unsigned char *seen; /* one bit per number */
	int *todo;           /* numbers with generations, two ints each */
	size_t count;
	long size;
	bool dangling;
};

static void reach_add(struct reach *w, long number, long generation)
{
	if (number <= 0)
		return;
	if (number >= w->size) {
		w->dangling = true;
		return;
	}
	unsigned char bit = (unsigned char)(1 << (number & 7));
	if (w->seen[number >> 3] & bit)
		return;
	w->seen[number >> 3] |= bit;
	w->todo[2 * w->count] = (int)number;
	w->todo[2 * w->count + 1] = (int)generation;
	w->count++;
}

/* Follows every "N G R" in an object as qpdf writes it; strings are skipped, hex strings hold no blanks. */
static void reach_text(struct reach *w, const char *p)
{
	long number[2] = {-1, -1};

	while (*p) {
		if (*p == '(') {
			for (p++; *p && *p != ')'; p++)
				if (*p == '\\' && p[1])
					p++;
			p += *p != '\0';
			number[0] = number[1] = -1;
			continue;
		}
		size_t len = strcspn(p, " \n\r\t[]<>(");
		if (len == 1 && *p == 'R' && number[0] > 0 && number[1] >= 0)
			reach_add(w, number[0], number[1]);
		if (len > 0 && len < 10 && strspn(p, "0123456789") == len) {
			number[0] = number[1];
			number[1] = strtol(p, NULL, 10);
		} else if (len > 0) {
			number[0] = number[1] = -1;
		}
		p += len > 0 ? len : 1;
	}
}

/*
 * qpdf leaves out what is null when it writes a dictionary, and so a reference to an object that isn't there. Once the
 * object is there, in memory, the reference is written.
 */
static void make_known(struct pdf_reader *r, const struct section *update, int64_t size)
{
	for (size_t i = 0; i < update->count; i++)
		if (update->items[i].number >= size && update->items[i].number <= INT32_MAX &&
			!update->items[i].is_free)
			qpdf_replace_object(r->q, (int)update->items[i].number, update->items[i].generation,
				qpdf_oh_new_bool(r->q, QPDF_TRUE));
}

int pdf_has_dangling(struct pdf_reader *r, const struct section *update, bool *out, struct err *e)
{
	struct reach w = {.size = pdf_reader_next_number(r)};

	if (w.size <= 0 || w.size > NUMBERS_MAX)
		return err_set(e, ERR_LIMIT, _("%s: more than %d objects"), r->name, NUMBERS_MAX);
	if (is_surely_closed(r, w.size)) {
		*out = false;
		return 0;
	}
	AUTO(free_ptr) unsigned char *seen = calloc((size_t)w.size / 8 + 1, 1);
	AUTO(free_ptr) int *todo = calloc((size_t)w.size + 1, 2 * sizeof *todo);
	if (!seen || !todo)
		return err_nomem(e);
	w.seen = seen;
	w.todo = todo;
	make_known(r, update, w.size);
	reach_text(&w, qpdf_oh_unparse(r->q, r->root));
	reach_text(&w, qpdf_oh_unparse(r->q, qpdf_oh_get_key(r->q, r->trailer, "/Info")));
	for (size_t i = 0; i < w.count && !w.dangling; i++) {
		qpdf_oh object = qpdf_get_object_by_id(r->q, w.todo[2 * i], w.todo[2 * i + 1]);
		if (qpdf_oh_is_stream(r->q, object))
			object = qpdf_oh_get_dict(r->q, object);
		reach_text(&w, qpdf_oh_unparse_resolved(r->q, object));
		qpdf_oh_release(r->q, object);
	}
	*out = w.dangling;
	return pdf_reader_check(r, e);
}
