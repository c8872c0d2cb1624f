/*
 * repertoire: the characters that a letter may hold.
 *
 * A fixed list, so that every letter embeds the same small font and the answer to "can this name be printed?"
 * does not depend on the letter. It covers the Latin of Indonesia and its neighbours, the scholarly spelling of
 * Arabic and Sanskrit names, punctuation, currency and the usual signs. Composed forms only: without layout tables a
 * combining mark would stand beside its letter, so text must be NFC. What a face lacks is left out of it.
 */
#ifndef NASKAH_PDF_REPERTOIRE_H
#define NASKAH_PDF_REPERTOIRE_H

#include <stddef.h>
#include <stdint.h>

struct repertoire_range {
	uint16_t first, last; /* code points, both included */
};

extern const struct repertoire_range repertoire[];
extern const size_t repertoire_count;

#endif
