#include "pdf/image.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "pdf/deflate.h"
#include "pdf/png.h"
#include "pdf/sfnt.h"

#include <libdeflate.h>

/* Four million pixels: a signature of 10 cm at 500 dpi. */
#define PIXELS_MAX  ((size_t)4 << 20)
/* At most four channels and one byte in front of each row. */
#define PLAIN_MAX   (5 * PIXELS_MAX)
#define PALETTE_MAX 256

void image_release(struct image *i)
{
	buf_release(&i->colours);
	buf_release(&i->samples);
	buf_release(&i->mask);
}

static int unusable(struct err *e)
{
	return err_set(e, ERR_INPUT, _("the picture of the signature is no PNG or JPEG that can be used"));
}

/* ---- PNG (ISO/IEC 15948), after png_clean() found it whole ---- */

struct png_parts {
	unsigned channels, colour;
	const unsigned char *palette, *alpha; /* of the palette; NULL = none */
	size_t palette_len, alpha_len;
	struct buf rows; /* packed */
};

static void release_parts(struct png_parts *p)
{
	buf_release(&p->rows);
}

static void take_chunk(
	uint32_t type, const unsigned char *data, size_t len, struct png_parts *p, struct image *i)
{
	static const unsigned char channels[] = {1, 0, 3, 1, 2, 0, 4};

	switch (type) {
	case SFNT_TAG('I', 'H', 'D', 'R'):
		i->width = sfnt_u32(data);
		i->height = sfnt_u32(data + 4);
		i->bits = data[8];
		p->colour = data[9];
		p->channels = channels[p->colour];
		break;
	case SFNT_TAG('P', 'L', 'T', 'E'):
		p->palette = data;
		p->palette_len = len / 3;
		break;
	case SFNT_TAG('t', 'R', 'N', 'S'):
		p->alpha = data;
		p->alpha_len = len;
		break;
	case SFNT_TAG('I', 'D', 'A', 'T'):
		buf_add(&p->rows, data, len);
		break;
	default:
		break;
	}
}

static unsigned char paeth(int a, int b, int c)
{
	int pa = abs(b - c), pb = abs(a - c), pc = abs(a + b - 2 * c);

	if (pa <= pb && pa <= pc)
		return (unsigned char)a;
	return (unsigned char)(pb <= pc ? b : c);
}

/* Undoes the filter of one row (9.2); `above` is NULL for the first. */
static void unfilter(unsigned char *row, const unsigned char *above, size_t len, unsigned step, unsigned kind)
{
	for (size_t x = 0; x < len; x++) {
		int left = x >= step ? row[x - step] : 0, up = above ? above[x] : 0;
		int corner = x >= step && above ? above[x - step] : 0;
		switch (kind) {
		case 1:
			row[x] = (unsigned char)(row[x] + left);
			break;
		case 2:
			row[x] = (unsigned char)(row[x] + up);
			break;
		case 3:
			row[x] = (unsigned char)(row[x] + (left + up) / 2);
			break;
		case 4:
			row[x] = (unsigned char)(row[x] + paeth(left, up, corner));
			break;
		default:
			break;
		}
	}
}

static size_t row_bytes(const struct image *i, unsigned channels)
{
	return ((size_t)i->width * channels * i->bits + 7) / 8;
}

/* The rows without their filter bytes. */
static int unpack(const struct image *i, const struct png_parts *p, struct buf *out, struct err *e)
{
	size_t row = row_bytes(i, p->channels), packed = (row + 1) * i->height, got = 0;
	unsigned step = (p->channels * i->bits + 7) / 8;
	unsigned char *room = buf_room(out, packed);
	struct libdeflate_decompressor *d = libdeflate_alloc_decompressor();

	if (!room || !d) {
		libdeflate_free_decompressor(d);
		return err_nomem(e);
	}
	enum libdeflate_result r =
		libdeflate_zlib_decompress(d, p->rows.data, p->rows.len, room, packed, &got);
	libdeflate_free_decompressor(d);
	if (r != LIBDEFLATE_SUCCESS || got != packed)
		return unusable(e);
	for (size_t y = 0; y < i->height; y++) {
		unsigned kind = room[y * (row + 1)];
		unsigned char *to = room + y * row;
		memmove(to, room + y * (row + 1) + 1, row);
		unfilter(to, y > 0 ? to - row : NULL, row, step, kind);
	}
	out->len = row * i->height;
	return 0;
}

