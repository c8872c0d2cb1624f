#include "ledger/ledger.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "ledger/internal.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char *const outcome_names[] = {
	[CASE_OUTCOME_NONE] = "none",
	[CASE_PUBLISHED] = "published",
	[CASE_REFUSED] = "refused",
	[CASE_WAITING] = "waiting",
	[CASE_UNKNOWN] = "unknown",
	[CASE_FAILED] = "failed",
};

const char *case_outcome_name(enum case_outcome o)
{
	return (size_t)o < ARRAY_LEN(outcome_names) ? outcome_names[o] : "none";
}

static enum case_outcome case_outcome_parse(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(outcome_names); i++)
		if (strcmp(outcome_names[i], name) == 0)
			return (enum case_outcome)i;
	return CASE_OUTCOME_NONE;
}

/* ---- opening -------------------------------------------------------------------------------------------- */

int ledger_open(const char *path, bool readonly, struct ledger **out, struct err *e)
{
	AUTO(ledger_release) struct ledger *l = calloc(1, sizeof *l);

	if (!l)
		return err_nomem(e);
	l->lock_fd = -1;
	if (!readonly && lock_take(path, &l->lock_fd, e) != 0)
		return -1;
	if (db_open(path, readonly, &l->db, e) != 0)
		return -1;
	if (!readonly && schema_make(l->db, e) != 0)
		return -1;
	if (schema_check(l->db, path, e) != 0)
		return -1;
	*out = steal(&l);
	return 0;
}

void ledger_free(struct ledger *l)
{
	if (!l)
		return;
	db_free(l->db);
	if (l->lock_fd >= 0)
		close(l->lock_fd); /* after the database: the next writer finds it closed */
	free(l);
}

void ledger_release(struct ledger **l)
{
	ledger_free(*l);
	*l = NULL;
}

/* ---- transactions --------------------------------------------------------------------------------------- */

bool group_lost(const struct ledger *l, struct err *e)
{
	if (!l->group || db_in_transaction(l->db))
		return false;
	err_set(e, ERR_IO, _("ledger: an earlier change of this group failed, so that none of it is kept"));
	return true;
}

int change_begin(struct ledger *l, struct err *e)
{
	if (group_lost(l, e))
		return -1;
	l->before = db_total_changes(l->db);
	return l->group ? 0 : db_begin(l->db, e);
}

int change_end(struct ledger *l, struct err *e)
{
	return l->group ? 0 : db_commit(l->db, e);
}

void change_cancel(struct ledger *l)
{
	if (!l->group || db_total_changes(l->db) != l->before)
		db_rollback(l->db);
}

int change_finish(struct ledger *l, int result, struct err *e)
{
	if (result == 0)
		return change_end(l, e);
	change_cancel(l);
	return -1;
}

int ledger_group_begin(struct ledger *l, struct err *e)
{
	if (l->group)
		return err_set(e, ERR_BUG, _("ledger: a group is open already"));
	if (db_begin(l->db, e) != 0)
		return -1;
	l->group = true;
	return 0;
}

int ledger_group_end(struct ledger *l, struct err *e)
{
	if (!l->group)
		return err_set(e, ERR_BUG, _("ledger: no group is open"));
	bool lost = group_lost(l, e);
	l->group = false;
	return lost ? -1 : db_commit(l->db, e);
}

void ledger_group_cancel(struct ledger *l)
{
	if (!l->group)
		return;
	l->group = false;
	db_rollback(l->db);
}

/* ---- cases ---------------------------------------------------------------------------------------------- */

#define CASE_COLUMNS "id, path, source, outcome, message"

static int case_read(struct db_stmt *s, struct ledger_case *out, struct err *e)
{
	struct ledger_case c = {.outcome = case_outcome_parse(db_text(s, 3))};

	if (column_text(s, 0, c.id, sizeof c.id, e) != 0 ||
		column_text(s, 1, c.path, sizeof c.path, e) != 0 ||
		column_bytes(s, 2, c.source.bytes, SHA256_LEN, e) != 0 ||
		column_text(s, 4, c.message, sizeof c.message, e) != 0)
		return -1;
	*out = c;
	return 0;
}

static int one_case(struct db_stmt *s, struct ledger_case *out, bool *found, struct err *e)
{
	int row = db_step(s, e);
	int r = row <= 0 ? row : case_read(s, out, e);

	db_reset(s);
	if (r == 0)
		*found = row == 1;
	return r;
}

