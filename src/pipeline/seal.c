/* Groups what need not be durable letter by letter: the log's files, receipts, folders, marks in the ledger. */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "ledger/place.h"
#include "pipeline/state.h"

#include <stdio.h>

static int extend_log(struct run *run, struct err *e)
{
	AUTO(buf_release) struct buf leaf = BUF_INIT(64 * KIB);
	int64_t count;

	if (ledger_event_count(run->ledger, &count, e) != 0)
		return -1;
	if (audit_log_size(run->log) > count)
		return err_set(e, ERR_IO,
			_("the audit log has %lld events but the ledger only %lld: was an old ledger put "
			  "back?"),
			(long long)audit_log_size(run->log), (long long)count);
	if (audit_log_size(run->log) == count)
		return 0;
	for (int64_t i = audit_log_size(run->log); i < count; i++) {
		struct event event;
		buf_reset(&leaf);
		if (ledger_event(run->ledger, i, &event, &leaf, e) != 0 ||
			audit_log_add(run->log, leaf.data, leaf.len, e) != 0)
			return -1;
	}
	return audit_log_commit(run->log, e);
}

/* Receipts on their way to disk. Holds no bytes, only open files. */
struct receipts {
	struct outfile file[SEAL_EVERY]; /* owned */
	size_t count;
};

static void receipts_release(struct receipts *r)
{
	for (size_t i = 0; i < r->count; i++)
		outfile_release(&r->file[i]);
}

static int write_receipt(
	struct run *run, const struct ledger_letter *letter, struct receipts *out, struct err *e)
{
	const char *dir = run->req->config->out;
	AUTO(buf_release) struct buf leaf = BUF_INIT(64 * KIB), proof = BUF_INIT(LIMIT_RECEIPT_BYTES);
	AUTO(free_ptr) char *path = letter_file(dir, letter, PLACE_RECEIPT);
	AUTO(free_ptr) char *staging = NULL;
	AUTO(outfile_release) struct outfile o = OUTFILE_INIT;
	struct event event;

	if (!path || asprintf(&staging, "%s/staging", dir) < 0)
		return err_nomem(e);
	if (ledger_event(run->ledger, letter->leaf, &event, &leaf, e) != 0 ||
		audit_log_prove(run->log, letter->leaf, &event, &proof, e) != 0 || buf_check(&proof, e) != 0)
		return -1;
	/* Made in staging, so that nothing half written ever stands beside a letter. */
	if (outfile_open_in(&o, staging, path, 0644, e) != 0 ||
		outfile_write(&o, proof.data, proof.len, e) != 0)
		return -1;
	out->file[out->count++] = o;
	o = (struct outfile)OUTFILE_INIT;
	return 0;
}

/* The folders of the receipts are those of the letters: to disk once for both, and the one that holds them all. */
static int write_receipts(struct run *run, struct err *e)
{
	AUTO(receipts_release) struct receipts receipts = {.count = 0};
	AUTO(free_ptr) char *letters = NULL;

	if (run->placed_count == 0)
		return 0;
	if (asprintf(&letters, "%s/letters", run->req->config->out) < 0)
		return err_nomem(e);
	for (size_t i = 0; i < run->placed_count; i++)
		if (write_receipt(run, &run->placed[i], &receipts, e) != 0)
			return -1;
	if (outfile_commit_all(receipts.file, receipts.count, e) != 0)
		return -1;
	return outfile_sync_folder(letters, e);
}

static int write_marks(struct run *run, struct err *e)
{
	int r = 0;

	if (run->case_count == 0 && run->placed_count == 0)
		return 0;
	if (ledger_group_begin(run->ledger, e) != 0)
		return -1;
	for (size_t i = 0; r == 0 && i < run->placed_count; i++) {
		r = ledger_set_placed(run->ledger, run->placed[i].id, e);
		if (r == 0)
			r = ledger_set_receipt(run->ledger, run->placed[i].id, e);
	}
	for (size_t i = 0; r == 0 && i < run->case_count; i++)
		r = ledger_case_put(run->ledger, &run->cases[i], e);
	if (r != 0) {
		ledger_group_cancel(run->ledger);
		return -1;
	}
	if (ledger_group_end(run->ledger, e) != 0)
		return -1;
	run->case_count = run->placed_count = 0;
	return 0;
}

int seal(struct run *run, struct err *e)
{
	/* Only what is durable goes into the log. If that fails, its makers say so. */
	commit_flush(run);
	if (extend_log(run, e) != 0 || write_receipts(run, e) != 0)
		return -1;
	return write_marks(run, e);
}

/* A full list means that the last seal failed and the run is ending: what is left out is tidied by the next run. */
int seal_letter(struct run *run, const struct ledger_letter *letter, struct err *e)
{
	if (run->placed_count == SEAL_EVERY)
		return 0;
	run->placed[run->placed_count++] = *letter;
	return run->placed_count == SEAL_EVERY ? seal(run, e) : 0;
}

int seal_case(struct run *run, const struct run_entry *entry, struct err *e)
{
	struct ledger_case *row = &run->cases[run->case_count];

	if (run->case_count == SEAL_EVERY)
		return 0;
	*row = (struct ledger_case){.source = entry->source, .outcome = entry->outcome};
	text_copy(row->id, sizeof row->id, entry->id);
	text_copy(row->path, sizeof row->path, entry->path);
	text_copy(row->message, sizeof row->message, entry->message);
	return ++run->case_count == SEAL_EVERY ? seal(run, e) : 0;
}