/* Alpha away from the colours; true if any pixel is not opaque. */
static bool split_alpha(struct buf *pixels, unsigned channels, struct buf *alpha)
{
	size_t count = pixels->len / channels;
	bool any = false;
	unsigned char *to = buf_room(alpha, count);

	if (!to)
		return false;
	for (size_t n = 0; n < count; n++) {
		to[n] = pixels->data[n * channels + channels - 1];
		any = any || to[n] != 0xff;
		memmove(pixels->data + n * (channels - 1), pixels->data + n * channels, channels - 1);
	}
	alpha->len = count;
	pixels->len = count * (channels - 1);
	return any;
}

static bool palette_alpha(
	const struct image *i, const struct png_parts *p, const struct buf *pixels, struct buf *alpha)
{
	size_t row = row_bytes(i, 1);
	bool any = false;
	unsigned char *to = buf_room(alpha, (size_t)i->width * i->height);

	if (!to)
		return false;
	for (size_t y = 0; y < i->height; y++)
		for (size_t x = 0; x < i->width; x++) {
			size_t bit = x * i->bits;
			unsigned byte = pixels->data[y * row + bit / 8];
			unsigned index = byte >> (8 - i->bits - bit % 8) & ((1U << i->bits) - 1);
			to[y * i->width + x] = index < p->alpha_len ? p->alpha[index] : 0xff;
			any = any || to[y * i->width + x] != 0xff;
		}
	alpha->len = (size_t)i->width * i->height;
	return any;
}

static void name_colours(const struct png_parts *p, struct image *i)
{
	static const char digits[] = "0123456789abcdef";

	if (!p->palette) {
		buf_adds(&i->colours, p->colour & 2 ? "/DeviceRGB" : "/DeviceGray");
		return;
	}
	buf_addf(&i->colours, "[/Indexed /DeviceRGB %zu <", p->palette_len - 1);
	for (size_t n = 0; n < 3 * p->palette_len; n++) {
		buf_addc(&i->colours, digits[p->palette[n] >> 4]);
		buf_addc(&i->colours, digits[p->palette[n] & 15]);
	}
	buf_adds(&i->colours, ">]");
}

/* A sample beyond the palette's end would be an error of the file that we write. */
static bool indices_fit(const struct image *i, const struct png_parts *p, const struct buf *pixels)
{
	size_t row = row_bytes(i, 1);

	for (size_t y = 0; y < i->height; y++)
		for (size_t x = 0; x < i->width; x++) {
			size_t bit = x * i->bits;
			unsigned byte = pixels->data[y * row + bit / 8];
			if ((byte >> (8 - i->bits - bit % 8) & ((1U << i->bits) - 1)) >= p->palette_len)
				return false;
		}
	return true;
}

static int pack_png(struct image *i, struct png_parts *p, struct err *e)
{
	AUTO(buf_release) struct buf pixels = BUF_INIT(PLAIN_MAX);
	AUTO(buf_release) struct buf alpha = BUF_INIT(PIXELS_MAX);
	AUTO(deflater_release) struct deflater d = DEFLATER_INIT;
	bool see_through = false;

	if (p->colour != 3)
		p->palette = NULL;
	if (unpack(i, p, &pixels, e) != 0)
		return -1;
	if (p->palette && (p->palette_len > PALETTE_MAX || !indices_fit(i, p, &pixels)))
		return unusable(e);
	if (p->colour & 4)
		see_through = split_alpha(&pixels, p->channels, &alpha);
	else if (p->palette && p->alpha)
		see_through = palette_alpha(i, p, &pixels, &alpha);
	if (buf_check(&alpha, e) != 0)
		return -1;
	name_colours(p, i);
	i->filter = "/FlateDecode";
	if (pdf_deflate(&d, &i->samples, pixels.data, pixels.len, DEFLATE_ONCE, e) != 0)
		return -1;
	return see_through ? pdf_deflate(&d, &i->mask, alpha.data, alpha.len, DEFLATE_ONCE, e) : 0;
}