int ledger_case_by_source(
	struct ledger *l, const struct sha256 *source, struct ledger_case *out, bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db, "SELECT " CASE_COLUMNS " FROM cases WHERE source = ?1 ORDER BY id LIMIT 1", &s,
		    e) != 0)
		return -1;
	db_bind_blob(s, 1, source->bytes, SHA256_LEN);
	return one_case(s, out, found, e);
}

int ledger_case_put(struct ledger *l, const struct ledger_case *c, struct err *e)
{
	struct db_stmt *s;

	if (group_lost(l, e))
		return -1;
	if (db_prepare(l->db,
		    "INSERT INTO cases(" CASE_COLUMNS
		    ") VALUES(?1, ?2, ?3, ?4, ?5) ON CONFLICT(id) DO UPDATE SET "
		    "path = ?2, source = ?3, outcome = ?4, message = ?5",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, c->id);
	db_bind_text(s, 2, c->path);
	db_bind_blob(s, 3, c->source.bytes, SHA256_LEN);
	db_bind_text(s, 4, case_outcome_name(c->outcome));
	db_bind_text(s, 5, c->message);
	return db_run(s, e);
}

/* ---- what this run has seen ----------------------------------------------------------------------------- */

int ledger_seen_reset(struct ledger *l, struct err *e)
{
	if (l->seen_made)
		return db_exec(l->db, "DELETE FROM temp.seen_cases; DELETE FROM temp.seen_numbers", e);
	if (db_exec(l->db,
		    "CREATE TEMP TABLE seen_cases(id TEXT PRIMARY KEY, place TEXT NOT NULL) STRICT, WITHOUT "
		    "ROWID;"
		    "CREATE TEMP TABLE seen_numbers(issuer TEXT, year INTEGER, number TEXT, case_id TEXT NOT "
		    "NULL,"
		    " place TEXT NOT NULL, PRIMARY KEY(issuer, year, number)) STRICT, WITHOUT ROWID",
		    e) != 0)
		return -1;
	l->seen_made = true;
	return 0;
}

int ledger_seen_case(struct ledger *l, const char *id, const char *place, struct err *e)
{
	struct db_stmt *s;

	if (!l->seen_made && ledger_seen_reset(l, e) != 0)
		return -1;
	if (db_prepare(l->db, "INSERT OR IGNORE INTO temp.seen_cases(id, place) VALUES(?1, ?2)", &s, e) != 0)
		return -1;
	db_bind_text(s, 1, id);
	db_bind_text(s, 2, place);
	if (db_run(s, e) != 0)
		return -1;
	if (db_changes(l->db) == 1)
		return 0;
	if (db_prepare(l->db, "SELECT place FROM temp.seen_cases WHERE id = ?1", &s, e) != 0)
		return -1;
	db_bind_text(s, 1, id);
	if (db_step(s, e) < 0)
		return -1;
	err_set(e, ERR_INPUT, _("%s: case id '%s' is used already in %s: each case has an id of its own"),
		place, id, db_text(s, 0));
	db_reset(s);
	return -1;
}

int ledger_seen_number(struct ledger *l, const char *issuer, int year, const char *number,
	const char *case_id, const char *place, struct err *e)
{
	struct db_stmt *s;

	if (!l->seen_made && ledger_seen_reset(l, e) != 0)
		return -1;
	if (db_prepare(l->db,
		    "INSERT OR IGNORE INTO temp.seen_numbers(issuer, year, number, case_id, place) "
		    "VALUES(?1, ?2, ?3, ?4, ?5)",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, issuer);
	db_bind_int(s, 2, year);
	db_bind_text(s, 3, number);
	db_bind_text(s, 4, case_id);
	db_bind_text(s, 5, place);
	if (db_run(s, e) != 0)
		return -1;
	if (db_changes(l->db) == 1)
		return 0;
	if (db_prepare(l->db,
		    "SELECT case_id, place FROM temp.seen_numbers WHERE issuer = ?1 AND year = ?2 AND number "
		    "= ?3",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, issuer);
	db_bind_int(s, 2, year);
	db_bind_text(s, 3, number);
	if (db_step(s, e) < 0)
		return -1;
	bool same_case = strcmp(db_text(s, 0), case_id) == 0;
	if (!same_case)
		err_set(e, ERR_INPUT,
			_("%s: number '%s' of %s in %d is used already by case '%s' in %s: take the next "
			  "free "
			  "number"),
			place, number, issuer, year, db_text(s, 0), db_text(s, 1));
	db_reset(s);
	return same_case ? 0 : -1;
}
