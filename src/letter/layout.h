/*
 * layout: the parts that letter_layout() is made of. Private to letter/.
 *
 * A letter is set in two steps. First its blocks become *strips*, from the top to the bottom as if the paper had
 * no end: a strip is one text line, one table row, one signature box; it knows its height, the gap above it and
 * whether a page may end before it. Then the pager cuts the column of strips into pages. Nothing is measured
 * twice and the second step never looks at text.
 *
 *	layout_fit.c        the entry; how tightly a letter is set
 *	layout.c            pages: where each ends
 *	layout_marks.c      marks at the edges of the paper
 *	layout_strip.c      strips, stacks of them, and the canvas where they come to stand
 *	layout_pieces.c     text to pieces that never break
 *	layout_ties.c       words that should stand on one line
 *	layout_break.c      where lines end (total-fit line breaking)
 *	layout_lines.c      lines to strips
 *	layout_block.c      blocks to strips
 *	layout_form.c       reference block, fields, check boxes
 *	layout_table.c      tables
 *	layout_signature.c  signature blocks and their boxes
 *
 * Inside a strip x is the paper's and y counts from the strip's upper edge, so negative; putting the strip on a
 * canvas only shifts y. Everything lives in the arena of the case.
 */
#ifndef NASKAH_LETTER_LAYOUT_H
#define NASKAH_LETTER_LAYOUT_H

#include "letter/letter.h"

/* One page item, not yet on a page. */
struct bit {
	struct page_item item;
	struct bit *next;
};

struct bits {
	struct bit *first, *last;
	size_t count;
};

/* A frame around strips that follow each other; closed at the foot of a page and opened again on the next. */
struct frame {
	double x1_pt, x2_pt;
	double pad_pt; /* room above the first and below the last strip inside */
	double border_pt;
	unsigned block;
};

struct strip;

#define TABLE_COLUMNS 63 /* page.h keeps the column in six bits */

struct table {
	double border_pt;
	double x1_pt, x2_pt;
	unsigned block;
	struct strip *head; /* rows repeated on each page, linked by next; NULL = none */
	double head_pt;     /* their height */
};

struct strip {
	struct strip *prev, *next;
	struct bits bits;
	double gap_pt; /* above; forgotten at the top of a page */
	double height_pt;
	unsigned line;    /* of the letter document, for errors */
	bool glued;       /* no page ends right before this strip */
	bool space;       /* nothing but room: vanishes at the top of a page */
	bool page_break;  /* a page ends before this strip */
	const char *part; /* of a page break: the name of the part that begins; NULL = none */
	bool head;        /* a head row: put as a copy, because it is repeated */
	unsigned lines;   /* lines of body text in it: what may stand above a signature */
	const struct strip
		*beside; /* the last that a label at its left reaches down to; NULL = no label does */
	const struct frame *frame;
	const struct table *table; /* a row of it; its grid is drawn when it is put */
	const double *edge_pt;     /* the row's vertical lines from left to right */
	unsigned edges;
};

/* Strips one below the other. */
struct stack {
	struct strip *first, *last;
	size_t count;
	double after_pt;           /* gap wanted below the last strip */
	const struct frame *frame; /* around what is added now */
	bool glue_next;            /* the next strip added is glued */
};

/* Where strips come to stand: a page, or the inside of a table cell. */
struct canvas {
	struct bits bits;
	double y_pt; /* upper edge of what comes next */
	bool empty;
	const struct frame *frame; /* open frame */
	double frame_top_pt;
	const struct table *table; /* open table */
	struct bit
		*edge[TABLE_COLUMNS + 1]; /* vertical lines of its last row: the next row makes them longer */
	unsigned edges;
};

/* What every part needs to know, and memory that paragraphs use one after the other. */
struct lay {
	const struct letter *letter;
	const struct profile *profile;
	const struct font_set *fonts;
	const struct letter_stamp *stamp;
	struct arena *a;
	const struct hyphenator *hyphens; /* NULL: words stay whole */

	unsigned line;        /* of the block being set: strips keep it for errors */
	double squeeze;       /* 0 = leading as asked for, 1 = the profile's tight leading */
	double page_room_pt;  /* height of the text area of a continuation page */
	struct piece *pieces; /* see layout_pieces.h */
	size_t piece_cap;
	struct piece *spare; /* of the try before */
	size_t spare_cap;
	struct run *runs; /* see layout_lines.c: the lines of all paragraphs */
	size_t run_count, run_cap;
	struct memo *memos; /* what lines_set() made in its first, second... call */
	size_t memo_next, memo_cap;
	struct err *e;
};

/* Where and how a block is set. Handed down by value: a child changes its own copy. */
struct place {
	double x_pt, width_pt;
	double size_pt, leading_pt;
	double gap_pt; /* between paragraphs */
	enum align align;
	bool bold;
	bool balanced;  /* lines of about the same length, as in titles */
	bool hyphenate; /* running text: words may be parted where lines would be bad otherwise */
	bool body;      /* running text of the letter: may stand above a signature */
	bool fixed;     /* block, cell and role are those of a table or list around */
	enum page_role role;
	enum page_head head; /* of the table cell around */
	unsigned block, cell, line;
	unsigned depth;
};

/* ---- layout.c ---- */
/* What may stand on the last page to be worth saving it: as a share of the page before, of half of it from page 3 on. */
#define TAIL_MAX 0.66

