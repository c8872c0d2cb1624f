#include "audit/check.h"

#include "audit/note.h"
#include "audit/tiles.h"
#include "base/auto.h"
#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* Errors of the kinds INPUT and CRYPTO are findings: what is in the files does not fit. Others: could not look. */
struct checker {
	const char *dir;
	audit_source *source; /* may be NULL */
	void *user;
	int64_t size;       /* of the checkpoint */
	int64_t beyond;     /* files of an unfinished batch */
	struct merkle tree; /* grown again from the leaves */
};

/* ---- checkpoint ----------------------------------------------------------------------------------------- */

static int check_checkpoint(
	struct checker *c, const char *origin, const char *vkey, struct checkpoint *out, struct err *e)
{
	AUTO(buf_release) struct buf key_text = BUF_INIT(4096);
	AUTO(buf_release) struct buf note = BUF_INIT(NOTE_MAX_BYTES);
	struct vkey key, there;
	const char *text;
	size_t len;

	if (log_file_load(c->dir, "vkey", &key_text, e) != 0)
		return -1;
	if (vkey_parse((const char *)key_text.data, key_text.len, &there, e) != 0)
		return err_context(e, "'%s/vkey'", c->dir);
	key = there;
	if (vkey && vkey_parse(vkey, strlen(vkey), &key, e) != 0)
		return -1;
	if (memcmp(&key, &there, sizeof key) != 0)
		return err_set(e, ERR_CRYPTO, _("'%s/vkey' is not the verifier key that you trust"), c->dir);
	if (log_file_load(c->dir, "checkpoint", &note, e) != 0)
		return -1;
	if (note_open(note.data, note.len, &key, &text, &len, e) != 0 ||
		checkpoint_parse(text, len, out, e) != 0)
		return err_context(e, "'%s/checkpoint'", c->dir);
	if (origin && strcmp(out->origin, origin) != 0)
		return err_set(e, ERR_INPUT, _("'%s/checkpoint' is of the log '%s', not of '%s'"), c->dir,
			out->origin, origin);
	return 0;
}

/* ---- tiles ---------------------------------------------------------------------------------------------- */

/* A tile on disk against the hashes that the leaves give. */
static int compare_tile(struct checker *c, unsigned level, int64_t n, const struct sha256 *hashes,
	unsigned width, struct err *e)
{
	AUTO(buf_release) struct buf tile = BUF_INIT(TILE_WIDTH * SHA256_LEN);
	struct tile_name name = {(int)level, n, width};
	char text[TILE_PATH];

	if (tile_load(c->dir, &name, &tile, e) != 0)
		return -1;
	tile_name_write(&name, text);
	for (unsigned i = 0; i < width; i++)
		if (memcmp(tile.data + i * SHA256_LEN, hashes[i].bytes, SHA256_LEN) != 0)
			return err_set(e, ERR_INPUT, _("'%s/%s': hash %u is not what the entries give"),
				c->dir, text, i);
	return 0;
}

static int full_tile(
	void *user, unsigned level, int64_t n, const struct sha256 hashes[TILE_WIDTH], struct err *e)
{
	return compare_tile(user, level, n, hashes, TILE_WIDTH, e);
}

static int compare_source(
	struct checker *c, int64_t index, const unsigned char *leaf, size_t len, struct err *e)
{
	AUTO(buf_release) struct buf known = BUF_INIT(LEAF_MAX_BYTES);
	bool found = false;

	if (!c->source)
		return 0;
	if (c->source(c->user, index, &known, &found, e) != 0)
		return -1;
	if (!found)
		return err_set(e, ERR_INPUT, _("the log has entry %lld and the ledger has no such event"),
			(long long)index);
	if (known.len != len || memcmp(known.data, leaf, len) != 0)
		return err_set(e, ERR_INPUT, _("entry %lld of the log is not the event of the ledger"),
			(long long)index);
	return 0;
}

