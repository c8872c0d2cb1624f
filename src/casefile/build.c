#include "casefile/build.h"

#include "base/i18n.h"
#include "base/text.h"
#include "casefile/builder.h"

#include <string.h>

/* ---- pengajuan-sistem ------------------------------------------------------------------------------------- */

static const struct text_at *addresses(struct builder *b, const struct xml_node *n, size_t *count)
{
	*count = 0;
	xml_for_each (ip, n, "ip")
		(*count)++;
	struct text_at *ips = builder_room(b, *count, sizeof *ips);
	size_t i = 0;
	if (!ips)
		return NULL;
	xml_for_each (ip, n, "ip")
		ips[i++] = builder_placed(b, ip);
	return ips;
}

static void endpoint(struct builder *b, const struct xml_node *n, struct endpoint *out)
{
	const struct xml_node *url = builder_need_node(b, n, "url");

	out->line = xml_line(n);
	if (url)
		out->url = builder_placed(b, url);
	out->ips = addresses(b, n, &out->ip_count);
	if (!out->ips)
		out->ip_count = 0;
}

static void disposition(struct builder *b, const struct xml_node *n, struct disposition *d)
{
	d->line = xml_line(n);
	d->level = builder_ordinal(b, n, "tingkat");
	d->naskah = builder_naskah(b, n, d->level);
	if (!d->naskah)
		return;
	d->from = d->naskah->signer ? d->naskah->signer->title : "";
	d->at = d->naskah->at;
	d->to = builder_need(b, n, "kepada");
	d->agenda = builder_need(b, n, "nomor-agenda");
	d->received = builder_date(b, n, "diterima");
	d->due = builder_date(b, n, "batas-waktu");
	d->lines.to = builder_line(n, "kepada");
	d->lines.received = builder_line(n, "diterima");
	d->lines.due = builder_line(n, "batas-waktu");
}

static enum test_result result_of(const char *word)
{
	if (strcmp(word, "Sesuai") == 0)
		return TEST_MET;
	return strcmp(word, "Tidak sesuai") == 0 ? TEST_NOT_MET : TEST_NOT_TESTED;
}

static void criteria(struct builder *b, const struct xml_node *report, struct test_round *r)
{
	size_t count = builder_count(report, "kriteria"), i = 0;
	struct criterion *list = builder_room(b, count, sizeof *list);

	if (!list)
		return;
	xml_for_each (n, report, "kriteria") {
		struct criterion *c = &list[i++];
		c->line = xml_line(n);
		c->code = builder_attribute(b, n, "kode");
		c->text = builder_need(b, n, "uraian");
		c->result = result_of(builder_need(b, n, "hasil"));
		c->finding = builder_want(b, n, "temuan");
		c->repair = builder_want(b, n, "perbaikan");
		c->due = builder_date(b, n, "tenggat");
		c->due_line = builder_line(n, "tenggat");
	}
	r->criteria = list;
	r->criterion_count = count;
}

/* A moment of the zone that is printed beside it: else its date would be that of another place. */
static int64_t zoned_moment(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = xml_child(n, name);
	enum zone zone = ZONE_UTC;
	char offset[16];

	if (!child || !zone_parse(builder_need(b, n, "zona"), &zone))
		return 0;
	snprintf(offset, sizeof offset, "+%02d:00", (int)zone);
	if (!text_has_suffix(builder_text(b, child), offset))
		builder_fail(b, child,
			_("not a time of its zona: one in WIB ends in +07:00, in WITA in +08:00, in WIT in "
			  "+09:00"));
	return builder_moment(b, n, name, NULL);
}

static void invitation(struct builder *b, const struct xml_node *n, struct test_round *r)
{
	r->invitation = builder_naskah(b, n, r->number);
	r->scheduled_at = zoned_moment(b, n, "mulai");
	r->until_at = zoned_moment(b, n, "selesai");
	r->media = builder_need(b, n, "media");
	r->place = builder_want_at(b, n, "tempat", &r->lines.place);
	r->link = builder_want_at(b, n, "tautan", &r->lines.link);
	r->lines.scheduled = builder_line(n, "mulai");
	r->lines.until = builder_line(n, "selesai");
	r->lines.media = builder_line(n, "media");
	builder_contact(b, n, "tautan");
}

