#include "sandbox/issued.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

struct issued {
	pthread_mutex_t lock;
	char *path;                   /* owned */
	int fd;                       /* appends */
	struct issued_entry *entries; /* owned; one per serial number */
	size_t count, room;
};

static struct issued_entry *find(const struct issued *r, const char *authority, const char *serial)
{
	for (size_t i = r->count; i-- > 0;)
		if (strcmp(r->entries[i].serial, serial) == 0 &&
			strcmp(r->entries[i].authority, authority) == 0)
			return &r->entries[i];
	return NULL;
}

static int keep(struct issued *r, const struct issued_entry *entry, struct err *e)
{
	struct issued_entry *known = find(r, entry->authority, entry->serial);

	if (known) {
		known->status = entry->status;
		return 0;
	}
	if (r->count == r->room) {
		size_t room = r->room ? 2 * r->room : 64;
		struct issued_entry *more = realloc(r->entries, room * sizeof *more);
		if (!more)
			return err_nomem(e);
		r->entries = more;
		r->room = room;
	}
	r->entries[r->count++] = *entry;
	return 0;
}

static bool parse_line(const char *line, struct issued_entry *out)
{
	struct issued_entry en = {.serial = ""};
	char word[16];

	if (sscanf(line, "%63s %7s %63s %15s %" SCNd64 " %d", en.serial, en.authority, en.name, word,
		    &en.status.revoked_at, &en.status.reason) != 6)
		return false;
	en.status.is = strcmp(word, "revoked") == 0 ? ISSUED_REVOKED : ISSUED_GOOD;
	*out = en;
	return true;
}

/* Everything again: what is known stays, what another process wrote is added. */
static int load(struct issued *r, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_PDF_BYTES);
	char *rest, *line;
	struct issued_entry entry;

	if (buf_load(&text, r->path, e) != 0)
		return -1;
	if (!text.data)
		return 0;
	for (line = strtok_r((char *)text.data, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest))
		if (parse_line(line, &entry) && keep(r, &entry, e) != 0)
			return -1;
	return 0;
}

int issued_open(const char *path, struct issued **out, struct err *e)
{
	AUTO(issued_release) struct issued *r = calloc(1, sizeof *r);

	if (!r || pthread_mutex_init(&r->lock, NULL) != 0) {
		free(steal(&r));
		return err_nomem(e);
	}
	r->fd = open(path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (r->fd < 0)
		return err_sys(e, ERR_IO, errno, _("cannot open '%s'"), path);
	if (!(r->path = strdup(path)))
		return err_nomem(e);
	if (load(r, e) != 0)
		return -1;
	*out = steal(&r);
	return 0;
}

void issued_free(struct issued *r)
{
	if (!r)
		return;
	if (r->fd >= 0)
		close(r->fd);
	pthread_mutex_destroy(&r->lock);
	free(r->entries);
	free(r->path);
	free(r);
}

void issued_release(struct issued **r)
{
	issued_free(*r);
	*r = NULL;
}

int issued_put(struct issued *r, const struct issued_entry *entry, struct err *e)
{
	char line[256];
	int len = snprintf(line, sizeof line, "%s %s %s %s %" PRId64 " %d\n", entry->serial, entry->authority,
		entry->name, entry->status.is == ISSUED_REVOKED ? "revoked" : "good",
		entry->status.revoked_at, entry->status.reason);

	pthread_mutex_lock(&r->lock);
	/* One write of one line: another process that appends cannot come in between. */
	int result = write(r->fd, line, (size_t)len) == len
			     ? keep(r, entry, e)
			     : err_sys(e, ERR_IO, errno, _("cannot write '%s'"), r->path);
	pthread_mutex_unlock(&r->lock);
	return result;
}

struct issued_status issued_standing(struct issued *r, const char *authority, const char *serial)
{
	struct issued_status status = {.is = ISSUED_UNKNOWN};
	struct err ignored = ERR_INIT;

	pthread_mutex_lock(&r->lock);
	const struct issued_entry *found = find(r, authority, serial);
	if (!found && load(r, &ignored) == 0)
		found = find(r, authority, serial);
	if (found)
		status = found->status;
	pthread_mutex_unlock(&r->lock);
	return status;
}

int issued_list(
	struct issued *r, const char *authority, struct issued_entry **out, size_t *count, struct err *e)
{
	pthread_mutex_lock(&r->lock);
	int result = load(r, e);
	struct issued_entry *list = result == 0 ? calloc(r->count + 1, sizeof *list) : NULL;
	size_t n = 0;
	for (size_t i = 0; list && i < r->count; i++)
		if (strcmp(r->entries[i].authority, authority) == 0)
			list[n++] = r->entries[i];
	pthread_mutex_unlock(&r->lock);
	if (result != 0)
		return -1;
	if (!list)
		return err_nomem(e);
	*out = list;
	*count = n;
	return 0;
}
