/*
 * text: UTF-8, numbers and the small encodings (hex, base64, Crockford's base32).
 *
 * Nothing here allocates. Decoders are strict: one spelling for each value, no white space, no missing
 * padding, so that two different texts never mean the same bytes.
 */
#ifndef NASKAH_BASE_TEXT_H
#define NASKAH_BASE_TEXT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * Takes one code point from *p (up to `end`) and moves *p behind it. Overlong forms, surrogates, values above
 * U+10FFFF and cut sequences give -1 and move *p by one byte.
 */
int32_t utf8_next(const char **p, const char *end);
/* The bytes of a code point; returns how many (1 to 4), 0 if it is not one. */
size_t utf8_put(char out[4], uint32_t cp);
bool utf8_is_valid(const char *text, size_t len);

/* Copies what fits, cut between characters; bytes that are no UTF-8 become '?'. `from` NULL is "". */
void text_copy(char *to, size_t size, const char *from);

/* Decimal, no sign, no blanks, at most `max`; false leaves *out untouched. */
bool text_to_uint(const char *text, uint64_t max, uint64_t *out);
bool text_is_empty(const char *text); /* NULL, "" or only blanks */
bool text_has_suffix(const char *text, const char *suffix);
bool text_equals_nocase(const char *a, const char *b); /* ASCII letters only */

void hex_add(struct buf *out, const unsigned char *bytes, size_t len); /* lower case */
/* Writes 2 * len digits and a 0. */
void hex_text(char *out, const unsigned char *bytes, size_t len);
/* Exactly 2 * len digits, either case. */
bool hex_parse(const char *text, unsigned char *out, size_t len);

/* Standard alphabet with padding, no line breaks (RFC 4648 section 4). */
void base64_add(struct buf *out, const unsigned char *bytes, size_t len);
/* The same into memory with room for base64_size(len) bytes; no 0 at the end. Returns how many. */
size_t base64_write(char *to, const unsigned char *bytes, size_t len);
static inline size_t base64_size(size_t len)
{
	return (len + 2) / 3 * 4;
}
/* Strict: padding present, unused bits zero. Appends the bytes; -1 with ERR_INPUT. */
int base64_parse(const char *text, size_t len, struct buf *out, struct err *e);

/*
 * The same strictness for text that comes piece by piece. base64_take() writes at most base64_most(len) bytes and says how
 * many; false at the first digit that has no place. base64_ended() after the last piece: was it whole?
 */
struct base64_reader {
	unsigned char held[4]; /* values of a group that is not whole yet */
	unsigned count, pads;
	bool ended, bad;
};
static inline size_t base64_most(size_t len)
{
	return len / 4 * 3 + 3;
}
bool base64_take(struct base64_reader *r, const char *text, size_t len, unsigned char *out, size_t *out_len);
bool base64_ended(const struct base64_reader *r);

/* Crockford's base32 digits 0-9 A-Z without I L O U; `-1` for a character that is none. Reads o as 0, i and l as 1. */
extern const char base32_digits[33];
int base32_value(char c);

/* Text for HTML, in content or in a quoted attribute. NULL adds nothing. */
void html_add(struct buf *out, const char *text);

#endif
