/*
 * layout_pieces: the text of one paragraph, cut into pieces that never break. Private to layout_lines and
 * layout_pieces.
 *
 * Pieces are made in lay.pieces, which paragraphs use one after the other.
 */
#ifndef NASKAH_LETTER_LAYOUT_PIECES_H
#define NASKAH_LETTER_LAYOUT_PIECES_H

#include "letter/layout.h"

/* What follows a piece, from the best place to break a line to the worst. */
enum after { AFTER_BLANK, AFTER_HYPHEN, AFTER_SLASH, AFTER_URL, AFTER_ANY };

struct piece {
	const char *text;
	const char *blank; /* AFTER_BLANK: where the blank stands */
	uint32_t len;
	uint8_t face;
	uint8_t blank_face;
	uint8_t after;
	int width;       /* 1/1000 em */
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
	int limit; /* what fits on the narrowest line, 1/1000 em */
};

/* Fills l->pieces with the words of `spans`, and their places on one endless line. ERR_INPUT: layout.h. */
int pieces_cut(struct breaker *b, const struct span *spans) __attribute__((warn_unused_result));
/* Of the blank behind the piece; 0 = there is none. */
int piece_blank_width(const struct breaker *b, const struct piece *piece);
/* Bold places set regular text in bold. */
enum face face_in(const struct place *p, enum face face);

#endif
