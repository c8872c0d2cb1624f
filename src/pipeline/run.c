/* The batch: first pass checks, second pass makes. See run.h. */
#include "pipeline/run.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "crypto/hash.h"
#include "pipeline/inputs.h"
#include "pipeline/state.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RESULT_ARENA ((size_t)1 << 30) /* names and messages of a million files */
#define WORKERS_MAX  16

void run_result_init(struct run_result *r)
{
	*r = (struct run_result){.arena = ARENA_INIT(RESULT_ARENA), .warnings = BUF_INIT(16 * MIB)};
}

void run_result_release(struct run_result *r)
{
	free(r->entries);
	buf_release(&r->warnings);
	arena_release(&r->arena);
	*r = (struct run_result){.count = 0};
}

static void warn(void *user, const char *message)
{
	struct run_result *r = user;

	buf_adds(&r->warnings, message);
	buf_addc(&r->warnings, '\n');
}

static int list_entries(struct run_result *out, const char *const *inputs, size_t input_count, struct err *e)
{
	AUTO(inputs_release) struct inputs in = {NULL, 0};

	if (inputs_list(inputs, input_count, &out->arena, &in, e) != 0)
		return -1;
	out->entries = calloc(in.count ? in.count : 1, sizeof *out->entries);
	if (!out->entries)
		return err_nomem(e);
	for (size_t i = 0; i < in.count; i++)
		out->entries[i].path = in.paths[i];
	out->count = in.count;
	return 0;
}

/* The failures that concern one case; all others are this machine's or the setup's and end the run. */
static bool is_the_cases_fault(const struct err *e)
{
	return e->kind == ERR_INPUT || e->kind == ERR_LIMIT;
}

static int set_entry(struct run_result *out, struct run_entry *entry, enum case_outcome outcome,
	const char *why, struct err *e)
{
	entry->outcome = outcome;
	if (why && *why && !(entry->message = arena_strdup(&out->arena, why)))
		return err_nomem(e);
	return 0;
}

/* Same id or number twice, among the files of this run or against letters that are out already. */
static int note_identity(struct ledger *l, const struct open_case *c, struct err *e)
{
	char other[65];
	char place[1200];
	bool taken;

	if (ledger_seen_case(l, c->c.id, c->c.path, e) != 0)
		return err_context(e, "%s", c->c.path);
	for (size_t i = 0; i < c->plan_count; i++) {
		const struct letter_plan *p = &c->plans[i];
		snprintf(place, sizeof place, "%s:%u", c->c.path, p->naskah->line);
		if (ledger_seen_number(l, p->office, p->naskah->date.year, p->number, c->c.id, place, e) !=
				0 ||
			ledger_number_taken(l, p->office, p->naskah->date.year, p->number, c->c.id, &taken,
				other, e) != 0)
			return err_context(e, "%s: nomor", place);
		if (taken)
			return err_set(e, ERR_INPUT,
				_("%s: nomor: '%s' stands on a published letter of case %s already; a number "
				  "is used once"),
				place, p->number, other);
	}
	return 0;
}

/* Every signer must be in the config before anything is made: exit 2, not a refused case. */
static int check_signers(const struct config *config, const struct open_case *c, bool *used, struct err *e)
{
	for (size_t i = 0; i < c->plan_count; i++) {
		const struct person *p = c->plans[i].naskah->signer;
		const struct config_signer *who = p->nik ? config_signer_by_nik(config, p->nik) : NULL;
		if (!who)
			return err_set(e, ERR_CONFIG,
				_("%s:%u: no [signer ...] section of the configuration has the NIK of '%s'"),
				c->c.path, p->line, p->plain_name);
		used[who - config->signers] = true;
	}
	return 0;
}

/* First pass over one file. `used` and `ledger` are NULL for a mere check. */
static int check_file(const struct office *o, struct run_entry *entry, struct ledger *ledger, bool *used,
	struct run_result *out, struct err *e)
{
	AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	struct err why = ERR_INIT;
	int r = buf_load(&bytes, entry->path, &why);

