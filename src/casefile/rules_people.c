#include "casefile/identity.h"
#include "casefile/rules.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

static int check_nik(const struct rules *r, const struct person *p, struct birth *birth)
{
	const char *why;

	if (!nik_check(p->nik, r->test_identities, birth, &why))
		return rules_broken(r, p->lines.nik, "nik", _("the NIK of '%s' %s"), p->plain_name, why);
	if (!r->test_identities && !nik_district_is_plausible(p->nik))
		rules_warn(r, p->lines.nik, "nik", _("the NIK of '%s' names no kabupaten, kota or kecamatan"),
			p->plain_name);
	return 0;
}

/* NIKs are never corrected, even when their date of birth is wrong: a disagreement is worth a look, no more. */
static void compare_births(
	const struct rules *r, const struct person *p, const struct birth *nik, const struct birth *nip)
{
	if (nik->day != nip->day || nik->month != nip->month || nik->year != nip->year % 100)
		rules_warn(r, p->lines.nip, "nip", _("NIK and NIP of '%s' name different dates of birth"),
			p->plain_name);
	else if (nik->woman != nip->woman)
		rules_warn(r, p->lines.nip, "nip",
			_("NIK and NIP of '%s' disagree whether it is a man or a woman"), p->plain_name);
}

static int check_numbers(const struct rules *r, const struct person *p, bool *contract)
{
	struct birth birth;
	struct nip nip;
	const char *why;

	if (p->nik && check_nik(r, p, &birth) != 0)
		return -1;
	if (p->nrp && !nrp_check(p->nrp, &why))
		return rules_broken(r, p->lines.nrp, "nrp", _("the NRP of '%s' %s"), p->plain_name, why);
	if (!p->nip)
		return 0;
	if (!nip_check(p->nip, &nip, &why))
		return rules_broken(r, p->lines.nip, "nip", _("the NIP of '%s' %s"), p->plain_name, why);
	*contract = nip.contract;
	if (p->nik)
		compare_births(r, p, &birth, &nip.birth);
	return 0;
}

static int check_rank(const struct rules *r, const struct person *p, bool contract)
{
	const char *named = p->grade ? grade_rank(p->grade) : NULL;

	if (p->nrp) {
		if (p->grade)
			return rules_broken(r, p->lines.grade, "golongan",
				_("'%s' has an NRP, a member of the TNI has no golongan"), p->plain_name);
		if (p->rank && !rank_is_military(p->rank))
			return rules_broken(r, p->lines.rank, "pangkat",
				_("'%s' is no rank of the TNI, it must be one such as Kolonel or Brigadir "
				  "Jenderal TNI"),
				p->rank);
		return 0;
	}
	if (p->corps)
		return rules_broken(r, p->lines.corps, "korps",
			_("'%s' has no NRP, a corps belongs to the TNI"), p->plain_name);
	if (p->rank && !rank_grade(p->rank)) {
		if (rank_is_military(p->rank))
			return rules_broken(r, p->lines.rank, "pangkat",
				_("'%s' is a rank of the TNI, it needs an NRP"), p->rank);
		return rules_broken(r, p->lines.rank, "pangkat",
			_("'%s' is no pangkat, it must be one such as Penata Muda Tingkat I"), p->rank);
	}
	if (p->grade && !named && !contract)
		return rules_broken(r, p->lines.grade, "golongan",
			_("'%s' is a golongan of PPPK, a PNS has one of I/a to IV/e"), p->grade);
	if (p->grade && named && p->nip && contract)
		return rules_broken(r, p->lines.grade, "golongan",
			_("'%s' is a golongan of PNS, PPPK have I to XVII"), p->grade);
	if (p->rank && p->grade && !(named && text_equals_nocase(named, p->rank)))
		return rules_broken(r, p->lines.grade, "golongan",
			_("'%s' is '%s', but the pangkat is '%s', which is %s"), p->grade,
			named ? named : "PPPK", p->rank, rank_grade(p->rank));
	return 0;
}

static int check_name(const struct rules *r, const struct person *p)
{
	if (strchr(p->plain_name, ','))
		return rules_broken(r, p->lines.plain_name,
			p->plain_name == p->name ? "nama" : "nama-tanpa-gelar",
			_("'%s' has titles, the name without them must stand in nama-tanpa-gelar"),
			p->plain_name);
	if (!strstr(p->name, p->plain_name))
		return rules_broken(r, p->lines.plain_name, "nama-tanpa-gelar",
			_("'%s' is not part of the full name '%s'"), p->plain_name, p->name);
	return 0;
}

static int check_behalf(const struct rules *r, const struct person *p)
{
	if (!p->for_form)
		return 0;
	bool names_office = p->for_form[0] == 'a' || p->for_form[0] == 'u';
	if (names_office && !p->for_title)
		return rules_broken(r, p->lines.behalf, "atas-nama",
			_("'%s' must name the office signed for"), p->for_form);
	if (!names_office && p->for_title)
		return rules_broken(r, p->lines.behalf, "atas-nama",
			_("'%s' stands before the own jabatan, the element must be empty"), p->for_form);
	return 0;
}

/* One NIK is one person: a slip here would ask the wrong certificate to sign. */
static int check_same(const struct rules *r, const struct person *p, size_t before)
{
	for (size_t i = 0; i < before; i++) {
		const struct person *q = r->c->people[i];
		/* The holder before and after their name changed. */
		if (q == r->c->subject_person && p == r->c->data_changes.after)
			continue;
		if (q->nik && strcmp(p->nik, q->nik) == 0 && strcmp(p->plain_name, q->plain_name) != 0)
			return rules_broken(r, p->lines.nik, "nik",
				_("the NIK of '%s' is that of '%s' in line %u, it must be their own"),
				p->plain_name, q->plain_name, q->lines.nik);
	}
	return 0;
}

/* Two signatures of one person are one person's word. */
static int check_signers(const struct rules *r, const struct naskah *n)
{
	for (size_t i = 1; i < n->signer_count; i++)
		for (size_t k = 0; k < i; k++) {
			const struct person *p = n->signers[i], *q = n->signers[k];
			if (strcmp(p->nik, q->nik) == 0)
				return rules_broken(r, p->line, p->element,
					_("'%s' signs in line %u already, each signer must be another "
					  "person"),
					p->plain_name, q->line);
		}
	return 0;
}

int rules_people(const struct rules *r)
{
	for (size_t i = 0; i < r->c->person_count; i++) {
		const struct person *p = r->c->people[i];
		bool contract = false;
		if (p->signs && !p->nik)
			return rules_broken(r, p->line, p->element,
				_("no NIK, a signer needs one to be found by the signing service"));
		if (check_name(r, p) != 0 || check_numbers(r, p, &contract) != 0 ||
			check_rank(r, p, contract) != 0 || check_behalf(r, p) != 0)
			return -1;
		if (p->nik && check_same(r, p, i) != 0)
			return -1;
	}
	for (size_t i = 0; i < r->c->naskah_count; i++)
		if (check_signers(r, &r->c->naskah[i]) != 0)
			return -1;
	return 0;
}
