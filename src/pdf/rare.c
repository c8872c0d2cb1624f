#include "pdf/rare.h"

#include "base/auto.h"
#include "base/limits.h"
#include "pdf/deflate.h"
#include "pdf/embed.h"

#include <stdlib.h>

static int grow(struct rare *r)
{
	size_t cap = r->cap ? 2 * r->cap : 64;
	uint16_t *chars = realloc(r->chars, cap * sizeof *chars);

	if (!chars)
		return -1;
	r->chars = chars;
	r->cap = cap;
	return 0;
}

unsigned rare_code(struct rare *r, uint32_t cp)
{
	if (!r->code_of && !(r->code_of = calloc(REPERTOIRE_SIZE, sizeof *r->code_of)))
		return 0;
	if (r->code_of[cp] == 0) {
		if (r->count == r->cap && grow(r) != 0)
			return 0;
		r->chars[r->count++] = (uint16_t)cp;
		r->code_of[cp] = (uint16_t)r->count;
	}
	return r->code_of[cp];
}

int rare_write(const struct rare *r, const struct face_file *file, enum face face, struct pdf_writer *w,
	unsigned first, struct err *e)
{
	AUTO(buf_release) struct buf map = BUF_INIT(LIMIT_SETUP_BYTES);
	AUTO(free_ptr) uint16_t *codes = calloc(r->count, sizeof *codes);
	const struct embed x = {.file = file,
		.face = face,
		.chars = r->chars,
		.count = r->count,
		.first = first,
		.to_unicode = first + FONT_OBJECTS,
		.deflate = DEFLATE_LETTER};

	if (!codes)
		return err_nomem(e);
	for (size_t i = 0; i < r->count; i++)
		codes[i] = (uint16_t)(i + 1);
	embed_to_unicode(codes, r->chars, r->count, &map);
	if (buf_check(&map, e) != 0 || embed_font(&x, w, e) != 0)
		return -1;
	return pdf_stream_deflated(
		w, x.to_unicode, embed_to_unicode_dict, map.data, map.len, DEFLATE_LETTER, e);
}

void rare_release(struct rare *r)
{
	free(r->code_of);
	free(r->chars);
	*r = (struct rare)RARE_INIT;
}
