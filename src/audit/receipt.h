/*
 * receipt: the proof that an event is in the log, as one small text (C2SP tlog-proof).
 *
 * Its `extra` line is base64 of the event's opening, from which anyone makes the leaf again:
 *
 *	naskah-opening-v1
 *	kind published
 *	at 2026-03-16T02:00:00Z
 *	code 7K3Q9XWM2RTDH5VB0C1EF
 *	content <hex>
 *	unsigned <hex>
 *	signed <hex>
 *	salt <hex>
 */
#ifndef NASKAH_AUDIT_RECEIPT_H
#define NASKAH_AUDIT_RECEIPT_H

#include "audit/merkle.h"
#include "base/buf.h"
#include "model/event.h"

/* `checkpoint` is the signed note as it stands. */
void receipt_write(const struct event *event, int64_t index, const struct sha256 *path, size_t count,
	const void *checkpoint, size_t len, struct buf *out);

void opening_write(const struct event *event, struct buf *out);
/* One spelling: what is accepted is what opening_write() writes. */
int opening_parse(const char *text, size_t len, struct event *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
