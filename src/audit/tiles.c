#include "audit/tiles.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void tile_name_write(const struct tile_name *name, char out[TILE_PATH])
{
	unsigned group[7]; /* 19 digits at most */
	size_t groups = 0, at;

	for (int64_t n = name->n; groups == 0 || n > 0; n /= 1000)
		group[groups++] = (unsigned)(n % 1000);
	if (name->level == TILE_ENTRIES)
		at = (size_t)snprintf(out, TILE_PATH, "tile/entries");
	else
		at = (size_t)snprintf(out, TILE_PATH, "tile/%d", name->level);
	while (groups-- > 0)
		at += (size_t)snprintf(
			out + at, TILE_PATH - at, "/%s%03u", groups > 0 ? "x" : "", group[groups]);
	if (name->width < TILE_WIDTH)
		snprintf(out + at, TILE_PATH - at, ".p/%u", name->width);
}

/* Digits up to a stop; false without any or beyond `max`. */
static bool number_at(const char **p, int64_t max, int64_t *out)
{
	int64_t value = 0;
	const char *start = *p;

	for (; **p >= '0' && **p <= '9'; ++*p) {
		value = value * 10 + (**p - '0');
		if (value > max)
			return false;
	}
	*out = value;
	return *p > start;
}

bool tile_name_parse(const char *text, struct tile_name *out)
{
	struct tile_name name = {.width = TILE_WIDTH};
	const char *p = text;
	char again[TILE_PATH];
	int64_t value;

	if (strncmp(p, "tile/", 5) != 0)
		return false;
	p += 5;
	if (strncmp(p, "entries", 7) == 0) {
		name.level = TILE_ENTRIES;
		p += 7;
	} else {
		if (!number_at(&p, 63, &value))
			return false;
		name.level = (int)value;
	}
	for (bool more = true; more;) {
		if (*p++ != '/')
			return false;
		more = *p == 'x';
		p += more;
		if (!number_at(&p, 999, &value) || name.n > (INT64_MAX - value) / 1000)
			return false;
		name.n = name.n * 1000 + value;
	}
	if (strncmp(p, ".p/", 3) == 0) {
		p += 3;
		if (!number_at(&p, TILE_WIDTH - 1, &value) || value == 0)
			return false;
		name.width = (unsigned)value;
	}
	/* Zeroes, groups and everything else that has one right spelling. */
	tile_name_write(&name, again);
	if (*p != '\0' || strcmp(again, text) != 0)
		return false;
	*out = name;
	return true;
}

int bundle_next(const unsigned char **p, const unsigned char *end, const unsigned char **leaf, size_t *len)
{
	size_t left = (size_t)(end - *p);

	if (left == 0)
		return 0;
	if (left < 2)
		return -1;
	size_t want = (size_t)(*p)[0] << 8 | (*p)[1];
	if (left - 2 < want)
		return -1;
	*leaf = *p + 2;
	*len = want;
	*p += 2 + want;
	return 1;
}

char *tile_file(const char *dir, const char *name)
{
	char *path = NULL;

	return asprintf(&path, "%s/%s", dir, name) < 0 ? NULL : path;
}

int log_file_load(const char *dir, const char *name, struct buf *out, struct err *e)
{
	AUTO(free_ptr) char *path = tile_file(dir, name);
	struct stat st;

	if (!path)
		return err_nomem(e);
	if (lstat(path, &st) != 0) {
		if (errno == ENOENT || errno == ENOTDIR)
			return err_set(e, ERR_INPUT, _("'%s' is missing"), path);
		return err_sys(e, ERR_IO, errno, _("cannot read '%s'"), path);
	}
	if (!S_ISREG(st.st_mode))
		return err_set(e, ERR_INPUT, _("'%s' is not a regular file"), path);
	if ((uintmax_t)st.st_size > out->max - out->len)
		return err_set(e, ERR_INPUT, _("'%s' is longer than it can be"), path);
	return buf_load(out, path, e);
}

