#include "pipeline/report.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "ledger/place.h"
#include "json/json.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* What is written goes out in pieces of this size; one case's part is much smaller. */
#define PIECE (64 * KIB)

struct writer {
	struct buf text; /* of the piece in work */
	report_sink *sink;
	void *user;
	struct ledger *ledger;
	const struct run_result *result;
	bool first; /* of the letters of a case */
};

static int flush(struct writer *w, struct err *e)
{
	if (buf_check(&w->text, e) != 0 || w->sink(w->user, w->text.data, w->text.len, e) != 0)
		return -1;
	buf_reset(&w->text);
	return 0;
}

static int flush_if_large(struct writer *w, struct err *e)
{
	return w->text.len < PIECE ? 0 : flush(w, e);
}

/* ---- JSON ----------------------------------------------------------------------------------------------- */

static int put(struct writer *w, json_t *owned, struct err *e)
{
	AUTO(json_release) json_t *value = owned;

	return json_write(value, 0, &w->text, e);
}

/* Withdrawn, but somebody had signed it. */
static bool is_aside(const struct ledger_letter *l)
{
	return l->state == LETTER_WITHDRAWN && l->signatures > 0;
}

/* The file that a letter has, if it has one. */
static bool has_file(const struct ledger_letter *l)
{
	return l->state == LETTER_PUBLISHED || l->state == LETTER_SUPERSEDED || is_aside(l);
}

/* The names of all signers, in their order. */
static json_t *signers_json(const struct ledger_letter *l)
{
	json_t *list = json_array();

	for (unsigned i = 0; i < ledger_letter_signers(l); i++)
		json_array_append_new(list, json_any_string(l->signers[i].name));
	return list;
}

static int letter_json(void *user, const struct ledger_letter *l, struct err *e)
{
	struct writer *w = user;
	char date[32];

	if (l->state == LETTER_WITHDRAWN && !is_aside(l))
		return 0;
	AUTO(free_ptr) char *path = letter_file_now(NULL, l);
	if (!path)
		return err_nomem(e);
	snprintf(date, sizeof date, "%04d-%02d-%02d", l->date.year, l->date.month, l->date.day);
	buf_adds(&w->text, w->first ? "\n   " : ",\n   ");
	w->first = false;
	/* The texts were valid UTF-8 when they came in, but the service's own words need not be. */
	json_t *service = l->state == LETTER_REFUSED && *l->refused_text
				  ? json_pack("{s:o, s:o}", "code", json_any_string(l->refused_code), "text",
					    json_any_string(l->refused_text))
				  : NULL;
	return put(w,
		json_pack("{s:o, s:o, s:s, s:o, s:o, s:i, s:s, s:s, s:s*, s:o*}", "kind",
			json_any_string(l->kind), "number", json_any_string(l->number), "date", date,
			"subject", json_any_string(l->subject), "signers", signers_json(l), "signatures",
			(int)l->signatures, "state", letter_state_name(l->state), "code", l->code, "path",
			has_file(l) ? path : NULL, "service", service),
		e);
}

static int counts_json(struct writer *w, struct err *e)
{
	const struct run_result *r = w->result;
	json_t *o = json_object();

	for (size_t i = CASE_PUBLISHED; i <= CASE_FAILED; i++)
		json_object_set_new(
			o, case_outcome_name((enum case_outcome)i), json_integer((json_int_t)r->outcomes[i]));
	json_object_set_new(o, "cases", json_integer((json_int_t)r->count));
	json_object_set_new(o, "letters", json_integer((json_int_t)r->letters));
	return put(w, o, e);
}

static int warnings_json(struct writer *w, struct err *e)
{
	AUTO(free_ptr) char *lines = strdup(buf_str(&w->result->warnings));
	json_t *list = json_array();
	char *rest = lines;

	if (!lines) {
		json_decref(list);
		return err_nomem(e);
	}
	for (char *line; (line = strsep(&rest, "\n")) && *line;)
		json_array_append_new(list, json_any_string(line));
	return put(w, list, e);
}

static int case_json(struct writer *w, const struct run_entry *en, struct err *e)
{
	if (put(w,
		    json_pack("{s:o, s:s, s:s, s:o*}", "path", json_any_string(en->path), "id", en->id,
			    "outcome", case_outcome_name(en->outcome), "message",
			    en->message ? json_any_string(en->message) : NULL),
		    e) != 0)
		return -1;
	/* The case's object stays open for its letters. */
	w->text.len--;
	buf_adds(&w->text, ",\"letters\":[");
	w->first = true;
	if (*en->id && !en->twin && ledger_each_letter(w->ledger, en->id, letter_json, w, e) != 0)
		return -1;
	buf_adds(&w->text, "]}");
	return flush_if_large(w, e);
}

