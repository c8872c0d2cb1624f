/*
 * xmp: the metadata packet of a letter (ISO 16684-1), with its PDF/A and PDF/UA identification. Private to pdf/.
 */
#ifndef NASKAH_PDF_XMP_H
#define NASKAH_PDF_XMP_H

#include "base/buf.h"
#include "pdf/letter_pdf.h"

/* Must say what the document information says, word for word (ISO 19005-2 6.6.3). */
void xmp_packet(const struct letter_meta *meta, const char *producer, struct buf *out);

#endif
