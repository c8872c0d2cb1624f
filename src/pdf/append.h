/*
 * append: adds a signature to any sane PDF by incremental update (ISO 32000-2 7.5.6, 12.8; ETSI EN 319 142-1).
 *
 * Every byte of the file stays; a signature field, its widget and a signature dictionary with a placeholder
 * follow, with an xref table or stream to match the file's own. The caller hashes the two ranges, makes the
 * CMS and patches it in. Works on files with xref tables or streams, object streams, linearised, hybrid,
 * already signed. Refuses (ERR_INPUT, reason in words) what reader.h refuses, and a field name already taken.
 */
#ifndef NASKAH_PDF_APPEND_H
#define NASKAH_PDF_APPEND_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct pdf_append_request {
	const char *field;  /* e.g. esc_1774924800123 */
	const char *reason; /* UTF-8; NULL = none; likewise the next two */
	const char *location;
	const char *name;
	int64_t signed_at;   /* becomes /M */
	size_t contents_max; /* bytes to reserve for the CMS */
	bool is_stamp;       /* a document time-stamp: nobody's signature, its time is in the token */
};

/* Appends to `out` (which starts empty) the whole new file; `range` is its ByteRange, /Contents still zeros. */
int pdf_append_signature(const unsigned char *pdf, size_t len, const char *name,
	const struct pdf_append_request *request, struct buf *out, int64_t range[4], struct err *e)
	__attribute__((warn_unused_result));
/* Writes the CMS as hex into the placeholder between the two ranges; ERR_LIMIT if it doesn't fit. */
int pdf_patch_contents(struct buf *pdf, const int64_t range[4], const unsigned char *cms, size_t len,
	struct err *e) __attribute__((warn_unused_result));

#endif
