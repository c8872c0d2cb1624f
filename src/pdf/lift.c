#include "pdf/lift.h"

#include "base/text.h"

#include <stdlib.h>
#include <string.h>

static bool is_blank(char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == 0;
}

static bool is_delimiter(char c)
{
	return c == '/' || c == '<' || c == '>' || c == '[' || c == ']' || c == '(' || c == ')';
}

static const char *skip_blanks(const char *p, const char *end)
{
	while (p < end && is_blank(*p))
		p++;
	return p;
}

static const char *skip_string(const char *p, const char *end)
{
	int depth = 0;

	for (; p < end; p++) {
		if (*p == '\\')
			p++;
		else if (*p == '(')
			depth++;
		else if (*p == ')' && --depth == 0)
			return p + 1;
	}
	return NULL;
}

static const char *skip_word(const char *p, const char *end)
{
	if (p < end && *p == '/')
		p++;
	while (p < end && !is_blank(*p) && !is_delimiter(*p))
		p++;
	return p;
}

/* "12 0 R" at p: its end, else NULL. */
static const char *skip_reference(const char *p, const char *end)
{
	const char *number = p;

	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if (p == number || end - p < 4 || memcmp(p, " 0 R", 4) != 0)
		return NULL;
	return p + 4;
}

/* Behind the value at p (blanks before it skipped already); NULL if it is none. */
static const char *skip_value(const char *p, const char *end)
{
	int depth = 0;

	do {
		p = skip_blanks(p, end);
		if (p >= end)
			return NULL;
		const char *next = skip_reference(p, end);
		if (next) {
			p = next;
		} else if (end - p >= 2 && (memcmp(p, "<<", 2) == 0 || memcmp(p, ">>", 2) == 0)) {
			depth += *p == '<' ? 1 : -1;
			p += 2;
		} else if (*p == '[' || *p == ']') {
			depth += *p == '[' ? 1 : -1;
			p++;
		} else if (*p == '(') {
			p = skip_string(p, end);
		} else if (*p == '<') {
			p = memchr(p, '>', (size_t)(end - p));
			if (p)
				p++;
		} else {
			next = skip_word(p, end);
			p = next > p ? next : NULL;
		}
	} while (p && depth > 0);
	return depth == 0 ? p : NULL;
}

/* The number `index` value of an array or dictionary that begins with `open` bytes of bracket. */
static bool nth_value(struct slice in, size_t bracket, unsigned index, struct slice *out)
{
	if (in.len < 2 * bracket)
		return false;
	const char *end = in.at + in.len - bracket;
	const char *p = skip_blanks(in.at + bracket, end);

	for (; p && p < end; p = skip_blanks(p, end)) {
		const char *next = skip_value(p, end);
		if (!next)
			return false;
		if (index-- == 0) {
			*out = (struct slice){p, (size_t)(next - p)};
			return true;
		}
		p = next;
	}
	return false;
}

static bool is_dict(struct slice s)
{
	return s.len >= 4 && memcmp(s.at, "<<", 2) == 0;
}

bool lift_entry(struct slice dict, unsigned index, struct slice *key, struct slice *value)
{
	if (!is_dict(dict) || !nth_value(dict, 2, 2 * index, key) ||
		!nth_value(dict, 2, 2 * index + 1, value))
		return false;
	if (key->len < 2 || key->at[0] != '/')
		return false;
	key->at++;
	key->len--;
	return true;
}

unsigned lift_reference(struct slice value)
{
	unsigned number = 0;

	if (value.len < 5 || skip_reference(value.at, value.at + value.len) != value.at + value.len)
		return 0;
	for (const char *p = value.at; *p != ' '; p++) {
		if (number > 100000)
			return 0;
		number = number * 10 + (unsigned)(*p - '0');
	}
	return number;
}

/* The value of an object, its stream left out. */
static bool object_value(const struct lift *l, unsigned number, struct slice *out)
{
	if (number == 0 || number >= l->count || l->offsets[number] >= l->len)
		return false;
	const char *p = (const char *)l->bytes + l->offsets[number], *end = (const char *)l->bytes + l->len;
	static const char mark[] = " 0 obj";
	while (p < end && *p >= '0' && *p <= '9')
		p++;
	if ((size_t)(end - p) < sizeof mark || memcmp(p, mark, sizeof mark - 1) != 0)
		return false;
	p = skip_blanks(p + sizeof mark - 1, end);
	const char *after = skip_value(p, end);
	if (!after)
		return false;
	*out = (struct slice){p, (size_t)(after - p)};
	return true;
}

static bool step_one(struct slice in, const char *name, size_t len, struct slice *out)
{
	if (is_dict(in)) {
		struct slice key;
		for (unsigned i = 0; lift_entry(in, i, &key, out); i++)
			if (key.len == len && memcmp(key.at, name, len) == 0)
				return true;
		return false;
	}
	if (in.len < 2 || in.at[0] != '[' || len != 1 || name[0] < '0' || name[0] > '9')
		return false;
	return nth_value(in, 1, (unsigned)(name[0] - '0'), out);
}

