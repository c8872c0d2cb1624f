/*
 * report: what became of every case, for machines (OUT/report/report.json) and for a person (OUT/report/index.html,
 * Indonesian).
 *
 * Shows how things stand, not what this run did: a second run with nothing to do writes the same bytes. Format of the
 * JSON:
 *
 *	{"counts": {"published", "refused", "waiting", "unknown", "failed", "cases", "letters", "undecided"},
 *	 "warnings": ["..."],
 *	 "approvals": [{"code", "root", "count", "by", "at", "how"}],     the newest REPORT_APPROVALS batches
 *	 "decisions": [{"code", "what", "by", "at", "why"}],              the newest REPORT_DECISIONS
 *	 "signers": [{"name", "letters", "calls", "good", "refused", "wrong_secret", "unknown", "not_sent"}],
 *	 "cases": [{"path", "id", "outcome", "message"?, "letters": [{"kind", "number", "date", "subject",
 *		"signers": ["..."], "signatures", "state", "dropped"?, "code", "attempts", "approved"?, "path"?, "kept"?,
 *		"service"?: {"code", "text", "http"}}]}]}
 *
 * The outcomes add up to "cases". "signers" counts every call that the ledger knows, by whom it was asked of.
 * "signatures" says how many of the signers have signed; a letter that was withdrawn is left out unless somebody had,
 * or a person dropped it. "decisions" are of letters ("what" as in the log: decided, dropped).
 * "attempts" are the calls that a letter took, "approved" the code of the batch sheet that it was approved under, "kept" an
 * answer that was not published. A case that was refused has the letters that went out earlier. "warnings" are of the
 * run: what the rules warn of in a case is that case's message. No NIK. The page names what needs a person first; cases
 * that wait for one reason stand under it, the first REPORT_GROUP_CASES of them by name: its size is bounded.
 *
 * Written in pieces: memory does not grow with the number of cases.
 */
#ifndef NASKAH_PIPELINE_REPORT_H
#define NASKAH_PIPELINE_REPORT_H

#include "config/config.h"
#include "pipeline/run.h"

/* Cases of one outcome that the page names, and of those the ones that share a reason. */
#define REPORT_PAGE_CASES  1000
#define REPORT_GROUP_CASES 20
#define REPORT_APPROVALS   100
#define REPORT_DECISIONS   100

int report_write(const struct config *c, const struct run_result *result, struct err *e)
	__attribute__((warn_unused_result));

/* The same JSON elsewhere, for `naskah run --json`: called with one piece after the other; -1 ends it. */
typedef int report_sink(void *user, const void *bytes, size_t len, struct err *e);
int report_json(const struct config *c, const struct run_result *result, report_sink *sink, void *user,
	struct err *e) __attribute__((warn_unused_result));

#endif
