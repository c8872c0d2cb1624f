/* The batch: opening, the first pass, the workers. See run.h; case.c is the second pass over one file. */
#include "pipeline/run.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "pipeline/inputs.h"
#include "pipeline/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define RESULT_ARENA ((size_t)1 << 30) /* names and messages of a million files */
#define WORKERS_MAX  256
/* Letters made or looked at for each slot, while others wait for the service: one ready when the slot gets free. */
#define AHEAD        2

void run_result_init(struct run_result *r)
{
	*r = (struct run_result){.arena = ARENA_INIT(RESULT_ARENA),
		.case_warnings = BUF_INIT(16 * MIB),
		.warnings = BUF_INIT(MIB)};
}

void run_result_release(struct run_result *r)
{
	free(r->entries);
	buf_release(&r->case_warnings);
	buf_release(&r->warnings);
	arena_release(&r->arena);
	*r = (struct run_result){.count = 0};
}

int64_t run_now(const struct run *run)
{
	return run->req->now_at ? run->req->now_at : clock_now();
}

bool run_is_stopping(const struct run *run)
{
	return atomic_load(&run->stop) || (run->req->stop && atomic_load(run->req->stop));
}

/* A list that is full stays as it is: nobody reads that far. */
static void add_line(struct buf *lines, const char *message)
{
	if (lines->len + strlen(message) + 1 > lines->max)
		return;
	buf_adds(lines, message);
	buf_addc(lines, '\n');
}

void run_warn(struct run *run, const char *fmt, ...)
{
	char message[1024];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(message, sizeof message, fmt, ap);
	va_end(ap);
	add_line(&run->result->warnings, message);
}

void run_warn_of_case(struct run *run, const struct run_entry *entry, const char *message)
{
	char line[1600];

	snprintf(line, sizeof line, "%s: %s", entry->path, message);
	add_line(&run->result->case_warnings, line);
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
		out->entries[i] = (struct run_entry){.path = in.paths[i], .id = ""};
	out->count = in.count;
	return 0;
}

bool run_is_the_cases_fault(const struct err *e)
{
	return e->kind == ERR_INPUT || e->kind == ERR_LIMIT;
}

int run_set_entry(struct run_result *out, struct run_entry *entry, enum case_outcome outcome, const char *why,
	struct err *e)
{
	char text[600];

	entry->outcome = outcome;
	if (!why || !*why)
		return 0;
	/* A hundred thousand cases that wait for the same reason need its words once. */
	text_copy(text, sizeof text, why);
	const char *last = entry > out->entries ? entry[-1].message : NULL;
	entry->message = last && strcmp(last, text) == 0 ? last : arena_strdup(&out->arena, text);
	return entry->message ? 0 : err_nomem(e);
}

/* ---- first pass ----------------------------------------------------------------------------------------- */

/* What the rules only warn of: for the operator, and kept with the case. */
struct notes {
	struct run_result *result;
	char text[513];
};

static void note_warning(void *user, const char *message)
{
	struct notes *n = user;
	size_t len = strlen(n->text);
	char whole[1200];

	add_line(&n->result->case_warnings, message);
	snprintf(whole, sizeof whole, "%s%s%s", n->text, len ? "; " : "", message);
	text_copy(n->text, sizeof n->text, whole);
}

/* Same id or number twice, among the files of this run or against letters that are out already. */
static int note_identity(
	struct ledger *l, const struct open_case *c, struct run_entry *entry, struct err *why, struct err *e)
{
	char other[65];
	char place[1200];
	bool taken;

