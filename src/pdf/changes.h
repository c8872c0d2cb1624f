/*
 * changes: what did later revisions of a file change? (ISO 32000-2 7.5.6, 12.8.2.2)
 *
 * A signature covers the file as it was; whatever was appended later shows in the same pages. Later additions are
 * harmless only if they sign again or add validation data, so everything else is named as a change. This is the
 * answer to the shadow, incremental-saving and certification attacks (pdf-insecurity.org).
 *
 * The bytes before are a prefix of the bytes after, so an object can only have changed if the appended
 * cross-reference section lists it: those few are compared, nothing else.
 */
#ifndef NASKAH_PDF_CHANGES_H
#define NASKAH_PDF_CHANGES_H

#include "model/area.h"
#include "pdf/reader.h"

#include <stdbool.h>
#include <stddef.h>

struct pdf_changes {
	size_t signatures;     /* new signatures of people */
	size_t stamps;         /* new document time-stamps, which nobody sees */
	bool visible;          /* one of the signatures has an area on a page: */
	struct page_area area; /* where the last of those stands */
	bool validation;       /* a document security store was added or changed (ISO 32000-2 12.8.4.3) */
	char why[256];         /* the first change beyond these, for people; "" if there is none */
};

/*
 * Compares the revision that is the first `before` bytes with the whole `after` bytes: any number of updates in
 * between. Bytes that cannot be taken apart count as a change. -1 only when it could not look.
 */
int pdf_changes(const unsigned char *pdf, size_t before, size_t after, const char *name,
	struct pdf_changes *out, struct err *e) __attribute__((warn_unused_result));
/* The same for a file that is open already. */
int pdf_reader_changes(struct pdf_reader *r, size_t before, struct pdf_changes *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
