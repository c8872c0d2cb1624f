/*
 * shelf: what was fetched once is not fetched again. Thousands of letters share signer, authority and time-stamp
 * authority; each distinct question goes out once a run, also when its answer was that there is none.
 */
#ifndef NASKAH_EXTEND_SHELF_H
#define NASKAH_EXTEND_SHELF_H

#include "extend/extend.h"

struct shelf;

int shelf_new(extend_fetch *fetch, void *user, struct shelf **out, struct err *e)
	__attribute__((warn_unused_result));
void shelf_free(struct shelf *s);
void shelf_release(struct shelf **s);
/* `*out` is lent until the shelf goes. The same error each time. */
int shelf_fetch(struct shelf *s, const struct extend_question *q, const struct buf **out, struct err *e)
	__attribute__((warn_unused_result));

#endif
