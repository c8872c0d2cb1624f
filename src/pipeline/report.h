/*
 * report: what became of every case, under out/report/: report.json for machines, index.html for a person.
 *
 * Says how things stand, not what this run did: a second run with nothing to do writes the same bytes. Format of the
 * JSON: {"counts": {...}, "cases": [{"path", "id", "outcome", "message"?, "letters": [{"kind", "number", "date",
 * "subject", "signer", "state", "code", "path"}]}]}. No NIK.
 */
#ifndef NASKAH_PIPELINE_REPORT_H
#define NASKAH_PIPELINE_REPORT_H

#include "config/config.h"
#include "pipeline/run.h"

int report_write(const struct config *c, const struct run_result *result, struct err *e)
	__attribute__((warn_unused_result));
/* The same JSON, for `naskah run --json`. */
int report_json(const struct config *c, const struct run_result *result, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
