/*
 * png: is this picture file whole? Private to pdf/.
 *
 * libpng, as libharu drives it, ends the process on a picture that it cannot read. So everything that it will look at
 * is checked first (ISO/IEC 15948: chunks, sums, sizes, the compressed rows), and only what the picture needs is
 * handed on.
 */
#ifndef NASKAH_PDF_PNG_H
#define NASKAH_PDF_PNG_H

#include "base/buf.h"

/* Appends a clean copy. ERR_CONFIG with the reason; `name` is for the message. At most 4096 pixels a side, not interlaced. */
int png_clean(const struct buf *file, const char *name, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
