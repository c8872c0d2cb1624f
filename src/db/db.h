/*
 * db: SQLite behind a door: open, prepare, bind, step, transactions, with errors as struct err.
 *
 * WAL, synchronous=FULL (a committed transaction survives a power cut), foreign keys on, busy timeout 10 s,
 * defensive mode. A handle belongs to one thread at a time.
 */
#ifndef NASKAH_DB_DB_H
#define NASKAH_DB_DB_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

struct db;
struct db_stmt;

int db_open(const char *path, bool readonly, struct db **out, struct err *e)
	__attribute__((warn_unused_result));
void db_free(struct db *d);
void db_release(struct db **d);

int db_exec(struct db *d, const char *sql, struct err *e) __attribute__((warn_unused_result));
/* Statements are cached by their (static) SQL text: asking again gives the same one, reset. Never freed by callers. */
int db_prepare(struct db *d, const char *sql, struct db_stmt **out, struct err *e)
	__attribute__((warn_unused_result));
/* Indexes from 1. Text and blobs are copied. NULL text or blob binds NULL. */
void db_bind_text(struct db_stmt *s, int index, const char *text);
void db_bind_int(struct db_stmt *s, int index, int64_t value);
void db_bind_blob(struct db_stmt *s, int index, const void *bytes, size_t len);
/* 1 = a row is there, 0 = done, -1 = error. A failed bind shows here. */
int db_step(struct db_stmt *s, struct err *e) __attribute__((warn_unused_result));
/* Steps once and expects no row. */
int db_run(struct db_stmt *s, struct err *e) __attribute__((warn_unused_result));
/* Ends reading before the last row. */
void db_reset(struct db_stmt *s);
/* Columns from 0; lent until the next step. Text is never NULL. */
const char *db_text(struct db_stmt *s, int column);
int64_t db_int(struct db_stmt *s, int column);
bool db_is_null(struct db_stmt *s, int column);
const void *db_blob(struct db_stmt *s, int column, size_t *len);
int64_t db_last_id(const struct db *d);
int64_t db_changes(const struct db *d);

/* Transactions: BEGIN IMMEDIATE; commit is durable when it returns 0. Rollback never fails. */
int db_begin(struct db *d, struct err *e) __attribute__((warn_unused_result));
int db_commit(struct db *d, struct err *e) __attribute__((warn_unused_result));
void db_rollback(struct db *d);
/* Rows written since the handle was opened, by whatever statement: the same number means nothing was written. */
int64_t db_total_changes(const struct db *d);
/* False also when SQLite rolled back by itself: disk full, I/O error. */
bool db_in_transaction(const struct db *d);

#endif