	if (ledger_seen_case(l, c->c.id, c->c.path, why) != 0) {
		entry->twin = run_is_the_cases_fault(why);
		return entry->twin ? 0 : err_set(e, why->kind, "%s", why->msg);
	}
	for (size_t i = 0; i < c->plan_count; i++) {
		const struct letter_plan *p = &c->plans[i];
		snprintf(place, sizeof place, "%s:%u", c->c.path, p->naskah->line);
		if (ledger_seen_number(l, p->office, p->naskah->date.year, p->number, c->c.id, place, why) !=
			0)
			return run_is_the_cases_fault(why) ? 0 : err_set(e, why->kind, "%s", why->msg);
		if (ledger_number_taken(
			    l, p->office, p->naskah->date.year, p->number, c->c.id, &taken, other, e) != 0)
			return -1;
		if (taken) {
			err_set(why, ERR_INPUT,
				_("%s: nomor: '%s' stands on a published letter of case %s already; a number "
				  "is used once"),
				place, p->number, other);
			return 0;
		}
	}
	return 0;
}

/* Every signer must be in the config before anything is made: exit 2, not a refused case. */
static int check_signers(
	const struct config *config, const struct open_case *c, size_t *wanted, struct err *e)
{
	for (size_t i = 0; i < c->plan_count; i++)
		for (size_t k = 0; k < c->plans[i].naskah->signer_count; k++) {
			const struct person *p = c->plans[i].naskah->signers[k];
			const struct config_signer *who =
				p->nik ? config_signer_by_nik(config, p->nik) : NULL;
			if (!who)
				return err_set(e, ERR_CONFIG,
					_("%s:%u: no [signer ...] section of the configuration has the NIK "
					  "of '%s'"),
					c->c.path, p->line, p->plain_name);
			wanted[who - config->signers]++;
		}
	return 0;
}

/* What the first pass looks at besides the files; the last three NULL for a mere check. */
struct checking {
	const struct office *office;
	struct run_result *out;
	struct office *printing; /* the same office, whose fonts wait for the first file that needs them */
	struct ledger *ledger;
	size_t *wanted; /* signatures that each signer may have to give */
};

/*
 * A file with the bytes of a finished case: all its letters are out, its numbers are in the ledger, and none of them
 * is in work. What went out stays out, whatever rules or templates say today, so that it need not be read again.
 */
static int recognise(struct checking *k, struct run_entry *entry, struct err *e)
{
	struct ledger_case known;
	bool found = false, settled = false;
	struct err why = ERR_INIT;

	if (ledger_case_by_source(k->ledger, &entry->source, &known, &found, e) != 0)
		return -1;
	if (!found || known.outcome != CASE_PUBLISHED)
		return 0;
	if (ledger_case_is_settled(k->ledger, known.id, &settled, e) != 0)
		return -1;
	if (!settled)
		return 0;
	if (!(entry->id = arena_strdup(&k->out->arena, known.id)))
		return err_nomem(e);
	if (ledger_seen_case(k->ledger, known.id, entry->path, &why) != 0) {
		if (!run_is_the_cases_fault(&why))
			return err_set(e, why.kind, "%s", why.msg);
		entry->twin = true;
		return run_set_entry(k->out, entry, CASE_REFUSED, why.msg, e);
	}
	if (run_set_entry(k->out, entry, CASE_PUBLISHED, known.message, e) != 0)
		return -1;
	char path[sizeof known.path];
	text_copy(path, sizeof path, entry->path);
	if (strcmp(known.path, path) == 0)
		return 0;
	/* The file has another name now. */
	memcpy(known.path, path, sizeof path);
	return ledger_case_put(k->ledger, &known, e);
}

/* -1 with `e`: the run must end. Otherwise `why` tells what is wrong with the case, if anything. */
static int look_at(struct checking *k, struct run_entry *entry, const struct buf *bytes, struct notes *notes,
	struct err *why, struct err *e)
{
	AUTO(open_case_release) struct open_case c = OPEN_CASE_INIT;

