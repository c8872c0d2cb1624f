#include "casefile/rules.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <stdio.h>
#include <string.h>

/* ---- order of dates --------------------------------------------------------------------------------------- */

/* Something that happened; when one of two has no time of day, their dates are compared. */
struct happening {
	unsigned line;
	const char *element;
	struct date date;
	int64_t at; /* 0 = only the date is known */
};

static struct happening of_letter(const struct naskah *n)
{
	return (struct happening){n->lines.date, n->element, n->date, n->has_time ? n->at : 0};
}

static struct happening of_date(unsigned line, const char *element, struct date date)
{
	return (struct happening){line, element, date, 0};
}

/* WIB: what is compared with it is at least hours away in any zone of the country. */
static struct happening of_moment(unsigned line, const char *element, int64_t at)
{
	return (struct happening){line, element, moment_in(at, ZONE_WIB).date, at};
}

static bool is_before(const struct happening *a, const struct happening *b)
{
	if (a->at != 0 && b->at != 0)
		return a->at < b->at;
	return date_compare(a->date, b->date) < 0;
}

#define WHEN_TEXT 32 /* "2026-03-13 09:00 WIB" and room for what the compiler fears */

static void when_text(const struct happening *h, bool with_time, char out[WHEN_TEXT])
{
	int n = snprintf(out, WHEN_TEXT, "%04d-%02d-%02d", h->date.year % 10000, h->date.month % 100,
		h->date.day % 100);
	struct moment m = moment_in(h->at, ZONE_WIB);

	if (with_time && n > 0)
		snprintf(out + n, WHEN_TEXT - (size_t)n, " %02d:%02d WIB", m.hour % 24, m.minute % 60);
}

/* `next` must not be before *last, and becomes it. */
static int in_order(const struct rules *r, struct happening *last, struct happening next)
{
	char was[WHEN_TEXT], is[WHEN_TEXT];

	if (last->line > 0 && is_before(&next, last)) {
		bool with_time = last->at != 0 && next.at != 0;
		when_text(last, with_time, was);
		when_text(&next, with_time, is);
		return rules_broken(r, next.line, next.element,
			_("of %s, before '%s' of %s in line %u, it must not be earlier"), is, last->element,
			was, last->line);
	}
	*last = next;
	return 0;
}

static int check_disposition_dates(
	const struct rules *r, const struct disposition *d, const struct happening *request)
{
	struct happening received = of_date(d->lines.received, "diterima", d->received), last = *request;

	if (in_order(r, &last, received) != 0 || in_order(r, &last, of_letter(d->naskah)) != 0)
		return -1;
	if (d->due.year > 0)
		return in_order(r, &last, of_date(d->lines.due, "batas-waktu", d->due));
	return 0;
}

static int check_round_dates(const struct rules *r, const struct test_round *t, struct happening *last)
{
	if (t->invitation) {
		if (in_order(r, last, of_letter(t->invitation)) != 0 ||
			in_order(r, last, of_moment(t->lines.scheduled, "mulai", t->scheduled_at)) != 0)
			return -1;
		if (t->until_at != 0 && t->until_at <= t->scheduled_at)
			return rules_broken(
				r, t->lines.until, "selesai", _("not after mulai, a test takes some time"));
	}
	if (t->report && in_order(r, last, of_letter(t->report)) != 0)
		return -1;
	if (t->repair_due.year > 0) {
		struct happening report = *last;
		return in_order(r, &report, of_date(t->lines.repair_due, "batas-perbaikan", t->repair_due));
	}
	return 0;
}

static const struct naskah *letter_of(const struct casefile *c, const char *element)
{
	for (size_t i = 0; i < c->naskah_count; i++)
		if (strcmp(c->naskah[i].element, element) == 0)
			return &c->naskah[i];
	return NULL;
}

static int check_order(const struct rules *r)
{
	const struct casefile *c = r->c;
	const struct naskah *request = &c->naskah[0], *notice = letter_of(c, "pemberitahuan-standar"),
			    *recommendation = letter_of(c, "rekomendasi-sistem");
	struct happening last = of_letter(request), first = last;

	for (size_t i = 0; i < c->disposition_count; i++)
		if (in_order(r, &last, of_letter(c->dispositions[i].naskah)) != 0 ||
			check_disposition_dates(r, &c->dispositions[i], &first) != 0)
			return -1;
	if (notice && in_order(r, &last, of_letter(notice)) != 0)
		return -1;
	if (c->ready.line > 0 && in_order(r, &last, of_date(c->ready.line, "sistem-siap", c->ready_on)) != 0)
		return -1;
	for (size_t i = 0; i < c->round_count; i++)
		if (check_round_dates(r, &c->rounds[i], &last) != 0)
			return -1;
	return recommendation ? in_order(r, &last, of_letter(recommendation)) : 0;
}

/* ---- the steps -------------------------------------------------------------------------------------------- */

/* Each step needs the one before it. */
static int check_steps(const struct rules *r)
{
	const struct casefile *c = r->c;
	const struct naskah *notice = letter_of(c, "pemberitahuan-standar");
	const struct {
		const char *element;
		unsigned line; /* 0 = not taken yet */
		const char *needs;
	} steps[] = {
		{"disposisi 3", c->disposition_count == 3 ? c->dispositions[2].line : 0, NULL},
		{"pemberitahuan-standar", notice ? notice->line : 0, N_("the third disposition")},
		{"sistem-siap", c->ready.line, N_("pemberitahuan-standar")},
		{"uji", c->round_count > 0 ? c->rounds[0].line : 0, N_("sistem-siap")},
	};

	for (size_t i = 1; i < ARRAY_LEN(steps); i++)
		if (steps[i].line > 0 && steps[i - 1].line == 0)
			return rules_broken(r, steps[i].line, steps[i].element,
				_("comes too early, %s must be there first"), _(steps[i].needs));
	return 0;
}

