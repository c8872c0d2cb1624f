#include "casefile/build.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "casefile/identity.h"

#include <string.h>

/*
 * The schema has been asked before, so what is missing here is a disagreement of schema and code: need() says so
 * and the rest goes on with an empty text until build ends in that error.
 */
struct builder {
	struct xml_doc *doc;
	struct arena *arena;
	const char *path;
	struct err *err;
	bool failed;
	struct casefile *out;
	/* being filled; counted before, so that each has its final size */
	struct naskah *naskah;
	const struct person **people;
	struct text_at *contacts;
};

static void fail_nomem(struct builder *b)
{
	err_nomem(b->err);
	b->failed = true;
}

static void fail(struct builder *b, const struct xml_node *n, const char *why)
{
	err_set(b->err, ERR_INPUT, "%s:%u: %s: %s", b->path, xml_line(n), xml_name(n), why);
	b->failed = true;
}

static void *room(struct builder *b, size_t count, size_t size)
{
	void *p = arena_calloc(b->arena, count ? count : 1, size);

	if (!p)
		fail_nomem(b);
	return p;
}

static const char *text(struct builder *b, const struct xml_node *n)
{
	const char *t = xml_text(n, b->arena);

	if (!t)
		fail_nomem(b);
	return t ? t : "";
}

/* A copy: the document's own name goes when it goes. */
static const char *name_of(struct builder *b, const struct xml_node *n)
{
	const char *name = arena_strdup(b->arena, xml_name(n));

	if (!name)
		fail_nomem(b);
	return name ? name : "";
}

/* The text of a child; NULL when there is none. */
static const char *want(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = xml_child(n, name);

	return child ? text(b, child) : NULL;
}

/* The same, with its line. */
static const char *want_at(struct builder *b, const struct xml_node *n, const char *name, unsigned *line)
{
	const struct xml_node *child = xml_child(n, name);

	*line = child ? xml_line(child) : 0;
	return child ? text(b, child) : NULL;
}

static const struct xml_node *need_node(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = xml_child(n, name);

	if (!child) {
		err_set(b->err, ERR_BUG, "%s:%u: %s: no '%s', although the schema demands it", b->path,
			xml_line(n), xml_name(n), name);
		b->failed = true;
	}
	return child;
}

static const char *need(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = need_node(b, n, name);

	return child ? text(b, child) : "";
}

static unsigned line_of(const struct xml_node *n, const char *name)
{
	const struct xml_node *child = xml_child(n, name);

	return child ? xml_line(child) : 0;
}

static const char *attribute(struct builder *b, const struct xml_node *n, const char *name)
{
	const char *raw = xml_attr(n, name, b->arena);

	if (!raw)
		return NULL;
	/* Attributes of type token: libxml2 leaves the white space in place. */
	size_t lead = strspn(raw, " \t\r\n"), len = strlen(raw + lead);
	while (len > 0 && strchr(" \t\r\n", raw[lead + len - 1]))
		len--;
	const char *trimmed = arena_strndup(b->arena, raw + lead, len);
	if (!trimmed)
		fail_nomem(b);
	return trimmed ? trimmed : "";
}

static unsigned ordinal(struct builder *b, const struct xml_node *n, const char *name)
{
	const char *digits = attribute(b, n, name);
	uint64_t value = 0;

	if (digits && *digits == '+')
		digits++;
	if (!digits || !text_to_uint(digits, 999999, &value))
		fail(b, n, _("this number cannot be read, it must be plain digits"));
	return (unsigned)value;
}

static struct text_at placed(struct builder *b, const struct xml_node *n)
{
	return (struct text_at){xml_line(n), name_of(b, n), text(b, n)};
}

static struct date date_of(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = n ? xml_child(n, name) : NULL;
	struct date d = {0, 0, 0};

	if (child && !date_parse(text(b, child), &d))
		fail(b, child, _("this is no date of the calendar, it must be one such as 2026-03-13"));
	return d;
}

