/*
 * look: what is seen of a signature: a rectangle on a page with a picture in it (ISO 32000-2 12.5.5, 12.5.6.19).
 * Private to pdf/; the request is in append.h.
 */
#ifndef NASKAH_PDF_LOOK_H
#define NASKAH_PDF_LOOK_H

#include "model/area.h"
#include "pdf/append.h"
#include "pdf/image.h"
#include "pdf/update.h"

/* The page where the look stands; the first one without a look. ERR_INPUT if there is no such page. */
int look_page(struct pdf_reader *r, const struct pdf_look *look, qpdf_oh *out, struct err *e)
	__attribute__((warn_unused_result));
/*
 * Writes the appearance and its picture as objects of their own and appends the widget's entries /Rect and /AP to
 * `entries`. Without a look: a rectangle without area.
 */
int look_write(struct update *u, qpdf_oh page, const struct pdf_look *look, struct buf *entries,
	struct err *e) __attribute__((warn_unused_result));
/* Where an annotation's /Rect stands on its page as it is seen; out->page is the caller's. False if it has no area. */
bool look_find(struct pdf_reader *r, qpdf_oh page, qpdf_oh rect, struct page_area *out);

#endif
