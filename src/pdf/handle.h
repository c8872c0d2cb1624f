/*
 * handle: an open file as the parts of pdf/ that use qpdf share it. Private to pdf/: the only header here that
 * names qpdf.
 */
#ifndef NASKAH_PDF_HANDLE_H
#define NASKAH_PDF_HANDLE_H

#include "pdf/reader.h"
#include "pdf/scan.h"

#include <qpdf/qpdf-c.h>

struct pdf_reader {
	qpdf_data q;
	const unsigned char *pdf; /* borrowed */
	size_t len;
	char *name; /* owned; for messages */
	struct pdf_scan scan;
	qpdf_oh trailer, root;
	bool size_is_wrong; /* the one warning that is forgiven and matters: /Size is not highest number + 1 */
};

/* Object number and generation; zero for a direct object. */
struct pdf_id {
	int number, generation;
};
struct pdf_id pdf_id_of(struct pdf_reader *r, qpdf_oh oh);
bool pdf_id_equal(struct pdf_id a, struct pdf_id b);

/* -1 with ERR_INPUT if qpdf complained since the last call: what needs repair is refused. */
int pdf_reader_check(struct pdf_reader *r, struct err *e) __attribute__((warn_unused_result));
/* Dictionary of Root/AcroForm; false if there is none. */
bool pdf_reader_acroform(struct pdf_reader *r, qpdf_oh *out);
/* The first page, by walking down /Kids: qpdf's own page list reads every page. */
int pdf_reader_first_page(struct pdf_reader *r, qpdf_oh *out, struct err *e)
	__attribute__((warn_unused_result));
bool pdf_reader_is_xfa(struct pdf_reader *r);
/* The permission of a certification signature (ISO 32000-2 table 257): 1 to 3; 0 if the file is not certified. */
int pdf_reader_docmdp(struct pdf_reader *r);
/* First object number that is certainly unused. */
long pdf_reader_next_number(struct pdf_reader *r);

/* Calls `visit` for each terminal or inner field of AcroForm/Fields; `full` is its name with dots. */
typedef int pdf_field_fn(
	void *user, struct pdf_reader *r, qpdf_oh field, const char *full, const char *type, struct err *e);
int pdf_reader_each_field(struct pdf_reader *r, pdf_field_fn *visit, void *user, struct err *e)
	__attribute__((warn_unused_result));

#endif
