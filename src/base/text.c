#include "base/text.h"

#include "base/i18n.h"

#include <string.h>

int32_t utf8_next(const char **p, const char *end)
{
	const unsigned char *s = (const unsigned char *)*p;
	size_t left = (size_t)(end - *p);
	uint32_t cp = s[0];
	size_t more;

	*p += 1;
	if (cp < 0x80)
		return (int32_t)cp;
	if (cp >= 0xc2 && cp <= 0xdf) {
		more = 1;
		cp &= 0x1f;
	} else if (cp >= 0xe0 && cp <= 0xef) {
		more = 2;
		cp &= 0x0f;
	} else if (cp >= 0xf0 && cp <= 0xf4) {
		more = 3;
		cp &= 0x07;
	} else {
		return -1;
	}
	if (left <= more)
		return -1;
	for (size_t i = 1; i <= more; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return -1;
		cp = cp << 6 | (s[i] & 0x3f);
	}
	if ((more == 2 && cp < 0x800) || (more == 3 && cp < 0x10000) || cp > 0x10ffff ||
		(cp >= 0xd800 && cp <= 0xdfff))
		return -1;
	*p += more;
	return (int32_t)cp;
}

size_t utf8_put(char out[4], uint32_t cp)
{
	if (cp < 0x80) {
		out[0] = (char)cp;
		return 1;
	}
	if (cp < 0x800) {
		out[0] = (char)(0xc0 | cp >> 6);
		out[1] = (char)(0x80 | (cp & 0x3f));
		return 2;
	}
	if (cp >= 0xd800 && cp <= 0xdfff)
		return 0;
	if (cp < 0x10000) {
		out[0] = (char)(0xe0 | cp >> 12);
		out[1] = (char)(0x80 | (cp >> 6 & 0x3f));
		out[2] = (char)(0x80 | (cp & 0x3f));
		return 3;
	}
	if (cp > 0x10ffff)
		return 0;
	out[0] = (char)(0xf0 | cp >> 18);
	out[1] = (char)(0x80 | (cp >> 12 & 0x3f));
	out[2] = (char)(0x80 | (cp >> 6 & 0x3f));
	out[3] = (char)(0x80 | (cp & 0x3f));
	return 4;
}

bool utf8_is_valid(const char *text, size_t len)
{
	const char *end = text + len;

	while (text < end)
		if (utf8_next(&text, end) < 0)
			return false;
	return true;
}

void text_copy(char *to, size_t size, const char *from)
{
	const char *end = from ? from + strlen(from) : from;
	size_t len = 0;

	while (from && from < end) {
		const char *at = from;
		int32_t cp = utf8_next(&from, end);
		size_t width = (size_t)(from - at);
		if (len + width >= size)
			break;
		memcpy(to + len, cp < 0 ? "?" : at, width);
		len += width;
	}
	to[len] = '\0';
}

bool text_to_uint(const char *text, uint64_t max, uint64_t *out)
{
	uint64_t value = 0;

	if (!text || !*text)
		return false;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return false;
		uint64_t digit = (uint64_t)(*text - '0');
		if (value > (UINT64_MAX - digit) / 10)
			return false;
		value = value * 10 + digit;
	}
	if (value > max)
		return false;
	*out = value;
	return true;
}

bool text_is_empty(const char *text)
{
	return !text || text[strspn(text, " \t\r\n")] == '\0';
}

bool text_has_suffix(const char *text, const char *suffix)
{
	size_t len = strlen(text), tail = strlen(suffix);

	return len >= tail && memcmp(text + len - tail, suffix, tail) == 0;
}

static char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool text_equals_nocase(const char *a, const char *b)
{
	for (; *a && lower(*a) == lower(*b); a++, b++)
		;
	return lower(*a) == lower(*b);
}

void hex_text(char *out, const unsigned char *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		out[2 * i] = digits[bytes[i] >> 4];
		out[2 * i + 1] = digits[bytes[i] & 15];
	}
	out[2 * len] = '\0';
}

