/*
 * answers: what was fetched once is not fetched again. Thousands of letters share signer, authority and time-stamp
 * authority; each distinct question goes out once a run, also when its answer was that there is none.
 */
#ifndef NASKAH_EXTEND_ANSWERS_H
#define NASKAH_EXTEND_ANSWERS_H

#include "extend/extend.h"

struct answers;

int answers_new(extend_fetch *fetch, void *user, struct answers **out, struct err *e)
	__attribute__((warn_unused_result));
void answers_free(struct answers *s);
/* `*out` is lent until they go. The same error each time. */
int answers_fetch(struct answers *s, const struct extend_question *q, const struct buf **out, struct err *e)
	__attribute__((warn_unused_result));

#endif
