/*
 * numbers: which object number means what, the same in every letter.
 *
 * The constant objects have fixed numbers, so that their bytes can be made once. A font part that a letter does
 * not use leaves its numbers free; the letter's own objects begin at NUMBER_LETTER.
 */
#ifndef NASKAH_PDF_NUMBERS_H
#define NASKAH_PDF_NUMBERS_H

#include "model/font.h"
#include "pdf/repertoire.h"

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
	NUMBER_FIRST_PAGE, /* content of the stationery: page 1 */
	NUMBER_NEXT_PAGE,  /* and of the others */
	NUMBER_EMBLEM,
	NUMBER_EMBLEM_MASK,
	NUMBER_CORE_END,
	NUMBER_FONTS = NUMBER_CORE_END,
};

/* The objects of one font part. */
enum { FONT_TYPE0 = 0, FONT_CID, FONT_DESCRIPTOR, FONT_FILE, FONT_GLYPH_MAP, FONT_OBJECTS };

/* A slot is one part of one face; the font's resource name is /T and the slot's digit. */
#define SLOT_COUNT        (FACE_COUNT * PART_COUNT)
#define SLOT(face, part)  ((unsigned)(face)*PART_COUNT + (unsigned)(part))
#define NUMBER_FONT(slot) (NUMBER_FONTS + (unsigned)(slot)*FONT_OBJECTS)
#define NUMBER_LETTER     NUMBER_FONT(SLOT_COUNT)

#endif
