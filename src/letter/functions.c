#include "letter/functions.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/text.h"
#include "letter/indonesian.h"
#include "letter/profile.h"

#include <string.h>

static int arity(size_t count, size_t wanted, struct err *e)
{
	if (count == wanted)
		return 0;
	return err_set(e, ERR_CONFIG, _("takes %zu arguments, not %zu"), wanted, count);
}

/* A date, or the local date of a moment. */
static int read_date(const char *text, struct date *out, struct err *e)
{
	char day[11] = "";
	int64_t at = 0;

	snprintf(day, sizeof day, "%.10s", text);
	bool moment = strlen(text) > 10;
	if (!date_parse(day, out) || (moment && !moment_parse(text, ZONE_WIB, &at)))
		return err_set(e, ERR_CONFIG, _("'%s' is no date such as 2026-03-13"), text);
	return 0;
}

static int read_number(const char *text, uint64_t min, uint64_t max, uint64_t *out, struct err *e)
{
	if (!text_to_uint(text, max, out) || *out < min)
		return err_set(e, ERR_CONFIG, _("'%s' is no whole number from %llu to %llu"), text,
			(unsigned long long)min, (unsigned long long)max);
	return 0;
}

static int f_date(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	struct date d = {0};

	(void)user;
	if (arity(count, 1, e) || read_date(args[0], &d, e))
		return -1;
	indonesian_date(d, out);
	return 0;
}

static int f_date_digits(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	struct date d = {0};

	(void)user;
	if (arity(count, 1, e) || read_date(args[0], &d, e))
		return -1;
	indonesian_date_digits(d, out);
	return 0;
}

static int f_dates(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	struct date first = {0}, last = {0};

	(void)user;
	if (arity(count, 2, e) || read_date(args[0], &first, e) || read_date(args[1], &last, e))
		return -1;
	if (date_compare(last, first) < 0)
		return err_set(e, ERR_CONFIG, _("'%s' lies before '%s'"), args[1], args[0]);
	indonesian_dates(first, last, out);
	return 0;
}

static int f_month_roman(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	struct date d = {0};

	(void)user;
	if (arity(count, 1, e) || read_date(args[0], &d, e))
		return -1;
	indonesian_roman((unsigned)d.month, out);
	return 0;
}

static int f_month_digits(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	struct date d = {0};

	(void)user;
	if (arity(count, 1, e) || read_date(args[0], &d, e))
		return -1;
	buf_addf(out, "%02d", d.month);
	return 0;
}

static int f_weekday(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	struct date d = {0};

	(void)user;
	if (arity(count, 1, e) || read_date(args[0], &d, e))
		return -1;
	buf_adds(out, indonesian_weekday(d));
	return 0;
}

/* The zone whose offset a moment is written with; UTC when it is none of ours. */
static enum zone zone_of(const char *text)
{
	static const struct {
		const char *offset;
		enum zone zone;
	} zones[] = {{"+07:00", ZONE_WIB}, {"+08:00", ZONE_WITA}, {"+09:00", ZONE_WIT}};

	for (size_t i = 0; i < ARRAY_LEN(zones); i++)
		if (text_has_suffix(text, zones[i].offset))
			return zones[i].zone;
	return ZONE_UTC;
}

static int read_moment(const char *text, int64_t *at, struct err *e)
{
	if (!moment_parse(text, zone_of(text), at))
		return err_set(e, ERR_CONFIG, _("'%s' is no moment such as 2026-03-13T09:15:00+07:00"), text);
	return 0;
}

static int read_zone(const char *text, enum zone *out, struct err *e)
{
	if (!zone_parse(text, out))
		return err_set(e, ERR_CONFIG, _("'%s' is none of WIB, WITA, WIT"), text);
	return 0;
}

static int f_clock(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	int64_t at = 0;

	(void)user;
	if (count != 2 && arity(count, 1, e))
		return -1;
	enum zone zone = zone_of(args[0]);
	if (read_moment(args[0], &at, e) || (count == 2 && read_zone(args[1], &zone, e)))
		return -1;
	struct moment m = moment_in(at, zone);
	indonesian_clock(m.hour, m.minute, zone, out);
	return 0;
}

static int f_clocks(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	int64_t from = 0, to = 0;

	(void)user;
	if (count != 3 && arity(count, 2, e))
		return -1;
	enum zone zone = zone_of(args[0]);
	bool open = *args[1] == 0;
	if (read_moment(args[0], &from, e) || (!open && read_moment(args[1], &to, e)) ||
		(count == 3 && read_zone(args[2], &zone, e)))
		return -1;
	if (!open && to <= from)
		return err_set(e, ERR_CONFIG, _("'%s' does not lie after '%s'"), args[1], args[0]);
	struct moment m = moment_in(from, zone), n = moment_in(to, zone);
	if (open) {
		indonesian_clock(m.hour, m.minute, zone, out);
		buf_adds(out, " s.d. selesai");
		return 0;
	}
	/* The zone once, behind both; UTC has no name. */
	indonesian_clock(m.hour, m.minute, ZONE_UTC, out);
	buf_adds(out, " s.d. ");
	indonesian_time(n.hour, n.minute, zone, out);
	return 0;
}

static int f_digits(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	uint64_t n = 0;

	(void)user;
	if (arity(count, 1, e) || read_number(args[0], 0, INDONESIAN_MAX, &n, e))
		return -1;
	indonesian_digits(n, out);
	return 0;
}

