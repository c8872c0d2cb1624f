/*
 * sheet_text: the batch sheet as a person and as a machine reads it.
 *
 * sheet.json: {"code", "root", "count", "approved_earlier", "refused_cases", "at", "office", "first_case", "last_case", "kinds": {"total",
 * "list": [{"name", "count"}]}, "recipients": the same, "signers": the same}. Lists hold the most frequent SHEET_NAMES.
 */
#ifndef NASKAH_PIPELINE_SHEET_TEXT_H
#define NASKAH_PIPELINE_SHEET_TEXT_H

#include "base/buf.h"
#include "pipeline/sheet.h"

/* What is counted (ledger/batch.h). */
#define SHEET_KINDS      "kinds"
#define SHEET_RECIPIENTS "recipients"
#define SHEET_SIGNERS    "signers"
/* Names of each that the sheet shows. */
#define SHEET_NAMES      10

/* What is not counted by name. */
struct sheet_facts {
	int64_t count;                      /* letters to be approved */
	char first_case[65], last_case[65]; /* by their ids */
};

/* One more letter, of this case. */
void sheet_facts_note(struct sheet_facts *f, const char *case_id);

/* Both append to `out`. The sheet has its count, root and code. */
int sheet_write_text(struct run *run, const struct sheet *s, const struct sheet_facts *f, struct buf *out,
	struct err *e) __attribute__((warn_unused_result));
int sheet_write_json(struct run *run, const struct sheet *s, const struct sheet_facts *f, struct buf *out,
	struct err *e) __attribute__((warn_unused_result));

#endif
