#include "base/mapped.h"

#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int mapped_fd(struct mapped *m, int fd, const char *name, size_t max, struct err *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot read '%s'"), name);
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_IO, _("cannot read '%s': not a regular file"), name);
	if ((uintmax_t)st.st_size > max)
		return err_set(e, ERR_LIMIT, _("'%s' is larger than the ceiling of %zu bytes"), name, max);
	/* There is no mapping of nothing. */
	if (st.st_size == 0) {
		*m = (struct mapped){(const unsigned char *)"", 0};
		return 0;
	}
	void *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_SHARED, fd, 0);
	if (data == MAP_FAILED)
		return err_sys(e, errno == ENOMEM ? ERR_NOMEM : ERR_IO, errno, _("cannot read '%s'"), name);
	/* From one end to the other: read ahead, and drop what is behind first. */
	posix_madvise(data, (size_t)st.st_size, POSIX_MADV_SEQUENTIAL);
	*m = (struct mapped){data, (size_t)st.st_size};
	return 0;
}

int mapped_open(struct mapped *m, const char *path, size_t max, struct err *e)
{
	/* O_NONBLOCK: opening a FIFO must not hang. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot read '%s'"), path);
	int r = mapped_fd(m, fd, path, max, e);
	close(fd);
	return r;
}

void mapped_release(struct mapped *m)
{
	if (m->len > 0)
		munmap((void *)(uintptr_t)m->data, m->len);
	*m = (struct mapped)MAPPED_INIT;
}
