/*
 * tags: the structure tree of a letter (ISO 32000-1 14.7, ISO 14289-1), built from the roles of its items.
 * Private to pdf/.
 *
 * Each part of the letter is a Sect. Items of one block become one element, across page breaks too; cells become Lbl
 * and LBody of a list item, or TD of a row, TH for those that name the others; a figure in a cell becomes a child of
 * it. Strokes and boxes are artifacts whatever their role: they say nothing that the text does not.
 */
#ifndef NASKAH_PDF_TAGS_H
#define NASKAH_PDF_TAGS_H

#include "base/err.h"
#include "model/page.h"

#include <stdbool.h>
#include <stdint.h>

struct pdf_writer;

enum tag {
	TAG_DOCUMENT = 0,
	TAG_SECT,
	TAG_P,
	TAG_H1,
	TAG_L,
	TAG_CAPTION,
	TAG_LI,
	TAG_LBL,
	TAG_LBODY,
	TAG_TABLE,
	TAG_TR,
	TAG_TH,
	TAG_TD,
	TAG_FIGURE
};

extern const char *const tag_names[];

#define TAG_ARTIFACT (-1)

struct tag_node {
	enum tag tag;
	int32_t parent, first_kid, last_kid, next; /* nodes; -1 = none */
	int32_t first_mark, last_mark;             /* marked content of its own; -1 = none */
	unsigned key;                              /* row + 1 of a LI or TR, cell of what is in it; else 0 */
	unsigned span;                             /* columns of a TH or TD; 0 and 1 = one */
	enum page_head head;                       /* of a TH */
	const char *numbering;                     /* of an L: "Decimal"; NULL = none */
	const char *title;                         /* borrowed: of a Sect */
	const struct page_item *figure;            /* borrowed: the symbol; NULL = the stationery's picture */
};

/* One marked-content sequence. */
struct tag_mark {
	int32_t node;
	int32_t next; /* of the same node */
	uint32_t page, mcid;
};

/* What the stationery has put on page 1: its marked content comes first there, in this order. */
struct tags_kop {
	bool has_text;    /* a paragraph */
	const char *alt;  /* of the emblem; NULL = none, or one that is decoration */
	double emblem[4]; /* llx lly urx ury */
};

struct tags {
	struct tag_node *nodes; /* owned; 0 is the Document */
	size_t node_count, node_cap;
	struct tag_mark *marks; /* owned; by page, then mcid */
	size_t mark_count, mark_cap;
	int32_t *mark_of;           /* owned: per item over all pages, its mark; TAG_ARTIFACT */
	const struct tags_kop *kop; /* borrowed */
};

#define TAGS_INIT                                                                                            \
	{                                                                                                    \
		NULL, 0, 0, NULL, 0, 0, NULL, NULL                                                           \
	}

/* `pages` and `kop` must live as long as `out`. */
int tags_build(const struct page_list *pages, const struct tags_kop *kop, struct tags *out, struct err *e)
	__attribute__((warn_unused_result));
void tags_release(struct tags *t);

/* Structure root at `root`, elements from `first` on; page i is object page_first + i * page_step. */
void tags_write(const struct tags *t, struct pdf_writer *w, unsigned root, unsigned first,
	unsigned page_first, unsigned page_step, size_t page_count);

#endif
