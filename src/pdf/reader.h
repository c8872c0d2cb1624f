/*
 * reader: looks into a PDF that anyone may have made (qpdf's C API, recovery off).
 *
 * Any file that needs repair to be read is refused: what two readers see differently cannot be signed or
 * called valid; so is an encrypted one. XFA forms and files certified with DocMDP P=1 open and are told apart by
 * pdf_reader_form_kind(). Nothing is written here; see append.h for the incremental update.
 */
#ifndef NASKAH_PDF_READER_H
#define NASKAH_PDF_READER_H

#include "base/buf.h"
#include "base/limits.h"

#include <stdbool.h>
#include <stdint.h>

struct pdf_reader; /* keeps a pointer to the bytes: they must outlive it */

/* One signature dictionary as it stands in the file (ISO 32000-2 12.8.1). Text is UTF-8. */
struct pdf_signature {
	char field[128];
	char filter[64], subfilter[64];
	int64_t range[4];    /* as written; checked against nothing yet */
	struct buf contents; /* decoded /Contents, padding zeros included */
	char modified[64];   /* /M as written, "" if absent */
	char reason[256], location[256], name[256];
	bool is_timestamp; /* /Type /DocTimeStamp */
};

struct pdf_signature_list {
	struct pdf_signature *items; /* owned; ascending by range[2] + range[3] */
	size_t count;
};

/* ERR_INPUT with the reason in words; ERR_LIMIT beyond LIMIT_SIGNATURES. */
int pdf_reader_open(const unsigned char *pdf, size_t len, const char *name, struct pdf_reader **out,
	struct err *e) __attribute__((warn_unused_result));
int pdf_reader_signatures(struct pdf_reader *r, struct pdf_signature_list *out, struct err *e)
	__attribute__((warn_unused_result));
int pdf_reader_page_count(struct pdf_reader *r, size_t *out, struct err *e)
	__attribute__((warn_unused_result));
/* What a verifier and a signer must know of the form as a whole. */
struct pdf_form_kind {
	bool is_xfa; /* what people see is not in the pages */
	int docmdp; /* what a certification signature allows (ISO 32000-2 table 257): 1 to 3; 0 = not certified */
};
int pdf_reader_form_kind(struct pdf_reader *r, struct pdf_form_kind *out, struct err *e)
	__attribute__((warn_unused_result));
void pdf_reader_free(struct pdf_reader *r);
void pdf_reader_release(struct pdf_reader **r); /* for AUTO() */
void pdf_signature_list_release(struct pdf_signature_list *l);

/* "D:20260313090000+07'00'" to seconds UTC (ISO 32000-2 7.9.4); false if it is not one. */
bool pdf_date_parse(const char *text, int64_t *at);
void pdf_date_text(int64_t at, char out[32]); /* in UTC: D:...Z */

#endif
