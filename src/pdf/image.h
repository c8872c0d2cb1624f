/*
 * image: a PNG or JPEG picture as the XObject of a PDF (ISO 32000-2 8.9.5). Private to pdf/.
 *
 * A PNG is unpacked and packed again, its transparency as a soft mask; a JPEG goes in as it is (DCTDecode). Either may
 * come from anybody: nothing that does not add up is let through.
 */
#ifndef NASKAH_PDF_IMAGE_H
#define NASKAH_PDF_IMAGE_H

#include "base/buf.h"

#include <stdint.h>

/* Ceiling of the picture of a signature, packed. */
#define IMAGE_BYTES_MAX ((size_t)8 << 20)

struct image {
	uint32_t width, height;
	unsigned bits;      /* of a channel */
	struct buf colours; /* /ColorSpace as PDF text */
	const char *filter; /* of `samples` */
	struct buf samples; /* as they stand in the stream */
	struct buf mask;    /* alpha, 8 bits, FlateDecode; empty = opaque */
};

#define IMAGE_INIT                                                                                           \
	{                                                                                                    \
		.colours = BUF_INIT(4096), .samples = BUF_INIT(IMAGE_BYTES_MAX + 65536),                     \
		.mask = BUF_INIT(IMAGE_BYTES_MAX + 65536)                                                    \
	}

/* ERR_INPUT with the reason. */
int image_parse(const void *bytes, size_t len, struct image *out, struct err *e)
	__attribute__((warn_unused_result));
void image_release(struct image *i);

#endif
