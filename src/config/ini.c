#include "config/ini.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#include <ini.h>
#include <string.h>

struct reading {
	const char *rest; /* of the file's text */
	unsigned line;    /* lines handed to inih so far */
	ini_entry_fn *fn;
	void *user;
	struct err *e;
};

/* inih's reader, like fgets(). Counting here gives handlers a line number, which inih's own call lacks. */
static char *next_line(char *to, int size, void *stream)
{
	struct reading *r = stream;

	if (!*r->rest || size < 2)
		return NULL;
	const char *end = strchr(r->rest, '\n');
	size_t len = end ? (size_t)(end - r->rest) + 1 : strlen(r->rest);
	if (len > (size_t)size - 1)
		len = (size_t)size - 1;
	memcpy(to, r->rest, len);
	to[len] = '\0';
	r->rest += len;
	r->line++;
	return to;
}

static int entry(void *user, const char *section, const char *key, const char *value)
{
	struct reading *r = user;

	if (r->e->kind != ERR_NONE)
		return 0;
	return r->fn(r->user, section, key, value ? value : "", r->line, r->e) == 0;
}

int ini_load(const char *path, ini_entry_fn *fn, void *user, struct err *e)
{
	AUTO(buf_release) struct buf text = BUF_INIT(LIMIT_SETUP_BYTES);
	struct err own = ERR_INIT;
	struct reading r = {.fn = fn, .user = user, .e = &own};

	if (buf_load(&text, path, &own) != 0)
		return err_set(e, ERR_CONFIG, "%s", own.msg);
	if (!utf8_is_valid(buf_str(&text), text.len) || strlen(buf_str(&text)) != text.len)
		return err_set(e, ERR_CONFIG, _("%s: not a UTF-8 text file"), path);
	/* inih reads lines of up to INI_MAX_LINE bytes and would split a longer one silently. */
	unsigned at = 1;
	for (const char *p = buf_str(&text); *p; at++) {
		size_t len = strcspn(p, "\n");
		if (len > 180)
			return err_set(e, ERR_CONFIG, _("%s:%u: line longer than 180 bytes"), path, at);
		p += len + (p[len] == '\n');
	}
	r.rest = buf_str(&text);
	int bad = ini_parse_stream(next_line, &r, entry, &r);
	if (own.kind != ERR_NONE)
		return err_set(e, own.kind, "%s:%u: %s", path, r.line, own.msg);
	if (bad < 0)
		return err_nomem(e);
	if (bad > 0)
		return err_set(e, ERR_CONFIG, _("%s:%d: neither [section] nor key = value"), path, bad);
	return 0;
}
