#include "pipeline/sheet.h"

#include "audit/merkle.h"
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "pipeline/sheet_text.h"
#include "pipeline/state.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define LOOKERS_MAX 16

void sheet_release(struct sheet *s)
{
	free(s->text);
	free(s->folder);
	*s = (struct sheet)SHEET_INIT;
}

void approval_release(struct approval *a)
{
	free(a->leaves_path);
	*a = (struct approval)APPROVAL_INIT;
}

/* ---- looking at every case ------------------------------------------------------------------------------ */

struct looking {
	struct run *run;
	struct sheet_facts *facts; /* with the run's lock held */
	int64_t *known;
	atomic_size_t next;
	size_t done, total; /* of cases that are looked at */
	bool failed;
	struct err e;
};

/* Where a letter goes: as the case says, else as its address begins. */
static void recipient_of(const struct letter_job *job, char out[257])
{
	const struct letter_plan *plan = job->draft.plan;
	const struct block *b = job->draft.letter->blocks;
	size_t len = 0;

	text_copy(out, 257, plan->naskah->to);
	/* Whom such a letter is about is nobody's business but the signer's. */
	if (plan->personal)
		text_copy(out, 257, "(surat dengan data pribadi)");
	if (*out)
		return;
	while (b && b->kind != BLOCK_ADDRESSEE)
		b = b->next;
	for (const struct span *s = b && b->children ? b->children->spans : NULL; s; s = s->next) {
		size_t n = s->len < 256 - len ? s->len : 256 - len;
		memcpy(out + len, s->text, n);
		len += n;
	}
	out[len] = '\0';
	/* Cut in the middle of a character, or no address at all. */
	text_copy(out, 257, *out ? out : "(tanpa alamat tujuan)");
}

static int count_letter(struct run *run, const struct letter_job *job, struct err *e)
{
	const struct naskah *n = job->draft.plan->naskah;
	char recipient[257];

	recipient_of(job, recipient);
	if (ledger_sheet_count(run->ledger, SHEET_KINDS, job->draft.plan->title, e) != 0 ||
		ledger_sheet_count(run->ledger, SHEET_RECIPIENTS, recipient, e) != 0)
		return -1;
	for (size_t i = 0; i < n->signer_count; i++)
		if (ledger_sheet_count(run->ledger, SHEET_SIGNERS, n->signers[i]->plain_name, e) != 0)
			return -1;
	return 0;
}

static int note_letter(void *user, const struct open_case *c, const struct letter_job *job, struct err *e)
{
	struct looking *k = user;
	bool fresh = false;

	pthread_mutex_lock(&k->run->lock);
	int r = ledger_sheet_add(k->run->ledger, &job->row.unsigned_pdf, &fresh, e);
	if (r == 0 && fresh) {
		sheet_facts_note(k->facts, c->c.id);
		r = count_letter(k->run, job, e);
	} else if (r == 0) {
		(*k->known)++;
	}
	pthread_mutex_unlock(&k->run->lock);
	return r;
}

static void tell_progress(struct looking *k)
{
	const struct run_request *req = k->run->req;

	pthread_mutex_lock(&k->run->lock);
	k->done++;
	if (req->sheet_progress)
		req->sheet_progress(req->user, k->done, k->total, (size_t)k->facts->count);
	pthread_mutex_unlock(&k->run->lock);
}

static void *look(void *arg)
{
	struct looking *k = arg;
	struct run_result *result = k->run->result;
	struct err e = ERR_INIT;

	while (!run_is_stopping(k->run)) {
		size_t i = atomic_fetch_add(&k->next, 1);
		if (i >= result->count)
			break;
		if (result->entries[i].outcome != CASE_OUTCOME_NONE)
			continue;
		if (preview_case(k->run, &result->entries[i], note_letter, k, &e) != 0) {
			atomic_store(&k->next, result->count);
			break;
		}
		tell_progress(k);
	}
	pthread_mutex_lock(&k->run->lock);
	if (e.kind != ERR_NONE && !k->failed) {
		k->failed = true;
		k->e = e;
	}
	pthread_mutex_unlock(&k->run->lock);
	return NULL;
}

static unsigned looker_count(const struct run_request *req, size_t cases)
{
	long cores = sysconf(_SC_NPROCESSORS_ONLN);
	size_t n = req->jobs ? req->jobs : (size_t)(cores > 0 ? cores : 1);

	n = n < LOOKERS_MAX ? n : LOOKERS_MAX;
	return (unsigned)(cases < n ? cases : n);
}

/* This thread is one of the lookers, so that a machine without threads to spare does it all the same. */
static int look_at_all(struct looking *k, struct err *e)
{
	pthread_t threads[LOOKERS_MAX];
	unsigned n = looker_count(k->run->req, k->total), started = 0;

	while (started + 1 < n && pthread_create(&threads[started], NULL, look, k) == 0)
		started++;
	look(k);
	for (unsigned i = 0; i < started; i++)
		pthread_join(threads[i], NULL);
	return k->failed ? err_set(e, k->e.kind, "%s", k->e.msg) : 0;
}

