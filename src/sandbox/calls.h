/*
 * calls: what the sandbox was asked, for tests to look at: counts per endpoint and one line per call, without secrets.
 *
 * The SHA-256 of each file that was signed is in it: whether anything was signed twice can be counted afterwards.
 */
#ifndef NASKAH_SANDBOX_CALLS_H
#define NASKAH_SANDBOX_CALLS_H

#include "base/err.h"
#include "model/sha256.h"
#include "sandbox/fault.h"
#include "json/json.h"

#include <stdint.h>

/* Lines kept; older ones are dropped, the counts are not. */
#define CALLS_KEPT 65536

struct call_note {
	int64_t at;
	const char *endpoint; /* static: "POST /api/v2/sign/pdf" */
	char who[17];         /* NIK or the first bytes of the subscriber; "" = none */
	unsigned files;
	struct sha256 file; /* the first */
	bool was_signed;
	enum fault fault;
	int status; /* HTTP; 0 = hung up */
	int code;   /* status_code of a refusal; 0 = none */
};

struct calls;

int calls_new(struct calls **out, struct err *e) __attribute__((warn_unused_result));
void calls_free(struct calls *c);
/* Safe from many threads. Without memory the line is lost, not the call. */
void calls_add(struct calls *c, const struct call_note *note);
void calls_reset(struct calls *c);
/* {"total":..,"counts":{..},"calls":[..]}; only lines of `who` unless NULL, only the counts if `brief`. NULL: no memory. */
json_t *calls_json(struct calls *c, const char *who, bool brief);

#endif
