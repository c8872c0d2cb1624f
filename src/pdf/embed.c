#include "pdf/embed.h"

#include "base/auto.h"
#include "base/limits.h"
#include "pdf/cut.h"
#include "pdf/deflate.h"

#include <stdlib.h>

const char embed_to_unicode_dict[] = "/Type/CMap/CMapName/Adobe-Identity-UCS"
				     "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>";

static unsigned code_of(const struct embed *x, size_t i)
{
	return x->by_character ? x->chars[i] : (unsigned)i + 1;
}

/* Widths as runs of consecutive codes: first [w w w]. */
static void add_widths(struct buf *out, const struct embed *x)
{
	for (size_t i = 0; i < x->count; i++) {
		bool goes_on = i > 0 && code_of(x, i) == code_of(x, i - 1) + 1;
		if (goes_on) {
			buf_addc(out, ' ');
		} else {
			if (i > 0)
				buf_addc(out, ']');
			pdf_add_uint(out, code_of(x, i));
			buf_addc(out, '[');
		}
		pdf_add_uint(out, x->file->metrics.advance[x->chars[i]]);
	}
	if (x->count > 0)
		buf_addc(out, ']');
}

static void add_glyph_map(struct buf *out, const struct embed *x, const uint16_t *glyphs)
{
	uint32_t code = 0;

	for (size_t i = 0; i < x->count; i++, code++) {
		for (; code < code_of(x, i); code++)
			buf_add(out, "\0", 2);
		buf_addc(out, (char)(glyphs[i] >> 8));
		buf_addc(out, (char)glyphs[i]);
	}
}

/* Different parts of one font are different fonts (ISO 32000-1 9.6.4): the tag says which characters. */
static void add_name(struct buf *out, const struct embed *x)
{
	uint32_t sum = 2166136261u + (unsigned)x->face;

	for (size_t i = 0; i < x->count; i++)
		sum = (sum ^ x->chars[i]) * 16777619u; /* FNV-1a */
	for (int i = 0; i < 6; i++, sum /= 26)
		buf_addc(out, (char)('A' + sum % 26));
	buf_addc(out, '+');
	buf_adds(out, x->file->name);
}

static void add_dictionaries(struct pdf_writer *w, const struct embed *x)
{
	enum { FIXED_PITCH = 1, SYMBOLIC = 4, ITALIC = 64 };
	const struct face_file *f = x->file;
	AUTO(buf_release) struct buf name = BUF_INIT(sizeof f->name + 8);

	add_name(&name, x);
	pdf_object_begin(w, x->first + FONT_TYPE0);
	buf_addf(w->out,
		"<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%u 0 R]"
		"/ToUnicode %u 0 R>>",
		buf_str(&name), x->first + FONT_CID, x->to_unicode);
	pdf_object_end(w);

	pdf_object_begin(w, x->first + FONT_CID);
	buf_addf(w->out,
		"<</Type/Font/Subtype/CIDFontType2/BaseFont/%s"
		"/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
		"/FontDescriptor %u 0 R/CIDToGIDMap %u 0 R/DW 0/W[",
		buf_str(&name), x->first + FONT_DESCRIPTOR, x->first + FONT_GLYPH_MAP);
	add_widths(w->out, x);
	buf_adds(w->out, "]>>");
	pdf_object_end(w);

	pdf_object_begin(w, x->first + FONT_DESCRIPTOR);
	buf_addf(w->out, "<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle ",
		buf_str(&name),
		SYMBOLIC | (f->fixed_pitch ? FIXED_PITCH : 0) | (f->italic_angle < 0 ? ITALIC : 0),
		f->bbox[0], f->bbox[1], f->bbox[2], f->bbox[3]);
	pdf_add_number(w->out, f->italic_angle);
	/* No table holds the stem width; this line through 400 -> 94 and 700 -> 168 is what others use too. */
	buf_addf(w->out, "/Ascent %d/Descent %d/CapHeight %d/StemV %u/FontFile2 %u 0 R>>", f->metrics.ascent,
		f->metrics.descent, f->metrics.cap_height,
		f->weight > 50 ? 10 + 220 * (f->weight - 50) / 900 : 50, x->first + FONT_FILE);
	pdf_object_end(w);
}