void hex_add(struct buf *out, const unsigned char *bytes, size_t len)
{
	unsigned char *to = buf_room(out, 2 * len);

	if (!to)
		return;
	hex_text((char *)to, bytes, len);
	out->len += 2 * len;
}

static int hex_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c = lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

bool hex_parse(const char *text, unsigned char *out, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		int high = hex_value(text[2 * i]);
		int low = high < 0 ? -1 : hex_value(text[2 * i + 1]);
		if (low < 0)
			return false;
		out[i] = (unsigned char)(high << 4 | low);
	}
	return text[2 * len] == '\0';
}

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_write(char *to, const unsigned char *bytes, size_t len)
{
	char *start = to;

	for (; len >= 3; len -= 3, bytes += 3) {
		*to++ = base64_digits[bytes[0] >> 2];
		*to++ = base64_digits[(bytes[0] & 3) << 4 | bytes[1] >> 4];
		*to++ = base64_digits[(bytes[1] & 15) << 2 | bytes[2] >> 6];
		*to++ = base64_digits[bytes[2] & 63];
	}
	if (len > 0) {
		unsigned second = len == 2 ? bytes[1] : 0;
		*to++ = base64_digits[bytes[0] >> 2];
		*to++ = base64_digits[(bytes[0] & 3u) << 4 | second >> 4];
		*to++ = len == 2 ? base64_digits[(second & 15) << 2] : '=';
		*to++ = '=';
	}
	return (size_t)(to - start);
}

void base64_add(struct buf *out, const unsigned char *bytes, size_t len)
{
	unsigned char *to = buf_room(out, base64_size(len));

	if (!to)
		return;
	size_t n = base64_write((char *)to, bytes, len);
	to[n] = 0;
	out->len += n;
}

/* Value + 1 of each digit, so that 0 is "none": the table is written once and read everywhere. */
#define RANGE(first, value)                                                                                  \
	[first] = (value) + 1, [(first) + 1] = (value) + 2, [(first) + 2] = (value) + 3,                     \
	[(first) + 3] = (value) + 4
static const unsigned char base64_values[256] = {RANGE('A', 0), RANGE('E', 4), RANGE('I', 8), RANGE('M', 12),
	RANGE('Q', 16), RANGE('U', 20), ['Y'] = 25, ['Z'] = 26, RANGE('a', 26), RANGE('e', 30),
	RANGE('i', 34), RANGE('m', 38), RANGE('q', 42), RANGE('u', 46), ['y'] = 51, ['z'] = 52,
	RANGE('0', 52), RANGE('4', 56), ['8'] = 61, ['9'] = 62, ['+'] = 63, ['/'] = 64};
#undef RANGE

static int base64_value(char c)
{
	return base64_values[(unsigned char)c] - 1;
}

int base64_parse(const char *text, size_t len, struct buf *out, struct err *e)
{
	size_t pad = 0;

	if (len % 4 != 0)
		return err_set(e, ERR_INPUT, _("base64: the length %zu is not a multiple of 4"), len);
	if (len > 0)
		pad = text[len - 1] != '=' ? 0 : text[len - 2] == '=' ? 2 : 1;
	unsigned char *to = buf_room(out, len / 4 * 3);
	if (!to)
		return buf_check(out, e);
	unsigned char *start = to;
	size_t i = 0;
	/* Whole groups first: files come by the megabyte. A group with a fault is left to the careful loop. */
	for (; i + 8 <= len; i += 4, to += 3) {
		int a = base64_value(text[i]), b = base64_value(text[i + 1]);
		int c = base64_value(text[i + 2]), d = base64_value(text[i + 3]);
		if ((a | b | c | d) < 0)
			break;
		unsigned v = (unsigned)a << 18 | (unsigned)b << 12 | (unsigned)c << 6 | (unsigned)d;
		to[0] = (unsigned char)(v >> 16);
		to[1] = (unsigned char)(v >> 8);
		to[2] = (unsigned char)v;
	}
	for (; i < len; i += 4) {
		size_t skip = i + 4 == len ? pad : 0;
		int v[4] = {0, 0, 0, 0};
		for (size_t k = 0; k < 4 - skip; k++) {
			v[k] = base64_value(text[i + k]);
			if (v[k] < 0)
				return err_set(
					e, ERR_INPUT, _("base64: no such digit at position %zu"), i + k);
		}
		if ((skip == 2 && (v[1] & 15)) || (skip == 1 && (v[2] & 3)))
			return err_set(e, ERR_INPUT, _("base64: stray bits before the padding"));
		*to++ = (unsigned char)(v[0] << 2 | v[1] >> 4);
		if (skip < 2)
			*to++ = (unsigned char)((v[1] & 15) << 4 | v[2] >> 2);
		if (skip < 1)
			*to++ = (unsigned char)((v[2] & 3) << 6 | v[3]);
	}
	*to = 0;
	out->len += (size_t)(to - start);
	return 0;
}

