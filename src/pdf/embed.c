#include "pdf/embed.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "pdf/deflate.h"
#include "pdf/haru.h"
#include "pdf/lift.h"
#include "pdf/numbers.h"

#include <stdlib.h>

/* Every character once, so that libharu keeps every glyph. */
static int print_specimen(struct haru *h, const struct face_file *f, enum font_part part, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT(64 * KIB);
	HPDF_Font font = NULL;

	for (uint32_t cp = 0; cp < ARRAY_LEN(f->part_of); cp++) {
		char utf8[4];
		if (f->part_of[cp] == part)
			buf_add(&text, utf8, utf8_put(utf8, cp));
	}
	if (buf_check(&text, e) != 0 || haru_font(h, &f->part[part].ttf, &font, e) != 0)
		return -1;
	HPDF_Page page = HPDF_AddPage(h->doc);
	HPDF_Page_BeginText(page);
	HPDF_Page_SetFontAndSize(page, font, 10);
	HPDF_Page_ShowText(page, buf_str(&text));
	HPDF_Page_EndText(page);
	return haru_check(h, ERR_BUG, f->name, e);
}

/* Widths as runs of consecutive code points: first [w w w]. */
static void add_widths(struct buf *out, const struct face_file *f, enum font_part part)
{
	bool open = false;

	for (uint32_t cp = 0; cp < ARRAY_LEN(f->part_of); cp++) {
		bool has = f->part_of[cp] == part;
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

static void add_glyph_map(struct buf *out, const struct face_file *f, enum font_part part)
{
	uint32_t end = 0;

	for (uint32_t cp = 0; cp < ARRAY_LEN(f->part_of); cp++)
		if (f->part_of[cp] == part)
			end = cp + 1;
	for (uint32_t cp = 0; cp < end; cp++) {
		unsigned glyph = f->part_of[cp] == part ? f->glyph[cp] : 0;
		buf_addc(out, (char)(glyph >> 8));
		buf_addc(out, (char)glyph);
	}
}

static void add_dictionaries(
	struct pdf_writer *w, const struct face_file *f, enum font_part part, unsigned slot)
{
	enum { FIXED_PITCH = 1, SYMBOLIC = 4, ITALIC = 64 };
	unsigned first = NUMBER_FONT(slot);
	char name[80];

	/* The tag makes the parts of one face different fonts (9.6.4). */
	snprintf(name, sizeof name, "NASKA%c+%s", (char)('A' + slot), f->name);
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
	add_widths(w->out, f, part);
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
	const struct lift *l, struct face_file *f, enum font_part part, unsigned slot, struct err *e)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(buf_release) struct buf map = BUF_INIT(2 * ARRAY_LEN(f->glyph));
	AUTO(pdf_writer_release) struct pdf_writer w = PDF_WRITER_INIT;
	struct slice value, file;
	unsigned number;
	char text[128];

	snprintf(text, sizeof text,
		"Pages/Kids/%u/Resources/Font/F1/DescendantFonts/0/FontDescriptor/FontFile2", slot);
	if (lift_find(l, text, &value, &number, e) != 0 || lift_stream(l, number, &file, e) != 0)
		return -1;
	add_glyph_map(&map, f, part);
	if (buf_check(&map, e) != 0 || pdf_writer_init(&w, &out, NUMBER_FONT(slot), FONT_OBJECTS, e) != 0)
		return -1;
	add_dictionaries(&w, f, part, slot);
	snprintf(text, sizeof text, "/Length1 %zu", file.len);
	if (pdf_stream_deflated(
		    &w, NUMBER_FONT(slot) + FONT_FILE, text, file.at, file.len, DEFLATE_ONCE, e) != 0 ||
		pdf_stream_deflated(
			&w, NUMBER_FONT(slot) + FONT_GLYPH_MAP, "", map.data, map.len, DEFLATE_ONCE, e) != 0)
		return -1;
	return pdf_segment_take(&f->part[part].embedded, &w, e);
}

int fonts_embed(struct fonts *f, struct err *e)
{
	AUTO(haru_release) struct haru h = HARU_INIT;
	AUTO(buf_release) struct buf file = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(lift_release) struct lift l = LIFT_INIT;

	if (haru_open(&h, e) != 0)
		return -1;
	for (enum face face = 0; face < FACE_COUNT; face++)
		for (enum font_part part = 0; part < PART_COUNT; part++)
			if (print_specimen(&h, f->file[face], part, e) != 0)
				return -1;
	if (haru_save(&h, &file, e) != 0 || lift_open(&l, &file, e) != 0)
		return -1;
	for (enum face face = 0; face < FACE_COUNT; face++)
		for (enum font_part part = 0; part < PART_COUNT; part++)
			if (make_segment(&l, f->file[face], part, SLOT(face, part), e) != 0)
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
