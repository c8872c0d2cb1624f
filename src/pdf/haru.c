#include "pdf/haru.h"

#include "base/i18n.h"

#include <errno.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

static void note_error(HPDF_STATUS error, HPDF_STATUS detail, void *user)
{
	struct haru *h = user;

	if (h->error)
		return;
	h->error = error;
	h->detail = detail;
}

int haru_open(struct haru *h, struct err *e)
{
	h->doc = HPDF_New(note_error, h);
	if (!h->doc)
		return err_nomem(e);
	/* Everything is lifted out and deflated by us. */
	HPDF_SetCompressionMode(h->doc, HPDF_COMP_NONE);
	return haru_check(h, ERR_BUG, "document", e);
}

int haru_check(const struct haru *h, enum err_kind kind, const char *what, struct err *e)
{
	HPDF_STATUS error = h->error ? h->error : HPDF_GetError(h->doc);

	if (!error)
		return 0;
	if (error == HPDF_FAILD_TO_ALLOC_MEM)
		return err_nomem(e);
	err_set(e, kind, _("%s: libharu error 0x%04lX (%lu)"), what, (unsigned long)error,
		(unsigned long)h->detail);
	if (e && !e->sys)
		e->sys = (int)error;
	return -1;
}

int haru_font(struct haru *h, const struct buf *ttf, HPDF_Font *out, struct err *e)
{
	/* libharu reads fonts from files only; a file in memory keeps the disk out of it. */
	char path[64];
	int fd = memfd_create("naskah-font", MFD_CLOEXEC);

	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot make a file in memory"));
	size_t done = 0;
	while (done < ttf->len) {
		ssize_t n = write(fd, ttf->data + done, ttf->len - done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0) {
			err_sys(e, ERR_IO, errno, _("cannot write a file in memory"));
			close(fd);
			return -1;
		}
		done += (size_t)n;
	}
	snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
	const char *name = HPDF_LoadTTFontFromFile(h->doc, path, HPDF_TRUE);
	close(fd);
	HPDF_Font font = name ? HPDF_GetFont(h->doc, name, "WinAnsiEncoding") : NULL;
	if (haru_check(h, ERR_CONFIG, _("embed font"), e) != 0)
		return -1;
	if (!font)
		return err_set(e, ERR_BUG, "libharu: no font and no error");
	*out = font;
	return 0;
}

int haru_save(struct haru *h, struct buf *out, struct err *e)
{
	if (haru_check(h, ERR_BUG, _("stationery"), e) != 0)
		return -1;
	HPDF_SaveToStream(h->doc);
	if (haru_check(h, ERR_BUG, _("stationery"), e) != 0)
		return -1;
	HPDF_UINT32 size = HPDF_GetStreamSize(h->doc);
	unsigned char *room = buf_room(out, size);
	if (!room)
		return buf_check(out, e);
	HPDF_UINT32 got = size;
	HPDF_ReadFromStream(h->doc, room, &got);
	/* Reading to the very end may report the end of the stream; only the count matters. */
	if (got != size)
		return err_set(e, ERR_BUG, "libharu: %u of %u bytes", (unsigned)got, (unsigned)size);
	out->len += got;
	return 0;
}

void haru_release(struct haru *h)
{
	if (h->doc)
		HPDF_Free(h->doc);
	h->doc = NULL;
}
