/*
 * Second pass over one file: what it wants against what the ledger has, then letter by letter.
 *
 * All letters are composed and printed before the first is signed: a case that cannot be made whole is refused or
 * failed before anything of it goes out.
 */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "pipeline/state.h"

#include <stdio.h>
#include <string.h>

/* A case in hand. */
struct making {
	struct worker *w;
	struct open_case c;
	struct letter_job *jobs;      /* one per plan, in the case's arena */
	struct ledger_letter *others; /* in work, but not wanted by the case as it is now: in the arena */
	size_t other_count, other_max;
	char left_over[300]; /* published, though the case no longer holds it */
	bool unknown;        /* one of `others` stays unknown */
	bool preview;        /* only to see what would be sent: ledger and files stay as they are */
	char dropped[300];   /* a letter that is not to be made any more, by decision of a person */
};

#define MAKING_INIT                                                                                          \
	{                                                                                                    \
		.w = NULL, .c = OPEN_CASE_INIT                                                               \
	}

static void job_release(struct letter_job *job)
{
	buf_release(&job->pdf);
	mapped_release(&job->back);
}

static void making_release(struct making *m)
{
	for (size_t i = 0; m->jobs && i < m->c.plan_count; i++)
		job_release(&m->jobs[i]);
	open_case_release(&m->c);
}

/* ---- what the ledger has -------------------------------------------------------------------------------- */

static struct letter_job *job_of(struct making *m, const char *kind)
{
	for (size_t i = 0; i < m->c.plan_count; i++)
		if (strcmp(m->jobs[i].draft.plan->kind, kind) == 0)
			return &m->jobs[i];
	return NULL;
}

static bool is_in_work(const struct ledger_letter *l)
{
	return l->state == LETTER_PLANNED || l->state == LETTER_SENDING || l->state == LETTER_REFUSED ||
	       l->state == LETTER_UNKNOWN;
}

static int add_other(struct making *m, const struct ledger_letter *l, struct err *e)
{
	if (m->other_count == m->other_max) {
		size_t max = m->other_max ? 2 * m->other_max : 4;
		struct ledger_letter *more = arena_calloc(&m->c.c.arena, max, sizeof *more);
		if (!more)
			return err_nomem(e);
		if (m->other_count > 0)
			memcpy(more, m->others, m->other_count * sizeof *more);
		m->others = more;
		m->other_max = max;
	}
	m->others[m->other_count++] = *l;
	return 0;
}

/* Every letter of the case, oldest first. Those of a kind: at most one published and one in work. */
static int see_letter(void *user, const struct ledger_letter *l, struct err *e)
{
	struct making *m = user;
	struct letter_job *job = job_of(m, l->kind);

	if (l->state == LETTER_PUBLISHED) {
		if (!job)
			snprintf(m->left_over, sizeof m->left_over, "%.64s (%.128s)", l->kind, l->number);
		else if (bytes_equal(&l->content, &job->draft.content, sizeof l->content))
			return publish_settle(job, LETTER_PUBLISHED, "");
		return 0;
	}
	if (l->dropped && job && bytes_equal(&l->content, &job->draft.content, sizeof l->content)) {
		snprintf(m->dropped, sizeof m->dropped, "%.64s (%.128s)", l->kind, l->number);
		return publish_settle(job, LETTER_WITHDRAWN, "");
	}
	if (!is_in_work(l))
		return 0;
	if (!job)
		return add_other(m, l, e);
	job->row = *l;
	return 0;
}

/* A letter in work that the case does not want (any more): withdrawn, unless it may have gone out. */
static int drop(struct making *m, struct ledger_letter *l, bool *unknown, struct err *e)
{
	struct run *run = m->w->run;

	*unknown = l->state == LETTER_UNKNOWN || l->state == LETTER_SENDING;
	if (*unknown) {
		if (!run->req->sign_again || l->state == LETTER_SENDING)
			return 0;
		if (!m->preview && publish_decide_again(run, l, e) != 0)
			return -1;
		*unknown = false;
	}
	return m->preview ? 0 : publish_withdraw(run, l, e);
}

