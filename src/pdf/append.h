/*
 * append: adds a signature to any sane PDF by incremental update (ISO 32000-2 7.5.6, 12.8; ETSI EN 319 142-1).
 *
 * Every byte of the file stays; a signature field, its widget and a signature dictionary with a placeholder
 * follow, with an xref table or stream to match the file's own. The caller hashes the two ranges, makes the
 * CMS and patches it in. Works on files with xref tables or streams, object streams, linearised, hybrid,
 * already signed. Refuses (ERR_INPUT, reason in words) what reader.h and signable.h refuse, and a field name already
 * taken.
 */
#ifndef NASKAH_PDF_APPEND_H
#define NASKAH_PDF_APPEND_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

/* A visible signature. The picture fills the rectangle. */
struct pdf_look {
	const void *image; /* PNG or JPEG */
	size_t image_len;
	unsigned page; /* from 1 */
	double x,
		y; /* points, of the upper left corner, from that of the page as it is seen (turned, cropped) */
	double width, height; /* points */
	bool from_below;      /* x, y: of the lower left corner, from that of the page */
};

struct pdf_append_request {
	const char *field;  /* e.g. esc_1774924800123 */
	const char *reason; /* UTF-8; NULL = none; likewise the next two */
	const char *location;
	const char *name;
	int64_t signed_at;           /* becomes /M */
	size_t contents_max;         /* bytes to reserve for the CMS */
	const struct pdf_look *look; /* NULL = invisible */
	unsigned
		certify; /* DocMDP's P, 1 to 3: what may still be changed; 0 = no certification (what letters want) */
	bool is_stamp; /* a document time-stamp: nobody's signature, its time is in the token */
};

/* Appends to `out` (which starts empty) the whole new file; `range` is its ByteRange, /Contents still zeros. */
int pdf_append_signature(const unsigned char *pdf, size_t len, const char *name,
	const struct pdf_append_request *request, struct buf *out, int64_t range[4], struct err *e)
	__attribute__((warn_unused_result));
/*
 * The same without the file itself: `tail` (which starts empty) is what stands behind it, so that a large file is not
 * copied. `range` counts from the beginning of the whole file.
 */
int pdf_append_signature_tail(const unsigned char *pdf, size_t len, const char *name,
	const struct pdf_append_request *request, struct buf *tail, int64_t range[4], struct err *e)
	__attribute__((warn_unused_result));
/* Writes the CMS as hex into the placeholder between the two ranges; ERR_LIMIT if it doesn't fit. */
int pdf_patch_contents(struct buf *pdf, const int64_t range[4], const unsigned char *cms, size_t len,
	struct err *e) __attribute__((warn_unused_result));
/* The same in a tail that stands behind `before` bytes. */
int pdf_patch_tail(struct buf *tail, size_t before, const int64_t range[4], const unsigned char *cms,
	size_t len, struct err *e) __attribute__((warn_unused_result));

#endif
