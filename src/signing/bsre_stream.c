#include "signing/bsre_stream.h"

#include "base/limits.h"

#include <string.h>

/* So much text of a file is decoded at a time. */
#define STEP ((size_t)16384)

void bsre_stream_init(
	struct bsre_stream *s, int (*take)(void *user, const void *bytes, size_t len), void *user)
{
	*s = (struct bsre_stream){.rest = BUF_INIT(LIMIT_SMALL_REPLY_BYTES), .take = take, .user = user};
}

void bsre_stream_release(struct bsre_stream *s)
{
	buf_release(&s->rest);
}

static bool is_space(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Text of the file, without escapes. Only the first file is wanted; of a bad one nothing more. */
static int take_text(struct bsre_stream *s, const char *text, size_t len)
{
	unsigned char bytes[STEP / 4 * 3 + 3];

	while (len > 0 && s->files == 1 && !s->bad_base64) {
		size_t n = len < STEP ? len : STEP, got;
		s->bad_base64 = !base64_take(&s->base64, text, n, bytes, &got);
		if (got > 0 && s->take(s->user, bytes, got) != 0)
			return -1;
		text += n;
		len -= n;
	}
	return 0;
}

/* From inside a file's string: takes what is there of it, up to its closing quote, and says how much that was. */
static int take_file(struct bsre_stream *s, const char *text, size_t len, size_t *used)
{
	size_t n = 0;

	if (s->escaped) {
		/* "\/" is the only escape that has a place in base64 (some encoders write it). */
		s->escaped = false;
		n = 1;
		if (text[0] != '/' && s->files == 1)
			s->bad_base64 = true;
		*used = n;
		return take_text(s, text, n);
	}
	const char *quote = memchr(text, '"', len);
	n = quote ? (size_t)(quote - text) : len;
	const char *slash = memchr(text, '\\', n);
	if (slash) {
		n = (size_t)(slash - text);
		s->escaped = true;
	} else if (quote) {
		s->at = AT_VALUE;
		buf_addc(&s->rest, '"');
	}
	*used = n + (slash || quote ? 1 : 0);
	int r = take_text(s, text, n);
	if (s->at == AT_VALUE && s->files == 1 && !base64_ended(&s->base64))
		s->bad_base64 = true;
	return r;
}

static void begin_string(struct bsre_stream *s)
{
	bool is_file = (s->in_files && s->depth == 2) ||
		       (s->at == AFTER_COLON && s->key == KEY_FILE && s->depth == 1);

	s->at = is_file ? IN_FILE : IN_STRING;
	s->escaped = false;
	s->string_len = 0;
	if (!is_file)
		return;
	if (s->files++ == 0)
		s->base64 = (struct base64_reader){.count = 0};
}

static bool is_key(const struct bsre_stream *s, const char *key)
{
	return s->string_len == strlen(key) && memcmp(s->string, key, s->string_len) == 0;
}

static void end_string(struct bsre_stream *s)
{
	s->at = AT_VALUE;
	if (s->depth != 1)
		return;
	s->key = is_key(s, "file") ? KEY_FILES : is_key(s, "base64_signed_file") ? KEY_FILE : KEY_OTHER;
	s->at = AFTER_KEY;
}

static void inside_string(struct bsre_stream *s, char c)
{
	if (s->escaped) {
		s->escaped = false;
	} else if (c == '\\') {
		s->escaped = true;
	} else if (c == '"') {
		end_string(s);
		return;
	}
	if (s->string_len < sizeof s->string)
		s->string[s->string_len++] = c;
}

static void outside_string(struct bsre_stream *s, char c)
{
	if (c == '"') {
		begin_string(s);
		return;
	}
	if (is_space(c))
		return;
	if (c == '[' || c == '{') {
		s->depth++;
		s->in_files = c == '[' && s->depth == 2 && s->at == AFTER_COLON && s->key == KEY_FILES;
	} else if (c == ']' || c == '}') {
		if (s->depth > 0)
			s->depth--;
		if (s->depth < 2)
			s->in_files = false;
	}
	s->at = c == ':' && s->at == AFTER_KEY ? AFTER_COLON : AT_VALUE;
}

int bsre_stream_add(struct bsre_stream *s, const char *bytes, size_t len)
{
	while (len > 0) {
		size_t used = 1;
		if (s->at == IN_FILE) {
			if (take_file(s, bytes, len, &used) != 0)
				return -1;
		} else {
			buf_addc(&s->rest, *bytes);
			if (s->at == IN_STRING)
				inside_string(s, *bytes);
			else
				outside_string(s, *bytes);
		}
		if (s->rest.failed)
			return -1;
		bytes += used;
		len -= used;
	}
	return 0;
}
