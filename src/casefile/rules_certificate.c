#include "casefile/rules.h"

#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

/* ---- order of dates; that the steps stand in theirs has been asked before, by rules_status() --------------- */

/* Something of a day: a letter, a step, an end. */
struct event_on {
	unsigned line;
	const char *element;
	struct date date;
};

static struct event_on of_letter(const struct naskah *n)
{
	return (struct event_on){n->lines.date, n->element, n->date};
}

static struct event_on of_step(const struct status_step *s)
{
	return (struct event_on){s->line, s->step, s->date};
}

static int not_before(const struct rules *r, struct event_on later, struct event_on earlier)
{
	char is[32], was[32];

	if (date_compare(later.date, earlier.date) >= 0)
		return 0;
	snprintf(is, sizeof is, "%04d-%02d-%02d", later.date.year, later.date.month, later.date.day);
	snprintf(was, sizeof was, "%04d-%02d-%02d", earlier.date.year, earlier.date.month, earlier.date.day);
	return rules_broken(r, later.line, later.element,
		_("of %s, before '%s' of %s in line %u, it must not be earlier"), is, earlier.element, was,
		earlier.line);
}

/* The last such step on that day or before it; NULL = none. */
static const struct status_step *step_until(const struct casefile *c, const char *step, struct date day)
{
	const struct status_step *found = NULL;

	for (size_t i = 0; i < c->step_count; i++)
		if (strcmp(c->steps[i].step, step) == 0 && date_compare(c->steps[i].date, day) <= 0)
			found = &c->steps[i];
	return found;
}

/* The last step before that day; NULL = none. */
static const struct status_step *step_before(const struct casefile *c, struct date day)
{
	const struct status_step *found = NULL;

	for (size_t i = 0; i < c->step_count; i++)
		if (date_compare(c->steps[i].date, day) < 0)
			found = &c->steps[i];
	return found;
}

/* `needs`: the step that an application of this case must have reached before the letter can ask for anything. */
static int check_moment(const struct rules *r, const struct naskah *letter, const char *needs)
{
	const struct casefile *c = r->c;
	const struct naskah *applied = c->recommendation ? c->recommendation : c->registration;

	if (applied && not_before(r, of_letter(letter), of_letter(applied)) != 0)
		return -1;
	if (applied && !step_until(c, needs, letter->date))
		return rules_broken(r, letter->lines.date, letter->element,
			_("comes too early, there is no status '%s' of this day or before it"), needs);
	const struct status_step *last = step_before(c, letter->date);
	if (last && strcmp(last->step, "Revoke") == 0)
		return rules_broken(r, letter->lines.date, letter->element,
			_("comes too late, the certificate was revoked in line %u"), last->line);
	return 0;
}

/* A request to revoke ends the life of the certificate: what may come before it, and what after it. */
static int check_end(const struct rules *r)
{
	const struct casefile *c = r->c;
	const struct naskah *end = c->revocation.naskah, *changes = c->data_changes.naskah,
			    *renewal = c->renewal.naskah;

	if (!end)
		return 0;
	if (check_moment(r, end, "Issue") != 0 ||
		(changes && not_before(r, of_letter(end), of_letter(changes)) != 0) ||
		(renewal && not_before(r, of_letter(end), of_letter(renewal)) != 0))
		return -1;
	const struct status_step *last = step_before(c, end->date);
	if (last && strcmp(last->step, "Expired") == 0)
		return rules_broken(r, end->lines.date, end->element,
			_("comes too late, the certificate expired in line %u"), last->line);
	for (size_t i = 0; i < c->step_count; i++) {
		const struct status_step *s = &c->steps[i];
		if (date_compare(s->date, end->date) > 0 && strcmp(s->step, "Suspend") != 0 &&
			strcmp(s->step, "Revoke") != 0)
			return rules_broken(r, s->line, "status",
				_("'%s' cannot come after the request to revoke in line %u, only 'Suspend' "
				  "and 'Revoke' can"),
				s->step, end->lines.date);
	}
	return 0;
}

static int check_order(const struct rules *r)
{
	const struct casefile *c = r->c;
	const struct naskah *changes = c->data_changes.naskah, *renewal = c->renewal.naskah;

	if (c->registration && c->recommendation &&
		not_before(r, of_letter(c->recommendation), of_letter(c->registration)) != 0)
		return -1;
	if (changes && check_moment(r, changes, "Terdaftar") != 0)
		return -1;
	if (renewal && check_moment(r, renewal, "Issue") != 0)
		return -1;
	return check_end(r);
}

/* ---- the letters ------------------------------------------------------------------------------------------ */

