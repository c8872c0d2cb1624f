/*
 * letter: what a letter says, as a tree of blocks, before anyone asks where it stands.
 *
 * The C side of schemas/letter.xsd (element names there in Indonesian, given below in quotes). Composed from a
 * case by a template, laid out into pages by letter/. Everything lives in the case's arena. Lengths are points; 0
 * means "the profile's".
 */
#ifndef NASKAH_MODEL_LETTER_H
#define NASKAH_MODEL_LETTER_H

#include "base/buf.h"
#include "base/date.h"
#include "model/font.h"

#include <stdbool.h>
#include <stddef.h>

/* A stretch of text in one face. Text is valid UTF-8, white space runs already made one blank. */
struct span {
	const char *text;
	size_t len;
	enum face face;
	struct span *next;
};

enum block_kind {
	BLOCK_KOP, /* "kop": own kop lines, where the profile's stationery has none; children are paragraphs */
	BLOCK_REFERENCE, /* "rujukan": children are BLOCK_FIELD; `mark`, place and date, right on the first line */
	BLOCK_ADDRESSEE, /* "yth": lines under the reference block; children are paragraphs, never justified */
	BLOCK_TITLE,     /* "judul": centred bold lines; children are paragraphs */
	BLOCK_PARAGRAPH, /* "paragraf": spans */
	BLOCK_LIST,      /* "daftar": children are BLOCK_ITEM */
	BLOCK_ITEM,      /* "butir": label and child blocks */
	BLOCK_FIELDS,    /* "data": aligned label : value lines; children are BLOCK_FIELD */
	BLOCK_FIELD, /* "isian": `mark` its number (NULL = none), `label`, children = value blocks, maybe none */
	BLOCK_TABLE,     /* "tabel": children are BLOCK_ROW */
	BLOCK_ROW,       /* "baris": children are BLOCK_CELL; a head row repeats on each page */
	BLOCK_CELL,      /* "sel": child blocks */
	BLOCK_CHECKS,    /* "pilihan-pilihan": children are BLOCK_CHECK */
	BLOCK_CHECK,     /* "pilihan": a box, crossed or not, and its text in spans */
	BLOCK_SIGNATURE, /* "tanda-tangan": see struct signature */
	BLOCK_SIGNATURES, /* "para-penanda-tangan": two or three BLOCK_SIGNATURE of one letter, two side by side */
	BLOCK_TEMBUSAN,   /* "tembusan": `label` is its heading "Tembusan:", children are BLOCK_ITEM */
	BLOCK_PAGE_BREAK, /* "halaman-baru"; `label` names the part of the letter that begins, NULL = none */
	BLOCK_SPACE,      /* "jarak": `height_pt` of nothing */
	BLOCK_KIND_COUNT
};

enum align { ALIGN_JUSTIFY = 0, ALIGN_LEFT, ALIGN_CENTER, ALIGN_RIGHT };

/* The signature block: jabatan above, box with QR and name, name and number below. */
struct signature {
	const char **
		above; /* lines over the box: "Ditandatangani di : ...", "a.n. ...", jabatan with its comma */
	size_t above_count;
	const char *name;   /* below the box, with titles, bold */
	const char **below; /* "Pembina (IV/a)", "NIP 1975..." */
	size_t below_count;
	const char *plain_name; /* in the box: without titles */
	const char *title;      /* in the box: jabatan */
};

struct block {
	enum block_kind kind;
	unsigned line;   /* of the letter document, for errors */
	unsigned number; /* 1.. in reading order over the letter; page items carry it */
	struct block *children, *next;
	struct span *spans; /* PARAGRAPH, CHECK */
	const char *
		label; /* ITEM: "1.", "a."; FIELD: the label; TEMBUSAN: heading; PAGE_BREAK: part; NULL = none */
	const char *mark;           /* FIELD: its number "1."; REFERENCE: place and date; NULL = none */
	enum align align;           /* PARAGRAPH, CELL content */
	double size_pt, leading_pt; /* text size of this block and below; 0 = inherited */
	double indent_pt; /* PARAGRAPH: first line; LIST: label column width; others: from the left */
	double label_pt,
		colon_pt; /* FIELDS, REFERENCE: label column at .. and colon at .. from the block's left */
	double width_pt;  /* CELL, FIELDS: 0 = share of what is left */
	double height_pt; /* ROW: least height; SPACE: height */
	double border_pt; /* TABLE: stroke of the grid; 0 = none; FIELDS: frame around */
	bool head; /* ROW: repeats at the top of each page, set in bold on light ground; CELL: names its row */
	bool crossed;        /* CHECK */
	bool underlined;     /* TITLE */
	bool keep_with_next; /* never the last thing on a page */
	bool inline_checks;  /* CHECKS: side by side as many as fit */
	const struct signature *signature;
};

/* Marks at the edges of the paper. */
struct letter {
	const char *kind;       /* "lembar-disposisi-1" */
	const char *title;      /* for metadata */
	const char *class_code; /* "B", "T", "R", "SR": printed by the profile's rules */
	const char *class_word; /* "TERBATAS"...; for profiles that want the word */
	const char *copies;     /* "Kopi Nomor 1 dari 10 kopi."; NULL = none */
	bool specimen;          /* CONTOH across the page */
	bool tight;             /* the profile's tight leading */
	struct block *blocks;
};

/* The element's name in schemas/letter.xsd: "paragraf". */
const char *block_kind_name(enum block_kind kind);

/*
 * One line per block and text, indented: golden tests, `render --dump tree`, and the content hash. Says everything
 * that a reader of the letter could notice, the same on every machine (lengths in thousandths of a point).
 */
void letter_dump(const struct letter *l, struct buf *out);

#endif
