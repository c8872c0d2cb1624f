#include "casefile/builder.h"

#include "base/auto.h"

#include <string.h>

/* The value of a change, in the form that it has in pemegang. */
static const char *changed_value(
	struct builder *b, const struct xml_node *n, const char *name, const char *field, unsigned *line)
{
	const struct xml_node *child = xml_child(n, name);

	*line = child ? xml_line(child) : 0;
	if (!child)
		return NULL;
	return strcmp(field, "golongan") == 0 ? builder_grade(b, child) : builder_text(b, child);
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
	struct person *p = builder_room(b, 1, sizeof *p);

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
	size_t count = builder_count(n, "perubahan"), i = 0;
	struct data_change *changes = builder_room(b, count, sizeof *changes);

	r->naskah = builder_naskah(b, n, 0);
	if (!changes)
		return;
	xml_for_each (row, n, "perubahan") {
		struct data_change *c = &changes[i++];
		const char *field = builder_attribute(b, row, "data");
		c->line = xml_line(row);
		c->field = field ? field : "";
		c->was = changed_value(b, row, "lama", c->field, &c->lines.was);
		c->is = changed_value(b, row, "baru", c->field, &c->lines.is);
		c->held = builder_want_at(b, holder, c->field, &c->lines.held);
	}
	r->changes = changes;
	r->change_count = count;
	r->after = changed_person(b, b->out->subject_person, r);
}

/* Without what people put between the digits, in capitals; what is no number stays as it was written. */
static struct text_at serial_number(struct builder *b, const struct xml_node *n)
{
	struct text_at serial = builder_placed(b, n);
	const char *from = serial.text;
	char *normal = arena_strdup(b->arena, from), *to = normal;

	if (!normal) {
		builder_nomem(b);
		return serial;
	}
	if (from[0] == '0' && (from[1] == 'x' || from[1] == 'X'))
		from += 2;
	for (; *from; from++)
		if (*from != ':' && *from != ' ')
			*to++ = *from >= 'a' && *from <= 'f' ? (char)(*from - 'a' + 'A') : *from;
	*to = '\0';
	if (strspn(normal, "0123456789ABCDEF") == (size_t)(to - normal))
		serial.text = builder_normal_form(b, n, serial.text, normal);
	return serial;
}

static void certificate_request(
	struct builder *b, const struct xml_node *n, const char *date_name, struct certificate_request *out)
{
	const struct xml_node *serial = builder_need_node(b, n, "nomor-seri"),
			      *reason = xml_child(n, "alasan");

	out->naskah = builder_naskah(b, n, 0);
	if (serial)
		out->serial = serial_number(b, serial);
	if (reason)
		out->reason = builder_placed(b, reason);
	out->date = builder_date(b, n, date_name);
	out->date_line = builder_line(n, date_name);
	out->remark = builder_want(b, n, "keterangan");
}

static void status_steps(struct builder *b, const struct xml_node *root)
{
	struct casefile *c = b->out;
	size_t count = builder_count(root, "status"), i = 0;
	struct status_step *steps = builder_room(b, count, sizeof *steps);

	if (!steps)
		return;
	xml_for_each (n, root, "status") {
		steps[i] = (struct status_step){
			xml_line(n), builder_need(b, n, "langkah"), builder_date(b, n, "tanggal")};
		i++;
	}
	c->steps = steps;
	c->step_count = count;
	c->certificate_status = count > 0 ? steps[count - 1].step : NULL;
}

void build_certificate(struct builder *b, const struct xml_node *root)
{
	struct casefile *c = b->out;
	const struct xml_node *registration = xml_child(root, "pendaftaran"),
			      *recommendation = xml_child(root, "rekomendasi-sertifikat"),
			      *holder = builder_need_node(b, root, "pemegang"),
			      *of = builder_need_node(b, root, "kantor"),
			      *changes = xml_child(root, "perubahan-data"),
			      *renewal = xml_child(root, "perpanjangan"),
			      *revocation = xml_child(root, "pencabutan");

	if (!holder || !of)
		return;
	if (registration) {
		const struct xml_node *photo = builder_need_node(b, registration, "foto-ktp");
		c->registration = builder_naskah(b, registration, 0);
		if (photo)
			c->id_photo = builder_placed(b, photo);
	}
	if (recommendation)
		c->recommendation = builder_naskah(b, recommendation, 0);
	c->subject_person = builder_person(b, holder);
	builder_office(b, of);
	status_steps(b, root);
	if (changes)
		data_changes(b, changes, holder);
	if (renewal)
		certificate_request(b, renewal, "berlaku-sampai", &c->renewal);
	if (revocation)
		certificate_request(b, revocation, "berlaku-mulai", &c->revocation);
}
