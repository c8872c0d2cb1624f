/*
 * batch: who approved which files to be sent, and the sheet that is being made.
 *
 * An approved batch is a root over the SHA-256 of unsigned files, approved by a person or by the configuration, with
 * every file noted. Neither is changed or deleted; the tables refuse an attempt for a file that is in none.
 */
#ifndef NASKAH_LEDGER_BATCH_H
#define NASKAH_LEDGER_BATCH_H

#include "ledger/ledger.h"

#define BATCH_CODE 10 /* "K7Q2-9XWM": eight digits of Crockford's base32, a hyphen after four, the final 0 */

enum approval_how { APPROVED_BY_PERSON = 1, APPROVED_BY_CONFIGURATION };
const char *approval_how_name(enum approval_how how);

struct ledger_batch {
	int64_t id; /* 0 until approved */
	struct sha256 root;
	char code[BATCH_CODE];
	int64_t count;
	char by[129]; /* the person's name as given; by configuration: whoever started the run */
	int64_t at;
	enum approval_how how;
};

/* The first 40 bits of a root: "K7Q2-9XWM". */
void batch_code(const struct sha256 *root, char out[BATCH_CODE]);

/*
 * The sheet in work: temporary tables, on disk, gone with the process. A file noted twice counts once. `what` is a kind of
 * count ("kind", "recipient", "signer"), `name` what is counted.
 */
int ledger_sheet_reset(struct ledger *l, struct err *e) __attribute__((warn_unused_result));
/* *fresh: nobody has approved it yet, and it was not noted before. */
int ledger_sheet_add(struct ledger *l, const struct sha256 *file, bool *fresh, struct err *e)
	__attribute__((warn_unused_result));
int ledger_sheet_count(struct ledger *l, const char *what, const char *name, struct err *e)
	__attribute__((warn_unused_result));

/* Files in ascending order; all of them, or the fresh ones. The callback returns 0 to go on. */
typedef int ledger_file_fn(void *user, const struct sha256 *file, struct err *e);
int ledger_sheet_each(struct ledger *l, bool fresh_only, ledger_file_fn *fn, void *user, struct err *e)
	__attribute__((warn_unused_result));
/* What was counted: the most frequent first, equal ones by name; `others` is how many names more than `max` there are. */
typedef int ledger_count_fn(void *user, const char *name, int64_t count, struct err *e);
int ledger_sheet_each_count(struct ledger *l, const char *what, int64_t max, ledger_count_fn *fn, void *user,
	int64_t *others, struct err *e) __attribute__((warn_unused_result));

/*
 * Approves the sheet's fresh files: batch, files and event in one transaction. Sets batch->id. ERR_BUG when the count is
 * not the sheet's.
 */
int ledger_approve(struct ledger *l, struct ledger_batch *batch, const struct ledger_leaf *approved,
	struct err *e) __attribute__((warn_unused_result));
/* The batch that a file was approved in. */
int ledger_batch_of(struct ledger *l, const struct sha256 *file, struct ledger_batch *out, bool *found,
	struct err *e) __attribute__((warn_unused_result));
/* All batches, the newest first. */
typedef int ledger_batch_fn(void *user, const struct ledger_batch *batch, struct err *e);
int ledger_each_batch(struct ledger *l, ledger_batch_fn *fn, void *user, struct err *e)
	__attribute__((warn_unused_result));
/* What was approved, in ascending order, and the event by which it was. */
int ledger_batch_each_file(struct ledger *l, int64_t batch, ledger_file_fn *fn, void *user, struct err *e)
	__attribute__((warn_unused_result));
int ledger_batch_event(struct ledger *l, int64_t batch, struct event *out, bool *found, struct err *e)
	__attribute__((warn_unused_result));

#endif
