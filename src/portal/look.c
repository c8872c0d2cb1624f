#include "portal/look.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "ledger/place.h"
#include "verify/verify.h"

#include <unistd.h>

#define PATH_BYTES 4096

/* Case and kind become parts of a path: plain names only. */
static bool is_plain_name(const char *text)
{
	size_t len = strlen(text);

	return len > 0 && text[0] != '.' &&
	       strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-") == len;
}

/* NULL when the ledger's names are no plain names or memory ran out. */
static char *file_of(const char *folder, const struct ledger_letter *l, enum place place)
{
	return is_plain_name(l->case_id) && is_plain_name(l->kind) ? letter_file(folder, l, place) : NULL;
}

int look_receipt(const char *folder, const struct ledger_letter *letter, struct buf *out, struct err *e)
{
	AUTO(free_ptr) char *path = file_of(folder, letter, PLACE_RECEIPT);

	return path ? buf_load(out, path, e)
		    : err_set(e, ERR_IO, _("this letter has no place for a receipt"));
}

static enum looked_kind judge_file(
	const char *folder, const struct trust *trust, int64_t now_at, struct looked *out)
{
	AUTO(free_ptr) char *path = file_of(folder, &out->letter, PLACE_LETTER);
	struct err e = ERR_INIT;

	out->pdf = (struct buf)BUF_INIT(LIMIT_PDF_BYTES);
	if (!path)
		return LOOKED_FAILED;
	if (buf_load(&out->pdf, path, &e) != 0)
		return e.kind == ERR_NOMEM ? LOOKED_FAILED : LOOKED_NO_FILE;
	out->verdict = calloc(1, sizeof *out->verdict);
	if (!out->verdict)
		return LOOKED_FAILED;
	const struct verify_request request = {out->pdf.data, out->pdf.len, out->letter.code, trust, now_at};
	if (verify_pdf(&request, out->verdict, &e) != 0)
		return LOOKED_FAILED;
	if (memcmp(&out->verdict->file, &out->letter.signed_pdf, sizeof out->verdict->file) != 0)
		return LOOKED_WRONG_FILE;
	return out->verdict->all_good == FINDING_YES ? LOOKED_GOOD : LOOKED_NOT_VALID;
}

static enum looked_kind look_up(
	const char *folder, const struct trust *trust, int64_t now_at, struct looked *out)
{
	AUTO(ledger_release) struct ledger *ledger = NULL;
	struct err e = ERR_INIT;
	char path[PATH_BYTES];
	bool found = false;

	/* A handle per request: threads share nothing, and a ledger that was replaced is seen at once. */
	snprintf(path, sizeof path, "%s/ledger.db", folder);
	if (ledger_open(path, true, &ledger, &e) != 0 ||
		ledger_letter_by_code(ledger, out->code, &out->letter, &found, &e) != 0)
		return LOOKED_FAILED;
	if (!found)
		return LOOKED_UNKNOWN;
	switch (out->letter.state) {
	case LETTER_PUBLISHED:
		return judge_file(folder, trust, now_at, out);
	case LETTER_SUPERSEDED:
		if (ledger_letter_published(ledger, out->letter.case_id, out->letter.kind, &out->successor,
			    &found, &e) != 0 ||
			!found)
			out->successor.id = 0;
		return LOOKED_SUPERSEDED;
	default:
		return LOOKED_NOT_PUBLISHED;
	}
}

void look(
	const char *folder, const struct trust *trust, const char *typed, int64_t now_at, struct looked *out)
{
	*out = (struct looked){.kind = LOOKED_MISTYPED};
	if (!code_parse(typed, out->code)) {
		out->code[0] = '\0';
		return;
	}
	out->kind = look_up(folder, trust, now_at, out);
	if (out->kind != LOOKED_GOOD)
		buf_release(&out->pdf); /* nothing else is ever handed out */
	if (out->kind == LOOKED_GOOD) {
		AUTO(free_ptr) char *receipt = file_of(folder, &out->letter, PLACE_RECEIPT);
		out->has_receipt = receipt && access(receipt, R_OK) == 0;
	}
}

void looked_release(struct looked *l)
{
	free(l->verdict);
	buf_release(&l->pdf);
	*l = (struct looked){0};
}
