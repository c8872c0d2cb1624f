/*
 * fault: what can go wrong at the signing service, by name.
 *
 * "none", or NAME for each signing call, or NAME@N for the N-th call alone (counted from 1), so that a batch
 * can be hit once in the middle. fault_list() has the names with what they do.
 */
#ifndef NASKAH_SANDBOX_FAULT_H
#define NASKAH_SANDBOX_FAULT_H

#include "base/err.h"

#include <stddef.h>

enum fault {
	FAULT_NONE = 0,
	/* the answer never comes, or late */
	FAULT_DELAY,
	FAULT_CUT,
	FAULT_CUT_BEFORE,
	/* the answer is no answer */
	FAULT_HTTP500,
	FAULT_HTTP429,
	FAULT_HTML502,
	FAULT_NOT_JSON,
	FAULT_EMPTY,
	FAULT_ZERO_BYTES,
	FAULT_TRUNCATED,
	FAULT_TWO_FILES,
	FAULT_NOT_BASE64,
	/* a refusal, in its shapes */
	FAULT_WRONG_PASSPHRASE,
	FAULT_WRONG_PASSPHRASE_OLD,
	FAULT_WRONG_PASSPHRASE_500,
	FAULT_IN_BAND,
	/* a file that must not be published */
	FAULT_UNSIGNED,
	FAULT_OTHER_FILE,
	FAULT_OTHER_PERSON,
	FAULT_STRANGER,
	FAULT_RESAVED,
	FAULT_EXTRA_BYTES,
	FAULT_DAMAGED,
	FAULT_COUNT,
};

struct fault_plan {
	enum fault kind;
	unsigned nth; /* 0 = each call */
};

struct fault_entry {
	const char *name, *what;
};

/* FAULT_COUNT entries, in the order of the enum. `what` is English and marked for translation. */
const struct fault_entry *fault_list(void);
/* NULL or "" is none. ERR_CONFIG names what would be right. */
int fault_parse(const char *text, struct fault_plan *out, struct err *e) __attribute__((warn_unused_result));
/* What call number `call` (from 1) meets. */
enum fault fault_of(const struct fault_plan *plan, unsigned call);

#endif
