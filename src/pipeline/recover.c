/* What a killed run left: replies that came but were not taken in, files not yet in place. */
#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "crypto/hash.h"
#include "ledger/place.h"
#include "pipeline/state.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Ends of revisions tried: ours has one, a signature adds one or two; more is no reply of ours and would cost hours. */
#define REVISIONS_MAX 16

/*
 * How much of a signed file is the file that was sent. The sent bytes are gone, but their hash is in the ledger and
 * they end with "%%EOF\n", so only the ends of revisions are tried. 0 = none fits.
 */
size_t publish_sent_length(const void *file, size_t file_len, const struct sha256 *sent)
{
	const unsigned char *bytes = file;
	static const char mark[] = "%%EOF\n";
	size_t len = 0;

	for (int i = 0; i < REVISIONS_MAX && len < file_len; i++) {
		const unsigned char *found = memmem(bytes + len, file_len - len, mark, sizeof mark - 1);
		if (!found)
			break;
		len = (size_t)(found - bytes) + sizeof mark - 1;
		struct sha256 hash = sha256_of(bytes, len);
		if (bytes_equal(&hash, sent, sizeof hash))
			return len;
	}
	return 0;
}

/* The configured person whom the ledger knows by a keyed hash; NULL: nobody has that NIK any more, the name must do. */
static const char *nik_of(const struct run *run, const struct ledger_signer *signer)
{
	const struct config *c = run->req->config;

	for (size_t i = 0; i < c->signer_count; i++) {
		struct sha256 key = run_person_key(run, c->signers[i].nik);
		if (bytes_equal(&key, &signer->key, sizeof key))
			return c->signers[i].nik;
	}
	return NULL;
}

void answer_check_release(struct answer_check *k)
{
	buf_release(&k->partly);
}

int answer_check_make(const struct run *run, const struct ledger_letter *row, const struct buf *answer,
	struct answer_check *out, struct err *e)
{
	char lost[300] = "";

	for (unsigned i = 0; i < LIMIT_SIGNERS; i++)
		out->people[i] = publish_expect(run, nik_of(run, &row->signers[i]), row->signers[i].name);
	out->check = (struct reply_check){
		.sent = answer->data,
		/* 0 is refused */
		.sent_len = publish_sent_length(answer->data, answer->len, ledger_letter_to_sign(row)),
		.reply = answer->data,
		.reply_len = answer->len,
		.signers = out->people,
		.signer_count = row->signatures + 1,
		.trust = run->trust,
		.now_at = run_now(run),
	};
	const char *nik =
		row->signatures < LIMIT_SIGNERS ? nik_of(run, &row->signers[row->signatures]) : NULL;
	const struct config_signer *asked = nik ? config_signer_by_nik(run->req->config, nik) : NULL;
	if (asked)
		out->check.area = config_signer_area(asked, &out->area);
	/* What an earlier signer gave back may end as the service likes: the file itself was kept. */
	if (row->signatures > 0 && publish_load_partly(run, row, &out->partly, lost, e) != 0)
		return -1;
	if (row->signatures > 0 && !lost[0]) {
		out->check.sent = out->partly.data;
		out->check.sent_len = out->partly.len;
	}
	return 0;
}

static int recover_attempt(struct run *run, struct ledger_open_attempt *open, struct err *e)
{
	AUTO(free_ptr) char *staged = letter_file(run->req->config->out, &open->row, PLACE_STAGED);
	AUTO(sign_result_release) struct sign_result reply;
	AUTO(answer_check_release) struct answer_check check = ANSWER_CHECK_INIT;
	enum letter_state state;
	char why[600];

	sign_result_init(&reply);
	if (!staged)
		return err_nomem(e);
	if (access(staged, F_OK) != 0)
		return publish_end_attempt(run, &open->row, open->attempt, &reply,
			_("naskah was stopped before an answer came"), e);
	if (run_connect(run, e) != 0)
		return -1;
	reply.pdf = (struct buf)BUF_INIT(LIMIT_PDF_BYTES);
	if (buf_load(&reply.pdf, staged, e) != 0 ||
		answer_check_make(run, &open->row, &reply.pdf, &check, e) != 0)
		return -1;
	reply.outcome = SIGN_ACCEPTED;
	return publish_reply(run, &open->row, open->attempt, &check.check, &reply, &state, why, e);
}

static int place_the_unplaced(struct run *run, struct err *e)
{
	struct ledger_letter letter;
	bool found, lost;

	for (int64_t after = 0;; after = letter.id) {
		if (ledger_next_unplaced(run->ledger, after, &letter, &found, e) != 0)
			return -1;
		if (!found)
			return 0;
		if (publish_place(run, &letter, &lost, e) != 0)
			return -1;
		/* Nothing can bring the file back but a person with a backup; the other letters must not wait for that. */
		if (lost)
			run_warn(run,
				_("case %s: the signed file of letter '%s' (%s) is lost: put it back as "
				  "'%s/letters/%s/%02u-%s.pdf'"),
				letter.case_id, letter.kind, letter.code, run->req->config->out,
				letter.case_id, letter.nn, letter.kind);
		else if (seal_letter(run, &letter, e) != 0)
			return -1;
	}
}

int recover(struct run *run, struct err *e)
{
	AUTO(free_ptr) char *staging = NULL, *report = NULL, *batch = NULL;
	struct ledger_open_attempt open;
	struct ledger_letter letter;
	bool found;

	if (asprintf(&staging, "%s/staging", run->req->config->out) < 0 ||
		asprintf(&report, "%s/report", run->req->config->out) < 0 ||
		asprintf(&batch, "%s/batch", run->req->config->out) < 0)
		return err_nomem(e);
	if (outfile_sweep(staging, e) != 0 || outfile_sweep(report, e) != 0 || outfile_sweep(batch, e) != 0)
		return -1;
	for (;;) {
		if (ledger_next_open_attempt(run->ledger, &open, &found, e) != 0)
			return -1;
		if (!found)
			break;
		if (recover_attempt(run, &open, e) != 0)
			return -1;
	}
	if (place_the_unplaced(run, e) != 0 || seal(run, e) != 0)
		return -1;
	for (int64_t after = 0;; after = letter.id) {
		if (ledger_next_unreceipted(run->ledger, after, &letter, &found, e) != 0)
			return -1;
		if (!found)
			break;
		if (letter.placed && seal_letter(run, &letter, e) != 0)
			return -1;
	}
	return seal(run, e);
}
