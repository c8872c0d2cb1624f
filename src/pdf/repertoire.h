/*
 * repertoire: the characters that a letter may hold.
 *
 * Whatever the face has, unless it would not read as it is written: control, format and private characters; marks
 * that combine (text is NFC, so what is left of them has no letter to stand on); scripts that run from right to left
 * or need shaping, for which one glyph a character is wrong.
 *
 * The plain ones are those of nearly every letter. They are embedded as one constant font per face; what else a letter
 * holds is cut for it alone (pdf/rare).
 */
#ifndef NASKAH_PDF_REPERTOIRE_H
#define NASKAH_PDF_REPERTOIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Code points of the basic plane; a letter has no others. */
#define REPERTOIRE_SIZE 0x10000

bool repertoire_has(uint32_t cp);
/* ASCII, the punctuation of office letters, and the hyphen at the end of a line, which is U+00AD to a reader. */
bool repertoire_is_plain(uint32_t cp);

#endif
