/*
 * functions: what templates can call besides XPath's own (namespace urn:naskah:fungsi:1, prefix n).
 *
 *	n:tanggal(date)                   "13 Maret 2026"; of a moment its local date
 *	n:tanggal-angka(date)             "13-03-2026"
 *	n:rentang-tanggal(date, date)     "13 s.d. 15 Maret 2026"; of one day "13 Maret 2026"
 *	n:hari(date)                      "Jumat"
 *	n:bulan-romawi(date)              "III"
 *	n:bulan-angka(date)               "03"
 *	n:pukul(moment)                   "pukul 09.15 WIB"; the zone is that of the moment's offset
 *	n:pukul(moment, zone)             the same moment in WIB, WITA or WIT
 *	n:rentang-pukul(from, to[, zone]) "pukul 09.00 s.d. 11.30 WIB"; without `to` (''): "pukul 09.00 WIB s.d. selesai"
 *	n:angka(n)                        "1.250.000"
 *	n:terbilang(n)                    "dua ribu dua puluh enam"
 *	n:rupiah(amount)                  "Rp1.250.000,00"
 *	n:rupiah-terbilang(amount)        "satu juta dua ratus lima puluh ribu rupiah"
 *	n:urutan(n)                       "pertama", "kedua"
 *	n:kesatu(n)                       "kesatu", "kedua"
 *	n:ke(n)                           "ke-1", "ke-2"
 *	n:romawi(n)                       "III"
 *	n:nip(nip)                        "19860926 201505 1 001"
 *	n:kapital(text)                   "KEMENTERIAN"
 *	n:label(key)                      the profile's word: "Hal" or "Perihal"
 *	n:nomor(element, n)               number of another letter of the case: n:nomor('disposisi', 2); n is 0 where there
 *	                                  is one only
 *	n:profil(key)                     nama, kantor, satker, or a keterangan of the profile; empty if it has none
 *
 * Dates are "2026-03-13", moments "2026-03-13T09:15:00+07:00", as in a case. Numbers are whole, from 0 (ordinals and
 * Roman ones from 1) to 999 triliun (Roman ones: 3999); an amount is such a number of rupiah, perhaps with two more
 * digits for its sen: "1250000" or "1250000.50". An argument that is none of these is the template's error.
 */
#ifndef NASKAH_LETTER_FUNCTIONS_H
#define NASKAH_LETTER_FUNCTIONS_H

#include "letter/studio.h"
#include "xml/xslt.h"

/* For struct xslt_call; its `user` is a struct template_context. */
extern const struct xslt_function_entry template_functions[];
extern const size_t template_function_count;

struct template_context {
	const struct studio *studio;
	const struct casefile *casefile;
	const struct profile *profile;
};

#endif
