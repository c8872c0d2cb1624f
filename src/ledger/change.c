/*
 * The state machine of a letter. Each change reads the row, refuses what the machine does not allow, and writes
 * state, attempt and event within one transaction.
 */
#include "base/i18n.h"
#include "base/text.h"
#include "ledger/internal.h"

#include <stdio.h>
#include <string.h>

/* State bits for "one of these". */
#define IN(state) (1u << (state))

/* What an attempt's letter is, when the attempt is open. */
static int open_attempt(struct ledger *l, int64_t attempt, struct ledger_letter *letter, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db, "SELECT letter, ended FROM attempts WHERE id = ?1", &s, e) != 0)
		return -1;
	db_bind_int(s, 1, attempt);
	int row = db_step(s, e);
	if (row < 0)
		return -1;
	if (row == 0)
		return err_set(e, ERR_BUG, _("ledger: there is no attempt %lld"), (long long)attempt);
	int64_t id = db_int(s, 0);
	bool ended = !db_is_null(s, 1);
	db_reset(s);
	if (ended)
		return err_set(e, ERR_BUG, _("ledger: attempt %lld has ended already"), (long long)attempt);
	return letter_by_id(l, id, letter, e);
}

static int expect(const struct ledger_letter *letter, unsigned allowed, const char *change, struct err *e)
{
	if (allowed & IN(letter->state))
		return 0;
	return err_set(e, ERR_BUG, _("ledger: letter %lld of case '%s' is %s, which does not allow '%s'"),
		(long long)letter->id, letter->case_id, letter_state_name(letter->state), change);
}

/* An event must speak of the very letter whose state it changes. */
static int fits(const struct ledger_letter *letter, const struct ledger_leaf *leaf, enum event_kind kind,
	struct err *e)
{
	const struct event *ev = leaf ? leaf->event : NULL;

	if (!ev || !leaf->bytes || leaf->len == 0 || ev->kind != kind ||
		strcmp(ev->code, letter->code) != 0 ||
		memcmp(&ev->content, &letter->content, sizeof ev->content) != 0 ||
		memcmp(&ev->unsigned_pdf, &letter->unsigned_pdf, sizeof ev->unsigned_pdf) != 0)
		return err_set(e, ERR_BUG, _("ledger: the event '%s' does not fit letter %lld"),
			event_kind_name(kind), (long long)letter->id);
	return 0;
}

static int set_state(struct ledger *l, int64_t letter, enum letter_state state, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db, "UPDATE letters SET state = ?2 WHERE id = ?1", &s, e) != 0)
		return -1;
	db_bind_int(s, 1, letter);
	db_bind_text(s, 2, letter_state_name(state));
	return db_run(s, e);
}

static int end_attempt(
	struct ledger *l, int64_t attempt, const char *how, const struct ledger_answer *a, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "UPDATE attempts SET ended = ?2, http_status = ?3, code = ?4, text = ?5, raw = ?6, "
		    "document_id = ?7, wrong_secret = ?8 WHERE id = ?1",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, attempt);
	db_bind_text(s, 2, how);
	db_bind_int(s, 8, a && a->wrong_secret && strcmp(how, "refused") == 0);
	if (a) {
		db_bind_int(s, 3, a->http_status);
		db_bind_text(s, 4, a->code);
		db_bind_text(s, 5, a->text);
		db_bind_blob(s, 6, a->raw, a->raw_len);
		db_bind_text(s, 7, a->document_id && *a->document_id ? a->document_id : NULL);
	}
	return db_run(s, e);
}

/* ---- plan ----------------------------------------------------------------------------------------------- */

static int withdraw_older(struct ledger *l, const struct ledger_letter *letter, struct err *e)
{
	struct ledger_letter old = {0};
	bool found = false;

	if (ledger_letter_find(l, letter->case_id, letter->kind, &old, &found, e) != 0)
		return -1;
	if (!found || old.state == LETTER_PUBLISHED)
		return 0;
	/* What was sent, may have been, or has been signed cannot be taken back by planning anew. */
	if (expect(&old, IN(LETTER_PLANNED) | IN(LETTER_REFUSED), "plan", e) != 0)
		return -1;
	if (old.signatures > 0)
		return err_set(e, ERR_BUG,
			_("ledger: letter %lld of case '%s' has signatures, which does not allow '%s'"),
			(long long)old.id, old.case_id, "plan");
	return set_state(l, old.id, LETTER_WITHDRAWN, e);
}

