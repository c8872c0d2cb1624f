#include "pipeline/report.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "ledger/place.h"
#include "json/json.h"

#include <stdio.h>
#include <string.h>

#define REPORT_MAX (1024 * MIB)

static const char *const outcome_words[] = {
	[CASE_OUTCOME_NONE] = "Belum diolah",
	[CASE_PUBLISHED] = "Terbit",
	[CASE_REFUSED] = "Ditolak",
	[CASE_WAITING] = "Menunggu",
	[CASE_UNKNOWN] = "Tidak diketahui",
	[CASE_FAILED] = "Gagal",
};

static int open_ledger(const struct config *c, struct ledger **out, struct err *e)
{
	AUTO(free_ptr) char *path = NULL;

	if (asprintf(&path, "%s/ledger.db", c->out) < 0)
		return err_nomem(e);
	return ledger_open(path, true, out, e);
}

/* Writes one value; the pieces of a large report are never in memory together. */
static int put(struct buf *out, json_t *owned, struct err *e)
{
	AUTO(json_release) json_t *value = owned;

	return json_write(value, 0, out, e);
}

struct letters {
	struct buf *out;
	bool first;
};

static int letter_json(void *user, const struct ledger_letter *l, struct err *e)
{
	struct letters *s = user;
	AUTO(free_ptr) char *path = letter_file_now(NULL, l);
	char date[32];

	if (l->state == LETTER_WITHDRAWN)
		return 0;
	if (!path)
		return err_nomem(e);
	snprintf(date, sizeof date, "%04d-%02d-%02d", l->date.year, l->date.month, l->date.day);
	buf_adds(s->out, s->first ? "\n   " : ",\n   ");
	s->first = false;
	json_t *o = json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:s}", "kind", l->kind, "number", l->number,
		"date", date, "subject", l->subject, "signer", l->signer, "state",
		letter_state_name(l->state), "code", l->code);
	if (o && (l->state == LETTER_PUBLISHED || l->state == LETTER_SUPERSEDED))
		json_object_set_new(o, "path", json_string(path));
	if (o && l->state == LETTER_REFUSED && *l->refused_text)
		json_object_set_new(o, "service",
			json_pack("{s:s, s:s}", "code", l->refused_code, "text", l->refused_text));
	return put(s->out, o, e);
}

static int counts_json(const struct run_result *r, struct buf *out, struct err *e)
{
	json_t *o = json_object();

	for (size_t i = CASE_PUBLISHED; i <= CASE_FAILED; i++)
		json_object_set_new(
			o, case_outcome_name((enum case_outcome)i), json_integer((json_int_t)r->outcomes[i]));
	json_object_set_new(o, "cases", json_integer((json_int_t)r->count));
	json_object_set_new(o, "letters", json_integer((json_int_t)r->letters));
	return put(out, o, e);
}

int report_json(const struct config *c, const struct run_result *result, struct buf *out, struct err *e)
{
	AUTO(ledger_release) struct ledger *ledger = NULL;

	if (open_ledger(c, &ledger, e) != 0)
		return -1;
	buf_adds(out, "{\"counts\":");
	if (counts_json(result, out, e) != 0)
		return -1;
	buf_adds(out, ",\n\"cases\":[");
	for (size_t i = 0; i < result->count; i++) {
		const struct run_entry *en = &result->entries[i];
		struct letters letters = {.out = out, .first = true};
		json_t *o = json_pack("{s:s, s:s, s:s}", "path", en->path, "id", en->id, "outcome",
			case_outcome_name(en->outcome));
		if (o && en->message)
			json_object_set_new(o, "message", json_string(en->message));
		buf_adds(out, i ? ",\n" : "\n");
		if (put(out, o, e) != 0)
			return -1;
		/* The case's object stays open for its letters. */
		if (!out->failed)
			out->len--;
		buf_adds(out, ",\"letters\":[");
		if (*en->id && en->outcome != CASE_REFUSED &&
			ledger_each_letter(ledger, en->id, letter_json, &letters, e) != 0)
			return -1;
		buf_adds(out, "]}");
	}
	buf_adds(out, "\n]}\n");
	return buf_check(out, e);
}

static void html(struct buf *out, const char *text)
{
	for (; *text; text++) {
		switch (*text) {
		case '&':
			buf_adds(out, "&amp;");
			break;
		case '<':
			buf_adds(out, "&lt;");
			break;
		case '>':
			buf_adds(out, "&gt;");
			break;
		case '"':
			buf_adds(out, "&quot;");
			break;
		default:
			buf_addc(out, *text);
		}
	}
}

