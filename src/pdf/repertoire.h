/*
 * repertoire: the characters that a letter may hold.
 *
 * A fixed list, so that the answer to "can this name be printed?" does not depend on the letter. It is cut into
 * parts, each a small font file of its own: nearly every letter needs the plain part only (7 kB embedded, all
 * three 25 kB), and a name with rare letters costs its letter a second one. It covers the Latin of Indonesia and its neighbours, the scholarly spelling of
 * Arabic and Sanskrit names, punctuation, currency and the usual signs. Composed forms only: without layout tables a
 * combining mark would stand beside its letter, so text must be NFC. What a face lacks is left out of it.
 */
#ifndef NASKAH_PDF_REPERTOIRE_H
#define NASKAH_PDF_REPERTOIRE_H

#include <stddef.h>
#include <stdint.h>

enum font_part {
	PART_PLAIN = 0, /* ASCII and the punctuation of office letters */
	PART_LATIN,     /* letters with marks */
	PART_SIGNS,     /* currencies, arrows, mathematics, Greek */
	PART_COUNT,
};

struct repertoire_range {
	uint16_t first, last; /* code points, both included */
	enum font_part part;
};

extern const struct repertoire_range repertoire[];
extern const size_t repertoire_count;

#endif
