/*
 * embed: font parts as finished PDF objects, made once at start.
 *
 * libharu prints a specimen of every part and so embeds the font file; that stream is lifted and the dictionaries
 * around it are our own, because libharu's have a malformed /ToUnicode, truncated widths, a CIDSystemInfo that
 * fits nothing and no /CapHeight. Text codes stay as libharu writes them: two bytes, the UTF-16 code unit
 * (Encoding Identity-H, so CID = code point; /CIDToGIDMap leads to the glyph). So the stationery's text and the
 * letter's share the fonts, two characters with one glyph (U+0020, U+00A0) stay two characters, and one constant
 * /ToUnicode of a few ranges serves all fonts.
 */
#ifndef NASKAH_PDF_EMBED_H
#define NASKAH_PDF_EMBED_H

#include "pdf/font.h"

/* Fills in part[].embedded of every face. */
int fonts_embed(struct fonts *f, struct err *e) __attribute__((warn_unused_result));

/* The /ToUnicode CMap that all parts refer to (NUMBER_TO_UNICODE). */
void font_to_unicode(struct buf *out);

#endif
