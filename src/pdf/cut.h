/*
 * cut: some characters of a face as a font file of their own (HarfBuzz subset). Private to pdf/.
 *
 * No hints and no layout tables: nothing is shaped here, so no glyph may come in through a substitution. Safe from
 * many threads with one source; the same input gives the same bytes.
 */
#ifndef NASKAH_PDF_CUT_H
#define NASKAH_PDF_CUT_H

#include "base/buf.h"

#include <stdint.h>

struct hb_face_t;

enum cut_use {
	CUT_EMBED, /* the tables that a PDF's CIDFontType2 needs (ISO 32000-1 9.9) */
	CUT_PRESS, /* and those that libharu asks for */
};

/*
 * Appends the file; glyphs[i] becomes the glyph of chars[i] in it. ERR_CONFIG: the source lacks a character, or its
 * tables disagree about it. `name` is the font's, for messages.
 */
int font_cut(struct hb_face_t *source, const char *name, const uint16_t *chars, size_t count,
	enum cut_use use, struct buf *ttf, uint16_t *glyphs, struct err *e)
	__attribute__((warn_unused_result));

#endif
