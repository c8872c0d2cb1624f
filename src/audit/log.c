#include "audit/log.h"

#include "audit/leaf.h"
#include "audit/note.h"
#include "audit/receipt.h"
#include "audit/tiles.h"
#include "base/auto.h"
#include "base/i18n.h"
#include "base/outfile.h"
#include "crypto/hash.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct audit_log {
	char *dir;       /* owned */
	struct key *key; /* owned; NULL: reads only */
	struct vkey vkey;
	struct merkle tree;
	struct buf bundle;       /* leaves of the level-0 tile at the edge, as the bundle holds them */
	unsigned changed;        /* bit per level: the tile at the edge is not on disk as it is here */
	int64_t committed;       /* size of the checkpoint on disk; -1 = there is none */
	struct sha256 root;      /* of that checkpoint */
	struct buf checkpoint;   /* its text */
	struct tile_batch batch; /* tiles that are full or at the edge, not yet in place */
	bool broken;             /* a write failed: what is in memory may be ahead of the files */
	struct cached_tile {     /* one per level: receipts of a batch share their tiles */
		int64_t n;       /* -1 = empty */
		struct tile_nodes nodes;
	} cache[TREE_LEVELS][2];
};

/* ---- opening -------------------------------------------------------------------------------------------- */

static bool exists(const char *path)
{
	struct stat st;

	return lstat(path, &st) == 0;
}

/* The log's verifier key is what its checkers hold: a log cannot change it by accident. */
static int settle_vkey(struct audit_log *l, const char *origin, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT(4096);
	AUTO(free_ptr) char *path = tile_file(l->dir, "vkey");
	struct vkey there;

	if (!path)
		return err_nomem(e);
	if (l->key) {
		if (vkey_of(origin, l->key, &l->vkey, e) != 0)
			return -1;
		if (!exists(path)) {
			vkey_write(&l->vkey, &text);
			buf_addc(&text, '\n');
			return buf_check(&text, e) != 0 ? -1
							: outfile_put(path, 0644, text.data, text.len, e);
		}
	}
	if (log_file_load(l->dir, "vkey", &text, e) != 0 ||
		vkey_parse(buf_str(&text), text.len, &there, e) != 0)
		return err_context(e, _("log '%s'"), l->dir);
	if (l->key && memcmp(&there, &l->vkey, sizeof there) != 0)
		return err_set(e, ERR_CONFIG,
			_("'%s' belongs to another key or origin than this one: use the key that the log was "
			  "begun with"),
			path);
	l->vkey = there;
	return 0;
}

static int read_checkpoint(struct audit_log *l, const char *origin, struct err *e)
{
	AUTO(free_ptr) char *path = tile_file(l->dir, "checkpoint");
	struct checkpoint c;
	const char *text;
	size_t len;

	if (!path)
		return err_nomem(e);
	l->committed = -1;
	if (!exists(path))
		return 0;
	if (log_file_load(l->dir, "checkpoint", &l->checkpoint, e) != 0)
		return -1;
	if (note_open(l->checkpoint.data, l->checkpoint.len, &l->vkey, &text, &len, e) != 0 ||
		checkpoint_parse(text, len, &c, e) != 0)
		return err_context(e, "'%s'", path);
	if (origin && strcmp(c.origin, origin) != 0)
		return err_set(
			e, ERR_CONFIG, _("'%s' is of the log '%s', not of '%s'"), path, c.origin, origin);
	l->committed = c.size;
	l->root = c.root;
	return 0;
}

/* The leaves at the edge must be the ones that the tile hashes. */
static int check_bundle(const struct audit_log *l, struct err *e)
{
	const unsigned char *p = l->bundle.data, *end = p + l->bundle.len, *leaf;
	size_t len;

	for (unsigned i = 0; i < l->tree.level[0].width; i++) {
		if (bundle_next(&p, end, &leaf, &len) != 1)
			return err_set(e, ERR_BUG, _("log '%s': a bundle changed while it was read"), l->dir);
		struct sha256 hash = merkle_leaf(leaf, len);
		if (!merkle_equal(&hash, &l->tree.level[0].hash[i]))
			return err_set(e, ERR_INPUT,
				_("log '%s' is damaged: entry %lld is not what the tile hashes"), l->dir,
				(long long)(l->committed / TILE_WIDTH * TILE_WIDTH + i));
	}
	return 0;
}