	if (k->printing && office_open_print(k->printing, e) != 0)
		return -1;
	if (open_case(k->office, bytes->data, bytes->len, entry->path, note_warning, notes, &c, why) != 0)
		return run_is_the_cases_fault(why) ? 0 : err_set(e, why->kind, "%s", why->msg);
	if (!(entry->id = arena_strdup(&k->out->arena, c.c.id)))
		return err_nomem(e);
	if (k->wanted && check_signers(k->office->config, &c, k->wanted, e) != 0)
		return -1;
	return k->ledger ? note_identity(k->ledger, &c, entry, why, e) : 0;
}

/* Refused for what other cases hold: its id is its own, so that the ledger can tell. */
static int note_refused(struct ledger *l, const struct run_entry *entry, struct err *e)
{
	struct ledger_case row = {.source = entry->source, .outcome = CASE_REFUSED};

	text_copy(row.id, sizeof row.id, entry->id);
	text_copy(row.path, sizeof row.path, entry->path);
	text_copy(row.message, sizeof row.message, entry->message);
	return ledger_case_put(l, &row, e);
}

static int check_file(struct checking *k, struct run_entry *entry, struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_CASE_BYTES);
	struct notes notes = {.result = k->out};
	struct err why = ERR_INIT;

	if (buf_load(&bytes, entry->path, &why) != 0) {
		if (why.kind == ERR_NOMEM)
			return err_nomem(e);
		return run_set_entry(k->out, entry, CASE_REFUSED, why.msg, e);
	}
	entry->source = sha256_of(bytes.data, bytes.len);
	if (k->ledger && recognise(k, entry, e) != 0)
		return -1;
	if (entry->outcome != CASE_OUTCOME_NONE)
		return 0;
	if (look_at(k, entry, &bytes, &notes, &why, e) != 0)
		return -1;
	if (why.kind == ERR_NONE)
		return run_set_entry(k->out, entry, CASE_OUTCOME_NONE, notes.text, e);
	if (run_set_entry(k->out, entry, CASE_REFUSED, why.msg, e) != 0)
		return -1;
	return k->ledger && *entry->id && !entry->twin ? note_refused(k->ledger, entry, e) : 0;
}

int run_check(const struct office *o, const char *const *inputs, size_t input_count, struct run_result *out,
	struct err *e)
{
	struct checking k = {.office = o, .out = out};

	if (list_entries(out, inputs, input_count, e) != 0)
		return -1;
	for (size_t i = 0; i < out->count; i++) {
		if (check_file(&k, &out->entries[i], e) != 0)
			return -1;
		if (out->entries[i].outcome == CASE_OUTCOME_NONE)
			out->entries[i].outcome = CASE_WAITING;
		out->outcomes[out->entries[i].outcome]++;
	}
	return 0;
}

static int first_pass(struct run *run, struct err *e)
{
	struct run_result *out = run->result;
	struct checking k = {.office = &run->office,
		.printing = &run->office,
		.out = out,
		.ledger = run->ledger,
		.wanted = run->wanted};
	int r = 0;

	if (ledger_seen_reset(run->ledger, e) != 0 || ledger_group_begin(run->ledger, e) != 0)
		return -1;
	for (size_t i = 0; r == 0 && i < out->count && !run_is_stopping(run); i++)
		r = check_file(&k, &out->entries[i], e);
	if (r != 0) {
		ledger_group_cancel(run->ledger);
		return -1;
	}
	return ledger_group_end(run->ledger, e);
}

/* ---- second pass ---------------------------------------------------------------------------------------- */

static void *work(void *arg)
{
	struct worker *w = arg;
	struct run *run = w->run;
	struct run_result *result = run->result;

	while (!run_is_stopping(run)) {
		size_t i = atomic_fetch_add(&run->next, 1);
		if (i >= result->count)
			break;
		if (make_case(w, &result->entries[i], &w->e) != 0) {
			atomic_store(&run->stop, true);
			break;
		}
		pthread_mutex_lock(&run->lock);
		run->done++;
		if (run->req->progress)
			run->req->progress(run->req->user, run->done, result->count, result->published_now);
		pthread_mutex_unlock(&run->lock);
	}
	return NULL;
}

