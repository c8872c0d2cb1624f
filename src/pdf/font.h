/*
 * font: font files, cut down to what letters need (HarfBuzz subset), with the metrics that layout wants.
 *
 * A face is read once at start, checked to be whole, subset to the repertoire (pdf/repertoire; hinting and layout
 * tables dropped), embedded by libharu and kept as finished PDF objects, one set per level. Advances are rounded
 * to 1/1000 em here, once: layout measures with the very numbers that stand in the PDF's /W array.
 * The same input file gives the same bytes.
 */
#ifndef NASKAH_PDF_FONT_H
#define NASKAH_PDF_FONT_H

#include "base/buf.h"
#include "model/font.h"
#include "pdf/outline.h"
#include "pdf/repertoire.h"
#include "pdf/writer.h"

#include <stdbool.h>
#include <stdint.h>

struct face_level {
	struct buf ttf;              /* the subset, under a name of its own: "LiberationSans-Bold-Plain" */
	uint16_t glyph[65536];       /* per BMP code point: its glyph in the subset, 0 = none */
	struct pdf_segment embedded; /* the same as PDF objects, see pdf/embed */
};

struct face_file {
	struct face_level level[LEVEL_COUNT];
	struct font_metrics metrics;
	uint8_t level_of[65536]; /* per BMP code point: the first level that has it; LEVEL_COUNT = none */
	struct buf capital[OUTLINE_COUNT]; /* outlines of A to Z */
	char name[64];                     /* PostScript name: "LiberationSans-Bold" */
	int bbox[4];                       /* of all glyphs, 1/1000 em: llx lly urx ury */
	double italic_angle;               /* degrees counter-clockwise from upright; -12 for most italics */
	bool fixed_pitch;
	unsigned weight; /* OS/2 usWeightClass: 400 regular, 700 bold */
};

/* Three faces; `metrics` lends their metrics. */
struct fonts {
	struct face_file *file[FACE_COUNT]; /* owned */
	struct font_set metrics;            /* borrows from file[] */
};

#define FONTS_INIT                                                                                           \
	{                                                                                                    \
		{NULL, NULL, NULL},                                                                          \
		{                                                                                            \
			{                                                                                    \
				NULL, NULL, NULL                                                             \
			}                                                                                    \
		}                                                                                            \
	}

/* `folder` holds the files named in `names` (FACE_COUNT of them). ERR_CONFIG: missing, cut short, no font. */
int fonts_load(const char *folder, const char *const names[FACE_COUNT], struct fonts *out, struct err *e)
	__attribute__((warn_unused_result));
void fonts_release(struct fonts *f);

#endif
