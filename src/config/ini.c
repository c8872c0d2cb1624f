#include "config/ini.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"

#include <ini.h>
#include <string.h>

/* inih's own buffers: 200 bytes for a line, 50 for a section's name, with line end and final 0. */
#define LINE_MAX_BYTES    180
#define SECTION_MAX_BYTES 48

struct reading {
	const char *rest; /* of the file's text */
	unsigned line;    /* lines handed to inih so far */
	unsigned bad;     /* the line that the handler refused */
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
	if (r->fn(r->user, section, key, value ? value : "", r->line, r->e) == 0)
		return 1;
	r->bad = r->line;
	return 0;
}

/*
 * What inih would take without a word, and not as the writer meant it: it cuts a value at " ;", joins an indented line to
 * the value above, cuts long names and lines, forgets what stands behind "]". NULL: nothing of the kind.
 */
static const char *line_problem(const char *line, size_t len)
{
	if (len > LINE_MAX_BYTES)
		return _("line longer than 180 bytes");
	if (len > 0 && line[len - 1] == '\r')
		len--;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)line[i] < 0x20 && line[i] != '\t')
			return _("a control byte");
	size_t blank = 0;
	while (blank < len && (line[blank] == ' ' || line[blank] == '\t'))
		blank++;
	if (blank == len || line[blank] == ';' || line[blank] == '#')
		return NULL;
	if (blank > 0)
		return _("a line must not begin with a blank");
	while (len > 0 && (line[len - 1] == ' ' || line[len - 1] == '\t'))
		len--;
	for (size_t i = 1; i < len; i++)
		if (line[i] == ';' && (line[i - 1] == ' ' || line[i - 1] == '\t'))
			return _("a ';' behind a blank would begin a comment: put comments on lines of their "
				 "own");
	if (line[0] != '[')
		return NULL;
	if (line[len - 1] != ']')
		return _("nothing may follow [section] on its line");
	return len - 2 > SECTION_MAX_BYTES ? _("a section's name longer than 48 bytes") : NULL;
}

static int check_lines(const char *path, const char *text, struct err *e)
{
	unsigned line = 1;

	if (strncmp(text, "\xef\xbb\xbf", 3) == 0)
		text += 3; /* inih skips the byte order mark as well */
	for (const char *p = text; *p; line++) {
		size_t len = strcspn(p, "\n");
		const char *problem = line_problem(p, len);
		if (problem)
			return err_set(e, ERR_CONFIG, "%s:%u: %s", path, line, problem);
		p += len + (p[len] == '\n');
	}
	return 0;
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
	if (check_lines(path, buf_str(&text), e) != 0)
		return -1;
	r.rest = buf_str(&text);
	int bad = ini_parse_stream(next_line, &r, entry, &r);
	if (bad < 0)
		return err_nomem(e);
	/* `bad` is the first line of either kind of trouble. */
	if (own.kind != ERR_NONE && (unsigned)bad >= r.bad)
		return err_set(e, own.kind, "%s:%u: %s", path, r.bad, own.msg);
	if (bad > 0)
		return err_set(e, ERR_CONFIG, _("%s:%d: neither [section] nor key = value"), path, bad);
	return 0;
}
