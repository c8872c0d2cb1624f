/*
 * font: what layout must know of the embedded faces.
 *
 * Made once at start by pdf/font from the very subset that is embedded, so that a character with an advance
 * here is a character that prints. Read-only afterwards; shared by all threads.
 */
#ifndef NASKAH_MODEL_FONT_H
#define NASKAH_MODEL_FONT_H

#include <stdint.h>

enum face { FACE_REGULAR = 0, FACE_BOLD, FACE_ITALIC, FACE_COUNT };

#define FONT_MISSING UINT16_MAX

/* The hyphen of a word that goes on in the next line, in the text of a line (ISO 32000-2 14.8.2.2.3). */
#define SOFT_HYPHEN      0xad
#define SOFT_HYPHEN_UTF8 "\xc2\xad"

struct font_metrics {
	uint16_t
		advance[65536]; /* per BMP code point, 1/1000 em; FONT_MISSING = the face has no such glyph */
	int ascent;             /* 1/1000 em above the baseline */
	int descent;            /* 1/1000 em, negative */
	int cap_height;         /* 1/1000 em */
};

struct font_set {
	struct font_metrics *face[FACE_COUNT]; /* owned by whoever made the set (pdf/font) */
};

#endif
