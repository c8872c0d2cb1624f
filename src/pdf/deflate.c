#include "pdf/deflate.h"

#include <libdeflate.h>

void deflater_release(struct deflater *d)
{
	libdeflate_free_compressor(d->compressor);
	*d = (struct deflater)DEFLATER_INIT;
}

int pdf_deflate(struct deflater *d, struct buf *out, const void *data, size_t len, int level, struct err *e)
{
	if (!d->compressor || d->level != level) {
		deflater_release(d);
		d->compressor = libdeflate_alloc_compressor(level);
		d->level = level;
	}
	struct libdeflate_compressor *c = d->compressor;
	if (!c)
		return err_nomem(e);
	size_t bound = libdeflate_zlib_compress_bound(c, len);
	unsigned char *room = buf_room(out, bound);
	if (!room)
		return buf_check(out, e);
	size_t n = libdeflate_zlib_compress(c, data, len, room, bound);
	if (n == 0)
		return err_set(e, ERR_BUG, "libdeflate: %zu bytes do not fit their own bound", len);
	out->len += n;
	return 0;
}
