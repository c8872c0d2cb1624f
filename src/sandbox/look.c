#include "sandbox/look.h"

#include "base/auto.h"
#include "base/limits.h"
#include "base/text.h"
#include "pdf/deflate.h"
#include "pdf/reader.h"
#include "qr/encode.h"
#include "sandbox/crc32.h"

#include <math.h>

#define MODULE_PIXELS 4
#define QUIET_MODULES 4
#define LINE_MAX      ((QR_MAX_SIDE + 2 * QUIET_MODULES) * MODULE_PIXELS)

/* ---- a QR symbol as PNG (ISO/IEC 15948): grey, 8 bits ----------------------------------------------------- */

static void add_big_endian(struct buf *out, uint32_t value)
{
	for (int shift = 24; shift >= 0; shift -= 8)
		buf_addc(out, (char)(value >> shift & 255));
}

static void add_chunk(struct buf *out, const char type[4], const void *bytes, size_t len)
{
	add_big_endian(out, (uint32_t)len);
	size_t from = out->len;
	buf_add(out, type, 4);
	buf_add(out, bytes, len);
	if (!out->failed)
		add_big_endian(out, crc32_of(out->data + from, out->len - from));
}

/* One row of modules, MODULE_PIXELS lines high; `y` counts the quiet zone too. */
static void add_lines(struct buf *out, const struct qr *qr, int y)
{
	unsigned char line[1 + LINE_MAX] = {0}; /* filter 0 */
	int side = qr->side + 2 * QUIET_MODULES;
	size_t len = 1;

	for (int x = 0; x < side; x++) {
		int column = x - QUIET_MODULES, row = y - QUIET_MODULES;
		bool inside = column >= 0 && row >= 0 && column < qr->side && row < qr->side;
		bool dark = inside && qr->dark[row * qr->side + column];
		memset(line + len, dark ? 0 : 255, MODULE_PIXELS);
		len += MODULE_PIXELS;
	}
	for (int i = 0; i < MODULE_PIXELS; i++)
		buf_add(out, line, len);
}

static int draw_qr(const char *link, struct buf *out, struct err *e)
{
	AUTO(deflater_release) struct deflater deflater = DEFLATER_INIT;
	AUTO(buf_release) struct buf rows = BUF_INIT(MIB), packed = BUF_INIT(MIB), head = BUF_INIT(16);
	struct qr qr;

	if (qr_encode(link, &qr, e) != 0)
		return -1;
	int side = qr.side + 2 * QUIET_MODULES;
	for (int y = 0; y < side; y++)
		add_lines(&rows, &qr, y);
	if (buf_check(&rows, e) != 0 ||
		pdf_deflate(&deflater, &packed, rows.data, rows.len, DEFLATE_LETTER, e) != 0)
		return -1;
	add_big_endian(&head, (uint32_t)(side * MODULE_PIXELS));
	add_big_endian(&head, (uint32_t)(side * MODULE_PIXELS));
	buf_add(&head, "\x08\0\0\0\0", 5);
	buf_add(out, "\x89PNG\r\n\x1a\n", 8);
	add_chunk(out, "IHDR", head.data, head.len);
	add_chunk(out, "IDAT", packed.data, packed.len);
	add_chunk(out, "IEND", "", 0);
	return buf_check(out, e);
}

/* ---- where and what --------------------------------------------------------------------------------------- */

static int pick_picture(const struct sign_wish *wish, struct buf *drawn, struct pdf_look *out, struct err *e)
{
	if (wish->bad_image)
		return err_set(e, ERR_INPUT, "imageBase64 tidak valid");
	if (wish->image.len == 0 && !wish->link)
		return err_set(e, ERR_INPUT, "gambar tanda tangan tidak ditemukan");
	if (wish->image.len == 0 && draw_qr(wish->link, drawn, e) != 0)
		return err_set(e, ERR_INPUT, "linkQR tidak valid");
	out->image = wish->image.len > 0 ? wish->image.data : drawn->data;
	out->image_len = wish->image.len > 0 ? wish->image.len : drawn->len;
	return 0;
}

static int pick_page(const struct sign_wish *wish, const struct buf *pdf, struct pdf_look *out, struct err *e)
{
	AUTO(pdf_reader_release) struct pdf_reader *reader = NULL;
	size_t pages;

	out->page = wish->page ? wish->page : 1;
	if (!wish->last_page)
		return 0;
	if (pdf_reader_open(pdf->data, pdf->len, "pdf", &reader, e) != 0 ||
		pdf_reader_page_count(reader, &pages, e) != 0)
		return -1;
	out->page = (unsigned)pages;
	return 0;
}

int look_of_wish(const struct sign_wish *wish, const struct buf *pdf, enum look_box box, struct buf *drawn,
	struct pdf_look *out, struct err *e)
{
	struct pdf_look look = {.x = wish->x,
		.y = wish->y,
		.width = wish->width,
		.height = wish->height,
		.from_below = wish->from_below};

	if (wish->tag)
		return err_set(e, ERR_INPUT, "tag koordinat tidak ditemukan");
	if (wish->from_below && box == LOOK_CORNERS) {
		look.x = fmin(wish->x, wish->width);
		look.y = fmin(wish->y, wish->height);
		look.width = fabs(wish->width - wish->x);
		look.height = fabs(wish->height - wish->y);
	}
	if (pick_picture(wish, drawn, &look, e) != 0 || pick_page(wish, pdf, &look, e) != 0)
		return -1;
	*out = look;
	return 0;
}
