/*
 * update: the tail of an incremental update: objects, then a cross-reference section of the file's own kind, trailer
 * and end (ISO 32000-2 7.5.6). Private to pdf/.
 */
#ifndef NASKAH_PDF_UPDATE_H
#define NASKAH_PDF_UPDATE_H

#include "pdf/handle.h"

#define UPDATE_OBJECTS 544 /* all streams of a full DSS and some */

struct update {
	struct pdf_reader *r; /* borrowed */
	struct buf *out; /* borrowed: the whole new file, the old bytes first; or only what follows them */
	size_t base;     /* where in the file `out` begins: 0, or behind the old bytes */
	struct {
		struct pdf_id id;
		size_t off; /* in the file */
	} objects[UPDATE_OBJECTS];
	size_t count;
	long next; /* the next unused object number */
};

/* Copies the old file into `out` (which must be empty) and ends its last line. */
int update_begin(struct update *u, struct pdf_reader *r, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));
/* The same without the copy: `out` becomes what stands behind the old file. */
int update_begin_tail(struct update *u, struct pdf_reader *r, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));
/* Where in the file the next byte will stand. */
size_t update_at(const struct update *u);
/* Takes a new number and makes qpdf know it, so that references to it are written. */
qpdf_oh update_reserve(struct update *u);
/* "N G obj" stands; the caller appends the object's text to `out` and calls update_close_object(). */
void update_open_object(struct update *u, struct pdf_id id);
void update_close_object(struct update *u);
/* Writes an object that is in the file as it now stands in memory; a second time for the same object does nothing. */
void update_rewrite(struct update *u, qpdf_oh oh);
/* Section, trailer, startxref. */
int update_end(struct update *u, struct err *e) __attribute__((warn_unused_result));

#endif
