/*
 * font: font files, with the metrics that layout wants and the objects that a PDF wants.
 *
 * A face is read once at start and checked to be whole; its plain characters (pdf/repertoire) are cut out and kept as
 * finished PDF objects. Rarer ones are cut when a letter needs them, from the same file, which so stays in memory.
 * Advances are rounded to 1/1000 em here, once: layout measures with the very numbers that stand in the PDF's /W array.
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

/* Characters of a face as finished PDF objects, their codes the code points, see pdf/embed. */
struct face_base {
	uint8_t has[REPERTOIRE_SIZE]; /* per code point: 1 = among them */
	struct pdf_segment objects;
};

struct face_file {
	unsigned users;  /* that hold it: face_hold(), face_drop() */
	struct buf file; /* what `source` reads */
	struct hb_face_t *source;
	struct font_metrics metrics;
	struct face_base plain;
	struct buf capital[OUTLINE_COUNT]; /* outlines of A to Z */
	char name[64];                     /* PostScript name: "LiberationSans-Bold" */
	int bbox[4];                       /* of all glyphs, 1/1000 em: llx lly urx ury */
	double italic_angle;               /* degrees counter-clockwise from upright; -12 for most italics */
	bool fixed_pitch;
	unsigned weight; /* OS/2 usWeightClass: 400 regular, 700 bold */
};

/* Three faces; `metrics` lends their metrics. */
struct fonts {
	struct face_file *file[FACE_COUNT]; /* held */
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

/*
 * `folder` holds the files named in `names` (FACE_COUNT of them). ERR_CONFIG: missing, cut short, no font, a font that
 * must not be embedded.
 */
int fonts_load(const char *folder, const char *const names[FACE_COUNT], struct fonts *out, struct err *e)
	__attribute__((warn_unused_result));
void fonts_release(struct fonts *f);

/* Holding and dropping happens before and after the threads that read it. */
struct face_file *face_hold(struct face_file *f);
void face_drop(struct face_file *f); /* the last one frees it; NULL does nothing */

static inline bool face_has(const struct face_file *f, int32_t cp)
{
	return cp >= 0 && cp < REPERTOIRE_SIZE && f->metrics.advance[cp] != FONT_MISSING;
}

#endif