	if (r == 0)
		r = open_case(o, bytes.data, bytes.len, entry->path, warn, out, &c, &why);
	if (c.c.id)
		snprintf(entry->id, sizeof entry->id, "%s", c.c.id);
	if (r == 0 && used && check_signers(o->config, &c, used, e) != 0)
		return -1;
	if (r == 0 && ledger)
		r = note_identity(ledger, &c, &why);
	if (r == 0)
		return 0;
	if (!is_the_cases_fault(&why) && why.kind != ERR_IO)
		return err_set(e, why.kind, "%s", why.msg);
	return set_entry(out, entry, CASE_REFUSED, why.msg, e);
}

int run_check(const struct office *o, const char *const *inputs, size_t input_count, struct run_result *out,
	struct err *e)
{
	if (list_entries(out, inputs, input_count, e) != 0)
		return -1;
	for (size_t i = 0; i < out->count; i++) {
		if (check_file(o, &out->entries[i], NULL, NULL, out, e) != 0)
			return -1;
		if (out->entries[i].outcome == CASE_OUTCOME_NONE)
			out->entries[i].outcome = CASE_WAITING;
		out->outcomes[out->entries[i].outcome]++;
	}
	return 0;
}

/* Is there nothing to do: same bytes as last time, and all its letters are out? */
static int is_finished(
	struct run *run, const struct sha256 *source, const char *id, bool *finished, struct err *e)
{
	struct ledger_case known;
	bool found = false;

	pthread_mutex_lock(&run->lock);
	int r = ledger_case_find(run->ledger, id, &known, &found, e);
	pthread_mutex_unlock(&run->lock);
	*finished = found && known.outcome == CASE_PUBLISHED &&
		    bytes_equal(&known.source, source, sizeof *source);
	return r;
}

/* The worst letter decides how the case stands. */
static enum case_outcome outcome_of(enum letter_state state)
{
	switch (state) {
	case LETTER_PUBLISHED:
		return CASE_PUBLISHED;
	case LETTER_UNKNOWN:
	case LETTER_SENDING:
		return CASE_UNKNOWN;
	case LETTER_NONE:
	case LETTER_PLANNED:
	case LETTER_REFUSED:
	case LETTER_SUPERSEDED:
	case LETTER_WITHDRAWN:
		break;
	}
	return CASE_WAITING;
}

static int make_letters(struct worker *w, struct open_case *c, struct run_entry *entry, struct err *e)
{
	struct draft *drafts = arena_calloc(&c->c.arena, c->plan_count ? c->plan_count : 1, sizeof *drafts);
	enum case_outcome worst = CASE_PUBLISHED;
	char why[600] = "";

	if (!drafts)
		return err_nomem(e);
	/* All letters must compose before the first is signed. */
	for (size_t i = 0; i < c->plan_count; i++)
		if (draft_compose(&w->run->office, c, &c->plans[i], &drafts[i], e) != 0)
			return -1;
	for (size_t i = 0; i < c->plan_count && !atomic_load(&w->run->stop); i++) {
		struct publish_result r = {.state = LETTER_NONE};
		if (publish_letter(w, c, &drafts[i], &r, e) != 0)
			return -1;
		enum case_outcome o = outcome_of(r.state);
		/* CASE_UNKNOWN > CASE_WAITING > CASE_PUBLISHED */
		if (o > worst) {
			worst = o;
			snprintf(why, sizeof why, "%.64s: %.500s", c->plans[i].kind, r.why);
		}
	}
	if (atomic_load(&w->run->stop) && worst == CASE_PUBLISHED) {
		worst = CASE_WAITING;
		snprintf(why, sizeof why, "%s", _("the run was stopped"));
	}
	pthread_mutex_lock(&w->run->lock);
	int r = set_entry(w->run->result, entry, worst, why, e);
	pthread_mutex_unlock(&w->run->lock);
	return r;
}

/* Puts the account of a case into the ledger, with the next seal. */
static int note_case(
	struct run *run, const struct run_entry *entry, const struct sha256 *source, struct err *e)
{
	struct ledger_case row = {.source = *source, .outcome = entry->outcome};
	int r = 0;

