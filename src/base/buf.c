#include "base/buf.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

unsigned char *buf_room(struct buf *b, size_t len)
{
	if (b->failed)
		return NULL;
	if (len > b->max || b->len > b->max - len) {
		b->failed = BUF_TOO_LONG;
		return NULL;
	}
	size_t need = b->len + len + 1;
	if (need > b->cap) {
		size_t cap = b->cap ? b->cap : 256;
		while (cap < need)
			cap = cap > SIZE_MAX / 2 ? need : cap * 2;
		unsigned char *data = realloc(b->data, cap);
		if (!data) {
			b->failed = BUF_NO_MEMORY;
			return NULL;
		}
		b->data = data;
		b->cap = cap;
	}
	return b->data + b->len;
}

void buf_addf(struct buf *b, const char *fmt, ...)
{
	char small[256];
	va_list ap;

	va_start(ap, fmt);
	int n = vsnprintf(small, sizeof small, fmt, ap);
	va_end(ap);
	if (n < 0) {
		b->failed = BUF_NO_MEMORY;
		return;
	}
	size_t len = (size_t)n;
	if (len < sizeof small) {
		buf_add(b, small, len);
		return;
	}
	unsigned char *to = buf_room(b, len);
	if (!to)
		return;
	va_start(ap, fmt);
	vsnprintf((char *)to, len + 1, fmt, ap);
	va_end(ap);
	b->len += len;
}

int buf_check(const struct buf *b, struct err *e)
{
	switch (b->failed) {
	case BUF_FINE:
		return 0;
	case BUF_NO_MEMORY:
		return err_nomem(e);
	case BUF_TOO_LONG:
		break;
	}
	return err_set(e, ERR_LIMIT, _("longer than the ceiling of %zu bytes"), b->max);
}

const char *buf_str(const struct buf *b)
{
	return b->data ? (const char *)b->data : "";
}

void buf_reset(struct buf *b)
{
	b->len = 0;
	b->failed = BUF_FINE;
	if (b->data)
		b->data[0] = 0;
}

int buf_read_fd(struct buf *b, int fd, const char *name, struct err *e)
{
	for (;;) {
		/* One byte more than the ceiling, so that a file of exactly that size still ends well. */
		size_t left = b->max - b->len;
		unsigned char probe[1];
		size_t want = left < 65536 ? left : 65536;
		unsigned char *to = want > 0 ? buf_room(b, want) : probe;
		if (!to)
			return buf_check(b, e);
		ssize_t n = read(fd, to, want > 0 ? want : 1);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_IO, errno, _("cannot read '%s'"), name);
		if (n == 0)
			break;
		if (want == 0)
			return err_set(e, ERR_LIMIT, _("'%s' is larger than the ceiling of %zu bytes"), name,
				b->max);
		b->len += (size_t)n;
		b->data[b->len] = 0;
	}
	/* Of an empty file there is room, but nothing in it yet. */
	if (b->data)
		b->data[b->len] = 0;
	return 0;
}

int buf_load(struct buf *b, const char *path, struct err *e)
{
	/* O_NONBLOCK: opening a FIFO must not hang. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	int r = -1;

	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot read '%s'"), path);
	if (fstat(fd, &st) != 0)
		err_sys(e, ERR_IO, errno, _("cannot read '%s'"), path);
	else if (!S_ISREG(st.st_mode))
		err_set(e, ERR_IO, _("cannot read '%s': not a regular file"), path);
	else if (st.st_size > 0 && (uintmax_t)st.st_size > b->max - b->len)
		err_set(e, ERR_LIMIT, _("'%s' is larger than the ceiling of %zu bytes"), path, b->max);
	else
		r = buf_read_fd(b, fd, path, e);
	close(fd);
	return r;
}

void buf_release(struct buf *b)
{
	free(b->data);
	b->data = NULL;
	b->len = b->cap = 0;
	b->failed = BUF_FINE;
}
