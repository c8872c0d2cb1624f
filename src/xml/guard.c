#include "xml/guard.h"

#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

struct source {
	const char *name;
	const char *start, *end;
};

static unsigned line_of(const struct source *s, const char *at)
{
	unsigned line = 1;

	for (const char *p = s->start; p < at && (p = memchr(p, '\n', (size_t)(at - p))); p++)
		line++;
	return line;
}

static bool begins(const char *p, const char *end, const char *text)
{
	size_t len = strlen(text);

	return (size_t)(end - p) >= len && memcmp(p, text, len) == 0;
}

/* Behind the next `text` from p; NULL when it does not come. */
static const char *behind(const char *p, const char *end, const char *text)
{
	size_t len = strlen(text);
	const char *at = memmem(p, (size_t)(end - p), text, len);

	return at ? at + len : NULL;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* UTF-16 and UTF-32 have a mark of their own or a zero byte in the first character. */
static int check_family(const struct source *s, struct err *e)
{
	static const char marks[][4] = {"\xff\xfe", "\xfe\xff"};
	size_t head = (size_t)(s->end - s->start) < 4 ? (size_t)(s->end - s->start) : 4;

	if (begins(s->start, s->end, marks[0]) || begins(s->start, s->end, marks[1]) ||
		memchr(s->start, '\0', head))
		return err_set(e, ERR_INPUT,
			_("%s:1: this is UTF-16 or UTF-32 (or no text at all), the file must be UTF-8"),
			s->name);
	return 0;
}

/* XML 1.0 section 2.2, Char. */
static bool is_char(int32_t cp)
{
	if (cp < 0x20)
		return cp == '\t' || cp == '\n' || cp == '\r';
	return cp != 0xfffe && cp != 0xffff;
}

static int check_characters(const struct source *s, struct err *e)
{
	unsigned line = 1;

	for (const char *p = s->start; p < s->end;) {
		unsigned char c = (unsigned char)*p;
		if (c >= 0x20 && c < 0x80) {
			p++;
			continue;
		}
		if (c == '\n' && ++line > LIMIT_XML_LINES)
			return err_set(e, ERR_LIMIT, _("%s: more than the ceiling of %d lines"), s->name,
				LIMIT_XML_LINES);
		int32_t cp = utf8_next(&p, s->end);
		if (cp < 0)
			return err_set(e, ERR_INPUT,
				_("%s:%u: byte 0x%02X is not UTF-8 here, the file must be UTF-8"), s->name,
				line, c);
		if (cp == 0)
			return err_set(e, ERR_INPUT, _("%s:%u: a NUL byte, the file must be plain text"),
				s->name, line);
		if (!is_char(cp))
			return err_set(e, ERR_INPUT, _("%s:%u: character U+%04X is not allowed in XML"),
				s->name, line, (unsigned)cp);
	}
	return 0;
}

/* The quoted value of `key` in the XML declaration [p, end); false when there is none. */
static bool declared(const char *p, const char *end, const char *key, const char **value, size_t *len)
{
	while ((p = behind(p, end, key))) {
		bool whole = is_blank(p[-(ptrdiff_t)strlen(key) - 1]);
		while (p < end && is_blank(*p))
			p++;
		if (!whole || p == end || *p != '=')
			continue;
		for (p++; p < end && is_blank(*p);)
			p++;
		if (p == end || (*p != '"' && *p != '\''))
			return false;
		const char *close = memchr(p + 1, *p, (size_t)(end - p - 1));
		if (!close)
			return false;
		*value = p + 1;
		*len = (size_t)(close - p - 1);
		return true;
	}
	return false;
}

static int check_declaration(const struct source *s, struct err *e)
{
	const char *value;
	size_t len;

	if (!begins(s->start, s->end, "<?xml") || s->end - s->start < 6 || !is_blank(s->start[5]))
		return 0;
	const char *end = behind(s->start, s->end, "?>");
	if (!end)
		return 0;
	if (declared(s->start, end, "version", &value, &len) && (len != 3 || memcmp(value, "1.0", 3) != 0))
		return err_set(e, ERR_INPUT, _("%s:1: XML version '%.*s', only 1.0 is accepted"), s->name,
			(int)(len < 20 ? len : 20), value);
	if (!declared(s->start, end, "encoding", &value, &len))
		return 0;
	char encoding[8] = "";
	if (len < sizeof encoding)
		memcpy(encoding, value, len);
	if (!text_equals_nocase(encoding, "UTF-8"))
		return err_set(e, ERR_INPUT, _("%s:1: encoding '%.*s', only UTF-8 is accepted"), s->name,
			(int)(len < 20 ? len : 20), value);
	return 0;
}

enum tag { TAG_BROKEN = 0, TAG_OPENS, TAG_IS_EMPTY, TAG_TOO_MANY };

/* Reads a start tag from *p (behind its '<') and moves *p behind its '>'. */
static enum tag start_tag(const char **p, const char *end)
{
	size_t attributes = 0;

	for (const char *q = *p; q < end; q++) {
		switch (*q) {
		case '"':
		case '\'':
			if (++attributes > LIMIT_XML_ATTRIBUTES)
				return TAG_TOO_MANY;
			q = memchr(q + 1, *q, (size_t)(end - q - 1));
			if (!q)
				return TAG_BROKEN;
			break;
		case '<':
			return TAG_BROKEN;
		case '>':
			*p = q + 1;
			return q[-1] == '/' ? TAG_IS_EMPTY : TAG_OPENS;
		default:
			break;
		}
	}
	return TAG_BROKEN;
}

static int check_tags(const struct source *s, struct err *e)
{
	const char *p = s->start, *end = s->end;
	size_t elements = 0;
	int depth = 0;

	while (p && (p = memchr(p, '<', (size_t)(end - p)))) {
		const char *at = p++;
		if (begins(p, end, "!--")) {
			p = behind(p + 3, end, "-->");
		} else if (begins(p, end, "![CDATA[")) {
			p = behind(p, end, "]]>");
		} else if (begins(p, end, "!")) {
			return err_set(e, ERR_INPUT,
				_("%s:%u: a DOCTYPE or other declaration, a document must have none"),
				s->name, line_of(s, at));
		} else if (begins(p, end, "?")) {
			p = behind(p, end, "?>");
		} else if (begins(p, end, "/")) {
			p = behind(p, end, ">");
			depth--;
		} else {
			enum tag tag = start_tag(&p, end);
			if (tag == TAG_BROKEN)
				return 0;
			if (tag == TAG_TOO_MANY)
				return err_set(e, ERR_LIMIT,
					_("%s:%u: more than the ceiling of %d attributes in one element"),
					s->name, line_of(s, at), LIMIT_XML_ATTRIBUTES);
			if (++elements > LIMIT_XML_ELEMENTS)
				return err_set(e, ERR_LIMIT,
					_("%s:%u: more than the ceiling of %zu elements"), s->name,
					line_of(s, at), LIMIT_XML_ELEMENTS);
			if (depth >= LIMIT_XML_DEPTH)
				return err_set(e, ERR_LIMIT, _("%s:%u: nested deeper than %d elements"),
					s->name, line_of(s, at), LIMIT_XML_DEPTH);
			if (tag == TAG_OPENS)
				depth++;
		}
	}
	return 0;
}

int xml_guard(const char *bytes, size_t len, const char *name, struct err *e)
{
	if (len == 0)
		return err_set(e, ERR_INPUT, _("%s:1: the file is empty"), name);
	if (len > LIMIT_CASE_BYTES)
		return err_set(e, ERR_LIMIT, _("%s: %zu bytes, more than the ceiling of %zu"), name, len,
			LIMIT_CASE_BYTES);
	struct source s = {name, bytes, bytes + len};
	if (check_family(&s, e) != 0)
		return -1;
	if (begins(s.start, s.end, "\xef\xbb\xbf"))
		s.start += 3;
	if (check_characters(&s, e) != 0 || check_declaration(&s, e) != 0)
		return -1;
	return check_tags(&s, e);
}
