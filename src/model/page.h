/*
 * page: a letter after layout: where everything stands, in points, ready to be written.
 *
 * Origin is the lower left corner of the paper, y grows upwards (as in PDF). Items come in reading order.
 * Text is UTF-8 whose every code point the face has. Kop and footer are not items: they are the profile's
 * stationery, under the page. All memory belongs to the arena of the case.
 */
#ifndef NASKAH_MODEL_PAGE_H
#define NASKAH_MODEL_PAGE_H

#include "base/buf.h"
#include "model/font.h"
#include "model/qr.h"

#include <stdbool.h>
#include <stddef.h>

enum page_item_kind {
	PAGE_TEXT, /* one run of one face and size on one line */
	PAGE_LINE, /* a stroked line from (x, y) to (x2, y2) */
	PAGE_BOX,  /* a rectangle with lower left (x, y) and upper right (x2, y2), stroked and/or filled */
	PAGE_QR,   /* a symbol with its lower left at (x, y), x2 - x wide, quiet zone included */
};

/* What the item is, for the structure tree (tagged PDF) and for reading the dump. */
enum page_role {
	ROLE_ARTIFACT, /* rules, page numbers, marks: no content */
	ROLE_TITLE,    /* H1 */
	ROLE_TEXT,     /* P */
	ROLE_LIST,     /* L */
	ROLE_TABLE,    /* Table */
	ROLE_FIGURE,   /* Figure (the QR) */
};

/* What a table cell's text is to the others: its structure element is TH with that scope, or TD. */
enum page_head { HEAD_NONE = 0, HEAD_COLUMN, HEAD_ROW };

/* How a text is painted. */
enum page_paint {
	PAINT_LETTERS = 0,
	PAINT_SHAPES, /* bold capitals A to Z as bare outlines: a mark that nobody should read, find or copy */
	PAINT_NOTHING, /* unseen: tells reading software what a drawing tells the eye */
};

enum ink { INK_BLACK = 0, INK_GREY, INK_RED, INK_LIGHT /* 10 % grey fill */ };

struct page_item {
	enum page_item_kind kind;
	enum page_role role;
	unsigned block;      /* number of the letter block it comes from, 1..; 0 = none */
	unsigned cell;       /* row * 64 + column + 1 inside a table or list block; 0 = not in a cell */
	enum page_head head; /* ROLE_TABLE: of the cell */
	enum ink ink;        /* of text and strokes */
	double x_pt, y_pt;   /* text: start of the baseline */
	double x2_pt, y2_pt; /* text: x2 = end of the run as laid out, y2 = y */
	/* PAGE_TEXT */
	const char *text; /* UTF-8, `text_len` bytes */
	size_t text_len;
	enum face face;
	double size_pt;
	double space_extra_pt; /* added to every U+0020 (justified lines); never to letters */
	enum page_paint paint;
	/* PAGE_LINE, PAGE_BOX */
	double width_pt; /* of the stroke; 0 = not stroked */
	bool filled;     /* PAGE_BOX: with fill_ink */
	enum ink fill_ink;
	/* PAGE_QR */
	const struct qr *qr; /* borrowed */
	const char *alt;     /* what it says, UTF-8 */
};

struct page {
	struct page_item *items;
	size_t count;
};

/* A part of the letter that can be jumped to: the letter itself, each attachment. */
struct page_part {
	const char *title;
	size_t page;   /* index of the page that it begins on */
	double top_pt; /* upper edge of its first text */
};

struct page_list {
	struct page *pages;
	size_t count;
	struct page_part *parts; /* none in a letter without attachments: bookmarks would say nothing */
	size_t part_count;
};

#define PAGE_LIST_INIT                                                                                       \
	{                                                                                                    \
		NULL, 0, NULL, 0                                                                             \
	}

/* One line per item, for golden tests and `naskah render --dump pages`. */
void page_list_dump(const struct page_list *pages, struct buf *out);
/* One line per line of text, see page_lines.c: what line breaking made of it. */
void page_list_dump_lines(const struct page_list *pages, const struct font_set *fonts, struct buf *out);

#endif