/* One bundle at a time: memory does not depend on the size of the log. */
static int check_bundle(struct checker *c, int64_t n, struct err *e)
{
	int64_t left = c->size - n * TILE_WIDTH;
	struct tile_name name = {TILE_ENTRIES, n, left < TILE_WIDTH ? (unsigned)left : TILE_WIDTH};
	AUTO(buf_release) struct buf bundle = BUF_INIT(BUNDLE_MAX_BYTES);
	const unsigned char *leaf;
	size_t len;

	if (tile_load(c->dir, &name, &bundle, e) != 0)
		return -1;
	const unsigned char *p = bundle.data, *end = p + bundle.len;
	while (bundle_next(&p, end, &leaf, &len) == 1) {
		struct sha256 hash = merkle_leaf(leaf, len);
		if (compare_source(c, c->tree.size, leaf, len, e) != 0 ||
			merkle_add(&c->tree, &hash, full_tile, c, e) != 0)
			return -1;
	}
	return 0;
}

static int check_tree(struct checker *c, const struct checkpoint *checkpoint, struct err *e)
{
	for (int64_t n = 0; n < (c->size + TILE_WIDTH - 1) / TILE_WIDTH; n++)
		if (check_bundle(c, n, e) != 0)
			return -1;
	for (unsigned level = 0; level < TREE_LEVELS; level++)
		if (c->tree.level[level].width > 0 &&
			compare_tile(c, level, merkle_full_tiles(c->size, level), c->tree.level[level].hash,
				c->tree.level[level].width, e) != 0)
			return -1;
	struct sha256 root = merkle_root(&c->tree);
	if (!merkle_equal(&root, &checkpoint->root))
		return err_set(e, ERR_INPUT, _("'%s/checkpoint': the root hash is not what the entries give"),
			c->dir);
	return 0;
}

static int check_source_end(struct checker *c, struct err *e)
{
	AUTO(buf_release) struct buf leaf = BUF_INIT(LEAF_MAX_BYTES);
	bool found = false;

	if (!c->source)
		return 0;
	if (c->source(c->user, c->size, &leaf, &found, e) != 0)
		return -1;
	if (found)
		return err_set(e, ERR_INPUT,
			_("the ledger has more events than the log, which ends before entry %lld"),
			(long long)c->size);
	return 0;
}

/* ---- what else lies in the folder ----------------------------------------------------------------------- */

/*
 * A file that the tree doesn't need: an older partial tile, which must be the beginning of the tile that replaced
 * it; or what a writer has put down for its next checkpoint, which must go on from what is there.
 */
static int check_spare(struct checker *c, const char *text, const struct tile_name *name, struct err *e)
{
	unsigned level = name->level == TILE_ENTRIES ? 0 : (unsigned)name->level;
	int64_t full = merkle_full_tiles(c->size, level);
	unsigned edge = merkle_edge_width(c->size, level);
	unsigned known = name->n < full ? TILE_WIDTH : name->n == full ? edge : 0;

	/* The tree itself has been compared already. */
	if (name->width == known)
		return 0;
	if (known < name->width)
		c->beyond++;
	AUTO(buf_release) struct buf here = BUF_INIT(BUNDLE_MAX_BYTES);
	AUTO(buf_release) struct buf there = BUF_INIT(BUNDLE_MAX_BYTES);
	struct tile_name other = {name->level, name->n, known};
	if (tile_load(c->dir, name, &here, e) != 0)
		return -1;
	if (known == 0)
		return 0;
	if (tile_load(c->dir, &other, &there, e) != 0)
		return -1;
	size_t common = here.len < there.len ? here.len : there.len;
	if (memcmp(here.data, there.data, common) != 0)
		return err_set(e, ERR_INPUT, _("'%s/%s' is not the beginning of its tile"), c->dir, text);
	return 0;
}

#define TREE_DEPTH 16 /* folders below tile/: the longest name has fewer */

static int check_folder(struct checker *c, const char *folder, unsigned depth, struct err *e);

