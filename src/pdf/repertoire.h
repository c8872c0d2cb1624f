/*
 * repertoire: the characters that a letter may hold.
 *
 * A fixed list, so that the answer to "can this name be printed?" does not depend on the letter. It has three levels,
 * each a font file that holds the levels before it too: nearly every letter needs the plain one only (8 kB embedded
 * instead of 24), and one with rarer letters carries the next in its place.
 *
 * It covers the Latin of Indonesia and its neighbours, the scholarly spelling of Arabic and Sanskrit names,
 * punctuation, currency and the usual signs. Composed forms only: without layout tables a combining mark would
 * stand beside its letter, so text must be NFC. What a face lacks is left out of it.
 */
#ifndef NASKAH_PDF_REPERTOIRE_H
#define NASKAH_PDF_REPERTOIRE_H

#include <stddef.h>
#include <stdint.h>

enum font_level {
	LEVEL_PLAIN = 0, /* ASCII and the punctuation of office letters */
	LEVEL_LATIN,     /* and the letters with marks of Europe, of Arabic and Sanskrit names */
	LEVEL_ALL,       /* and Vietnamese, currencies, arrows, mathematics, Greek */
	LEVEL_COUNT,
};

struct repertoire_range {
	uint16_t first, last;  /* code points, both included */
	enum font_level level; /* the first that has it */
};

extern const struct repertoire_range repertoire[];
extern const size_t repertoire_count;

#endif
