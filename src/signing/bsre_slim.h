/*
 * bsre_slim: takes the big base64 strings out of an answer before the JSON parser sees it.
 *
 * The answer to a signature is one JSON object with a few bytes of words and megabytes of base64 in
 * "file":["..."]. Copying those through a general parser costs more than all the rest of the call, and the
 * record for the auditor must not hold files. So one pass copies the JSON, leaves each string of that array
 * empty and notes where it stood. It only looks at brackets and quotes: whether the rest is JSON is found out by the
 * parser afterwards.
 */
#ifndef NASKAH_SIGNING_BSRE_SLIM_H
#define NASKAH_SIGNING_BSRE_SLIM_H

#include "base/buf.h"

#include <stdbool.h>

struct bsre_slim {
	const char *file; /* the first string taken out, inside the body, without quotes, escapes as sent */
	size_t file_len;
	bool has_escapes; /* a backslash in it */
	size_t count;     /* strings taken out */
};

/* Appends the slim JSON to `out`. Never fails; nonsense in, nonsense out. */
void bsre_slim_make(const char *body, size_t len, struct buf *out, struct bsre_slim *slim);

#endif
