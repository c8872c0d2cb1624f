#include "pdf/sfnt.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <string.h>

#define HEADER_LEN 12
#define RECORD_LEN 16
#define MAX_TABLES 64

uint16_t sfnt_u16(const unsigned char *p)
{
	return (uint16_t)(p[0] << 8 | p[1]);
}

int16_t sfnt_i16(const unsigned char *p)
{
	return (int16_t)sfnt_u16(p);
}

uint32_t sfnt_u32(const unsigned char *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/* Sum of big-endian words, the last one filled up with zeros (14496-22 4.3). */
static uint32_t table_sum(const unsigned char *p, size_t len)
{
	uint32_t sum = 0;

	for (; len >= 4; p += 4, len -= 4)
		sum += sfnt_u32(p);
	for (size_t i = 0; i < len; i++)
		sum += (uint32_t)p[i] << (24 - 8 * i);
	return sum;
}

static int check_table(
	const unsigned char *file, size_t len, const unsigned char *record, const char *name, struct err *e)
{
	const char tag[5] = {(char)record[0], (char)record[1], (char)record[2], (char)record[3], 0};
	size_t offset = sfnt_u32(record + 8), size = sfnt_u32(record + 12);

	if (offset > len || size > len - offset)
		return err_set(e, ERR_CONFIG,
			_("%s: font file is cut short: table '%s' ends behind the file"), name, tag);
	uint32_t sum = table_sum(file + offset, size);
	if (sfnt_u32(record) == SFNT_TAG('h', 'e', 'a', 'd')) {
		if (size < 54)
			return err_set(e, ERR_CONFIG, _("%s: font file: table 'head' is too short"), name);
		sum -= sfnt_u32(file + offset + 8); /* checkSumAdjustment counts as zero */
	}
	if (sum != sfnt_u32(record + 4))
		return err_set(e, ERR_CONFIG, _("%s: font file is damaged: checksum of table '%s' is wrong"),
			name, tag);
	return 0;
}

/* Where each glyph is: ascending, inside the table of outlines. */
static bool check_places(
	const struct sfnt_table *loca, const struct sfnt_table *glyf, unsigned glyphs, bool wide)
{
	size_t size = wide ? 4 : 2, before = 0;

	if (loca->len < (glyphs + 1u) * size)
		return false;
	for (unsigned i = 0; i <= glyphs; i++) {
		const unsigned char *at = loca->data + i * size;
		size_t place = wide ? sfnt_u32(at) : 2u * sfnt_u16(at);
		if (place < before || place > glyf->len)
			return false;
		before = place;
	}
	return true;
}

/* Numbers that tables tell each other; libharu divides by the first and believes the rest. */
static int check_sizes(const unsigned char *file, size_t len, const char *name, struct err *e)
{
	struct sfnt_table head, hhea, maxp, hmtx, loca, glyf;

	if (!sfnt_find(file, len, SFNT_TAG('h', 'e', 'a', 'd'), &head) || head.len < 54 ||
		!sfnt_find(file, len, SFNT_TAG('h', 'h', 'e', 'a'), &hhea) || hhea.len < 36 ||
		!sfnt_find(file, len, SFNT_TAG('m', 'a', 'x', 'p'), &maxp) || maxp.len < 32 ||
		!sfnt_find(file, len, SFNT_TAG('h', 'm', 't', 'x'), &hmtx) ||
		!sfnt_find(file, len, SFNT_TAG('l', 'o', 'c', 'a'), &loca) ||
		!sfnt_find(file, len, SFNT_TAG('g', 'l', 'y', 'f'), &glyf))
		return err_set(e, ERR_CONFIG, _("%s: font file is damaged: a table is too short"), name);
	unsigned em = sfnt_u16(head.data + 18), format = sfnt_u16(head.data + 50);
	unsigned glyphs = sfnt_u16(maxp.data + 4), metrics = sfnt_u16(hhea.data + 34);
	if (em < 16 || em > 16384 || format > 1 || glyphs == 0 || metrics == 0 || metrics > glyphs ||
		hmtx.len < 4u * metrics + 2u * (glyphs - metrics) ||
		!check_places(&loca, &glyf, glyphs, format == 1))
		return err_set(
			e, ERR_CONFIG, _("%s: font file is damaged: its tables contradict each other"), name);
	return 0;
}

int sfnt_check(const unsigned char *file, size_t len, const char *name, struct err *e)
{
	static const uint32_t needed[] = {SFNT_TAG('c', 'm', 'a', 'p'), SFNT_TAG('g', 'l', 'y', 'f'),
		SFNT_TAG('h', 'e', 'a', 'd'), SFNT_TAG('h', 'h', 'e', 'a'), SFNT_TAG('h', 'm', 't', 'x'),
		SFNT_TAG('l', 'o', 'c', 'a'), SFNT_TAG('m', 'a', 'x', 'p'), SFNT_TAG('O', 'S', '/', '2')};

	if (len < HEADER_LEN ||
		(sfnt_u32(file) != 0x00010000 && sfnt_u32(file) != SFNT_TAG('t', 'r', 'u', 'e')))
		return err_set(e, ERR_CONFIG, _("%s: not a TrueType font file"), name);
	size_t count = sfnt_u16(file + 4);
	if (count == 0 || count > MAX_TABLES || len < HEADER_LEN + count * RECORD_LEN)
		return err_set(e, ERR_CONFIG, _("%s: font file is cut short: no table directory"), name);
	for (size_t i = 0; i < count; i++)
		if (check_table(file, len, file + HEADER_LEN + i * RECORD_LEN, name, e) != 0)
			return -1;
	for (size_t i = 0; i < ARRAY_LEN(needed); i++) {
		struct sfnt_table t;
		if (!sfnt_find(file, len, needed[i], &t))
			return err_set(e, ERR_CONFIG, _("%s: font file has no table '%c%c%c%c'"), name,
				(char)(needed[i] >> 24), (char)(needed[i] >> 16), (char)(needed[i] >> 8),
				(char)needed[i]);
	}
	return check_sizes(file, len, name, e);
}

bool sfnt_find(const unsigned char *file, size_t len, uint32_t tag, struct sfnt_table *out)
{
	if (len < HEADER_LEN)
		return false;
	size_t count = sfnt_u16(file + 4);
	for (size_t i = 0; i < count && HEADER_LEN + (i + 1) * RECORD_LEN <= len; i++) {
		const unsigned char *record = file + HEADER_LEN + i * RECORD_LEN;
		if (sfnt_u32(record) != tag)
			continue;
		size_t offset = sfnt_u32(record + 8), size = sfnt_u32(record + 12);
		if (offset > len || size > len - offset)
			return false;
		out->data = file + offset;
		out->len = size;
		return true;
	}
	return false;
}

static void put_u16(struct buf *b, unsigned v)
{
	const unsigned char bytes[2] = {(unsigned char)(v >> 8), (unsigned char)v};

	buf_add(b, bytes, sizeof bytes);
}

static void put_u32(struct buf *b, uint32_t v)
{
	put_u16(b, v >> 16);
	put_u16(b, v & 0xffff);
}

/* Format 0 (14496-22 5.2.7): style and PostScript name for Windows, US English: the two that libharu asks for. */
static void make_name_table(const char *name, struct buf *out)
{
	static const char style[] = "Regular";
	const char *text[] = {style, name};
	static const unsigned ids[] = {2, 6};
	unsigned offset = 0;

	put_u16(out, 0);
	put_u16(out, 2);
	put_u16(out, 6 + 2 * 12);
	for (size_t i = 0; i < 2; i++) {
		unsigned bytes = 2 * (unsigned)strlen(text[i]);
		const unsigned record[] = {3, 1, 0x409, ids[i], bytes, offset};
		for (size_t k = 0; k < ARRAY_LEN(record); k++)
			put_u16(out, record[k]);
		offset += bytes;
	}
	for (size_t i = 0; i < 2; i++)
		for (const char *p = text[i]; *p; p++)
			put_u16(out, (unsigned char)*p);
}

/* Copies the file with another table in the place of one of its own. */
static int replace_table(const unsigned char *file, size_t len, uint32_t which, const struct buf *with,
	struct buf *out, struct err *e)
{
	size_t count = sfnt_u16(file + 4), start = out->len, offset = HEADER_LEN + count * RECORD_LEN;
	size_t head = 0;

	buf_add(out, file, HEADER_LEN);
	for (int data = 0; data < 2; data++) { /* first the directory, then the tables */
		for (size_t i = 0; i < count; i++) {
			const unsigned char *record = file + HEADER_LEN + i * RECORD_LEN;
			uint32_t tag = sfnt_u32(record);
			struct sfnt_table t = {with->data, with->len};
			if (tag != which && !sfnt_find(file, len, tag, &t))
				return err_set(e, ERR_BUG, "HarfBuzz made a broken font");
			size_t filled = (t.len + 3) & ~(size_t)3;
			if (!data) {
				bool is_head = tag == SFNT_TAG('h', 'e', 'a', 'd');
				buf_add(out, record, 4);
				put_u32(out, table_sum(t.data, t.len) - (is_head ? sfnt_u32(t.data + 8) : 0));
				put_u32(out, (uint32_t)offset);
				put_u32(out, (uint32_t)t.len);
				if (is_head)
					head = start + offset;
				offset += filled;
			} else {
				buf_add(out, t.data, t.len);
				buf_add(out, "\0\0\0", filled - t.len);
			}
		}
	}
	if (buf_check(out, e) != 0)
		return -1;
	if (head == 0)
		return err_set(e, ERR_BUG, "HarfBuzz made a font without a head");
	/* checkSumAdjustment makes the sum of the whole file a constant (5.2.2). */
	memset(out->data + head + 8, 0, 4);
	uint32_t adjustment = 0xb1b0afbau - table_sum(out->data + start, out->len - start);
	for (unsigned i = 0; i < 4; i++)
		out->data[head + 8 + i] = (unsigned char)(adjustment >> (24 - 8 * i));
	return 0;
}

int sfnt_for_press(
	const struct buf *file, const char *name, const uint16_t glyphs[256], struct buf *out, struct err *e)
{
	/* Format 4 (5.2.1): one segment from 0 to FF through an array of glyphs, and the closing one. */
	static const unsigned words[] = {
		0, 1, 3, 1, 0, 12, 4, 32 + 512, 0, 4, 4, 1, 0, 0xff, 0xffff, 0, 0, 0xffff, 0, 1, 4, 0};
	AUTO(buf_release) struct buf table = BUF_INIT(4096);
	AUTO(buf_release) struct buf named = BUF_INIT(file->max);

	make_name_table(name, &table);
	if (buf_check(&table, e) != 0 ||
		replace_table(file->data, file->len, SFNT_TAG('n', 'a', 'm', 'e'), &table, &named, e) != 0)
		return -1;
	buf_reset(&table);
	for (size_t i = 0; i < ARRAY_LEN(words); i++)
		put_u16(&table, words[i]);
	for (size_t i = 0; i < 256; i++)
		put_u16(&table, glyphs[i]);
	if (buf_check(&table, e) != 0)
		return -1;
	return replace_table(named.data, named.len, SFNT_TAG('c', 'm', 'a', 'p'), &table, out, e);
}
