/* One letter: plan, ask for the signature, check what comes back, publish. The order is ledger/ledger.h's. */
#include "audit/leaf.h"
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "crypto/hash.h"
#include "ledger/place.h"
#include "pipeline/state.h"
#include "verify/verify.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int64_t run_now(const struct run *run)
{
	return run->req->now_at ? run->req->now_at : clock_now();
}

void event_leaf_release(struct event_leaf *l)
{
	buf_release(&l->bytes);
}

int event_leaf_make(const struct run *run, const struct ledger_letter *letter, enum event_kind kind,
	const struct sha256 *signed_pdf, int64_t at, struct event_leaf *out, struct err *e)
{
	char message[128];
	struct event *ev = &out->event;

	*ev = (struct event){
		.kind = kind, .at = at, .content = letter->content, .unsigned_pdf = letter->unsigned_pdf};
	memcpy(ev->code, letter->code, sizeof ev->code);
	if (signed_pdf)
		ev->signed_pdf = *signed_pdf;
	/* The salt must be unguessable, not random: the same event has the same leaf wherever it is made. */
	int n = snprintf(message, sizeof message, "naskah-salt-v1 %s %d %lld %lld", letter->code, (int)kind,
		(long long)at, (long long)letter->id);
	struct sha256 mac = hmac_sha256(
		secret_bytes(run->office.code_key), secret_len(run->office.code_key), message, (size_t)n);
	memcpy(ev->salt, mac.bytes, sizeof ev->salt);
	buf_reset(&out->bytes);
	leaf_write(ev, &out->bytes);
	return buf_check(&out->bytes, e);
}

static struct ledger_leaf lend(const struct event_leaf *l)
{
	return (struct ledger_leaf){.event = &l->event, .bytes = l->bytes.data, .len = l->bytes.len};
}

/* Cuts at a character boundary. */
static void copy_text(char *to, size_t size, const char *from)
{
	size_t len = from ? strlen(from) : 0;

	if (len >= size) {
		len = size - 1;
		while (len > 0 && ((unsigned char)from[len] & 0xc0) == 0x80)
			len--;
	}
	if (len > 0)
		memcpy(to, from, len);
	to[len] = '\0';
}

/* The code of a draft that the ledger doesn't know as the current one: the first revision still free. */
static int free_code(struct run *run, const struct draft *d, char code[CODE_TEXT], struct err *e)
{
	struct ledger_letter old;
	bool found = true;

	for (unsigned revision = 0; found; revision++) {
		draft_code(&run->office, &d->content, revision, code);
		if (ledger_letter_by_code(run->ledger, code, &old, &found, e) != 0)
			return -1;
	}
	return 0;
}

static void fill_row(
	const struct run *run, const struct open_case *c, const struct draft *d, struct ledger_letter *row)
{
	const struct naskah *n = d->plan->naskah;

	copy_text(row->case_id, sizeof row->case_id, c->c.id);
	copy_text(row->kind, sizeof row->kind, d->plan->kind);
	copy_text(row->number, sizeof row->number, d->plan->number);
	copy_text(row->title, sizeof row->title, d->plan->title);
	copy_text(row->subject, sizeof row->subject, n->subject);
	copy_text(row->office, sizeof row->office, d->plan->office);
	copy_text(row->signer, sizeof row->signer, n->signer->plain_name);
	copy_text(row->signer_title, sizeof row->signer_title, n->signer->title);
	row->nn = d->plan->nn;
	row->date = n->date;
	row->content = d->content;
	row->recipe = run->office.recipe;
	row->state = LETTER_PLANNED;
	row->leaf = -1;
}

static int say(struct publish_result *out, enum letter_state state, const char *why)
{
	out->state = state;
	copy_text(out->why, sizeof out->why, why);
	return 0;
}

