#include "pipeline/resolve.h"

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
#include <unistd.h>

/* ---- the list ------------------------------------------------------------------------------------------- */

static void undecided_release(struct undecided *u)
{
	free(u->kept);
}

static int see(struct ledger *l, const char *out_dir, const struct ledger_letter *letter, struct undecided *u,
	struct err *e)
{
	bool found = false;

	u->letter = letter;
	if (ledger_last_call(l, letter->id, &u->call, &found, e) != 0)
		return -1;
	u->kept = letter_kept_file(out_dir, letter, u->call.id);
	if (!u->kept)
		return err_nomem(e);
	if (access(u->kept, F_OK) != 0) {
		free(u->kept);
		u->kept = NULL;
	}
	return 0;
}

struct listing {
	struct ledger *second; /* a reader of its own: the first one is in the middle of its walk */
	const char *out_dir;
	undecided_fn *fn;
	void *user;
};

static int list_one(void *user, const struct ledger_letter *letter, struct err *e)
{
	struct listing *k = user;
	AUTO(undecided_release) struct undecided u = {.kept = NULL};

	if (see(k->second, k->out_dir, letter, &u, e) != 0)
		return -1;
	return k->fn(k->user, &u, e);
}

int resolve_each(const struct config *c, undecided_fn *fn, void *user, struct err *e)
{
	AUTO(ledger_release) struct ledger *l = NULL;
	AUTO(ledger_release) struct ledger *second = NULL;
	AUTO(free_ptr) char *path = NULL;

	if (asprintf(&path, "%s/ledger.db", c->out) < 0)
		return err_nomem(e);
	if (access(path, F_OK) != 0)
		return 0;
	if (ledger_open(path, true, &l, e) != 0 || ledger_open(path, true, &second, e) != 0)
		return -1;
	struct listing k = {.second = second, .out_dir = c->out, .fn = fn, .user = user};
	return ledger_each_undecided(l, list_one, &k, e);
}

/* ---- a late answer -------------------------------------------------------------------------------------- */

struct resolving {
	struct run *run;
	const struct resolve_order *order;
	struct ledger_letter row;
	struct decision decision;
	char *kept; /* where a fetched file was put */
};

/* Looked at before anything is changed: a wrong file costs nothing. */
static int check_answer(struct resolving *k, const struct reply_check *check, struct err *e)
{
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);

	if (!verdict)
		return err_nomem(e);
	if (verify_reply(check, verdict, e) != 0)
		return -1;
	if (verdict->all_good == FINDING_YES)
		return 0;
	return err_set(
		e, ERR_INPUT, _("this is not the answer for letter %s: %s"), k->row.code, verdict->why);
}

