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

/*
 * How much of a signed file is the file that was sent. The sent bytes are gone, but their hash is in the ledger and
 * they end with "%%EOF\n", so only the ends of revisions are tried. 0 = none fits.
 */
static size_t sent_length(const struct buf *reply, const struct sha256 *unsigned_pdf)
{
	static const char mark[] = "%%EOF\n";
	const unsigned char *p = reply->data, *end = reply->data + reply->len;

	while ((p = memmem(p, (size_t)(end - p), mark, sizeof mark - 1))) {
		p += sizeof mark - 1;
		size_t len = (size_t)(p - reply->data);
		struct sha256 hash = sha256_of(reply->data, len);
		if (bytes_equal(&hash, unsigned_pdf, sizeof hash))
			return len;
	}
	return 0;
}

static int recover_attempt(struct run *run, struct ledger_open_attempt *open, struct err *e)
{
	AUTO(free_ptr) char *staged = letter_file(run->req->config->out, &open->row, PLACE_STAGED);
	AUTO(sign_result_release) struct sign_result reply;
	struct publish_result result;

	sign_result_init(&reply);
	if (!staged)
		return err_nomem(e);
	if (access(staged, F_OK) != 0)
		return publish_end_attempt(run, &open->row, open->attempt, &reply,
			_("naskah was stopped before an answer came"), e);
	reply.pdf = (struct buf)BUF_INIT(LIMIT_PDF_BYTES);
	if (buf_load(&reply.pdf, staged, e) != 0)
		return -1;
	reply.outcome = SIGN_ACCEPTED;
	struct reply_check check = {
		.sent = reply.pdf.data,
		.sent_len = sent_length(&reply.pdf, &open->row.unsigned_pdf), /* 0 is refused */
		.reply = reply.pdf.data,
		.reply_len = reply.pdf.len,
		.name = open->row.signer, /* the NIK is not in the ledger */
		.trust = run->trust,
		.now_at = run_now(run),
	};
	return publish_reply(run, &open->row, open->attempt, &check, &reply, &result, e);
}

int recover(struct run *run, struct err *e)
{
	AUTO(free_ptr) char *staging = NULL;
	struct ledger_open_attempt open;
	struct ledger_letter letter;
	bool found;

	if (asprintf(&staging, "%s/staging", run->req->config->out) < 0)
		return err_nomem(e);
	if (outfile_sweep(staging, e) != 0)
		return -1;
	for (;;) {
		if (ledger_next_open_attempt(run->ledger, &open, &found, e) != 0)
			return -1;
		if (!found)
			break;
		if (recover_attempt(run, &open, e) != 0)
			return -1;
	}
	for (int64_t after = 0;; after = letter.id) {
		if (ledger_next_unplaced(run->ledger, after, &letter, &found, e) != 0)
			return -1;
		if (!found)
			break;
		if (publish_place(run, &letter, e) != 0 || ledger_set_placed(run->ledger, letter.id, e) != 0)
			return -1;
	}
	return seal(run, e);
}
