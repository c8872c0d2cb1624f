/* One letter: plan, ask for the signature, check what comes back, publish. The order is ledger/ledger.h's. */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "ledger/place.h"
#include "pipeline/state.h"
#include "verify/verify.h"

#include <stdio.h>
#include <string.h>

/* What a signature adds to a file at most, in all likelihood: hex of the CMS and an update section. */
#define SIGNATURE_ROOM (128 * KIB)

static struct ledger_answer answer_of(const struct sign_result *r, const char *text)
{
	return (struct ledger_answer){.http_status = r->http_status,
		.code = r->code,
		.text = text,
		.raw = r->raw.data,
		.raw_len = r->raw.len,
		.document_id = r->document_id,
		.wrong_secret = r->wrong_secret};
}

int publish_settle(struct letter_job *job, enum letter_state state, const char *why)
{
	job->settled = true;
	job->state = state;
	text_copy(job->why, sizeof job->why, why);
	return 0;
}

int publish_free_code(struct run *run, const struct sha256 *content, char code[CODE_TEXT], struct err *e)
{
	struct ledger_letter old;
	bool found = true;

	for (unsigned revision = 0; found; revision++) {
		draft_code(&run->office, content, revision, code);
		if (ledger_letter_by_code(run->ledger, code, &old, &found, e) != 0)
			return -1;
	}
	return 0;
}

/* ---- what came back ------------------------------------------------------------------------------------- */

/* In the ledger, with what it supersedes. The lock is held. */
static int enter(struct run *run, struct ledger_letter *row, int64_t attempt, const struct verdict *verdict,
	const struct sign_result *reply, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf published = EVENT_LEAF_INIT, superseded = EVENT_LEAF_INIT;
	const struct signature_verdict *sig = verdict_signer(verdict, verdict_signers(verdict) - 1);
	int64_t now = run_now(run);
	const struct ledger_answer answer = answer_of(reply, reply->text);
	struct ledger_letter old = {.id = 0};
	bool replaces = false;
	int64_t events;

	row->signed_pdf = verdict->file;
	row->signed_at = sig->stamped_at ? sig->stamped_at : sig->claimed_at;
	if (ledger_letter_published(run->ledger, row->case_id, row->kind, &old, &replaces, e) != 0 ||
		event_leaf_make(run, row, EVENT_PUBLISHED, &verdict->file, now, &published, e) != 0)
		return -1;
	if (replaces &&
		event_leaf_make(run, &old, EVENT_SUPERSEDED, &old.signed_pdf, now, &superseded, e) != 0)
		return -1;
	struct ledger_leaf leaf = event_leaf_lend(&published), old_leaf = event_leaf_lend(&superseded);
	if (ledger_publish(run->ledger, attempt, &row->signed_pdf, row->signed_at, &answer, &leaf,
		    replaces ? old.id : 0, replaces ? &old_leaf : NULL, e) != 0 ||
		ledger_event_count(run->ledger, &events, e) != 0)
		return -1;
	row->state = LETTER_PUBLISHED;
	row->signatures++;
	row->leaf = events - 1; /* its event came last */
	return 0;
}