/* A moment and the local date it was written with; 0 when the element is absent. */
static int64_t moment_of(struct builder *b, const struct xml_node *n, const char *name, struct date *local)
{
	const struct xml_node *child = xml_child(n, name);
	int64_t at = 0;

	if (!child)
		return 0;
	const char *t = text(b, child);
	char day[11] = "";
	if (strlen(t) >= sizeof day)
		memcpy(day, t, sizeof day - 1);
	struct date d;
	if (!date_parse(day, &d) || !moment_parse(t, ZONE_WIB, &at)) {
		fail(b, child, _("this is no moment, it must be one such as 2026-03-13T09:00:00+07:00"));
		return 0;
	}
	if (local)
		*local = d;
	return at;
}

/* ---- people and places ------------------------------------------------------------------------------------ */

static void add_contact(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = xml_child(n, name);

	if (child && b->contacts)
		b->contacts[b->out->contact_count++] = placed(b, child);
}

static void add_on_behalf(struct builder *b, const struct xml_node *n, struct person *p)
{
	const struct xml_node *behalf = xml_child(n, "atas-nama");

	if (!behalf)
		return;
	p->lines.behalf = xml_line(behalf);
	p->for_form = attribute(b, behalf, "bentuk");
	const char *title = text(b, behalf);
	p->for_title = *title ? title : NULL;
}

/* What an element says, in the one form that its value has: kept, and put into the document for the templates. */
static const char *normal_form(
	struct builder *b, const struct xml_node *n, const char *written, const char *normal)
{
	if (strcmp(normal, written) != 0 && xml_set_text(b->doc, n, normal, b->err) != 0)
		b->failed = true;
	const char *kept = arena_strdup(b->arena, normal);
	if (!kept)
		fail_nomem(b);
	return kept;
}

static const char *grade_of(struct builder *b, const struct xml_node *n)
{
	char normal[GRADE_TEXT];
	const char *written = text(b, n);

	if (!grade_normal(written, normal)) {
		fail(b, n, _("no such golongan, it must be one of I/a to IV/e (PPPK: I to XVII)"));
		return NULL;
	}
	return normal_form(b, n, written, normal);
}

static const char *grade(struct builder *b, const struct xml_node *n, unsigned *line)
{
	const struct xml_node *child = xml_child(n, "golongan");

	*line = child ? xml_line(child) : 0;
	return child ? grade_of(b, child) : NULL;
}

static struct person *person(struct builder *b, const struct xml_node *n)
{
	struct person *p = room(b, 1, sizeof *p);

	if (!p || !n)
		return p;
	p->line = xml_line(n);
	p->element = name_of(b, n);
	need_node(b, n, "nama");
	p->name = want_at(b, n, "nama", &p->lines.name);
	p->plain_name = want_at(b, n, "nama-tanpa-gelar", &p->lines.plain_name);
	if (!p->plain_name) {
		p->plain_name = p->name;
		p->lines.plain_name = p->lines.name;
	}
	p->nip = want_at(b, n, "nip", &p->lines.nip);
	p->nrp = want_at(b, n, "nrp", &p->lines.nrp);
	p->nik = want_at(b, n, "nik", &p->lines.nik);
	p->rank = want_at(b, n, "pangkat", &p->lines.rank);
	p->grade = grade(b, n, &p->lines.grade);
	p->corps = want_at(b, n, "korps", &p->lines.corps);
	p->title = need(b, n, "jabatan");
	p->unit = want(b, n, "unit-kerja");
	p->agency = want(b, n, "instansi");
	p->email = want_at(b, n, "email", &p->lines.email);
	p->phone = want_at(b, n, "telepon", &p->lines.phone);
	add_on_behalf(b, n, p);
	if (b->people)
		b->people[b->out->person_count++] = p;
	return p;
}

static const struct text_at *addresses(struct builder *b, const struct xml_node *n, size_t *count)
{
	*count = 0;
	xml_for_each (ip, n, "ip")
		(*count)++;
	struct text_at *ips = room(b, *count, sizeof *ips);
	size_t i = 0;
	if (!ips)
		return NULL;
	xml_for_each (ip, n, "ip")
		ips[i++] = placed(b, ip);
	return ips;
}

static void endpoint(struct builder *b, const struct xml_node *n, struct endpoint *out)
{
	const struct xml_node *url = need_node(b, n, "url");

	out->line = xml_line(n);
	if (url)
		out->url = placed(b, url);
	out->ips = addresses(b, n, &out->ip_count);
	if (!out->ips)
		out->ip_count = 0;
}

