#include "pdf/writer.h"

#include "base/text.h"
#include "pdf/deflate.h"

#include <assert.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int pdf_writer_init(struct pdf_writer *w, struct buf *out, unsigned first, unsigned count, struct err *e)
{
	uint32_t *offsets = calloc(count ? count : 1, sizeof *offsets);

	if (!offsets)
		return err_nomem(e);
	*w = (struct pdf_writer){out, out->len, first, count, offsets, DEFLATER_INIT};
	return 0;
}

void pdf_writer_release(struct pdf_writer *w)
{
	free(w->offsets);
	deflater_release(&w->deflater);
	*w = (struct pdf_writer)PDF_WRITER_INIT;
}

void pdf_object_begin(struct pdf_writer *w, unsigned number)
{
	assert(number >= w->first && number - w->first < w->count);
	assert(w->offsets[number - w->first] == 0);
	/* Offset 0 means "not written"; a segment's first object is told apart by adding one. */
	w->offsets[number - w->first] = (uint32_t)(w->out->len - w->start) + 1;
	pdf_add_uint(w->out, number);
	buf_adds(w->out, " 0 obj\n");
}

void pdf_object_end(struct pdf_writer *w)
{
	buf_adds(w->out, "\nendobj\n");
}

int pdf_stream_deflated(struct pdf_writer *w, unsigned number, const char *dict, const void *data, size_t len,
	int level, struct err *e)
{
	/* The length is known afterwards: leave room for its digits and fill up with blanks. */
	enum { LENGTH_DIGITS = 8 };
	char digits[LENGTH_DIGITS + 1];

	pdf_object_begin(w, number);
	buf_adds(w->out, "<<");
	buf_adds(w->out, dict);
	buf_adds(w->out, "/Filter/FlateDecode/Length ");
	size_t at = w->out->len;
	buf_adds(w->out, "        >>\nstream\n");
	size_t begin = w->out->len;
	if (pdf_deflate(&w->deflater, w->out, data, len, level, e) != 0)
		return -1;
	int n = snprintf(digits, sizeof digits, "%zu", w->out->len - begin);
	if (n < 0 || n > LENGTH_DIGITS)
		return err_set(e, ERR_LIMIT, "stream of %zu bytes", len);
	memcpy(w->out->data + at, digits, (size_t)n);
	buf_adds(w->out, "\nendstream");
	pdf_object_end(w);
	return 0;
}

void pdf_stream_plain(struct pdf_writer *w, unsigned number, const char *dict, const void *data, size_t len)
{
	pdf_object_begin(w, number);
	buf_addf(w->out, "<<%s/Length %zu>>\nstream\n", dict, len);
	buf_add(w->out, data, len);
	buf_adds(w->out, "\nendstream");
	pdf_object_end(w);
}

int pdf_segment_take(struct pdf_segment *s, struct pdf_writer *w, struct err *e)
{
	assert(w->start == 0);
	if (buf_check(w->out, e) != 0)
		return -1;
	s->bytes = *w->out;
	*w->out = (struct buf)BUF_INIT(w->out->max);
	s->first = w->first;
	s->count = w->count;
	s->offsets = w->offsets;
	w->offsets = NULL;
	pdf_writer_release(w);
	return 0;
}

void pdf_segment_add(struct pdf_writer *w, const struct pdf_segment *s)
{
	uint32_t at = (uint32_t)(w->out->len - w->start);

	assert(s->first >= w->first && s->first - w->first + s->count <= w->count);
	for (unsigned i = 0; i < s->count; i++)
		if (s->offsets[i])
			w->offsets[s->first - w->first + i] = at + s->offsets[i];
	buf_add(w->out, s->bytes.data, s->bytes.len);
}

void pdf_segment_release(struct pdf_segment *s)
{
	buf_release(&s->bytes);
	free(s->offsets);
	s->offsets = NULL;
}

static void put_digits(unsigned char *at, unsigned count, uint32_t value)
{
	for (unsigned i = count; i-- > 0; value /= 10)
		at[i] = (unsigned char)('0' + value % 10);
}

void pdf_xref(struct pdf_writer *w, const char *trailer)
{
	static const char used[] = "0000000000 00000 n \n", unused[] = "0000000000 65535 f \n";
	enum { ENTRY = 20 };
	unsigned size = w->first + w->count;
	size_t at = w->out->len - w->start;

	buf_addf(w->out, "xref\n0 %u\n", size);
	unsigned char *room = buf_room(w->out, (size_t)size * ENTRY);
	if (!room)
		return;
	uint32_t next_free = 0;
	for (unsigned n = size; n-- > 0;) {
		uint32_t offset = n >= w->first ? w->offsets[n - w->first] : 0;
		unsigned char *entry = room + (size_t)n * ENTRY;
		memcpy(entry, offset ? used : unused, ENTRY);
		put_digits(entry, 10, offset ? offset - 1 : next_free);
		if (!offset)
			next_free = n;
	}
	w->out->len += (size_t)size * ENTRY;
	buf_addf(w->out, "trailer\n<</Size %u%s>>\nstartxref\n%zu\n%%%%EOF\n", size, trailer, at);
}

void pdf_add_uint(struct buf *b, unsigned value)
{
	char digits[10];
	size_t n = sizeof digits;

	do {
		digits[--n] = (char)('0' + value % 10);
		value /= 10;
	} while (value);
	buf_add(b, digits + n, sizeof digits - n);
}

size_t pdf_put_number(char *at, double value)
{
	long mille = lround(value * 1000);
	unsigned long rest = (unsigned long)labs(mille);
	unsigned long whole = rest / 1000, part = rest % 1000;
	char digits[20], *start = at;
	size_t n = sizeof digits;

	if (mille < 0)
		*at++ = '-';
	for (unsigned long v = whole; v > 0; v /= 10)
		digits[--n] = (char)('0' + v % 10);
	memcpy(at, digits + n, sizeof digits - n);
	at += sizeof digits - n;
	if (rest == 0)
		*at++ = '0';
	if (part > 0)
		*at++ = '.';
	for (; part > 0; part = part * 10 % 1000)
		*at++ = (char)('0' + part / 100);
	return (size_t)(at - start);
}

void pdf_add_number(struct buf *b, double value)
{
	char text[PDF_NUMBER_TEXT];

	buf_add(b, text, pdf_put_number(text, value));
}

void pdf_add_text(struct buf *b, const char *utf8)
{
	const char *end = utf8 + strlen(utf8);
	bool plain = true;

	for (const char *p = utf8; *p; p++)
		if (*p < 0x20 || *p > 0x7e)
			plain = false;
	if (plain) {
		buf_addc(b, '(');
		for (const char *p = utf8; *p; p++) {
			if (*p == '(' || *p == ')' || *p == '\\')
				buf_addc(b, '\\');
			buf_addc(b, *p);
		}
		buf_addc(b, ')');
		return;
	}
	buf_adds(b, "<FEFF");
	while (utf8 < end) {
		int32_t cp = utf8_next(&utf8, end);
		if (cp < 0)
			cp = 0xfffd;
		if (cp >= 0x10000)
			buf_addf(b, "%04X%04X", 0xd800u + (((unsigned)cp - 0x10000) >> 10),
				0xdc00u + ((unsigned)cp & 0x3ff));
		else
			buf_addf(b, "%04X", (unsigned)cp);
	}
	buf_addc(b, '>');
}

void pdf_add_hex(struct buf *b, const unsigned char *bytes, size_t len)
{
	buf_addc(b, '<');
	hex_add(b, bytes, len);
	buf_addc(b, '>');
}
