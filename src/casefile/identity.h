/*
 * identity: the numbers and ranks of Indonesian officials (reference naskah-dinas 2).
 *
 * Pure functions of texts. A function that refuses says why in *why: a sentence piece such as "must have 16
 * digits, this has 15", already translated, in static storage. It never repeats the number itself: a NIK must not
 * end up in a log.
 */
#ifndef NASKAH_CASEFILE_IDENTITY_H
#define NASKAH_CASEFILE_IDENTITY_H

#include <stdbool.h>
#include <stddef.h>

/* What a number tells about its holder. */
struct birth {
	int year; /* 4 digits from a NIP, 2 digits (0 to 99) from a NIK */
	int month, day;
	bool woman;
};

/* NIK: PP KK CC DDMMYY SSSS, a woman's day + 40. `any_province` accepts codes that do not exist (test service). */
bool nik_check(const char *nik, bool any_province, struct birth *birth, const char **why);
/* Kabupaten 01 to 69, kota 71 to 99; old codes survive in NIKs, so this is for a warning only. */
bool nik_district_is_plausible(const char *nik);

struct nip {
	struct birth birth;
	bool contract; /* PPPK: 21 stands where the month of appointment would be */
};
/* NIP: YYYYMMDD birth, YYYYMM appointment, sex, serial. */
bool nip_check(const char *nip, struct nip *out, const char **why);
/* NRP of the TNI: 4 to 14 digits, naval officers with /P. */
bool nrp_check(const char *nrp, const char **why);

#define GRADE_TEXT 6 /* "XVIII" is none; "III/d" and "XVII" fit, with the final 0 */
/* "IIID", "III/D", "iii d" -> "III/d"; "XI" (PPPK) stays. False: no golongan. */
bool grade_normal(const char *text, char out[GRADE_TEXT]);
/* Name of a PNS grade ("III/d" -> "Penata Tingkat I"), NULL for other texts. */
const char *grade_rank(const char *grade);
/* The other way round; NULL when no PNS rank is called so. */
const char *rank_grade(const char *rank);
bool rank_is_military(const char *rank);

#endif