/* ---- letters ---------------------------------------------------------------------------------------------- */

static const struct person *signer(struct builder *b, const struct xml_node *n)
{
	struct person *p = person(b, n);

	if (p && n) {
		p->signs = true;
		p->role = attribute(b, n, "peran");
	}
	return p;
}

/* Who signs the letter, in order: its penanda-tangan, then the pihak that its parent names. */
static void signers(
	struct builder *b, const struct xml_node *parent, const struct xml_node *n, struct naskah *k)
{
	const struct person **list = room(b, LIMIT_SIGNERS, sizeof(const struct person *));

	if (!list)
		return;
	list[k->signer_count++] = signer(b, need_node(b, n, "penanda-tangan"));
	xml_for_each (pihak, parent, "pihak") {
		if (k->signer_count == LIMIT_SIGNERS) {
			fail(b, pihak, _("too many, a letter has at most three signers"));
			break;
		}
		list[k->signer_count++] = signer(b, pihak);
	}
	k->signer = list[0];
	k->signers = list;
}

static const struct naskah *naskah(
	struct builder *b, const struct xml_node *parent, unsigned ordinal_of_parent)
{
	const struct xml_node *n = need_node(b, parent, "naskah");

	if (!n || !b->naskah)
		return NULL;
	struct naskah *k = &b->naskah[b->out->naskah_count++];
	const struct xml_node *number = need_node(b, n, "nomor"), *copy = xml_child(n, "salinan"),
			      *to = xml_child(n, "yth");
	k->element = name_of(b, parent);
	k->ordinal = ordinal_of_parent;
	k->line = xml_line(n);
	k->profile = attribute(b, n, "profil");
	if (number) {
		const char *written = text(b, number);
		k->number = *written ? written : NULL;
		k->unit = attribute(b, number, "satker");
		if (xml_attr(number, "urut", b->arena))
			k->serial = ordinal(b, number, "urut");
		if (!k->number == !k->serial)
			fail(b, number,
				k->number ? _("has both a number and urut, it must be one of them")
					  : _("is empty, it must hold a number or have urut"));
		else if (k->unit && !k->serial)
			fail(b, number,
				_("attribute 'satker' belongs to urut, a written number holds its own"));
	}
	k->class_code = need(b, n, "klasifikasi");
	k->urgency = need(b, n, "derajat");
	k->subject = need(b, n, "perihal");
	k->place = need(b, n, "tempat");
	if (xml_child(n, "waktu")) {
		k->at = moment_of(b, n, "waktu", &k->date);
		k->has_time = true;
	} else {
		k->date = date_of(b, n, "tanggal");
		k->at = moment_at((struct moment){k->date, 0, 0, 0}, ZONE_WIB);
	}
	k->to = to ? want(b, to, "jabatan") : NULL;
	if (copy) {
		k->copy = ordinal(b, copy, "nomor");
		k->copies = ordinal(b, copy, "dari");
	}
	k->lines.number = line_of(n, "nomor");
	k->lines.class_code = line_of(n, "klasifikasi");
	k->lines.date = line_of(n, k->has_time ? "waktu" : "tanggal");
	k->lines.copy = line_of(n, "salinan");
	signers(b, parent, n, k);
	return k;
}

/* ---- pengajuan-sistem ------------------------------------------------------------------------------------- */

static size_t count_children(const struct xml_node *n, const char *name)
{
	size_t count = 0;

	xml_for_each (child, n, name)
		count++;
	return count;
}

static void disposition(struct builder *b, const struct xml_node *n, struct disposition *d)
{
	d->line = xml_line(n);
	d->level = ordinal(b, n, "tingkat");
	d->naskah = naskah(b, n, d->level);
	if (!d->naskah)
		return;
	d->from = d->naskah->signer ? d->naskah->signer->title : "";
	d->at = d->naskah->at;
	d->to = need(b, n, "kepada");
	d->agenda = need(b, n, "nomor-agenda");
	d->received = date_of(b, n, "diterima");
	d->due = date_of(b, n, "batas-waktu");
	d->lines.to = line_of(n, "kepada");
	d->lines.received = line_of(n, "diterima");
	d->lines.due = line_of(n, "batas-waktu");
}

