/*
 * buf: bytes that grow, up to a ceiling stated at birth.
 *
 * A failed append (no memory, ceiling) makes the buffer *failed*: later appends are ignored and buf_check()
 * tells why. So a writer may append a hundred times and check once, at the end, before the bytes are used.
 * The byte after data[len] is always 0 once something was appended; buf_str() is never NULL.
 */
#ifndef NASKAH_BASE_BUF_H
#define NASKAH_BASE_BUF_H

#include "base/err.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

enum buf_failure { BUF_FINE = 0, BUF_NO_MEMORY, BUF_TOO_LONG };

struct buf {
	unsigned char *data; /* owned */
	size_t len;          /* bytes used */
	size_t cap;          /* bytes allocated, one is kept for the final 0 */
	size_t max;          /* ceiling for len */
	enum buf_failure failed;
};

#define BUF_INIT(max_len)                                                                                    \
	{                                                                                                    \
		NULL, 0, 0, (max_len), BUF_FINE                                                              \
	}

/* Room for `len` more bytes at data + len; NULL when the buffer failed. The caller adds to b->len what it used. */
unsigned char *buf_room(struct buf *b, size_t len);

/* Inline, because letters are written by appends of a few bytes. */
static inline void buf_add(struct buf *b, const void *bytes, size_t len)
{
	unsigned char *to = b->data;

	if (b->failed || !to || b->cap - b->len <= len || b->max - b->len < len) {
		if (!(to = buf_room(b, len)))
			return;
	} else {
		to += b->len;
	}
	if (len > 0)
		memcpy(to, bytes, len);
	to[len] = 0;
	b->len += len;
}

static inline void buf_adds(struct buf *b, const char *text)
{
	buf_add(b, text, strlen(text));
}

static inline void buf_addc(struct buf *b, char c)
{
	buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* -1 with ERR_NOMEM or ERR_LIMIT if any append failed. */
int buf_check(const struct buf *b, struct err *e) __attribute__((warn_unused_result));
const char *buf_str(const struct buf *b);
/* Empties it and keeps the memory. */
void buf_reset(struct buf *b);
/* Reads a whole file (up to b->max bytes) and appends it. A FIFO, device or folder is refused. */
int buf_load(struct buf *b, const char *path, struct err *e) __attribute__((warn_unused_result));
/* The same from an open descriptor, which stays open; `name` is for messages. */
int buf_read_fd(struct buf *b, int fd, const char *name, struct err *e) __attribute__((warn_unused_result));
/* Frees the bytes; the ceiling stays. Safe to repeat. */
void buf_release(struct buf *b);

#endif
