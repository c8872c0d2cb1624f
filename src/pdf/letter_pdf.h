/*
 * letter_pdf: a laid-out letter as PDF bytes, on its profile's stationery.
 *
 * The file is one section with one classic xref table (ISO 32000-1 7.5), no dates but the letter's own, a
 * file identifier that the caller derives from the content: the same input gives the same bytes. Text maps back to
 * Unicode. Tagged from the roles of the items (pdf/tags), built to PDF/A-2a (ISO 19005-2) and PDF/UA-1.
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
	bool draft;           /* DRAF across every page */
	unsigned char id[16]; /* file identifier: the first bytes of a hash over what the letter says */
};

/*
 * Appends the file to `out`. ERR_INPUT "page N: ..." for a character that the face does not have; ERR_LIMIT for no
 * pages or too many.
 */
int letter_pdf(const struct stationery *s, const struct page_list *pages, const struct letter_meta *meta,
	struct buf *out, struct err *e) __attribute__((warn_unused_result));

#endif