static enum test_result result_of(const char *word)
{
	if (strcmp(word, "Sesuai") == 0)
		return TEST_MET;
	return strcmp(word, "Tidak sesuai") == 0 ? TEST_NOT_MET : TEST_NOT_TESTED;
}

static void criteria(struct builder *b, const struct xml_node *report, struct test_round *r)
{
	size_t count = count_children(report, "kriteria"), i = 0;
	struct criterion *list = room(b, count, sizeof *list);

	if (!list)
		return;
	xml_for_each (n, report, "kriteria") {
		struct criterion *c = &list[i++];
		c->line = xml_line(n);
		c->code = attribute(b, n, "kode");
		c->text = need(b, n, "uraian");
		c->result = result_of(need(b, n, "hasil"));
		c->finding = want(b, n, "temuan");
		c->repair = want(b, n, "perbaikan");
		c->due = date_of(b, n, "tenggat");
		c->due_line = line_of(n, "tenggat");
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

	if (!child || !zone_parse(need(b, n, "zona"), &zone))
		return 0;
	snprintf(offset, sizeof offset, "+%02d:00", (int)zone);
	if (!text_has_suffix(text(b, child), offset))
		fail(b, child,
			_("not a time of its zona: one in WIB ends in +07:00, in WITA in +08:00, in WIT in "
			  "+09:00"));
	return moment_of(b, n, name, NULL);
}

static void invitation(struct builder *b, const struct xml_node *n, struct test_round *r)
{
	r->invitation = naskah(b, n, r->number);
	r->scheduled_at = zoned_moment(b, n, "mulai");
	r->until_at = zoned_moment(b, n, "selesai");
	r->media = need(b, n, "media");
	r->place = want_at(b, n, "tempat", &r->lines.place);
	r->link = want_at(b, n, "tautan", &r->lines.link);
	r->lines.scheduled = line_of(n, "mulai");
	r->lines.until = line_of(n, "selesai");
	r->lines.media = line_of(n, "media");
	add_contact(b, n, "tautan");
}

static void test_round(struct builder *b, const struct xml_node *n, struct test_round *r)
{
	const struct xml_node *invited = xml_child(n, "undangan"), *report = xml_child(n, "berita-acara");

	r->line = xml_line(n);
	r->number = ordinal(b, n, "putaran");
	if (invited)
		invitation(b, invited, r);
	if (report) {
		r->report = naskah(b, report, r->number);
		if (r->report)
			r->held = r->report->date;
		criteria(b, report, r);
		r->conforms = strcmp(need(b, report, "kesimpulan"), "Sesuai") == 0;
		r->repair_due = date_of(b, report, "batas-perbaikan");
		r->lines.conclusion = line_of(report, "kesimpulan");
		r->lines.repair_due = line_of(report, "batas-perbaikan");
	}
}

static void office(struct builder *b, const struct xml_node *n)
{
	const char *unit = need(b, n, "satker"), *agency = need(b, n, "instansi");

	b->out->office = arena_printf(b->arena, "%s, %s", unit, agency);
	if (!b->out->office)
		fail_nomem(b);
	add_contact(b, n, "email");
	add_contact(b, n, "telepon");
}

static void application(struct builder *b, const struct xml_node *root)
{
	struct casefile *c = b->out;
	const struct xml_node *applicant = need_node(b, root, "pemohon"),
			      *system = need_node(b, root, "sistem"),
			      *request = need_node(b, root, "permohonan"),
			      *ready = xml_child(root, "sistem-siap");
	size_t disposition_count = count_children(root, "disposisi"),
	       round_count = count_children(root, "uji"), i = 0;
	struct disposition *dispositions = room(b, disposition_count, sizeof *dispositions);
	struct test_round *rounds = room(b, round_count, sizeof *rounds);

	if (!applicant || !system || !request || !dispositions || !rounds)
		return;
	office(b, applicant);
	person(b, need_node(b, applicant, "penanggung-jawab"));
	c->system_name = need(b, system, "nama");
	c->system_in_production = strcmp(need(b, system, "lingkungan"), "Produksi") == 0;
	endpoint(b, system, &c->applied);
	c->system_url = c->applied.url.text;
	const char **ips = room(b, c->applied.ip_count, sizeof *ips);
	if (!ips)
		return;
	for (size_t k = 0; k < c->applied.ip_count; k++)
		ips[k] = c->applied.ips[k].text;
	c->system_ips = ips;
	c->system_ip_count = c->applied.ip_count;
	naskah(b, request, 0);
	xml_for_each (n, root, "disposisi")
		disposition(b, n, &dispositions[i++]);
	c->dispositions = dispositions;
	c->disposition_count = disposition_count;
	const struct xml_node *notice = xml_child(root, "pemberitahuan-standar");
	if (notice)
		naskah(b, notice, 0);
	if (ready) {
		endpoint(b, ready, &c->ready);
		c->ready_on = date_of(b, ready, "tanggal");
	}
	i = 0;
	xml_for_each (n, root, "uji")
		test_round(b, n, &rounds[i++]);
	c->rounds = rounds;
	c->round_count = round_count;
	const struct xml_node *recommendation = xml_child(root, "rekomendasi-sistem");
	if (recommendation)
		naskah(b, recommendation, 0);
}

/* ---- penerbitan-sertifikat -------------------------------------------------------------------------------- */

/* The value of a change, in the form that it has in pemegang. */
static const char *changed_value(
	struct builder *b, const struct xml_node *n, const char *name, const char *field, unsigned *line)
{
	const struct xml_node *child = xml_child(n, name);

	*line = child ? xml_line(child) : 0;
	if (!child)
		return NULL;
	return strcmp(field, "golongan") == 0 ? grade_of(b, child) : text(b, child);
}

/* Puts one new value into the holder's data. Town and province are no part of a person. */
static void change(struct person *p, const struct data_change *c)
{
	const struct {
		const char *field;
		const char **text;
		unsigned *line;
	} places[] = {
		{"nama", &p->name, &p->lines.name},
		{"nama-tanpa-gelar", &p->plain_name, &p->lines.plain_name},
		{"nip", &p->nip, &p->lines.nip},
		{"nrp", &p->nrp, &p->lines.nrp},
		{"nik", &p->nik, &p->lines.nik},
		{"pangkat", &p->rank, &p->lines.rank},
		{"golongan", &p->grade, &p->lines.grade},
		{"korps", &p->corps, &p->lines.corps},
		{"jabatan", &p->title, NULL},
		{"unit-kerja", &p->unit, NULL},
		{"instansi", &p->agency, NULL},
		{"email", &p->email, &p->lines.email},
		{"telepon", &p->phone, &p->lines.phone},
	};

	for (size_t i = 0; i < ARRAY_LEN(places); i++) {
		if (strcmp(places[i].field, c->field) != 0)
			continue;
		*places[i].text = c->is;
		if (places[i].line)
			*places[i].line = c->lines.is;
	}
}

/* The holder as they are after the changes, for the rules that hold for everybody. */
static const struct person *changed_person(
	struct builder *b, const struct person *holder, const struct change_request *r)
{
	struct person *p = room(b, 1, sizeof *p);

	if (!p || !holder || !b->people)
		return holder;
	*p = *holder;
	p->line = r->naskah ? r->naskah->line : holder->line;
	p->element = "perubahan-data";
	for (size_t i = 0; i < r->change_count; i++)
		change(p, &r->changes[i]);
	/* Who has no name apart from the printed one keeps it so. */
	if (holder->plain_name == holder->name && p->plain_name == holder->plain_name) {
		p->plain_name = p->name;
		p->lines.plain_name = p->lines.name;
	}
	b->people[b->out->person_count++] = p;
	return p;
}

static void data_changes(struct builder *b, const struct xml_node *n, const struct xml_node *holder)
{
	struct change_request *r = &b->out->data_changes;
	size_t count = count_children(n, "perubahan"), i = 0;
	struct data_change *changes = room(b, count, sizeof *changes);

	r->naskah = naskah(b, n, 0);
	if (!changes)
		return;
	xml_for_each (row, n, "perubahan") {
		struct data_change *c = &changes[i++];
		const char *field = attribute(b, row, "data");
		c->line = xml_line(row);
		c->field = field ? field : "";
		c->was = changed_value(b, row, "lama", c->field, &c->lines.was);
		c->is = changed_value(b, row, "baru", c->field, &c->lines.is);
		c->held = want_at(b, holder, c->field, &c->lines.held);
	}
	r->changes = changes;
	r->change_count = count;
	r->after = changed_person(b, b->out->subject_person, r);
}

/* Without what people put between the digits, in capitals; what is no number stays as it was written. */
static struct text_at serial_number(struct builder *b, const struct xml_node *n)
{
	struct text_at serial = placed(b, n);
	const char *from = serial.text;
	char *normal = arena_strdup(b->arena, from), *to = normal;

	if (!normal) {
		fail_nomem(b);
		return serial;
	}
	if (from[0] == '0' && (from[1] == 'x' || from[1] == 'X'))
		from += 2;
	for (; *from; from++)
		if (*from != ':' && *from != ' ')
			*to++ = *from >= 'a' && *from <= 'f' ? (char)(*from - 'a' + 'A') : *from;
	*to = '\0';
	if (strspn(normal, "0123456789ABCDEF") == (size_t)(to - normal))
		serial.text = normal_form(b, n, serial.text, normal);
	return serial;
}

static void certificate_request(
	struct builder *b, const struct xml_node *n, const char *date_name, struct certificate_request *out)
{
	const struct xml_node *serial = need_node(b, n, "nomor-seri"), *reason = xml_child(n, "alasan");

	out->naskah = naskah(b, n, 0);
	if (serial)
		out->serial = serial_number(b, serial);
	if (reason)
		out->reason = placed(b, reason);
	out->date = date_of(b, n, date_name);
	out->date_line = line_of(n, date_name);
	out->remark = want(b, n, "keterangan");
}

static void status_steps(struct builder *b, const struct xml_node *root)
{
	struct casefile *c = b->out;
	size_t count = count_children(root, "status"), i = 0;
	struct status_step *steps = room(b, count, sizeof *steps);

	if (!steps)
		return;
	xml_for_each (n, root, "status") {
		steps[i] = (struct status_step){xml_line(n), need(b, n, "langkah"), date_of(b, n, "tanggal")};
		i++;
	}
	c->steps = steps;
	c->step_count = count;
	c->certificate_status = count > 0 ? steps[count - 1].step : NULL;
}

static void issuance(struct builder *b, const struct xml_node *root)
{
	struct casefile *c = b->out;
	const struct xml_node *registration = xml_child(root, "pendaftaran"),
			      *recommendation = xml_child(root, "rekomendasi-sertifikat"),
			      *holder = need_node(b, root, "pemegang"), *of = need_node(b, root, "kantor"),
			      *changes = xml_child(root, "perubahan-data"),
			      *renewal = xml_child(root, "perpanjangan"),
			      *revocation = xml_child(root, "pencabutan");

	if (!holder || !of)
		return;
	if (registration) {
		const struct xml_node *photo = need_node(b, registration, "foto-ktp");
		c->registration = naskah(b, registration, 0);
		if (photo)
			c->id_photo = placed(b, photo);
	}
	if (recommendation)
		c->recommendation = naskah(b, recommendation, 0);
	c->subject_person = person(b, holder);
	office(b, of);
	status_steps(b, root);
	if (changes)
		data_changes(b, changes, holder);
	if (renewal)
		certificate_request(b, renewal, "berlaku-sampai", &c->renewal);
	if (revocation)
		certificate_request(b, revocation, "berlaku-mulai", &c->revocation);
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
		fail_nomem(&b);
	out->line = xml_line(root);
	out->id = attribute(&b, root, "id");
	b.naskah = room(&b, letters, sizeof *b.naskah);
	/* Besides the signers: penanggung-jawab, pemegang before and after their data changed. */
	b.people = room(&b, LIMIT_SIGNERS * letters + 2, sizeof(const struct person *));
	/* Two of the office, one link per round. */
	b.contacts = room(&b, letters + 2, sizeof *b.contacts);
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
		issuance(&b, root);
	}
	return b.failed ? -1 : 0;
}
