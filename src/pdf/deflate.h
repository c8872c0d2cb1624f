/*
 * deflate: a zlib stream (RFC 1950) as PDF's FlateDecode wants it, by libdeflate. Same input, same bytes.
 */
#ifndef NASKAH_PDF_DEFLATE_H
#define NASKAH_PDF_DEFLATE_H

#include "base/buf.h"

#define DEFLATE_ONCE   9 /* for what is made once: 12 saves 1 % and takes five times as long at start */
#define DEFLATE_LETTER 1 /* for the page of one letter: 70 bytes more than level 4, half of its time */

/* The tables of one level: worth keeping between the pages of a letter. */
struct deflater {
	struct libdeflate_compressor *compressor; /* owned */
	int level;
};

#define DEFLATER_INIT                                                                                        \
	{                                                                                                    \
		NULL, 0                                                                                      \
	}

/* Appends to `out`. */
int pdf_deflate(struct deflater *d, struct buf *out, const void *data, size_t len, int level, struct err *e)
	__attribute__((warn_unused_result));
void deflater_release(struct deflater *d);

#endif