static void test_round(struct builder *b, const struct xml_node *n, struct test_round *r)
{
	const struct xml_node *invited = xml_child(n, "undangan"), *report = xml_child(n, "berita-acara");

	r->line = xml_line(n);
	r->number = builder_ordinal(b, n, "putaran");
	if (invited)
		invitation(b, invited, r);
	if (report) {
		r->report = builder_naskah(b, report, r->number);
		if (r->report)
			r->held = r->report->date;
		criteria(b, report, r);
		r->conforms = strcmp(builder_need(b, report, "kesimpulan"), "Sesuai") == 0;
		r->repair_due = builder_date(b, report, "batas-perbaikan");
		r->lines.conclusion = builder_line(report, "kesimpulan");
		r->lines.repair_due = builder_line(report, "batas-perbaikan");
	}
}

static void application(struct builder *b, const struct xml_node *root)
{
	struct casefile *c = b->out;
	const struct xml_node *applicant = builder_need_node(b, root, "pemohon"),
			      *system = builder_need_node(b, root, "sistem"),
			      *request = builder_need_node(b, root, "permohonan"),
			      *ready = xml_child(root, "sistem-siap");
	size_t disposition_count = builder_count(root, "disposisi"), round_count = builder_count(root, "uji"),
	       i = 0;
	struct disposition *dispositions = builder_room(b, disposition_count, sizeof *dispositions);
	struct test_round *rounds = builder_room(b, round_count, sizeof *rounds);

	if (!applicant || !system || !request || !dispositions || !rounds)
		return;
	builder_office(b, applicant);
	builder_person(b, builder_need_node(b, applicant, "penanggung-jawab"));
	c->system_name = builder_need(b, system, "nama");
	c->system_in_production = strcmp(builder_need(b, system, "lingkungan"), "Produksi") == 0;
	endpoint(b, system, &c->applied);
	c->system_url = c->applied.url.text;
	const char **ips = builder_room(b, c->applied.ip_count, sizeof *ips);
	if (!ips)
		return;
	for (size_t k = 0; k < c->applied.ip_count; k++)
		ips[k] = c->applied.ips[k].text;
	c->system_ips = ips;
	c->system_ip_count = c->applied.ip_count;
	builder_naskah(b, request, 0);
	xml_for_each (n, root, "disposisi")
		disposition(b, n, &dispositions[i++]);
	c->dispositions = dispositions;
	c->disposition_count = disposition_count;
	const struct xml_node *notice = xml_child(root, "pemberitahuan-standar");
	if (notice)
		builder_naskah(b, notice, 0);
	if (ready) {
		endpoint(b, ready, &c->ready);
		c->ready_on = builder_date(b, ready, "tanggal");
	}
	i = 0;
	xml_for_each (n, root, "uji")
		test_round(b, n, &rounds[i++]);
	c->rounds = rounds;
	c->round_count = round_count;
	const struct xml_node *recommendation = xml_child(root, "rekomendasi-sistem");
	if (recommendation)
		builder_naskah(b, recommendation, 0);
}

/* ---- all -------------------------------------------------------------------------------------------------- */

/* At most this many letters: one per direct child of the root, and two per test round. */
static size_t most_letters(const struct xml_node *root)
{
	size_t count = 0;

	xml_for_each (n, root, NULL)
		count += xml_is(n, "uji") ? 2 : 1;
	return count;
}

int casefile_build(struct xml_doc *doc, const char *path, struct casefile *out, struct err *e)
{
	const struct xml_node *root = xml_root(doc);
	size_t letters = most_letters(root);
	struct builder b = {.doc = doc, .arena = &out->arena, .path = path, .err = e, .out = out};

	out->path = arena_strdup(b.arena, path);
	if (!out->path)
		builder_nomem(&b);
	out->line = xml_line(root);
	out->id = builder_attribute(&b, root, "id");
	b.naskah = builder_room(&b, letters, sizeof *b.naskah);
	/* Besides the signers: penanggung-jawab, pemegang before and after their data changed. */
	b.people = builder_room(&b, LIMIT_SIGNERS * letters + 2, sizeof(const struct person *));
	/* Two of the office, one link per round. */
	b.contacts = builder_room(&b, letters + 2, sizeof *b.contacts);
	out->naskah = b.naskah;
	out->people = b.people;
	out->contacts = b.contacts;
	if (b.failed)
		return -1;
	if (xml_is(root, "pengajuan-sistem")) {
		out->kind = CASE_PENGAJUAN_SISTEM;
		application(&b, root);
	} else {
		out->kind = CASE_PENERBITAN_SERTIFIKAT;
		build_certificate(&b, root);
	}
	/* An attribute that memory lacked for looks like one that is not there. */
	if (out->arena.failed)
		builder_nomem(&b);
	return b.failed ? -1 : 0;
}
