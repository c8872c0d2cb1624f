/*
 * dss: a PDF's document security store (ISO 32000-2 12.8.4.3; ETSI EN 319 142-1 5.4): certificates, OCSP responses and
 * CRLs beside the signatures, for validation when nobody answers any more.
 */
#ifndef NASKAH_PDF_DSS_H
#define NASKAH_PDF_DSS_H

#include "base/buf.h"
#include "pdf/reader.h"

#define DSS_ITEMS_MAX   512
/* Entries of one list: the same item may stand in it more than once. */
#define DSS_ENTRIES_MAX (4 * DSS_ITEMS_MAX)

enum dss_kind { DSS_CERT = 1, DSS_OCSP, DSS_CRL };

struct dss_item {
	enum dss_kind kind;
	unsigned char *der; /* owned */
	size_t len;
};
struct dss {
	struct dss_item *items; /* owned */
	size_t count;
};
void dss_release(struct dss *d);
/*
 * All streams of the DSS dictionary's Certs, OCSPs and CRLs, each object once. Empty when there is none. ERR_LIMIT beyond
 * DSS_ITEMS_MAX, or when they are longer than any file may be; ERR_INPUT when something stands there that is no stream.
 */
int pdf_reader_dss(struct pdf_reader *r, struct dss *out, struct err *e) __attribute__((warn_unused_result));

/* What to add: the items that are not there yet, and a VRI entry per signature. */
struct dss_vri {
	char key[41]; /* SHA-1 of the signature's /Contents, padding included, in capital hex: sha1_name() */
	const size_t *items; /* indices into `add->items` */
	size_t count;
};
struct dss_addition {
	const struct dss_item *items; /* lent */
	size_t count;
	const struct dss_vri *vri;
	size_t vri_count;
};
/*
 * Appends to `out` (empty) the whole file with one more increment. What the old DSS has stays in it, in its order, and is
 * not repeated. ERR_INPUT for what reader.h refuses, XFA forms and files certified as final; ERR_LIMIT beyond
 * DSS_ITEMS_MAX.
 */
int pdf_append_dss(const unsigned char *pdf, size_t len, const char *name, const struct dss_addition *add,
	struct buf *out, struct err *e) __attribute__((warn_unused_result));
/*
 * Appends an increment with a document time-stamp (ETSI.RFC3161; EN 319 142-1 5.4.3), /Contents still zeros; hash
 * the ranges, then pdf_patch_contents().
 */
int pdf_append_stamp(const unsigned char *pdf, size_t len, const char *name, const char *field,
	size_t contents_max, struct buf *out, int64_t range[4], struct err *e)
	__attribute__((warn_unused_result));

#endif
