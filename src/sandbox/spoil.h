/*
 * spoil: how the sandbox's faults are made; private to sandbox/.
 */
#ifndef NASKAH_SANDBOX_SPOIL_H
#define NASKAH_SANDBOX_SPOIL_H

#include "sandbox/api.h"

/* Faults that answer instead of signing. True when the reply is made. */
bool spoil_before(
	struct api *api, const struct http_request *req, struct http_reply *reply, enum fault fault);
/* Faults that spoil a good answer. */
void spoil_after(struct http_reply *reply, enum fault fault);

/* A small valid PDF that nobody sent. */
void spoil_other_pdf(struct buf *out);
/* The same pages, but not the same bytes: as a service does that saves the file anew. */
void spoil_resaved(const struct buf *pdf, struct buf *out);
void spoil_extra_bytes(struct buf *pdf);
/* One bit of the first signature's last certificate or value. */
void spoil_signature(struct buf *pdf);

#endif
