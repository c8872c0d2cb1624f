#include "model/code.h"

#include "base/text.h"

#include <string.h>

#define PAYLOAD (CODE_DIGITS - 1)

/* Multiplication by the generator a = x in GF(2)[x] / (x^5 + x^2 + 1). */
static unsigned times_a(unsigned v)
{
	v <<= 1;
	return v & 32 ? v ^ 37 : v;
}

static char check_digit(const char *digits)
{
	unsigned sum = 0;

	/* Horner's rule from the last digit: sum of a^(i+1) * digit[i]. */
	for (size_t i = PAYLOAD; i-- > 0;)
		sum = times_a(sum ^ (unsigned)base32_value(digits[i]));
	return base32_digits[sum];
}

void code_from_mac(const struct sha256 *mac, char out[CODE_TEXT])
{
	unsigned bits = 0, have = 0;
	size_t next = 0;

	for (size_t i = 0; i < PAYLOAD; i++) {
		if (have < 5) {
			bits = bits << 8 | mac->bytes[next++];
			have += 8;
		}
		have -= 5;
		out[i] = base32_digits[bits >> have & 31];
		bits &= (1u << have) - 1;
	}
	out[PAYLOAD] = check_digit(out);
	out[CODE_DIGITS] = '\0';
}

bool code_parse(const char *text, char out[CODE_TEXT])
{
	char digits[CODE_TEXT];
	size_t n = 0;

	for (; *text; text++) {
		if (*text == '-' || *text == ' ')
			continue;
		int value = base32_value(*text);
		if (value < 0 || n == CODE_DIGITS)
			return false;
		digits[n++] = base32_digits[value];
	}
	if (n != CODE_DIGITS || check_digit(digits) != digits[PAYLOAD])
		return false;
	digits[CODE_DIGITS] = '\0';
	memcpy(out, digits, CODE_TEXT);
	return true;
}

void code_show(const char code[CODE_TEXT], char out[CODE_SHOWN])
{
	size_t at = 0;

	for (size_t i = 0; i < CODE_DIGITS; i++) {
		if (i > 0 && i % 5 == 0)
			out[at++] = '-';
		out[at++] = code[i];
	}
	out[at] = '\0';
}
