/*
 * content: the items of a page as a content stream (ISO 32000-1 7.8, 9.4). Private to pdf/.
 *
 * Real blanks stand between words, also on justified lines: the extra space is an adjustment after each blank (TJ),
 * so extracted text reads as it was written. Word spacing (Tw) does not work for two-byte codes.
 */
#ifndef NASKAH_PDF_CONTENT_H
#define NASKAH_PDF_CONTENT_H

#include "base/buf.h"
#include "model/page.h"
#include "pdf/rare.h"
#include "pdf/stationery_inside.h"
#include "pdf/tags.h"

struct content {
	const struct stationery *stationery;
	const struct tags *tags;
	bool uses[FACE_COUNT];        /* which faces of the stationery the letter needs so far: /T0.. */
	struct rare rare[FACE_COUNT]; /* and which characters besides: /R0.. */
};

/* Appends the stream of one page; `first_item` is the index of its first item over all pages. */
int content_write(struct content *c, const struct page *page, size_t first_item, bool draft, struct buf *out,
	struct err *e) __attribute__((warn_unused_result));

#endif
