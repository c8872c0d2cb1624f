/*
 * tiles: names and bytes of the files below tile/ (C2SP tlog-tiles).
 *
 *	tile/<level>/<n>[.p/<width>]     width hashes of 32 bytes
 *	tile/entries/<n>[.p/<width>]     width leaves, each behind its length (uint16, big-endian)
 *
 * A file that is missing or has the wrong form is ERR_INPUT and names the file, so that a check can tell "does not
 * fit" from ERR_IO, "could not look".
 */
#ifndef NASKAH_AUDIT_TILES_H
#define NASKAH_AUDIT_TILES_H

#include "audit/merkle.h"
#include "base/buf.h"
#include "base/outfile.h"

#define TILE_ENTRIES     (-1) /* the level of entry bundles */
#define TILE_PATH        64   /* longest name with the final 0 */
/* A full bundle of the longest leaves. */
#define BUNDLE_MAX_BYTES (TILE_WIDTH * (2 + LEAF_MAX_BYTES))

struct tile_name {
	int level; /* 0 to 63, or TILE_ENTRIES */
	int64_t n;
	unsigned width; /* 1 to 256; 256 is a full tile */
};

/* "tile/0/x001/x234/067.p/5". */
void tile_name_write(const struct tile_name *name, char out[TILE_PATH]);
/* The exact reverse: any other spelling is refused. */
bool tile_name_parse(const char *text, struct tile_name *out);

/* The next leaf of a bundle: 1 and *leaf lent, 0 at the end, -1 when the bundle is cut short. */
int bundle_next(const unsigned char **p, const unsigned char *end, const unsigned char **leaf, size_t *len);

/* `dir`/name; malloc'ed, NULL without memory. */
char *tile_file(const char *dir, const char *name);
/* Reads a file of the log, up to out->max bytes. ERR_INPUT when it is missing, longer, or no regular file. */
int log_file_load(const char *dir, const char *name, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));
/*
 * Reads exactly the first `width` hashes or leaves of a tile. A partial tile that is gone is cut out of the wider one
 * that took its place. Appends to `out`.
 */
int tile_load(const char *dir, const struct tile_name *name, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));
/*
 * Tiles on their way to disk: written to temporary files, put in place together. Holds no bytes, only open files, and
 * places them by itself when there are many.
 */
#define TILE_BATCH 64
struct tile_batch {
	struct outfile file[TILE_BATCH]; /* owned */
	size_t count;
};
/* A file that already holds these bytes stays untouched. */
int tile_store(struct tile_batch *b, const char *dir, const struct tile_name *name, const void *bytes,
	size_t len, struct err *e) __attribute__((warn_unused_result));
/* Puts all in place; durable when it returns 0. */
int tile_batch_commit(struct tile_batch *b, struct err *e) __attribute__((warn_unused_result));
void tile_batch_release(struct tile_batch *b);

/* Removes the partial tiles of (level, n), which a full one has replaced. What can't be removed stays. */
void tile_drop_partials(const char *dir, int level, int64_t n);

#endif
