/*
 * signable: may a signature be added to this PDF? If not, why, and what can be done about it.
 *
 * Asked before anything is sent: a service's answer to such a file would be a puzzle, or a signature that breaks
 * another one.
 */
#ifndef NASKAH_PDF_SIGNABLE_H
#define NASKAH_PDF_SIGNABLE_H

#include "pdf/reader.h"

/*
 * ERR_INPUT or ERR_LIMIT with the reason and what to do: no PDF from its first byte on, cut short, damaged, encrypted,
 * without pages, an XFA form, certified as final (DocMDP P=1), locked by a signature in it (FieldMDP, or its lock).
 */
int pdf_check_signable(const unsigned char *pdf, size_t len, const char *name, struct err *e)
	__attribute__((warn_unused_result));
/* The same for a file that is open: its form and its signatures. */
int pdf_reader_signable(struct pdf_reader *r, struct err *e) __attribute__((warn_unused_result));

#endif
