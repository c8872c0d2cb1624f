/*
 * functions: what templates can call besides XPath's own (namespace urn:naskah:fungsi:1, prefix n).
 *
 *	n:tanggal(date)        "13 Maret 2026"; of a moment its local date
 *	n:hari(date)           "Jumat"
 *	n:pukul(moment)        "pukul 09.15 WIB"; the zone is that of the moment's offset
 *	n:pukul(moment, zone)  the same moment in WIB, WITA or WIT
 *	n:terbilang(n)         "dua ribu dua puluh enam"
 *	n:urutan(n)            "pertama", "kedua"
 *	n:romawi(n)            "III"
 *	n:nip(nip)             "19860926 201505 1 001"
 *	n:kapital(text)        "KEMENTERIAN"
 *	n:label(key)           the profile's word: "Hal" or "Perihal"
 *	n:nomor(element, n)    number of another letter of the case: n:nomor('disposisi', 2); n is 0 where there is one only
 *	n:profil(key)          nama, kantor, satker, or a keterangan of the profile; empty if it has none
 *
 * Dates are "2026-03-13", moments "2026-03-13T09:15:00+07:00", as in a case. An argument that is none of these is
 * the template's error.
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