/* The same code means the same wording: two letters that cannot be told apart. */
static int code_is_free(struct ledger *l, const struct ledger_letter *letter, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db,
		    "SELECT case_id, kind FROM letters WHERE code = ?1 AND NOT (case_id = ?2 AND kind = ?3) "
		    "AND state NOT IN ('superseded','withdrawn') LIMIT 1",
		    &s, e) != 0)
		return -1;
	db_bind_text(s, 1, letter->code);
	db_bind_text(s, 2, letter->case_id);
	db_bind_text(s, 3, letter->kind);
	int row = db_step(s, e);
	if (row == 1)
		err_set(e, ERR_INPUT, _("letter '%s' of case '%s' has the very content of '%s' of case '%s'"),
			letter->kind, letter->case_id, db_text(s, 1), db_text(s, 0));
	db_reset(s);
	return row == 0 ? 0 : -1;
}

static void bind_key(struct db_stmt *s, int index, const struct sha256 *key)
{
	static const struct sha256 none = {{0}};

	if (memcmp(key, &none, sizeof none) != 0)
		db_bind_blob(s, index, key->bytes, SHA256_LEN);
}

static int insert_letter(struct ledger *l, const struct ledger_letter *letter, struct err *e)
{
	struct db_stmt *s;
	char date[16] = "";

	if (db_prepare(l->db,
		    "INSERT INTO letters(case_id, kind, nn, code, number, title, subject, office, signer, "
		    "signer_title, date, content, unsigned_pdf, recipe, class, signer2, signer2_title, "
		    "signer3, signer3_title, signer_key, signer2_key, signer3_key, state) "
		    "VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, "
		    "?18, ?19, ?20, ?21, ?22, 'planned')",
		    &s, e) != 0)
		return -1;
	if (date_is_valid(letter->date))
		snprintf(date, sizeof date, "%04d-%02d-%02d", letter->date.year % 10000,
			letter->date.month % 100, letter->date.day % 100);
	db_bind_text(s, 1, letter->case_id);
	db_bind_text(s, 2, letter->kind);
	db_bind_int(s, 3, letter->nn);
	db_bind_text(s, 4, letter->code);
	db_bind_text(s, 5, letter->number);
	db_bind_text(s, 6, letter->title);
	db_bind_text(s, 7, letter->subject);
	db_bind_text(s, 8, letter->office);
	db_bind_text(s, 9, letter->signers[0].name);
	db_bind_text(s, 10, letter->signers[0].title);
	db_bind_text(s, 11, date);
	db_bind_blob(s, 12, letter->content.bytes, SHA256_LEN);
	db_bind_blob(s, 13, letter->unsigned_pdf.bytes, SHA256_LEN);
	db_bind_blob(s, 14, letter->recipe.bytes, SHA256_LEN);
	db_bind_text(s, 15, letter->class_code);
	db_bind_text(s, 16, letter->signers[1].name);
	db_bind_text(s, 17, letter->signers[1].title);
	db_bind_text(s, 18, letter->signers[2].name);
	db_bind_text(s, 19, letter->signers[2].title);
	for (int i = 0; i < LIMIT_SIGNERS; i++)
		bind_key(s, 20 + i, &letter->signers[i].key);
	return db_run(s, e);
}

int ledger_plan(struct ledger *l, struct ledger_letter *letter, struct err *e)
{
	if (change_begin(l, e) != 0)
		return -1;
	if (code_is_free(l, letter, e) != 0 || withdraw_older(l, letter, e) != 0 ||
		insert_letter(l, letter, e) != 0) {
		change_cancel(l);
		return -1;
	}
	int64_t id = db_last_id(l->db);
	if (change_end(l, e) != 0)
		return -1;
	letter->id = id;
	letter->state = LETTER_PLANNED;
	letter->leaf = -1;
	letter->signed_at = 0;
	letter->signatures = 0;
	letter->placed = letter->receipt = false;
	letter->attempts = letter->refusals = 0;
	return 0;
}

/* ---- attempt -------------------------------------------------------------------------------------------- */

