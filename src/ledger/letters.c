/* Reading letters and attempts. */
#include "base/auto.h"
#include "base/i18n.h"
#include "ledger/internal.h"

#include <stdio.h>
#include <string.h>

static const char *const state_names[] = {
	[LETTER_NONE] = "none",
	[LETTER_PLANNED] = "planned",
	[LETTER_SENDING] = "sending",
	[LETTER_REFUSED] = "refused",
	[LETTER_UNKNOWN] = "unknown",
	[LETTER_PUBLISHED] = "published",
	[LETTER_SUPERSEDED] = "superseded",
	[LETTER_WITHDRAWN] = "withdrawn",
};

const char *letter_state_name(enum letter_state s)
{
	return (size_t)s < ARRAY_LEN(state_names) ? state_names[s] : "none";
}

unsigned ledger_letter_signers(const struct ledger_letter *l)
{
	unsigned n = 1;

	while (n < LIMIT_SIGNERS && *l->signers[n].name)
		n++;
	return n;
}

const struct sha256 *ledger_letter_to_sign(const struct ledger_letter *l)
{
	return l->signatures > 0 ? &l->partly : &l->unsigned_pdf;
}

enum letter_state letter_state_parse(const char *name)
{
	for (size_t i = LETTER_PLANNED; i < ARRAY_LEN(state_names); i++)
		if (strcmp(state_names[i], name) == 0)
			return (enum letter_state)i;
	return LETTER_NONE;
}

int column_text(struct db_stmt *s, int column, char *out, size_t size, struct err *e)
{
	const char *text = db_text(s, column);
	size_t len = strlen(text);

	if (len >= size)
		return err_set(e, ERR_IO, _("the ledger is damaged: a text of %zu bytes where %zu fit"), len,
			size - 1);
	memcpy(out, text, len + 1);
	return 0;
}

int column_bytes(struct db_stmt *s, int column, void *out, size_t size, struct err *e)
{
	size_t len;
	const void *bytes = db_blob(s, column, &len);

	if (len != size)
		return err_set(e, ERR_IO, _("the ledger is damaged: %zu bytes where a hash or salt has %zu"),
			len, size);
	memcpy(out, bytes, size);
	return 0;
}

static int date_read(const char *text, struct date *out, struct err *e)
{
	if (*text && !date_parse(text, out))
		return err_set(e, ERR_IO, _("the ledger is damaged: '%s' is no date"), text);
	return 0;
}

int letter_read(struct db_stmt *s, struct ledger_letter *out, struct err *e)
{
	struct ledger_letter l = {
		.id = db_int(s, 0),
		.nn = (unsigned)db_int(s, 3),
		.state = letter_state_parse(db_text(s, 16)),
		.signed_at = db_int(s, 17),
		.leaf = db_is_null(s, 18) ? -1 : db_int(s, 18),
		.placed = db_int(s, 19) != 0,
		.receipt = db_int(s, 20) != 0,
		.signatures = (unsigned)db_int(s, 28),
		.attempts = (unsigned)db_int(s, 33),
		.refusals = (unsigned)db_int(s, 34),
		.dropped = db_int(s, 35) != 0,
	};
	const struct {
		int column;
		char *to;
		size_t size;
	} texts[] = {
		{1, l.case_id, sizeof l.case_id},
		{2, l.kind, sizeof l.kind},
		{4, l.code, sizeof l.code},
		{5, l.number, sizeof l.number},
		{6, l.title, sizeof l.title},
		{7, l.subject, sizeof l.subject},
		{8, l.office, sizeof l.office},
		{9, l.signers[0].name, sizeof l.signers[0].name},
		{10, l.signers[0].title, sizeof l.signers[0].title},
		{21, l.refused_code, sizeof l.refused_code},
		{22, l.refused_text, sizeof l.refused_text},
		{23, l.class_code, sizeof l.class_code},
		{24, l.signers[1].name, sizeof l.signers[1].name},
		{25, l.signers[1].title, sizeof l.signers[1].title},
		{26, l.signers[2].name, sizeof l.signers[2].name},
		{27, l.signers[2].title, sizeof l.signers[2].title},
	};

	for (size_t i = 0; i < ARRAY_LEN(texts); i++)
		if (column_text(s, texts[i].column, texts[i].to, texts[i].size, e) != 0)
			return -1;
	for (int i = 0; i < LIMIT_SIGNERS; i++)
		if (!db_is_null(s, 30 + i) &&
			column_bytes(s, 30 + i, l.signers[i].key.bytes, SHA256_LEN, e) != 0)
			return -1;
	if (date_read(db_text(s, 11), &l.date, e) != 0 ||
		column_bytes(s, 12, l.content.bytes, SHA256_LEN, e) != 0 ||
		column_bytes(s, 13, l.unsigned_pdf.bytes, SHA256_LEN, e) != 0 ||
		(!db_is_null(s, 14) && column_bytes(s, 14, l.signed_pdf.bytes, SHA256_LEN, e) != 0) ||
		(!db_is_null(s, 29) && column_bytes(s, 29, l.partly.bytes, SHA256_LEN, e) != 0) ||
		column_bytes(s, 15, l.recipe.bytes, SHA256_LEN, e) != 0)
		return -1;
	*out = l;
	return 0;
}