static unsigned core_count(const struct run_request *req)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);

	return req->jobs ? req->jobs : (unsigned)(cores > 0 ? cores : 1);
}

/*
 * One for each call that may be under way (the desk counts those), and some that make or check letters meanwhile. One
 * call at a time is one case after the other, in their order.
 */
static unsigned worker_count(const struct run_request *req, size_t cases)
{
	size_t n = req->config->in_flight;

	if (n > 1)
		n += (size_t)AHEAD * core_count(req);
	if (n > WORKERS_MAX)
		n = WORKERS_MAX;
	return (unsigned)(cases < n ? (cases ? cases : 1) : n);
}

void run_take_slot(struct run *run)
{
	while (sem_wait(&run->slots) != 0)
		;
}

void run_give_slot(struct run *run)
{
	sem_post(&run->slots);
}

static void workers_release(struct worker **workers)
{
	for (size_t i = 0; *workers && i < WORKERS_MAX; i++)
		signer_release(&(*workers)[i].signer);
	free(*workers);
}

static int run_workers(struct run *run, size_t open_cases, struct err *e)
{
	AUTO(workers_release) struct worker *workers = calloc(WORKERS_MAX, sizeof *workers);
	pthread_t threads[WORKERS_MAX];
	unsigned n = worker_count(run->req, open_cases), started = 0;
	int r = 0;

	if (!workers)
		return err_nomem(e);
	for (unsigned i = 0; r == 0 && i < n; i++) {
		workers[i].run = run;
		r = desk_signer(run->desk, &workers[i].signer, e);
	}
	for (; r == 0 && started < n; started++)
		if (pthread_create(&threads[started], NULL, work, &workers[started]) != 0)
			break;
	/* Fewer than wanted do the same work, only slower. */
	if (r == 0 && started == 0)
		r = err_set(e, ERR_NOMEM, _("cannot start a thread"));
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	for (unsigned i = 0; i < started; i++)
		if (workers[i].e.kind != ERR_NONE)
			r = err_set(e, workers[i].e.kind, "%s", workers[i].e.msg);
	return r;
}

/* ---- the whole ------------------------------------------------------------------------------------------ */

/* First what only reads; then the ledger, whose lock sees to it that everything after it has one maker. */
static int open_run(struct run *run, struct err *e)
{
	const struct config *c = run->req->config;
	AUTO(free_ptr) char *db = NULL, *audit = NULL, *key = NULL;

	if (asprintf(&db, "%s/ledger.db", c->out) < 0 || asprintf(&audit, "%s/audit", c->out) < 0 ||
		asprintf(&key, "%s/log.key", c->keys) < 0)
		return err_nomem(e);
	struct audit_config log = {.dir = audit, .origin = c->log_origin, .key_path = key};
	if (office_open(c, OFFICE_CHECK, &run->office, e) != 0 || outfile_mkdirs(c->out, 0755, e) != 0 ||
		ledger_open(db, false, &run->ledger, e) != 0)
		return -1;
	if (outfile_mkdirs(c->keys, 0700, e) != 0 || office_open_code(&run->office, e) != 0)
		return -1;
	return audit_log_open(&log, &run->log, e);
}

static bool is_stopping(void *user)
{
	return run_is_stopping(user);
}

int run_connect(struct run *run, struct err *e)
{
	struct desk_service service = {.url = NULL};
	const char *roots = NULL;

	if (run->desk)
		return 0;
	if (run->req->connect(run->req->connect_user, &service, &roots, e) != 0 ||
		trust_load(roots, &run->trust, e) != 0)
		return -1;
	if (desk_new(run->req->config, &service, &run->desk, e) != 0)
		return -1;
	desk_watch(run->desk, is_stopping, run);
	return 0;
}

static void fd_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