/* Who signs for an office is that office. */
static bool writes_as(const struct person *signer, const char *title)
{
	return rules_same_title(signer->title, title) ||
	       (signer->for_title && rules_same_title(signer->for_title, title));
}

static int check_dispositions(const struct rules *r)
{
	const struct casefile *c = r->c;
	const struct naskah *request = &c->naskah[0];

	for (size_t i = 0; i < c->disposition_count; i++) {
		const struct disposition *d = &c->dispositions[i];
		if (d->level != i + 1)
			return rules_broken(r, d->line, "disposisi",
				_("tingkat %u, here must come tingkat %zu"), d->level, i + 1);
		if (i > 0 && !writes_as(d->naskah->signer, c->dispositions[i - 1].to))
			return rules_broken(r, d->naskah->signer->line, "penanda-tangan",
				_("'%s' writes disposition %u, but disposition %u went to '%s'"), d->from,
				d->level, d->level - 1, c->dispositions[i - 1].to);
		if (d->level == 3 && !rules_same_title(d->to, "Verifikator"))
			return rules_broken(r, d->lines.to, "kepada",
				_("'%s', the third disposition goes to 'Verifikator'"), d->to);
	}
	if (c->disposition_count > 0 && request->to &&
		!writes_as(c->dispositions[0].naskah->signer, request->to))
		rules_warn(r, c->dispositions[0].line, "disposisi",
			_("the application went to '%s', but '%s' writes the first disposition"), request->to,
			c->dispositions[0].from);
	return 0;
}

/* ---- the letters ------------------------------------------------------------------------------------------ */

static bool same_office(const struct naskah *a, const struct naskah *b)
{
	return strcmp(a->profile, b->profile) == 0;
}

static int check_number(const struct rules *r, const struct naskah *n, size_t before)
{
	for (size_t i = 0; i < before; i++) {
		const struct naskah *m = &r->c->naskah[i];
		if (!same_office(n, m))
			continue;
		if (n->number && m->number && strcmp(n->number, m->number) == 0)
			return rules_broken(r, n->lines.number, "nomor",
				_("'%s' is the number of '%s' in line %u already"), n->number, m->element,
				m->lines.number);
		if (n->serial > 0 && n->serial == m->serial && strcmp(n->class_code, m->class_code) == 0 &&
			n->date.year == m->date.year &&
			strcmp(n->unit ? n->unit : "", m->unit ? m->unit : "") == 0)
			return rules_broken(r, n->lines.number, "nomor",
				_("urut %u is that of '%s' in line %u already"), n->serial, m->element,
				m->lines.number);
	}
	return 0;
}

static bool is_secret(const struct naskah *n)
{
	return strcmp(n->class_code, "R") == 0 || strcmp(n->class_code, "SR") == 0;
}

/* Every letter R or SR carries a copy number (Permenhan 16/2009, Pasal 30), no other does. */
static int check_copy(const struct rules *r, const struct naskah *n)
{
	if (n->copies > 0 && !is_secret(n))
		return rules_broken(r, n->lines.copy, "salinan",
			_("letters of class %s have no numbered copies, only R and SR"), n->class_code);
	if (n->copies == 0 && is_secret(n))
		return rules_broken(r, n->lines.class_code, "klasifikasi",
			_("%s, but the copy has no number: write <salinan nomor=\"...\" dari=\"...\"/>"),
			n->class_code);
	if (n->copy > n->copies)
		return rules_broken(r, n->lines.copy, "salinan",
			_("copy %u of %u, the first must not be the larger"), n->copy, n->copies);
	return 0;
}

/* The other steps make sheets and records, which are addressed to nobody. */
static bool is_sent(const struct naskah *n)
{
	static const char *const sent[] = {
		"permohonan", "pemberitahuan-standar", "undangan", "rekomendasi-sistem"};

	for (size_t i = 0; i < ARRAY_LEN(sent); i++)
		if (strcmp(n->element, sent[i]) == 0)
			return true;
	return false;
}

static int check_letters(const struct rules *r)
{
	for (size_t i = 0; i < r->c->naskah_count; i++) {
		const struct naskah *n = &r->c->naskah[i];
		if (is_sent(n) && !n->to)
			return rules_broken(
				r, n->line, n->element, _("no yth, a letter must be addressed to somebody"));
		if (n->date.year < 2000 || n->date.year > 2099)
			return rules_broken(r, n->lines.date, n->element,
				_("the year %d cannot be meant, a letter is of 2000 to 2099"), n->date.year);
		if (check_copy(r, n) != 0)
			return -1;
		if (r->c->kind == CASE_PENERBITAN_SERTIFIKAT && strcmp(n->class_code, "B") == 0)
			return rules_broken(r, n->lines.class_code, "klasifikasi",
				_("'B', but this letter shows NIKs and must be 'T' or higher"));
		if (check_number(r, n, i) != 0)
			return -1;
	}
	return 0;
}

int rules_chain(const struct rules *r)
{
	if (check_letters(r) != 0)
		return -1;
	if (r->c->kind != CASE_PENGAJUAN_SISTEM)
		return 0;
	if (check_dispositions(r) != 0 || check_steps(r) != 0)
		return -1;
	return check_order(r);
}