int publish_place(struct run *run, const struct ledger_letter *letter, struct err *e)
{
	const char *dir = run->req->config->out;
	AUTO(free_ptr) char *staged = letter_file(dir, letter, PLACE_STAGED);
	AUTO(free_ptr) char *final = letter_file(dir, letter, PLACE_LETTER);
	AUTO(free_ptr) char *receipt = letter_file(dir, letter, PLACE_RECEIPT);
	AUTO(buf_release) struct buf there = BUF_INIT(LIMIT_PDF_BYTES);
	struct ledger_letter old;
	bool known = false;

	if (!staged || !final || !receipt)
		return err_nomem(e);
	if (access(final, F_OK) == 0) {
		if (buf_load(&there, final, e) != 0)
			return -1;
		struct sha256 hash = sha256_of(there.data, there.len);
		if (bytes_equal(&hash, &letter->signed_pdf, sizeof hash))
			return 0; /* in place already; a crash came before it was noted */
		if (ledger_letter_by_file(run->ledger, &hash, &old, &known, e) != 0)
			return -1;
		if (!known || old.state != LETTER_SUPERSEDED)
			return err_set(e, ERR_IO,
				_("'%s' is in the way: not a letter of this ledger; move it away and run "
				  "again"),
				final);
		AUTO(free_ptr) char *old_final = letter_file(dir, &old, PLACE_OLD_LETTER);
		AUTO(free_ptr) char *old_receipt = letter_file(dir, &old, PLACE_OLD_RECEIPT);
		if (!old_final || !old_receipt)
			return err_nomem(e);
		if (access(receipt, F_OK) == 0 && outfile_move(receipt, old_receipt, e) != 0)
			return -1;
		if (outfile_move(final, old_final, e) != 0)
			return -1;
	}
	return outfile_move(staged, final, e);
}

int publish_finish(struct run *run, struct ledger_letter *row, int64_t attempt, const struct verdict *verdict,
	const struct sign_result *reply, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf published = EVENT_LEAF_INIT, superseded = EVENT_LEAF_INIT;
	const struct signature_verdict *sig = &verdict->signatures[verdict->signature_count - 1];
	int64_t now = run_now(run);
	struct ledger_answer answer = {.http_status = reply->http_status,
		.code = reply->code,
		.text = reply->text,
		.raw = reply->raw.data,
		.raw_len = reply->raw.len};
	struct ledger_letter old = {.id = 0};
	bool replaces = false;
	struct ledger_leaf leaf, old_leaf;

	row->signed_pdf = verdict->file;
	row->signed_at = sig->stamped_at ? sig->stamped_at : sig->claimed_at;
	pthread_mutex_lock(&run->lock);
	int r = ledger_letter_published(run->ledger, row->case_id, row->kind, &old, &replaces, e);
	if (r == 0)
		r = event_leaf_make(run, row, EVENT_PUBLISHED, &verdict->file, now, &published, e);
	if (r == 0 && replaces)
		r = event_leaf_make(run, &old, EVENT_SUPERSEDED, &old.signed_pdf, now, &superseded, e);
	leaf = lend(&published);
	old_leaf = lend(&superseded);
	if (r == 0)
		r = ledger_publish(run->ledger, attempt, &row->signed_pdf, row->signed_at, &answer, &leaf,
			replaces ? old.id : 0, replaces ? &old_leaf : NULL, e);
	if (r == 0) {
		row->state = LETTER_PUBLISHED;
		run->result->published_now++;
		r = publish_place(run, row, e);
	}
	if (r == 0) {
		run->placed[run->placed_count++] = row->id;
		if (run->placed_count == SEAL_EVERY)
			r = seal(run, e);
	}
	pthread_mutex_unlock(&run->lock);
	return r;
}

/* Keeps a reply that must not be published, for a person to look at. */
static int keep_for_inspection(const struct run *run, const char *staged, const struct ledger_letter *row,
	int64_t attempt, char **kept, struct err *e)
{
	if (asprintf(kept, "%s/inspect/%s-%lld.pdf", run->req->config->out, row->code, (long long)attempt) <
		0) {
		*kept = NULL;
		return err_nomem(e);
	}
	return outfile_move(staged, *kept, e);
}