static int read_edge(struct audit_log *l, struct err *e)
{
	for (unsigned level = 0; level < TREE_LEVELS; level++) {
		AUTO(buf_release) struct buf tile = BUF_INIT(TILE_WIDTH * SHA256_LEN);
		struct tile_name name = {(int)level, merkle_full_tiles(l->committed, level),
			merkle_edge_width(l->committed, level)};
		if (name.width == 0)
			continue;
		if (tile_load(l->dir, &name, &tile, e) != 0)
			return -1;
		l->tree.level[level].width = name.width;
		memcpy(l->tree.level[level].hash, tile.data, tile.len);
		if (level > 0)
			continue;
		name.level = TILE_ENTRIES;
		if (tile_load(l->dir, &name, &l->bundle, e) != 0 || check_bundle(l, e) != 0)
			return -1;
	}
	l->tree.size = l->committed;
	struct sha256 root = merkle_root(&l->tree);
	if (!merkle_equal(&root, &l->root))
		return err_set(e, ERR_INPUT,
			_("log '%s' is damaged: the tiles do not give the root of the checkpoint"), l->dir);
	return 0;
}

/* A killed run leaves temporary files where it was writing: at the edge. */
static int sweep(const struct audit_log *l, struct err *e)
{
	int64_t size = l->committed > 0 ? l->committed : 0;

	if (outfile_sweep(l->dir, e) != 0)
		return -1;
	for (int level = TILE_ENTRIES; level < (int)TREE_LEVELS; level++) {
		struct tile_name name = {level, merkle_full_tiles(size, level < 0 ? 0 : (unsigned)level), 1};
		char text[TILE_PATH];
		tile_name_write(&name, text);
		/* The folder of the partial tiles, then the one of the full tiles. */
		for (int up = 0; up < 2; up++) {
			*strrchr(text, '/') = '\0';
			AUTO(free_ptr) char *folder = tile_file(l->dir, text);
			if (!folder)
				return err_nomem(e);
			if (outfile_sweep(folder, e) != 0)
				return -1;
		}
	}
	return 0;
}

static void forget_cache(struct audit_log *l)
{
	for (size_t i = 0; i < TREE_LEVELS; i++)
		l->cache[i][0].n = l->cache[i][1].n = -1;
}

int audit_log_open(const struct audit_config *config, struct audit_log **out, struct err *e)
{
	AUTO(audit_log_release) struct audit_log *l = calloc(1, sizeof *l);

	if (!l || !(l->dir = strdup(config->dir)))
		return err_nomem(e);
	l->bundle = (struct buf)BUF_INIT(BUNDLE_MAX_BYTES);
	l->checkpoint = (struct buf)BUF_INIT(NOTE_MAX_BYTES);
	forget_cache(l);
	if (config->key_path && (outfile_mkdirs(l->dir, 0755, e) != 0 ||
					key_load_or_make(config->key_path, KEY_ED25519, &l->key, e) != 0))
		return -1;
	if (settle_vkey(l, config->origin, e) != 0 || read_checkpoint(l, config->origin, e) != 0)
		return -1;
	if (l->key && sweep(l, e) != 0)
		return -1;
	if (l->committed > 0 && read_edge(l, e) != 0)
		return -1;
	if (l->committed == 0) {
		struct sha256 empty = merkle_root(&l->tree);
		if (!merkle_equal(&empty, &l->root))
			return err_set(e, ERR_INPUT,
				_("log '%s' is damaged: the root of its empty tree is wrong"), l->dir);
	}
	*out = steal(&l);
	return 0;
}

