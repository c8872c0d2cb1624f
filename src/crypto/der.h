/*
 * der: the small part of ASN.1 that signatures need (X.690): elements one after another, DER alone, and a way to
 * write them; private to crypto/.
 *
 * OpenSSL reads BER, and what it reads it may write otherwise: a byte could be changed without notice. So the
 * structure around a signature is taken apart here, where each element has exactly one spelling.
 */
#ifndef NASKAH_CRYPTO_DER_H
#define NASKAH_CRYPTO_DER_H

#include "base/buf.h"

#include <stdbool.h>
#include <stddef.h>

enum der_tag {
	DER_BOOLEAN = 0x01,
	DER_INTEGER = 0x02,
	DER_BITS = 0x03,
	DER_OCTETS = 0x04,
	DER_NULL = 0x05,
	DER_OID = 0x06,
	DER_ENUMERATED = 0x0a,
	DER_UTF8 = 0x0c,
	DER_TIME = 0x18, /* GeneralizedTime */
	DER_SEQUENCE = 0x30,
	DER_SET = 0x31,
	DER_CONTEXT_0 = 0xa0, /* constructed, as the next ones */
	DER_CONTEXT_1 = 0xa1,
	DER_CONTEXT_2 = 0xa2,
	DER_CONTEXT_4 = 0xa4,
};

/* One element; lends the bytes. All zero: none. */
struct der {
	unsigned char tag;
	const unsigned char *whole, *body;
	size_t whole_len, len;
};

/* ---- reading ---- */

/* Bytes of the first element, head included; 0 if it isn't whole or its length isn't in the shortest form. */
size_t der_length(const unsigned char *der, size_t len);
/* Takes the element at *at, which must have this tag and be DER at its head, and moves *at behind it. */
bool der_take(const unsigned char **at, const unsigned char *end, unsigned tag, struct der *out);
/* The same for the first element inside `in`, which must be the only one. */
bool der_only(const struct der *in, unsigned tag, struct der *out);
/* Same bytes, head included. */
bool der_equal(const struct der *a, const struct der *b);
/* True if the element is exactly these bytes, head included. */
bool der_is(const struct der *d, const char *bytes, size_t len);
/* Every element, down to its leaves, fills its parent exactly. */
bool der_is_strict(const unsigned char *der, size_t len);

/*
 * Appends one BER element as DER: indefinite lengths and strings in pieces are put together, nothing else may differ.
 * (Time-stamp authorities write so; RFC 5652 allows it.) False if these bytes are not exactly one such element.
 */
bool der_from_ber(const unsigned char *ber, size_t len, struct buf *out);
/* The same, and zeros may follow: the padding of /Contents. */
bool der_from_ber_padded(const unsigned char *ber, size_t len, struct buf *out);

/* ---- writing ---- */

void der_put(struct buf *out, unsigned tag, const void *bytes, size_t len);
/* Wraps what `b` holds from `at` on. */
void der_wrap(struct buf *b, size_t at, unsigned tag);

#endif
