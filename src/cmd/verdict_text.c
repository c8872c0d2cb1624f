#include "cmd/verdict_text.h"

#include "base/i18n.h"

#include <stdio.h>
#include <stdlib.h>

/* The signer's service and the authority for time: a difference below this is not worth a word. */
#define CLOCKS_AGREE_S 120

static const char *yes_no(enum finding f)
{
	return f == FINDING_YES ? _("yes") : f == FINDING_NO ? _("NO") : _("not known");
}

static void print_moment(int64_t at, enum zone zone)
{
	char text[MOMENT_LOCAL];

	moment_local(at, zone, text);
	fputs(text, stdout);
}

static void print_day(int64_t at, enum zone zone)
{
	struct moment m = moment_in(at, zone);

	printf("%02d-%02d-%04d", m.date.day, m.date.month, m.date.year);
}

static void print_time(const struct signature_verdict *s, enum zone zone)
{
	int64_t off = s->claimed_at - s->stamped_at;

	printf(_("    time               "));
	if (s->stamped_at || s->claimed_at)
		print_moment(s->stamped_at ? s->stamped_at : s->claimed_at, zone);
	puts(s->stamped_at      ? _(" (time-stamp)")
		: s->claimed_at ? _(" (as the signer's service claims)")
				: "-");
	if (s->stamped_at && !s->is_stamp)
		printf(_("    time-stamp by      %s\n"), *s->stamper ? s->stamper : "-");
	if (s->stamped_at && s->claimed_at && llabs(off) > CLOCKS_AGREE_S)
		printf(off > 0 ? _("    clocks             the signer's service was %lld minutes ahead: "
				   "harmless\n")
			       : _("    clocks             the signer's service was %lld minutes behind: "
				   "harmless\n"),
			(long long)(llabs(off) + 30) / 60);
}

static void print_revocation(const struct signature_verdict *s, enum zone zone)
{
	printf(_("    not revoked        "));
	if (s->unrevoked == FINDING_UNKNOWN) {
		puts(_("not known: the file does not say"));
		return;
	}
	printf("%s", yes_no(s->unrevoked));
	if (s->revoked_at) {
		printf(_(", revoked on "));
		print_moment(s->revoked_at, zone);
	}
	puts(s->unrevoked == FINDING_YES && s->revoked_at ? _(" (later: harmless)") : "");
}

static void print_common(const struct signature_verdict *s)
{
	printf(_("    unchanged          %s\n"), yes_no(s->intact));
	printf(_("    chain to our roots %s\n"), yes_no(s->trusted));
	printf(_("    certificate in time %s\n"), yes_no(s->in_time));
}

static void print_coverage(const struct signature_verdict *s)
{
	printf(_("    covers whole file  %s\n"), s->covers_all == FINDING_NO && s->unchanged == FINDING_YES
							 ? _("no, but what follows changes nothing")
							 : yes_no(s->covers_all));
	if (*s->why)
		printf(_("    note               %s\n"), s->why);
}

static const char *level_words(enum pades_level level)
{
	switch (level) {
	case LEVEL_B_B:
		return _("B-B: the signature alone, without proof of its time");
	case LEVEL_B_T:
		return _("B-T: the time of signing is proven");
	case LEVEL_B_LT:
		return _("B-LT: the time is proven, and all that a check needs is in the file");
	case LEVEL_B_LTA:
		return _("B-LTA: all that a check needs is in the file, under a time-stamp: for the archive");
	default:
		return _("none: not PAdES baseline");
	}
}

static void print_signature(const struct signature_verdict *s, size_t number, enum zone zone)
{
	printf(_("  Signature %zu (%s)\n"), number, s->field);
	printf(_("    signer             %s\n"), *s->signer ? s->signer : "-");
	printf(_("    certificate from   %s\n"), *s->issuer ? s->issuer : "-");
	print_time(s, zone);
	if (*s->reason)
		printf(_("    reason             %s\n"), s->reason);
	print_common(s);
	print_revocation(s, zone);
	printf(_("    level              %s\n"), level_words(s->level));
	print_coverage(s);
}

static void print_stamp(const struct signature_verdict *s, enum zone zone)
{
	printf(_("  Time-stamp over all before it (%s)\n"), s->field);
	printf(_("    authority          %s\n"), *s->stamper ? s->stamper : "-");
	print_time(s, zone);
	print_common(s);
	print_revocation(s, zone);
	print_coverage(s);
}

void verdict_print(const struct verdict *v, enum zone zone)
{
	size_t number = 0;

	for (size_t i = 0; i < v->signature_count; i++) {
		const struct signature_verdict *s = &v->signatures[i];
		if (s->is_stamp)
			print_stamp(s, zone);
		else
			print_signature(s, ++number, zone);
	}
	int64_t lasts_to = verdict_lasts_to(v);
	if (v->all_good != FINDING_YES || lasts_to == 0)
		return;
	printf(_("  Can be checked until "));
	print_day(lasts_to, zone);
	puts(v->level >= LEVEL_B_LT ? _(", and longer once it is time-stamped anew before (naskah extend)")
				    : _(", and longer once it is extended before (naskah extend)"));
}

const char *finding_word(enum finding f)
{
	return f == FINDING_YES ? "yes" : f == FINDING_NO ? "no" : "unknown";
}

json_t *moment_json(int64_t at)
{
	char text[21] = "";

	if (at)
		moment_text(at, text);
	return json_string(text);
}

/* Texts out of a foreign file may be anything. */
static json_t *signature_json(const struct signature_verdict *s)
{
	return json_pack(
		"{s:s, s:o, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:s, s:s, s:s, s:s, s:s, s:s, "
		"s:s, s:o, s:o}",
		"type", s->is_stamp ? "document-time-stamp" : "signature", "field", json_any_string(s->field),
		"signer", json_any_string(s->signer), "issuer", json_any_string(s->issuer), "serial",
		json_any_string(s->serial), "claimed_at", moment_json(s->claimed_at), "stamped_at",
		moment_json(s->stamped_at), "level", pades_level_name(s->level), "stamper",
		json_any_string(s->stamper), "stamp_ends_at", moment_json(s->stamp_ends_at), "subfilter",
		json_any_string(s->subfilter), "intact", finding_word(s->intact), "cades",
		finding_word(s->cades), "trusted", finding_word(s->trusted), "in_time",
		finding_word(s->in_time), "unrevoked", finding_word(s->unrevoked), "unchanged",
		finding_word(s->unchanged), "covers_all", finding_word(s->covers_all), "revoked_at",
		moment_json(s->revoked_at), "why", json_any_string(s->why));
}

json_t *verdict_signatures_json(const struct verdict *v)
{
	json_t *list = json_array();

	for (size_t i = 0; list && i < v->signature_count; i++)
		json_array_append_new(list, signature_json(&v->signatures[i]));
	return list;
}
