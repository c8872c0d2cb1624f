/*
 * leaf: an event as the bytes that the public log holds: no personal data, only salted hashes.
 *
 *	naskah-event-v1
 *	published
 *	2026-03-16T02:00:00Z
 *	code <base64 SHA-256(salt || "code" || code)>
 *	content <base64 SHA-256(salt || "content" || hash)>
 *	unsigned <...>
 *	signed <...>
 *	person <...>	who approved or decided; only in leaves of `approved`, `decided`, `dropped`
 *	note <...>	why, or how; likewise
 */
#ifndef NASKAH_AUDIT_LEAF_H
#define NASKAH_AUDIT_LEAF_H

#include "base/buf.h"
#include "model/event.h"

void leaf_write(const struct event *event, struct buf *out);

#endif