/* The first row of a statement that selects LETTER_COLUMNS. */
static int one_letter(struct db_stmt *s, struct ledger_letter *out, bool *found, struct err *e)
{
	int row = db_step(s, e);
	int r = row <= 0 ? row : letter_read(s, out, e);

	db_reset(s);
	if (r == 0)
		*found = row == 1;
	return r;
}

int letter_by_id(struct ledger *l, int64_t id, struct ledger_letter *out, struct err *e)
{
	struct db_stmt *s;
	bool found;

	if (db_prepare(l->db, "SELECT " LETTER_COLUMNS " FROM letters WHERE id = ?1", &s, e) != 0)
		return -1;
	db_bind_int(s, 1, id);
	if (one_letter(s, out, &found, e) != 0)
		return -1;
	return found ? 0 : err_set(e, ERR_BUG, _("ledger: there is no letter %lld"), (long long)id);
}

int ledger_letter_find(struct ledger *l, const char *case_id, const char *kind, struct ledger_letter *out,
	bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "SELECT " LETTER_COLUMNS " FROM letters WHERE case_id = ?1 AND kind = ?2 "
		    "AND state NOT IN ('withdrawn','superseded') ORDER BY id DESC LIMIT 1",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, case_id);
	db_bind_text(s, 2, kind);
	return one_letter(s, out, found, e);
}

int ledger_letter_published(struct ledger *l, const char *case_id, const char *kind,
	struct ledger_letter *out, bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "SELECT " LETTER_COLUMNS " FROM letters WHERE case_id = ?1 AND kind = ?2 "
		    "AND state = 'published'",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, case_id);
	db_bind_text(s, 2, kind);
	return one_letter(s, out, found, e);
}

int ledger_letter_by_code(
	struct ledger *l, const char *code, struct ledger_letter *out, bool *found, struct err *e)
{
	struct db_stmt *s;

	/* The same wording may have been published, replaced and published again: the letter in force comes first. */
	if (db_prepare(l->db,
		    "SELECT " LETTER_COLUMNS " FROM letters WHERE code = ?1 ORDER BY CASE state "
		    "WHEN 'published' THEN 0 WHEN 'superseded' THEN 1 WHEN 'withdrawn' THEN 3 ELSE 2 END, "
		    "id DESC LIMIT 1",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, code);
	return one_letter(s, out, found, e);
}

int ledger_letter_by_file(struct ledger *l, const struct sha256 *signed_pdf, struct ledger_letter *out,
	bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db, "SELECT " LETTER_COLUMNS " FROM letters WHERE signed_pdf = ?1", &s, e) != 0)
		return -1;
	db_bind_blob(s, 1, signed_pdf->bytes, SHA256_LEN);
	return one_letter(s, out, found, e);
}