/* ---- the tree ------------------------------------------------------------------------------------------- */

/* Leaves to a file, and their root. */
struct leaves {
	struct outfile *file; /* NULL: only the root is wanted */
	struct buf piece;
	struct merkle tree;
};

static int flush_leaves(struct leaves *l, struct err *e)
{
	if (buf_check(&l->piece, e) != 0 ||
		(l->file && outfile_write(l->file, l->piece.data, l->piece.len, e) != 0))
		return -1;
	buf_reset(&l->piece);
	return 0;
}

static int add_leaf(void *user, const struct sha256 *file, struct err *e)
{
	struct leaves *l = user;
	struct sha256 leaf = merkle_leaf(file->bytes, SHA256_LEN);

	buf_add(&l->piece, file->bytes, SHA256_LEN);
	if (l->piece.len >= 64 * KIB && flush_leaves(l, e) != 0)
		return -1;
	return merkle_add(&l->tree, &leaf, NULL, NULL, e);
}

static int write_leaves(struct run *run, bool fresh_only, struct outfile *file, struct sha256 *root,
	int64_t *count, struct err *e)
{
	AUTO(free_ptr) struct leaves *l = calloc(1, sizeof *l);

	if (!l)
		return err_nomem(e);
	l->file = file;
	l->piece = (struct buf)BUF_INIT(128 * KIB);
	int r = ledger_sheet_each(run->ledger, fresh_only, add_leaf, l, e);
	if (r == 0 && l->piece.len > 0)
		r = flush_leaves(l, e);
	buf_release(&l->piece);
	*root = merkle_root(&l->tree);
	*count = l->tree.size;
	return r;
}

/* ---- the sheet ------------------------------------------------------------------------------------------ */

/* Unfinished files lie in staging, where the next run sweeps. */
static int open_file(
	const char *out_dir, const char *folder, const char *name, struct outfile *o, struct err *e)
{
	AUTO(free_ptr) char *path = NULL, *staging = NULL;

	if (asprintf(&path, "%s/%s", folder, name) < 0 || asprintf(&staging, "%s/staging", out_dir) < 0)
		return err_nomem(e);
	return outfile_open_in(o, staging, path, 0640, e);
}

struct sheet_files {
	struct outfile file[3]; /* leaves, sheet.txt, sheet.json */
};

static void sheet_files_release(struct sheet_files *f)
{
	for (size_t i = 0; i < ARRAY_LEN(f->file); i++)
		outfile_release(&f->file[i]);
}

static int write_sheet_files(
	struct run *run, const struct sheet *s, const struct buf *text, const struct buf *json, struct err *e)
{
	AUTO(sheet_files_release) struct sheet_files f = {{OUTFILE_INIT, OUTFILE_INIT, OUTFILE_INIT}};
	const char *dir = run->req->config->out;
	struct sha256 root;
	int64_t count;

	if (open_file(dir, s->folder, "leaves", &f.file[0], e) != 0 ||
		write_leaves(run, true, &f.file[0], &root, &count, e) != 0 ||
		open_file(dir, s->folder, "sheet.txt", &f.file[1], e) != 0 ||
		outfile_write(&f.file[1], text->data, text->len, e) != 0 ||
		open_file(dir, s->folder, "sheet.json", &f.file[2], e) != 0 ||
		outfile_write(&f.file[2], json->data, json->len, e) != 0)
		return -1;
	return outfile_commit_all(f.file, ARRAY_LEN(f.file), e);
}

static int write_sheet(struct run *run, const struct sheet_facts *facts, struct sheet *s, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT(MIB), json = BUF_INIT(MIB);

	/* The folder is named by the root: the leaves are gone through once more to be written. */
	if (write_leaves(run, true, NULL, &s->root, &s->count, e) != 0)
		return -1;
	batch_code(&s->root, s->code);
	if (asprintf(&s->folder, "%s/batch/%s", run->req->config->out, s->code) < 0) {
		s->folder = NULL;
		return err_nomem(e);
	}
	if (sheet_write_text(run, s, facts, &text, e) != 0 ||
		sheet_write_json(run, s, facts, &json, e) != 0 ||
		write_sheet_files(run, s, &text, &json, e) != 0)
		return -1;
	s->text = strdup(buf_str(&text));
	return s->text ? 0 : err_nomem(e);
}

static size_t count_cases(const struct run_result *r, enum case_outcome outcome)
{
	size_t n = 0;

	for (size_t i = 0; i < r->count; i++)
		n += r->entries[i].outcome == outcome;
	return n;
}

/* The temporary tables share one transaction: thousands of small ones would each have a journal. */
static int collect(struct run *run, struct sheet_facts *facts, int64_t *known, struct err *e)
{
	struct looking k = {.run = run,
		.facts = facts,
		.known = known,
		.total = count_cases(run->result, CASE_OUTCOME_NONE)};

	if (office_open_print(&run->office, e) != 0 || ledger_sheet_reset(run->ledger, e) != 0 ||
		ledger_group_begin(run->ledger, e) != 0)
		return -1;
	if (look_at_all(&k, e) != 0) {
		ledger_group_cancel(run->ledger);
		return -1;
	}
	return ledger_group_end(run->ledger, e);
}

