/*
 * layout_pieces: the text of one paragraph, cut into pieces that never break, and where its lines end. Private to
 * layout_lines, layout_break and layout_pieces.
 *
 * Pieces are made in lay.pieces, which paragraphs use one after the other.
 */
#ifndef NASKAH_LETTER_LAYOUT_PIECES_H
#define NASKAH_LETTER_LAYOUT_PIECES_H

#include "letter/layout.h"

/*
 * What follows a piece, from the best place to break a line to the worst.
 *
 * AFTER_TIE is a blank between words that are read as one, see tie_between(). AFTER_SYLLABLE is a place inside a word
 * where a hyphen is printed.
 */
enum after { AFTER_BLANK, AFTER_SYLLABLE, AFTER_TIE, AFTER_HYPHEN, AFTER_SLASH, AFTER_URL, AFTER_ANY };

struct piece {
	const char *text;
	const char *blank; /* AFTER_BLANK, AFTER_TIE: where the blank stands */
	uint32_t len;
	uint8_t face;
	uint8_t blank_face;
	uint8_t after;
	uint8_t hyphens; /* lines that end in a hyphen, one after the other, up to the line behind this piece */
	int width;       /* 1/1000 em */
	int end_width;   /* AFTER_SYLLABLE: of the hyphen, when a line ends here */
	int64_t start;   /* width of all before it, blanks included */
	int blanks;      /* blanks before it */
	int blank_width; /* their width */
	/* the cheapest way to end a line behind this piece */
	double cost;
	size_t from;  /* first piece of that line */
	double ratio; /* how far its blanks are stretched (above 0) or shrunk */
};

struct breaker {
	struct lay *l;
	const struct place *p;
	size_t count;
	bool syllables;   /* cut words wherever a hyphen may stand, not only those too wide for a line */
	int limit;        /* what fits on the narrowest line, 1/1000 em */
	const char *word; /* the last one added, for tie_between() */
	size_t word_len;
};

/* Fills l->pieces with the words of `spans`, and their places on one endless line. ERR_INPUT: layout.h. */
int pieces_cut(struct breaker *b, const struct span *spans) __attribute__((warn_unused_result));
/* Of the blank behind the piece; 0 = there is none. */
int piece_blank_width(const struct breaker *b, const struct piece *piece);
/* Bold places set regular text in bold. */
enum face face_in(const struct place *p, enum face face);

/* Of the line first..last, with its hyphen, 1/1000 em. */
static inline double line_width(const struct piece *first, const struct piece *last)
{
	return (double)(last->start - first->start + last->width + last->end_width);
}

/* ---- layout_break.c ---- */
struct measure {
	double first, other; /* lengths of the lines, 1/1000 em */
	bool justified;
	bool balanced; /* the last line counts like the others */
};

/*
 * Cuts the text into pieces and chooses the lines: the last ends behind the last piece and begins with its `from`, the
 * one before ends before that, and so on. No text, no pieces.
 */
int breaks_choose(struct breaker *b, const struct measure *m, const struct span *spans)
	__attribute__((warn_unused_result));

/* ---- layout_ties.c ---- */
/*
 * Whether a line should not end between two words that follow each other:
 *
 *	a word that counts and its number      Pasal 5, ayat (1), Nomor 11, Tahun 2008, huruf a, Rp 5, pukul 09.00
 *	a number and what it counts            13 Maret, 14 hari, 3 (tiga), 09.00 WIB
 *	a title or an initial and its name     Dr. Contoh, A. Contoh, a.n. Kepala, Yth. Kepala
 *	a name and the titles behind it        Contoh, S.Kom.
 */
bool tie_between(const char *a, size_t a_len, const char *b, size_t b_len);

#endif
