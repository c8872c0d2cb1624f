/*
 * report: what became of every case, for machines (OUT/report/report.json) and for a person (OUT/report/index.html,
 * Indonesian).
 *
 * Shows how things stand, not what this run did: a second run with nothing to do writes the same bytes. Format of the
 * JSON: {"counts": {...}, "warnings": ["..."], "cases": [{"path", "id", "outcome", "message"?, "letters": [{"kind",
 * "number", "date", "subject", "signers": ["..."], "signatures", "state", "code", "path"?, "service"?: {"code", "text"}}]}]}.
 * "signatures" says how many of the signers have signed; a
 * letter that was withdrawn is left out unless somebody had. A case that was refused has the letters that went out earlier. "warnings" are of the run: what the rules warn of in a case is that
 * case's message. No NIK. The page names each case that needs a person and the first of the others.
 *
 * Written in pieces: memory does not grow with the number of cases.
 */
#ifndef NASKAH_PIPELINE_REPORT_H
#define NASKAH_PIPELINE_REPORT_H

#include "config/config.h"
#include "pipeline/run.h"

/* Published cases that the page lists. */
#define REPORT_PAGE_CASES 1000

int report_write(const struct config *c, const struct run_result *result, struct err *e)
	__attribute__((warn_unused_result));

/* The same JSON elsewhere, for `naskah run --json`: called with one piece after the other; -1 ends it. */
typedef int report_sink(void *user, const void *bytes, size_t len, struct err *e);
int report_json(const struct config *c, const struct run_result *result, report_sink *sink, void *user,
	struct err *e) __attribute__((warn_unused_result));

#endif
