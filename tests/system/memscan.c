/*
 * memscan: is a secret in the memory of a process?
 *
 *	memscan SECRET-FILE PID
 *
 * Looks for the first line of the file in all that the process has mapped and may read. Exit 0: found (and where), 1: not
 * there, 2: could not look. The secret itself is never an argument, and never printed.
 */
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PIECE ((size_t)1 << 20)

static char secret[512];
static size_t secret_len;

static bool load(const char *path)
{
	FILE *f = fopen(path, "r");
	bool got = f && fgets(secret, sizeof secret, f);

	if (f)
		fclose(f);
	secret[strcspn(secret, "\r\n")] = '\0';
	secret_len = strlen(secret);
	return got && secret_len >= 4;
}

/* Pieces overlap, so that nothing is missed where two meet. */
static bool is_in(int mem, unsigned long from, unsigned long to, char *piece)
{
	for (unsigned long at = from; at < to;) {
		size_t want = to - at < PIECE ? to - at : PIECE;
		ssize_t n = pread(mem, piece, want, (off_t)at);
		if (n <= 0)
			return false; /* not to be read, or gone */
		if (memmem(piece, (size_t)n, secret, secret_len))
			return true;
		if ((size_t)n <= secret_len)
			return false;
		at += (size_t)n < want || at + (size_t)n >= to ? (size_t)n : (size_t)n - secret_len;
	}
	return false;
}

int main(int argc, char **argv)
{
	char path[64], line[512];
	bool found = false;
	size_t regions = 0;

	if (argc != 3 || !load(argv[1]))
		return 2;
	snprintf(path, sizeof path, "/proc/%.16s/mem", argv[2]);
	int mem = open(path, O_RDONLY);
	snprintf(path, sizeof path, "/proc/%.16s/maps", argv[2]);
	FILE *maps = fopen(path, "r");
	char *piece = malloc(PIECE);
	if (mem < 0 || !maps || !piece)
		return 2;
	while (fgets(line, sizeof line, maps)) {
		unsigned long from, to;
		char mode[5];
		if (sscanf(line, "%lx-%lx %4s", &from, &to, mode) != 3 || mode[0] != 'r')
			continue;
		regions++;
		if (is_in(mem, from, to, piece)) {
			printf("found in %s", line);
			found = true;
		}
	}
	if (regions == 0)
		return 2;
	return found ? 0 : 1;
}
