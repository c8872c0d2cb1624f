#include "casefile/rules.h"

#include "base/i18n.h"
#include "base/text.h"

#include <string.h>

#define CRITERIA_MAX                                                                                         \
	500 /* of one round: a sheet has eleven, all sheets that we know together a few hundred */

/* Was it met in one of the earlier rounds? */
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
	if (t->criterion_count > CRITERIA_MAX)
		return rules_broken(r, t->criteria[CRITERIA_MAX].line, "kriteria",
			_("more than %d criteria in one round, a test sheet has fewer"), CRITERIA_MAX);
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

/* The guests must learn where to go, or where to click; on a secret letter they are told apart from it. */
static int check_meeting(const struct rules *r, const struct test_round *t)
{
	bool online = strcmp(t->media, "Luring") != 0, somewhere = strcmp(t->media, "Daring") != 0;
	bool secret = t->invitation->class_code[0] == 'R' || strcmp(t->invitation->class_code, "SR") == 0;

	if (somewhere && !t->place)
		return rules_broken(
			r, t->lines.media, "media", _("'%s', so tempat must say where it is"), t->media);
	if (online && !t->link && !secret)
		return rules_broken(
			r, t->lines.media, "media", _("'%s', so tautan must say how to join"), t->media);
	if (!somewhere && t->place)
		rules_warn(r, t->lines.place, "tempat", _("not printed, the test is held online only"));
	if (!online && t->link)
		rules_warn(r, t->lines.link, "tautan", _("not printed, the test is not held online"));
	return 0;
}

static int check_due(const struct rules *r, const struct test_round *t)
{
	for (size_t i = 0; i < t->criterion_count; i++) {
		const struct criterion *c = &t->criteria[i];
		if (c->due_line == 0)
			continue;
		if (c->result == TEST_MET)
			return rules_broken(r, c->due_line, "tenggat",
				_("'%s' is met, there is nothing to repair until then"), c->code);
		if (date_compare(c->due, t->held) < 0)
			return rules_broken(r, c->due_line, "tenggat",
				_("before the test of '%s' was held, it must not be earlier"), c->code);
	}
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
	if (t->invitation && check_meeting(r, t) != 0)
		return -1;
	if (!t->report)
		return 0;
	if (check_codes(r, t) != 0 || check_conclusion(r, index) != 0)
		return -1;
	return check_due(r, t);
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
