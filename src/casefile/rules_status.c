#include "casefile/rules.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <string.h>

/* The beginning: of a certificate that this case applies for, and of one that was there before it. */
#define NOTHING     ""
#define CERTIFICATE "-"

/* Which step may come after which (reference sop.md B, naskah-dinas 3.1). */
static const struct {
	const char *from, *to;
} ways[] = {
	{NOTHING, "Terdaftar"},
	{CERTIFICATE, "Issue"},
	{CERTIFICATE, "Renew"},
	{CERTIFICATE, "Suspend"},
	{CERTIFICATE, "Expired"},
	{CERTIFICATE, "Revoke"},
	{"Terdaftar", "Aktivasi"},
	{"Terdaftar", "Verifikasi"},
	{"Terdaftar", "Enroll"},
	{"Aktivasi", "Verifikasi"},
	{"Aktivasi", "Enroll"},
	{"Verifikasi", "Enroll"},
	{"Enroll", "Issue"},
	{"Issue", "Renew"},
	{"Issue", "Suspend"},
	{"Issue", "Expired"},
	{"Issue", "Revoke"},
	{"Renew", "Issue"},
	{"Suspend", "Issue"},
	{"Suspend", "Expired"},
	{"Suspend", "Revoke"},
	{"Expired", "Renew"},
};

/* "'Suspend', 'Expired' or 'Revoke'" into `out`. */
static void add_ways(const char *from, struct buf *out)
{
	size_t left = 0;

	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		left += strcmp(ways[i].from, from) == 0;
	if (left == 0)
		buf_adds(out, _("nothing"));
	for (size_t i = 0, first = left; i < ARRAY_LEN(ways); i++) {
		if (strcmp(ways[i].from, from) != 0)
			continue;
		if (left < first)
			buf_adds(out, left == 1 ? _(" or ") : ", ");
		buf_addf(out, "'%s'", ways[i].to);
		left--;
	}
}

static bool may_follow(const char *from, const char *to)
{
	for (size_t i = 0; i < ARRAY_LEN(ways); i++)
		if (strcmp(ways[i].from, from) == 0 && strcmp(ways[i].to, to) == 0)
			return true;
	return false;
}

int rules_status(const struct rules *r)
{
	const struct casefile *c = r->c;
	const struct naskah *applied = c->recommendation ? c->recommendation : c->registration;
	const char *from = applied ? NOTHING : CERTIFICATE;
	struct date last = applied ? applied->date : (struct date){0, 0, 0};

	for (size_t i = 0; i < c->step_count; i++) {
		const struct status_step *s = &c->steps[i];
		if (!may_follow(from, s->step)) {
			AUTO(buf_release) struct buf right = BUF_INIT(1024);
			add_ways(from, &right);
			return rules_broken(r, s->line, "status",
				_("'%s' cannot come here, after '%s' comes %s"), s->step, *from ? from : "-",
				buf_str(&right));
		}
		if (date_compare(s->date, last) < 0)
			return rules_broken(r, s->line, "status",
				_("'%s' is dated before what precedes it, it must be the same day or later"),
				s->step);
		from = s->step;
		last = s->date;
	}
	return 0;
}
