/*
 * font: font files, cut down to what letters need (HarfBuzz subset), with the metrics that layout wants.
 *
 * A face is read once at start, subset to the repertoire (Latin, Latin-1, Latin Extended-A, general
 * punctuation, arrows and symbols that Liberation has; hinting dropped) and kept as a small TrueType file that
 * libharu embeds in the stationery. The same input file gives the same subset bytes.
 */
#ifndef NASKAH_PDF_FONT_H
#define NASKAH_PDF_FONT_H

#include "base/buf.h"
#include "model/font.h"
#include "model/sha256.h"

struct face_file {
	struct buf ttf; /* the subset */
	struct font_metrics metrics;
	struct sha256 source; /* hash of the file it came from */
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
