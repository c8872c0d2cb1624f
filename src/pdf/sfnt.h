/*
 * sfnt: the outer shape of a TrueType file (ISO/IEC 14496-22 4.3): is it whole, and where are its tables?
 *
 * libharu and most readers load a file that was cut short without a word and then print empty glyphs. So the
 * directory, the lengths and every checksum are looked at before anything else reads the file.
 */
#ifndef NASKAH_PDF_SFNT_H
#define NASKAH_PDF_SFNT_H

#include "base/buf.h"

#include <stdbool.h>
#include <stdint.h>

#define SFNT_TAG(a, b, c, d) ((uint32_t)(a) << 24 | (uint32_t)(b) << 16 | (uint32_t)(c) << 8 | (uint32_t)(d))

struct sfnt_table {
	const unsigned char *data; /* borrowed */
	size_t len;
};

uint16_t sfnt_u16(const unsigned char *p);
int16_t sfnt_i16(const unsigned char *p);
uint32_t sfnt_u32(const unsigned char *p);

/*
 * A single TrueType font with the tables that a PDF needs, each inside the file, true to its checksum and to the others.
 * ERR_CONFIG with the reason; `name` is for the message.
 */
int sfnt_check(const unsigned char *file, size_t len, const char *name, struct err *e)
	__attribute__((warn_unused_result));
/* Only on a file that sfnt_check() passed. False if there is no such table. */
bool sfnt_find(const unsigned char *file, size_t len, uint32_t tag, struct sfnt_table *out);
/*
 * Copies a font for libharu: under `name` (ASCII), by which libharu tells fonts apart, and with a character map from
 * U+0000 to U+00FF: glyphs[c] is that of U+00c, 0 = none.
 */
int sfnt_for_press(const struct buf *file, const char *name, const uint16_t glyphs[256], struct buf *out,
	struct err *e) __attribute__((warn_unused_result));

#endif