static int begin_late(struct resolving *k, int64_t *attempt, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;

	if (decision_leaf_make(k->run, &k->row, EVENT_DECIDED, &k->decision, &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = event_leaf_lend(&leaf);
	return ledger_late_begin(k->run->ledger, k->row.id, &lent, attempt, e);
}

static int take_answer(struct resolving *k, const char *path, struct err *e)
{
	AUTO(answer_check_release) struct answer_check check = ANSWER_CHECK_INIT;
	AUTO(free_ptr) char *staged = letter_file(k->run->req->config->out, &k->row, PLACE_STAGED);
	AUTO(sign_result_release) struct sign_result reply;
	enum letter_state state;
	int64_t attempt;
	char why[600];

	sign_result_init(&reply);
	if (!staged)
		return err_nomem(e);
	reply.pdf = (struct buf)BUF_INIT(LIMIT_PDF_BYTES);
	if (buf_load(&reply.pdf, path, e) != 0 || run_connect(k->run, e) != 0 ||
		answer_check_make(k->run, &k->row, &reply.pdf, &check, e) != 0 ||
		check_answer(k, &check.check, e) != 0)
		return -1;
	/* From here on as in a run: durable in staging, then the ledger, then its place. A kill is tidied by recovery. */
	if (outfile_put(staged, 0644, reply.pdf.data, reply.pdf.len, e) != 0 ||
		begin_late(k, &attempt, e) != 0)
		return -1;
	reply.outcome = SIGN_ACCEPTED;
	if (publish_reply(k->run, &k->row, attempt, &check.check, &reply, &state, why, e) != 0)
		return -1;
	return state == LETTER_UNKNOWN ? err_set(e, ERR_INPUT, "%s", why) : 0;
}

/* The service may hand the file out once only: it is on disk before anybody looks at it. */
static int fetch_to(struct resolving *k, const struct ledger_attempt *call, const char *path, struct err *e)
{
	AUTO(signer_release) struct signer signer = SIGNER_INIT;
	AUTO(outfile_release) struct outfile file = OUTFILE_INIT;
	AUTO(sign_result_release) struct sign_result r;

	sign_result_init(&r);
	if (run_connect(k->run, e) != 0 || desk_signer(k->run->desk, &signer, e) != 0)
		return -1;
	if (!signer.fetch)
		return err_set(e, ERR_USAGE, _("this way to sign cannot fetch a file once more"));
	if (outfile_open(&file, path, 0644, e) != 0 ||
		signer.fetch(signer.self, call->document_id, &file, &r, e) != 0)
		return -1;
	if (r.outcome != SIGN_ACCEPTED)
		return err_set(e, ERR_REMOTE, _("the service does not hand out the file of letter %s: %s"),
			k->row.code, r.text);
	return outfile_commit(&file, e);
}

static int fetch(struct resolving *k, struct err *e)
{
	struct ledger_attempt call;
	bool found = false;

	if (ledger_last_call(k->run->ledger, k->row.id, &call, &found, e) != 0)
		return -1;
	if (!found || !*call.document_id)
		return err_set(e, ERR_USAGE,
			_("letter %s has no document id: the service cannot be asked for its file"),
			k->row.code);
	if (asprintf(&k->kept, "%s/inspect/%s-%lld-fetched.pdf", k->run->req->config->out, k->row.code,
		    (long long)call.id) < 0) {
		k->kept = NULL;
		return err_nomem(e);
	}
	if (access(k->kept, F_OK) != 0 && fetch_to(k, &call, k->kept, e) != 0)
		return -1;
	return take_answer(k, k->kept, e);
}

/* ---- decisions ------------------------------------------------------------------------------------------ */

static int decide(struct resolving *k, enum event_kind kind, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;

	if (decision_leaf_make(k->run, &k->row, kind, &k->decision, &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = event_leaf_lend(&leaf);
	if (kind == EVENT_DECIDED)
		return ledger_decide_again(k->run->ledger, k->row.id, &lent, e);
	if (publish_set_aside(k->run, &k->row, e) != 0)
		return -1;
	return ledger_drop(k->run->ledger, k->row.id, &lent, e);
}

/* Does the letter wait for this? */
static bool allows(const struct ledger_letter *row, enum resolve_action action)
{
	switch (action) {
	case RESOLVE_FETCH:
	case RESOLVE_FILE:
		return row->state == LETTER_UNKNOWN;
	case RESOLVE_SIGN_AGAIN:
		return row->state == LETTER_UNKNOWN || row->state == LETTER_REFUSED || row->dropped;
	case RESOLVE_DROP:
		return row->state == LETTER_UNKNOWN || row->state == LETTER_REFUSED;
	}
	return false;
}

/* In the middle of a sentence. */
static const char *state_words(const struct ledger_letter *row)
{
	switch (row->state) {
	case LETTER_PLANNED:
		return _("made, and waits for the next run");
	case LETTER_SENDING:
		return _("being sent");
	case LETTER_REFUSED:
		return _("refused by the service");
	case LETTER_UNKNOWN:
		return _("of unknown outcome");
	case LETTER_PUBLISHED:
		return _("published");
	case LETTER_SUPERSEDED:
		return _("replaced by a newer one");
	case LETTER_WITHDRAWN:
	case LETTER_NONE:
		break;
	}
	return _("withdrawn");
}

static int act(struct resolving *k, struct err *e)
{
	switch (k->order->action) {
	case RESOLVE_FETCH:
		return fetch(k, e);
	case RESOLVE_FILE:
		return take_answer(k, k->order->file, e);
	case RESOLVE_SIGN_AGAIN:
		return decide(k, EVENT_DECIDED, e);
	case RESOLVE_DROP:
		return decide(k, EVENT_DROPPED, e);
	}
	return err_set(e, ERR_BUG, "no such action");
}

static const char *own_reason(enum resolve_action action)
{
	return action == RESOLVE_FETCH ? "berkas diambil kembali dari layanan"
				       : "jawaban terlambat diterima sebagai berkas";
}

static int resolve_in(struct run *run, const struct resolve_order *order, struct resolving *k, struct err *e)
{
	bool found = false;

	if (recover(run, e) != 0 || ledger_letter_by_code(run->ledger, order->code, &k->row, &found, e) != 0)
		return -1;
	if (!found)
		return err_set(e, ERR_USAGE, _("the ledger has no letter with the code %s"), order->code);
	if (!allows(&k->row, order->action))
		return err_set(e, ERR_USAGE, _("letter %s is %s: there is nothing of this kind to decide"),
			k->row.code, state_words(&k->row));
	k->decision =
		(struct decision){run_by(run), order->reason ? order->reason : own_reason(order->action)};
	if (act(k, e) != 0)
		return -1;
	return seal(run, e);
}

int resolve_letter(const struct run_request *req, const struct resolve_order *order,
	struct ledger_letter *out, char kept[400], struct err *e)
{
	AUTO(free_ptr) struct run *run = calloc(1, sizeof *run);
	AUTO(run_result_release) struct run_result result;
	struct resolving k = {.run = run, .order = order};
	bool found;

	run_result_init(&result);
	kept[0] = '\0';
	if (!run)
		return err_nomem(e);
	int r = run_begin(run, req, &result, e);
	if (r == 0)
		r = resolve_in(run, order, &k, e);
	if (r == 0)
		r = ledger_letter_by_code(run->ledger, order->code, out, &found, e);
	else if (k.kept && access(k.kept, F_OK) == 0)
		snprintf(kept, 400, "%s", k.kept);
	free(k.kept);
	run_end(run);
	return r;
}
