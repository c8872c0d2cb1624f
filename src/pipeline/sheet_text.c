#include "pipeline/sheet_text.h"

#include "base/auto.h"
#include "base/text.h"
#include "letter/indonesian.h"
#include "pipeline/state.h"
#include "json/json.h"

#include <string.h>

void sheet_facts_note(struct sheet_facts *f, const char *case_id)
{
	if (f->count == 0 || strcmp(case_id, f->first_case) < 0)
		text_copy(f->first_case, sizeof f->first_case, case_id);
	if (f->count == 0 || strcmp(case_id, f->last_case) > 0)
		text_copy(f->last_case, sizeof f->last_case, case_id);
	f->count++;
}

/* ---- for a person --------------------------------------------------------------------------------------- */

static int line(void *user, const char *name, int64_t count, struct err *e)
{
	(void)e;
	buf_addf(user, "%8lld  %s\n", (long long)count, name);
	return 0;
}

static int section(struct run *run, const char *heading, const char *what, struct buf *out, struct err *e)
{
	int64_t others = 0;

	buf_addf(out, "\n%s\n", heading);
	if (ledger_sheet_each_count(run->ledger, what, SHEET_NAMES, line, out, &others, e) != 0)
		return -1;
	if (others > 0)
		buf_addf(out, "          ... dan %lld nama lain\n", (long long)others);
	return 0;
}

static void moment_words(int64_t at, enum zone zone, struct buf *out)
{
	struct moment m = moment_in(at, zone);

	indonesian_date(m.date, out);
	buf_addc(out, ' ');
	indonesian_clock(m.hour, m.minute, zone, out);
}

int sheet_write_text(
	struct run *run, const struct sheet *s, const struct sheet_facts *f, struct buf *out, struct err *e)
{
	const struct config *c = run->req->config;
	char root[2 * SHA256_LEN + 1];

	hex_text(root, s->root.bytes, SHA256_LEN);
	buf_addf(out, "LEMBAR KELOMPOK  %s\n%s\n", s->code, c->office);
	moment_words(run_now(run), c->zone, out);
	buf_addf(out, "\n\nYang akan ditandatangani: %lld surat", (long long)s->count);
	if (strcmp(f->first_case, f->last_case) == 0)
		buf_addf(out, " dari kasus %s\n", f->first_case);
	else
		buf_addf(out, " dari kasus %s sampai %s\n", f->first_case, f->last_case);
	if (s->approved > 0)
		buf_addf(out, "(%lld surat lain sudah disetujui sebelumnya dan dikirim juga)\n",
			(long long)s->approved);
	if (s->refused > 0)
		buf_addf(out, "PERHATIAN: %zu kasus salah dan suratnya tidak termasuk (naskah check)\n",
			s->refused);
	if (section(run, "Penanda tangan", SHEET_SIGNERS, out, e) != 0 ||
		section(run, "Jenis surat", SHEET_KINDS, out, e) != 0 ||
		section(run, "Tujuan", SHEET_RECIPIENTS, out, e) != 0)
		return -1;
	buf_addf(out,
		"\nKode persetujuan: %s\nAkar (SHA-256, RFC 6962): %s\n\n"
		"Menyetujui kode ini berarti: tepat berkas-berkas ini, dan tidak ada yang lain, boleh "
		"dikirim\n"
		"untuk ditandatangani. Satu huruf yang berubah dalam satu surat memberi kode yang lain.\n",
		s->code, root);
	return buf_check(out, e);
}

/* ---- for machines --------------------------------------------------------------------------------------- */

static int element(void *user, const char *name, int64_t count, struct err *e)
{
	(void)e;
	json_array_append_new(
		user, json_pack("{s:o, s:I}", "name", json_any_string(name), "count", (json_int_t)count));
	return 0;
}

static int add_list(struct run *run, json_t *o, const char *what, struct err *e)
{
	json_t *list = json_array();
	int64_t others = 0;

	int r = ledger_sheet_each_count(run->ledger, what, SHEET_NAMES, element, list, &others, e);
	json_int_t total = (json_int_t)json_array_size(list) + others;
	json_object_set_new(o, what, json_pack("{s:I, s:o}", "total", total, "list", list));
	return r;
}

int sheet_write_json(
	struct run *run, const struct sheet *s, const struct sheet_facts *f, struct buf *out, struct err *e)
{
	char root[2 * SHA256_LEN + 1], at[21];

	hex_text(root, s->root.bytes, SHA256_LEN);
	moment_text(run_now(run), at);
	AUTO(json_release)
	json_t *o = json_pack("{s:s, s:s, s:I, s:I, s:I, s:s, s:o, s:s, s:s}", "code", s->code, "root", root,
		"count", (json_int_t)s->count, "approved_earlier", (json_int_t)s->approved, "refused_cases",
		(json_int_t)s->refused, "at", at, "office", json_any_string(run->req->config->office),
		"first_case", f->first_case, "last_case", f->last_case);
	if (add_list(run, o, SHEET_SIGNERS, e) != 0 || add_list(run, o, SHEET_KINDS, e) != 0 ||
		add_list(run, o, SHEET_RECIPIENTS, e) != 0 || json_write(o, 1, out, e) != 0)
		return -1;
	buf_addc(out, '\n');
	return buf_check(out, e);
}
