#include "pdf/deflate.h"

#include "base/auto.h"

#include <libdeflate.h>

static void release_compressor(struct libdeflate_compressor **c)
{
	libdeflate_free_compressor(*c);
}

int pdf_deflate(struct buf *out, const void *data, size_t len, int level, struct err *e)
{
	AUTO(release_compressor) struct libdeflate_compressor *c = libdeflate_alloc_compressor(level);

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
