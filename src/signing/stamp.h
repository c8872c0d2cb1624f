/*
 * stamp: has a signature time-stamped by an authority over HTTP (RFC 3161 3.4). Private to signing/.
 */
#ifndef NASKAH_SIGNING_STAMP_H
#define NASKAH_SIGNING_STAMP_H

#include "base/buf.h"
#include "net/client.h"

/* What a token adds to a signature at most: its certificates are in it. */
#define STAMP_BYTES_MAX ((size_t)24 * 1024)

/*
 * `cms` (as cms_sign() made it) becomes the same with a time-stamp of its signature: PAdES B-T. ERR_REMOTE with the
 * authority's words, or why it could not be asked. Whom the token is by is for verify/ to judge.
 */
int stamp_signature(struct net_client *to, long timeout_ms, struct buf *cms, struct err *e)
	__attribute__((warn_unused_result));

#endif
