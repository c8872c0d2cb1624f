#include "verify/range.h"

#include "base/i18n.h"

/* Value of a hex digit, with its letter case (0x10 upper, 0x20 lower) above it; 0x80: none. Contents are mostly zeros. */
static unsigned hex_digit(unsigned char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return 0x20U | (c - 'a' + 10U);
	return c >= 'A' && c <= 'F' ? 0x10U | (c - 'A' + 10U) : 0x80U;
}

/*
 * True if `hex` spells exactly these bytes, with letters of one case only: writers do not mix them, and so no digit
 * can be replaced by its twin without notice.
 */
static bool spells(const unsigned char *hex, size_t hex_len, const struct buf *bytes)
{
	unsigned cases = 0, wrong = 0;

	if (hex_len != bytes->len * 2)
		return false;
	for (size_t i = 0; i < bytes->len; i++) {
		unsigned high = hex_digit(hex[2 * i]), low = hex_digit(hex[2 * i + 1]);
		cases |= high | low;
		wrong |= ((high & 15) << 4 | (low & 15)) ^ bytes->data[i];
	}
	return wrong == 0 && (cases & 0x80U) == 0 && (cases & 0x30U) != 0x30U;
}

/* "/Contents" and perhaps white space end at `at`. */
static bool follows_key(const unsigned char *pdf, size_t at)
{
	static const char key[] = "/Contents";
	const size_t key_len = sizeof key - 1;

	while (at > 0 &&
		(pdf[at - 1] == ' ' || pdf[at - 1] == '\n' || pdf[at - 1] == '\r' || pdf[at - 1] == '\t'))
		at--;
	return at >= key_len && memcmp(pdf + at - key_len, key, key_len) == 0;
}

const char *range_problem(
	const unsigned char *pdf, size_t len, const struct pdf_signature *s, int64_t previous_end)
{
	const int64_t *r = s->range, size = (int64_t)len;

	for (int i = 0; i < 4; i++)
		if (r[i] < 0 || r[i] > size)
			return _("ISO 32000-2 12.8.1: ByteRange must be four numbers inside the file");
	if (r[0] != 0 || r[1] == 0)
		return _("ISO 32000-2 12.8.1: ByteRange must begin with the first byte of the file");
	if (r[2] < r[1] + 2 || r[3] == 0 || r[3] > size - r[2])
		return _("ISO 32000-2 12.8.1: ByteRange must be two ranges in order, inside the file");
	if (pdf[r[1]] != '<' || pdf[r[2] - 1] != '>' || !follows_key(pdf, (size_t)r[1]) ||
		!spells(pdf + r[1] + 1, (size_t)(r[2] - r[1] - 2), &s->contents))
		return _("ISO 32000-2 12.8.1: the gap in ByteRange must be exactly /Contents of this "
			 "signature");
	if (r[1] < previous_end)
		return _("ISO 32000-2 12.8.1: signatures overlap");
	return NULL;
}