	snprintf(row.id, sizeof row.id, "%s", entry->id);
	snprintf(row.path, sizeof row.path, "%s", entry->path);
	snprintf(row.message, sizeof row.message, "%s", entry->message ? entry->message : "");
	pthread_mutex_lock(&run->lock);
	if (run->case_count == SEAL_EVERY)
		r = seal(run, e);
	if (r == 0)
		run->cases[run->case_count++] = row;
	pthread_mutex_unlock(&run->lock);
	return r;
}

/* Second pass over one file. -1: this machine failed. */
static int make_case(struct worker *w, struct run_entry *entry, struct err *e)
{
	struct run *run = w->run;
	AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	bool finished = false;
	struct err why = ERR_INIT;

	if (entry->outcome == CASE_REFUSED)
		return 0;
	int r = buf_load(&bytes, entry->path, &why);
	struct sha256 source = sha256_of(bytes.data, bytes.len);
	if (r == 0 && is_finished(run, &source, entry->id, &finished, e) != 0)
		return -1;
	if (finished) {
		entry->outcome = CASE_PUBLISHED;
		return 0;
	}
	if (r == 0)
		r = open_case(&run->office, bytes.data, bytes.len, entry->path, NULL, NULL, &c, &why);
	if (r == 0 && strcmp(c.c.id, entry->id) != 0)
		r = err_set(&why, ERR_INPUT, _("%s: the file changed during the run"), entry->path);
	if (r == 0)
		r = make_letters(w, &c, entry, &why);
	if (r != 0) {
		if (!is_the_cases_fault(&why)) {
			pthread_mutex_lock(&run->lock);
			(void)!set_entry(run->result, entry, CASE_FAILED, why.msg, e);
			pthread_mutex_unlock(&run->lock);
			return err_set(e, why.kind, "%s", why.msg);
		}
		pthread_mutex_lock(&run->lock);
		r = set_entry(run->result, entry, CASE_REFUSED, why.msg, e);
		pthread_mutex_unlock(&run->lock);
		if (r != 0)
			return -1;
	}
	return note_case(run, entry, &source, e);
}

static void *work(void *arg)
{
	struct worker *w = arg;
	struct run *run = w->run;
	struct run_result *result = run->result;

	while (!atomic_load(&run->stop)) {
		size_t i = atomic_fetch_add(&run->next, 1);
		if (i >= result->count)
			break;
		if (run->req->stop && atomic_load(run->req->stop)) {
			atomic_store(&run->stop, true);
			break;
		}
		if (make_case(w, &result->entries[i], &w->e) != 0) {
			atomic_store(&run->stop, true);
			break;
		}
		pthread_mutex_lock(&run->lock);
		if (run->req->progress) {
			size_t done = i + 1 < result->count ? i + 1 : result->count;
			run->req->progress(run->req->user, done, result->count, result->published_now);
		}
		pthread_mutex_unlock(&run->lock);
	}
	return NULL;
}

static unsigned worker_count(const struct run_request *req, size_t cases)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	unsigned n = req->jobs ? req->jobs : (unsigned)(cores > 0 ? cores : 1);

	if (n > WORKERS_MAX)
		n = WORKERS_MAX;
	return cases < n ? (unsigned)(cases ? cases : 1) : n;
}

static int run_workers(struct run *run, struct err *e)
{
	struct worker workers[WORKERS_MAX] = {{.run = NULL}};
	pthread_t threads[WORKERS_MAX];
	unsigned n = worker_count(run->req, run->result->count), started = 0;
	int r = 0;

	for (unsigned i = 0; r == 0 && i < n; i++) {
		workers[i] = (struct worker){.run = run, .pdf = BUF_INIT(LIMIT_LETTER_BYTES)};
		r = desk_signer(run->desk, &workers[i].signer, e);
	}
	for (; r == 0 && started < n; started++)
		if (pthread_create(&threads[started], NULL, work, &workers[started]) != 0)
			r = err_set(e, ERR_NOMEM, _("cannot start a thread"));
	if (r != 0)
		atomic_store(&run->stop, true);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (unsigned i = 0; i < n; i++) {
		if (workers[i].e.kind != ERR_NONE)
			r = err_set(e, workers[i].e.kind, "%s", workers[i].e.msg);
		if (workers[i].run) {
			signer_release(&workers[i].signer);
			buf_release(&workers[i].pdf);
		}
	}
	return r;
}