/* One digit or '='; a whole group goes out. False where it has no place. */
static bool base64_put(struct base64_reader *r, char c, unsigned char **out)
{
	int v = c == '=' ? 0 : base64_value(c);

	if (r->ended || v < 0 || (c == '=' ? r->count < 2 : r->pads > 0))
		return false;
	r->pads += c == '=';
	r->held[r->count++] = (unsigned char)v;
	if (r->count < 4)
		return true;
	const unsigned char *h = r->held;
	if ((r->pads == 2 && (h[1] & 15)) || (r->pads == 1 && (h[2] & 3)))
		return false;
	*(*out)++ = (unsigned char)(h[0] << 2 | h[1] >> 4);
	if (r->pads < 2)
		*(*out)++ = (unsigned char)((h[1] & 15) << 4 | h[2] >> 2);
	if (r->pads < 1)
		*(*out)++ = (unsigned char)((h[2] & 3) << 6 | h[3]);
	r->ended = r->pads > 0;
	r->count = 0;
	return true;
}

bool base64_take(struct base64_reader *r, const char *text, size_t len, unsigned char *out, size_t *out_len)
{
	const char *end = text + len;
	unsigned char *to = out;

	while (text < end && !r->bad) {
		/* Whole groups first: files come by the megabyte. A group with a fault is left to the careful way. */
		while (r->count == 0 && !r->ended && end - text >= 4) {
			int a = base64_value(text[0]), b = base64_value(text[1]);
			int c = base64_value(text[2]), d = base64_value(text[3]);
			if ((a | b | c | d) < 0)
				break;
			unsigned v = (unsigned)a << 18 | (unsigned)b << 12 | (unsigned)c << 6 | (unsigned)d;
			*to++ = (unsigned char)(v >> 16);
			*to++ = (unsigned char)(v >> 8);
			*to++ = (unsigned char)v;
			text += 4;
		}
		if (text < end && !base64_put(r, *text++, &to))
			r->bad = true;
	}
	*out_len = (size_t)(to - out);
	return !r->bad;
}

bool base64_ended(const struct base64_reader *r)
{
	return !r->bad && r->count == 0;
}

const char base32_digits[33] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int base32_value(char c)
{
	if (c >= 'a' && c <= 'z')
		c = (char)(c - 'a' + 'A');
	if (c == 'O')
		c = '0';
	if (c == 'I' || c == 'L')
		c = '1';
	const char *at = c ? strchr(base32_digits, c) : NULL;
	return at ? (int)(at - base32_digits) : -1;
}

void html_add(struct buf *out, const char *text)
{
	for (; text && *text; text++) {
		switch (*text) {
		case '&':
			buf_adds(out, "&amp;");
			break;
		case '<':
			buf_adds(out, "&lt;");
			break;
		case '>':
			buf_adds(out, "&gt;");
			break;
		case '"':
			buf_adds(out, "&quot;");
			break;
		case '\'':
			buf_adds(out, "&#39;");
			break;
		default:
			buf_addc(out, *text);
		}
	}
}
