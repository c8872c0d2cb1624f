/*
 * verdict_text: what verification found, for a person and for a machine.
 */
#ifndef NASKAH_CMD_VERDICT_TEXT_H
#define NASKAH_CMD_VERDICT_TEXT_H

#include "base/date.h"
#include "model/verdict.h"
#include "json/json.h"

/* Each signature and time-stamp in some lines, and how long all this can be checked. */
void verdict_print(const struct verdict *v, enum zone zone);

/* One object per signature and document time-stamp, in file order. NULL without memory. */
json_t *verdict_signatures_json(const struct verdict *v);
/* "yes", "no", "unknown". */
const char *finding_word(enum finding f);
/* "2026-03-13T02:00:00Z"; "" for 0. */
json_t *moment_json(int64_t at);

#endif
