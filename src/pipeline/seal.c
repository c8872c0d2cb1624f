/* Groups what need not be durable letter by letter: marks in the ledger, the log's files, receipts. */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "ledger/place.h"
#include "pipeline/state.h"

#include <stdio.h>

static int write_marks(struct run *run, struct err *e)
{
	int r = 0;

	if (run->case_count == 0 && run->placed_count == 0)
		return 0;
	if (ledger_group_begin(run->ledger, e) != 0)
		return -1;
	for (size_t i = 0; r == 0 && i < run->case_count; i++)
		r = ledger_case_put(run->ledger, &run->cases[i], e);
	for (size_t i = 0; r == 0 && i < run->placed_count; i++)
		r = ledger_set_placed(run->ledger, run->placed[i], e);
	if (r != 0) {
		ledger_group_cancel(run->ledger);
		return -1;
	}
	if (ledger_group_end(run->ledger, e) != 0)
		return -1;
	run->case_count = run->placed_count = 0;
	return 0;
}

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

static int write_receipt(struct run *run, const struct ledger_letter *letter, struct err *e)
{
	const char *dir = run->req->config->out;
	AUTO(buf_release) struct buf leaf = BUF_INIT(64 * KIB), proof = BUF_INIT(LIMIT_RECEIPT_BYTES);
	AUTO(free_ptr) char *path = receipt_file_now(dir, letter);
	AUTO(free_ptr) char *staged = NULL;
	struct event event;

	/* Made in staging, so that nothing half written ever stands beside a letter. */
	if (!path || asprintf(&staged, "%s/staging/%lld.tlog-proof", dir, (long long)letter->id) < 0)
		return err_nomem(e);
	if (ledger_event(run->ledger, letter->leaf, &event, &leaf, e) != 0 ||
		audit_log_prove(run->log, letter->leaf, &event, &proof, e) != 0 || buf_check(&proof, e) != 0)
		return -1;
	if (outfile_put(staged, 0644, proof.data, proof.len, e) != 0)
		return -1;
	return outfile_move(staged, path, e);
}

static int write_receipts(struct run *run, struct err *e)
{
	struct ledger_letter letter;
	bool found;
	int64_t done[SEAL_EVERY];

	for (int64_t after = 0;;) {
		size_t n = 0;
		for (; n < SEAL_EVERY; n++) {
			if (ledger_next_unreceipted(run->ledger, after, &letter, &found, e) != 0)
				return -1;
			if (!found)
				break;
			if (write_receipt(run, &letter, e) != 0)
				return -1;
			after = done[n] = letter.id;
		}
		if (n == 0)
			return 0;
		if (ledger_group_begin(run->ledger, e) != 0)
			return -1;
		int r = 0;
		for (size_t i = 0; r == 0 && i < n; i++)
			r = ledger_set_receipt(run->ledger, done[i], e);
		if (r != 0)
			ledger_group_cancel(run->ledger);
		if (r != 0 || ledger_group_end(run->ledger, e) != 0)
			return -1;
	}
}

int seal(struct run *run, struct err *e)
{
	if (write_marks(run, e) != 0 || extend_log(run, e) != 0)
		return -1;
	return write_receipts(run, e);
}