void audit_log_free(struct audit_log *l)
{
	if (!l)
		return;
	tile_batch_release(&l->batch);
	key_free(l->key);
	buf_release(&l->bundle);
	buf_release(&l->checkpoint);
	free(l->dir);
	free(l);
}

void audit_log_release(struct audit_log **l)
{
	audit_log_free(*l);
	*l = NULL;
}

int64_t audit_log_size(const struct audit_log *l)
{
	return l->tree.size;
}

/* ---- writing -------------------------------------------------------------------------------------------- */

/* A tile is full: it is written out at once, so that memory holds only the edge however many leaves are added. */
static int store_full(
	void *user, unsigned level, int64_t n, const struct sha256 hashes[TILE_WIDTH], struct err *e)
{
	struct audit_log *l = user;
	struct tile_name name = {(int)level, n, TILE_WIDTH};

	if (tile_store(&l->batch, l->dir, &name, hashes, TILE_WIDTH * SHA256_LEN, e) != 0)
		return -1;
	l->changed &= ~(1u << level);
	l->changed |= 1u << (level + 1);
	if (level > 0)
		return 0;
	name.level = TILE_ENTRIES;
	if (tile_store(&l->batch, l->dir, &name, l->bundle.data, l->bundle.len, e) != 0)
		return -1;
	buf_reset(&l->bundle);
	return 0;
}

static int usable(const struct audit_log *l, struct err *e)
{
	if (!l->key)
		return err_set(e, ERR_BUG, _("log '%s' is open for reading only"), l->dir);
	if (l->broken)
		return err_set(e, ERR_IO, _("log '%s' could not be written before: open it again"), l->dir);
	return 0;
}

int audit_log_add(struct audit_log *l, const void *leaf, size_t len, struct err *e)
{
	if (usable(l, e) != 0)
		return -1;
	if (len == 0 || len > LEAF_MAX_BYTES)
		return err_set(e, ERR_BUG, _("log '%s': a leaf has 1 to %u bytes, not %zu"), l->dir,
			LEAF_MAX_BYTES, len);
	buf_addc(&l->bundle, (char)(len >> 8));
	buf_addc(&l->bundle, (char)(len & 0xff));
	buf_add(&l->bundle, leaf, len);
	struct sha256 hash = merkle_leaf(leaf, len);
	l->changed |= 1;
	if (buf_check(&l->bundle, e) == 0 && merkle_add(&l->tree, &hash, store_full, l, e) == 0)
		return 0;
	l->broken = true;
	return -1;
}

static int store_edge(struct audit_log *l, struct err *e)
{
	for (unsigned level = 0; level < TREE_LEVELS; level++) {
		const struct merkle_edge *edge = &l->tree.level[level];
		struct tile_name name = {(int)level, merkle_full_tiles(l->tree.size, level), edge->width};
		if (!(l->changed & 1u << level) || edge->width == 0)
			continue;
		if (tile_store(&l->batch, l->dir, &name, edge->hash, edge->width * sizeof *edge->hash, e) !=
			0)
			return -1;
		name.level = TILE_ENTRIES;
		if (level == 0 && tile_store(&l->batch, l->dir, &name, l->bundle.data, l->bundle.len, e) != 0)
			return -1;
	}
	return 0;
}

/* The partial tiles that the batch filled up; the specification lets them go once the full one is there. */
static void drop_obsolete(const struct audit_log *l, int64_t before)
{
	for (unsigned level = 0; level < TREE_LEVELS; level++) {
		int64_t n = merkle_full_tiles(before, level);
		if (n == merkle_full_tiles(l->committed, level))
			return;
		tile_drop_partials(l->dir, (int)level, n);
		if (level == 0)
			tile_drop_partials(l->dir, TILE_ENTRIES, n);
	}
}

