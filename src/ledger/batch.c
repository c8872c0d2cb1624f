/* The batch sheet in work, approvals, and who approved what. */
#include "ledger/batch.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ledger/internal.h"

#include <string.h>

#define CODE_DIGITS_SHOWN 8

static const char *const how_names[] = {
	[APPROVED_BY_PERSON] = "person",
	[APPROVED_BY_CONFIGURATION] = "configuration",
};

const char *approval_how_name(enum approval_how how)
{
	return (size_t)how < ARRAY_LEN(how_names) ? how_names[how] : NULL;
}

static enum approval_how how_parse(const char *name)
{
	return strcmp(name, how_names[APPROVED_BY_PERSON]) == 0 ? APPROVED_BY_PERSON
								: APPROVED_BY_CONFIGURATION;
}

void batch_code(const struct sha256 *root, char out[BATCH_CODE])
{
	uint64_t bits = 0;
	size_t at = 0;

	for (size_t i = 0; i < 5; i++)
		bits = bits << 8 | root->bytes[i];
	for (unsigned i = 0; i < CODE_DIGITS_SHOWN; i++) {
		if (i == CODE_DIGITS_SHOWN / 2)
			out[at++] = '-';
		out[at++] = base32_digits[bits >> (35 - 5 * i) & 31];
	}
	out[at] = '\0';
}

/* ---- the sheet in work ---------------------------------------------------------------------------------- */

int ledger_sheet_reset(struct ledger *l, struct err *e)
{
	if (l->sheet_made)
		return db_exec(l->db, "DELETE FROM temp.sheet; DELETE FROM temp.sheet_counts", e);
	if (db_exec(l->db,
		    "CREATE TEMP TABLE sheet(file BLOB PRIMARY KEY, fresh INTEGER NOT NULL) STRICT, WITHOUT "
		    "ROWID;"
		    "CREATE TEMP TABLE sheet_counts(what TEXT, name TEXT, count INTEGER NOT NULL,"
		    " PRIMARY KEY(what, name)) STRICT, WITHOUT ROWID",
		    e) != 0)
		return -1;
	l->sheet_made = true;
	return 0;
}

int ledger_sheet_add(struct ledger *l, const struct sha256 *file, bool *fresh, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "INSERT OR IGNORE INTO temp.sheet(file, fresh) "
		    "VALUES(?1, NOT EXISTS (SELECT 1 FROM approved WHERE file = ?1)) RETURNING fresh",
		    &s, e) != 0)
		return -1;
	db_bind_blob(s, 1, file->bytes, SHA256_LEN);
	int row = db_step(s, e);
	if (row < 0)
		return -1;
	/* A row only when it was inserted. */
	*fresh = row == 1 && db_int(s, 0) == 1;
	db_reset(s);
	return 0;
}

int ledger_sheet_count(struct ledger *l, const char *what, const char *name, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "INSERT INTO temp.sheet_counts(what, name, count) VALUES(?1, ?2, 1) "
		    "ON CONFLICT(what, name) DO UPDATE SET count = count + 1",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, what);
	db_bind_text(s, 2, name);
	return db_run(s, e);
}

static int each_file(
	struct ledger *l, const char *sql, int64_t which, ledger_file_fn *fn, void *user, struct err *e)
{
	struct db_stmt *s;
	struct sha256 file;
	int row;

	if (db_prepare(l->db, sql, &s, e) != 0)
		return -1;
	db_bind_int(s, 1, which);
	while ((row = db_step(s, e)) == 1)
		if (column_bytes(s, 0, file.bytes, SHA256_LEN, e) != 0 || fn(user, &file, e) != 0) {
			db_reset(s);
			return -1;
		}
	return row;
}

int ledger_sheet_each(struct ledger *l, bool fresh_only, ledger_file_fn *fn, void *user, struct err *e)
{
	return each_file(
		l, "SELECT file FROM temp.sheet WHERE fresh >= ?1 ORDER BY file", fresh_only, fn, user, e);
}

int ledger_batch_each_file(struct ledger *l, int64_t batch, ledger_file_fn *fn, void *user, struct err *e)
{
	return each_file(l, "SELECT file FROM approved WHERE batch = ?1 ORDER BY file", batch, fn, user, e);
}

int ledger_sheet_each_count(struct ledger *l, const char *what, int64_t max, ledger_count_fn *fn, void *user,
	int64_t *others, struct err *e)
{
	struct db_stmt *s;
	int64_t all;
	int row;

	if (db_prepare(l->db, "SELECT count(*) FROM temp.sheet_counts WHERE what = ?1", &s, e) != 0)
		return -1;
	db_bind_text(s, 1, what);
	if (db_step(s, e) < 0)
		return -1;
	all = db_int(s, 0);
	db_reset(s);
	if (db_prepare(l->db,
		    "SELECT name, count FROM temp.sheet_counts WHERE what = ?1 "
		    "ORDER BY count DESC, name LIMIT ?2",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, what);
	db_bind_int(s, 2, max);
	while ((row = db_step(s, e)) == 1)
		if (fn(user, db_text(s, 0), db_int(s, 1), e) != 0) {
			db_reset(s);
			return -1;
		}
	*others = all > max ? all - max : 0;
	return row;
}

/* ---- approvals ------------------------------------------------------------------------------------------ */

static int next_batch(struct ledger *l, int64_t *out, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db, "SELECT coalesce(max(id), 0) + 1 FROM batches", &s, e) != 0 ||
		db_step(s, e) < 0)
		return -1;
	*out = db_int(s, 0);
	db_reset(s);
	return 0;
}