bool lift_step(
	const struct lift *l, struct slice from, const char *path, struct slice *value, unsigned *number)
{
	struct slice here = from;
	unsigned object = 0;

	while (*path) {
		size_t len = strcspn(path, "/");
		if (!step_one(here, path, len, &here))
			return false;
		object = lift_reference(here);
		if (object && !object_value(l, object, &here))
			return false;
		path += len;
		if (*path == '/')
			path++;
	}
	*value = here;
	*number = object;
	return true;
}

int lift_find(const struct lift *l, const char *path, struct slice *value, unsigned *number, struct err *e)
{
	struct slice root;

	if (!object_value(l, l->root, &root) || !lift_step(l, root, path, value, number))
		return err_set(e, ERR_BUG, "libharu's file has no '%s'", path);
	return 0;
}

static bool slice_number(struct slice s, uint64_t *out)
{
	char digits[16];

	if (s.len >= sizeof digits)
		return false;
	memcpy(digits, s.at, s.len);
	digits[s.len] = 0;
	return text_to_uint(digits, SIZE_MAX, out);
}

int lift_stream(const struct lift *l, unsigned number, struct slice *data, struct err *e)
{
	struct slice dict, length;
	unsigned ignored;
	uint64_t len;
	static const char mark[] = "stream\n";

	if (!object_value(l, number, &dict) || !lift_step(l, dict, "Length", &length, &ignored) ||
		!slice_number(length, &len))
		return err_set(e, ERR_BUG, "libharu's object %u is no stream", number);
	const char *end = (const char *)l->bytes + l->len;
	const char *p = skip_blanks(dict.at + dict.len, end);
	size_t left = (size_t)(end - p);
	if (left < sizeof mark)
		return err_set(e, ERR_BUG, "libharu's object %u is no stream", number);
	/* libharu ends the keyword with CR LF. */
	size_t skip = memcmp(p, "stream\r\n", 8) == 0 ? 8 : memcmp(p, mark, 7) == 0 ? 7 : 0;
	if (skip == 0 || len > left - skip)
		return err_set(e, ERR_BUG, "libharu's object %u is no stream", number);
	*data = (struct slice){p + skip, (size_t)len};
	return 0;
}

static int broken(struct err *e, const char *what)
{
	return err_set(e, ERR_BUG, "libharu's file: %s", what);
}

static bool read_uint(const char **p, const char *end, uint64_t *out)
{
	const char *begin = *p = skip_blanks(*p, end);

	*out = 0;
	while (*p < end && **p >= '0' && **p <= '9' && *p - begin < 12)
		*out = *out * 10 + (uint64_t)(*(*p)++ - '0');
	return *p > begin;
}

/* libharu makes one section that begins with object 0; entries are 20 bytes. */
static int read_xref(struct lift *l, size_t at, struct err *e)
{
	const char *p = (const char *)l->bytes + at, *end = (const char *)l->bytes + l->len;
	uint64_t first, count;

	if (l->len - at < 8 || memcmp(p, "xref", 4) != 0)
		return broken(e, "no xref table");
	p += 4;
	if (!read_uint(&p, end, &first) || !read_uint(&p, end, &count) || first != 0 || count > 100000)
		return broken(e, "odd xref table");
	l->offsets = calloc(count + 1, sizeof *l->offsets);
	if (!l->offsets)
		return err_nomem(e);
	l->count = (unsigned)count;
	for (unsigned i = 0; i < l->count; i++) {
		uint64_t offset, generation;
		if (!read_uint(&p, end, &offset) || !read_uint(&p, end, &generation))
			return broken(e, "short xref table");
		p = skip_blanks(p, end);
		if (p >= end || offset > l->len)
			return broken(e, "short xref table");
		l->offsets[i] = *p++ == 'n' ? (size_t)offset : l->len;
	}
	p = skip_blanks(p, end);
	if (end - p < 7 || memcmp(p, "trailer", 7) != 0)
		return broken(e, "no trailer");
	p = skip_blanks(p + 7, end);
	const char *after = skip_value(p, end);
	struct slice root;
	if (!after || !step_one((struct slice){p, (size_t)(after - p)}, "Root", 4, &root))
		return broken(e, "no /Root");
	l->root = lift_reference(root);
	return 0;
}

int lift_open(struct lift *l, const struct buf *file, struct err *e)
{
	static const char mark[] = "startxref";
	uint64_t at;

	if (file->len < 64)
		return broken(e, "too short");
	l->bytes = file->data;
	l->len = file->len;
	const char *end = (const char *)l->bytes + l->len;
	const char *p = end - sizeof mark + 1;
	while (p > (const char *)l->bytes && memcmp(p, mark, sizeof mark - 1) != 0)
		p--;
	p += sizeof mark - 1;
	if (!read_uint(&p, end, &at) || at >= l->len)
		return broken(e, "no startxref");
	return read_xref(l, (size_t)at, e);
}

void lift_release(struct lift *l)
{
	free(l->offsets);
	l->offsets = NULL;
}
