/*
 * Files of letters. A published one goes to its place under letters/; what is in the way is kept, never overwritten. A
 * partly signed one waits in staging/ and is never thrown away before the letter with all signatures is in place.
 */
#include "ledger/place.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/hash.h"
#include "pipeline/state.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* Where the file at `final` belongs: to the older letter that it is, else among the things that a person must see. */
static int destination(struct run *run, const struct ledger_letter *letter, const char *final,
	const struct sha256 *hash, char **pdf, char **receipt, char **copy, struct err *e)
{
	const char *dir = run->req->config->out;
	struct ledger_letter old;
	bool known = false;
	char digits[17];

	if (ledger_letter_by_file(run->ledger, hash, &old, &known, e) != 0)
		return -1;
	if (known && old.state == LETTER_SUPERSEDED) {
		*pdf = letter_file(dir, &old, PLACE_OLD_LETTER);
		*receipt = letter_file(dir, &old, PLACE_OLD_RECEIPT);
		*copy = letter_file(dir, &old, PLACE_OLD_COPY);
		return *pdf && *receipt && *copy ? 0 : err_nomem(e);
	}
	hex_text(digits, hash->bytes, 8);
	if (asprintf(pdf, "%s/inspect/%s-%02u-%s-%s.pdf", dir, letter->case_id, letter->nn, letter->kind,
		    digits) < 0) {
		*pdf = NULL;
		return err_nomem(e);
	}
	run_warn(run, _("'%s' was not the letter that naskah had put there; kept as '%s'"), final, *pdf);
	return 0;
}

/* *same: the file in place is the letter itself. */
static int make_room(struct run *run, const struct ledger_letter *letter, const char *final,
	const char *receipt, bool *same, struct err *e)
{
	AUTO(buf_release) struct buf there = BUF_INIT(LIMIT_PDF_BYTES);
	AUTO(free_ptr) char *to = NULL, *receipt_to = NULL, *copy_to = NULL;
	AUTO(free_ptr) char *copy = letter_file(run->req->config->out, letter, PLACE_COPY);
	struct err unread = ERR_INIT;
	struct sha256 hash = {{0}};

	if (!copy)
		return err_nomem(e);
	if (access(final, F_OK) != 0)
		return 0;
	/* What is larger than any letter, or a folder, is no letter; what a disk error hides may be one. */
	if (buf_load(&there, final, &unread) == 0)
		hash = sha256_of(there.data, there.len);
	else if (unread.kind == ERR_NOMEM || unread.sys != 0)
		return err_set(e, unread.kind, "%s", unread.msg);
	*same = bytes_equal(&hash, &letter->signed_pdf, sizeof hash);
	if (*same)
		return 0;
	if (destination(run, letter, final, &hash, &to, &receipt_to, &copy_to, e) != 0)
		return -1;
	/* Receipt and copy first: a crash in between finds the letter still in the way. */
	if (copy_to && access(copy, F_OK) == 0 && outfile_move(copy, copy_to, e) != 0)
		return -1;
	if (receipt_to && access(receipt, F_OK) == 0 && outfile_move(receipt, receipt_to, e) != 0)
		return -1;
	return outfile_move(final, to, e);
}

/* ---- partly signed -------------------------------------------------------------------------------------- */

int publish_load_partly(const struct run *run, const struct ledger_letter *letter, struct buf *out,
	char wrong[300], struct err *e)
{
	/* Aside: a crash came between the move and the ledger's note, and the case wants the letter again. */
	static const enum place places[] = {PLACE_PARTLY, PLACE_ASIDE};

	wrong[0] = '\0';
	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		AUTO(free_ptr) char *path = letter_file(run->req->config->out, letter, places[i]);
		struct err unread = ERR_INIT;
		if (!path)
			return err_nomem(e);
		buf_reset(out);
		if (buf_load(out, path, &unread) == 0) {
			struct sha256 hash = sha256_of(out->data, out->len);
			if (bytes_equal(&hash, &letter->partly, sizeof hash))
				return 0;
		} else if (unread.kind == ERR_NOMEM || (unread.sys != 0 && unread.sys != ENOENT)) {
			return err_set(e, unread.kind, "%s", unread.msg);
		}
	}
	snprintf(wrong, 300, "%s",
		_("the partly signed file is not there any more: put it back from a backup"));
	return 0;
}

/* The files with fewer signatures than `than`: each is the beginning of the next. */
static int remove_fewer(
	const struct run *run, const struct ledger_letter *letter, unsigned than, struct err *e)
{
	struct ledger_letter earlier = *letter;

	for (earlier.signatures = 1; earlier.signatures < than; earlier.signatures++) {
		AUTO(free_ptr) char *path = letter_file(run->req->config->out, &earlier, PLACE_PARTLY);
		if (!path)
			return err_nomem(e);
		if (unlink(path) != 0 && errno != ENOENT)
			return err_sys(e, ERR_IO, errno, _("cannot remove '%s'"), path);
	}
	return 0;
}

int publish_set_aside(struct run *run, const struct ledger_letter *letter, struct err *e)
{
	const char *dir = run->req->config->out;
	AUTO(free_ptr) char *from = letter_file(dir, letter, PLACE_PARTLY);
	AUTO(free_ptr) char *to = letter_file(dir, letter, PLACE_ASIDE);

	if (!from || !to)
		return err_nomem(e);
	if (letter->signatures == 0)
		return 0;
	if (access(from, F_OK) == 0 && access(to, F_OK) != 0 && outfile_move(from, to, e) != 0)
		return -1;
	if (remove_fewer(run, letter, letter->signatures, e) != 0)
		return -1;
	run_warn(run,
		access(to, F_OK) == 0 ? _("case %s: letter '%s' (%s) is withdrawn with %u of %u signatures; "
					  "what was signed is kept as '%s'")
				      : _("case %s: letter '%s' (%s) is withdrawn with %u of %u signatures; "
					  "what was signed is lost, it should be '%s'"),
		letter->case_id, letter->kind, letter->code, letter->signatures,
		ledger_letter_signers(letter), to);
	return 0;
}

int publish_withdraw(struct run *run, const struct ledger_letter *letter, struct err *e)
{
	if (publish_set_aside(run, letter, e) != 0)
		return -1;
	return ledger_withdraw(run->ledger, letter->id, e);
}

/* ---- published ------------------------------------------------------------------------------------------ */

static int put_in_place(struct run *run, const struct ledger_letter *letter, bool *lost, struct err *e)
{
	const char *dir = run->req->config->out;
	AUTO(free_ptr) char *staged = letter_file(dir, letter, PLACE_STAGED);
	AUTO(free_ptr) char *final = letter_file(dir, letter, PLACE_LETTER);
	AUTO(free_ptr) char *receipt = letter_file(dir, letter, PLACE_RECEIPT);
	bool same = false;

	if (!staged || !final || !receipt)
		return err_nomem(e);
	*lost = false;
	if (make_room(run, letter, final, receipt, &same, e) != 0)
		return -1;
	if (same)
		return 0; /* in place already; a crash came before it was noted */
	if (access(staged, F_OK) != 0) {
		*lost = true;
		return 0;
	}
	return outfile_rename(staged, final, e);
}

int publish_place(struct run *run, const struct ledger_letter *letter, bool *lost, struct err *e)
{
	if (put_in_place(run, letter, lost, e) != 0)
		return -1;
	return *lost ? 0 : remove_fewer(run, letter, ledger_letter_signers(letter), e);
}
