/*
 * picture: pages of a PDF as PNG, drawn by poppler's pdftoppm, which runs as a program of its own.
 *
 * No library is asked: to draw PDFs takes a hundred of them, and only those who work on templates look at pictures.
 */
#ifndef NASKAH_CMD_PICTURE_H
#define NASKAH_CMD_PICTURE_H

#include "base/buf.h"

/*
 * Appends page `page` (from 1) at so many dots per inch. ERR_CONFIG: pdftoppm is not installed. ERR_LIMIT: the picture
 * is longer than `png` may be. ERR_IO: it could not be run, or failed; its own words are on standard error.
 */
int picture_draw(const struct buf *pdf, size_t page, unsigned dpi, struct buf *png, struct err *e)
	__attribute__((warn_unused_result));

#endif
