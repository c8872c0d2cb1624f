/*
 * approvals: does what the ledger says about approvals hold? For the auditor, by `naskah audit verify`.
 *
 * The log proves its events. That a batch's row, which the report shows, says what its event says, and that the files
 * noted as approved are those under the root that was approved, is shown here.
 */
#ifndef NASKAH_PIPELINE_APPROVALS_H
#define NASKAH_PIPELINE_APPROVALS_H

#include "base/err.h"

#include <stdint.h>

struct ledger;

struct approvals {
	int64_t batches, files;
	char why[256]; /* the first thing that does not fit; "" = all fits */
};

/* -1 only when it could not look. */
int approvals_check(struct ledger *l, struct approvals *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
