/*
 * tool: runs other people's programs from a unit test, without a shell, and keeps what they print.
 */
#ifndef NASKAH_TESTS_TOOL_H
#define NASKAH_TESTS_TOOL_H

#include "base/buf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define TOOL_MISSING 127

/* Exit status of argv[0]; TOOL_MISSING if there is no such program. Both its outputs are appended to `out`. */
static inline int tool_run(const char *const argv[], struct buf *out)
{
	int ends[2], status;

	if (pipe(ends) != 0)
		abort();
	pid_t pid = fork();
	if (pid < 0)
		abort();
	if (pid == 0) {
		dup2(ends[1], 1);
		dup2(ends[1], 2);
		close(ends[0]);
		close(ends[1]);
		char *copy[32] = {NULL};
		for (size_t i = 0; argv[i] && i < 31; i++)
			copy[i] = strdup(argv[i]);
		execvp(copy[0], copy);
		_exit(TOOL_MISSING);
	}
	close(ends[1]);
	for (;;) {
		char bytes[4096];
		ssize_t n = read(ends[0], bytes, sizeof bytes);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		buf_add(out, bytes, (size_t)n);
	}
	close(ends[0]);
	while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
		;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* A path in this test's own temporary folder, which is made at first use. */
static char tool_folder[64];
static inline void tool_temp(char *path, size_t size, const char *name)
{
	if (!tool_folder[0]) {
		snprintf(tool_folder, sizeof tool_folder, "/tmp/naskah-unit-XXXXXX");
		if (!mkdtemp(tool_folder))
			abort();
	}
	if ((size_t)snprintf(path, size, "%s/%s", tool_folder, name) >= size)
		abort();
}

static inline void tool_temp_remove(void)
{
	const char *argv[] = {"rm", "-rf", tool_folder, NULL};
	struct buf out = BUF_INIT(4096);

	if (tool_folder[0])
		tool_run(argv, &out);
	buf_release(&out);
	tool_folder[0] = 0;
}

#endif
