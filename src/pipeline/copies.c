#include "pipeline/copies.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "crypto/hash.h"
#include "ledger/place.h"
#include "verify/verify.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

struct copies {
	struct copies_config config;
	struct extender *extender; /* owned */
	struct verdict *verdict;   /* owned: large, and needed again and again */
};

int copies_new(const struct copies_config *config, struct copies **out, struct err *e)
{
	AUTO(copies_release) struct copies *c = calloc(1, sizeof *c);

	if (!c)
		return err_nomem(e);
	c->config = *config;
	c->verdict = calloc(1, sizeof *c->verdict);
	if (!c->verdict)
		return err_nomem(e);
	if (extender_new(&c->config.extender, &c->extender, e) != 0)
		return -1;
	*out = steal(&c);
	return 0;
}

void copies_free(struct copies *c)
{
	if (!c)
		return;
	extender_free(c->extender);
	free(c->verdict);
	free(c);
}

void copies_release(struct copies **c)
{
	copies_free(*c);
	*c = NULL;
}

static void cannot(struct copy_result *out, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

static void cannot(struct copy_result *out, const char *fmt, ...)
{
	va_list args;

	out->report.end = EXTEND_CANNOT;
	va_start(args, fmt);
	vsnprintf(out->report.why, sizeof out->report.why, fmt, args);
	va_end(args);
}

/* A file that is not there, or too long for any letter, is that file's affair; a broken disk is this machine's. */
static int load(struct buf *out, const char *path, struct copy_result *result, bool *good, struct err *e)
{
	struct err unread = ERR_INIT;

	*good = buf_load(out, path, &unread) == 0;
	if (*good)
		return 0;
	if (unread.kind == ERR_NOMEM ||
		(unread.kind == ERR_IO && unread.sys != ENOENT && unread.sys != EACCES))
		return err_set(e, unread.kind, "%s", unread.msg);
	cannot(result, "%s", unread.msg);
	return 0;
}

static int look(struct copies *c, const struct buf *pdf, const char *name, int64_t now_at, struct err *e)
{
	const struct verify_request req = {.pdf = pdf->data,
		.len = pdf->len,
		.name = name,
		.trust = c->config.extender.trust,
		.now_at = now_at};

	return verify_pdf(&req, c->verdict, e);
}

static int64_t stamp_end(const struct verdict *v)
{
	for (size_t i = v->signature_count; i-- > 0;)
		if (v->signatures[i].is_stamp)
			return v->signatures[i].stamp_ends_at;
	return 0;
}

/* Is it what it was made to be, as anybody will judge it? Nothing else gets a name. */
static int check_result(struct copies *c, const struct buf *pdf, const char *name, int64_t now_at,
	struct copy_result *out, struct err *e)
{
	const struct verdict *v = c->verdict;
	int64_t before = stamp_end(v);

	if (look(c, pdf, name, now_at, e) != 0)
		return -1;
	if (v->all_good != FINDING_YES || v->level < c->config.level) {
		cannot(out, _("what came of it is not good: %s"),
			v->why[0] ? v->why : _("it does not reach the level"));
		return 0;
	}
	if (out->report.renewed && stamp_end(v) <= before) {
		out->report.end = EXTEND_DOWN;
		snprintf(out->report.why, sizeof out->report.why, "%s",
			_("the time-stamp authority has no certificate yet that ends later than the last "
			  "one"));
		return 0;
	}
	out->level = v->level;
	out->ends_at = stamp_end(v);
	return 0;
}

/* `pdf` is the signed file, or the copy that there is. */
static int make(
	struct copies *c, const struct buf *pdf, const char *to, struct copy_result *out, struct err *e)
{
	AUTO(buf_release) struct buf longer = BUF_INIT(LIMIT_PDF_BYTES);
	int64_t now_at = c->config.now_at ? c->config.now_at : clock_now();

	if (look(c, pdf, to, now_at, e) != 0)
		return -1;
	const struct extend_request req = {pdf->data, pdf->len, to, c->verdict, c->config.level, now_at};
	if (extend_pdf(c->extender, &req, &longer, &out->report, e) != 0)
		return -1;
	if (out->report.end == EXTEND_NOT_DUE) {
		out->level = c->verdict->level;
		out->ends_at = stamp_end(c->verdict);
	}
	if (out->report.end != EXTEND_DONE)
		return 0;
	if (check_result(c, &longer, to, now_at, out, e) != 0)
		return -1;
	return out->report.end == EXTEND_DONE ? outfile_put(to, 0644, longer.data, longer.len, e) : 0;
}

static bool begins_with(const struct buf *b, const struct buf *beginning)
{
	return b->len >= beginning->len && memcmp(b->data, beginning->data, beginning->len) == 0;
}

/* `pdf` is the file `from`; released as soon as it is not needed, as there may be 50 MB of it. */
static int make_from(
	struct copies *c, struct buf *pdf, const char *to, struct copy_result *out, struct err *e)
{
	AUTO(buf_release) struct buf there = BUF_INIT(LIMIT_PDF_BYTES);
	bool good = false;

	if (access(to, F_OK) != 0)
		return make(c, pdf, to, out, e);
	if (load(&there, to, out, &good, e) != 0)
		return -1;
	if (!good)
		return 0;
	if (!begins_with(&there, pdf)) {
		cannot(out,
			_("'%s' is there already and is no copy of this file; naskah does not overwrite it"),
			to);
		return 0;
	}
	buf_release(pdf);
	return make(c, &there, to, out, e);
}

int copies_make(struct copies *c, const char *from, const char *to, struct copy_result *out, struct err *e)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	bool good = false;

	*out = (struct copy_result){.level = LEVEL_NONE};
	if (load(&pdf, from, out, &good, e) != 0)
		return -1;
	if (!good)
		return 0;
	return strcmp(from, to) == 0 ? make(c, &pdf, to, out, e) : make_from(c, &pdf, to, out, e);
}

