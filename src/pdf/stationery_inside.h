/*
 * stationery_inside: what letter_pdf sees of a stationery. Private to pdf/.
 */
#ifndef NASKAH_PDF_STATIONERY_INSIDE_H
#define NASKAH_PDF_STATIONERY_INSIDE_H

#include "pdf/numbers.h"
#include "pdf/stationery.h"
#include "pdf/writer.h"

#include <stdbool.h>

struct stationery {
	struct pdf_segment core;                           /* NUMBER_CORE.. */
	struct pdf_segment fonts[FACE_COUNT][LEVEL_COUNT]; /* NUMBER_FONT(face).. */
	unsigned char
		level[FACE_COUNT]; /* that the stationery's own text needs, plus one; 0 = face not used */
	bool has_kop_text;         /* the first page's stream holds marked content 0 */
	bool has_emblem_image;     /* /Em among the resources */
	double width_pt, height_pt;
	char font_name[FACE_COUNT][64];      /* for messages */
	uint8_t level_of[FACE_COUNT][65536]; /* per code point: first level, LEVEL_COUNT = not there */
	uint16_t mark_cap_height;            /* of the bold face, in which marks are drawn; 1/1000 em */
	uint16_t mark_advance[OUTLINE_COUNT];
	struct buf mark_path[OUTLINE_COUNT]; /* pdf/outline */
};

#endif