int embed_font(const struct embed *x, struct pdf_writer *w, struct err *e)
{
	AUTO(buf_release) struct buf ttf = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(buf_release) struct buf map = BUF_INIT(2 * REPERTOIRE_SIZE);
	AUTO(free_ptr) uint16_t *glyphs = calloc(x->count + 1, sizeof *glyphs);
	char length[32];

	if (!glyphs)
		return err_nomem(e);
	if (font_cut(x->file->source, x->file->name, x->chars, x->count, CUT_EMBED, &ttf, glyphs, e) != 0)
		return -1;
	add_glyph_map(&map, x, glyphs);
	if (buf_check(&map, e) != 0)
		return -1;
	add_dictionaries(w, x);
	snprintf(length, sizeof length, "/Length1 %zu", ttf.len);
	if (pdf_stream_deflated(w, x->first + FONT_FILE, length, ttf.data, ttf.len, x->deflate, e) != 0)
		return -1;
	return pdf_stream_deflated(w, x->first + FONT_GLYPH_MAP, "", map.data, map.len, x->deflate, e);
}

int embed_base(const struct face_file *f, enum face face, struct face_base *base, struct err *e)
{
	AUTO(buf_release) struct buf out = BUF_INIT(LIMIT_FONT_BYTES);
	AUTO(pdf_writer_release) struct pdf_writer w = PDF_WRITER_INIT;
	AUTO(free_ptr) uint16_t *chars = calloc(REPERTOIRE_SIZE, sizeof *chars);
	struct embed x = {.file = f,
		.face = face,
		.by_character = true,
		.first = NUMBER_FONT(face),
		.to_unicode = NUMBER_TO_UNICODE,
		.deflate = DEFLATE_ONCE};

	if (!chars)
		return err_nomem(e);
	for (uint32_t cp = 0; cp < REPERTOIRE_SIZE; cp++)
		if (base->has[cp])
			chars[x.count++] = (uint16_t)cp;
	x.chars = chars;
	if (pdf_writer_init(&w, &out, x.first, FONT_OBJECTS, e) != 0 || embed_font(&x, &w, e) != 0)
		return -1;
	return pdf_segment_take(&base->objects, &w, e);
}

/* How many characters from i on are one range: consecutive, in one row of 256 (ISO 32000-1 9.10.3). */
static size_t range_from(const uint16_t *codes, const uint16_t *chars, size_t count, size_t i)
{
	size_t n = 1;

	while (i + n < count && codes[i + n] == codes[i] + n && chars[i + n] == chars[i] + n &&
		codes[i + n] >> 8 == codes[i] >> 8 && chars[i + n] >> 8 == chars[i] >> 8)
		n++;
	return n;
}

void embed_to_unicode(const uint16_t *codes, const uint16_t *chars, size_t count, struct buf *out)
{
	enum { SECTION = 100 }; /* ranges; more at once are not allowed */
	size_t ranges = 0;

	for (size_t i = 0; i < count; i += range_from(codes, chars, count, i))
		ranges++;
	buf_adds(out, "/CIDInit/ProcSet findresource begin\n12 dict begin\nbegincmap\n"
		      "/CIDSystemInfo<</Registry(Adobe)/Ordering(UCS)/Supplement 0>>def\n"
		      "/CMapName/Adobe-Identity-UCS def\n/CMapType 2 def\n"
		      "1 begincodespacerange\n<0000><FFFF>\nendcodespacerange\n");
	for (size_t i = 0, done = 0; i < count; done++) {
		size_t n = range_from(codes, chars, count, i);
		if (done % SECTION == 0)
			buf_addf(
				out, "%zu beginbfrange\n", ranges - done < SECTION ? ranges - done : SECTION);
		buf_addf(out, "<%04X><%04X><%04X>\n", codes[i], codes[i] + (unsigned)n - 1, chars[i]);
		i += n;
		if (done % SECTION == SECTION - 1 || i == count)
			buf_adds(out, "endbfrange\n");
	}
	buf_adds(out, "endcmap\nCMapName currentdict/CMap defineresource pop\nend\nend\n");
}
