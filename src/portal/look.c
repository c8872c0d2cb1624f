#include "portal/look.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/hash.h"
#include "ledger/place.h"
#include "verify/verify.h"

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

static enum place place_now(const struct ledger_letter *l)
{
	return l->state == LETTER_SUPERSEDED ? PLACE_OLD_LETTER : PLACE_LETTER;
}

int look_receipt(const char *folder, const struct ledger_letter *letter, struct buf *out, struct err *e)
{
	enum place place = place_now(letter) == PLACE_LETTER ? PLACE_RECEIPT : PLACE_OLD_RECEIPT;
	AUTO(free_ptr) char *path = file_of(folder, letter, place);

	return path ? buf_load(out, path, e)
		    : err_set(e, ERR_IO, _("this letter has no place for a receipt"));
}

/*
 * The file that was published, wherever it is: the ledger knows first, then files move, and a crash may come between.
 * Its hash says which one it is, so no place can be wrong. LOOKED_GOOD if found, with its bytes in out->pdf.
 */
static enum looked_kind find_file(const char *folder, struct looked *out)
{
	static const enum place places[] = {PLACE_LETTER, PLACE_OLD_LETTER, PLACE_STAGED};
	enum looked_kind kind = LOOKED_NO_FILE;

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		AUTO(free_ptr) char *path = file_of(folder, &out->letter, places[i]);
		AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
		struct err e = ERR_INIT;
		if (!path || (buf_load(&pdf, path, &e) != 0 && e.kind == ERR_NOMEM))
			return LOOKED_FAILED;
		if (e.kind != ERR_NONE)
			continue;
		struct sha256 hash = sha256_of(pdf.data, pdf.len);
		if (memcmp(&hash, &out->letter.signed_pdf, sizeof hash) == 0) {
			out->pdf = pdf;
			pdf = (struct buf)BUF_INIT(0);
			out->is_in_place = places[i] == place_now(&out->letter);
			return LOOKED_GOOD;
		}
		/* The place of a superseded letter belongs to the newer one. */
		if (out->letter.state == LETTER_PUBLISHED || places[i] != PLACE_LETTER)
			kind = LOOKED_WRONG_FILE;
	}
	return kind;
}

static enum looked_kind judge_file(
	const char *folder, const struct trust *trust, int64_t now_at, struct looked *out)
{
	struct err e = ERR_INIT;
	enum looked_kind kind = find_file(folder, out);

	if (kind != LOOKED_GOOD && kind != LOOKED_WRONG_FILE)
		return kind;
	out->verdict = calloc(1, sizeof *out->verdict); /* of a wrong file nothing is said: all unknown */
	if (!out->verdict)
		return LOOKED_FAILED;
	if (kind == LOOKED_WRONG_FILE)
		return kind;
	const struct verify_request request = {.pdf = out->pdf.data,
		.len = out->pdf.len,
		.name = out->letter.code,
		.trust = trust,
		.now_at = now_at,
		.known_at = out->letter.signed_at};
	if (verify_pdf(&request, out->verdict, &e) != 0)
		return LOOKED_FAILED;
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
		if (judge_file(folder, trust, now_at, out) != LOOKED_GOOD)
			buf_release(&out->pdf); /* that it was replaced is the answer in any case */
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
	if (out->kind != LOOKED_GOOD && out->kind != LOOKED_SUPERSEDED)
		buf_release(&out->pdf); /* nothing else is ever handed out */
	/* Until the files have moved, the receipt that stands there is another letter's. */
	if (out->pdf.len > 0 && out->is_in_place) {
		AUTO(buf_release) struct buf receipt = BUF_INIT(LIMIT_RECEIPT_BYTES);
		struct err e = ERR_INIT;
		out->has_receipt = look_receipt(folder, &out->letter, &receipt, &e) == 0;
	}
}

void looked_release(struct looked *l)
{
	free(l->verdict);
	buf_release(&l->pdf);
	*l = (struct looked){0};
}

enum looked_closed looked_closed(const struct looked *l)
{
	if (strchr(l->letter.class_code, 'R'))
		return LOOKED_SECRET;
	return l->letter.subject[0] ? LOOKED_OPEN : LOOKED_PERSONAL;
}
