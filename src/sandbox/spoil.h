/*
 * spoil: how the sandbox's faults are made; private to sandbox/.
 */
#ifndef NASKAH_SANDBOX_SPOIL_H
#define NASKAH_SANDBOX_SPOIL_H

#include "sandbox/api.h"

/* Faults that answer instead of the endpoint. True when the reply is made. */
bool spoil_before(struct api *api, struct api_call *call);
/* Faults that spoil a good answer on its way out. */
void spoil_after(struct api_call *call);

/* A small valid PDF that nobody sent. */
void spoil_other_pdf(struct buf *out);
/* The same pages, but not the same bytes: as a service does that saves the file anew. */
void spoil_resaved(const struct buf *pdf, struct buf *out);
/* Faults of a signed file. */
void spoil_file(struct buf *pdf, enum fault fault);

#endif
