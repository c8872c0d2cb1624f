#include "casefile/rules.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

/* Was it met in one of the earlier rounds? Codes are few: a sheet has eleven. */
static bool met_before(const struct casefile *c, size_t round, const char *code)
{
	for (size_t i = 0; i < round; i++)
		for (size_t k = 0; k < c->rounds[i].criterion_count; k++)
			if (c->rounds[i].criteria[k].result == TEST_MET &&
				strcmp(c->rounds[i].criteria[k].code, code) == 0)
				return true;
	return false;
}

static int check_codes(const struct rules *r, const struct test_round *t)
{
	if (t->criterion_count > 200)
		return rules_broken(r, t->criteria[200].line, "kriteria",
			_("more than 200 criteria in one round, a test sheet has fewer"));
	for (size_t i = 0; i < t->criterion_count; i++) {
		const struct criterion *c = &t->criteria[i];
		if (text_is_empty(c->code))
			return rules_broken(r, c->line, "kriteria", _("attribute 'kode' is empty"));
		for (size_t k = 0; k < i; k++)
			if (strcmp(c->code, t->criteria[k].code) == 0)
				return rules_broken(r, c->line, "kriteria",
					_("kode '%s' stands in line %u already"), c->code,
					t->criteria[k].line);
	}
	return 0;
}

static int check_conclusion(const struct rules *r, size_t index)
{
	const struct test_round *t = &r->c->rounds[index];
	bool all_met = true;

	for (size_t i = 0; i < t->criterion_count; i++) {
		const struct criterion *c = &t->criteria[i];
		if (c->result == TEST_MET)
			continue;
		all_met = false;
		if (c->result == TEST_NOT_MET && !c->finding)
			return rules_broken(r, c->line, "kriteria",
				_("'%s' is not met, temuan must say what was found"), c->code);
		if (!t->conforms)
			continue;
		if (c->result == TEST_NOT_MET)
			return rules_broken(r, t->lines.conclusion, "kesimpulan",
				_("'Sesuai', but criterion '%s' in line %u is not met: it must be 'Belum "
				  "sesuai'"),
				c->code, c->line);
		if (!met_before(r->c, index, c->code))
			return rules_broken(r, t->lines.conclusion, "kesimpulan",
				_("'Sesuai', but criterion '%s' in line %u was never tested"), c->code,
				c->line);
	}
	if (all_met && !t->conforms)
		return rules_broken(r, t->lines.conclusion, "kesimpulan",
			_("'Belum sesuai', but all criteria are met: it must be 'Sesuai'"));
	if (t->conforms && t->repair_due.year > 0)
		return rules_broken(r, t->lines.repair_due, "batas-perbaikan",
			_("nothing is left to repair, the conclusion is 'Sesuai'"));
	return 0;
}

static int check_round(const struct rules *r, size_t index)
{
	const struct casefile *c = r->c;
	const struct test_round *t = &c->rounds[index], *before = index > 0 ? t - 1 : NULL;

	if (t->number != index + 1)
		return rules_broken(
			r, t->line, "uji", _("putaran %u, here must come putaran %zu"), t->number, index + 1);
	if (before && !before->report)
		return rules_broken(r, t->line, "uji",
			_("putaran %u, but putaran %u has no berita-acara yet"), t->number, before->number);
	if (before && before->conforms)
		return rules_broken(r, t->line, "uji",
			_("putaran %u, but putaran %u conforms: there is nothing to test again"), t->number,
			before->number);
	if (!t->report)
		return 0;
	return check_codes(r, t) != 0 ? -1 : check_conclusion(r, index);
}

int rules_rounds(const struct rules *r)
{
	const struct casefile *c = r->c;
	const struct test_round *last = c->round_count > 0 ? &c->rounds[c->round_count - 1] : NULL;

	for (size_t i = 0; i < c->round_count; i++)
		if (check_round(r, i) != 0)
			return -1;
	for (size_t i = 0; i < c->naskah_count; i++) {
		const struct naskah *n = &c->naskah[i];
		if (strcmp(n->element, "rekomendasi-sistem") == 0 &&
			!(last && last->report && last->conforms))
			return rules_broken(r, n->line, "rekomendasi-sistem",
				_("no recommendation without a last test round that is 'Sesuai'"));
	}
	return 0;
}
