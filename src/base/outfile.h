/*
 * outfile: write a file whole or not at all.
 *
 * Bytes go to a temporary name in the destination folder; outfile_commit() makes them durable and gives
 * them the final name. A struct outfile that leaves scope uncommitted removes its temporary file, so an
 * early return can never leave half a letter behind. Temporary names begin with ".tmp-"; a run sweeps those
 * that an earlier kill left (outfile_sweep).
 *
 * Not for the ledger: that is append-only and SQLite's.
 */
#ifndef NASKAH_BASE_OUTFILE_H
#define NASKAH_BASE_OUTFILE_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct outfile {
	char *path; /* owned: final name */
	char *tmp;  /* owned: temporary name; NULL once committed */
	int fd;     /* -1 when closed */
	off_t len;  /* bytes written */
	bool roomy; /* more room was reserved: given back when the file is committed */
};

#define OUTFILE_INIT                                                                                         \
	{                                                                                                    \
		NULL, NULL, -1, 0, false                                                                     \
	}

/* Makes missing parent folders (mode 0755). `mode` is the file's. */
int outfile_open(struct outfile *o, const char *path, mode_t mode, struct err *e)
	__attribute__((warn_unused_result));
/*
 * The same with the temporary file in `folder`, on the same file system: for places where nothing unfinished may be
 * seen, not even for a moment.
 */
int outfile_open_in(struct outfile *o, const char *folder, const char *path, mode_t mode, struct err *e)
	__attribute__((warn_unused_result));
/*
 * Takes disk space for `len` bytes to come, so that a full disk is noticed before something is done that cannot be
 * done twice. Where a file system cannot promise space it promises nothing and this succeeds.
 */
int outfile_reserve(struct outfile *o, size_t len, struct err *e) __attribute__((warn_unused_result));
int outfile_write(struct outfile *o, const void *bytes, size_t len, struct err *e)
	__attribute__((warn_unused_result));
/* fsync, rename, fsync the folder: after 0 the file survives a power cut. */
int outfile_commit(struct outfile *o, struct err *e) __attribute__((warn_unused_result));
/*
 * The same for several files: all are durable before the first gets its name, and each folder is synced once, which
 * costs much less than committing one by one. A failure may leave some in place; the others stay uncommitted.
 */
int outfile_commit_all(struct outfile *files, size_t count, struct err *e)
	__attribute__((warn_unused_result));
/* Rolls back unless committed. Safe to repeat. */
void outfile_release(struct outfile *o);

/* All four in one: the usual case. */
int outfile_put(const char *path, mode_t mode, const void *bytes, size_t len, struct err *e)
	__attribute__((warn_unused_result));
/* Renames and makes the new name durable (fsync of the target folder, which is made if missing). */
int outfile_move(const char *from, const char *to, struct err *e) __attribute__((warn_unused_result));
/*
 * Only renames (into a folder that is made if missing): neither survives a power cut for sure before
 * outfile_sync_folder() of the target folder and, if that may be new, of the one above it. For many moves at once.
 */
int outfile_rename(const char *from, const char *to, struct err *e) __attribute__((warn_unused_result));
int outfile_sync_folder(const char *folder, struct err *e) __attribute__((warn_unused_result));
/* mkdir -p; what it makes survives a power cut. */
int outfile_mkdirs(const char *folder, mode_t mode, struct err *e) __attribute__((warn_unused_result));
/* Removes temporary files that a killed run left in `folder` (not below it). A missing folder is fine. */
int outfile_sweep(const char *folder, struct err *e) __attribute__((warn_unused_result));

#endif