static int write_json(struct writer *w, struct err *e)
{
	buf_adds(&w->text, "{\"counts\":");
	if (counts_json(w, e) != 0)
		return -1;
	buf_adds(&w->text, ",\n\"warnings\":");
	if (warnings_json(w, e) != 0)
		return -1;
	buf_adds(&w->text, ",\n\"cases\":[");
	for (size_t i = 0; i < w->result->count; i++) {
		buf_adds(&w->text, i ? ",\n" : "\n");
		if (case_json(w, &w->result->entries[i], e) != 0)
			return -1;
	}
	buf_adds(&w->text, "\n]}\n");
	return flush(w, e);
}

/* ---- the page ------------------------------------------------------------------------------------------- */

static const char *const outcome_words[] = {
	[CASE_OUTCOME_NONE] = "Belum diolah",
	[CASE_PUBLISHED] = "Terbit",
	[CASE_REFUSED] = "Ditolak",
	[CASE_WAITING] = "Menunggu",
	[CASE_UNKNOWN] = "Tidak diketahui",
	[CASE_FAILED] = "Gagal",
};

/* Who signed, or how far it is. */
static void signers_html(struct buf *out, const struct ledger_letter *l)
{
	if (l->state != LETTER_PUBLISHED) {
		if (l->signatures > 0)
			buf_addf(out, " <small>%s%u dari %u tanda tangan sudah ada</small>",
				is_aside(l) ? "ditarik, " : "", l->signatures, ledger_letter_signers(l));
		return;
	}
	buf_adds(out, " <small>");
	for (unsigned i = 0; i < ledger_letter_signers(l); i++) {
		buf_adds(out, i > 0 ? "; " : "");
		html_add(out, l->signers[i].name);
	}
	buf_adds(out, "</small>");
}

static int letter_html(void *user, const struct ledger_letter *l, struct err *e)
{
	struct writer *w = user;
	struct buf *out = &w->text;

	if ((l->state == LETTER_WITHDRAWN && !is_aside(l)) || l->state == LETTER_SUPERSEDED)
		return 0;
	AUTO(free_ptr) char *path = letter_file_now("..", l);
	if (!path)
		return err_nomem(e);
	buf_adds(out, w->first ? "<ul>" : "");
	w->first = false;
	buf_adds(out, "<li>");
	if (has_file(l)) {
		buf_adds(out, "<a href=\"");
		html_add(out, path);
		buf_adds(out, "\">");
	}
	html_add(out, l->title);
	buf_adds(out, " ");
	html_add(out, l->number);
	buf_adds(out, has_file(l) ? "</a>" : "");
	signers_html(out, l);
	buf_adds(out, "</li>");
	return 0;
}

static int case_html(struct writer *w, const struct run_entry *en, struct err *e)
{
	struct buf *out = &w->text;

	buf_adds(out, "<tr><td>");
	html_add(out, *en->id ? en->id : "-");
	buf_adds(out, "</td><td>");
	html_add(out, en->path);
	buf_adds(out, "</td><td>");
	if (en->message)
		html_add(out, en->message);
	w->first = true;
	if (*en->id && !en->twin && ledger_each_letter(w->ledger, en->id, letter_html, w, e) != 0)
		return -1;
	buf_adds(out, w->first ? "</td></tr>\n" : "</ul></td></tr>\n");
	return flush_if_large(w, e);
}

static int case_rows(struct writer *w, enum case_outcome outcome, struct err *e)
{
	const struct run_result *result = w->result;
	size_t max = outcome == CASE_PUBLISHED ? REPORT_PAGE_CASES : SIZE_MAX, shown = 0;

	if (result->outcomes[outcome] == 0)
		return 0;
	buf_addf(&w->text,
		"<h2>%s (%zu)</h2>\n<table><thead><tr><th scope=\"col\">Kasus</th><th "
		"scope=\"col\">Berkas</th>"
		"<th scope=\"col\">Keterangan dan surat</th></tr></thead><tbody>\n",
		outcome_words[outcome], result->outcomes[outcome]);
	for (size_t i = 0; i < result->count && shown < max; i++) {
		if (result->entries[i].outcome != outcome)
			continue;
		shown++;
		if (case_html(w, &result->entries[i], e) != 0)
			return -1;
	}
	buf_adds(&w->text, "</tbody></table>\n");
	if (shown < result->outcomes[outcome])
		buf_addf(&w->text,
			"<p>... dan %zu kasus lain; semuanya ada di <a "
			"href=\"report.json\">report.json</a>.</p>\n",
			result->outcomes[outcome] - shown);
	return 0;
}

