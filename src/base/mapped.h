/*
 * mapped: a file as bytes without reading it: the kernel brings pages as they are looked at and may drop them again.
 *
 * For large files that are sent, hashed or compared from one end to the other: they cost page cache, not memory of the
 * process. The bytes are those of the file at the moment of looking: whoever can write to the file can change
 * them, and a file that is cut short under the mapping ends the process with SIGBUS. So it is for files that nobody
 * else writes to (our own staging, files renamed into place), and what was hashed is compared with what came back.
 */
#ifndef NASKAH_BASE_MAPPED_H
#define NASKAH_BASE_MAPPED_H

#include "base/err.h"

#include <stddef.h>

struct mapped {
	const unsigned char *data; /* never NULL once opened; not followed by a 0 */
	size_t len;
};

#define MAPPED_INIT                                                                                          \
	{                                                                                                    \
		NULL, 0                                                                                      \
	}

/* The whole file, up to `max` bytes. A FIFO, device or folder is refused. */
int mapped_open(struct mapped *m, const char *path, size_t max, struct err *e)
	__attribute__((warn_unused_result));
/* The same from an open descriptor, which the mapping does not need any more; `name` is for messages. */
int mapped_fd(struct mapped *m, int fd, const char *name, size_t max, struct err *e)
	__attribute__((warn_unused_result));
/* Safe to repeat. */
void mapped_release(struct mapped *m);

#endif