static int f_words(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	uint64_t n = 0;

	(void)user;
	if (arity(count, 1, e) || read_number(args[0], 0, INDONESIAN_MAX, &n, e))
		return -1;
	indonesian_words(n, out);
	return 0;
}

/* "1250000" or "1250000.50". */
static int read_amount(const char *text, uint64_t *rupiah, unsigned *sen, struct err *e)
{
	const char *point = strchr(text, '.');
	char whole[32];
	uint64_t n = 0, cents = 0;
	size_t len = point ? (size_t)(point - text) : strlen(text);

	snprintf(whole, sizeof whole, "%.*s", (int)(len < sizeof whole ? len : sizeof whole - 1), text);
	if (len >= sizeof whole || !text_to_uint(whole, INDONESIAN_MAX, &n) ||
		(point && (strlen(point + 1) != 2 || !text_to_uint(point + 1, INDONESIAN_SEN - 1, &cents))))
		return err_set(e, ERR_CONFIG, _("'%s' is no amount such as 1250000 or 1250000.50"), text);
	*rupiah = n;
	*sen = (unsigned)cents;
	return 0;
}

static int f_amount(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	uint64_t rupiah = 0;
	unsigned sen = 0;

	(void)user;
	if (arity(count, 1, e) || read_amount(args[0], &rupiah, &sen, e))
		return -1;
	indonesian_amount(rupiah, sen, out);
	return 0;
}

static int f_amount_words(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	uint64_t rupiah = 0;
	unsigned sen = 0;

	(void)user;
	if (arity(count, 1, e) || read_amount(args[0], &rupiah, &sen, e))
		return -1;
	indonesian_amount_words(rupiah, sen, out);
	return 0;
}

static int f_ordinal(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	uint64_t n = 0;

	(void)user;
	if (arity(count, 1, e) || read_number(args[0], 1, INDONESIAN_MAX, &n, e))
		return -1;
	indonesian_ordinal(n, out);
	return 0;
}

static int f_ordinal_strict(
	void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	uint64_t n = 0;

	(void)user;
	if (arity(count, 1, e) || read_number(args[0], 1, INDONESIAN_MAX, &n, e))
		return -1;
	indonesian_ordinal_strict(n, out);
	return 0;
}

static int f_ordinal_digits(
	void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	uint64_t n = 0;

	(void)user;
	if (arity(count, 1, e) || read_number(args[0], 1, INDONESIAN_MAX, &n, e))
		return -1;
	buf_adds(out, "ke-");
	indonesian_digits(n, out);
	return 0;
}

static int f_roman(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	uint64_t n = 0;

	(void)user;
	if (arity(count, 1, e) || read_number(args[0], 1, 3999, &n, e))
		return -1;
	indonesian_roman((unsigned)n, out);
	return 0;
}

static int f_nip(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	(void)user;
	if (arity(count, 1, e))
		return -1;
	indonesian_nip(args[0], out);
	return 0;
}

static int f_capitals(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	(void)user;
	if (arity(count, 1, e))
		return -1;
	indonesian_capitals(args[0], out);
	return 0;
}

static int f_label(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	const struct template_context *c = user;

	if (arity(count, 1, e))
		return -1;
	const char *text = profile_label(c->profile, args[0]);
	if (!text)
		return err_set(e, ERR_CONFIG, _("profile '%s' has no label '%s'"), c->profile->name, args[0]);
	buf_adds(out, text);
	return 0;
}

static int f_letter_number(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	const struct template_context *c = user;
	uint64_t ordinal = 0;

	if (arity(count, 2, e) || read_number(args[1], 0, 999, &ordinal, e))
		return -1;
	for (size_t i = 0; i < c->casefile->naskah_count; i++) {
		const struct naskah *n = &c->casefile->naskah[i];
		if (strcmp(n->element, args[0]) == 0 && n->ordinal == ordinal)
			return plan_number(c->studio, c->casefile, n, out, e);
	}
	return err_set(e, ERR_CONFIG, _("the case has no letter of '%s' %s"), args[0], args[1]);
}

static int f_profile(void *user, const char *const args[], size_t count, struct buf *out, struct err *e)
{
	const struct template_context *c = user;

	if (arity(count, 1, e))
		return -1;
	const char *key = args[0];
	const char *text = strcmp(key, "nama") == 0     ? c->profile->name
			   : strcmp(key, "kantor") == 0 ? c->profile->office
			   : strcmp(key, "satker") == 0 ? c->profile->unit
							: profile_fact(c->profile, key);
	if (text)
		buf_adds(out, text);
	return 0;
}

const struct xslt_function_entry template_functions[] = {
	{"tanggal", f_date},
	{"tanggal-angka", f_date_digits},
	{"rentang-tanggal", f_dates},
	{"hari", f_weekday},
	{"bulan-romawi", f_month_roman},
	{"bulan-angka", f_month_digits},
	{"pukul", f_clock},
	{"rentang-pukul", f_clocks},
	{"angka", f_digits},
	{"terbilang", f_words},
	{"rupiah", f_amount},
	{"rupiah-terbilang", f_amount_words},
	{"urutan", f_ordinal},
	{"kesatu", f_ordinal_strict},
	{"ke", f_ordinal_digits},
	{"romawi", f_roman},
	{"nip", f_nip},
	{"kapital", f_capitals},
	{"label", f_label},
	{"nomor", f_letter_number},
	{"profil", f_profile},
};
const size_t template_function_count = ARRAY_LEN(template_functions);