static int letter_html(void *user, const struct ledger_letter *l, struct err *e)
{
	struct buf *out = user;
	AUTO(free_ptr) char *path = letter_file_now("..", l);

	if (l->state == LETTER_WITHDRAWN || l->state == LETTER_SUPERSEDED)
		return 0;
	if (!path)
		return err_nomem(e);
	buf_adds(out, "<li>");
	if (l->state == LETTER_PUBLISHED) {
		buf_adds(out, "<a href=\"");
		html(out, path);
		buf_adds(out, "\">");
	}
	html(out, l->title);
	buf_adds(out, " ");
	html(out, l->number);
	if (l->state == LETTER_PUBLISHED) {
		buf_adds(out, "</a> <small>");
		html(out, l->signer);
		buf_adds(out, "</small>");
	}
	buf_adds(out, "</li>");
	return 0;
}

static int case_rows(struct ledger *ledger, const struct run_result *result, enum case_outcome outcome,
	struct buf *out, struct err *e)
{
	if (result->outcomes[outcome] == 0)
		return 0;
	buf_addf(out,
		"<h2>%s (%zu)</h2>\n<table><thead><tr><th scope=\"col\">Kasus</th><th "
		"scope=\"col\">Berkas</th>"
		"<th scope=\"col\">Keterangan dan surat</th></tr></thead><tbody>\n",
		outcome_words[outcome], result->outcomes[outcome]);
	for (size_t i = 0; i < result->count; i++) {
		const struct run_entry *en = &result->entries[i];
		if (en->outcome != outcome)
			continue;
		buf_adds(out, "<tr><td>");
		html(out, *en->id ? en->id : "-");
		buf_adds(out, "</td><td>");
		html(out, en->path);
		buf_adds(out, "</td><td>");
		if (en->message)
			html(out, en->message);
		buf_adds(out, "<ul>");
		if (*en->id && outcome != CASE_REFUSED &&
			ledger_each_letter(ledger, en->id, letter_html, out, e) != 0)
			return -1;
		buf_adds(out, "</ul></td></tr>\n");
	}
	buf_adds(out, "</tbody></table>\n");
	return 0;
}

static int report_html(
	const struct config *c, const struct run_result *result, struct buf *out, struct err *e)
{
	/* What needs a person comes first. */
	static const enum case_outcome order[] = {
		CASE_UNKNOWN, CASE_FAILED, CASE_REFUSED, CASE_WAITING, CASE_PUBLISHED};
	AUTO(ledger_release) struct ledger *ledger = NULL;

	if (open_ledger(c, &ledger, e) != 0)
		return -1;
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
	html(out, c->office);
	buf_adds(out, "</p>\n<dl>");
	buf_addf(out, "<div><dt>Kasus</dt><dd>%zu</dd></div><div><dt>Surat terbit</dt><dd>%zu</dd></div>",
		result->count, result->letters);
	for (size_t i = CASE_PUBLISHED; i <= CASE_FAILED; i++)
		buf_addf(out, "<div><dt>%s</dt><dd>%zu</dd></div>", outcome_words[i], result->outcomes[i]);
	buf_adds(out, "</dl>\n");
	for (size_t i = 0; i < ARRAY_LEN(order); i++)
		if (case_rows(ledger, result, order[i], out, e) != 0)
			return -1;
	if (result->warnings.len > 0) {
		buf_adds(out, "<h2>Peringatan</h2>\n<pre>");
		html(out, buf_str(&result->warnings));
		buf_adds(out, "</pre>\n");
	}
	buf_adds(out, "</body></html>\n");
	return buf_check(out, e);
}

int report_write(const struct config *c, const struct run_result *result, struct err *e)
{
	AUTO(free_ptr) char *json = NULL, *page = NULL;
	AUTO(buf_release) struct buf text = BUF_INIT(REPORT_MAX);

	if (asprintf(&json, "%s/report/report.json", c->out) < 0 ||
		asprintf(&page, "%s/report/index.html", c->out) < 0)
		return err_nomem(e);
	if (report_json(c, result, &text, e) != 0 ||
		outfile_put_if_changed(json, 0644, text.data, text.len, e) != 0)
		return -1;
	buf_reset(&text);
	if (report_html(c, result, &text, e) != 0)
		return -1;
	return outfile_put_if_changed(page, 0644, text.data, text.len, e);
}
