#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "ledger/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* "out/ledger.db" -> "out/ledger.lock". */
static char *lock_path(const char *ledger_path)
{
	size_t len = strlen(ledger_path);
	char *path = NULL;

	if (text_has_suffix(ledger_path, ".db"))
		len -= strlen(".db");
	return asprintf(&path, "%.*s.lock", (int)len, ledger_path) < 0 ? NULL : path;
}

/*
 * A POSIX record lock: it vanishes with its process, however that ends, and unlike flock() or an open file
 * description lock it isn't inherited by a child (the sandbox) that outlives a killed parent. Its price: it
 * does not see a second handle in the same process.
 */
int lock_take(const char *ledger_path, int *fd, struct err *e)
{
	AUTO(free_ptr) char *path = lock_path(ledger_path);
	struct flock want = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (!path)
		return err_nomem(e);
	int lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOCTTY, 0640);
	if (lock < 0)
		return err_sys(e, ERR_IO, errno, _("cannot open lock file '%s'"), path);
	if (fcntl(lock, F_SETLK, &want) == 0) {
		*fd = lock;
		return 0;
	}
	int why = errno;
	struct flock held = {.l_type = F_WRLCK, .l_whence = SEEK_SET};
	if (why != EACCES && why != EAGAIN)
		err_sys(e, ERR_IO, why, _("cannot lock '%s'"), path);
	else if (fcntl(lock, F_GETLK, &held) == 0 && held.l_type != F_UNLCK && held.l_pid > 0)
		err_set(e, ERR_CONFIG, _("ledger '%s' is being written by process %ld: wait until it ends"),
			ledger_path, (long)held.l_pid);
	else
		err_set(e, ERR_CONFIG,
			_("ledger '%s' is being written by another process: wait until it ends"),
			ledger_path);
	close(lock);
	return -1;
}
