#include "crypto/der.h"

#define CLASS       0xc0 /* 0: universal */
#define CONSTRUCTED 0x20
#define TAG_NUMBER  0x1f
#define INDEFINITE  0x80
#define DEPTH_MAX   32
#define HEAD_MAX    6

/* X.690 10.2: SEQUENCE and SET are constructed, no string is. OpenSSL doesn't look. */
static bool is_form_right(unsigned char tag)
{
	if (tag & CLASS)
		return true;
	bool collection = (tag & TAG_NUMBER) == 16 || (tag & TAG_NUMBER) == 17;
	return collection == ((tag & CONSTRUCTED) != 0);
}

/* Splits off the head of an element; false if its length is not in the shortest form or it doesn't fit. */
static bool split_head(const unsigned char *der, size_t len, size_t *head, size_t *body)
{
	/* No tag number of 31 or more occurs in CMS, X.509 or TSP. */
	if (len < 2 || (der[0] & TAG_NUMBER) == TAG_NUMBER)
		return false;
	size_t n = 2, value = der[1];
	if (value >= 0x80) {
		size_t bytes = value & 0x7f;
		if (bytes == 0 || bytes > 4 || len < 2 + bytes || der[2] == 0)
			return false;
		value = 0;
		for (size_t i = 0; i < bytes; i++)
			value = value << 8 | der[2 + i];
		if (value < 0x80)
			return false;
		n += bytes;
	}
	if (value > len - n)
		return false;
	*head = n;
	*body = value;
	return true;
}

static bool split(const unsigned char *der, size_t len, size_t *head, size_t *body)
{
	return len > 0 && is_form_right(der[0]) && split_head(der, len, head, body);
}

size_t der_length(const unsigned char *der, size_t len)
{
	size_t head, body;

	return split(der, len, &head, &body) ? head + body : 0;
}

bool der_take(const unsigned char **at, const unsigned char *end, unsigned tag, struct der *out)
{
	size_t head, body;

	if (*at >= end || **at != tag || !split(*at, (size_t)(end - *at), &head, &body))
		return false;
	*out = (struct der){(unsigned char)tag, *at, *at + head, head + body, body};
	*at += head + body;
	return true;
}

bool der_only(const struct der *in, unsigned tag, struct der *out)
{
	const unsigned char *at = in->body, *end = in->body + in->len;

	return der_take(&at, end, tag, out) && at == end;
}

bool der_equal(const struct der *a, const struct der *b)
{
	return a->whole_len == b->whole_len && memcmp(a->whole, b->whole, a->whole_len) == 0;
}

bool der_is(const struct der *d, const char *bytes, size_t len)
{
	return d->whole_len == len && memcmp(d->whole, bytes, len) == 0;
}

static bool strict_below(const unsigned char *der, size_t len, int depth)
{
	if (depth > DEPTH_MAX)
		return false;
	while (len > 0) {
		size_t head, body;
		if (!split(der, len, &head, &body))
			return false;
		if ((der[0] & CONSTRUCTED) && !strict_below(der + head, body, depth + 1))
			return false;
		der += head + body;
		len -= head + body;
	}
	return true;
}

bool der_is_strict(const unsigned char *der, size_t len)
{
	return strict_below(der, len, 0);
}

static bool from_ber(
	const unsigned char **at, const unsigned char *end, struct buf *out, bool head_too, int depth);

/* The elements inside a constructed one, which ends at `stop`, or where it says so itself when that is NULL. */
static bool from_ber_inside(const unsigned char **at, const unsigned char *end, const unsigned char *stop,
	bool is_string, struct buf *out, int depth)
{
	for (;;) {
		if (stop ? *at == stop : end - *at >= 2 && (*at)[0] == 0 && (*at)[1] == 0) {
			*at += stop ? 0 : 2;
			return true;
		}
		/* Pieces of a string are strings without further pieces, and lose their heads. */
		if (is_string && (*at >= end || **at != DER_OCTETS))
			return false;
		if (!from_ber(at, stop ? stop : end, out, !is_string, depth + 1))
			return false;
	}
}

static bool from_ber(
	const unsigned char **at, const unsigned char *end, struct buf *out, bool head_too, int depth)
{
	size_t head = 2, body = 0, start = out->len;

	if (depth > DEPTH_MAX || end - *at < 2 || out->failed)
		return false;
	unsigned char tag = **at;
	bool is_string = tag == (DER_OCTETS | CONSTRUCTED);
	bool is_indefinite = (*at)[1] == INDEFINITE;
	if ((tag & TAG_NUMBER) == TAG_NUMBER || (tag & (CLASS | TAG_NUMBER)) == 0 ||
		(!is_string && !is_form_right(tag)) || (is_indefinite && !(tag & CONSTRUCTED)) ||
		(!is_indefinite && !split_head(*at, (size_t)(end - *at), &head, &body)))
		return false;
	*at += head;
	if (!(tag & CONSTRUCTED)) {
		buf_add(out, *at, body);
		*at += body;
	} else if (!from_ber_inside(at, end, is_indefinite ? NULL : *at + body, is_string, out, depth)) {
		return false;
	}
	if (head_too)
		der_wrap(out, start, is_string ? DER_OCTETS : tag);
	return !out->failed;
}

bool der_from_ber(const unsigned char *ber, size_t len, struct buf *out)
{
	const unsigned char *at = ber;

	return from_ber(&at, ber + len, out, true, 0) && at == ber + len;
}

bool der_from_ber_padded(const unsigned char *ber, size_t len, struct buf *out)
{
	const unsigned char *at = ber, *end = ber + len;

	if (!from_ber(&at, end, out, true, 0))
		return false;
	while (at < end && *at == 0)
		at++;
	return at == end;
}

/* Tag and length; returns how many bytes. */
static size_t put_head(unsigned char head[HEAD_MAX], unsigned tag, size_t len)
{
	size_t n = 0;

	head[n++] = (unsigned char)tag;
	if (len < 0x80) {
		head[n++] = (unsigned char)len;
		return n;
	}
	size_t bytes = len > 0xffffff ? 4 : len > 0xffff ? 3 : len > 0xff ? 2 : 1;
	head[n++] = (unsigned char)(0x80 | bytes);
	while (bytes-- > 0)
		head[n++] = (unsigned char)(len >> 8 * bytes);
	return n;
}

void der_put(struct buf *out, unsigned tag, const void *bytes, size_t len)
{
	unsigned char head[HEAD_MAX];
	size_t head_len = put_head(head, tag, len);

	buf_add(out, head, head_len);
	buf_add(out, bytes, len);
}

void der_wrap(struct buf *b, size_t at, unsigned tag)
{
	unsigned char head[HEAD_MAX];

	if (b->failed)
		return;
	size_t len = b->len - at;
	size_t head_len = put_head(head, tag, len);
	if (!buf_room(b, head_len))
		return;
	memmove(b->data + at + head_len, b->data + at, len);
	memcpy(b->data + at, head, head_len);
	b->len += head_len;
	b->data[b->len] = 0;
}
