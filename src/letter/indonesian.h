/*
 * indonesian: dates, numbers and names as Indonesian letters spell them.
 *
 * Pure functions of their arguments; each appends to `out`. Templates reach them as extension functions
 * (letter/functions). Spelling by the EYD rules (Permendikbud 50/2015 and its successors): "miliar", "triliun",
 * clock times with a point ("09.15").
 */
#ifndef NASKAH_LETTER_INDONESIAN_H
#define NASKAH_LETTER_INDONESIAN_H

#include "base/buf.h"
#include "base/date.h"

/* 999 triliun and so on: what terbilang can say. */
#define INDONESIAN_MAX UINT64_C(999999999999999)

/* Of an amount in rupiah: its cents. */
#define INDONESIAN_SEN 100

/* "Jumat". */
const char *indonesian_weekday(struct date d);
/* "13 Maret 2026". */
void indonesian_date(struct date d, struct buf *out);
/* "13 Maret 2026", "13 s.d. 15 Maret 2026", "30 Maret s.d. 2 April 2026"; `last` is not before `first`. */
void indonesian_dates(struct date first, struct date last, struct buf *out);
/* "09-02-2026". */
void indonesian_date_digits(struct date d, struct buf *out);
/* "09.15 WIB"; without the name when the zone has none. */
void indonesian_time(int hour, int minute, enum zone zone, struct buf *out);
/* "pukul 09.15 WIB". */
void indonesian_clock(int hour, int minute, enum zone zone, struct buf *out);
/* terbilang: "dua ribu dua puluh enam"; at most INDONESIAN_MAX. */
void indonesian_words(uint64_t n, struct buf *out);
/* "1.250.000": groups of three with points. */
void indonesian_digits(uint64_t n, struct buf *out);
/* "Rp1.250.000,00", of so many rupiah and sen (below INDONESIAN_SEN). */
void indonesian_amount(uint64_t rupiah, unsigned sen, struct buf *out);
/* "satu juta dua ratus lima puluh ribu rupiah", "nol rupiah lima puluh sen". */
void indonesian_amount_words(uint64_t rupiah, unsigned sen, struct buf *out);
/* "kesatu", "kedua", "kedua puluh satu"; from 1. */
void indonesian_ordinal_strict(uint64_t n, struct buf *out);
/* The same, but "pertama" for the first. */
void indonesian_ordinal(uint64_t n, struct buf *out);
/* "III"; 1 to 3999. */
void indonesian_roman(unsigned n, struct buf *out);
/* "19860926 201505 1 001" from 18 digits; anything else as it stands. */
void indonesian_nip(const char *nip, struct buf *out);
/* Letters of the Latin script in capitals, everything else as it stands: "KEMENTERIAN". */
void indonesian_capitals(const char *text, struct buf *out);

#endif
