#include "base/date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

bool date_is_valid(struct date d)
{
	static const int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

	if (d.year < 1 || d.year > 9999 || d.month < 1 || d.month > 12 || d.day < 1)
		return false;
	return d.day <= days[d.month - 1] + (d.month == 2 && is_leap(d.year) ? 1 : 0);
}

/* Reads exactly `count` digits. */
static bool digits(const char **p, int count, int *out)
{
	int value = 0;

	for (int i = 0; i < count; i++, (*p)++) {
		if (**p < '0' || **p > '9')
			return false;
		value = value * 10 + (**p - '0');
	}
	*out = value;
	return true;
}

static bool scan_date(const char **p, struct date *out)
{
	struct date d = {0, 0, 0};

	if (!digits(p, 4, &d.year) || *(*p)++ != '-' || !digits(p, 2, &d.month) || *(*p)++ != '-' ||
		!digits(p, 2, &d.day) || !date_is_valid(d))
		return false;
	*out = d;
	return true;
}

bool date_parse(const char *text, struct date *out)
{
	struct date d;

	if (!text || !scan_date(&text, &d) || *text)
		return false;
	*out = d;
	return true;
}

int date_compare(struct date a, struct date b)
{
	if (a.year != b.year)
		return a.year < b.year ? -1 : 1;
	if (a.month != b.month)
		return a.month < b.month ? -1 : 1;
	return a.day < b.day ? -1 : a.day > b.day ? 1 : 0;
}

/* Both directions count from 0000-03-01, so that the leap day is the last of its year. */
int64_t date_days(struct date d)
{
	int64_t y = d.month <= 2 ? d.year - 1 : d.year;
	int64_t era = (y >= 0 ? y : y - 399) / 400;
	int64_t year_of_era = y - era * 400;
	int64_t day_of_year = (153 * (d.month + (d.month > 2 ? -3 : 9)) + 2) / 5 + d.day - 1;
	int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;

	return era * 146097 + day_of_era - 719468;
}

static struct date date_of_days(int64_t days)
{
	days += 719468;
	int64_t era = (days >= 0 ? days : days - 146096) / 146097;
	int64_t day_of_era = days - era * 146097;
	int64_t year_of_era =
		(day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
	int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
	int64_t mp = (5 * day_of_year + 2) / 153;
	int month = (int)(mp < 10 ? mp + 3 : mp - 9);

	return (struct date){
		.year = (int)(year_of_era + era * 400 + (month <= 2 ? 1 : 0)),
		.month = month,
		.day = (int)(day_of_year - (153 * mp + 2) / 5 + 1),
	};
}

int date_weekday(struct date d)
{
	int64_t n = (date_days(d) + 4) % 7;

	return (int)(n < 0 ? n + 7 : n);
}

int64_t moment_at(struct moment m, enum zone zone)
{
	return date_days(m.date) * 86400 + m.hour * 3600 + m.minute * 60 + m.second - (int64_t)zone * 3600;
}

struct moment moment_in(int64_t at, enum zone zone)
{
	int64_t local = at + (int64_t)zone * 3600;
	int64_t days = local / 86400, rest = local % 86400;

	if (rest < 0) {
		rest += 86400;
		days--;
	}
	return (struct moment){
		.date = date_of_days(days),
		.hour = (int)(rest / 3600),
		.minute = (int)(rest / 60 % 60),
		.second = (int)(rest % 60),
	};
}

bool moment_parse(const char *text, enum zone zone, int64_t *at)
{
	struct moment m = {{0, 0, 0}, 0, 0, 0};
	int64_t east_seconds = (int64_t)zone * 3600;

	if (!text || !scan_date(&text, &m.date) || *text++ != 'T' || !digits(&text, 2, &m.hour) ||
		*text++ != ':' || !digits(&text, 2, &m.minute))
		return false;
	if (*text == ':') {
		text++;
		if (!digits(&text, 2, &m.second))
			return false;
	}
	if (m.hour > 23 || m.minute > 59 || m.second > 59)
		return false;
	if (strcmp(text, "Z") == 0) {
		east_seconds = 0;
	} else if (*text == '+' || *text == '-') {
		int sign = *text++ == '+' ? 1 : -1, hours, minutes;
		if (!digits(&text, 2, &hours) || *text++ != ':' || !digits(&text, 2, &minutes) || *text ||
			hours > 14 || minutes > 59)
			return false;
		east_seconds = sign * (hours * 3600 + minutes * 60);
	} else if (*text) {
		return false;
	}
	*at = moment_at(m, ZONE_UTC) - east_seconds;
	return true;
}

void moment_text(int64_t at, char out[21])
{
	struct moment m = moment_in(at, ZONE_UTC);
	char text[64];

	snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", m.date.year % 10000, m.date.month,
		m.date.day, m.hour, m.minute, m.second);
	memcpy(out, text, 20);
	out[20] = '\0';
}

void moment_local(int64_t at, enum zone zone, char out[MOMENT_LOCAL])
{
	struct moment m = moment_in(at, zone);
	const char *name = zone_name(zone);

	snprintf(out, MOMENT_LOCAL, "%02d-%02d-%04d %02d:%02d:%02d %s", m.date.day, m.date.month,
		m.date.year % 10000, m.hour, m.minute, m.second, name ? name : "UTC");
}

const char *zone_name(enum zone zone)
{
	switch (zone) {
	case ZONE_WIB:
		return "WIB";
	case ZONE_WITA:
		return "WITA";
	case ZONE_WIT:
		return "WIT";
	case ZONE_UTC:
		break;
	}
	return NULL;
}

bool zone_parse(const char *name, enum zone *out)
{
	static const enum zone zones[] = {ZONE_WIB, ZONE_WITA, ZONE_WIT};

	for (unsigned i = 0; i < 3; i++) {
		if (strcmp(name, zone_name(zones[i])) == 0) {
			*out = zones[i];
			return true;
		}
	}
	return false;
}

int64_t clock_now(void)
{
	struct timespec now;

	clock_gettime(CLOCK_REALTIME, &now);
	return now.tv_sec;
}