/* ---- of the ledger's letters ---- */

struct walk {
	struct copies *c;
	const char *out_dir;
	copies_tell *tell;
	void *user;
	const atomic_bool *stop;
};

static int make_of_letter(struct walk *w, const struct ledger_letter *letter, const char *from,
	const char *to, struct copy_result *out, struct err *e)
{
	AUTO(buf_release) struct buf pdf = BUF_INIT(LIMIT_PDF_BYTES);
	bool good = false;

	*out = (struct copy_result){.level = LEVEL_NONE};
	if (load(&pdf, from, out, &good, e) != 0)
		return -1;
	if (!good)
		return 0;
	struct sha256 hash = sha256_of(pdf.data, pdf.len);
	if (!bytes_equal(&hash, &letter->signed_pdf, sizeof hash)) {
		cannot(out, _("this is not the file that was published"));
		return 0;
	}
	return make_from(w->c, &pdf, to, out, e);
}

static int visit(void *user, const struct ledger_letter *letter, struct err *e)
{
	struct walk *w = user;
	struct copy_result result;

	if (letter->state != LETTER_PUBLISHED || (w->stop && atomic_load(w->stop)))
		return 0;
	AUTO(free_ptr) char *from = letter_file(w->out_dir, letter, PLACE_LETTER);
	AUTO(free_ptr) char *to = letter_file(w->out_dir, letter, PLACE_COPY);
	if (!from || !to)
		return err_nomem(e);
	if (make_of_letter(w, letter, from, to, &result, e) != 0)
		return err_context(e, "%s", from);
	return w->tell(w->user, from, to, &result, e);
}

int copies_of_letters(struct copies *c, struct ledger *ledger, const char *out_dir, copies_tell *tell,
	void *user, const atomic_bool *stop, struct err *e)
{
	struct walk w = {c, out_dir, tell, user, stop};

	return ledger_each_letter(ledger, NULL, visit, &w, e);
}
