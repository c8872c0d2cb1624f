/*
 * compare: one incremental update against the file before it. Private to pdf/; see changes.h for what counts.
 */
#ifndef NASKAH_PDF_COMPARE_H
#define NASKAH_PDF_COMPARE_H

#include "pdf/changes.h"
#include "pdf/handle.h"

/* The object numbers that a section lists. */
struct section {
	struct section_entry {
		int64_t number;
		int generation;
		bool is_free;
	} * items; /* owned */
	size_t count;
};
/* The newest section of an open file. A section that is not plainly readable gives ERR_INPUT. */
int pdf_section_read(struct pdf_reader *r, struct section *out, struct err *e)
	__attribute__((warn_unused_result));
void section_release(struct section *s);

/*
 * True if an object reachable in `r` refers to a number that `r` does not have: a hole that an update could fill
 * without changing any object (a shadow attack). `update` is that update's section, whose new numbers are looked for in
 * any case; `r` learns that they exist.
 */
int pdf_has_dangling(struct pdf_reader *r, const struct section *update, bool *out, struct err *e)
	__attribute__((warn_unused_result));

/* Adds to `out`; sets out->why at the first change that is more than signatures or validation data. */
int pdf_compare(struct pdf_reader *old, struct pdf_reader *fresh, struct pdf_changes *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
