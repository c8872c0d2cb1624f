#include "letter/kinds.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "letter/indonesian.h"
#include "letter/setup.h"

#include <string.h>

static unsigned small_number(const char *text)
{
	uint64_t n = 0;

	return text && text_to_uint(text, 99, &n) ? (unsigned)n : 0;
}

static int read_kind(
	const struct xml_node *n, const char *path, struct arena *a, struct kind *k, struct err *e)
{
	const char *of = xml_attr(n, "perkara", a);

	k->line = xml_line(n);
	k->name = xml_attr(n, "nama", a);
	k->element = xml_attr(n, "elemen", a);
	k->file = xml_attr(n, "templat", a);
	k->title = xml_attr(n, "judul", a);
	k->nn = small_number(xml_attr(n, "nn", a));
	k->step = small_number(xml_attr(n, "langkah", a));
	k->foreign = xml_attr(n, "contoh", a) != NULL;
	k->personal = xml_attr(n, "pribadi", a) != NULL;
	/* What is left out and what found no memory look alike: a form of personal data must not become public by it. */
	if (a->failed || !of || !k->name || !k->element || !k->file || !k->title)
		return err_nomem(e);
	k->of = strcmp(of, "pengajuan-sistem") == 0 ? CASE_PENGAJUAN_SISTEM : CASE_PENERBITAN_SERTIFIKAT;
	/* Two letters of one name would be one file. */
	if ((k->step > 0) != (strstr(k->name, "{n}") != NULL))
		return err_set(e, ERR_CONFIG, _("%s:%u: surat '%s': {n} in nama and langkah go together"),
			path, k->line, k->name);
	return 0;
}

int kinds_load(
	const char *path, const struct xml_schema *schema, struct arena *a, struct kinds *out, struct err *e)
{
	AUTO(xml_doc_release) struct xml_doc *doc = NULL;
	size_t count = 0, i = 0;

	if (setup_load(path, schema, &doc, NULL, e))
		return -1;
	xml_for_each (n, xml_root(doc), "surat")
		count++;
	struct kind *items = arena_calloc(a, count, sizeof *items);
	if (!items)
		return err_nomem(e);
	xml_for_each (n, xml_root(doc), "surat")
		if (read_kind(n, path, a, &items[i++], e))
			return -1;
	*out = (struct kinds){items, count};
	return 0;
}

const struct kind *kinds_lookup(
	const struct kinds *k, enum case_kind of, const char *element, const struct kind *after)
{
	for (size_t i = after ? (size_t)(after - k->items) + 1 : 0; i < k->count; i++)
		if (k->items[i].of == of && strcmp(k->items[i].element, element) == 0)
			return &k->items[i];
	return NULL;
}

const char *kind_text(const char *pattern, unsigned ordinal, struct arena *a)
{
	AUTO(buf_release) struct buf text = BUF_INIT(4096);

	for (const char *p = pattern; *p;) {
		if (strncmp(p, "{n}", 3) == 0 || strncmp(p, "{N}", 3) == 0) {
			if (p[1] == 'n')
				buf_addf(&text, "%u", ordinal);
			else
				indonesian_roman(ordinal, &text);
			p += 3;
		} else {
			buf_addc(&text, *p++);
		}
	}
	return text.failed ? NULL : arena_strdup(a, buf_str(&text));
}
