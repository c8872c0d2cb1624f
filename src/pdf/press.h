/*
 * press: libharu prints the constant parts of a profile's paper. Private to pdf/.
 *
 * Three sheets, so that each can be marked for what it is when it is put into a letter: the text of the kop
 * (content), its emblem and rules (decoration), the footer (on every page).
 */
#ifndef NASKAH_PDF_PRESS_H
#define NASKAH_PDF_PRESS_H

#include "model/profile.h"
#include "pdf/font.h"

enum sheet { SHEET_KOP = 0, SHEET_ORNAMENT, SHEET_FOOTER, SHEET_COUNT };

/* Appends libharu's file, one page per sheet. ERR_CONFIG: a character or picture that cannot be printed. */
int press_print(const struct profile *profile, const struct fonts *fonts, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

/* The name by which libharu knows a font part, after its subset tag. */
void press_font_name(const struct fonts *fonts, unsigned slot, char *out, size_t size);

#endif
