/*
 * rare: the characters of a letter that its stationery's fonts do not have, as fonts of its own. Private to pdf/.
 *
 * A name in Cyrillic or with a rare mark costs its letter the few glyphs that it needs (about 1 kB a face) and no
 * other letter anything. Codes are 1, 2... as the characters come up, so the same letter gives the same bytes.
 */
#ifndef NASKAH_PDF_RARE_H
#define NASKAH_PDF_RARE_H

#include "pdf/font.h"
#include "pdf/numbers.h"

struct rare {
	uint16_t *code_of; /* owned: per code point, 0 = none yet; NULL before the first */
	uint16_t *chars;   /* owned: by code - 1 */
	size_t count, cap;
};

#define RARE_INIT                                                                                            \
	{                                                                                                    \
		NULL, NULL, 0, 0                                                                             \
	}

enum { RARE_OBJECTS = FONT_OBJECTS + 1 }; /* its own /ToUnicode map besides */

/* The code of a character; 0 when there is no memory. */
unsigned rare_code(struct rare *r, uint32_t cp);
/* The font with all of them, RARE_OBJECTS objects from `first` on; the first is the font itself. */
int rare_write(const struct rare *r, const struct face_file *file, enum face face, struct pdf_writer *w,
	unsigned first, struct err *e) __attribute__((warn_unused_result));
void rare_release(struct rare *r);

#endif