/* RFC 5280 4.1.2.2: positive, at most 20 bytes; decimal that is 49 digits. */
static bool serial_check(const char *serial, const char **why)
{
	size_t len = strlen(serial), decimals = strspn(serial, "0123456789"),
	       hexadecimals = strspn(serial, "0123456789ABCDEF");

	*why = _("is no serial number, it must be digits, decimal or hexadecimal");
	if (len == 0 || hexadecimals < len)
		return false;
	*why = _("is no serial number, it must not be zero");
	if (strspn(serial, "0") == len)
		return false;
	*why = _("is no serial number, it must have at most 40 hexadecimal digits");
	return len <= (decimals == len ? 49u : 40u);
}

static int check_request(const struct rules *r, const struct certificate_request *q)
{
	const char *why;

	if (!q->naskah || serial_check(q->serial.text, &why))
		return 0;
	return rules_broken(r, q->serial.line, "nomor-seri", "'%s' %s", q->serial.text, why);
}

static int check_renewal(const struct rules *r)
{
	const struct certificate_request *q = &r->c->renewal;

	if (!q->naskah)
		return 0;
	const struct status_step *issued = step_until(r->c, "Issue", q->naskah->date);
	return issued ? not_before(r, (struct event_on){q->date_line, "berlaku-sampai", q->date},
				of_step(issued))
		      : 0;
}

static int check_revocation(const struct rules *r)
{
	const struct certificate_request *q = &r->c->revocation;

	if (!q->naskah)
		return 0;
	if (strcmp(q->reason.text, "Lainnya") == 0 && !q->remark)
		return rules_broken(r, q->reason.line, "alasan",
			_("'Lainnya' says nothing, keterangan must say what the reason is"));
	return not_before(r, (struct event_on){q->date_line, "berlaku-mulai", q->date}, of_letter(q->naskah));
}

/* Values are not repeated: one of them may be a NIK. */
static int check_change(const struct rules *r, size_t index)
{
	const struct data_change *all = r->c->data_changes.changes, *c = &all[index];
	const struct person *holder = r->c->subject_person;

	for (size_t i = 0; i < index; i++)
		if (strcmp(all[i].field, c->field) == 0)
			return rules_broken(r, c->line, "perubahan", _("'%s' stands in line %u already"),
				c->field, all[i].line);
	if ((strcmp(c->field, "nip") == 0 && holder->nrp) || (strcmp(c->field, "nrp") == 0 && holder->nip))
		return rules_broken(r, c->line, "perubahan",
			_("a NIP cannot become an NRP or the other way round, that is another certificate"));
	if (!c->was && c->held)
		return rules_broken(r, c->line, "perubahan",
			_("no lama, it must be '%s' of pemegang in line %u"), c->field, c->lines.held);
	if (c->was && !c->held)
		return rules_broken(
			r, c->lines.was, "lama", _("pemegang has no '%s', lama must be left out"), c->field);
	if (c->was && strcmp(c->was, c->held) != 0)
		return rules_broken(r, c->lines.was, "lama",
			_("is not what pemegang says in line %u, it must be the same"), c->lines.held);
	if (c->was && strcmp(c->was, c->is) == 0)
		return rules_broken(
			r, c->lines.is, "baru", _("is the same as lama, then there is nothing to change"));
	return 0;
}

/* Nobody vouches for themselves. */
static int check_signers(const struct rules *r)
{
	const struct casefile *c = r->c;
	const char *held = c->subject_person->nik,
		   *changed = c->data_changes.after ? c->data_changes.after->nik : held;

	for (size_t i = 0; i < c->naskah_count; i++) {
		const struct person *p = c->naskah[i].signer;
		if (p->nik && (strcmp(p->nik, held) == 0 || strcmp(p->nik, changed) == 0))
			return rules_broken(r, p->line, p->element,
				_("'%s' is the holder and would vouch for themselves, another must sign"),
				p->plain_name);
	}
	return 0;
}

int rules_certificate(const struct rules *r)
{
	const struct casefile *c = r->c;

	if (c->kind != CASE_PENERBITAN_SERTIFIKAT)
		return 0;
	if (c->naskah_count == 0)
		return rules_broken(r, c->line, "penerbitan-sertifikat",
			_("holds no letter, there must be at least one, such as pendaftaran or "
			  "rekomendasi-sertifikat"));
	if (check_signers(r) != 0 || check_request(r, &c->renewal) != 0 ||
		check_request(r, &c->revocation) != 0)
		return -1;
	if (c->registration && strcmp(c->id_photo.text, "ya") != 0)
		return rules_broken(r, c->id_photo.line, "foto-ktp",
			_("'%s', but the Verifikator signs that the data agree with it: it must be there "
			  "first"),
			c->id_photo.text);
	for (size_t i = 0; i < c->data_changes.change_count; i++)
		if (check_change(r, i) != 0)
			return -1;
	if (check_order(r) != 0 || check_renewal(r) != 0)
		return -1;
	return check_revocation(r);
}