static void fill_signers(const struct run *run, const struct naskah *n, struct ledger_letter *row)
{
	for (size_t i = 0; i < n->signer_count; i++) {
		text_copy(row->signers[i].name, sizeof row->signers[i].name, n->signers[i]->plain_name);
		text_copy(row->signers[i].title, sizeof row->signers[i].title, n->signers[i]->title);
		row->signers[i].key = run_person_key(run, n->signers[i]->nik);
	}
}

/*
 * The same people in the same order: a template need not print them all. A namesake with another NIK is another person;
 * once somebody has signed, that is told by the signature itself (publish_check_partly).
 */
static bool has_same_signers(const struct run *run, const struct letter_job *job)
{
	struct ledger_letter now = {.id = 0};
	const struct ledger_letter *row = &job->row;

	fill_signers(run, job->draft.plan->naskah, &now);
	for (size_t i = 0; i < LIMIT_SIGNERS; i++)
		if (strcmp(now.signers[i].name, row->signers[i].name) != 0 ||
			(row->signatures == 0 &&
				!bytes_equal(&now.signers[i].key, &row->signers[i].key, SHA256_LEN)))
			return false;
	return true;
}

/* From the first signer again. */
static int start_over(struct making *m, struct letter_job *job, struct err *e)
{
	if (!m->preview && publish_withdraw(m->w->run, &job->row, e) != 0)
		return -1;
	job->row = (struct ledger_letter){.id = 0};
	job->plan = true;
	return 0;
}

/* Refused as often as makes sense: asking once more is a person's decision. */
static int wait_for_decision(struct making *m, struct letter_job *job, struct err *e)
{
	struct run *run = m->w->run;
	char why[600];

	if (run->req->sign_again)
		return m->preview ? 0 : publish_decide_again(run, &job->row, e);
	snprintf(why, sizeof why,
		_("refused %u times in a row, last: %s (%s); a person must decide: naskah resolve"),
		job->row.refusals, job->row.refused_text, job->row.refused_code);
	return publish_settle(job, LETTER_REFUSED, why);
}

/* One letter that the case wants, against its row in work. */
static int compare_job(struct making *m, struct letter_job *job, struct err *e)
{
	struct run *run = m->w->run;
	struct ledger_letter *row = &job->row;
	bool unknown;

	job->plan = row->id == 0 || !bytes_equal(&row->content, &job->draft.content, sizeof row->content) ||
		    !has_same_signers(run, job);
	if (row->id == 0)
		return 0;
	/* What the case wants is out; a later wording that was begun is not wanted any more. */
	if (job->settled) {
		if (drop(m, row, &unknown, e) != 0)
			return -1;
		return unknown ? publish_settle(job, LETTER_UNKNOWN,
					 _("outcome of a later wording unknown; a person must decide"))
			       : 0;
	}
	if (row->state == LETTER_UNKNOWN || row->state == LETTER_SENDING) {
		if (!run->req->sign_again || row->state == LETTER_SENDING)
			return publish_settle(job, LETTER_UNKNOWN,
				_("outcome unknown since an earlier run; a person must decide"));
		if (!m->preview && publish_decide_again(run, row, e) != 0)
			return -1;
	}
	if (row->state == LETTER_REFUSED && row->refusals >= LEDGER_REFUSALS_MAX && !job->plan)
		return wait_for_decision(m, job, e);
	/* Who signed an older wording has not signed this one. */
	return job->plan && row->signatures > 0 ? start_over(m, job, e) : 0;
}