/* How many bytes the first `width` leaves or hashes take; false when there are fewer. */
static bool measure(const struct tile_name *name, const struct buf *b, unsigned width, size_t *out)
{
	const unsigned char *p = b->data, *end = p + b->len, *leaf;
	size_t len;

	if (name->level != TILE_ENTRIES) {
		*out = (size_t)width * SHA256_LEN;
		return b->len >= *out;
	}
	for (unsigned i = 0; i < width; i++)
		if (!p || bundle_next(&p, end, &leaf, &len) != 1)
			return false;
	*out = p ? (size_t)(p - b->data) : 0;
	return true;
}

int tile_load(const char *dir, const struct tile_name *name, struct buf *out, struct err *e)
{
	size_t max = name->level == TILE_ENTRIES ? BUNDLE_MAX_BYTES : TILE_WIDTH * SHA256_LEN;
	AUTO(buf_release) struct buf whole = BUF_INIT(max);
	struct tile_name full = {name->level, name->n, TILE_WIDTH};
	struct err first = ERR_INIT;
	char text[TILE_PATH];
	size_t want;
	bool exact = true;

	tile_name_write(name, text);
	if (log_file_load(dir, text, &whole, &first) != 0) {
		if (first.kind != ERR_INPUT || name->width == TILE_WIDTH) {
			if (e && e->kind == ERR_NONE)
				*e = first;
			return -1;
		}
		struct err second = ERR_INIT;
		tile_name_write(&full, text);
		if (log_file_load(dir, text, &whole, &second) != 0) {
			if (e && e->kind == ERR_NONE)
				*e = first; /* the name that was looked for */
			return -1;
		}
		exact = false;
	}
	if (!measure(name, &whole, name->width, &want) || (exact && want != whole.len) ||
		(!exact && (!measure(name, &whole, TILE_WIDTH, &max) || max != whole.len)))
		return err_set(e, ERR_INPUT, _("'%s/%s' does not hold exactly %u entries"), dir, text,
			exact ? name->width : TILE_WIDTH);
	buf_add(out, whole.data, want);
	return buf_check(out, e);
}

static bool holds_already(const char *path, const void *bytes, size_t len)
{
	AUTO(buf_release) struct buf old = BUF_INIT(len);
	struct err ignored = ERR_INIT;

	return buf_load(&old, path, &ignored) == 0 && old.len == len && memcmp(old.data, bytes, len) == 0;
}

int tile_store(struct tile_batch *b, const char *dir, const struct tile_name *name, const void *bytes,
	size_t len, struct err *e)
{
	char text[TILE_PATH];

	tile_name_write(name, text);
	AUTO(free_ptr) char *path = tile_file(dir, text);
	if (!path)
		return err_nomem(e);
	if (holds_already(path, bytes, len))
		return 0;
	if (b->count == TILE_BATCH && tile_batch_commit(b, e) != 0)
		return -1;
	AUTO(outfile_release) struct outfile o = OUTFILE_INIT;
	if (outfile_open(&o, path, 0644, e) != 0 || outfile_write(&o, bytes, len, e) != 0)
		return -1;
	b->file[b->count++] = o;
	o = (struct outfile)OUTFILE_INIT;
	return 0;
}

int tile_batch_commit(struct tile_batch *b, struct err *e)
{
	int r = outfile_commit_all(b->file, b->count, e);

	tile_batch_release(b);
	return r;
}

void tile_batch_release(struct tile_batch *b)
{
	for (size_t i = 0; i < b->count; i++)
		outfile_release(&b->file[i]);
	b->count = 0;
}

void tile_drop_partials(const char *dir, int level, int64_t n)
{
	struct tile_name name = {level, n, 1};
	char text[TILE_PATH];

	tile_name_write(&name, text);
	*strrchr(text, '/') = '\0';
	AUTO(free_ptr) char *path = tile_file(dir, text);
	DIR *d = path ? opendir(path) : NULL;
	if (!d)
		return;
	for (struct dirent *entry; (entry = readdir(d));)
		if (entry->d_name[0] != '.')
			unlinkat(dirfd(d), entry->d_name, 0);
	closedir(d);
	rmdir(path);
}
