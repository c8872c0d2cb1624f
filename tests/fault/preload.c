/*
 * preload: a library that makes one chosen disk operation of a program go wrong. Loaded with LD_PRELOAD by sweep.c.
 *
 * Counts operations below FAULT_DIR. The one numbered FAULT_AT (from 1) goes wrong:
 *
 *	FAULT_HOW=once   it fails with EIO, the next ones work again. Counted: opening, writing, syncing, renaming...
 *	FAULT_HOW=full   it and all later ones that need space fail with ENOSPC; a write stops half-way first.
 *	                 Counted: what needs space.
 *	FAULT_HOW=die    the process kills itself before it. Counted: what changes something.
 *
 * and "HIT name" is written into the file FAULT_REPORT. Writes to the same file one after the other count as one: what
 * lies between them is SQLite's affair, and those who write through outfile never see half. Sockets, standard streams
 * and files elsewhere are never touched.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static atomic_long calls;
static atomic_bool full;

enum what {
	SPACE = 1,  /* needs disk space */
	CHANGE = 2, /* leaves something behind */
};

static void *real(const char *name)
{
	void *f = dlsym(RTLD_NEXT, name);

	if (!f)
		abort();
	return f;
}

/* The function behind ours; kept in a static of each. Through a union, as ISO C has no such conversion. */
#define REAL(type, name)                                                                                     \
	static union {                                                                                       \
		void *p;                                                                                     \
		__typeof__(type) f;                                                                          \
	} next;                                                                                              \
	if (!next.p)                                                                                         \
	next.p = real(name)

static bool is_ours(const char *path)
{
	const char *dir = getenv("FAULT_DIR");
	size_t len = dir ? strlen(dir) : 0;

	return len > 0 && path && strncmp(path, dir, len) == 0 && (path[len] == '/' || !path[len]);
}

static bool is_our_fd(int fd)
{
	char link[64], path[PATH_MAX];

	snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
	ssize_t n = readlink(link, path, sizeof path - 1);
	if (n <= 0)
		return false;
	path[n] = '\0';
	return is_ours(path);
}