/* One more signature stands: in the ledger. Its file is in staging already, where the next signer's turn finds it. */
static int stand(struct run *run, struct ledger_letter *row, int64_t attempt, const struct verdict *verdict,
	const struct sign_result *reply, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;
	const struct ledger_answer answer = answer_of(reply, reply->text);

	if (event_leaf_make(run, row, EVENT_SIGNED, &verdict->file, run_now(run), &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = event_leaf_lend(&leaf);
	if (commit_enter(run, e) != 0 ||
		commit_leave(run, ledger_sign(run->ledger, attempt, &verdict->file, &answer, &lent, e), e) !=
			0)
		return -1;
	row->state = LETTER_PLANNED;
	row->signatures++;
	row->partly = verdict->file;
	return 0;
}

/* Ledger first, then the rename; an older letter of the same kind is superseded in the same transaction. */
static int publish(struct run *run, struct ledger_letter *row, int64_t attempt, const struct verdict *verdict,
	const struct sign_result *reply, struct err *e)
{
	bool lost = false;

	if (commit_enter(run, e) != 0 ||
		commit_leave(run, enter(run, row, attempt, verdict, reply, e), e) != 0)
		return -1;
	pthread_mutex_lock(&run->lock);
	run->result->published_now++;
	int r = publish_place(run, row, &lost, e);
	if (r == 0 && lost)
		r = err_set(e, ERR_IO,
			_("the signed file of letter '%s' of case %s vanished from '%s/staging'"), row->kind,
			row->case_id, run->req->config->out);
	if (r == 0)
		r = seal_letter(run, row, e);
	pthread_mutex_unlock(&run->lock);
	return r;
}

int publish_end_attempt(struct run *run, const struct ledger_letter *row, int64_t attempt,
	const struct sign_result *r, const char *text, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;
	const struct ledger_answer answer = answer_of(r, text);
	bool refused = r->outcome == SIGN_REFUSED;

	if (r->outcome == SIGN_NOT_SENT) {
		if (commit_enter(run, e) != 0)
			return -1;
		return commit_leave(run, ledger_attempt_not_sent(run->ledger, attempt, text, e), e);
	}
	if (event_leaf_make(
		    run, row, refused ? EVENT_REFUSED : EVENT_UNKNOWN, NULL, run_now(run), &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = event_leaf_lend(&leaf);
	if (commit_enter(run, e) != 0)
		return -1;
	int done = refused ? ledger_attempt_refused(run->ledger, attempt, &answer, &lent, e)
			   : ledger_attempt_unknown(run->ledger, attempt, &answer, &lent, e);
	return commit_leave(run, done, e);
}

/* Keeps a reply that must not be published, for a person to look at. */
static int keep_for_inspection(const struct run *run, const char *staged, const struct ledger_letter *row,
	int64_t attempt, char **kept, struct err *e)
{
	*kept = letter_kept_file(run->req->config->out, row, attempt);
	if (!*kept)
		return err_nomem(e);
	return outfile_move(staged, *kept, e);
}

int publish_reply(struct run *run, struct ledger_letter *row, int64_t attempt,
	const struct reply_check *check, struct sign_result *reply, enum letter_state *state, char why[600],
	struct err *e)
{
	AUTO(free_ptr) char *staged = letter_file(run->req->config->out, row, PLACE_STAGED);
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	AUTO(free_ptr) char *kept = NULL;

	if (!staged || !verdict)
		return err_nomem(e);
	run_take_slot(run);
	int looked = verify_reply(check, verdict, e);
	run_give_slot(run);
	if (looked != 0)
		return -1;
	why[0] = '\0';
	if (verdict->all_good == FINDING_YES) {
		bool last = row->signatures + 1 == ledger_letter_signers(row);
		*state = last ? LETTER_PUBLISHED : LETTER_PLANNED;
		return last ? publish(run, row, attempt, verdict, reply, e)
			    : stand(run, row, attempt, verdict, reply, e);
	}
	if (keep_for_inspection(run, staged, row, attempt, &kept, e) != 0)
		return -1;
	snprintf(why, 600, _("the file that came back is not published: %s (kept as '%s')"), verdict->why,
		kept);
	*state = LETTER_UNKNOWN;
	reply->outcome = SIGN_UNKNOWN;
	return publish_end_attempt(run, row, attempt, reply, why, e);
}

struct expected_signer publish_expect(const struct run *run, const char *nik, const char *name)
{
	const struct config_signer *who = nik ? config_signer_by_nik(run->req->config, nik) : NULL;

	if (who && who->way >= WAY_SEAL)
		return (struct expected_signer){NULL, who->person};
	return (struct expected_signer){nik, name};
}

static void name_people(
	const struct run *run, const struct letter_job *job, struct expected_signer people[LIMIT_SIGNERS])
{
	const struct naskah *n = job->draft.plan->naskah;

	for (size_t i = 0; i < n->signer_count; i++)
		people[i] = publish_expect(run, n->signers[i]->nik, n->signers[i]->plain_name);
}

int publish_check_partly(const struct run *run, const struct letter_job *job, const struct buf *pdf,
	char wrong[300], struct err *e)
{
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	const struct verify_request request = {.pdf = pdf->data,
		.len = pdf->len,
		.name = job->row.code,
		.trust = run->trust,
		.now_at = run_now(run)};
	struct expected_signer people[LIMIT_SIGNERS];

	if (!verdict)
		return err_nomem(e);
	if (verify_pdf(&request, verdict, e) != 0)
		return -1;
	name_people(run, job, people);
	wrong[0] = '\0';
	if (verdict->all_good != FINDING_YES)
		snprintf(wrong, 300,
			_("the signatures so far are not good any more (%.200s): check the configured roots"),
			verdict->why);
	else if (!verdict_is_by(verdict, people, job->row.signatures))
		snprintf(wrong, 300, "%s",
			_("the signatures so far are not those of the case's signers: correct the case"));
	return 0;
}

static const unsigned char *bytes_to_sign(const struct letter_job *job, size_t *len)
{
	*len = job->back.data ? job->back.len : job->pdf.len;
	return job->back.data ? job->back.data : job->pdf.data;
}

/* A PDF came back, into `staged`: durable first, then looked at. */
static int take_reply(struct worker *w, struct letter_job *job, int64_t attempt, struct outfile *staged,
	struct sign_result *reply, struct err *e)
{
	struct run *run = w->run;
	AUTO(mapped_release) struct mapped back = MAPPED_INIT;
	struct expected_signer people[LIMIT_SIGNERS];
	struct reply_check check = {.signers = people,
		.signer_count = job->row.signatures + 1,
		.trust = run->trust,
		.now_at = run_now(run)};
	enum letter_state state;
	struct page_area area;
	size_t signer;
	char why[600];

	name_people(run, job, people);
	if (publish_next_signer(run, job, &signer))
		check.area = config_signer_area(&run->req->config->signers[signer], &area);
	if (outfile_commit(staged, e) != 0 || mapped_open(&back, staged->path, LIMIT_PDF_BYTES, e) != 0)
		return -1;
	check.sent = bytes_to_sign(job, &check.sent_len);
	check.reply = back.data;
	check.reply_len = back.len;
	if (publish_reply(run, &job->row, attempt, &check, reply, &state, why, e) != 0)
		return -1;
	if (state != LETTER_PLANNED)
		return publish_settle(job, state, why);
	/* The next signer gets what this one gave back. */
	mapped_release(&job->back);
	job->back = back;
	back = (struct mapped)MAPPED_INIT;
	return 0;
}

/* ---- asking --------------------------------------------------------------------------------------------- */

static int plan_and_intend(
	struct run *run, struct ledger_letter *row, bool plan, int64_t *attempt, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;

	if (plan && ledger_plan(run->ledger, row, e) != 0)
		return -1;
	if (event_leaf_make(run, row, EVENT_ATTEMPT, NULL, run_now(run), &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = event_leaf_lend(&leaf);
	return ledger_attempt_begin(run->ledger, row->id, &lent, attempt, e);
}

/* Makes the row and the intent in one transaction: both are durable before the service is called. */
static int begin(struct run *run, struct letter_job *job, int64_t *attempt, struct err *e)
{
	if (commit_enter(run, e) != 0)
		return -1;
	int r = plan_and_intend(run, &job->row, job->plan, attempt, e);
	if (r == 0)
		run->result->calls++;
	r = commit_leave(run, r, e);
	if (r == 0)
		job->plan = false;
	return r;
}

/* Room for the answer before the question: on a full disk nothing is signed that could not be kept. */
static int make_room(
	const struct run *run, const struct letter_job *job, struct outfile *staged, struct err *e)
{
	AUTO(free_ptr) char *path = letter_file(run->req->config->out, &job->row, PLACE_STAGED);
	size_t len;

	if (!path)
		return err_nomem(e);
	if (outfile_open(staged, path, 0644, e) != 0)
		return -1;
	(void)bytes_to_sign(job, &len);
	return outfile_reserve(staged, len + SIGNATURE_ROOM, e);
}

static int settle_without_file(struct run *run, struct letter_job *job, int64_t attempt,
	const struct sign_result *reply, struct err *e)
{
	char why[1024];

	if (publish_end_attempt(run, &job->row, attempt, reply, reply->text, e) != 0)
		return -1;
	switch (reply->outcome) {
	case SIGN_REFUSED:
		snprintf(
			why, sizeof why, _("the signing service refused: %s (%s)"), reply->text, reply->code);
		return publish_settle(job, LETTER_REFUSED, why);
	case SIGN_NOT_SENT:
		snprintf(why, sizeof why, _("not sent: %s"), reply->text);
		return publish_settle(job, LETTER_PLANNED, why);
	case SIGN_UNKNOWN:
	case SIGN_ACCEPTED:
		break;
	}
	snprintf(why, sizeof why, _("outcome unknown, a person must decide: %s"), reply->text);
	return publish_settle(job, LETTER_UNKNOWN, why);
}

/* Asks for the signature. The turn is taken; an accepted reply ends it by what it is worth, all else is the caller's. */
static int ask(struct worker *w, struct letter_job *job, size_t signer, struct desk_turn *turn, struct err *e)
{
	struct run *run = w->run;
	AUTO(outfile_release) struct outfile staged = OUTFILE_INIT;
	AUTO(sign_result_release) struct sign_result reply;
	struct sign_job sign = {.to = &staged};
	int64_t attempt = 0;

	sign_result_init(&reply);
	sign.pdf = bytes_to_sign(job, &sign.pdf_len);
	/* What was approved is the letter before anybody signed it. */
	if (job->row.signatures > 0)
		sign.approved_len = publish_sent_length(sign.pdf, sign.pdf_len, &job->row.unsigned_pdf);
	if (make_room(run, job, &staged, e) != 0 || begin(run, job, &attempt, e) != 0)
		return -1;
	if (desk_sign(run->desk, signer, &w->signer, turn, &sign, &reply, e) != 0) {
		/* This machine failed before anything was sent. */
		struct err second = ERR_INIT;
		reply.outcome = SIGN_NOT_SENT;
		(void)!publish_end_attempt(run, &job->row, attempt, &reply, e->msg, &second);
		return -1;
	}
	if (reply.outcome != SIGN_ACCEPTED)
		return settle_without_file(run, job, attempt, &reply, e);
	if (take_reply(w, job, attempt, &staged, &reply, e) != 0)
		return -1;
	desk_settle(run->desk, signer, turn, !job->settled || job->state == LETTER_PUBLISHED, job->why);
	return 0;
}

bool publish_next_signer(const struct run *run, const struct letter_job *job, size_t *index)
{
	const struct config *config = run->req->config;
	const struct person *next = job->draft.plan->naskah->signers[job->row.signatures];
	const struct config_signer *who = config_signer_by_nik(config, next->nik);

	if (who)
		*index = (size_t)(who - config->signers);
	return who != NULL;
}

/* What changed after the sheet was made has been approved by nobody. */
static int is_approved(struct run *run, const struct letter_job *job, bool *approved, struct err *e)
{
	struct ledger_batch batch;

	pthread_mutex_lock(&run->lock);
	int r = ledger_batch_of(run->ledger, &job->row.unsigned_pdf, &batch, approved, e);
	pthread_mutex_unlock(&run->lock);
	return r;
}

/* One signature: of the first who has not signed yet. */
static int ask_next(struct worker *w, struct letter_job *job, struct err *e)
{
	struct run *run = w->run;
	struct desk_turn turn;
	size_t signer;
	bool approved;
	int r = 0;

	if (!publish_next_signer(run, job, &signer))
		return err_set(e, ERR_BUG, "letter without a configured signer");
	if (is_approved(run, job, &approved, e) != 0)
		return -1;
	if (!approved)
		return publish_settle(job, LETTER_PLANNED, _("on no approved batch sheet: run again"));
	desk_take_turn(run->desk, signer, &w->signer, &turn);
	if (!turn.allowed)
		return publish_settle(job, LETTER_PLANNED, turn.why);
	/* The turn may have been waited for. */
	if (run_is_stopping(run))
		publish_settle(job, LETTER_PLANNED, _("the run was stopped"));
	else
		r = ask(w, job, signer, &turn, e);
	desk_pass(run->desk, signer, &turn);
	return r;
}

int publish_letter(struct worker *w, struct letter_job *job, struct err *e)
{
	while (!job->settled)
		if (ask_next(w, job, e) != 0)
			return -1;
	return 0;
}
