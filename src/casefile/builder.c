#include "casefile/builder.h"

#include "base/i18n.h"
#include "base/text.h"
#include "casefile/identity.h"

#include <string.h>

/* ---- single values ---------------------------------------------------------------------------------------- */

void builder_nomem(struct builder *b)
{
	err_nomem(b->err);
	b->failed = true;
}

void builder_fail(struct builder *b, const struct xml_node *n, const char *why)
{
	err_set(b->err, ERR_INPUT, "%s:%u: %s: %s", b->path, xml_line(n), xml_name(n), why);
	b->failed = true;
}

void *builder_room(struct builder *b, size_t count, size_t size)
{
	void *p = arena_calloc(b->arena, count ? count : 1, size);

	if (!p)
		builder_nomem(b);
	return p;
}

const char *builder_text(struct builder *b, const struct xml_node *n)
{
	const char *t = xml_text(n, b->arena);

	if (!t)
		builder_nomem(b);
	return t ? t : "";
}

const char *builder_name(struct builder *b, const struct xml_node *n)
{
	const char *name = arena_strdup(b->arena, xml_name(n));

	if (!name)
		builder_nomem(b);
	return name ? name : "";
}

const char *builder_want(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = xml_child(n, name);

	return child ? builder_text(b, child) : NULL;
}

const char *builder_want_at(struct builder *b, const struct xml_node *n, const char *name, unsigned *line)
{
	const struct xml_node *child = xml_child(n, name);

	*line = child ? xml_line(child) : 0;
	return child ? builder_text(b, child) : NULL;
}

const struct xml_node *builder_need_node(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = xml_child(n, name);

	if (!child) {
		err_set(b->err, ERR_BUG, "%s:%u: %s: no '%s', although the schema demands it", b->path,
			xml_line(n), xml_name(n), name);
		b->failed = true;
	}
	return child;
}

const char *builder_need(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = builder_need_node(b, n, name);

	return child ? builder_text(b, child) : "";
}

unsigned builder_line(const struct xml_node *n, const char *name)
{
	const struct xml_node *child = xml_child(n, name);

	return child ? xml_line(child) : 0;
}

const char *builder_attribute(struct builder *b, const struct xml_node *n, const char *name)
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
		builder_nomem(b);
	return trimmed ? trimmed : "";
}

unsigned builder_ordinal(struct builder *b, const struct xml_node *n, const char *name)
{
	const char *digits = builder_attribute(b, n, name);
	uint64_t value = 0;

	if (digits && *digits == '+')
		digits++;
	if (!digits || !text_to_uint(digits, 999999, &value))
		builder_fail(b, n, _("this number cannot be read, it must be plain digits"));
	return (unsigned)value;
}

struct text_at builder_placed(struct builder *b, const struct xml_node *n)
{
	return (struct text_at){xml_line(n), builder_name(b, n), builder_text(b, n)};
}

struct date builder_date(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = n ? xml_child(n, name) : NULL;
	struct date d = {0, 0, 0};

	if (child && !date_parse(builder_text(b, child), &d))
		builder_fail(
			b, child, _("this is no date of the calendar, it must be one such as 2026-03-13"));
	return d;
}

int64_t builder_moment(struct builder *b, const struct xml_node *n, const char *name, struct date *local)
{
	const struct xml_node *child = xml_child(n, name);
	int64_t at = 0;

	if (!child)
		return 0;
	const char *t = builder_text(b, child);
	char day[11] = "";
	if (strlen(t) >= sizeof day)
		memcpy(day, t, sizeof day - 1);
	struct date d;
	if (!date_parse(day, &d) || !moment_parse(t, ZONE_WIB, &at)) {
		builder_fail(
			b, child, _("this is no moment, it must be one such as 2026-03-13T09:00:00+07:00"));
		return 0;
	}
	if (local)
		*local = d;
	return at;
}

size_t builder_count(const struct xml_node *n, const char *name)
{
	size_t count = 0;

	xml_for_each (child, n, name)
		count++;
	return count;
}

/* ---- people and places ------------------------------------------------------------------------------------ */

void builder_contact(struct builder *b, const struct xml_node *n, const char *name)
{
	const struct xml_node *child = xml_child(n, name);

	if (child && b->contacts)
		b->contacts[b->out->contact_count++] = builder_placed(b, child);
}

static void add_on_behalf(struct builder *b, const struct xml_node *n, struct person *p)
{
	const struct xml_node *behalf = xml_child(n, "atas-nama");

	if (!behalf)
		return;
	p->lines.behalf = xml_line(behalf);
	p->for_form = builder_attribute(b, behalf, "bentuk");
	const char *title = builder_text(b, behalf);
	p->for_title = *title ? title : NULL;
}

const char *builder_normal_form(
	struct builder *b, const struct xml_node *n, const char *written, const char *normal)
{
	if (strcmp(normal, written) != 0 && xml_set_text(b->doc, n, normal, b->err) != 0)
		b->failed = true;
	const char *kept = arena_strdup(b->arena, normal);
	if (!kept)
		builder_nomem(b);
	return kept;
}

const char *builder_grade(struct builder *b, const struct xml_node *n)
{
	char normal[GRADE_TEXT];
	const char *written = builder_text(b, n);

	if (!grade_normal(written, normal)) {
		builder_fail(b, n, _("no such golongan, it must be one of I/a to IV/e (PPPK: I to XVII)"));
		return NULL;
	}
	return builder_normal_form(b, n, written, normal);
}