static int compare(struct making *m, struct err *e)
{
	if (ledger_each_letter(m->w->run->ledger, m->c.c.id, see_letter, m, e) != 0)
		return -1;
	for (size_t i = 0; i < m->c.plan_count; i++)
		if (compare_job(m, &m->jobs[i], e) != 0)
			return -1;
	for (size_t i = 0; i < m->other_count; i++) {
		bool unknown;
		if (drop(m, &m->others[i], &unknown, e) != 0)
			return -1;
		m->unknown = m->unknown || unknown;
	}
	return 0;
}

/* ---- composing and printing ----------------------------------------------------------------------------- */

static int compose(struct making *m, struct err *e)
{
	size_t n = m->c.plan_count;

	m->jobs = arena_calloc(&m->c.c.arena, n ? n : 1, sizeof *m->jobs);
	if (!m->jobs)
		return err_nomem(e);
	for (size_t i = 0; i < n; i++)
		m->jobs[i].pdf = (struct buf)BUF_INIT(LIMIT_LETTER_BYTES);
	for (size_t i = 0; i < n; i++)
		if (draft_compose(&m->w->run->office, &m->c, &m->c.plans[i], &m->jobs[i].draft, e) != 0)
			return -1;
	return 0;
}

static void fill_row(struct making *m, const struct draft *d, struct ledger_letter *row)
{
	const struct naskah *n = d->plan->naskah;

	*row = (struct ledger_letter){.nn = d->plan->nn,
		.date = n->date,
		.content = d->content,
		.recipe = m->w->run->office.recipe,
		.state = LETTER_PLANNED,
		.leaf = -1};
	text_copy(row->case_id, sizeof row->case_id, m->c.c.id);
	text_copy(row->kind, sizeof row->kind, d->plan->kind);
	text_copy(row->number, sizeof row->number, d->plan->number);
	text_copy(row->title, sizeof row->title, d->plan->title);
	/* What the ledger never held cannot be told by it, and need not be deleted from it. */
	text_copy(row->subject, sizeof row->subject, d->plan->personal ? "" : n->subject);
	text_copy(row->office, sizeof row->office, d->plan->office);
	fill_signers(m->w->run, n, row);
	text_copy(row->class_code, sizeof row->class_code, n->class_code);
}

static int print(struct making *m, struct letter_job *job, struct sha256 *hash, struct err *e)
{
	buf_reset(&job->pdf);
	if (draft_print(&m->w->run->office, &m->c, &job->draft, job->row.code, &job->pdf, e) != 0)
		return -1;
	*hash = sha256_of(job->pdf.data, job->pdf.len);
	return 0;
}

/*
 * What the signers before gave back goes to the next one, whatever the letter would look like today. Looked at once more:
 * nobody is asked to sign what could not be published then.
 */
static int go_on(struct making *m, struct letter_job *job, struct err *e)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	struct run *run = m->w->run;
	char wrong[300], why[600];

	if (publish_load_partly(run, &job->row, &pdf, wrong, e) != 0 ||
		(!*wrong && !m->preview && publish_check_partly(run, job, &pdf, wrong, e) != 0))
		return -1;
	if (!*wrong) {
		buf_release(&job->pdf);
		job->pdf = pdf;
		pdf = (struct buf)BUF_INIT(0);
		return 0;
	}
	snprintf(why, sizeof why, _("%s, or have all sign anew with --sign-again"), wrong);
	if (!run->req->sign_again)
		return publish_settle(job, LETTER_PLANNED, why);
	pthread_mutex_lock(&run->lock);
	int r = m->preview ? 0 : publish_decide_again(run, &job->row, e);
	if (r == 0)
		r = start_over(m, job, e);
	pthread_mutex_unlock(&run->lock);
	return r;
}

