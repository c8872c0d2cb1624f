#include "pdf/embed.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "pdf/deflate.h"
#include "pdf/haru.h"
#include "pdf/lift.h"
#include "pdf/numbers.h"
#include "pdf/sfnt.h"

#include <stdlib.h>

/*
 * Every glyph once, so that libharu keeps it. For each code point libharu walks the segments of the character map, half
 * of the start-up time; so the specimen's font numbers its glyphs in one segment. Readers never look at that map:
 * /CIDToGIDMap is ours.
 */
static int print_specimen(struct haru *h, const struct face_file *f, enum font_level level, struct err *e)
{
	enum { FIRST = 0x20 };
	const struct buf *ttf = &f->level[level].ttf;
	AUTO(buf_release) struct buf numbered = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(buf_release) struct buf text = BUF_INIT(64 * KIB);
	unsigned count = sfnt_glyph_count(ttf->data, ttf->len);
	HPDF_Font font = NULL;

	if (count < 2 || count > 0x8000)
		return err_set(e, ERR_BUG, "HarfBuzz made %u glyphs", count);
	for (uint32_t glyph = 1; glyph < count; glyph++) {
		char utf8[4];
		size_t len = utf8_put(utf8, FIRST + glyph - 1);
		buf_add(&text, utf8, len);
	}
	if (buf_check(&text, e) != 0 || sfnt_number_glyphs(ttf->data, ttf->len, FIRST, &numbered, e) != 0 ||
		haru_font(h, &numbered, &font, e) != 0)
		return -1;
	HPDF_Page page = HPDF_AddPage(h->doc);
	HPDF_Page_BeginText(page);
	HPDF_Page_SetFontAndSize(page, font, 10);
	HPDF_Page_ShowText(page, buf_str(&text));
	HPDF_Page_EndText(page);
	return haru_check(h, ERR_BUG, f->name, e);
}

/* Widths as runs of consecutive code points: first [w w w]. */
static void add_widths(struct buf *out, const struct face_file *f, enum font_level level)
{
	bool open = false;

	for (uint32_t cp = 0; cp < ARRAY_LEN(f->level_of); cp++) {
		bool has = f->level_of[cp] <= level;
		if (has && !open) {
			pdf_add_uint(out, cp);
			buf_addc(out, '[');
		} else if (has) {
			buf_addc(out, ' ');
		} else if (open) {
			buf_addc(out, ']');
		}
		if (has)
			pdf_add_uint(out, f->metrics.advance[cp]);
		open = has;
	}
}

static void add_glyph_map(struct buf *out, const struct face_file *f, enum font_level level)
{
	uint32_t end = 0;

	for (uint32_t cp = 0; cp < ARRAY_LEN(f->level_of); cp++)
		if (f->level_of[cp] <= level)
			end = cp + 1;
	for (uint32_t cp = 0; cp < end; cp++) {
		unsigned glyph = f->level[level].glyph[cp];
		buf_addc(out, (char)(glyph >> 8));
		buf_addc(out, (char)glyph);
	}
}

static void add_dictionaries(
	struct pdf_writer *w, const struct face_file *f, enum font_level level, enum face face)
{
	enum { FIXED_PITCH = 1, SYMBOLIC = 4, ITALIC = 64 };
	unsigned first = NUMBER_FONT(face);
	char name[80];

	/* The tag makes the levels of one face different fonts (9.6.4). */
	snprintf(name, sizeof name, "NASKA%c+%s",
		(char)('A' + (unsigned)face * LEVEL_COUNT + (unsigned)level), f->name);
	pdf_object_begin(w, first + FONT_TYPE0);
	buf_addf(w->out,
		"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%u 0 R]"
		"/ToUnicode %u 0 R>>",
		name, first + FONT_CID, (unsigned)NUMBER_TO_UNICODE);
	pdf_object_end(w);

	pdf_object_begin(w, first + FONT_CID);
	buf_addf(w->out,
		"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s"
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
		"/FontDescriptor %u 0 R/CIDToGIDMap %u 0 R/DW 0/W[",
		name, first + FONT_DESCRIPTOR, first + FONT_GLYPH_MAP);
	add_widths(w->out, f, level);
	buf_adds(w->out, "]>>");
	pdf_object_end(w);

