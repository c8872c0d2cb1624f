/*
 * replay: runs a fuzz target over saved files, so that plain gcc replays the corpus in `make test`.
 * Arguments are files or folders. Prints "ok NAME" per folder with the number of inputs.
 */
#include "base/auto.h"
#include "base/buf.h"

#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay_file(const char *path)
{
	AUTO(buf_release) struct buf b = BUF_INIT((size_t)64 << 20);
	struct err e = ERR_INIT;

	if (buf_load(&b, path, &e) != 0) {
		printf("not ok %s: %s\n", path, e.msg);
		return -1;
	}
	/* A copy of exactly that size, so that AddressSanitizer sees a read beyond the end. */
	AUTO(free_ptr) uint8_t *exact = malloc(b.len ? b.len : 1);
	if (!exact)
		return -1;
	if (b.len > 0)
		memcpy(exact, b.data, b.len);
	LLVMFuzzerTestOneInput(exact, b.len);
	return 0;
}

int main(int argc, char **argv)
{
	int failed = 0;

	for (int i = 1; i < argc; i++) {
		struct stat st;
		if (stat(argv[i], &st) != 0) {
			printf("not ok %s: not there\n", argv[i]);
			return 1;
		}
		if (!S_ISDIR(st.st_mode)) {
			failed |= replay_file(argv[i]);
			continue;
		}
		DIR *d = opendir(argv[i]);
		int count = 0;
		for (struct dirent *entry; d && (entry = readdir(d));) {
			char path[4096];
			if (entry->d_name[0] == '.')
				continue;
			snprintf(path, sizeof path, "%s/%s", argv[i], entry->d_name);
			failed |= replay_file(path);
			count++;
		}
		if (d)
			closedir(d);
		if (count == 0 || failed)
			failed = 1;
		printf("%s %s (%d inputs)\n", failed ? "not ok" : "ok", argv[i], count);
	}
	return failed ? 1 : 0;
}
