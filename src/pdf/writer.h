/*
 * writer: PDF objects one after another, and the classic xref table over them (ISO 32000-1 7.3, 7.5).
 *
 * Appends to a buffer; knows where each object began. Serves whole letters, constant segments that are made once
 * and copied into many files, and incremental updates. Text appends follow buf's rule: check the buffer at the end.
 */
#ifndef NASKAH_PDF_WRITER_H
#define NASKAH_PDF_WRITER_H

#include "base/buf.h"
#include "pdf/deflate.h"

#include <stdint.h>

struct pdf_writer {
	struct buf *out;   /* borrowed */
	size_t start;      /* the file (or segment) begins here in `out` */
	unsigned first;    /* number of the first object that may be written */
	unsigned count;    /* first .. first + count - 1 */
	uint32_t *offsets; /* owned: from `start`, plus one; 0 = not written */
	struct deflater deflater;
};

#define PDF_WRITER_INIT                                                                                      \
	{                                                                                                    \
		NULL, 0, 0, 0, NULL, DEFLATER_INIT                                                           \
	}

/* Constant objects first .. first + count - 1, made once: bytes and where each begins in them. */
struct pdf_segment {
	struct buf bytes;
	unsigned first, count;
	uint32_t *offsets; /* owned: from the beginning of bytes, plus one; 0 = there is no such object */
};

int pdf_writer_init(struct pdf_writer *w, struct buf *out, unsigned first, unsigned count, struct err *e)
	__attribute__((warn_unused_result));
void pdf_writer_release(struct pdf_writer *w);

/* "N 0 obj" ... "endobj". What stands between is appended to w->out by the caller. */
void pdf_object_begin(struct pdf_writer *w, unsigned number);
void pdf_object_end(struct pdf_writer *w);
/* A whole stream object; `dict` is the inside of its dictionary without /Length and /Filter. */
int pdf_stream_deflated(struct pdf_writer *w, unsigned number, const char *dict, const void *data, size_t len,
	int level, struct err *e) __attribute__((warn_unused_result));
void pdf_stream_plain(struct pdf_writer *w, unsigned number, const char *dict, const void *data, size_t len);

/* Takes the bytes of a writer that began at first = its own numbers; the writer is empty afterwards. */
int pdf_segment_take(struct pdf_segment *s, struct pdf_writer *w, struct err *e)
	__attribute__((warn_unused_result));
/* Copies a segment into the file of `w`. */
void pdf_segment_add(struct pdf_writer *w, const struct pdf_segment *s);
void pdf_segment_release(struct pdf_segment *s);

/*
 * xref section 0 .. first + count - 1, trailer, startxref, %%EOF. Numbers never written become the list of free
 * entries: a first section must have one unbroken range (7.5.4). `trailer` is its inside without /Size.
 */
void pdf_xref(struct pdf_writer *w, const char *trailer);

/* A number with at most three decimals, the shortest way, never in exponent form. */
void pdf_add_number(struct buf *b, double value);
#define PDF_NUMBER_TEXT 28
/* The same to a place with PDF_NUMBER_TEXT bytes of room; how many it took. */
size_t pdf_put_number(char *at, double value);
void pdf_add_uint(struct buf *b, unsigned value);
/* UTF-8 as a text string (7.9.2.2): ASCII as it is, everything else as UTF-16BE with its mark. */
void pdf_add_text(struct buf *b, const char *utf8);
/* Bytes as a hexadecimal string. */
void pdf_add_hex(struct buf *b, const unsigned char *bytes, size_t len);

#endif
