/*
 * haru: libharu with its habits under control. Private to pdf/; used at start, from one thread.
 *
 * libharu's return codes cannot be relied on (measured: a failed TextOut and a full disk both returned 0), so
 * the error handler records the first error of a document and haru_check() asks for it. Documents are never
 * written by libharu itself, only handed over as bytes.
 */
#ifndef NASKAH_PDF_HARU_H
#define NASKAH_PDF_HARU_H

#include "base/buf.h"

#include <hpdf.h>

struct haru {
	HPDF_Doc doc;       /* owned */
	HPDF_STATUS error;  /* first one; 0 = none */
	HPDF_STATUS detail; /* libpng's or errno */
};

#define HARU_INIT                                                                                            \
	{                                                                                                    \
		NULL, 0, 0                                                                                   \
	}

/* `h` must not move while it is open: the handler keeps its address. */
int haru_open(struct haru *h, struct err *e) __attribute__((warn_unused_result));
/* -1 with `kind` and libharu's number if anything failed so far; `what` was being made. */
int haru_check(const struct haru *h, enum err_kind kind, const char *what, struct err *e)
	__attribute__((warn_unused_result));
/* Embeds a TrueType font with one-byte codes, WinAnsi. The name inside the file must be new to `h`. */
int haru_font(struct haru *h, const struct buf *ttf, HPDF_Font *out, struct err *e)
	__attribute__((warn_unused_result));
/* Appends the finished file to `out`. */
int haru_save(struct haru *h, struct buf *out, struct err *e) __attribute__((warn_unused_result));
void haru_release(struct haru *h);

#endif