static int open_run(struct run *run, struct err *e)
{
	const struct config *c = run->req->config;
	AUTO(free_ptr) char *db = NULL, *audit = NULL, *key = NULL;

	if (asprintf(&db, "%s/ledger.db", c->out) < 0 || asprintf(&audit, "%s/audit", c->out) < 0 ||
		asprintf(&key, "%s/log.key", c->keys) < 0)
		return err_nomem(e);
	struct audit_config log = {.dir = audit, .origin = c->log_origin, .key_path = key};
	if (outfile_mkdirs(c->out, 0755, e) != 0 || outfile_mkdirs(c->keys, 0700, e) != 0 ||
		office_open(c, OFFICE_PRINT | OFFICE_CODE, &run->office, e) != 0 ||
		trust_load(run->req->roots, &run->trust, e) != 0 ||
		ledger_open(db, false, &run->ledger, e) != 0 || audit_log_open(&log, &run->log, e) != 0)
		return -1;
	return desk_new(c, &run->req->service, &run->desk, e);
}

static void close_run(struct run *run)
{
	desk_free(run->desk);
	audit_log_free(run->log);
	ledger_free(run->ledger);
	trust_free(run->trust);
	office_release(&run->office);
	pthread_mutex_destroy(&run->lock);
}

static int first_pass(struct run *run, struct err *e)
{
	struct run_result *out = run->result;
	size_t signers = run->req->config->signer_count;
	AUTO(free_ptr) bool *used = calloc(signers ? signers : 1, sizeof *used);
	int r;

	if (!used)
		return err_nomem(e);
	if (ledger_seen_reset(run->ledger, e) != 0 || ledger_group_begin(run->ledger, e) != 0)
		return -1;
	r = 0;
	for (size_t i = 0; r == 0 && i < out->count; i++)
		r = check_file(&run->office, &out->entries[i], run->ledger, used, out, e);
	if (r != 0)
		ledger_group_cancel(run->ledger);
	if (r != 0 || ledger_group_end(run->ledger, e) != 0)
		return -1;
	for (size_t i = 0; i < signers; i++)
		if (used[i] && desk_unlock(run->desk, i, e) != 0)
			return -1;
	return 0;
}

static int count_letter(void *user, const struct ledger_letter *letter, struct err *e)
{
	size_t *n = user;

	(void)e;
	*n += letter->state == LETTER_PUBLISHED;
	return 0;
}

static int count_outcomes(struct run *run, struct err *e)
{
	struct run_result *out = run->result;

	for (size_t i = 0; i < out->count; i++) {
		struct run_entry *entry = &out->entries[i];
		if (entry->outcome == CASE_OUTCOME_NONE) {
			out->interrupted = true;
			if (set_entry(out, entry, CASE_WAITING, _("the run was stopped"), e) != 0)
				return -1;
		}
		out->outcomes[entry->outcome]++;
		if (*entry->id && entry->outcome != CASE_REFUSED &&
			ledger_each_letter(run->ledger, entry->id, count_letter, &out->letters, e) != 0)
			return -1;
	}
	return 0;
}

int run_batch(const struct run_request *req, struct run_result *out, struct err *e)
{
	AUTO(free_ptr) struct run *run = calloc(1, sizeof *run);
	struct err second = ERR_INIT;

	if (!run)
		return err_nomem(e);
	run->req = req;
	run->result = out;
	pthread_mutex_init(&run->lock, NULL);
	int r = list_entries(out, req->inputs, req->input_count, e);
	if (r == 0)
		r = open_run(run, e);
	if (r == 0)
		r = first_pass(run, e);
	if (r == 0) {
		r = recover(run, e);
		if (r == 0)
			r = run_workers(run, e);
		/* Whatever happened: what was published is sealed and counted. */
		if (seal(run, r == 0 ? e : &second) != 0 || count_outcomes(run, r == 0 ? e : &second) != 0)
			r = -1;
	}
	close_run(run);
	return r;
}
