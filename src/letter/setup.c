#include "letter/setup.h"

#include "base/auto.h"
#include "base/buf.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/hash.h"

#include <dirent.h>
#include <errno.h>
#include <string.h>

/* What is wrong with a setup file is the office's setup, not input. */
static int as_config(struct err *e)
{
	if (e && (e->kind == ERR_INPUT || e->kind == ERR_LIMIT || e->kind == ERR_IO))
		e->kind = ERR_CONFIG;
	return -1;
}

int setup_load(const char *path, const struct xml_schema *schema, struct xml_doc **out, struct sha256 *hash,
	struct err *e)
{
	AUTO(buf_release) struct buf bytes = BUF_INIT(LIMIT_SETUP_BYTES);
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;

	if (buf_load(&bytes, path, e) || xml_parse(bytes.data, bytes.len, path, &doc, e) ||
		xml_validate(schema, doc, path, e))
		return as_config(e);
	if (hash)
		*hash = sha256_of(bytes.data, bytes.len);
	*out = steal(&doc);
	return 0;
}

static size_t digits(const char *text, double *value)
{
	size_t count = strspn(text, "0123456789");

	for (size_t i = 0; i < count; i++)
		*value = *value * 10 + (text[i] - '0');
	return count;
}

bool length_parse(const char *text, double *out)
{
	double value = 0, unit = 1;
	size_t whole = digits(text, &value), part = 1;
	const char *end = text + whole;

	if (*end == '.') {
		part = digits(++end, &value);
		end += part;
		for (size_t i = 0; i < part; i++)
			unit *= 10;
	}
	if (whole < 1 || whole > 3 || part < 1 || part > 3 || *end)
		return false;
	*out = value / unit;
	return true;
}

static int by_bytes(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void close_folder(DIR **d)
{
	if (*d)
		closedir(*d);
}

int setup_list(const char *folder, const char *suffix, struct setup_names *out, struct err *e)
{
	AUTO(close_folder) DIR *d = opendir(folder);
	AUTO(setup_names_release) struct setup_names n = {NULL, 0};
	const struct dirent *entry = NULL;

	if (!d)
		return err_sys(e, ERR_CONFIG, errno, _("cannot read the folder '%s'"), folder);
	while ((errno = 0, entry = readdir(d)) != NULL) {
		if (entry->d_name[0] == '.' || !text_has_suffix(entry->d_name, suffix))
			continue;
		char **names = reallocarray(n.names, n.count + 1, sizeof *names);
		if (!names)
			return err_nomem(e);
		n.names = names;
		n.names[n.count] = strdup(entry->d_name);
		if (!n.names[n.count++])
			return err_nomem(e);
	}
	if (errno != 0)
		return err_sys(e, ERR_CONFIG, errno, _("cannot read the folder '%s'"), folder);
	if (n.count > 0)
		qsort(n.names, n.count, sizeof *n.names, by_bytes);
	*out = n;
	n = (struct setup_names){NULL, 0};
	return 0;
}

void setup_names_release(struct setup_names *n)
{
	for (size_t i = 0; i < n->count; i++)
		free(n->names[i]);
	free(n->names);
	*n = (struct setup_names){NULL, 0};
}
