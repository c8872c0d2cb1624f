/*
 * internal: what the files of ledger/ share: the handle, transactions, rows to structs.
 */
#ifndef NASKAH_LEDGER_INTERNAL_H
#define NASKAH_LEDGER_INTERNAL_H

#include "db/db.h"
#include "ledger/ledger.h"

struct ledger {
	struct db *db;   /* owned */
	int lock_fd;     /* the writer's lock; -1 for a reader */
	bool group;      /* between ledger_group_begin and _end: changes share one transaction */
	int64_t before;  /* rows written before the change that is going on */
	bool seen_made;  /* the temporary tables of ledger_seen_* are there */
	bool sheet_made; /* those of ledger_sheet_* */
};

/*
 * Around each change. Alone it is a transaction of its own, durable when change_end() returns 0; within a group it
 * joins the group's. After a failure between the two, change_cancel(): what was refused before anything was written
 * leaves the group whole; what failed half-way ends it. (Savepoints would keep more, but copy each page they touch
 * into a temporary file and cost three times as much as the change.)
 */
int change_begin(struct ledger *l, struct err *e) __attribute__((warn_unused_result));
int change_end(struct ledger *l, struct err *e) __attribute__((warn_unused_result));
void change_cancel(struct ledger *l);
/* One of the two, by how the change went. */
int change_finish(struct ledger *l, int result, struct err *e) __attribute__((warn_unused_result));
/* True, with ERR_IO, when the group has been rolled back. */
bool group_lost(const struct ledger *l, struct err *e);

/* Makes the tables in an empty file; ERR_CONFIG for a foreign file or another format. */
int schema_make(struct db *d, struct err *e) __attribute__((warn_unused_result));
int schema_check(struct db *d, const char *path, struct err *e) __attribute__((warn_unused_result));

/* One process writes at a time; the lock goes with the process, however it ends. */
int lock_take(const char *ledger_path, int *fd, struct err *e) __attribute__((warn_unused_result));

/* Columns of a letter in the order that letter_read() expects; letters is the only table or named l. */
#define LETTER_COLUMNS                                                                                       \
	"id, case_id, kind, nn, code, number, title, subject, office, signer, signer_title, date, "          \
	"content, unsigned_pdf, signed_pdf, recipe, state, signed_at, leaf, placed, receipt, "               \
	"refused_code, refused_text, class, signer2, signer2_title, signer3, signer3_title, signatures, "    \
	"partly, signer_key, signer2_key, signer3_key, attempts, refusals, dropped"
int letter_read(struct db_stmt *s, struct ledger_letter *out, struct err *e)
	__attribute__((warn_unused_result));
/* By id; ERR_BUG when there is none. */
int letter_by_id(struct ledger *l, int64_t id, struct ledger_letter *out, struct err *e)
	__attribute__((warn_unused_result));
/* 0 for a name that is none. */
enum letter_state letter_state_parse(const char *name);

/* Copies a column; a text or hash that does not fit means a damaged row. */
int column_text(struct db_stmt *s, int column, char *out, size_t size, struct err *e)
	__attribute__((warn_unused_result));
int column_bytes(struct db_stmt *s, int column, void *out, size_t size, struct err *e)
	__attribute__((warn_unused_result));

/* What an event is of; 0 = not. */
struct event_of {
	int64_t letter, attempt, batch;
};
/* Appends an event at the end of the log. *seq is its index. */
int event_add(struct ledger *l, struct event_of of, const struct ledger_leaf *leaf, int64_t *seq,
	struct err *e) __attribute__((warn_unused_result));
/* The batch that the letter's file was approved in; ERR_BUG when there is none. */
int batch_of_letter(struct ledger *l, const struct ledger_letter *letter, int64_t *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