/* Every signer that may be needed: its secret, then its certificate, before the first letter is sent. */
static int open_desk(struct run *run, struct err *e)
{
	AUTO(fd_close) int leaves = -1;
	size_t signers = run->req->config->signer_count;
	char warning[300];

	for (size_t i = 0; i < signers; i++)
		if (run->wanted[i] > 0 && desk_unlock(run->desk, i, e) != 0)
			return -1;
	if (run->approval.count > 0) {
		const struct approval *a = &run->approval;
		if ((leaves = open(a->leaves_path, O_RDONLY | O_CLOEXEC)) < 0)
			return err_sys(e, ERR_IO, errno, _("cannot read '%s'"), a->leaves_path);
		if (desk_approve(run->desk, &a->root, (uint64_t)a->count, leaves, e) != 0)
			return -1;
	}
	if (desk_signer(run->desk, &run->asker, e) != 0)
		return -1;
	for (size_t i = 0; i < signers && !run_is_stopping(run); i++) {
		if (run->wanted[i] == 0)
			continue;
		desk_prepare(run->desk, i, &run->asker, run->wanted[i], run_now(run), warning);
		if (*warning)
			run_warn(run, "%s", warning);
	}
	return 0;
}

void run_end(struct run *run)
{
	signer_release(&run->asker);
	desk_free(run->desk);
	audit_log_free(run->log);
	ledger_free(run->ledger);
	trust_free(run->trust);
	office_release(&run->office);
	approval_release(&run->approval);
	free(run->wanted);
	sem_destroy(&run->slots);
	pthread_mutex_destroy(&run->lock);
	commit_destroy(&run->commit);
}

static size_t count_open(const struct run_result *out)
{
	size_t n = 0;

	for (size_t i = 0; i < out->count; i++)
		n += out->entries[i].outcome == CASE_OUTCOME_NONE;
	return n;
}

int run_begin(struct run *run, const struct run_request *req, struct run_result *out, struct err *e)
{
	run->req = req;
	run->result = out;
	pthread_mutex_init(&run->lock, NULL);
	commit_init(&run->commit);
	sem_init(&run->slots, 0, core_count(req));
	run->wanted = calloc(req->config->signer_count + 1, sizeof *run->wanted);
	if (!run->wanted)
		return err_nomem(e);
	if (list_entries(out, req->inputs, req->input_count, e) != 0 || open_run(run, e) != 0)
		return -1;
	return first_pass(run, e);
}

/* Everything that may stop the run before the first call: nothing has been sent yet. */
static int clear_to_sign(struct run *run, struct err *e)
{
	if (sheet_approve(run, &run->approval, e) != 0)
		return -1;
	if (run_is_stopping(run))
		return 0;
	return run_connect(run, e) == 0 ? open_desk(run, e) : -1;
}

static int finish_run(struct run *run, size_t open_cases, int r, struct err *e)
{
	struct err second = ERR_INIT;

	if (r == 0 && open_cases > 0 && !run_is_stopping(run))
		r = run_workers(run, open_cases, e);
	/* Whatever happened: what was published is sealed and counted. */
	if (seal(run, r == 0 ? e : &second) != 0)
		r = -1;
	if (account(run, r == 0, r == 0 ? e : &second) != 0)
		r = -1;
	return r;
}

int run_batch(const struct run_request *req, struct run_result *out, struct err *e)
{
	AUTO(free_ptr) struct run *run = calloc(1, sizeof *run);

	if (!run)
		return err_nomem(e);
	int r = run_begin(run, req, out, e);
	if (r == 0) {
		size_t open_cases = count_open(out);
		out->begun = true;
		r = recover(run, e);
		if (r == 0 && open_cases > 0 && !run_is_stopping(run) && clear_to_sign(run, e) != 0) {
			out->begun = false;
			r = -1;
		} else {
			r = finish_run(run, open_cases, r, e);
		}
	}
	run_end(run);
	return r;
}
