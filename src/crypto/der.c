#include "crypto/der.h"

#define CLASS             0xc0 /* 0: universal */
#define CONTEXT           0x80
#define CONSTRUCTED       0x20
#define TAG_NUMBER        0x1f
#define UNSIGNED_ATTRS    0xa1 /* [1] in a SignerInfo, ... */
#define SIGNER_INFO_DEPTH 5    /* ... below ContentInfo, [0], SignedData, SET, SignerInfo */
#define DEPTH_MAX         32

/* X.690 10.2: SEQUENCE and SET are constructed, no string is. OpenSSL doesn't look. */
static bool is_form_right(unsigned char tag)
{
	if (tag & CLASS)
		return true;
	bool collection = (tag & TAG_NUMBER) == 16 || (tag & TAG_NUMBER) == 17;
	return collection == ((tag & CONSTRUCTED) != 0);
}

/* Splits off one element; false if its head is not DER or it doesn't fit. */
static bool split(const unsigned char *der, size_t len, size_t *head, size_t *body)
{
	/* No tag number of 31 or more occurs in CMS, X.509 or TSP. */
	if (len < 2 || (der[0] & TAG_NUMBER) == TAG_NUMBER || !is_form_right(der[0]))
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

size_t der_length(const unsigned char *der, size_t len)
{
	size_t head, body;

	return split(der, len, &head, &body) ? head + body : 0;
}

static bool strict_below(const unsigned char *der, size_t len, int depth)
{
	if (depth > DEPTH_MAX)
		return false;
	for (size_t index = 0; len > 0; index++) {
		size_t head, body;
		if (!split(der, len, &head, &body))
			return false;
		/* OpenSSL takes [0] for constructed and primitive alike; only a signer's key identifier is primitive. */
		bool is_context = (der[0] & CLASS) == CONTEXT,
		     is_key_id = depth == SIGNER_INFO_DEPTH && index == 1;
		if (is_context && !(der[0] & CONSTRUCTED) && depth <= SIGNER_INFO_DEPTH && !is_key_id)
			return false;
		bool skipped = depth == SIGNER_INFO_DEPTH && der[0] == UNSIGNED_ATTRS;
		if ((der[0] & CONSTRUCTED) && !skipped && !strict_below(der + head, body, depth + 1))
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
