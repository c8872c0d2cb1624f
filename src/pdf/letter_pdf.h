/*
 * letter_pdf: a laid-out letter as PDF bytes, on its profile's stationery.
 *
 * The file is one section with one classic xref table (ISO 32000-1 7.5), no dates but the letter's own, a
 * file identifier derived from the content: the same input gives the same bytes. Text maps back to Unicode.
 */
#ifndef NASKAH_PDF_LETTER_PDF_H
#define NASKAH_PDF_LETTER_PDF_H

#include "base/buf.h"
#include "base/date.h"
#include "model/page.h"
#include "pdf/stationery.h"

#include <stdbool.h>

struct letter_meta {
	const char *title;   /* "Surat Permohonan B/14/III/2026" */
	const char *author;  /* the office */
	const char *subject; /* perihal */
	struct date date;    /* of the letter; becomes CreationDate at 00:00 in `zone` */
	enum zone zone;
	bool draft; /* DRAF across every page */
};

/* Appends the file to `out`. */
int letter_pdf(const struct stationery *s, const struct page_list *pages, const struct letter_meta *meta,
	struct buf *out, struct err *e) __attribute__((warn_unused_result));

#endif
