/*
 * signing: a file signed as a request wishes, or as a fault wants it; what v1, v2 and seal have in common.
 */
#ifndef NASKAH_SANDBOX_SIGNING_H
#define NASKAH_SANDBOX_SIGNING_H

#include "sandbox/api.h"
#include "sandbox/sign_request.h"

#include <time.h>

/* All files of a request, signed; as many as were asked for, or as the fault leaves. */
struct signing {
	struct buf *files; /* owned */
	size_t count;
	int64_t started_ms;
};

/* The clock that `time` and `signing_time` are told by. */
int64_t signing_clock_ms(void);
/* Writes down what was sent, whatever becomes of it. */
void signing_note(struct api_call *call, const struct sign_request *r);
/*
 * False when the reply says what is wrong: a file that is no PDF, a display or position that cannot be, or the
 * sandbox's own trouble. `r->person` is set.
 */
bool signing_run(struct api *api, struct api_call *call, const struct sign_request *r, struct signing *out);
void signing_release(struct signing *s);

#endif