int publish_end_attempt(struct run *run, const struct ledger_letter *row, int64_t attempt,
	const struct sign_result *r, const char *text, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;
	struct ledger_answer answer = {.http_status = r->http_status,
		.code = r->code,
		.text = text,
		.raw = r->raw.data,
		.raw_len = r->raw.len};
	bool refused = r->outcome == SIGN_REFUSED;
	int done;

	if (r->outcome == SIGN_NOT_SENT) {
		pthread_mutex_lock(&run->lock);
		done = ledger_attempt_not_sent(run->ledger, attempt, text, e);
		pthread_mutex_unlock(&run->lock);
		return done;
	}
	if (event_leaf_make(
		    run, row, refused ? EVENT_REFUSED : EVENT_UNKNOWN, NULL, run_now(run), &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = lend(&leaf);
	pthread_mutex_lock(&run->lock);
	done = refused ? ledger_attempt_refused(run->ledger, attempt, &answer, &lent, e)
		       : ledger_attempt_unknown(run->ledger, attempt, &answer, &lent, e);
	pthread_mutex_unlock(&run->lock);
	return done;
}

int publish_reply(struct run *run, struct ledger_letter *row, int64_t attempt,
	const struct reply_check *check, struct sign_result *reply, struct publish_result *out, struct err *e)
{
	AUTO(free_ptr) char *staged = letter_file(run->req->config->out, row, PLACE_STAGED);
	AUTO(free_ptr) struct verdict *verdict = calloc(1, sizeof *verdict);
	AUTO(free_ptr) char *kept = NULL;
	char why[600];

	if (!staged || !verdict)
		return err_nomem(e);
	if (verify_reply(check, verdict, e) != 0)
		return -1;
	if (verdict->all_good == FINDING_YES) {
		if (publish_finish(run, row, attempt, verdict, reply, e) != 0)
			return -1;
		return say(out, LETTER_PUBLISHED, "");
	}
	if (keep_for_inspection(run, staged, row, attempt, &kept, e) != 0)
		return -1;
	snprintf(why, sizeof why, _("the file that came back is not published: %s (kept as '%s')"),
		verdict->why, kept);
	reply->outcome = SIGN_UNKNOWN;
	if (publish_end_attempt(run, row, attempt, reply, why, e) != 0)
		return -1;
	return say(out, LETTER_UNKNOWN, why);
}

/* A PDF came back: durable first, then looked at. */
static int take_reply(struct worker *w, const struct draft *d, struct ledger_letter *row, int64_t attempt,
	struct sign_result *reply, struct publish_result *out, struct err *e)
{
	struct run *run = w->run;
	const struct person *signer = d->plan->naskah->signer;
	AUTO(free_ptr) char *staged = letter_file(run->req->config->out, row, PLACE_STAGED);
	struct reply_check check = {.sent = w->pdf.data,
		.sent_len = w->pdf.len,
		.reply = reply->pdf.data,
		.reply_len = reply->pdf.len,
		.nik = signer->nik,
		.name = signer->plain_name,
		.trust = run->trust,
		.now_at = run_now(run)};

	if (!staged)
		return err_nomem(e);
	if (outfile_put(staged, 0644, reply->pdf.data, reply->pdf.len, e) != 0)
		return -1;
	return publish_reply(run, row, attempt, &check, reply, out, e);
}

static int plan_and_intend(
	struct run *run, struct ledger_letter *row, bool plan, int64_t *attempt, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;

	if (plan && ledger_plan(run->ledger, row, e) != 0)
		return -1;
	if (event_leaf_make(run, row, EVENT_ATTEMPT, NULL, run_now(run), &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = lend(&leaf);
	return ledger_attempt_begin(run->ledger, row->id, &lent, attempt, e);
}

/* Makes the row and the intent in one transaction: both are durable before the service is called. */
static int begin(struct run *run, struct ledger_letter *row, bool plan, int64_t *attempt, struct err *e)
{
	pthread_mutex_lock(&run->lock);
	int r = ledger_group_begin(run->ledger, e);
	if (r == 0) {
		r = plan_and_intend(run, row, plan, attempt, e);
		if (r == 0)
			r = ledger_group_end(run->ledger, e);
		else
			ledger_group_cancel(run->ledger);
	}
	if (r == 0)
		run->result->calls++;
	pthread_mutex_unlock(&run->lock);
	return r;
}

/* Asks for the signature of the letter in w->pdf. The turn is taken. */
static int ask(struct worker *w, const struct draft *d, size_t signer, struct desk_turn *turn,
	struct ledger_letter *row, bool plan, struct publish_result *out, struct err *e)
{
	struct run *run = w->run;
	AUTO(sign_result_release) struct sign_result reply;
	struct sign_job job = {.pdf = w->pdf.data,
		.pdf_len = w->pdf.len,
		.reason = run->req->config->reason,
		.location = run->req->config->location};
	int64_t attempt = 0;
	char why[600];

	sign_result_init(&reply);
	if (begin(run, row, plan, &attempt, e) != 0) {
		desk_pass(run->desk, signer, turn);
		return -1;
	}
	if (desk_sign(run->desk, signer, &w->signer, turn, &job, &reply, e) != 0) {
		/* This machine failed before anything was sent. */
		struct err second = ERR_INIT;
		reply.outcome = SIGN_NOT_SENT;
		(void)!publish_end_attempt(run, row, attempt, &reply, e->msg, &second);
		return -1;
	}
	if (reply.outcome == SIGN_ACCEPTED)
		return take_reply(w, d, row, attempt, &reply, out, e);
	if (publish_end_attempt(run, row, attempt, &reply, reply.text, e) != 0)
		return -1;
	switch (reply.outcome) {
	case SIGN_REFUSED:
		snprintf(why, sizeof why, _("the signing service refused: %s (%s)"), reply.text, reply.code);
		return say(out, LETTER_REFUSED, why);
	case SIGN_NOT_SENT:
		snprintf(why, sizeof why, _("not sent: %s"), reply.text);
		return say(out, LETTER_PLANNED, why);
	case SIGN_UNKNOWN:
	case SIGN_ACCEPTED:
		break;
	}
	snprintf(why, sizeof why, _("outcome unknown, a person must decide: %s"), reply.text);
	return say(out, LETTER_UNKNOWN, why);
}

/* A person said so: unknown becomes planned, with the reason in ledger and log. */
static int decide_again(struct run *run, const struct ledger_letter *row, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;

	if (event_leaf_make(run, row, EVENT_DECIDED, NULL, run_now(run), &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = lend(&leaf);
	pthread_mutex_lock(&run->lock);
	int r = ledger_decide_again(run->ledger, row->id, run->req->sign_again, &lent, e);
	pthread_mutex_unlock(&run->lock);
	return r;
}

/* Looks up the letter, decides what is to be done with it. *done: nothing, `out` says why. */
static int look_up(struct run *run, const struct open_case *c, const struct draft *d,
	struct ledger_letter *row, bool *plan, bool *done, struct publish_result *out, struct err *e)
{
	bool found = false;

	*plan = true;
	*done = true;
	pthread_mutex_lock(&run->lock);
	int r = ledger_letter_find(run->ledger, c->c.id, d->plan->kind, row, &found, e);
	pthread_mutex_unlock(&run->lock);
	if (r != 0)
		return -1;
	bool same = found && bytes_equal(&row->content, &d->content, sizeof d->content);
	if (same && row->state == LETTER_PUBLISHED)
		return say(out, LETTER_PUBLISHED, "");
	if (found && row->state == LETTER_UNKNOWN) {
		if (!run->req->sign_again)
			return say(out, LETTER_UNKNOWN,
				_("outcome unknown since an earlier run; a person must decide"));
		if (decide_again(run, row, e) != 0)
			return -1;
	}
	*plan = !same;
	*done = false;
	return 0;
}

/* A new row with a code of its own, and the PDF that carries it. */
static int print_new(struct worker *w, struct open_case *c, const struct draft *d, struct ledger_letter *row,
	struct err *e)
{
	*row = (struct ledger_letter){.id = 0};
	fill_row(w->run, c, d, row);
	pthread_mutex_lock(&w->run->lock);
	int r = free_code(w->run, d, row->code, e);
	pthread_mutex_unlock(&w->run->lock);
	if (r != 0)
		return -1;
	buf_reset(&w->pdf);
	if (draft_print(&w->run->office, c, d, row->code, &w->pdf, e) != 0)
		return -1;
	row->unsigned_pdf = sha256_of(w->pdf.data, w->pdf.len);
	return 0;
}

/* The PDF of a letter planned earlier; when its bytes are no longer the same (a font changed), a plan of its own. */
static int print_again(struct worker *w, struct open_case *c, const struct draft *d,
	struct ledger_letter *row, bool *plan, struct err *e)
{
	buf_reset(&w->pdf);
	if (draft_print(&w->run->office, c, d, row->code, &w->pdf, e) != 0)
		return -1;
	struct sha256 hash = sha256_of(w->pdf.data, w->pdf.len);
	if (bytes_equal(&hash, &row->unsigned_pdf, sizeof hash))
		return 0;
	*plan = true;
	return print_new(w, c, d, row, e);
}

int publish_letter(struct worker *w, struct open_case *c, const struct draft *d, struct publish_result *out,
	struct err *e)
{
	struct run *run = w->run;
	const struct config_signer *who =
		config_signer_by_nik(run->req->config, d->plan->naskah->signer->nik);
	struct ledger_letter row = {.id = 0};
	struct desk_turn turn;
	bool plan, done;

	if (!who)
		return err_set(e, ERR_BUG, "letter without a configured signer");
	if (look_up(run, c, d, &row, &plan, &done, out, e) != 0)
		return -1;
	if (done)
		return 0;
	size_t signer = (size_t)(who - run->req->config->signers);
	desk_take_turn(run->desk, signer, &w->signer, &turn);
	if (!turn.allowed)
		return say(out, LETTER_PLANNED, turn.why);
	if ((plan ? print_new(w, c, d, &row, e) : print_again(w, c, d, &row, &plan, e)) != 0) {
		desk_pass(run->desk, signer, &turn);
		return -1;
	}
	return ask(w, d, signer, &turn, &row, plan, out, e);
}