static int make_sheet(struct run *run, struct sheet *out, struct err *e)
{
	AUTO(sheet_release) struct sheet s = SHEET_INIT;
	struct sheet_facts facts = {.count = 0};

	if (collect(run, &facts, &s.approved, e) != 0)
		return -1;
	s.refused = count_cases(run->result, CASE_REFUSED) + count_cases(run->result, CASE_FAILED);
	if (facts.count > 0 && !run_is_stopping(run) && write_sheet(run, &facts, &s, e) != 0)
		return -1;
	*out = s;
	s = (struct sheet)SHEET_INIT;
	return 0;
}

/* ---- approval ------------------------------------------------------------------------------------------- */

bool sheet_code_is(const struct sheet *s, const char *typed)
{
	const char *want = s->code;
	struct sha256 root;

	if (strlen(typed) == (size_t)2 * SHA256_LEN)
		return hex_parse(typed, root.bytes, SHA256_LEN) && merkle_equal(&root, &s->root);
	for (; *typed; typed++) {
		if (*typed == '-' || *typed == ' ')
			continue;
		if (*want == '-')
			want++;
		if (!*want || base32_value(*typed) != base32_value(*want))
			return false;
		want++;
	}
	return *want == '\0';
}

static int not_approved(const struct sheet *s, const char *code, struct err *e)
{
	if (code)
		return err_set(e, ERR_USAGE,
			_("'%s' is not the code of this batch, which is %s (%lld letters): read "
			  "'%s/sheet.txt', then "
			  "run again with --approve %s"),
			code, s->code, (long long)s->count, s->folder, s->code);
	return err_set(e, ERR_USAGE,
		_("batch %s (%lld letters) is not approved: read '%s/sheet.txt', then run again with "
		  "--approve %s"),
		s->code, (long long)s->count, s->folder, s->code);
}

/* By whom? ERR_USAGE: by nobody. */
static int ask(struct run *run, const struct sheet *s, enum approval_how *how, struct err *e)
{
	const struct run_request *req = run->req;
	bool yes = false;

	*how = APPROVED_BY_PERSON;
	if (req->approve_code)
		return sheet_code_is(s, req->approve_code) ? 0 : not_approved(s, req->approve_code, e);
	if (!req->config->approve) {
		*how = APPROVED_BY_CONFIGURATION;
		return 0;
	}
	if (req->approve && req->approve(req->approve_user, s, &yes, e) != 0)
		return -1;
	return yes ? 0 : not_approved(s, NULL, e);
}

static int record(struct run *run, const struct sheet *s, enum approval_how how, struct err *e)
{
	AUTO(event_leaf_release) struct event_leaf leaf = EVENT_LEAF_INIT;
	struct ledger_batch batch = {.root = s->root, .count = s->count, .at = run_now(run), .how = how};

	memcpy(batch.code, s->code, sizeof batch.code);
	text_copy(batch.by, sizeof batch.by, run_by(run));
	if (batch_leaf_make(run, &batch, &leaf, e) != 0)
		return -1;
	struct ledger_leaf lent = event_leaf_lend(&leaf);
	return ledger_approve(run->ledger, &batch, &lent, e);
}

static int write_order(struct run *run, struct approval *out, struct err *e)
{
	AUTO(approval_release) struct approval a = APPROVAL_INIT;
	AUTO(outfile_release) struct outfile file = OUTFILE_INIT;

	if (asprintf(&a.leaves_path, "%s/batch/order", run->req->config->out) < 0) {
		a.leaves_path = NULL;
		return err_nomem(e);
	}
	if (outfile_open(&file, a.leaves_path, 0640, e) != 0 ||
		write_leaves(run, false, &file, &a.root, &a.count, e) != 0 || outfile_commit(&file, e) != 0)
		return -1;
	batch_code(&a.root, a.code);
	*out = a;
	a = (struct approval)APPROVAL_INIT;
	return 0;
}

int sheet_approve(struct run *run, struct approval *out, struct err *e)
{
	AUTO(sheet_release) struct sheet s = SHEET_INIT;
	enum approval_how how;

	if (make_sheet(run, &s, e) != 0)
		return -1;
	if (run_is_stopping(run))
		return 0;
	if (s.count > 0 && (ask(run, &s, &how, e) != 0 || record(run, &s, how, e) != 0))
		return -1;
	return write_order(run, out, e);
}

int sheet_show(const struct run_request *req, struct sheet *out, struct err *e)
{
	AUTO(free_ptr) struct run *run = calloc(1, sizeof *run);
	AUTO(run_result_release) struct run_result result;

	run_result_init(&result);
	if (!run)
		return err_nomem(e);
	int r = run_begin(run, req, &result, e);
	if (r == 0)
		r = make_sheet(run, out, e);
	run_end(run);
	return r;
}
