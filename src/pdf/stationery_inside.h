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
	struct pdf_segment core;              /* NUMBER_CORE.. */
	struct pdf_segment fonts[SLOT_COUNT]; /* NUMBER_FONT(slot).. */
	unsigned slots;                       /* bit per slot: fonts that the stationery's own text uses */
	bool has_kop_text;                    /* the first page's stream holds marked content 0 */
	bool has_emblem_image;                /* /Em among the resources */
	double width_pt, height_pt;
	char font_name[FACE_COUNT][64];     /* for messages */
	uint8_t part_of[FACE_COUNT][65536]; /* per code point: font part, PART_COUNT = not there */
	uint16_t cap_height[FACE_COUNT];    /* 1/1000 em */
	uint16_t mark_advance[FACE_COUNT]
			     [0x80]; /* ASCII only: for the marks that letter_pdf centres itself */
};

#endif