int ledger_letter_by_partly(
	struct ledger *l, const struct sha256 *file, struct ledger_letter *out, bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "SELECT " LETTER_COLUMNS " FROM letters WHERE id = "
		    "(SELECT letter FROM events WHERE kind = 'signed' AND signed_pdf = ?1 LIMIT 1)",
		    &s, e) != 0)
		return -1;
	db_bind_blob(s, 1, file->bytes, SHA256_LEN);
	return one_letter(s, out, found, e);
}

int ledger_number_taken(struct ledger *l, const char *issuer, int year, const char *number,
	const char *case_id, bool *taken, char by_case[65], struct err *e)
{
	struct db_stmt *s;
	char first[16], last[16];

	/* An unknown letter may have gone out, dropped or not, and one that is being sent may yet; a partly signed one shall. */
	if (db_prepare(l->db,
		    "SELECT case_id FROM letters WHERE number = ?1 AND office = ?2 AND number <> '' "
		    "AND date BETWEEN ?3 AND ?4 AND case_id <> ?5 "
		    "AND (state IN ('sending','unknown','published','superseded') OR "
		    "(state IN ('planned','refused') AND signatures > 0) OR dropped = 1) ORDER BY id LIMIT 1",
		    &s, e) != 0)
		return -1;
	snprintf(first, sizeof first, "%04d-01-01", year % 10000);
	snprintf(last, sizeof last, "%04d-12-31", year % 10000);
	db_bind_text(s, 1, number);
	db_bind_text(s, 2, issuer);
	db_bind_text(s, 3, first);
	db_bind_text(s, 4, last);
	db_bind_text(s, 5, case_id);
	int row = db_step(s, e);
	int r = row < 0 ? -1 : 0;
	if (row == 1)
		r = column_text(s, 0, by_case, 65, e);
	db_reset(s);
	if (r == 0)
		*taken = row == 1;
	return r;
}

int ledger_each_letter(struct ledger *l, const char *case_id, ledger_letter_fn *fn, void *user, struct err *e)
{
	static const char all[] = "SELECT " LETTER_COLUMNS " FROM letters ORDER BY case_id, kind, id";
	static const char one[] =
		"SELECT " LETTER_COLUMNS " FROM letters WHERE case_id = ?1 ORDER BY case_id, kind, id";
	struct ledger_letter letter;
	struct db_stmt *s;
	int row;

	if (db_prepare(l->db, case_id ? one : all, &s, e) != 0)
		return -1;
	if (case_id)
		db_bind_text(s, 1, case_id);
	while ((row = db_step(s, e)) == 1)
		if (letter_read(s, &letter, e) != 0 || fn(user, &letter, e) != 0) {
			db_reset(s);
			return -1;
		}
	return row;
}

int ledger_case_is_settled(struct ledger *l, const char *id, bool *settled, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "SELECT 1 FROM letters WHERE case_id = ?1 "
		    "AND state IN ('planned','sending','refused','unknown') LIMIT 1",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, id);
	int row = db_step(s, e);
	if (row < 0)
		return -1;
	db_reset(s);
	*settled = row == 0;
	return 0;
}

int ledger_unknown_count(struct ledger *l, int64_t *out, struct err *e)
{
	struct db_stmt *s;

	/* The states are those of an index that holds few rows: letters in work. */
	if (db_prepare(l->db,
		    "SELECT count(*) FROM letters WHERE state IN ('planned','sending','refused','unknown') "
		    "AND state = 'unknown'",
		    &s, e) != 0 ||
		db_step(s, e) < 0)
		return -1;
	*out = db_int(s, 0);
	db_reset(s);
	return 0;
}

int ledger_next_open_attempt(struct ledger *l, struct ledger_open_attempt *out, bool *found, struct err *e)
{
	struct ledger_open_attempt open = {0};
	struct db_stmt *s;

	if (db_prepare(l->db, "SELECT id, letter FROM attempts WHERE ended IS NULL ORDER BY letter LIMIT 1",
		    &s, e) != 0)
		return -1;
	int row = db_step(s, e);
	if (row == 1) {
		open.attempt = db_int(s, 0);
		open.letter = db_int(s, 1);
	}
	db_reset(s);
	if (row < 0 || (row == 1 && letter_by_id(l, open.letter, &open.row, e) != 0))
		return -1;
	if (row == 1)
		*out = open;
	*found = row == 1;
	return 0;
}

