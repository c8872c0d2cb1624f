/* The events, in the order of the public log. */
#include "base/i18n.h"
#include "ledger/batch.h"
#include "ledger/internal.h"

static void bind_id(struct db_stmt *s, int index, int64_t id)
{
	if (id > 0)
		db_bind_int(s, index, id);
}

int event_add(
	struct ledger *l, struct event_of of, const struct ledger_leaf *leaf, int64_t *seq, struct err *e)
{
	const struct event *ev = leaf->event;
	struct db_stmt *s;
	int64_t next;

	if (ledger_event_count(l, &next, e) != 0)
		return -1;
	if (db_prepare(l->db,
		    "INSERT INTO events(seq, letter, attempt, kind, at, code, content, unsigned_pdf, "
		    "signed_pdf, salt, leaf, person, note, batch) "
		    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14)",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, next);
	bind_id(s, 2, of.letter);
	bind_id(s, 3, of.attempt);
	db_bind_text(s, 4, event_kind_name(ev->kind));
	db_bind_int(s, 5, ev->at);
	db_bind_text(s, 6, ev->code);
	db_bind_blob(s, 7, ev->content.bytes, SHA256_LEN);
	db_bind_blob(s, 8, ev->unsigned_pdf.bytes, SHA256_LEN);
	db_bind_blob(s, 9, ev->signed_pdf.bytes, SHA256_LEN);
	db_bind_blob(s, 10, ev->salt, sizeof ev->salt);
	db_bind_blob(s, 11, leaf->bytes, leaf->len);
	db_bind_text(s, 12, ev->person);
	db_bind_text(s, 13, ev->note);
	bind_id(s, 14, of.batch);
	if (db_run(s, e) != 0)
		return -1;
	*seq = next;
	return 0;
}

int ledger_event_count(struct ledger *l, int64_t *out, struct err *e)
{
	struct db_stmt *s;

	/* Without gaps from 0, so that the last number counts them; a real count would read them all. */
	if (db_prepare(l->db, "SELECT coalesce(max(seq) + 1, 0) FROM events", &s, e) != 0 ||
		db_step(s, e) < 0)
		return -1;
	*out = db_int(s, 0);
	db_reset(s);
	return 0;
}

#define EVENT_COLUMNS "kind, at, code, content, unsigned_pdf, signed_pdf, salt, person, note"

static int event_read(struct db_stmt *s, struct event *event, struct err *e)
{
	struct event ev = {.kind = event_kind_parse(db_text(s, 0)), .at = db_int(s, 1)};

	if (ev.kind == 0)
		return err_set(
			e, ERR_IO, _("the ledger is damaged: '%s' is no kind of event"), db_text(s, 0));
	if (column_text(s, 2, ev.code, sizeof ev.code, e) != 0 ||
		column_bytes(s, 3, ev.content.bytes, SHA256_LEN, e) != 0 ||
		column_bytes(s, 4, ev.unsigned_pdf.bytes, SHA256_LEN, e) != 0 ||
		column_bytes(s, 5, ev.signed_pdf.bytes, SHA256_LEN, e) != 0 ||
		column_bytes(s, 6, ev.salt, sizeof ev.salt, e) != 0 ||
		column_text(s, 7, ev.person, sizeof ev.person, e) != 0 ||
		column_text(s, 8, ev.note, sizeof ev.note, e) != 0)
		return -1;
	*event = ev;
	return 0;
}

static int leaf_read(struct db_stmt *s, int column, struct buf *leaf, struct err *e)
{
	size_t len;
	const void *bytes = db_blob(s, column, &len);

	buf_add(leaf, bytes, len);
	return buf_check(leaf, e);
}

int ledger_event(struct ledger *l, int64_t index, struct event *event, struct buf *leaf, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db, "SELECT " EVENT_COLUMNS ", leaf FROM events WHERE seq = ?1", &s, e) != 0)
		return -1;
	db_bind_int(s, 1, index);
	int row = db_step(s, e);
	if (row < 0)
		return -1;
	if (row == 0)
		return err_set(e, ERR_BUG, _("ledger: there is no event %lld"), (long long)index);
	int r = leaf_read(s, 9, leaf, e);
	if (r == 0)
		r = event_read(s, event, e);
	db_reset(s);
	return r;
}

int ledger_batch_event(struct ledger *l, int64_t batch, struct event *out, bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db, "SELECT " EVENT_COLUMNS " FROM events WHERE batch = ?1", &s, e) != 0)
		return -1;
	db_bind_int(s, 1, batch);
	int row = db_step(s, e);
	int r = row == 1 ? event_read(s, out, e) : row;
	db_reset(s);
	if (r == 0)
		*found = row == 1;
	return r;
}

int ledger_each_decision(struct ledger *l, ledger_event_fn *fn, void *user, struct err *e)
{
	struct db_stmt *s;
	struct event event;
	int row;

	if (db_prepare(l->db,
		    "SELECT " EVENT_COLUMNS
		    " FROM events WHERE kind IN ('decided','dropped') ORDER BY seq DESC",
		    &s, e) != 0)
		return -1;
	while ((row = db_step(s, e)) == 1)
		if (event_read(s, &event, e) != 0 || fn(user, &event, e) != 0) {
			db_reset(s);
			return -1;
		}
	return row;
}
