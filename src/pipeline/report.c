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
	const struct config *config;
	struct ledger *ledger;
	const struct run_result *result;
	bool first;    /* of the letters of a case, or of a list */
	size_t listed; /* of a list that is not shown whole */
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

/* Of what was withdrawn only what somebody signed, or decided about, is worth a line. */
static bool is_gone(const struct ledger_letter *l)
{
	return l->state == LETTER_WITHDRAWN && l->signatures == 0 && !l->dropped;
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

/* Of the answer that was not published, from the out folder; NULL: there is none. */
static int kept_file(
	const struct writer *w, const struct ledger_letter *l, int64_t attempt, char **out, struct err *e)
{
	AUTO(free_ptr) char *path = letter_kept_file(w->config->out, l, attempt);

	if (!path)
		return err_nomem(e);
	*out = NULL;
	if (access(path, F_OK) == 0 && !(*out = strdup(path + strlen(w->config->out) + 1)))
		return err_nomem(e);
	return 0;
}

/* What the service said last, of a letter that it refused or that is of unknown outcome; and the answer that was kept. */
static int service_json(
	struct writer *w, const struct ledger_letter *l, json_t **out, char **kept, struct err *e)
{
	struct ledger_attempt call;
	bool found = false;

	if (l->state != LETTER_REFUSED && l->state != LETTER_UNKNOWN)
		return 0;
	if (ledger_last_call(w->ledger, l->id, &call, &found, e) != 0)
		return -1;
	if (!found)
		return 0;
	/* Our texts were valid UTF-8 when they came in, but the service's own words need not be. */
	*out = json_pack("{s:o, s:o, s:i}", "code", json_any_string(call.code), "text",
		json_any_string(call.text), "http", (int)call.http_status);
	return kept_file(w, l, call.id, kept, e);
}

static int letter_json(void *user, const struct ledger_letter *l, struct err *e)
{
	struct writer *w = user;
	char date[32];

	if (is_gone(l))
		return 0;
	AUTO(free_ptr) char *path = letter_file_now(NULL, l);
	if (!path)
		return err_nomem(e);
	snprintf(date, sizeof date, "%04d-%02d-%02d", l->date.year, l->date.month, l->date.day);
	buf_adds(&w->text, w->first ? "\n   " : ",\n   ");
	w->first = false;
	json_t *service = NULL;
	struct ledger_batch batch = {.id = 0};
	bool approved = false;
	AUTO(free_ptr) char *kept = NULL;
	if (service_json(w, l, &service, &kept, e) != 0 ||
		ledger_batch_of(w->ledger, &l->unsigned_pdf, &batch, &approved, e) != 0) {
		json_decref(service);
		return -1;
	}
	return put(w,
		json_pack("{s:o, s:o, s:s, s:o, s:o, s:i, s:s, s:o*, s:s, s:i, s:s*, s:s*, s:s*, s:o*}",
			"kind", json_any_string(l->kind), "number", json_any_string(l->number), "date", date,
			"subject", json_any_string(l->subject), "signers", signers_json(l), "signatures",
			(int)l->signatures, "state", letter_state_name(l->state), "dropped",
			l->dropped ? json_true() : NULL, "code", l->code, "attempts", (int)l->attempts,
			"approved", approved ? batch.code : NULL, "path", has_file(l) ? path : NULL, "kept",
			kept, "service", service),
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
	json_object_set_new(o, "undecided", json_integer((json_int_t)r->undecided));
	return put(w, o, e);
}

static int batch_json(void *user, const struct ledger_batch *b, struct err *e)
{
	struct writer *w = user;
	char root[2 * SHA256_LEN + 1], at[21];

	if (w->listed++ >= REPORT_APPROVALS)
		return 0;
	hex_text(root, b->root.bytes, SHA256_LEN);
	moment_text(b->at, at);
	buf_adds(&w->text, w->listed == 1 ? "\n" : ",\n");
	return put(w,
		json_pack("{s:s, s:s, s:I, s:o, s:s, s:s}", "code", b->code, "root", root, "count",
			(json_int_t)b->count, "by", json_any_string(b->by), "at", at, "how",
			approval_how_name(b->how)),
		e);
}

static int decision_json(void *user, const struct event *ev, struct err *e)
{
	struct writer *w = user;
	char at[21];

	if (w->listed++ >= REPORT_DECISIONS)
		return 0;
	moment_text(ev->at, at);
	buf_adds(&w->text, w->listed == 1 ? "\n" : ",\n");
	return put(w,
		json_pack("{s:s, s:s, s:o, s:s, s:o}", "code", ev->code, "what", event_kind_name(ev->kind),
			"by", json_any_string(ev->person), "at", at, "why", json_any_string(ev->note)),
		e);
}

static int signer_json(void *user, const struct ledger_calls *c, struct err *e)
{
	struct writer *w = user;

	buf_adds(&w->text, w->listed++ == 0 ? "\n" : ",\n");
	return put(w,
		json_pack("{s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:I}", "name", json_any_string(c->signer),
			"letters", (json_int_t)c->letters, "calls", (json_int_t)c->calls, "good",
			(json_int_t)c->good, "refused", (json_int_t)c->refused, "wrong_secret",
			(json_int_t)c->wrong_secret, "unknown", (json_int_t)c->unknown, "not_sent",
			(json_int_t)c->not_sent),
		e);
}

static int standing_json(struct writer *w, struct err *e)
{
	buf_adds(&w->text, ",\n\"approvals\":[");
	w->listed = 0;
	if (ledger_each_batch(w->ledger, batch_json, w, e) != 0)
		return -1;
	buf_adds(&w->text, "],\n\"decisions\":[");
	w->listed = 0;
	if (ledger_each_decision(w->ledger, decision_json, w, e) != 0)
		return -1;
	buf_adds(&w->text, "],\n\"signers\":[");
	w->listed = 0;
	if (ledger_each_signer(w->ledger, signer_json, w, e) != 0)
		return -1;
	buf_addc(&w->text, ']');
	return flush_if_large(w, e);
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
	if (standing_json(w, e) != 0)
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

/* What a person does about it. */
static const char *const next_words[] = {
	[CASE_OUTCOME_NONE] = "",
	[CASE_PUBLISHED] = "",
	[CASE_REFUSED] = "Perbaiki berkas kasus pada baris yang disebut, lalu jalankan kembali.",
	[CASE_WAITING] = "Hilangkan sebabnya, lalu jalankan kembali: hanya yang belum terbit yang dikirim. "
			 "Surat yang terlalu "
			 "sering ditolak menunggu keputusan: <code>naskah resolve</code>.",
	[CASE_UNKNOWN] = "Tanda tangan mungkin sudah ada, maka tidak dikirim lagi dengan sendirinya. "
			 "Tanyakan kepada penanda "
			 "tangan dan layanan, lalu putuskan dengan <code>naskah resolve</code>.",
	[CASE_FAILED] = "Mesin ini atau berkas kantor (templat, setelan) yang bersalah, bukan kasusnya.",
};

/* Who signed, or how far it is. */
static void signers_html(struct buf *out, const struct ledger_letter *l)
{
	if (l->attempts > ledger_letter_signers(l))
		buf_addf(out, " <small>(%u panggilan)</small>", l->attempts);
	if (l->state == LETTER_WITHDRAWN)
		buf_addf(out, " <small>%s</small>",
			l->dropped ? "ditarik atas keputusan seseorang" : "ditarik");
	if (l->state != LETTER_PUBLISHED) {
		if (l->signatures > 0)
			buf_addf(out, " <small>%u dari %u tanda tangan sudah ada</small>", l->signatures,
				ledger_letter_signers(l));
		return;
	}
	buf_adds(out, " <small>");
	for (unsigned i = 0; i < ledger_letter_signers(l); i++) {
		buf_adds(out, i > 0 ? "; " : "");
		html_add(out, l->signers[i].name);
	}
	buf_adds(out, "</small>");
}

/* The service's last words, the answer that was kept, and what to type when a person must decide. */
static int last_words_html(struct writer *w, const struct ledger_letter *l, struct err *e)
{
	struct buf *out = &w->text;
	struct ledger_attempt call;
	bool found = false;

	if (ledger_last_call(w->ledger, l->id, &call, &found, e) != 0)
		return -1;
	buf_adds(out, "<br><small>");
	if (found) {
		AUTO(free_ptr) char *kept = NULL;
		if (kept_file(w, l, call.id, &kept, e) != 0)
			return -1;
		html_add(out, call.text);
		if (kept) {
			buf_adds(out, " (<a href=\"../");
			html_add(out, kept);
			buf_adds(out, "\">jawaban yang disimpan</a>)");
		}
	}
	if (l->state == LETTER_UNKNOWN || l->refusals >= LEDGER_REFUSALS_MAX)
		buf_addf(out, " <code>naskah resolve %s</code>", l->code);
	buf_adds(out, "</small>");
	return 0;
}

static int letter_html(void *user, const struct ledger_letter *l, struct err *e)
{
	struct writer *w = user;
	struct buf *out = &w->text;

	if (is_gone(l) || l->state == LETTER_SUPERSEDED)
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
	if ((l->state == LETTER_UNKNOWN || l->state == LETTER_REFUSED) && last_words_html(w, l, e) != 0)
		return -1;
	buf_adds(out, "</li>");
	return 0;
}

/* `message` false: it stands above, once for all cases that share it. */
static int case_html(struct writer *w, const struct run_entry *en, bool message, struct err *e)
{
	struct buf *out = &w->text;

	buf_adds(out, "<tr><td>");
	html_add(out, *en->id ? en->id : "-");
	buf_adds(out, "</td><td>");
	html_add(out, en->path);
	buf_adds(out, "</td><td>");
	if (en->message && message)
		html_add(out, en->message);
	w->first = true;
	if (*en->id && !en->twin && ledger_each_letter(w->ledger, en->id, letter_html, w, e) != 0)
		return -1;
	buf_adds(out, w->first ? "</td></tr>\n" : "</ul></td></tr>\n");
	return flush_if_large(w, e);
}

/* The cases of one outcome, those with equal messages side by side. */
struct rows {
	const struct run_entry **entry; /* owned array */
	size_t count;
};

static void rows_release(struct rows *r)
{
	free(r->entry);
}

static const char *message_of(const struct run_entry *en)
{
	return en->message ? en->message : "";
}

static int by_message(const void *a, const void *b)
{
	const struct run_entry *x = *(const struct run_entry *const *)a;
	const struct run_entry *y = *(const struct run_entry *const *)b;
	int order = x->message == y->message ? 0 : strcmp(message_of(x), message_of(y));

	/* Entries lie in the order of their names. */
	return order != 0 ? order : x < y ? -1 : x > y;
}

static int gather(const struct run_result *result, enum case_outcome outcome, struct rows *out, struct err *e)
{
	out->entry = calloc(result->outcomes[outcome], sizeof *out->entry);
	if (!out->entry)
		return err_nomem(e);
	for (size_t i = 0; i < result->count && out->count < result->outcomes[outcome]; i++)
		if (result->entries[i].outcome == outcome)
			out->entry[out->count++] = &result->entries[i];
	/* Published ones stay in their order: their messages are remarks. */
	if (outcome != CASE_PUBLISHED)
		qsort(out->entry, out->count, sizeof *out->entry, by_message);
	return 0;
}

static size_t same_message(const struct rows *r, size_t from)
{
	size_t n = 1;

	while (from + n < r->count && strcmp(message_of(r->entry[from]), message_of(r->entry[from + n])) == 0)
		n++;
	return n;
}

/* Many cases with one reason: the reason once, and the first of them. */
static int group_html(struct writer *w, const struct rows *r, size_t from, size_t n, struct err *e)
{
	size_t shown = n < REPORT_GROUP_CASES ? n : REPORT_GROUP_CASES;

	buf_addf(&w->text, "<tr><th colspan=\"3\" scope=\"rowgroup\">%zu kasus: ", n);
	html_add(&w->text, message_of(r->entry[from]));
	buf_adds(&w->text, "</th></tr>\n");
	for (size_t i = 0; i < shown; i++)
		if (case_html(w, r->entry[from + i], false, e) != 0)
			return -1;
	if (shown < n)
		buf_addf(&w->text,
			"<tr><td colspan=\"3\">... dan %zu kasus lain dengan alasan yang sama</td></tr>\n",
			n - shown);
	return 0;
}

static int rows_html(struct writer *w, const struct rows *r, bool grouped, size_t *told, struct err *e)
{
	for (size_t i = 0, rows = 0, n; i < r->count && rows < REPORT_PAGE_CASES; i += n) {
		n = grouped ? same_message(r, i) : 1;
		bool many = n > 1 && *message_of(r->entry[i]);
		n = many ? n : 1;
		if ((many ? group_html(w, r, i, n, e) : case_html(w, r->entry[i], true, e)) != 0)
			return -1;
		rows += n < REPORT_GROUP_CASES ? n : REPORT_GROUP_CASES;
		*told += n;
	}
	return 0;
}

static int case_rows(struct writer *w, enum case_outcome outcome, struct err *e)
{
	AUTO(rows_release) struct rows rows = {NULL, 0};
	const struct run_result *result = w->result;
	size_t told = 0;

	if (result->outcomes[outcome] == 0)
		return 0;
	if (gather(result, outcome, &rows, e) != 0)
		return -1;
	buf_addf(&w->text, "<h2>%s (%zu)</h2>\n<p>%s</p>\n", outcome_words[outcome],
		result->outcomes[outcome], next_words[outcome]);
	buf_adds(&w->text, "<table><thead><tr><th scope=\"col\">Kasus</th><th scope=\"col\">Berkas</th>"
			   "<th scope=\"col\">Keterangan dan surat</th></tr></thead><tbody>\n");
	if (rows_html(w, &rows, outcome != CASE_PUBLISHED, &told, e) != 0)
		return -1;
	buf_adds(&w->text, "</tbody></table>\n");
	if (told < rows.count)
		buf_addf(&w->text,
			"<p>... dan %zu kasus lain; semuanya ada di <a "
			"href=\"report.json\">report.json</a>.</p>\n",
			rows.count - told);
	return 0;
}

/* ---- who approved, who was asked ------------------------------------------------------------------------- */

static int batch_html(void *user, const struct ledger_batch *b, struct err *e)
{
	struct writer *w = user;
	char root[2 * SHA256_LEN + 1], at[MOMENT_LOCAL];

	(void)e;
	if (w->listed++ >= REPORT_APPROVALS)
		return 0;
	hex_text(root, b->root.bytes, SHA256_LEN);
	moment_local(b->at, w->config->zone, at);
	buf_addf(&w->text, "<tr><td>%s</td><td>%lld</td><td>", b->code, (long long)b->count);
	html_add(&w->text, b->by);
	buf_addf(&w->text, "%s</td><td>%s</td><td><small>%s</small></td></tr>\n",
		b->how == APPROVED_BY_PERSON ? "" : " <small>(menurut konfigurasi)</small>", at, root);
	return 0;
}

static int decision_html(void *user, const struct event *ev, struct err *e)
{
	struct writer *w = user;
	char at[MOMENT_LOCAL];

	(void)e;
	if (w->listed++ == 0)
		buf_adds(&w->text,
			"<h2>Keputusan</h2>\n<table><thead><tr><th scope=\"col\">Surat</th><th "
			"scope=\"col\">Keputusan</th><th scope=\"col\">Oleh</th><th scope=\"col\">Pada</th>"
			"<th scope=\"col\">Alasan</th></tr></thead><tbody>\n");
	if (w->listed > REPORT_DECISIONS)
		return 0;
	moment_local(ev->at, w->config->zone, at);
	buf_addf(&w->text, "<tr><td><code>%s</code></td><td>%s</td><td>", ev->code,
		ev->kind == EVENT_DROPPED ? "ditarik" : "dilanjutkan");
	html_add(&w->text, ev->person);
	buf_addf(&w->text, "</td><td>%s</td><td>", at);
	html_add(&w->text, ev->note);
	buf_adds(&w->text, "</td></tr>\n");
	return 0;
}

static int decisions_html(struct writer *w, struct err *e)
{
	w->listed = 0;
	if (ledger_each_decision(w->ledger, decision_html, w, e) != 0)
		return -1;
	if (w->listed > 0)
		buf_adds(&w->text, "</tbody></table>\n");
	if (w->listed > REPORT_DECISIONS)
		buf_addf(&w->text, "<p>... dan %zu keputusan yang lebih lama.</p>\n",
			w->listed - REPORT_DECISIONS);
	return 0;
}

static int signer_html(void *user, const struct ledger_calls *c, struct err *e)
{
	struct writer *w = user;

	(void)e;
	w->listed++;
	buf_adds(&w->text, "<tr><td>");
	html_add(&w->text, c->signer);
	buf_addf(&w->text,
		"</td><td>%lld</td><td>%lld</td><td>%lld</td><td>%lld</td><td>%lld</td><td>%lld</"
		"td><td>%lld</td></tr>\n",
		(long long)c->letters, (long long)c->calls, (long long)c->good, (long long)c->refused,
		(long long)c->wrong_secret, (long long)c->unknown, (long long)c->not_sent);
	return 0;
}

static int standing_html(struct writer *w, struct err *e)
{
	struct buf *out = &w->text;

	w->listed = 0;
	buf_adds(out,
		"<h2>Panggilan tanda tangan</h2>\n<table><thead><tr><th scope=\"col\">Penanda tangan</th>"
		"<th scope=\"col\">Surat</th><th scope=\"col\">Panggilan</th><th scope=\"col\">Berhasil</th>"
		"<th scope=\"col\">Ditolak</th><th scope=\"col\">karena frasa sandi</th>"
		"<th scope=\"col\">Tidak diketahui</th><th scope=\"col\">Tidak terkirim</th></tr></thead>"
		"<tbody>\n");
	if (ledger_each_signer(w->ledger, signer_html, w, e) != 0)
		return -1;
	buf_adds(out,
		"</tbody></table>\n<h2>Persetujuan</h2>\n<table><thead><tr><th scope=\"col\">Kode</th>"
		"<th scope=\"col\">Surat</th><th scope=\"col\">Disetujui oleh</th><th scope=\"col\">Pada</th>"
		"<th scope=\"col\">Akar</th></tr></thead><tbody>\n");
	w->listed = 0;
	if (ledger_each_batch(w->ledger, batch_html, w, e) != 0)
		return -1;
	buf_adds(out, "</tbody></table>\n");
	if (w->listed > REPORT_APPROVALS)
		buf_addf(out, "<p>... dan %zu persetujuan yang lebih lama.</p>\n",
			w->listed - REPORT_APPROVALS);
	if (decisions_html(w, e) != 0)
		return -1;
	return flush_if_large(w, e);
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
		      ".6rem}td{overflow-wrap:anywhere}ul{margin:.2rem 0;padding-left:1.1rem}"
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
	if (standing_html(w, e) != 0)
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
	struct writer w = {.text = BUF_INIT(64 * MIB),
		.sink = to_file,
		.user = &t,
		.config = c,
		.ledger = ledger,
		.result = result};

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
	struct writer w = {
		.text = BUF_INIT(64 * MIB), .sink = sink, .user = user, .config = c, .result = result};

	if (open_ledger(c, &ledger, e) != 0)
		return -1;
	w.ledger = ledger;
	int r = write_json(&w, e);
	buf_release(&w.text);
	return r;
}
