#include "crypto/handles.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void buf_wipe(struct buf *b)
{
	if (b->data)
		explicit_bzero(b->data, b->cap);
	buf_release(b);
}

int private_load(const char *path, struct buf *out, struct err *e)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
	struct stat st;
	int r = -1;

	if (fd < 0)
		return err_sys(e, ERR_CONFIG, errno, _("cannot read the key file '%s'"), path);
	/* Room first: a buffer that grows leaves copies of a key behind. */
	if (fstat(fd, &st) != 0)
		err_sys(e, ERR_IO, errno, _("cannot read '%s'"), path);
	else if (!S_ISREG(st.st_mode) || (st.st_mode & 077) != 0)
		err_set(e, ERR_CONFIG,
			_("'%s' must be a regular file that only its owner can read (chmod 600)"), path);
	else if (!buf_room(out, out->max))
		r = buf_check(out, e);
	else
		r = buf_read_fd(out, fd, path, e);
	close(fd);
	return r;
}

int private_make(const char *path, const void *bytes, size_t len, struct err *e)
{
	AUTO(buf_release) struct buf tmp = BUF_INIT(4096);
	unsigned char salt[8];
	const char *slash = strrchr(path, '/');
	int folder_len = slash ? (int)(slash - path) + 1 : 0;
	int r = 0;

	/* link() is the one call that gives a name only if nobody has it: two first starts agree on one key. */
	if (random_bytes(salt, sizeof salt, e) != 0)
		return -1;
	buf_addf(&tmp, "%.*s.tmp-", folder_len, path);
	hex_add(&tmp, salt, sizeof salt);
	if (buf_check(&tmp, e) != 0 || outfile_put(buf_str(&tmp), 0600, bytes, len, e) != 0)
		return -1;
	if (link(buf_str(&tmp), path) != 0 && errno != EEXIST)
		r = err_sys(e, ERR_IO, errno, _("cannot make '%s'"), path);
	if (unlink(buf_str(&tmp)) != 0 && r == 0)
		r = err_sys(e, ERR_IO, errno, _("cannot remove '%s'"), buf_str(&tmp));
	if (r != 0)
		return -1;
	AUTO(buf_release) struct buf folder = BUF_INIT(4096);
	buf_addf(&folder, "%.*s", folder_len > 0 ? folder_len : 1, folder_len > 0 ? path : ".");
	if (buf_check(&folder, e) != 0)
		return -1;
	int fd = open(buf_str(&folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot open the folder of '%s'"), path);
	if (fsync(fd) != 0)
		r = err_sys(e, ERR_IO, errno, _("cannot make '%s' durable"), path);
	close(fd);
	return r;
}
