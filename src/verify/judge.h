/*
 * judge: verify_pdf() for those who go on looking at the same file. Private to verify/.
 */
#ifndef NASKAH_VERIFY_JUDGE_H
#define NASKAH_VERIFY_JUDGE_H

#include "pdf/reader.h"
#include "verify/verify.h"

/* `*reader` is the open file, NULL if it could not be opened (the verdict says why); the caller frees it. */
int verify_and_keep(const struct verify_request *req, struct verdict *out, struct pdf_reader **reader,
	struct err *e) __attribute__((warn_unused_result));

#endif