int ledger_next_unplaced(
	struct ledger *l, int64_t after, struct ledger_letter *out, bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "SELECT " LETTER_COLUMNS " FROM letters WHERE state = 'published' AND placed = 0 "
		    "AND id > ?1 ORDER BY id LIMIT 1",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, after);
	return one_letter(s, out, found, e);
}

int ledger_next_unreceipted(
	struct ledger *l, int64_t after, struct ledger_letter *out, bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "SELECT " LETTER_COLUMNS " FROM letters WHERE state = 'published' AND receipt = 0 "
		    "AND id > ?1 ORDER BY id LIMIT 1",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, after);
	return one_letter(s, out, found, e);
}

/* ---- what waits for a person, and what was asked of the service ------------------------------------------ */

#define TEXT_(x) #x
#define TEXT(x)  TEXT_(x)

int ledger_each_undecided(struct ledger *l, ledger_letter_fn *fn, void *user, struct err *e)
{
	struct ledger_letter letter;
	struct db_stmt *s;
	int row;

	if (db_prepare(l->db,
		    "SELECT " LETTER_COLUMNS " FROM letters "
		    "WHERE state IN ('planned','sending','refused','unknown') AND (state = 'unknown' OR "
		    "(state = 'refused' AND refusals >= " TEXT(LEDGER_REFUSALS_MAX) ")) ORDER BY id",
		    &s, e) != 0)
		return -1;
	while ((row = db_step(s, e)) == 1)
		if (letter_read(s, &letter, e) != 0 || fn(user, &letter, e) != 0) {
			db_reset(s);
			return -1;
		}
	return row;
}

static int attempt_read(struct db_stmt *s, struct ledger_attempt *out, struct err *e)
{
	struct ledger_attempt a = {.id = db_int(s, 0),
		.signer = (unsigned)db_int(s, 1),
		.begun_at = db_int(s, 2),
		.http_status = (long)db_int(s, 4)};

	if (column_text(s, 3, a.ended, sizeof a.ended, e) != 0 ||
		column_text(s, 5, a.code, sizeof a.code, e) != 0 ||
		column_text(s, 6, a.text, sizeof a.text, e) != 0 ||
		column_text(s, 7, a.document_id, sizeof a.document_id, e) != 0)
		return -1;
	*out = a;
	return 0;
}

int ledger_last_call(struct ledger *l, int64_t letter, struct ledger_attempt *out, bool *found, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "SELECT id, signer, begun_at, ended, http_status, code, text, document_id FROM attempts "
		    "WHERE letter = ?1 AND late = 0 ORDER BY id DESC LIMIT 1",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, letter);
	int row = db_step(s, e);
	int r = row == 1 ? attempt_read(s, out, e) : row;
	db_reset(s);
	if (r == 0)
		*found = row == 1;
	return r;
}

int ledger_each_signer(struct ledger *l, ledger_calls_fn *fn, void *user, struct err *e)
{
	struct db_stmt *s;
	int row;

	if (db_prepare(l->db,
		    "SELECT CASE a.signer WHEN 1 THEN l.signer WHEN 2 THEN l.signer2 ELSE l.signer3 END AS "
		    "name, "
		    "count(DISTINCT l.id), count(*), sum(ended IN ('signed','published')), sum(ended = "
		    "'refused'), "
		    "sum(wrong_secret), sum(ended = 'unknown'), sum(ended = 'not_sent') "
		    "FROM attempts a JOIN letters l ON l.id = a.letter WHERE late = 0 GROUP BY name ORDER BY "
		    "name",
		    &s, e) != 0)
		return -1;
	while ((row = db_step(s, e)) == 1) {
		const struct ledger_calls c = {db_text(s, 0), db_int(s, 1), db_int(s, 2), db_int(s, 3),
			db_int(s, 4), db_int(s, 5), db_int(s, 6), db_int(s, 7)};
		if (fn(user, &c, e) != 0) {
			db_reset(s);
			return -1;
		}
	}
	return row;
}