static int insert_attempt(struct ledger *l, const struct ledger_letter *letter, int64_t at, bool late,
	int64_t *id, struct err *e)
{
	struct db_stmt *s;
	int64_t batch;

	if (batch_of_letter(l, letter, &batch, e) != 0)
		return -1;
	if (db_prepare(l->db,
		    "INSERT INTO attempts(letter, begun_at, signer, batch, late) VALUES(?1, ?2, ?3, ?4, ?5)",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, letter->id);
	db_bind_int(s, 2, at);
	db_bind_int(s, 3, letter->signatures + 1);
	db_bind_int(s, 4, batch);
	db_bind_int(s, 5, late);
	if (db_run(s, e) != 0)
		return -1;
	*id = db_last_id(l->db);
	if (db_prepare(l->db,
		    "UPDATE letters SET state = 'sending', refused_code = '', refused_text = '', "
		    "attempts = attempts + 1 WHERE id = ?1",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, letter->id);
	return db_run(s, e);
}

static int begin_attempt(
	struct ledger *l, int64_t id, const struct ledger_leaf *leaf, int64_t *attempt, struct err *e)
{
	struct ledger_letter letter = {0};
	int64_t seq;

	if (letter_by_id(l, id, &letter, e) != 0 ||
		expect(&letter, IN(LETTER_PLANNED) | IN(LETTER_REFUSED), "attempt", e) != 0 ||
		fits(&letter, leaf, EVENT_ATTEMPT, e) != 0 ||
		insert_attempt(l, &letter, leaf->event->at, false, attempt, e) != 0)
		return -1;
	return event_add(l, (struct event_of){.letter = id, .attempt = *attempt}, leaf, &seq, e);
}

int ledger_attempt_begin(struct ledger *l, int64_t letter, const struct ledger_leaf *attempt,
	int64_t *attempt_id, struct err *e)
{
	int64_t id = 0;

	if (change_begin(l, e) != 0)
		return -1;
	if (begin_attempt(l, letter, attempt, &id, e) != 0) {
		change_cancel(l);
		return -1;
	}
	if (change_end(l, e) != 0)
		return -1;
	*attempt_id = id;
	return 0;
}

static int refuse(struct ledger *l, int64_t attempt, const struct ledger_answer *a,
	const struct ledger_leaf *leaf, struct err *e)
{
	struct ledger_letter letter = {0};
	struct db_stmt *s;
	int64_t seq;

	if (open_attempt(l, attempt, &letter, e) != 0 ||
		expect(&letter, IN(LETTER_SENDING), "refuse", e) != 0 ||
		fits(&letter, leaf, EVENT_REFUSED, e) != 0 || end_attempt(l, attempt, "refused", a, e) != 0)
		return -1;
	if (db_prepare(l->db,
		    "UPDATE letters SET state = 'refused', refused_code = ?2, refused_text = ?3, "
		    "refusals = refusals + 1 WHERE id = ?1",
		    &s, e) != 0)
		return -1;
	/* Cut to the column's width: the full words stay in the attempt. */
	text_copy(letter.refused_code, sizeof letter.refused_code, a ? a->code : NULL);
	text_copy(letter.refused_text, sizeof letter.refused_text, a ? a->text : NULL);
	db_bind_int(s, 1, letter.id);
	db_bind_text(s, 2, letter.refused_code);
	db_bind_text(s, 3, letter.refused_text);
	return db_run(s, e) != 0 ? -1
				 : event_add(l, (struct event_of){.letter = letter.id, .attempt = attempt},
					   leaf, &seq, e);
}

int ledger_attempt_refused(struct ledger *l, int64_t attempt, const struct ledger_answer *a,
	const struct ledger_leaf *refused, struct err *e)
{
	if (change_begin(l, e) != 0)
		return -1;
	return change_finish(l, refuse(l, attempt, a, refused, e), e);
}

static int lose_sight(struct ledger *l, int64_t attempt, const struct ledger_answer *a,
	const struct ledger_leaf *leaf, struct err *e)
{
	struct ledger_letter letter = {0};
	int64_t seq;

	if (open_attempt(l, attempt, &letter, e) != 0 ||
		expect(&letter, IN(LETTER_SENDING), "unknown", e) != 0 ||
		fits(&letter, leaf, EVENT_UNKNOWN, e) != 0 || end_attempt(l, attempt, "unknown", a, e) != 0 ||
		set_state(l, letter.id, LETTER_UNKNOWN, e) != 0)
		return -1;
	return event_add(l, (struct event_of){.letter = letter.id, .attempt = attempt}, leaf, &seq, e);
}

int ledger_attempt_unknown(struct ledger *l, int64_t attempt, const struct ledger_answer *a,
	const struct ledger_leaf *unknown, struct err *e)
{
	if (change_begin(l, e) != 0)
		return -1;
	return change_finish(l, lose_sight(l, attempt, a, unknown, e), e);
}

int ledger_attempt_not_sent(struct ledger *l, int64_t attempt, const char *why, struct err *e)
{
	const struct ledger_answer a = {.text = why};
	struct ledger_letter letter = {0};

	if (change_begin(l, e) != 0)
		return -1;
	if (open_attempt(l, attempt, &letter, e) != 0 ||
		expect(&letter, IN(LETTER_SENDING), "not sent", e) != 0 ||
		end_attempt(l, attempt, "not_sent", &a, e) != 0 ||
		set_state(l, letter.id, LETTER_PLANNED, e) != 0) {
		change_cancel(l);
		return -1;
	}
	return change_end(l, e);
}

/* ---- sign ----------------------------------------------------------------------------------------------- */

/* The attempt's letter, that gets its last signature or one before that: with the event of this file. */
static int expect_signature(struct ledger *l, int64_t attempt, bool last, const struct sha256 *file,
	const struct ledger_leaf *leaf, struct ledger_letter *letter, struct err *e)
{
	enum event_kind kind = last ? EVENT_PUBLISHED : EVENT_SIGNED;

	if (open_attempt(l, attempt, letter, e) != 0 ||
		expect(letter, IN(LETTER_SENDING), last ? "publish" : "sign", e) != 0 ||
		fits(letter, leaf, kind, e) != 0)
		return -1;
	if (memcmp(&leaf->event->signed_pdf, file, sizeof *file) != 0)
		return err_set(e, ERR_BUG, _("ledger: the event '%s' does not fit letter %lld"),
			event_kind_name(kind), (long long)letter->id);
	if ((letter->signatures + 1 == ledger_letter_signers(letter)) != last)
		return err_set(e, ERR_BUG,
			_("ledger: letter %lld has %u signatures of %u, which does not allow '%s'"),
			(long long)letter->id, letter->signatures, ledger_letter_signers(letter),
			last ? "publish" : "sign");
	return 0;
}

static int add_signature(struct ledger *l, int64_t attempt, const struct sha256 *file,
	const struct ledger_answer *a, const struct ledger_leaf *leaf, struct err *e)
{
	struct ledger_letter letter = {0};
	struct db_stmt *s;
	int64_t seq;

	if (expect_signature(l, attempt, false, file, leaf, &letter, e) != 0 ||
		end_attempt(l, attempt, "signed", a, e) != 0 ||
		event_add(l, (struct event_of){.letter = letter.id, .attempt = attempt}, leaf, &seq, e) != 0)
		return -1;
	if (db_prepare(l->db,
		    "UPDATE letters SET state = 'planned', signatures = signatures + 1, partly = ?2, "
		    "refusals = 0 WHERE id = ?1",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, letter.id);
	db_bind_blob(s, 2, file->bytes, SHA256_LEN);
	return db_run(s, e);
}

int ledger_sign(struct ledger *l, int64_t attempt, const struct sha256 *file, const struct ledger_answer *a,
	const struct ledger_leaf *signed_, struct err *e)
{
	if (change_begin(l, e) != 0)
		return -1;
	return change_finish(l, add_signature(l, attempt, file, a, signed_, e), e);
}

/* ---- publish -------------------------------------------------------------------------------------------- */

static int supersede(struct ledger *l, const struct ledger_letter *letter, int64_t old_letter,
	const struct ledger_leaf *leaf, struct err *e)
{
	struct ledger_letter old = {0};
	bool found = false;
	int64_t seq;

	if (ledger_letter_published(l, letter->case_id, letter->kind, &old, &found, e) != 0)
		return -1;
	if (!found && old_letter <= 0 && !leaf)
		return 0;
	if (!found || old.id != old_letter || fits(&old, leaf, EVENT_SUPERSEDED, e) != 0 ||
		memcmp(&leaf->event->signed_pdf, &old.signed_pdf, sizeof old.signed_pdf) != 0)
		return err_set(e, ERR_BUG,
			_("ledger: publishing letter %lld must supersede letter %lld, not %lld"),
			(long long)letter->id, (long long)(found ? old.id : 0), (long long)old_letter);
	if (set_state(l, old.id, LETTER_SUPERSEDED, e) != 0)
		return -1;
	return event_add(l, (struct event_of){.letter = old.id}, leaf, &seq, e);
}

static int publish(struct ledger *l, int64_t attempt, const struct sha256 *signed_pdf, int64_t signed_at,
	const struct ledger_answer *a, const struct ledger_leaf *leaf, int64_t old_letter,
	const struct ledger_leaf *superseded, struct err *e)
{
	struct ledger_letter letter = {0};
	struct db_stmt *s;
	int64_t seq;

	if (expect_signature(l, attempt, true, signed_pdf, leaf, &letter, e) != 0)
		return -1;
	if (signed_at == 0)
		return err_set(e, ERR_BUG, _("ledger: the event '%s' does not fit letter %lld"),
			event_kind_name(EVENT_PUBLISHED), (long long)letter.id);
	struct ledger_letter other = {0};
	bool found = false;
	if (ledger_letter_by_file(l, signed_pdf, &other, &found, e) != 0)
		return -1;
	if (found)
		return err_set(e, ERR_BUG,
			_("ledger: letter %lld already is the file that letter %lld should be"),
			(long long)other.id, (long long)letter.id);
	if (supersede(l, &letter, old_letter, superseded, e) != 0 ||
		end_attempt(l, attempt, "published", a, e) != 0 ||
		event_add(l, (struct event_of){.letter = letter.id, .attempt = attempt}, leaf, &seq, e) != 0)
		return -1;
	if (db_prepare(l->db,
		    "UPDATE letters SET state = 'published', signed_pdf = ?2, signed_at = ?3, leaf = ?4, "
		    "signatures = signatures + 1, partly = NULL WHERE id = ?1",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, letter.id);
	db_bind_blob(s, 2, signed_pdf->bytes, SHA256_LEN);
	db_bind_int(s, 3, signed_at);
	db_bind_int(s, 4, seq);
	return db_run(s, e);
}

int ledger_publish(struct ledger *l, int64_t attempt, const struct sha256 *signed_pdf, int64_t signed_at,
	const struct ledger_answer *a, const struct ledger_leaf *published, int64_t old_letter,
	const struct ledger_leaf *superseded, struct err *e)
{
	if (change_begin(l, e) != 0)
		return -1;
	return change_finish(
		l, publish(l, attempt, signed_pdf, signed_at, a, published, old_letter, superseded, e), e);
}

/* ---- after --------------------------------------------------------------------------------------------- */

/* What a person decided bears a name and a reason. */
static int decided_by(const struct ledger_letter *letter, const struct ledger_leaf *leaf,
	enum event_kind kind, struct err *e)
{
	if (fits(letter, leaf, kind, e) != 0)
		return -1;
	if (!*leaf->event->person || !*leaf->event->note)
		return err_set(e, ERR_BUG, _("ledger: a decision needs a name and a reason"));
	return 0;
}

static int take_up(struct ledger *l, int64_t id, struct err *e)
{
	struct db_stmt *s;

	/* A dropped letter stays withdrawn, but is no obstacle to a new one any more. */
	if (db_prepare(l->db,
		    "UPDATE letters SET state = CASE dropped WHEN 1 THEN state ELSE 'planned' END, dropped = "
		    "0, "
		    "refusals = 0 WHERE id = ?1",
		    &s, e) != 0)
		return -1;
	db_bind_int(s, 1, id);
	return db_run(s, e);
}

/* A case that was finished without the letter has something to do again. */
static int reopen_case(struct ledger *l, const char *id, struct err *e)
{
	struct db_stmt *s;

	if (db_prepare(l->db, "UPDATE cases SET outcome = 'waiting' WHERE id = ?1", &s, e) != 0)
		return -1;
	db_bind_text(s, 1, id);
	return db_run(s, e);
}

static int decide(struct ledger *l, int64_t id, const struct ledger_leaf *leaf, struct err *e)
{
	struct ledger_letter letter = {0};
	int64_t seq;

	if (letter_by_id(l, id, &letter, e) != 0)
		return -1;
	unsigned allowed = IN(LETTER_UNKNOWN);
	/* A partly signed file that is lost cannot be waited for; nor can a service that always refuses. */
	if (letter.signatures > 0)
		allowed |= IN(LETTER_PLANNED) | IN(LETTER_REFUSED);
	if (letter.refusals > 0)
		allowed |= IN(LETTER_REFUSED);
	if (letter.dropped)
		allowed |= IN(LETTER_WITHDRAWN);
	if (expect(&letter, allowed, "decide", e) != 0 || decided_by(&letter, leaf, EVENT_DECIDED, e) != 0 ||
		take_up(l, id, e) != 0 || (letter.dropped && reopen_case(l, letter.case_id, e) != 0))
		return -1;
	return event_add(l, (struct event_of){.letter = id}, leaf, &seq, e);
}

int ledger_decide_again(struct ledger *l, int64_t letter, const struct ledger_leaf *decided, struct err *e)
{
	if (change_begin(l, e) != 0)
		return -1;
	return change_finish(l, decide(l, letter, decided, e), e);
}

static int drop(struct ledger *l, int64_t id, const struct ledger_leaf *leaf, struct err *e)
{
	struct ledger_letter letter = {0};
	struct db_stmt *s;
	int64_t seq;

	if (letter_by_id(l, id, &letter, e) != 0 ||
		expect(&letter, IN(LETTER_UNKNOWN) | IN(LETTER_REFUSED) | IN(LETTER_PLANNED), "drop", e) !=
			0 ||
		decided_by(&letter, leaf, EVENT_DROPPED, e) != 0)
		return -1;
	if (db_prepare(l->db, "UPDATE letters SET state = 'withdrawn', dropped = 1 WHERE id = ?1", &s, e) !=
		0)
		return -1;
	db_bind_int(s, 1, id);
	return db_run(s, e) != 0 ? -1 : event_add(l, (struct event_of){.letter = id}, leaf, &seq, e);
}

int ledger_drop(struct ledger *l, int64_t letter, const struct ledger_leaf *dropped, struct err *e)
{
	if (change_begin(l, e) != 0)
		return -1;
	return change_finish(l, drop(l, letter, dropped, e), e);
}

static int begin_late(
	struct ledger *l, int64_t id, const struct ledger_leaf *leaf, int64_t *attempt, struct err *e)
{
	struct ledger_letter letter = {0};
	int64_t seq;

	if (letter_by_id(l, id, &letter, e) != 0 ||
		expect(&letter, IN(LETTER_UNKNOWN), "late answer", e) != 0 ||
		decided_by(&letter, leaf, EVENT_DECIDED, e) != 0 ||
		insert_attempt(l, &letter, leaf->event->at, true, attempt, e) != 0)
		return -1;
	return event_add(l, (struct event_of){.letter = id, .attempt = *attempt}, leaf, &seq, e);
}

int ledger_late_begin(struct ledger *l, int64_t letter, const struct ledger_leaf *decided,
	int64_t *attempt_id, struct err *e)
{
	int64_t id = 0;

	if (change_begin(l, e) != 0)
		return -1;
	if (change_finish(l, begin_late(l, letter, decided, &id, e), e) != 0)
		return -1;
	*attempt_id = id;
	return 0;
}

int ledger_withdraw(struct ledger *l, int64_t letter, struct err *e)
{
	struct ledger_letter row = {0};

	if (change_begin(l, e) != 0)
		return -1;
	if (letter_by_id(l, letter, &row, e) != 0 ||
		expect(&row, IN(LETTER_PLANNED) | IN(LETTER_REFUSED), "withdraw", e) != 0 ||
		set_state(l, letter, LETTER_WITHDRAWN, e) != 0) {
		change_cancel(l);
		return -1;
	}
	return change_end(l, e);
}

/* A single statement needs no savepoint; alone it is its own transaction. */
static int mark(struct ledger *l, const char *sql, int64_t letter, const char *change, struct err *e)
{
	struct ledger_letter row = {0};
	struct db_stmt *s;

	if (group_lost(l, e) || db_prepare(l->db, sql, &s, e) != 0)
		return -1;
	db_bind_int(s, 1, letter);
	if (db_run(s, e) != 0)
		return -1;
	if (db_changes(l->db) == 1)
		return 0;
	if (letter_by_id(l, letter, &row, e) != 0)
		return -1;
	return expect(&row, IN(LETTER_PUBLISHED) | IN(LETTER_SUPERSEDED), change, e);
}

int ledger_set_placed(struct ledger *l, int64_t letter, struct err *e)
{
	return mark(l, "UPDATE letters SET placed = 1 WHERE id = ?1 AND state IN ('published','superseded')",
		letter, "placed", e);
}

int ledger_set_receipt(struct ledger *l, int64_t letter, struct err *e)
{
	return mark(l, "UPDATE letters SET receipt = 1 WHERE id = ?1 AND state IN ('published','superseded')",
		letter, "receipt", e);
}
