/*
 * numbers: which object number means what, the same in every letter.
 *
 * The constant objects have fixed numbers, so that their bytes can be made once. A face that a letter does
 * not use leaves its numbers free; the letter's own objects begin at NUMBER_LETTER.
 */
#ifndef NASKAH_PDF_NUMBERS_H
#define NASKAH_PDF_NUMBERS_H

#include "model/font.h"

enum {
	NUMBER_CATALOG = 1,
	NUMBER_PAGES,
	NUMBER_INFO,
	NUMBER_METADATA,
	NUMBER_RESOURCES,
	NUMBER_STRUCTURE,
	NUMBER_CORE, /* first of the stationery's own segment */
	NUMBER_TO_UNICODE = NUMBER_CORE,
	NUMBER_ICC,
	NUMBER_HEAD, /* content of the stationery: kop, on page 1 */
	NUMBER_FOOT, /* and footer, on every page; not in drafts, for it speaks of a signature */
	NUMBER_EMBLEM,
	NUMBER_EMBLEM_MASK,
	NUMBER_CORE_END,
	NUMBER_FONTS = NUMBER_CORE_END,
};

/* The objects of one font. That of a face's plain characters is called /T and the face's digit. */
enum { FONT_TYPE0 = 0, FONT_CID, FONT_DESCRIPTOR, FONT_FILE, FONT_GLYPH_MAP, FONT_OBJECTS };

#define NUMBER_FONT(face) (NUMBER_FONTS + (unsigned)(face)*FONT_OBJECTS)
#define NUMBER_LETTER     NUMBER_FONT(FACE_COUNT)

#endif
