#include "base/outfile.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define TMP_PREFIX ".tmp-"

/* The folder part of a path, owned by the caller; "." when there is none. */
static char *folder_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!slash)
		return strdup(".");
	return slash == path ? strdup("/") : strndup(path, (size_t)(slash - path));
}

int outfile_sync_folder(const char *folder, struct err *e)
{
	int fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int r = 0;

	if (fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot open folder '%s'"), folder);
	/* EINVAL: a file system whose folders know no fsync. */
	if (fsync(fd) != 0 && errno != EINVAL)
		r = err_sys(e, ERR_IO, errno, _("cannot make folder '%s' durable"), folder);
	close(fd);
	return r;
}

/* Without `durable`, a folder that is made here may be gone after a power cut until the one above it is synced. */
static int make_folders(const char *folder, mode_t mode, bool durable, struct err *e)
{
	AUTO(free_ptr) char *path = strdup(folder);
	struct stat st;

	if (!path)
		return err_nomem(e);
	/* Nearly always all of it is there. */
	if (stat(path, &st) == 0 && S_ISDIR(st.st_mode))
		return 0;
	for (char *p = path; *p; p++) {
		if (p[1] != '/' && p[1] != '\0')
			continue;
		char kept = p[1];
		p[1] = '\0';
		if (mkdir(path, mode) != 0) {
			if (errno != EEXIST)
				return err_sys(e, ERR_IO, errno, _("cannot make folder '%s'"), path);
		} else if (durable) {
			AUTO(free_ptr) char *above = folder_of(path);
			if (!above)
				return err_nomem(e);
			if (outfile_sync_folder(above, e) != 0)
				return -1;
		}
		p[1] = kept;
	}
	if (stat(path, &st) != 0 || !S_ISDIR(st.st_mode))
		return err_set(e, ERR_IO, _("'%s' is not a folder"), path);
	return 0;
}

int outfile_mkdirs(const char *folder, mode_t mode, struct err *e)
{
	return make_folders(folder, mode, true, e);
}

int outfile_open(struct outfile *o, const char *path, mode_t mode, struct err *e)
{
	AUTO(free_ptr) char *folder = folder_of(path);

	return folder ? outfile_open_in(o, folder, path, mode, e) : err_nomem(e);
}

int outfile_open_in(struct outfile *o, const char *folder, const char *path, mode_t mode, struct err *e)
{
	AUTO(free_ptr) char *target = folder_of(path);
	const char *slash = strrchr(path, '/');
	AUTO(outfile_release) struct outfile made = OUTFILE_INIT;

	if (!target || !(made.path = strdup(path)))
		return err_nomem(e);
	if (outfile_mkdirs(target, 0755, e) != 0 || outfile_mkdirs(folder, 0755, e) != 0)
		return -1;
	char *tmp = NULL;
	if (asprintf(&tmp, "%s/" TMP_PREFIX "%s-XXXXXX", folder, slash ? slash + 1 : path) < 0)
		return err_nomem(e);
	made.fd = mkostemp(tmp, O_CLOEXEC);
	if (made.fd < 0) {
		err_sys(e, ERR_IO, errno, _("cannot make a file in '%s'"), folder);
		free(tmp);
		return -1;
	}
	made.tmp = tmp;
	if (fchmod(made.fd, mode) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot set the mode of '%s'"), tmp);
	*o = made;
	made = (struct outfile)OUTFILE_INIT;
	return 0;
}

int outfile_reserve(struct outfile *o, size_t len, struct err *e)
{
	int r;

	if (len == 0)
		return 0;
	do
		r = fallocate(o->fd, 0, o->len, (off_t)len);
	while (r != 0 && errno == EINTR);
	if (r != 0 && errno != EOPNOTSUPP && errno != ENOSYS && errno != EINVAL)
		return err_sys(e, ERR_IO, errno, _("cannot make room for '%s'"), o->path);
	o->roomy = o->roomy || r == 0;
	return 0;
}

int outfile_write(struct outfile *o, const void *bytes, size_t len, struct err *e)
{
	const unsigned char *p = bytes;

	while (len > 0) {
		ssize_t n = write(o->fd, p, len);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_IO, errno, _("cannot write '%s'"), o->path);
		p += n;
		len -= (size_t)n;
		o->len += n;
	}
	return 0;
}

static int make_durable(struct outfile *o, struct err *e)
{
	if (o->roomy && ftruncate(o->fd, o->len) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot write '%s'"), o->path);
	if (fsync(o->fd) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot make '%s' durable"), o->path);
	int closed = close(o->fd);
	o->fd = -1;
	return closed == 0 ? 0 : err_sys(e, ERR_IO, errno, _("cannot write '%s'"), o->path);
}

static int give_name(struct outfile *o, struct err *e)
{
	if (rename(o->tmp, o->path) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot put '%s' in place"), o->path);
	free(o->tmp);
	o->tmp = NULL;
	return 0;
}

int outfile_commit(struct outfile *o, struct err *e)
{
	return outfile_commit_all(o, 1, e);
}

/* Whether an earlier file lies in the same folder. */
static bool same_folder_before(const struct outfile *files, size_t i)
{
	const char *slash = strrchr(files[i].path, '/');
	size_t len = slash ? (size_t)(slash - files[i].path) : 0;

	for (size_t k = i; k-- > 0;) {
		const char *other = strrchr(files[k].path, '/');
		if (!slash == !other && (!slash || ((size_t)(other - files[k].path) == len &&
							   memcmp(files[k].path, files[i].path, len) == 0)))
			return true;
	}
	return false;
}

/* ---- many at once: a disk takes eight fsyncs in little more time than one ---- */

#define HELPERS          7
#define WORTH_HELPERS_AT 8

typedef int share_step(struct outfile *files, size_t i, struct err *e);

struct share {
	struct outfile *files;
	size_t count;
	atomic_size_t next;
	share_step *step;
};

struct helper {
	struct share *share;
	struct err e; /* what failed */
	pthread_t thread;
};

static void *help(void *arg)
{
	struct helper *h = arg;
	struct share *s = h->share;

	for (size_t i; (i = atomic_fetch_add(&s->next, 1)) < s->count;)
		if (s->step(s->files, i, &h->e) != 0) {
			atomic_store(&s->next, s->count);
			break;
		}
	return NULL;
}

/* The step for each file, in any order. Every helper may be missing: then the others do its part. */
static int for_each(struct outfile *files, size_t count, share_step *step, struct err *e)
{
	struct share s = {.files = files, .count = count, .step = step};
	struct helper helpers[HELPERS + 1] = {{.share = NULL}};
	size_t started = 0;

	while (count >= WORTH_HELPERS_AT && started < HELPERS) {
		helpers[started].share = &s;
		if (pthread_create(&helpers[started].thread, NULL, help, &helpers[started]) != 0)
			break;
		started++;
	}
	helpers[started] = (struct helper){.share = &s};
	help(&helpers[started]);
	for (size_t i = 0; i < started; i++)
		pthread_join(helpers[i].thread, NULL);
	for (size_t i = 0; i <= started; i++)
		if (helpers[i].e.kind != ERR_NONE) {
			if (e)
				*e = helpers[i].e;
			return -1;
		}
	return 0;
}

static int make_one_durable(struct outfile *files, size_t i, struct err *e)
{
	return make_durable(&files[i], e);
}

static int sync_its_folder(struct outfile *files, size_t i, struct err *e)
{
	if (same_folder_before(files, i))
		return 0;
	AUTO(free_ptr) char *folder = folder_of(files[i].path);
	return folder ? outfile_sync_folder(folder, e) : err_nomem(e);
}

int outfile_commit_all(struct outfile *files, size_t count, struct err *e)
{
	if (for_each(files, count, make_one_durable, e) != 0)
		return -1;
	for (size_t i = 0; i < count; i++)
		if (give_name(&files[i], e) != 0)
			return -1;
	return for_each(files, count, sync_its_folder, e);
}

void outfile_release(struct outfile *o)
{
	if (o->fd >= 0)
		close(o->fd);
	if (o->tmp)
		unlink(o->tmp);
	free(o->tmp);
	free(o->path);
	*o = (struct outfile)OUTFILE_INIT;
}

int outfile_put(const char *path, mode_t mode, const void *bytes, size_t len, struct err *e)
{
	AUTO(outfile_release) struct outfile o = OUTFILE_INIT;

	if (outfile_open(&o, path, mode, e) != 0 || outfile_write(&o, bytes, len, e) != 0)
		return -1;
	return outfile_commit(&o, e);
}

int outfile_rename(const char *from, const char *to, struct err *e)
{
	AUTO(free_ptr) char *folder = folder_of(to);

	if (!folder)
		return err_nomem(e);
	if (make_folders(folder, 0755, false, e) != 0)
		return -1;
	return rename(from, to) == 0 ? 0 : err_sys(e, ERR_IO, errno, _("cannot put '%s' in place"), to);
}

int outfile_move(const char *from, const char *to, struct err *e)
{
	AUTO(free_ptr) char *folder = folder_of(to);

	if (!folder)
		return err_nomem(e);
	if (outfile_mkdirs(folder, 0755, e) != 0 || outfile_rename(from, to, e) != 0)
		return -1;
	return outfile_sync_folder(folder, e);
}

int outfile_sweep(const char *folder, struct err *e)
{
	DIR *d = opendir(folder);

	if (!d)
		return errno == ENOENT ? 0 : err_sys(e, ERR_IO, errno, _("cannot read folder '%s'"), folder);
	for (struct dirent *entry; (entry = readdir(d));)
		if (strncmp(entry->d_name, TMP_PREFIX, strlen(TMP_PREFIX)) == 0)
			unlinkat(dirfd(d), entry->d_name, 0);
	closedir(d);
	return 0;
}
