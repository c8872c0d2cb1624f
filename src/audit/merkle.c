#include "audit/merkle.h"

#include "base/i18n.h"
#include "crypto/hash.h"

#include <string.h>

struct sha256 merkle_leaf(const void *bytes, size_t len)
{
	unsigned char joined[1 + LEAF_MAX_BYTES];

	joined[0] = 0x00;
	memcpy(joined + 1, bytes, len);
	return sha256_of(joined, 1 + len);
}

struct sha256 merkle_node(const struct sha256 *left, const struct sha256 *right)
{
	unsigned char joined[1 + 2 * SHA256_LEN];

	joined[0] = 0x01;
	memcpy(joined + 1, left->bytes, SHA256_LEN);
	memcpy(joined + 1 + SHA256_LEN, right->bytes, SHA256_LEN);
	return sha256_of(joined, sizeof joined);
}

bool merkle_equal(const struct sha256 *a, const struct sha256 *b)
{
	return memcmp(a->bytes, b->bytes, SHA256_LEN) == 0;
}

/* Root of `count` hashes, a power of two. */
static struct sha256 fold(const struct sha256 *hashes, unsigned count)
{
	struct sha256 row[TILE_WIDTH];

	memcpy(row, hashes, count * sizeof *row);
	for (; count > 1; count /= 2)
		for (unsigned i = 0; i < count / 2; i++)
			row[i] = merkle_node(&row[2 * i], &row[2 * i + 1]);
	return row[0];
}

/*
 * The right edge is a row of complete subtrees, larger ones to the left: the binary digits of the size. The root
 * joins them from the right.
 */
struct sha256 merkle_root(const struct merkle *m)
{
	struct sha256 root = {{0}};
	bool begun = false;

	if (m->size == 0)
		return sha256_of("", 0);
	for (unsigned l = 0; l < TREE_LEVELS; l++) {
		unsigned end = m->level[l].width;
		for (unsigned bit = 1; bit < TILE_WIDTH; bit *= 2) {
			if (!(m->level[l].width & bit))
				continue;
			struct sha256 part = fold(&m->level[l].hash[end - bit], bit);
			root = begun ? merkle_node(&part, &root) : part;
			begun = true;
			end -= bit;
		}
	}
	return root;
}

int merkle_add(struct merkle *m, const struct sha256 *leaf, merkle_full_fn *full, void *user, struct err *e)
{
	struct sha256 hash = *leaf;

	m->size++;
	for (unsigned l = 0; l < TREE_LEVELS; l++) {
		struct merkle_edge *edge = &m->level[l];
		edge->hash[edge->width++] = hash;
		if (edge->width < TILE_WIDTH)
			return 0;
		if (full && full(user, l, merkle_full_tiles(m->size, l) - 1, edge->hash, e) != 0)
			return -1;
		hash = fold(edge->hash, TILE_WIDTH);
		edge->width = 0;
	}
	return err_set(e, ERR_LIMIT, _("the log is full"));
}

unsigned merkle_edge_width(int64_t size, unsigned level)
{
	return (unsigned)((uint64_t)size >> (8 * level)) % TILE_WIDTH;
}

int64_t merkle_full_tiles(int64_t size, unsigned level)
{
	return level >= TREE_LEVELS - 1 ? 0 : (int64_t)((uint64_t)size >> (8 * (level + 1)));
}

/* Heights lie one behind the other: 256 hashes, 128, 64 ... 1. */
static unsigned height_start(unsigned height)
{
	return 2 * TILE_WIDTH - (2 * TILE_WIDTH >> height);
}

void tile_nodes_make(struct tile_nodes *t, const struct sha256 *hashes, unsigned width)
{
	t->width = width;
	memcpy(t->node, hashes, width * sizeof *hashes);
	for (unsigned h = 1; width >> h > 0; h++) {
		const struct sha256 *below = &t->node[height_start(h - 1)];
		struct sha256 *row = &t->node[height_start(h)];
		for (unsigned i = 0; i < width >> h; i++)
			row[i] = merkle_node(&below[2 * i], &below[2 * i + 1]);
	}
}

const struct sha256 *tile_nodes_at(const struct tile_nodes *t, unsigned height, unsigned index)
{
	return height <= 8 && index < t->width >> height ? &t->node[height_start(height) + index] : NULL;
}

/* The largest power of two below n (n > 1), as its exponent. */
static unsigned split(int64_t n)
{
	return 63u - (unsigned)__builtin_clzll((uint64_t)n - 1);
}

/* Root of the leaves [from, to): at most one complete subtree per binary digit. */
static int range_root(
	int64_t from, int64_t to, merkle_node_fn *fn, void *user, struct sha256 *out, struct err *e)
{
	struct sha256 part[64];
	size_t count = 0;

	while (to - from > 1) {
		unsigned h = split(to - from);
		if (to - from == (int64_t)2 << h)
			h++;
		if (fn(user, h, from >> h, &part[count++], e) != 0)
			return -1;
		from += (int64_t)1 << h;
	}
	if (to > from && fn(user, 0, from, &part[count++], e) != 0)
		return -1;
	struct sha256 root = part[--count];
	while (count > 0)
		root = merkle_node(&part[--count], &root);
	*out = root;
	return 0;
}

int merkle_prove(int64_t index, int64_t size, merkle_node_fn *fn, void *user, struct sha256 out[MERKLE_PATH],
	size_t *count, struct err *e)
{
	struct sha256 down[MERKLE_PATH];
	int64_t from = 0, to = size;
	size_t n = 0;

	while (to - from > 1) {
		int64_t middle = from + ((int64_t)1 << split(to - from));
		bool left = index < middle;
		if (range_root(left ? middle : from, left ? to : middle, fn, user, &down[n++], e) != 0)
			return -1;
		if (left)
			to = middle;
		else
			from = middle;
	}
	for (size_t i = 0; i < n; i++)
		out[i] = down[n - 1 - i];
	*count = n;
	return 0;
}

bool merkle_check(const struct sha256 *leaf, int64_t index, int64_t size, const struct sha256 *path,
	size_t count, const struct sha256 *root)
{
	struct sha256 hash = *leaf;

	if (index < 0 || index >= size)
		return false;
	uint64_t at = (uint64_t)index, last = (uint64_t)size - 1;
	for (size_t i = 0; i < count; i++) {
		if (last == 0)
			return false;
		if (at % 2 == 1 || at == last) {
			hash = merkle_node(&path[i], &hash);
			for (; at % 2 == 0 && at != 0; at >>= 1)
				last >>= 1;
		} else {
			hash = merkle_node(&hash, &path[i]);
		}
		at >>= 1;
		last >>= 1;
	}
	return last == 0 && merkle_equal(&hash, root);
}