static const char *grade(struct builder *b, const struct xml_node *n, unsigned *line)
{
	const struct xml_node *child = xml_child(n, "golongan");

	*line = child ? xml_line(child) : 0;
	return child ? builder_grade(b, child) : NULL;
}

struct person *builder_person(struct builder *b, const struct xml_node *n)
{
	struct person *p = builder_room(b, 1, sizeof *p);

	if (!p || !n)
		return p;
	p->line = xml_line(n);
	p->element = builder_name(b, n);
	builder_need_node(b, n, "nama");
	p->name = builder_want_at(b, n, "nama", &p->lines.name);
	p->plain_name = builder_want_at(b, n, "nama-tanpa-gelar", &p->lines.plain_name);
	if (!p->plain_name) {
		p->plain_name = p->name;
		p->lines.plain_name = p->lines.name;
	}
	p->nip = builder_want_at(b, n, "nip", &p->lines.nip);
	p->nrp = builder_want_at(b, n, "nrp", &p->lines.nrp);
	p->nik = builder_want_at(b, n, "nik", &p->lines.nik);
	p->rank = builder_want_at(b, n, "pangkat", &p->lines.rank);
	p->grade = grade(b, n, &p->lines.grade);
	p->corps = builder_want_at(b, n, "korps", &p->lines.corps);
	p->title = builder_need(b, n, "jabatan");
	p->unit = builder_want(b, n, "unit-kerja");
	p->agency = builder_want(b, n, "instansi");
	p->email = builder_want_at(b, n, "email", &p->lines.email);
	p->phone = builder_want_at(b, n, "telepon", &p->lines.phone);
	add_on_behalf(b, n, p);
	if (b->people)
		b->people[b->out->person_count++] = p;
	return p;
}

void builder_office(struct builder *b, const struct xml_node *n)
{
	const char *unit = builder_need(b, n, "satker"), *agency = builder_need(b, n, "instansi");

	b->out->office = arena_printf(b->arena, "%s, %s", unit, agency);
	if (!b->out->office)
		builder_nomem(b);
	builder_contact(b, n, "email");
	builder_contact(b, n, "telepon");
}

/* ---- letters ---------------------------------------------------------------------------------------------- */

static const struct person *signer(struct builder *b, const struct xml_node *n)
{
	struct person *p = builder_person(b, n);

	if (p && n) {
		p->signs = true;
		p->role = builder_attribute(b, n, "peran");
	}
	return p;
}

/* Who signs the letter, in order: its penanda-tangan, then the pihak that its parent names. */
static void signers(
	struct builder *b, const struct xml_node *parent, const struct xml_node *n, struct naskah *k)
{
	const struct person **list = builder_room(b, LIMIT_SIGNERS, sizeof(const struct person *));

	if (!list)
		return;
	list[k->signer_count++] = signer(b, builder_need_node(b, n, "penanda-tangan"));
	xml_for_each (pihak, parent, "pihak") {
		if (k->signer_count == LIMIT_SIGNERS) {
			builder_fail(b, pihak, _("too many, a letter has at most three signers"));
			break;
		}
		list[k->signer_count++] = signer(b, pihak);
	}
	k->signer = list[0];
	k->signers = list;
}

const struct naskah *builder_naskah(
	struct builder *b, const struct xml_node *parent, unsigned ordinal_of_parent)
{
	const struct xml_node *n = builder_need_node(b, parent, "naskah");

	if (!n || !b->naskah)
		return NULL;
	struct naskah *k = &b->naskah[b->out->naskah_count++];
	const struct xml_node *number = builder_need_node(b, n, "nomor"), *copy = xml_child(n, "salinan"),
			      *to = xml_child(n, "yth");
	k->element = builder_name(b, parent);
	k->ordinal = ordinal_of_parent;
	k->line = xml_line(n);
	k->profile = builder_attribute(b, n, "profil");
	if (number) {
		const char *written = builder_text(b, number);
		k->number = *written ? written : NULL;
		k->unit = builder_attribute(b, number, "satker");
		if (xml_attr(number, "urut", b->arena))
			k->serial = builder_ordinal(b, number, "urut");
		if (!k->number == !k->serial)
			builder_fail(b, number,
				k->number ? _("has both a number and urut, it must be one of them")
					  : _("is empty, it must hold a number or have urut"));
		else if (k->unit && !k->serial)
			builder_fail(b, number,
				_("attribute 'satker' belongs to urut, a written number holds its own"));
	}
	k->class_code = builder_need(b, n, "klasifikasi");
	k->urgency = builder_need(b, n, "derajat");
	k->subject = builder_need(b, n, "perihal");
	k->place = builder_need(b, n, "tempat");
	if (xml_child(n, "waktu")) {
		k->at = builder_moment(b, n, "waktu", &k->date);
		k->has_time = true;
	} else {
		k->date = builder_date(b, n, "tanggal");
		k->at = moment_at((struct moment){k->date, 0, 0, 0}, ZONE_WIB);
	}
	k->to = to ? builder_want(b, to, "jabatan") : NULL;
	if (copy) {
		k->copy = builder_ordinal(b, copy, "nomor");
		k->copies = builder_ordinal(b, copy, "dari");
	}
	k->lines.number = builder_line(n, "nomor");
	k->lines.class_code = builder_line(n, "klasifikasi");
	k->lines.date = builder_line(n, k->has_time ? "waktu" : "tanggal");
	k->lines.copy = builder_line(n, "salinan");
	signers(b, parent, n, k);
	return k;
}