/* -1 with `machine` set when it is not the case that is wrong. */
static int print_job(struct making *m, struct letter_job *job, struct err *machine, struct err *e)
{
	struct run *run = m->w->run;
	struct sha256 hash;

	if (job->row.signatures > 0) {
		if (go_on(m, job, machine) != 0)
			return -1;
		if (!job->plan)
			return 0;
	}
	/* A letter planned earlier keeps its code, unless its bytes are no longer the same (a font changed). */
	if (!job->plan) {
		if (print(m, job, &hash, e) != 0)
			return -1;
		if (bytes_equal(&hash, &job->row.unsigned_pdf, sizeof hash))
			return 0;
		job->plan = true;
	}
	fill_row(m, &job->draft, &job->row);
	pthread_mutex_lock(&run->lock);
	int r = publish_free_code(run, &job->draft.content, job->row.code, machine);
	pthread_mutex_unlock(&run->lock);
	if (r != 0 || print(m, job, &job->row.unsigned_pdf, e) != 0)
		return -1;
	return 0;
}

/* The next signer must not be asked: no need to print what will wait. */
static bool is_closed(const struct making *m, struct letter_job *job)
{
	struct run *run = m->w->run;
	char why[300];
	size_t next;

	if (m->preview || !publish_next_signer(run, job, &next) || !desk_is_closed(run->desk, next, why))
		return false;
	publish_settle(job, LETTER_PLANNED, why);
	return true;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

static enum case_outcome outcome_of(enum letter_state state)
{
	switch (state) {
	case LETTER_PUBLISHED:
	case LETTER_WITHDRAWN: /* by decision of a person: nothing more is to be done */
		return CASE_PUBLISHED;
	case LETTER_UNKNOWN:
	case LETTER_SENDING:
		return CASE_UNKNOWN;
	case LETTER_NONE:
	case LETTER_PLANNED:
	case LETTER_REFUSED:
	case LETTER_SUPERSEDED:
		break;
	}
	return CASE_WAITING;
}

/* The worst letter decides how the case stands. CASE_UNKNOWN > CASE_WAITING > CASE_PUBLISHED. */
static int conclude(struct making *m, struct run_entry *entry, struct err *e)
{
	enum case_outcome worst = m->unknown ? CASE_UNKNOWN : CASE_PUBLISHED;
	char why[1024] = "";

	if (m->unknown)
		snprintf(why, sizeof why, "%s",
			_("outcome of a letter that the case no longer holds unknown; a person must decide"));
	for (size_t i = 0; i < m->c.plan_count; i++) {
		const struct letter_job *job = &m->jobs[i];
		enum case_outcome o = outcome_of(job->state);
		if (o <= worst)
			continue;
		worst = o;
		int n = snprintf(why, sizeof why, "%s: %s", job->draft.plan->kind,
			*job->why ? job->why : _("the run was stopped"));
		if (job->row.signatures > 0 && n >= 0 && (size_t)n < sizeof why)
			snprintf(why + n, sizeof why - (size_t)n, _(" (signatures so far: %u of %u)"),
				job->row.signatures, ledger_letter_signers(&job->row));
	}
	if (m->dropped[0] && worst == CASE_PUBLISHED)
		snprintf(why, sizeof why, _("%s is not made any more, by decision of a person"), m->dropped);
	if (m->left_over[0]) {
		char text[600];
		snprintf(text, sizeof text, _("%s stands published, but the case no longer holds it"),
			m->left_over);
		run_warn_of_case(m->w->run, entry, text);
		if (worst == CASE_PUBLISHED)
			snprintf(why, sizeof why, "%s%s%s", entry->message ? entry->message : "",
				entry->message ? "; " : "", text);
	}
	return run_set_entry(m->w->run->result, entry, worst, why, e);
}

static int fail_case(
	struct making *m, struct run_entry *entry, enum case_outcome outcome, const char *why, struct err *e)
{
	struct run *run = m->w->run;

	pthread_mutex_lock(&run->lock);
	int r = run_set_entry(run->result, entry, outcome, why, e);
	if (r == 0 && *entry->id && !entry->twin)
		r = seal_case(run, entry, e);
	pthread_mutex_unlock(&run->lock);
	return r;
}

/* Reads and prints: 0 with `why` empty, or what is wrong with the case; -1: this machine failed. */
static int make_ready(struct making *m, const struct run_entry *entry, struct err *why, struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	struct run *run = m->w->run;

	if (buf_load(&bytes, entry->path, why) != 0) {
		/* It could be read a moment ago: whatever it is, it is about this file. */
		if (why->kind == ERR_IO)
			why->kind = ERR_INPUT;
		return 0;
	}
	struct sha256 source = sha256_of(bytes.data, bytes.len);
	if (!bytes_equal(&source, &entry->source, sizeof source)) {
		err_set(why, ERR_INPUT, _("%s: the file changed during the run: run again"), entry->path);
		return 0;
	}
	if (open_case(&run->office, bytes.data, bytes.len, entry->path, NULL, NULL, &m->c, why) != 0 ||
		compose(m, why) != 0)
		return 0;
	pthread_mutex_lock(&run->lock);
	int r = compare(m, e);
	pthread_mutex_unlock(&run->lock);
	for (size_t i = 0; r == 0 && why->kind == ERR_NONE && i < m->c.plan_count; i++) {
		struct letter_job *job = &m->jobs[i];
		if (job->settled || is_closed(m, job))
			continue;
		(void)!print_job(m, job, e, why);
		r = e->kind == ERR_NONE ? 0 : -1;
	}
	return r;
}

/* Letters as far as they go; the first that this machine fails on ends it. */
static int publish_jobs(struct making *m, struct err *e)
{
	for (size_t i = 0; i < m->c.plan_count && !run_is_stopping(m->w->run); i++)
		if (!m->jobs[i].settled && publish_letter(m->w, &m->jobs[i], e) != 0)
			return -1;
	return 0;
}

int make_case(struct worker *w, struct run_entry *entry, struct err *e)
{
	AUTO(making_release) struct making m = MAKING_INIT;
	struct run *run = w->run;
	struct err why = ERR_INIT;

	if (entry->outcome != CASE_OUTCOME_NONE)
		return 0; /* refused or recognised by the first pass */
	m.w = w;
	run_take_slot(run);
	int ready = make_ready(&m, entry, &why, e);
	run_give_slot(run);
	if (ready != 0)
		return -1;
	if (run_is_the_cases_fault(&why))
		return fail_case(&m, entry, CASE_REFUSED, why.msg, e);
	/* A template or a rule of the program: the other cases need not wait for its repair. */
	entry->setup = why.kind == ERR_CONFIG;
	if (why.kind == ERR_CONFIG || why.kind == ERR_BUG)
		return fail_case(&m, entry, CASE_FAILED, why.msg, e);
	if (why.kind == ERR_NONE)
		(void)!publish_jobs(&m, &why);
	if (why.kind != ERR_NONE) {
		(void)!fail_case(&m, entry, CASE_FAILED, why.msg, e);
		return err_set(e, why.kind, "%s", why.msg);
	}
	pthread_mutex_lock(&run->lock);
	int r = conclude(&m, entry, e);
	if (r == 0)
		r = seal_case(run, entry, e);
	pthread_mutex_unlock(&run->lock);
	return r;
}

int preview_case(struct run *run, const struct run_entry *entry, preview_fn *fn, void *user, struct err *e)
{
	AUTO(making_release) struct making m = MAKING_INIT;
	struct worker w = {.run = run, .signer = SIGNER_INIT};
	struct err why = ERR_INIT;
	int r = 0;

	m.w = &w;
	m.preview = true;
	if (make_ready(&m, entry, &why, e) != 0)
		return -1;
	/* What is wrong with the case is told when its turn to be made comes. */
	if (why.kind != ERR_NONE)
		return why.kind == ERR_NOMEM || why.kind == ERR_IO ? err_set(e, why.kind, "%s", why.msg) : 0;
	for (size_t i = 0; r == 0 && i < m.c.plan_count; i++)
		if (!m.jobs[i].settled)
			r = fn(user, &m.c, &m.jobs[i], e);
	return r;
}