static int write_page(struct writer *w, const char *office, struct err *e)
{
	/* What needs a person comes first. */
	static const enum case_outcome order[] = {
		CASE_FAILED, CASE_UNKNOWN, CASE_REFUSED, CASE_WAITING, CASE_PUBLISHED};
	const struct run_result *result = w->result;
	struct buf *out = &w->text;

	buf_adds(out, "<!doctype html>\n<html lang=\"id\"><head><meta charset=\"utf-8\">"
		      "<meta name=\"viewport\" content=\"width=device-width, "
		      "initial-scale=1\"><title>Laporan naskah</title>"
		      "<style>body{font:16px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem "
		      "auto;padding:0 1rem;color:#1c2430}"
		      "h1{margin-bottom:0}table{border-collapse:collapse;width:100%}th,td{text-align:left;"
		      "vertical-align:top;"
		      "border-bottom:1px solid #d5dbe3;padding:.4rem "
		      ".6rem;overflow-wrap:anywhere}ul{margin:.2rem 0;padding-left:1.1rem}"
		      "small{color:#5a6675}dl{display:flex;flex-wrap:wrap;gap:.5rem "
		      "2rem}dt{color:#5a6675}dd{margin:0;"
		      "font-size:1.5rem;font-weight:600}</style></head><body>\n<h1>Laporan naskah</h1>\n<p>");
	html_add(out, office);
	buf_adds(out, "</p>\n<dl>");
	buf_addf(out, "<div><dt>Kasus</dt><dd>%zu</dd></div><div><dt>Surat terbit</dt><dd>%zu</dd></div>",
		result->count, result->letters);
	for (size_t i = CASE_PUBLISHED; i <= CASE_FAILED; i++)
		buf_addf(out, "<div><dt>%s</dt><dd>%zu</dd></div>", outcome_words[i], result->outcomes[i]);
	buf_adds(out, "</dl>\n");
	if (result->warnings.len > 0) {
		buf_adds(out, "<h2>Peringatan</h2>\n<pre>");
		html_add(out, buf_str(&result->warnings));
		buf_adds(out, "</pre>\n");
	}
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (case_rows(w, order[i], e) != 0)
			return -1;
	buf_adds(out, "</body></html>\n");
	return flush(w, e);
}

/* ---- where it goes -------------------------------------------------------------------------------------- */

static int open_ledger(const struct config *c, struct ledger **out, struct err *e)
{
	AUTO(free_ptr) char *path = NULL;

	if (asprintf(&path, "%s/ledger.db", c->out) < 0)
		return err_nomem(e);
	return ledger_open(path, true, out, e);
}

/* A file in work, and whether the one that it replaces says the same so far. */
struct target {
	struct outfile file;
	int old; /* -1: there is none, or it differs */
};

static void target_release(struct target *t)
{
	outfile_release(&t->file);
	if (t->old >= 0)
		close(t->old);
}

/* The old file no longer matters. */
static void differ(struct target *t)
{
	if (t->old >= 0)
		close(t->old);
	t->old = -1;
}

static int to_file(void *user, const void *bytes, size_t len, struct err *e)
{
	struct target *t = user;
	unsigned char old[4096];
	const unsigned char *p = bytes;

	for (size_t at = 0, n; t->old >= 0 && at < len; at += n) {
		n = len - at < sizeof old ? len - at : sizeof old;
		ssize_t got = read(t->old, old, n);
		if (got != (ssize_t)n || memcmp(old, p + at, n) != 0)
			differ(t);
	}
	return outfile_write(&t->file, bytes, len, e);
}

/* A file that says the same already stays untouched. */
static int finish(struct target *t, struct err *e)
{
	char more;

	if (t->old >= 0 && read(t->old, &more, 1) == 0)
		return 0;
	return outfile_commit(&t->file, e);
}

static int write_one(const struct config *c, const struct run_result *result, struct ledger *ledger,
	const char *name, bool page, struct err *e)
{
	AUTO(target_release) struct target t = {.file = OUTFILE_INIT, .old = -1};
	AUTO(free_ptr) char *path = NULL;
	struct writer w = {
		.text = BUF_INIT(64 * MIB), .sink = to_file, .user = &t, .ledger = ledger, .result = result};

	if (asprintf(&path, "%s/report/%s", c->out, name) < 0)
		return err_nomem(e);
	if (outfile_open(&t.file, path, 0644, e) != 0)
		return -1;
	t.old = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	int r = page ? write_page(&w, c->office, e) : write_json(&w, e);
	buf_release(&w.text);
	return r == 0 ? finish(&t, e) : -1;
}

int report_write(const struct config *c, const struct run_result *result, struct err *e)
{
	AUTO(ledger_release) struct ledger *ledger = NULL;

	if (open_ledger(c, &ledger, e) != 0 || write_one(c, result, ledger, "report.json", false, e) != 0)
		return -1;
	return write_one(c, result, ledger, "index.html", true, e);
}

int report_json(
	const struct config *c, const struct run_result *result, report_sink *sink, void *user, struct err *e)
{
	AUTO(ledger_release) struct ledger *ledger = NULL;
	struct writer w = {.text = BUF_INIT(64 * MIB), .sink = sink, .user = user, .result = result};

	if (open_ledger(c, &ledger, e) != 0)
		return -1;
	w.ledger = ledger;
	int r = write_json(&w, e);
	buf_release(&w.text);
	return r;
}
