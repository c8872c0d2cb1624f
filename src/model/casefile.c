#include "model/casefile.h"

#include <string.h>

static void add_date(struct buf *out, const char *label, struct date d)
{
	if (d.year > 0)
		buf_addf(out, " %s %04d-%02d-%02d", label, d.year, d.month, d.day);
}

static void add_text(struct buf *out, const char *label, const char *text)
{
	if (text)
		buf_addf(out, " %s \"%s\"", label, text);
}

static void add_moment(struct buf *out, const char *label, int64_t at)
{
	char text[21];

	if (at == 0)
		return;
	moment_text(at, text);
	buf_addf(out, " %s %s", label, text);
}

/* Only the last four digits: the others tell region, birth date and sex. */
static void add_nik(struct buf *out, const char *nik)
{
	size_t len = nik ? strlen(nik) : 0;

	if (len > 4)
		buf_addf(out, " nik ************%s", nik + len - 4);
}

static void dump_person(const struct person *p, struct buf *out)
{
	buf_addf(out, "%u %s \"%s\"", p->line, p->element, p->name);
	if (strcmp(p->plain_name, p->name) != 0)
		add_text(out, "plain", p->plain_name);
	add_text(out, "role", p->role);
	add_text(out, "nip", p->nip);
	add_text(out, "nrp", p->nrp);
	add_nik(out, p->nik);
	add_text(out, "rank", p->rank);
	add_text(out, "grade", p->grade);
	add_text(out, "corps", p->corps);
	add_text(out, "for", p->for_form);
	add_text(out, "of", p->for_title);
	add_text(out, "title", p->title);
	add_text(out, "unit", p->unit);
	add_text(out, "agency", p->agency);
	add_text(out, "email", p->email);
	add_text(out, "phone", p->phone);
	buf_addc(out, '\n');
}

static void dump_naskah(const struct naskah *n, struct buf *out)
{
	buf_addf(out, "naskah %u %s", n->line, n->element);
	if (n->ordinal > 0)
		buf_addf(out, " %u", n->ordinal);
	buf_addf(out, " profile %s", n->profile);
	add_text(out, "number", n->number);
	if (n->serial > 0)
		buf_addf(out, " serial %u", n->serial);
	add_text(out, "unit", n->unit);
	buf_addf(out, " class %s urgency %s", n->class_code, n->urgency);
	add_date(out, "date", n->date);
	add_moment(out, n->has_time ? "at" : "from", n->at);
	if (n->copies > 0)
		buf_addf(out, " copy %u of %u", n->copy, n->copies);
	add_text(out, "place", n->place);
	add_text(out, "to", n->to);
	add_text(out, "subject", n->subject);
	buf_addc(out, '\n');
	for (size_t i = 0; i < n->signer_count; i++) {
		buf_adds(out, "\tsigner ");
		dump_person(n->signers[i], out);
	}
}

static void dump_endpoint(const char *label, const struct endpoint *p, struct buf *out)
{
	if (p->line == 0)
		return;
	buf_addf(out, "%s %u url %s", label, p->line, p->url.text);
	for (size_t i = 0; i < p->ip_count; i++)
		buf_addf(out, " ip %s", p->ips[i].text);
}

static void dump_round(const struct test_round *r, struct buf *out)
{
	static const char *const results[] = {"none", "met", "not met", "not tested"};

	buf_addf(out, "round %u number %u", r->line, r->number);
	add_moment(out, "scheduled", r->scheduled_at);
	add_moment(out, "until", r->until_at);
	add_text(out, "media", r->media);
	add_text(out, "place", r->place);
	add_text(out, "link", r->link);
	add_date(out, "held", r->held);
	if (r->report)
		buf_adds(out, r->conforms ? " conforms" : " does not conform");
	add_date(out, "repair-due", r->repair_due);
	buf_addc(out, '\n');
	for (size_t i = 0; i < r->criterion_count; i++) {
		const struct criterion *c = &r->criteria[i];
		buf_addf(out, "\tcriterion %u %s %s", c->line, c->code, results[c->result]);
		add_text(out, "text", c->text);
		add_text(out, "finding", c->finding);
		add_text(out, "repair", c->repair);
		add_date(out, "due", c->due);
		buf_addc(out, '\n');
	}
}

static void dump_changes(const struct change_request *r, struct buf *out)
{
	for (size_t i = 0; i < r->change_count; i++) {
		const struct data_change *c = &r->changes[i];
		bool is_nik = strcmp(c->field, "nik") == 0;
		buf_addf(out, "change %u %s", c->line, c->field);
		if (is_nik) {
			add_nik(out, c->was);
			add_nik(out, c->is);
		} else {
			add_text(out, "was", c->was);
			add_text(out, "is", c->is);
		}
		buf_addc(out, '\n');
	}
}

static void dump_request(
	const char *label, const char *date_label, const struct certificate_request *r, struct buf *out)
{
	if (!r->naskah)
		return;
	buf_addf(out, "%s %u serial %s", label, r->naskah->line, r->serial.text);
	add_date(out, date_label, r->date);
	add_text(out, "reason", r->reason.text);
	add_text(out, "remark", r->remark);
	buf_addc(out, '\n');
}

void casefile_dump(const struct casefile *c, struct buf *out)
{
	static const char *const kinds[] = {"none", "pengajuan-sistem", "penerbitan-sertifikat"};

	buf_addf(out, "case %s %s\n", c->id, kinds[c->kind]);
	if (c->system_name) {
		buf_addf(out, "system \"%s\" %s\n", c->system_name,
			c->system_in_production ? "production" : "development");
		dump_endpoint("applied", &c->applied, out);
		buf_addc(out, '\n');
	}
	if (c->ready.line > 0) {
		dump_endpoint("ready", &c->ready, out);
		add_date(out, "on", c->ready_on);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < c->contact_count; i++)
		buf_addf(out, "contact %u %s %s\n", c->contacts[i].line, c->contacts[i].element,
			c->contacts[i].text);
	for (size_t i = 0; i < c->naskah_count; i++)
		dump_naskah(&c->naskah[i], out);
	for (size_t i = 0; i < c->person_count; i++) {
		if (c->people[i]->signs)
			continue; /* shown with the letter */
		buf_adds(out, "person ");
		dump_person(c->people[i], out);
	}
	for (size_t i = 0; i < c->disposition_count; i++) {
		const struct disposition *d = &c->dispositions[i];
		buf_addf(out, "disposition %u level %u from \"%s\" to \"%s\" agenda \"%s\"", d->line,
			d->level, d->from, d->to, d->agenda);
		add_date(out, "received", d->received);
		add_date(out, "due", d->due);
		buf_addc(out, '\n');
	}
	for (size_t i = 0; i < c->round_count; i++)
		dump_round(&c->rounds[i], out);
	for (size_t i = 0; i < c->step_count; i++) {
		buf_addf(out, "status %u %s", c->steps[i].line, c->steps[i].step);
		add_date(out, "on", c->steps[i].date);
		buf_addc(out, '\n');
	}
	if (c->id_photo.text)
		buf_addf(out, "id-photo %u %s\n", c->id_photo.line, c->id_photo.text);
	dump_changes(&c->data_changes, out);
	dump_request("renewal", "until", &c->renewal, out);
	dump_request("revocation", "from", &c->revocation, out);
}

void casefile_release(struct casefile *c)
{
	size_t max = c->arena.max;

	arena_release(&c->arena);
	*c = (struct casefile){.arena = ARENA_INIT(max)};
}
