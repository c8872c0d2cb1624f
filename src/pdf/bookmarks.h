/*
 * bookmarks: the parts of a letter as the viewer's outline (ISO 32000-1 12.3.3). Private to pdf/.
 */
#ifndef NASKAH_PDF_BOOKMARKS_H
#define NASKAH_PDF_BOOKMARKS_H

#include "model/page.h"

struct pdf_writer;

/* How many objects bookmarks_write() makes. */
unsigned bookmarks_count(const struct page_list *pages);
/* Object `first` is the outline. Page i is object page_first + i * page_step, `height_pt` high. */
void bookmarks_write(const struct page_list *pages, struct pdf_writer *w, unsigned first, unsigned page_first,
	unsigned page_step, double height_pt);

#endif
