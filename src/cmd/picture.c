#include "cmd/picture.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void fd_close(int *fd)
{
	if (*fd >= 0)
		close(*fd);
	*fd = -1;
}

/* An unnamed file that holds the bytes. */
static int file_of(const struct buf *b, int *out, struct err *e)
{
	AUTO(fd_close) int fd = memfd_create("naskah-picture", MFD_CLOEXEC);
	size_t done = 0;

	while (fd >= 0 && done < b->len) {
		ssize_t n = write(fd, b->data + done, b->len - done);
		if (n < 0 && errno != EINTR)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	if (fd < 0 || done < b->len || lseek(fd, 0, SEEK_SET) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot keep a letter in memory to draw it"));
	*out = fd;
	fd = -1;
	return 0;
}

/* Starts pdftoppm with the PDF as its input; what it prints can be read from *out. */
static int start(int pdf, size_t page, unsigned dpi, pid_t *pid, int *out, struct err *e)
{
	char first[24], last[24], dots[16];
	char *argv[] = {"pdftoppm", "-png", "-singlefile", "-f", first, "-l", last, "-r", dots, "-", NULL};
	posix_spawn_file_actions_t actions;
	int ends[2];

	snprintf(first, sizeof first, "%zu", page);
	snprintf(last, sizeof last, "%zu", page);
	snprintf(dots, sizeof dots, "%u", dpi);
	if (pipe2(ends, O_CLOEXEC) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot run %s"), argv[0]);
	int failed = posix_spawn_file_actions_init(&actions);
	if (failed == 0) {
		failed = posix_spawn_file_actions_adddup2(&actions, pdf, STDIN_FILENO);
		if (failed == 0)
			failed = posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
		if (failed == 0)
			failed = posix_spawnp(pid, argv[0], &actions, NULL, argv, environ);
		posix_spawn_file_actions_destroy(&actions);
	}
	close(ends[1]);
	if (failed == 0) {
		*out = ends[0];
		return 0;
	}
	close(ends[0]);
	if (failed == ENOENT)
		return err_set(e, ERR_CONFIG,
			_("pictures are drawn by pdftoppm, which is not installed (Debian: apt-get install "
			  "poppler-utils)"));
	return err_sys(e, ERR_IO, failed, _("cannot run %s"), argv[0]);
}

static int read_all(int fd, struct buf *out, struct err *e)
{
	unsigned char chunk[16384];

	for (;;) {
		ssize_t n = read(fd, chunk, sizeof chunk);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return err_sys(e, ERR_IO, errno, _("cannot read the picture"));
		if (n == 0)
			return buf_check(out, e);
		buf_add(out, chunk, (size_t)n);
	}
}

int picture_draw(const struct buf *pdf, size_t page, unsigned dpi, struct buf *png, struct err *e)
{
	AUTO(fd_close) int file = -1;
	AUTO(fd_close) int from = -1;
	size_t before = png->len;
	pid_t pid;
	int status = 0;

	if (file_of(pdf, &file, e) != 0 || start(file, page, dpi, &pid, &from, e) != 0)
		return -1;
	int failed = read_all(from, png, e);
	fd_close(&from); /* so that it does not wait for a reader who gave up */
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	if (failed != 0)
		return -1;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0 || png->len == before)
		return err_set(e, ERR_IO, _("pdftoppm could not draw page %zu"), page);
	return 0;
}
