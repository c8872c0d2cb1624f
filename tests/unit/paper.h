/*
 * paper: a profile built by hand and the distribution's fonts, for the tests of pdf/.
 */
#ifndef NASKAH_TESTS_PAPER_H
#define NASKAH_TESTS_PAPER_H

#include "base/auto.h"
#include "model/profile.h"
#include "pdf/letter_pdf.h"

#include <string.h>

#define FONT_FOLDER "/usr/share/fonts/truetype/liberation2"
#define ICC_FILE    "/usr/share/color/icc/sRGB.icc"

static const char *const paper_fonts[FACE_COUNT] = {
	"LiberationSans-Regular.ttf", "LiberationSans-Bold.ttf", "LiberationSans-Italic.ttf"};

static struct kop_line paper_kop[] = {
	{"KEMENTERIAN CONTOH REPUBLIK INDONESIA", FACE_REGULAR, 13, 16},
	{"PUSAT DATA DAN INFORMASI", FACE_BOLD, 13, 16},
	{"Jalan Melati No. 1, Jakarta 10110", FACE_REGULAR, 9, 11},
};
static const char *paper_notes[] = {
	"Catatan:",
	"Dokumen ini telah ditandatangani secara elektronik – sertifikat diterbitkan oleh “BSrE”.",
};

static inline struct profile paper_profile(void)
{
	return (struct profile){
		.name = "contoh",
		.paper_width_pt = 210 * PT_PER_MM,
		.paper_height_pt = 297 * PT_PER_MM,
		.left_pt = 30 * PT_PER_MM,
		.right_pt = 20 * PT_PER_MM,
		.kop =
			{
				.lines = paper_kop,
				.line_count = ARRAY_LEN(paper_kop),
				.text_x1_pt = 59 * PT_PER_MM,
				.text_x2_pt = 190 * PT_PER_MM,
				.text_top_pt = 16 * PT_PER_MM,
				.has_emblem = true,
				.emblem_x_pt = 30 * PT_PER_MM,
				.emblem_top_pt = 15 * PT_PER_MM,
				.emblem_size_pt = 24 * PT_PER_MM,
				.rule_top_pt = 42 * PT_PER_MM,
				.rule_thick_pt = 1.8,
				.rule_thin_pt = 0.6,
				.rule_gap_pt = 2.5,
			},
		.footer =
			{
				.notes = paper_notes,
				.note_count = ARRAY_LEN(paper_notes),
				.rule_y_pt = 21 * PT_PER_MM,
				.first_y_pt = 18 * PT_PER_MM,
				.size_pt = 7,
				.leading_pt = 9,
				.x1_pt = 30 * PT_PER_MM,
				.x2_pt = 160 * PT_PER_MM,
				.mark = "BSrE",
				.mark_width_pt = 22 * PT_PER_MM,
				.mark_height_pt = 8 * PT_PER_MM,
			},
	};
}

static inline struct page_item paper_text(double x, double y, enum face face, const char *text)
{
	return (struct page_item){
		.kind = PAGE_TEXT,
		.role = ROLE_TEXT,
		.block = 1,
		.x_pt = x,
		.y_pt = y,
		.x2_pt = x,
		.y2_pt = y,
		.text = text,
		.text_len = strlen(text),
		.face = face,
		.size_pt = 12,
	};
}

static const struct letter_meta paper_meta = {
	.title = "Surat Contoh B/14/III/2026",
	.author = "Pusat Data & Informasi – Contoh",
	.subject = "Permohonan <TTE> (uji)",
	.date = {2026, 3, 13},
	.zone = ZONE_WIB,
	.id = {0xde, 0xad, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14},
};

#endif
