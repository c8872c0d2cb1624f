/*
 * profile: how the letters of one office look: paper, margins, kop, footer, fonts, labels, numbering.
 *
 * Loaded from templates/profiles/NAME.xml (schemas/profile.xsd) by letter/profile; lengths there are in
 * millimetres and become points here, once. Read-only afterwards; shared by all threads. Geometry and wording
 * follow reference naskah-dinas 1.2 to 1.7 and 5.0 (Peraturan ANRI 5/2021 leaves them to each office).
 */
#ifndef NASKAH_MODEL_PROFILE_H
#define NASKAH_MODEL_PROFILE_H

#include "base/arena.h"
#include "model/font.h"
#include "model/sha256.h"

#include <stdbool.h>
#include <stddef.h>

struct hyphenator;

#define PT_PER_MM (72.0 / 25.4)

struct kop_line {
	const char *text;
	enum face face;
	double size_pt;
	double leading_pt;
};

struct kop {
	struct kop_line *lines; /* empty: the letter brings its own kop lines (office of the applicant) */
	size_t line_count;
	double text_x1_pt, text_x2_pt; /* lines are centred between, shrunk to fit */
	double text_top_pt;            /* below the upper edge of the paper */
	bool has_emblem;               /* a neutral drawn placeholder; never a real state emblem */
	const char *emblem_image;      /* path of a PNG instead; NULL = drawn */
	const char *emblem_alt;        /* what the picture shows; never NULL when there is one */
	double emblem_x_pt, emblem_top_pt, emblem_size_pt;
	double rule_top_pt; /* below the upper edge; 0 = no rule */
	double rule_thick_pt, rule_thin_pt, rule_gap_pt;
};

struct footer {
	const char **notes; /* lines at the foot of every page, each fits on one */
	size_t note_count;
	double rule_y_pt;  /* above the lower edge */
	double first_y_pt; /* baseline of the first note */
	double size_pt, leading_pt;
	double x1_pt, x2_pt; /* notes stand between */
	const char *mark;    /* short word mark at the right, e.g. "BSrE"; NULL = none */
	double mark_width_pt, mark_height_pt;
};

/* A word or fact that templates ask for by its key. */
struct profile_text {
	const char *key, *text;
};

struct profile {
	struct arena arena;
	const char *name;   /* "kemhan" */
	const char *office; /* that issues the letters; NULL: the case says which */
	double paper_width_pt, paper_height_pt;
	double left_pt, right_pt, bottom_pt; /* margins */
	double first_top_pt, next_top_pt;    /* first text line below the upper edge: page 1, page 2... */
	double page_number_top_pt;
	bool catchword; /* the first word of the next page below the text */
	double body_size_pt, body_leading_pt, tight_leading_pt, paragraph_gap_pt, indent_pt;
	const char *font_file[FACE_COUNT]; /* file names, looked up in the font folder */
	const char *number_pattern;        /* e.g. {klas}/{no}/{bulan_romawi}/{tahun}/{satker} */
	const char *unit;                  /* {satker} in the pattern */
	bool class_word;                   /* classification as a word, top and bottom of every page */
	struct kop kop;
	struct footer footer;
	const struct profile_text *labels; /* "hal" is "Perihal" here and "Hal" there */
	size_t label_count;
	const struct profile_text *facts; /* n:profil() */
	size_t fact_count;
	const struct hyphenator *hyphens; /* borrowed from the studio; NULL = words are never parted */
	struct sha256 hash;               /* of the file's bytes: goes into the ledger */
};

#endif