/* The letter in one size, squeezed so far: its strips, and what pages_cut() finds out about them. */
struct setting {
	double size_pt, squeeze;
	struct stack kop, text;
	size_t pages;
	double over_pt; /* by which a part is too high to save its last page, on which there is little; 0 = none */
	bool short_letter; /* that is the second page of the letter itself */
};

/* Cuts the strips into pages; `out` NULL: only counts them, and the strips stay as they are. ERR_LIMIT: letter.h. */
int pages_cut(struct lay *l, struct setting *t, struct page_list *out) __attribute__((warn_unused_result));

/* ---- layout_marks.c ---- */
/* Classification, CONTOH, and the number of page 1, 2... (`page` 0, 1...). */
int marks_put(struct lay *l, struct bits *b, size_t page) __attribute__((warn_unused_result));
/* The first word of the page that begins with `next`, below the text at the right; nothing before a table. */
int catchword_put(struct lay *l, struct bits *b, const struct strip *next)
	__attribute__((warn_unused_result));

/* ---- layout_strip.c ---- */
/* The array with room for twice as many items, the new ones zeroed; NULL after err_nomem. */
void *lay_grow(struct lay *l, const void *items, size_t *cap, size_t size);
/* A new item at the end of `b`; NULL after err_nomem. */
struct page_item *bits_add(struct lay *l, struct bits *b, enum page_item_kind kind);
void bits_prepend(struct bits *b, struct bits *front);
/* An empty strip at the end of the stack, its gap at least `gap_pt`; NULL after err_nomem. */
struct strip *stack_add(struct lay *l, struct stack *s, double gap_pt, double height_pt);
/* Text in front of what a strip holds: it is a line now, if it was only room before. */
void strip_join(struct strip *s, struct bits *front, double height_pt);
/* At least this much room below what is there. */
void stack_after(struct stack *s, double gap_pt);
/* As if the strip had been put: gap, frames that open and close, the repeated head of its table. */
void canvas_try(struct canvas *c, const struct strip *s);
/* How far down the canvas's content would reach with all of [from, to]; `to` is included. */
double canvas_foot(const struct canvas *c, const struct strip *from, const struct strip *to);
int canvas_put(struct lay *l, struct canvas *c, struct strip *s) __attribute__((warn_unused_result));
/* Closes what is open. */
int canvas_close(struct lay *l, struct canvas *c) __attribute__((warn_unused_result));
/* Last strip of those that may not be parted from `s`. */
struct strip *chunk_end(struct strip *s);
/* The whole stack's height. */
double stack_height(const struct stack *s);

/* ---- layout_lines.c, layout_pieces.c ---- */
/*
 * Breaks text into lines, one strip each. `indent_pt` shortens the first line. The lines of one paragraph
 * are glued so that no page holds one line of it alone. No text, no strips. ERR_INPUT: a character that the face
 * lacks. ERR_CONFIG: a column too narrow for one letter.
 *
 * A word is parted only in a place that hyphenates, when a line of the paragraph would be too loose otherwise, at
 * most in two lines one after the other. lines_set_text() parts none.
 */
int lines_set(struct lay *l, const struct span *spans, const struct place *p, double indent_pt, double gap_pt,
	struct stack *out) __attribute__((warn_unused_result));
int lines_set_text(struct lay *l, const char *text, enum face face, const struct place *p, double gap_pt,
	struct stack *out) __attribute__((warn_unused_result));
/* One run that isn't broken. */
int text_measure(struct lay *l, const char *text, enum face face, const struct place *p, double *width_pt)
	__attribute__((warn_unused_result));
/* The run with its baseline's start at (x, y). */
int text_put(struct lay *l, struct bits *b, const char *text, enum face face, const struct place *p,
	double x_pt, double y_pt) __attribute__((warn_unused_result));
/* From the upper edge of a line of this place down to its baseline. */
double baseline_drop(const struct lay *l, const struct place *p);

/* ---- layout_block.c ---- */
int blocks_set(struct lay *l, const struct block *blocks, const struct place *p, struct stack *out)
	__attribute__((warn_unused_result));
/* The place of `b` itself: its size, leading, indent, numbers. */
struct place place_of(const struct lay *l, const struct place *parent, const struct block *b);
/* A leading that a block asks for, nearer to the profile's tight one as far as the letter is squeezed. */
double leading_of(const struct lay *l, double leading_pt, double size_pt);
/* White room, likewise: at most two fifths of it go. */
double white_of(const struct lay *l, double gap_pt);
/*
 * The cell of an item's body, `p` being the place of its label: in the outermost list labels are column 0 and
 * everything else is column 1; lists and fields inside a cell stay in it.
 */
unsigned body_cell(const struct place *p);
/* ERR_LIMIT when blocks nest too deeply, ERR_CONFIG when the column has no room for text. */
int place_check(struct lay *l, const struct place *p) __attribute__((warn_unused_result));

/* ---- layout_form.c ---- */
int reference_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
	__attribute__((warn_unused_result));
int fields_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
	__attribute__((warn_unused_result));
int checks_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
	__attribute__((warn_unused_result));

/* ---- layout_table.c ---- */
int table_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
	__attribute__((warn_unused_result));

/* ---- layout_signature.c ---- */
int signature_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
	__attribute__((warn_unused_result));
int signatures_set(struct lay *l, const struct block *b, const struct place *p, struct stack *out)
	__attribute__((warn_unused_result));

#endif