	pdf_object_begin(w, first + FONT_DESCRIPTOR);
	buf_addf(w->out, "<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle ",
		name, SYMBOLIC | (f->fixed_pitch ? FIXED_PITCH : 0) | (f->italic_angle < 0 ? ITALIC : 0),
		f->bbox[0], f->bbox[1], f->bbox[2], f->bbox[3]);
	pdf_add_number(w->out, f->italic_angle);
	/* No table holds the stem width; this line through 400 -> 94 and 700 -> 168 is what others use too. */
	buf_addf(w->out, "/Ascent %d/Descent %d/CapHeight %d/StemV %u/FontFile2 %u 0 R>>", f->metrics.ascent,
		f->metrics.descent, f->metrics.cap_height,
		f->weight > 50 ? 10 + 220 * (f->weight - 50) / 900 : 50, first + FONT_FILE);
	pdf_object_end(w);
}

static int make_segment(
	const struct lift *l, struct face_file *f, enum font_level level, enum face face, struct err *e)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(buf_release) struct buf map = BUF_INIT(2 * ARRAY_LEN(f->level_of));
	AUTO(pdf_writer_release) struct pdf_writer w = PDF_WRITER_INIT;
	struct slice value, file;
	unsigned number;
	char text[128];

	snprintf(text, sizeof text,
		"Pages/Kids/%u/Resources/Font/F1/DescendantFonts/0/FontDescriptor/FontFile2",
		(unsigned)face * LEVEL_COUNT + (unsigned)level);
	if (lift_find(l, text, &value, &number, e) != 0 || lift_stream(l, number, &file, e) != 0)
		return -1;
	add_glyph_map(&map, f, level);
	if (buf_check(&map, e) != 0 || pdf_writer_init(&w, &out, NUMBER_FONT(face), FONT_OBJECTS, e) != 0)
		return -1;
	add_dictionaries(&w, f, level, face);
	snprintf(text, sizeof text, "/Length1 %zu", file.len);
	if (pdf_stream_deflated(
		    &w, NUMBER_FONT(face) + FONT_FILE, text, file.at, file.len, DEFLATE_ONCE, e) != 0 ||
		pdf_stream_deflated(
			&w, NUMBER_FONT(face) + FONT_GLYPH_MAP, "", map.data, map.len, DEFLATE_ONCE, e) != 0)
		return -1;
	return pdf_segment_take(&f->level[level].embedded, &w, e);
}

int fonts_embed(struct fonts *f, struct err *e)
{
	AUTO(haru_release) struct haru h = HARU_INIT;
	AUTO(buf_release) struct buf file = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(lift_release) struct lift l = LIFT_INIT;

	if (haru_open(&h, e) != 0)
		return -1;
	for (enum face face = 0; face < FACE_COUNT; face++)
		for (enum font_level level = 0; level < LEVEL_COUNT; level++)
			if (print_specimen(&h, f->file[face], level, e) != 0)
				return -1;
	if (haru_save(&h, &file, e) != 0 || lift_open(&l, &file, e) != 0)
		return -1;
	for (enum face face = 0; face < FACE_COUNT; face++)
		for (enum font_level level = 0; level < LEVEL_COUNT; level++)
			if (make_segment(&l, f->file[face], level, face, e) != 0)
				return -1;
	return 0;
}

void font_to_unicode(struct buf *out)
{
	unsigned pages[256] = {0}, count = 0;

	/* Code = code point, so each row of 256 maps to itself; a range must not leave its row (9.10.3). */
	for (size_t i = 0; i < repertoire_count; i++)
		for (unsigned row = repertoire[i].first >> 8; row <= repertoire[i].last >> 8; row++)
			count += pages[row]++ == 0;
	buf_adds(out, "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		      "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
		      "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
		      "1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n");
	buf_addf(out, "%u beginbfrange\n", count);
	for (unsigned row = 0; row < ARRAY_LEN(pages); row++)
		if (pages[row])
			buf_addf(out, "<%02X%02X><%02XFF><%02X%02X>\n", row, row ? 0u : 0x20u, row, row,
				row ? 0u : 0x20u);
	buf_adds(out, "endbfrange\nendcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n");
}
