/*
 * scan: what qpdf's C API does not tell about a file: where its last cross-reference section stands and of which
 * kind it is (ISO 32000-2 7.5.4, 7.5.5, 7.5.8). Private to pdf/.
 */
#ifndef NASKAH_PDF_SCAN_H
#define NASKAH_PDF_SCAN_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum xref_kind { XREF_NONE = 0, XREF_TABLE, XREF_STREAM };

struct pdf_scan {
	int64_t startxref; /* offset of the last section */
	enum xref_kind kind;
	long xref_object; /* object number of an xref stream */
};

/*
 * Strict: "%PDF-1.x" or "%PDF-2.x" is the first byte; "startxref", a number and "%%EOF" are the end, with nothing but
 * white space behind; the number points at a section. ERR_INPUT says what is not so.
 */
int pdf_scan(const unsigned char *pdf, size_t len, const char *name, struct pdf_scan *out, struct err *e)
	__attribute__((warn_unused_result));
/* Which kind of section begins exactly at `off`; XREF_NONE if none does. `object` may be NULL. */
enum xref_kind pdf_scan_section(const unsigned char *pdf, size_t len, int64_t off, long *object);

/* Small readers of PDF syntax: they move *at and never go beyond `end`. */
bool pdf_is_space(unsigned char c); /* ISO 32000-2 table 1 */
void pdf_skip_space(const unsigned char **at, const unsigned char *end);
/* Digits only, at most 10. */
bool pdf_read_number(const unsigned char **at, const unsigned char *end, int64_t *out);
bool pdf_read_word(const unsigned char **at, const unsigned char *end, const char *word);

#endif
