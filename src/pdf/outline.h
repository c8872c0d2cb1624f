/*
 * outline: the capitals of a face as bare path operators. Private to pdf/.
 *
 * Marks across the page (DRAF, CONTOH) are drawn, not written: reading software that looks at places only would
 * put the pieces of such a word between the lines of the letter.
 */
#ifndef NASKAH_PDF_OUTLINE_H
#define NASKAH_PDF_OUTLINE_H

#include "base/buf.h"

#include <harfbuzz/hb.h>

#define OUTLINE_FIRST 'A'
#define OUTLINE_COUNT 26

/*
 * One capital, ready to be filled (nonzero winding): whole numbers of 1/1000 em, the baseline's start at the
 * origin. A face without that letter: nothing is appended.
 */
void outline_add(hb_face_t *face, char capital, struct buf *out);

#endif