static int check_entry(struct checker *c, const char *text, unsigned depth, struct err *e)
{
	AUTO(free_ptr) char *path = tile_file(c->dir, text);
	struct tile_name name;
	struct stat st;

	if (!path)
		return err_nomem(e);
	if (lstat(path, &st) != 0) /* a writer at work has removed it since */
		return errno == ENOENT ? 0 : err_sys(e, ERR_IO, errno, _("cannot read '%s'"), path);
	if (S_ISDIR(st.st_mode) && depth < TREE_DEPTH)
		return check_folder(c, text, depth + 1, e);
	if (!S_ISREG(st.st_mode) || !tile_name_parse(text, &name) || name.level >= (int)TREE_LEVELS)
		return err_set(e, ERR_INPUT, _("'%s' does not belong to the log"), path);
	return check_spare(c, text, &name, e);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

struct names {
	char **name; /* owned */
	size_t count, cap;
};

static void names_release(struct names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->name[i]);
	free(n->name);
}

static int read_folder(DIR *d, struct names *out, struct err *e)
{
	for (struct dirent *entry; (entry = readdir(d));) {
		/* A writer's temporary files are not tiles and cannot be asked for. */
		if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0 ||
			strncmp(entry->d_name, ".tmp-", 5) == 0)
			continue;
		if (out->count == out->cap) {
			size_t cap = out->cap ? 2 * out->cap : 64;
			char **grown = reallocarray(out->name, cap, sizeof *grown);
			if (!grown)
				return err_nomem(e);
			out->name = grown;
			out->cap = cap;
		}
		if (!(out->name[out->count] = strdup(entry->d_name)))
			return err_nomem(e);
		out->count++;
	}
	return 0;
}

/* In the order of names, so that "the first thing that does not fit" is the same on every machine. */
static int check_folder(struct checker *c, const char *folder, unsigned depth, struct err *e)
{
	AUTO(free_ptr) char *path = tile_file(c->dir, folder);
	AUTO(names_release) struct names names = {NULL, 0, 0};

	if (!path)
		return err_nomem(e);
	DIR *d = opendir(path);
	if (!d)
		return errno == ENOENT ? 0 : err_sys(e, ERR_IO, errno, _("cannot read folder '%s'"), path);
	int r = read_folder(d, &names, e);
	closedir(d);
	if (names.count > 0)
		qsort(names.name, names.count, sizeof *names.name, by_name);
	for (size_t i = 0; r == 0 && i < names.count; i++) {
		AUTO(free_ptr) char *text = tile_file(folder, names.name[i]);
		r = text ? check_entry(c, text, depth, e) : err_nomem(e);
	}
	return r;
}

/* --------------------------------------------------------------------------------------------------------- */

static int check_all(
	struct checker *c, const char *origin, const char *vkey, struct audit_result *result, struct err *e)
{
	struct checkpoint checkpoint;

	if (check_checkpoint(c, origin, vkey, &checkpoint, e) != 0)
		return -1;
	c->size = result->size = checkpoint.size;
	result->root = checkpoint.root;
	if (check_tree(c, &checkpoint, e) != 0 || check_source_end(c, e) != 0)
		return -1;
	int r = check_folder(c, "tile", 0, e);
	result->beyond = c->beyond;
	return r;
}

int audit_check(const char *dir, const char *origin, const char *vkey, audit_source *source, void *user,
	struct audit_result *out, struct err *e)
{
	AUTO(free_ptr) struct checker *c = calloc(1, sizeof *c);
	struct audit_result result = {.good = false};
	struct err why = ERR_INIT;
	struct stat st;

	if (!c)
		return err_nomem(e);
	if (stat(dir, &st) != 0)
		return err_sys(e, ERR_IO, errno, _("cannot read the log '%s'"), dir);
	c->dir = dir;
	c->source = source;
	c->user = user;
	if (check_all(c, origin, vkey, &result, &why) == 0) {
		result.good = true;
	} else if (why.kind == ERR_INPUT || why.kind == ERR_CRYPTO) {
		snprintf(result.why, sizeof result.why, "%s", why.msg);
	} else {
		if (e && e->kind == ERR_NONE)
			*e = why;
		return -1;
	}
	*out = result;
	return 0;
}