static int parse_png(const struct buf *file, struct image *i, struct err *e)
{
	AUTO(buf_release) struct buf clean = BUF_INIT(IMAGE_BYTES_MAX);
	AUTO(release_parts) struct png_parts p = {.rows = BUF_INIT(IMAGE_BYTES_MAX)};
	struct err why = ERR_INIT;

	/* The first chunk is IHDR: too many pixels are noticed before anything is unpacked. */
	if (file->len >= 24 && (uint64_t)sfnt_u32(file->data + 16) * sfnt_u32(file->data + 20) > PIXELS_MAX)
		return err_set(
			e, ERR_LIMIT, _("the picture of the signature has more than %zu pixels"), PIXELS_MAX);
	if (png_clean(file, _("picture of the signature"), &clean, &why) != 0)
		return err_set(e, why.kind == ERR_CONFIG ? ERR_INPUT : why.kind, "%s", why.msg);
	for (size_t at = 8; at < clean.len;) {
		size_t len = sfnt_u32(clean.data + at);
		take_chunk(sfnt_u32(clean.data + at + 4), clean.data + at + 8, len, &p, i);
		at += len + 12;
	}
	if (buf_check(&p.rows, e) != 0)
		return -1;
	return pack_png(i, &p, e);
}

/* ---- JPEG (ISO/IEC 10918-1) ---- */

static bool take_frame(const unsigned char *data, size_t len, struct image *i)
{
	if (i->width || len < 6 || data[0] != 8)
		return false;
	i->bits = 8;
	i->height = sfnt_u16(data + 1);
	i->width = sfnt_u16(data + 3);
	buf_adds(&i->colours, data[5] == 1 ? "/DeviceGray" : "/DeviceRGB");
	return (data[5] == 1 || data[5] == 3) && len == 6 + 3 * (size_t)data[5] && i->width && i->height &&
	       (size_t)i->width * i->height <= PIXELS_MAX;
}

/* Walks the segments up to the first scan. Four channels (CMYK) are not for office letters. */
static bool read_jpeg(const unsigned char *p, size_t len, struct image *i)
{
	size_t at = 2;

	if (len < 4 || p[len - 2] != 0xff || p[len - 1] != 0xd9)
		return false;
	while (at + 4 <= len && p[at] == 0xff) {
		unsigned char marker = p[at + 1];
		size_t segment = sfnt_u16(p + at + 2);
		if (marker == 0xff) { /* fill byte (B.1.1.2) */
			at++;
			continue;
		}
		if (segment < 2 || segment > len - at - 2)
			return false;
		if (marker == 0xda)
			return i->width > 0;
		/* baseline, extended, progressive; what else stands in SOF's place no PDF reader must know */
		if (marker >= 0xc0 && marker <= 0xc2 && !take_frame(p + at + 4, segment - 2, i))
			return false;
		if (marker < 0xc0 || (marker >= 0xd0 && marker <= 0xd9) || marker == 0xc3 ||
			(marker >= 0xc5 && marker <= 0xcf && marker != 0xc8 && marker != 0xcc))
			return false;
		at += 2 + segment;
	}
	return false;
}

static int parse_jpeg(const struct buf *file, struct image *i, struct err *e)
{
	if (!read_jpeg(file->data, file->len, i))
		return unusable(e);
	i->filter = "/DCTDecode";
	buf_add(&i->samples, file->data, file->len);
	return buf_check(&i->samples, e);
}

int image_parse(const void *bytes, size_t len, struct image *out, struct err *e)
{
	AUTO(image_release) struct image i = IMAGE_INIT;
	AUTO(buf_release) struct buf file = BUF_INIT(IMAGE_BYTES_MAX);
	const unsigned char *p = bytes;

	if (len > IMAGE_BYTES_MAX)
		return err_set(e, ERR_LIMIT, _("the picture of the signature has more than %zu bytes"),
			IMAGE_BYTES_MAX);
	buf_add(&file, bytes, len);
	if (buf_check(&file, e) != 0)
		return -1;
	int r = len > 4 && p[0] == 0xff && p[1] == 0xd8 ? parse_jpeg(&file, &i, e) : parse_png(&file, &i, e);
	if (r != 0)
		return -1;
	*out = i;
	i = (struct image)IMAGE_INIT;
	return 0;
}
