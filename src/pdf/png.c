#include "pdf/png.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "pdf/sfnt.h"

#include <libdeflate.h>
#include <string.h>

#define MAX_SIDE 4096

enum colour { GREY = 0, RGB = 2, PALETTE = 3, GREY_ALPHA = 4, RGB_ALPHA = 6 };

struct png {
	uint32_t width, height;
	unsigned depth, colour;
	size_t palette;  /* entries */
	struct buf rows; /* all IDAT, still compressed */
	bool ended;
};

static void release_png(struct png *p)
{
	buf_release(&p->rows);
}

static void release_decompressor(struct libdeflate_decompressor **d)
{
	libdeflate_free_decompressor(*d);
}

static unsigned channels(unsigned colour)
{
	switch (colour) {
	case GREY:
	case PALETTE:
		return 1;
	case GREY_ALPHA:
		return 2;
	case RGB:
		return 3;
	case RGB_ALPHA:
		return 4;
	default:
		return 0;
	}
}

static bool read_header(const unsigned char *data, size_t len, struct png *p)
{
	if (p->width || len != 13)
		return false;
	p->width = sfnt_u32(data);
	p->height = sfnt_u32(data + 4);
	p->depth = data[8];
	p->colour = data[9];
	bool small = p->colour == PALETTE && (p->depth == 1 || p->depth == 2 || p->depth == 4);
	return p->width >= 1 && p->width <= MAX_SIDE && p->height >= 1 && p->height <= MAX_SIDE &&
	       channels(p->colour) && (p->depth == 8 || small) && data[10] == 0 && data[11] == 0 &&
	       data[12] == 0;
}

/* Of a palette only: libharu draws a single transparent colour of grey or RGB as it is. */
static bool transparency_fits(const struct png *p, size_t len)
{
	return p->colour == PALETTE && len >= 1 && len <= p->palette;
}

/* One chunk in its place; `keep` says whether the picture needs it. */
static bool read_chunk(uint32_t type, const unsigned char *data, size_t len, struct png *p, bool *keep)
{
	*keep = true;
	if (p->ended || (type != SFNT_TAG('I', 'H', 'D', 'R') && !p->width))
		return false;
	switch (type) {
	case SFNT_TAG('I', 'H', 'D', 'R'):
		return read_header(data, len, p);
	case SFNT_TAG('P', 'L', 'T', 'E'):
		*keep = p->colour == PALETTE;
		p->palette = len / 3;
		return p->rows.len == 0 && len % 3 == 0 && len >= 3 && len <= (size_t)3 << p->depth;
	case SFNT_TAG('t', 'R', 'N', 'S'):
		return p->rows.len == 0 && transparency_fits(p, len);
	case SFNT_TAG('I', 'D', 'A', 'T'):
		buf_add(&p->rows, data, len);
		return true;
	case SFNT_TAG('I', 'E', 'N', 'D'):
		p->ended = true;
		return len == 0;
	default:
		*keep = false;
		return type >> 24 & 0x20; /* lower case: may be left out */
	}
}

/* The rows must inflate to exactly the picture, each with a filter that exists. */
static int check_rows(const struct png *p, const char *name, struct err *e)
{
	size_t row = ((size_t)p->width * channels(p->colour) * p->depth + 7) / 8 + 1, got = 0;
	AUTO(buf_release) struct buf plain = BUF_INIT(row * p->height);
	AUTO(release_decompressor) struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();

	if (!d)
		return err_nomem(e);
	unsigned char *room = buf_room(&plain, row * p->height);
	if (!room)
		return buf_check(&plain, e);
	if (libdeflate_zlib_decompress(d, p->rows.data, p->rows.len, room, row * p->height, &got) !=
			LIBDEFLATE_SUCCESS ||
		got != row * p->height)
		return err_set(e, ERR_CONFIG, _("%s: damaged PNG picture"), name);
	for (uint32_t y = 0; y < p->height; y++)
		if (room[y * row] > 4)
			return err_set(e, ERR_CONFIG, _("%s: damaged PNG picture"), name);
	return 0;
}

int png_clean(const struct buf *file, const char *name, struct buf *out, struct err *e)
{
	static const unsigned char mark[8] = {0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
	AUTO(release_png) struct png p = {.rows = BUF_INIT(LIMIT_SETUP_BYTES)};
	size_t at = sizeof mark;

	if (file->len < sizeof mark || memcmp(file->data, mark, sizeof mark) != 0)
		return err_set(e, ERR_CONFIG, _("%s: not a PNG picture"), name);
	buf_add(out, mark, sizeof mark);
	while (!p.ended) {
		bool keep = false;
		/* length, type, data, sum */
		if (file->len - at < 12 || sfnt_u32(file->data + at) > file->len - at - 12)
			return err_set(e, ERR_CONFIG, _("%s: PNG picture is cut short"), name);
		const unsigned char *chunk = file->data + at;
		size_t len = sfnt_u32(chunk);
		if (libdeflate_crc32(0, chunk + 4, len + 4) != sfnt_u32(chunk + 8 + len))
			return err_set(e, ERR_CONFIG, _("%s: damaged PNG picture"), name);
		if (!read_chunk(sfnt_u32(chunk + 4), chunk + 8, len, &p, &keep))
			return err_set(e, ERR_CONFIG,
				_("%s: this PNG picture cannot be used: 8 bits a channel, not interlaced, at "
				  "most %d pixels a side, transparency as a channel or in the palette"),
				name, MAX_SIDE);
		if (keep)
			buf_add(out, chunk, len + 12);
		at += len + 12;
	}
	if (buf_check(&p.rows, e) != 0 || buf_check(out, e) != 0)
		return -1;
	if (p.rows.len == 0 || (p.colour == PALETTE && p.palette == 0))
		return err_set(e, ERR_CONFIG, _("%s: damaged PNG picture"), name);
	return check_rows(&p, name, e);
}
