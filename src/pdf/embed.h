/*
 * embed: characters of a face as PDF objects: the font file cut down to them and the dictionaries around it.
 *
 * Composite fonts with two-byte codes (Identity-H; /CIDToGIDMap leads to the glyph, so two characters with one glyph
 * stay two). In a base the code is the code point, so that the stationery's text and the letter's share the font; in the
 * font of a letter's rare characters codes are 1, 2... in their order.
 */
#ifndef NASKAH_PDF_EMBED_H
#define NASKAH_PDF_EMBED_H

#include "pdf/font.h"
#include "pdf/numbers.h"

struct embed {
	const struct face_file *file;
	enum face face;
	const uint16_t *chars; /* each once; ascending if `by_character` */
	size_t count;
	bool by_character;   /* codes are code points; else 1, 2... */
	unsigned first;      /* FONT_OBJECTS numbers from here on */
	unsigned to_unicode; /* number of the map that the caller writes */
	int deflate;         /* level */
};

int embed_font(const struct embed *x, struct pdf_writer *w, struct err *e)
	__attribute__((warn_unused_result));

/* Makes base->objects from base->has; every one of them must be in the face. */
int embed_base(const struct face_file *f, enum face face, struct face_base *base, struct err *e)
	__attribute__((warn_unused_result));

/* The /ToUnicode map of codes (ascending) to characters. */
void embed_to_unicode(const uint16_t *codes, const uint16_t *chars, size_t count, struct buf *out);
/* What such a stream's dictionary says of itself. */
extern const char embed_to_unicode_dict[];

#endif
