/*
 * press: libharu prints the constant parts of a profile's paper. Private to pdf/.
 *
 * Four sheets, so that each can be marked for what it is when it is put into a letter: the text of the kop and the
 * office's own picture (content), the drawn emblem and the rules (decoration), the footer (on every page).
 */
#ifndef NASKAH_PDF_PRESS_H
#define NASKAH_PDF_PRESS_H

#include "model/profile.h"
#include "pdf/font.h"

enum sheet { SHEET_KOP = 0, SHEET_PICTURE, SHEET_ORNAMENT, SHEET_FOOTER, SHEET_COUNT };

/*
 * libharu prints with fonts of one-byte codes: one with all of Unicode costs it 20 times as much. A face's characters
 * get the codes of other ones, in the order in which they are first needed.
 */
enum { PRESS_CHARS = 176 };
struct press_chars {
	uint16_t at[PRESS_CHARS];
	size_t count;
};

/* What a lifter must know of the sheets. */
struct press_key {
	struct press_chars chars[FACE_COUNT];
	double picture[4]; /* corners of the emblem's, llx lly urx ury */
};

/*
 * The characters that the profile's own texts need of each face. ERR_CONFIG: one that the face does not have, or more
 * than PRESS_CHARS.
 */
int press_characters(const struct profile *profile, const struct fonts *fonts, struct press_key *key,
	struct err *e) __attribute__((warn_unused_result));

/*
 * Appends libharu's file, one page per sheet, in the characters that press_characters() has put into `key`. ERR_CONFIG:
 * a picture that cannot be printed.
 */
int press_print(const struct profile *profile, const struct fonts *fonts, struct press_key *key,
	struct buf *out, struct err *e) __attribute__((warn_unused_result));

/* The name by which libharu knows a face, after its subset tag. */
const char *press_font_name(enum face face);
/* The character of a code in libharu's text; 0 = none has that code. */
uint16_t press_char(const struct press_key *key, enum face face, unsigned char code);

#endif