static int insert_batch(struct ledger *l, const struct ledger_batch *b, struct err *e)
{
	struct db_stmt *s;

	/* The files first: their batch counts them. */
	if (db_prepare(l->db,
		    "INSERT INTO approved(file, batch) SELECT file, ?1 FROM temp.sheet WHERE fresh = 1 "
		    "ORDER BY file",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, b->id);
	if (db_run(s, e) != 0)
		return -1;
	if (db_changes(l->db) != b->count)
		return err_set(e, ERR_BUG, _("ledger: a batch of %lld files has %lld"), (long long)b->count,
			(long long)db_changes(l->db));
	if (db_prepare(l->db,
		    "INSERT INTO batches(id, root, code, count, approved_by, approved_at, how) "
		    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7)",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, b->id);
	db_bind_blob(s, 2, b->root.bytes, SHA256_LEN);
	db_bind_text(s, 3, b->code);
	db_bind_int(s, 4, b->count);
	db_bind_text(s, 5, b->by);
	db_bind_int(s, 6, b->at);
	db_bind_text(s, 7, approval_how_name(b->how));
	return db_run(s, e);
}

/* The event must speak of the very batch. */
static int fits_batch(const struct ledger_batch *b, const struct ledger_leaf *leaf, struct err *e)
{
	const struct event *ev = leaf ? leaf->event : NULL;

	if (ev && leaf->bytes && leaf->len > 0 && ev->kind == EVENT_APPROVED &&
		strcmp(ev->code, b->code) == 0 && strcmp(ev->person, b->by) == 0 &&
		memcmp(&ev->content, &b->root, sizeof b->root) == 0)
		return 0;
	return err_set(e, ERR_BUG, _("ledger: the event '%s' does not fit batch %s"),
		event_kind_name(EVENT_APPROVED), b->code);
}

static int approve(struct ledger *l, struct ledger_batch *b, const struct ledger_leaf *leaf, struct err *e)
{
	int64_t seq;

	if (fits_batch(b, leaf, e) != 0 || next_batch(l, &b->id, e) != 0 || insert_batch(l, b, e) != 0)
		return -1;
	return event_add(l, (struct event_of){.batch = b->id}, leaf, &seq, e);
}

int ledger_approve(
	struct ledger *l, struct ledger_batch *batch, const struct ledger_leaf *approved, struct err *e)
{
	struct ledger_batch b = *batch;

	if (change_begin(l, e) != 0 || change_finish(l, approve(l, &b, approved, e), e) != 0)
		return -1;
	*batch = b;
	return 0;
}

int batch_of_letter(struct ledger *l, const struct ledger_letter *letter, int64_t *out, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db, "SELECT batch FROM approved WHERE file = ?1", &s, e) != 0)
		return -1;
	db_bind_blob(s, 1, letter->unsigned_pdf.bytes, SHA256_LEN);
	int row = db_step(s, e);
	if (row == 1)
		*out = db_int(s, 0);
	db_reset(s);
	if (row == 0)
		err_set(e, ERR_BUG, _("ledger: letter %lld of case '%s' is on no approved batch sheet"),
			(long long)letter->id, letter->case_id);
	return row == 1 ? 0 : -1;
}

#define BATCH_COLUMNS "id, root, code, count, approved_by, approved_at, how"

static int batch_read(struct db_stmt *s, struct ledger_batch *out, struct err *e)
{
	struct ledger_batch b = {.id = db_int(s, 0),
		.count = db_int(s, 3),
		.at = db_int(s, 5),
		.how = how_parse(db_text(s, 6))};

	if (column_bytes(s, 1, b.root.bytes, SHA256_LEN, e) != 0 ||
		column_text(s, 2, b.code, sizeof b.code, e) != 0 ||
		column_text(s, 4, b.by, sizeof b.by, e) != 0)
		return -1;
	*out = b;
	return 0;
}

int ledger_batch_of(
	struct ledger *l, const struct sha256 *file, struct ledger_batch *out, bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "SELECT " BATCH_COLUMNS
		    " FROM batches WHERE id = (SELECT batch FROM approved WHERE file = ?1)",
		    &s, e) != 0)
		return -1;
	db_bind_blob(s, 1, file->bytes, SHA256_LEN);
	int row = db_step(s, e);
	int r = row == 1 ? batch_read(s, out, e) : row;
	db_reset(s);
	if (r == 0)
		*found = row == 1;
	return r;
}

int ledger_each_batch(struct ledger *l, ledger_batch_fn *fn, void *user, struct err *e)
{
	struct ledger_batch b;
	struct db_stmt *s;
	int row;

	if (db_prepare(l->db, "SELECT " BATCH_COLUMNS " FROM batches ORDER BY id DESC", &s, e) != 0)
		return -1;
	while ((row = db_step(s, e)) == 1)
		if (batch_read(s, &b, e) != 0 || fn(user, &b, e) != 0) {
			db_reset(s);
			return -1;
		}
	return row;
}
