/*
 * stationery_inside: what letter_pdf sees of a stationery. Private to pdf/.
 */
#ifndef NASKAH_PDF_STATIONERY_INSIDE_H
#define NASKAH_PDF_STATIONERY_INSIDE_H

#include "pdf/numbers.h"
#include "pdf/stationery.h"
#include "pdf/tags.h"
#include "pdf/writer.h"

#include <stdbool.h>

struct stationery {
	struct pdf_segment core;            /* NUMBER_CORE.. */
	struct face_file *file[FACE_COUNT]; /* held */
	struct face_base *own[FACE_COUNT]; /* owned: when its own texts need more than the plain characters */
	const struct face_base *base[FACE_COUNT]; /* NUMBER_FONT(face)..: own[] or the file's plain one */
	bool uses[FACE_COUNT];                    /* its own texts do */
	struct tags_kop kop;                      /* marked content of NUMBER_HEAD */
	char *emblem_alt;                         /* owned: kop.alt */
	double width_pt, height_pt;
};

#endif