static void report(const char *name)
{
	const char *file = getenv("FAULT_REPORT");
	char text[64];

	if (!file)
		return;
	REAL(int (*)(const char *, int, ...), "open");
	int fd = next.f(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	int n = snprintf(text, sizeof text, "HIT %s\n", name);
	static union {
		void *p;
		ssize_t (*f)(int, const void *, size_t);
	} put;
	put.p = real("write");
	if (fd < 0 || put.f(fd, text, (size_t)n) != n)
		abort();
	close(fd);
}

/* Is this operation one of those that count? */
static bool counts(char how, unsigned what, int burst_fd)
{
	static atomic_int last = -1;

	if ((how == 'f' && !(what & SPACE)) || (how == 'd' && !(what & CHANGE)))
		return false;
	return atomic_exchange(&last, burst_fd) != burst_fd || burst_fd < 0;
}

/*
 * True: this call fails, errno is set. `burst_fd`: of a write, else -1. `half`: a write may do half of its work
 * instead, this once.
 */
static bool strikes(const char *name, unsigned what, int burst_fd, bool *half)
{
	static long at = -1;
	static char how;

	if (at < 0) {
		const char *n = getenv("FAULT_AT"), *h = getenv("FAULT_HOW");
		how = h ? h[0] : '-';
		at = n ? strtol(n, NULL, 10) : 0;
	}
	errno = how == 'f' ? ENOSPC : EIO;
	if (atomic_load(&full))
		return what & SPACE;
	if (!counts(how, what, burst_fd) || atomic_fetch_add(&calls, 1) + 1 != at)
		return false;
	report(name);
	if (how == 'd') {
		kill(getpid(), SIGKILL);
		for (;;)
			pause();
	}
	atomic_store(&full, how == 'f');
	if (how == 'f' && half) {
		*half = true;
		return false;
	}
	return true;
}

static bool strikes_path(const char *name, const char *path, unsigned what)
{
	return is_ours(path) && strikes(name, what, -1, NULL);
}

static bool strikes_fd(const char *name, int fd, unsigned what)
{
	return is_our_fd(fd) && strikes(name, what, -1, NULL);
}

static bool strikes_write(const char *name, int fd, bool *half)
{
	return is_our_fd(fd) && strikes(name, SPACE | CHANGE, fd, half);
}

/* ---- opening -------------------------------------------------------------------------------------------- */

#define MODE_OF(flags)                                                                                       \
	mode_t mode = 0;                                                                                     \
	if ((flags) & (O_CREAT | O_TMPFILE)) {                                                               \
		va_list ap;                                                                                  \
		va_start(ap, flags);                                                                         \
		mode = (mode_t)va_arg(ap, unsigned);                                                         \
		va_end(ap);                                                                                  \
	}

#define OPEN(name)                                                                                           \
	int name(const char *path, int flags, ...)                                                           \
	{                                                                                                    \
		REAL(int (*)(const char *, int, ...), #name);                                                \
		MODE_OF(flags)                                                                               \
		if (strikes_path("open", path, flags & O_CREAT ? SPACE | CHANGE : 0))                        \
			return -1;                                                                           \
		return next.f(path, flags, mode);                                                            \
	}
OPEN(open)
OPEN(open64)

#define OPEN_CHECKED(name)                                                                                   \
	int name(const char *path, int flags);                                                               \
	int name(const char *path, int flags)                                                                \
	{                                                                                                    \
		REAL(int (*)(const char *, int), #name);                                                     \
		return strikes_path("open", path, 0) ? -1 : next.f(path, flags);                             \
	}
OPEN_CHECKED(__open_2)
OPEN_CHECKED(__open64_2)

#define MKOSTEMP(name)                                                                                       \
	int name(char *path, int flags)                                                                      \
	{                                                                                                    \
		REAL(int (*)(char *, int), #name);                                                           \
		return strikes_path("mkostemp", path, SPACE | CHANGE) ? -1 : next.f(path, flags);            \
	}
MKOSTEMP(mkostemp)
MKOSTEMP(mkostemp64)

int mkdir(const char *path, mode_t mode)
{
	REAL(int (*)(const char *, mode_t), "mkdir");
	return strikes_path("mkdir", path, SPACE | CHANGE) ? -1 : next.f(path, mode);
}

/* ---- writing -------------------------------------------------------------------------------------------- */

ssize_t write(int fd, const void *bytes, size_t len)
{
	REAL(ssize_t(*)(int, const void *, size_t), "write");
	bool half = false;
	if (strikes_write("write", fd, len > 1 ? &half : NULL))
		return -1;
	return next.f(fd, bytes, half ? len / 2 : len);
}

#define PWRITE(name)                                                                                         \
	ssize_t name(int fd, const void *bytes, size_t len, off_t at)                                        \
	{                                                                                                    \
		REAL(ssize_t (*)(int, const void *, size_t, off_t), #name);                                  \
		bool half = false;                                                                           \
		if (strikes_write("pwrite", fd, len > 1 ? &half : NULL))                                     \
			return -1;                                                                           \
		return next.f(fd, bytes, half ? len / 2 : len, at);                                          \
	}
PWRITE(pwrite)
PWRITE(pwrite64)

#define ON_FD(name, what)                                                                                    \
	int name(int fd)                                                                                     \
	{                                                                                                    \
		REAL(int (*)(int), #name);                                                                   \
		return strikes_fd(#name, fd, what) ? -1 : next.f(fd);                                        \
	}
ON_FD(fsync, 0)
ON_FD(fdatasync, 0)

#define FTRUNCATE(name)                                                                                      \
	int name(int fd, off_t len)                                                                          \
	{                                                                                                    \
		REAL(int (*)(int, off_t), #name);                                                            \
		return strikes_fd("ftruncate", fd, CHANGE) ? -1 : next.f(fd, len);                           \
	}
FTRUNCATE(ftruncate)
FTRUNCATE(ftruncate64)

#define FALLOCATE(name)                                                                                      \
	int name(int fd, int mode, off_t at, off_t len)                                                      \
	{                                                                                                    \
		REAL(int (*)(int, int, off_t, off_t), #name);                                                \
		return strikes_fd("fallocate", fd, SPACE | CHANGE) ? -1 : next.f(fd, mode, at, len);         \
	}
FALLOCATE(fallocate)
FALLOCATE(fallocate64)

/* ---- names ---------------------------------------------------------------------------------------------- */

int rename(const char *from, const char *to)
{
	REAL(int (*)(const char *, const char *), "rename");
	return strikes_path("rename", to, CHANGE) ? -1 : next.f(from, to);
}

int link(const char *from, const char *to)
{
	REAL(int (*)(const char *, const char *), "link");
	return strikes_path("link", to, CHANGE) ? -1 : next.f(from, to);
}

int unlink(const char *path)
{
	REAL(int (*)(const char *), "unlink");
	return strikes_path("unlink", path, CHANGE) ? -1 : next.f(path);
}
