#include "signing/bsre_slim.h"

#include <string.h>

static const char file_key[] = "file";

/* The end of the string that begins behind the quote at `p`: its closing quote, or `end`. */
static const char *string_end(const char *p, const char *end, bool *has_escapes)
{
	const char *quote = memchr(p, '"', (size_t)(end - p));

	*has_escapes = false;
	for (;;) {
		const char *slash = memchr(p, '\\', (size_t)((quote ? quote : end) - p));
		if (!slash)
			return quote ? quote : end;
		*has_escapes = true;
		p = end - slash < 2 ? end : slash + 2;
		/* Only when the quote was the escaped character: no byte is looked at again and again. */
		if (quote && p > quote)
			quote = memchr(p, '"', (size_t)(end - p));
	}
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static const char *skip_space(const char *p, const char *end)
{
	while (p < end && is_space(*p))
		p++;
	return p;
}

/* Behind the quote of a string: is it the key "file" with an array as its value? */
static bool opens_files(const char *text, size_t len, const char *after, const char *end)
{
	if (len != sizeof file_key - 1 || memcmp(text, file_key, len) != 0 || after >= end)
		return false;
	after = skip_space(after + 1, end);
	if (after >= end || *after != ':')
		return false;
	after = skip_space(after + 1, end);
	return after < end && *after == '[';
}

void bsre_slim_make(const char *body, size_t len, struct buf *out, struct bsre_slim *slim)
{
	const char *p = body, *end = body + len;
	const char *copied = body; /* copied up to here */
	size_t depth = 0;
	bool in_files = false, files_next = false;

	memset(slim, 0, sizeof *slim);
	while (p < end) {
		char c = *p++;
		if (c == '{' || c == '[') {
			depth++;
			in_files = c == '[' && depth == 2 && files_next;
			files_next = false;
		} else if (c == '}' || c == ']') {
			if (depth > 0)
				depth--;
			if (depth < 2)
				in_files = false;
		} else if (c == '"') {
			bool has_escapes;
			const char *text = p, *close = string_end(p, end, &has_escapes);
			size_t text_len = (size_t)(close - text);
			if (in_files && depth == 2) {
				if (slim->count++ == 0) {
					slim->file = text;
					slim->file_len = text_len;
					slim->has_escapes = has_escapes;
				}
				buf_add(out, copied, (size_t)(text - copied));
				copied = close;
			} else if (depth == 1) {
				files_next = opens_files(text, text_len, close, end);
			}
			p = close < end ? close + 1 : end;
		}
	}
	buf_add(out, copied, (size_t)(end - copied));
}
