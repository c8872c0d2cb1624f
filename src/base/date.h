/*
 * date: calendar dates and moments, without the C library's hidden time zone.
 *
 * A moment is seconds since 1970 UTC (`*_at`). Indonesia has three zones without daylight saving: WIB +7,
 * WITA +8, WIT +9. "Now" is an argument everywhere; only cmd/ asks the clock (clock_now).
 */
#ifndef NASKAH_BASE_DATE_H
#define NASKAH_BASE_DATE_H

#include <stdbool.h>
#include <stdint.h>

struct date {
	int year;  /* 1 to 9999; 0 means "no date" */
	int month; /* 1 to 12 */
	int day;   /* 1 to 31 */
};

struct moment {
	struct date date;
	int hour, minute, second;
};

enum zone { ZONE_UTC = 0, ZONE_WIB = 7, ZONE_WITA = 8, ZONE_WIT = 9 }; /* hours east of UTC */

#define MOMENT_LOCAL 32

bool date_is_valid(struct date d);
/* "2026-03-13", exactly. */
bool date_parse(const char *text, struct date *out);
/* -1, 0 or 1. */
int date_compare(struct date a, struct date b);
/* Days since 1970-01-01, proleptic Gregorian. */
int64_t date_days(struct date d);
/* 0 Sunday to 6 Saturday. */
int date_weekday(struct date d);

/* "2026-03-13T09:00:00" with an optional "+07:00" or "Z"; without one the time is in `zone`. */
bool moment_parse(const char *text, enum zone zone, int64_t *at);
struct moment moment_in(int64_t at, enum zone zone);
int64_t moment_at(struct moment m, enum zone zone);
/* "2026-03-13T02:00:00Z". */
void moment_text(int64_t at, char out[21]);
/* For people: "13-03-2026 09:00:00 WIB". */
void moment_local(int64_t at, enum zone zone, char out[MOMENT_LOCAL]);

/* "WIB", "WITA", "WIT"; NULL for others. */
const char *zone_name(enum zone zone);
bool zone_parse(const char *name, enum zone *out);

/* Seconds since 1970 UTC by this machine's clock. For cmd/ and servers only. */
int64_t clock_now(void);

#endif
