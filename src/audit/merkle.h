/*
 * merkle: the arithmetic of a Merkle tree of RFC 6962 section 2.1, cut into tiles of height 8. No files.
 *
 * A leaf hashes as SHA-256(0x00 || leaf), an inner node as SHA-256(0x01 || left || right), the empty tree as
 * SHA-256 of nothing. "height" counts from the leaves (0); "level" counts tiles of 8 heights.
 */
#ifndef NASKAH_AUDIT_MERKLE_H
#define NASKAH_AUDIT_MERKLE_H

#include "base/err.h"
#include "model/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TILE_WIDTH     256u
#define TILE_NODES     (2 * TILE_WIDTH - 1)
#define TREE_LEVELS    8       /* 256^8 leaves are more than an int64_t counts */
#define MERKLE_PATH    63      /* longest inclusion proof */
#define LEAF_MAX_BYTES 0xffffu /* a bundle's length prefix has 16 bits */

/* The right edge: of each level the tile that is not full. Enough to go on, and to know the root. */
struct merkle {
	int64_t size;
	struct merkle_edge {
		unsigned width; /* 0 to 255 */
		struct sha256 hash[TILE_WIDTH];
	} level[TREE_LEVELS];
};

/* `len` is at most LEAF_MAX_BYTES. */
struct sha256 merkle_leaf(const void *bytes, size_t len);
struct sha256 merkle_node(const struct sha256 *left, const struct sha256 *right);
struct sha256 merkle_root(const struct merkle *m);
bool merkle_equal(const struct sha256 *a, const struct sha256 *b);

/* A tile that has just become full, lent to the callback. */
typedef int merkle_full_fn(
	void *user, unsigned level, int64_t n, const struct sha256 hashes[TILE_WIDTH], struct err *e);
/* Adds one leaf hash. `full` may be NULL; when it fails the tree is no longer usable. */
int merkle_add(struct merkle *m, const struct sha256 *leaf, merkle_full_fn *full, void *user, struct err *e)
	__attribute__((warn_unused_result));

/* Width of the tile at the right edge of `level` in a tree of `size` leaves (0 to 255), and the number of full ones. */
unsigned merkle_edge_width(int64_t size, unsigned level);
int64_t merkle_full_tiles(int64_t size, unsigned level);

/* All nodes of a tile: heights 0 to 8, of which those below an incomplete one are not set. */
struct tile_nodes {
	unsigned width;
	struct sha256 node[TILE_NODES];
};
void tile_nodes_make(struct tile_nodes *t, const struct sha256 *hashes, unsigned width);
/* The node at `height` (0 to 8) above the tile's hashes; NULL when it isn't complete. */
const struct sha256 *tile_nodes_at(const struct tile_nodes *t, unsigned height, unsigned index);

/* Finds the root of the complete subtree of 2^height leaves that begins at leaf index * 2^height. */
typedef int merkle_node_fn(void *user, unsigned height, int64_t index, struct sha256 *out, struct err *e);
/* The inclusion proof of leaf `index` in a tree of `size`, from the leaf's sibling up. */
int merkle_prove(int64_t index, int64_t size, merkle_node_fn *fn, void *user, struct sha256 out[MERKLE_PATH],
	size_t *count, struct err *e) __attribute__((warn_unused_result));
/* RFC 9162 section 2.1.3.2. */
bool merkle_check(const struct sha256 *leaf, int64_t index, int64_t size, const struct sha256 *path,
	size_t count, const struct sha256 *root);

#endif