static int store_checkpoint(struct audit_log *l, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT(NOTE_MAX_BYTES);
	AUTO(buf_release) struct buf note = BUF_INIT(NOTE_MAX_BYTES);
	AUTO(free_ptr) char *path = tile_file(l->dir, "checkpoint");
	struct checkpoint c = {.size = l->tree.size, .root = merkle_root(&l->tree)};

	if (!path)
		return err_nomem(e);
	memcpy(c.origin, l->vkey.name, sizeof c.origin);
	checkpoint_write(&c, &text);
	if (buf_check(&text, e) != 0 || note_sign(text.data, text.len, &l->vkey, l->key, &note, e) != 0 ||
		outfile_put(path, 0644, note.data, note.len, e) != 0)
		return -1;
	buf_release(&l->checkpoint);
	l->checkpoint = note;
	note = (struct buf)BUF_INIT(0);
	l->committed = c.size;
	l->root = c.root;
	return 0;
}

int audit_log_commit(struct audit_log *l, struct err *e)
{
	int64_t before = l->committed > 0 ? l->committed : 0;

	if (usable(l, e) != 0)
		return -1;
	if (l->committed == l->tree.size)
		return 0;
	if (store_edge(l, e) != 0 || tile_batch_commit(&l->batch, e) != 0 || store_checkpoint(l, e) != 0) {
		l->broken = true;
		return -1;
	}
	l->changed = 0;
	forget_cache(l);
	drop_obsolete(l, before);
	return 0;
}

/* ---- proving -------------------------------------------------------------------------------------------- */

/* A node of the committed tree, out of the tile that spans it. */
static int find_node(void *user, unsigned height, int64_t index, struct sha256 *out, struct err *e)
{
	struct audit_log *l = user;
	unsigned level = height / 8, above = height % 8;
	int64_t first = (int64_t)((uint64_t)index << above); /* of the tile level's hashes */
	struct tile_name name = {(int)level, first / TILE_WIDTH, TILE_WIDTH};

	if (name.n == merkle_full_tiles(l->committed, level))
		name.width = merkle_edge_width(l->committed, level);
	struct cached_tile *c = &l->cache[level][name.width < TILE_WIDTH];
	if (c->n != name.n || c->nodes.width != name.width) {
		AUTO(buf_release) struct buf tile = BUF_INIT(TILE_WIDTH * SHA256_LEN);
		struct sha256 hashes[TILE_WIDTH];
		if (tile_load(l->dir, &name, &tile, e) != 0)
			return -1;
		memcpy(hashes, tile.data, tile.len);
		tile_nodes_make(&c->nodes, hashes, name.width);
		c->n = name.n;
	}
	const struct sha256 *node = tile_nodes_at(&c->nodes, above, (unsigned)(first % TILE_WIDTH) >> above);
	if (!node)
		return err_set(e, ERR_BUG, _("log '%s': no node %lld at height %u"), l->dir, (long long)index,
			height);
	*out = *node;
	return 0;
}

int audit_log_prove(
	struct audit_log *l, int64_t index, const struct event *event, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf leaf = BUF_INIT(LEAF_MAX_BYTES);
	AUTO(buf_release) struct buf receipt = BUF_INIT(LIMIT_RECEIPT_BYTES);
	struct sha256 path[MERKLE_PATH];
	size_t count;

	if (index < 0 || index >= l->committed)
		return err_set(e, ERR_BUG, _("log '%s': entry %lld is not in the checkpoint of size %lld"),
			l->dir, (long long)index, (long long)l->committed);
	leaf_write(event, &leaf);
	if (buf_check(&leaf, e) != 0 || merkle_prove(index, l->committed, find_node, l, path, &count, e) != 0)
		return -1;
	/* Never hand out a proof that does not hold: the event may not be this entry, or a tile be damaged. */
	struct sha256 hash = merkle_leaf(leaf.data, leaf.len);
	if (!merkle_check(&hash, index, l->committed, path, count, &l->root)) {
		forget_cache(l);
		return err_set(e, ERR_INPUT,
			_("log '%s': entry %lld is not this event, or a tile is damaged"), l->dir,
			(long long)index);
	}
	receipt_write(event, index, path, count, l->checkpoint.data, l->checkpoint.len, &receipt);
	if (buf_check(&receipt, e) != 0)
		return -1;
	buf_add(out, receipt.data, receipt.len);
	return buf_check(out, e);
}
