#include "pdf/changes.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "pdf/compare.h"

/* Updates between two signatures; each adds one signature or its validation data. */
#define REVISIONS_MAX (2 * LIMIT_SIGNATURES)

/*
 * Where the revision ends whose section stands at `section`: behind the "%%EOF" of the startxref that names it. 0 if
 * there is none before `limit`.
 */
static size_t revision_end(const unsigned char *pdf, size_t limit, int64_t section)
{
	static const char word[] = "startxref";
	const unsigned char *at = pdf, *end = pdf + limit;
	int64_t number;

	if (section <= 0 || (size_t)section >= limit)
		return 0;
	at += section;
	while ((at = memmem(at, (size_t)(end - at), word, sizeof word - 1))) {
		at += sizeof word - 1;
		const unsigned char *p = at;
		pdf_skip_space(&p, end);
		if (!pdf_read_number(&p, end, &number) || number != section)
			continue;
		pdf_skip_space(&p, end);
		if (pdf_read_word(&p, end, "%%EOF"))
			return (size_t)(p - pdf);
	}
	return 0;
}

/* The length of the revision before the one that is open; 0 if it is the first or cannot be found. */
static size_t previous_revision(struct pdf_reader *r)
{
	long long section = 0;

	(void)qpdf_oh_get_value_as_longlong(r->q, qpdf_oh_get_key(r->q, r->trailer, "/Prev"), &section);
	size_t end = revision_end(r->pdf, r->len, section);
	return end < r->len ? end : 0;
}

/* True if only the end of a line lies between the two lengths. */
static bool is_line_end(const unsigned char *pdf, size_t from, size_t to)
{
	if (from > to || to - from > 2)
		return false;
	for (; from < to; from++)
		if (pdf[from] != '\r' && pdf[from] != '\n')
			return false;
	return true;
}

/* From `whole` back to the revision that is the first `before` bytes. */
static int walk_back(struct pdf_reader *whole, size_t before, struct pdf_changes *out, struct err *e)
{
	AUTO(pdf_reader_release) struct pdf_reader *kept = NULL;
	struct pdf_reader *newer = whole;

	for (int i = 0; i < REVISIONS_MAX && !out->why[0]; i++) {
		AUTO(pdf_reader_release) struct pdf_reader *older = NULL;
		size_t len = previous_revision(newer);
		bool last = is_line_end(whole->pdf, len, before);
		if (!last && len <= before) {
			snprintf(out->why, sizeof out->why, "%s",
				_("the signed part does not end where a revision of the file ends"));
			return 0;
		}
		if (pdf_reader_open(whole->pdf, last ? before : len, whole->name, &older, e) != 0 ||
			pdf_compare(older, newer, out, e) != 0)
			return -1;
		if (last)
			return 0;
		pdf_reader_release(&kept);
		newer = kept = steal(&older);
	}
	if (!out->why[0])
		snprintf(out->why, sizeof out->why, _("more than %d updates"), REVISIONS_MAX);
	return 0;
}

/* A revision that cannot be read is no reason to fail, but one not to trust it. */
static int conclude(int status, const struct err *trouble, struct pdf_changes *found, struct pdf_changes *out,
	struct err *e)
{
	if (status != 0 && trouble->kind != ERR_INPUT && trouble->kind != ERR_LIMIT)
		return err_set(e, trouble->kind, "%s", trouble->msg);
	if (status != 0)
		snprintf(found->why, sizeof found->why, "%.255s", trouble->msg);
	*out = *found;
	return 0;
}

int pdf_reader_changes(struct pdf_reader *r, size_t before, struct pdf_changes *out, struct err *e)
{
	struct pdf_changes found = {0};
	struct err trouble = ERR_INIT;
	int status = 0;

	if (before > r->len)
		return err_set(e, ERR_BUG, "changes: the older revision is longer");
	if (before < r->len)
		status = walk_back(r, before, &found, &trouble);
	return conclude(status, &trouble, &found, out, e);
}

int pdf_changes(const unsigned char *pdf, size_t before, size_t after, const char *name,
	struct pdf_changes *out, struct err *e)
{
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	struct pdf_changes none = {0};
	struct err trouble = ERR_INIT;

	if (before > after)
		return err_set(e, ERR_BUG, "changes: the older revision is longer");
	if (before == after) {
		*out = none;
		return 0;
	}
	int status = pdf_reader_open(pdf, after, name, &r, &trouble);
	return status != 0 ? conclude(status, &trouble, &none, out, e)
			   : pdf_reader_changes(r, before, out, e);
}
