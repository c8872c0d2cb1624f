#include "pdf/scan.h"

#include "base/i18n.h"

/* ISO 32000-2 wants "%%EOF" last; readers look for startxref in the last kilobyte, so do we. */
#define TAIL_BYTES 1024

bool pdf_is_space(unsigned char c)
{
	return c == ' ' || c == '\n' || c == '\r' || c == '\t' || c == '\f' || c == '\0';
}

void pdf_skip_space(const unsigned char **at, const unsigned char *end)
{
	while (*at < end && pdf_is_space(**at))
		(*at)++;
}

bool pdf_read_number(const unsigned char **at, const unsigned char *end, int64_t *out)
{
	const unsigned char *p = *at;
	int64_t value = 0;

	while (p < end && *p >= '0' && *p <= '9' && p - *at <= 10)
		value = value * 10 + (*p++ - '0');
	if (p == *at || p - *at > 10)
		return false;
	*at = p;
	*out = value;
	return true;
}

bool pdf_read_word(const unsigned char **at, const unsigned char *end, const char *word)
{
	size_t len = strlen(word);

	if ((size_t)(end - *at) < len || memcmp(*at, word, len) != 0)
		return false;
	*at += len;
	return true;
}

enum xref_kind pdf_scan_section(const unsigned char *pdf, size_t len, int64_t off, long *object)
{
	int64_t number, generation;

	if (off <= 0 || (size_t)off >= len)
		return XREF_NONE;
	const unsigned char *at = pdf + off, *end = pdf + len;
	if (pdf_read_word(&at, end, "xref"))
		return at < end && pdf_is_space(*at) ? XREF_TABLE : XREF_NONE;
	if (!pdf_read_number(&at, end, &number))
		return XREF_NONE;
	pdf_skip_space(&at, end);
	if (!pdf_read_number(&at, end, &generation))
		return XREF_NONE;
	pdf_skip_space(&at, end);
	if (!pdf_read_word(&at, end, "obj") || number <= 0 || number > INT32_MAX)
		return XREF_NONE;
	if (object)
		*object = (long)number;
	return XREF_STREAM;
}

/* The last "startxref" of the tail; NULL if there is none. */
static const unsigned char *last_startxref(const unsigned char *pdf, size_t len)
{
	static const char word[] = "startxref";
	const size_t word_len = sizeof word - 1;
	size_t from = len > TAIL_BYTES ? len - TAIL_BYTES : 0;

	for (size_t at = len < word_len ? 0 : len - word_len + 1; at > from; at--)
		if (memcmp(pdf + at - 1, word, word_len) == 0)
			return pdf + at - 1 + word_len;
	return NULL;
}

int pdf_scan(const unsigned char *pdf, size_t len, const char *name, struct pdf_scan *out, struct err *e)
{
	struct pdf_scan found = {0};

	if (len < 8 || memcmp(pdf, "%PDF-", 5) != 0)
		return err_set(e, ERR_INPUT, _("%s: does not begin with '%%PDF-' (ISO 32000-2 7.5.2)"), name);
	if ((pdf[5] != '1' && pdf[5] != '2') || pdf[6] != '.')
		return err_set(e, ERR_INPUT, _("%s: PDF version is not 1.x or 2.x"), name);
	const unsigned char *end = pdf + len;
	const unsigned char *at = last_startxref(pdf, len);
	if (!at)
		return err_set(e, ERR_INPUT,
			_("%s: cut short: no 'startxref' at the end (ISO 32000-2 7.5.5)"), name);
	pdf_skip_space(&at, end);
	bool good = pdf_read_number(&at, end, &found.startxref);
	pdf_skip_space(&at, end);
	good = good && pdf_read_word(&at, end, "%%EOF");
	pdf_skip_space(&at, end);
	if (!good || at != end)
		return err_set(e, ERR_INPUT,
			_("%s: damaged end: 'startxref', a number, '%%%%EOF' and no more must be there"),
			name);
	found.kind = pdf_scan_section(pdf, len, found.startxref, &found.xref_object);
	if (found.kind == XREF_NONE)
		return err_set(e, ERR_INPUT,
			_("%s: damaged: 'startxref' does not point at a cross-reference section (ISO 32000-2 "
			  "7.5.5)"),
			name);
	*out = found;
	return 0;
}
