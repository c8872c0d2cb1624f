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

/* The characters that the profile's own texts need of a face; ERR_CONFIG: one that the face does not have. */
int press_characters(const struct profile *profile, const struct fonts *fonts, enum face face,
	uint8_t has[REPERTOIRE_SIZE], struct err *e) __attribute__((warn_unused_result));

/*
 * Appends libharu's file, one page per sheet; `picture` becomes the corners of the emblem's (llx lly urx ury), if
 * there is one. ERR_CONFIG: a character or picture that cannot be printed.
 */
int press_print(const struct profile *profile, const struct fonts *fonts, struct buf *out, double picture[4],
	struct err *e) __attribute__((warn_unused_result));

/* The name by which libharu knows a face, after its subset tag. */
const char *press_font_name(enum face face);

#endif
