#include "pdf/compare.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "pdf/look.h"
#include "pdf/shape.h"

#include <stdarg.h>

struct compare {
	struct pdf_reader *old, *fresh;
	long old_size; /* numbers below are the old revision's */
	struct pdf_changes *out;
	struct pdf_id counted[LIMIT_SIGNATURES]; /* new signature fields seen: as field and as annotation */
	size_t counted_len;
	bool validation; /* this update touches the document security store */
};

static bool blame(struct compare *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* Always false, so that a check can `return blame(...)`. */
static bool blame(struct compare *c, const char *fmt, ...)
{
	va_list args;

	if (!c->out->why[0]) {
		va_start(args, fmt);
		vsnprintf(c->out->why, sizeof c->out->why, fmt, args);
		va_end(args);
	}
	return false;
}

static bool is_listed(const char *key, const char *const *keys)
{
	for (; *keys; keys++)
		if (strcmp(*keys, key) == 0)
			return true;
	return false;
}

/* The two values are written the same: equal direct objects, or references to the same number. */
static bool same_text(struct compare *c, qpdf_oh old, qpdf_oh fresh)
{
	return strcmp(qpdf_oh_unparse(c->old->q, old), qpdf_oh_unparse(c->fresh->q, fresh)) == 0;
}

/* Dictionaries equal but for the keys of `free_keys` (NULL at its end). */
static bool same_but(
	struct compare *c, const char *what, qpdf_oh old, qpdf_oh fresh, const char *const *free_keys)
{
	qpdf_data o = c->old->q, f = c->fresh->q;

	if (!qpdf_oh_is_dictionary(o, old) || !qpdf_oh_is_dictionary(f, fresh))
		return blame(c, _("%s is no longer what it was"), what);
	for (qpdf_oh_begin_dict_key_iter(o, old); qpdf_oh_dict_more_keys(o);) {
		const char *key = qpdf_oh_dict_next_key(o);
		if (!is_listed(key, free_keys) &&
			!same_text(c, qpdf_oh_get_key(o, old, key), qpdf_oh_get_key(f, fresh, key)))
			return blame(c, _("%s: %.40s was changed"), what, key);
	}
	for (qpdf_oh_begin_dict_key_iter(f, fresh); qpdf_oh_dict_more_keys(f);) {
		const char *key = qpdf_oh_dict_next_key(f);
		if (!is_listed(key, free_keys) && !qpdf_oh_has_key(o, old, key))
			return blame(c, _("%s: %.40s was added"), what, key);
	}
	return true;
}

/* What may change under `key` has the shape that it must have, before and after, or is not there: see shape.h. */
static bool keeps_shape(
	struct compare *c, const char *what, qpdf_oh old, qpdf_oh fresh, const char *key, pdf_shape *is_right)
{
	qpdf_oh was = qpdf_oh_get_key_if_dict(c->old->q, old, key);
	qpdf_oh is = qpdf_oh_get_key_if_dict(c->fresh->q, fresh, key);

	return ((qpdf_oh_is_null(c->old->q, was) || is_right(c->old->q, was)) &&
		       (qpdf_oh_is_null(c->fresh->q, is) || is_right(c->fresh->q, is))) ||
	       blame(c, _("%s: %.40s is not what it must be"), what, key);
}

static bool has_area(struct compare *c, qpdf_oh field)
{
	qpdf_data q = c->fresh->q;
	qpdf_oh rect = qpdf_oh_get_key(q, field, "/Rect");
	double v[4] = {0, 0, 0, 0};

	if (!qpdf_oh_is_array(q, rect) || qpdf_oh_get_array_n_items(q, rect) != 4)
		return qpdf_oh_has_key(q, field, "/Rect");
	for (int i = 0; i < 4; i++)
		if (!qpdf_oh_get_value_as_number(q, qpdf_oh_get_array_item(q, rect, i), &v[i]))
			return true;
	return v[0] != v[2] && v[1] != v[3];
}

/*
 * A field that holds a signature and can do nothing else. Only keys that such a field needs (ISO 32000-2 tables 166,
 * 191, 226, 238): no actions, no children, and nothing that would make it a page or a resource at the same time.
 */
static bool is_signed_field(struct compare *c, qpdf_oh field)
{
	static const char *const keys[] = {"/Type", "/Subtype", "/FT", "/T", "/TU", "/TM", "/V", "/Ff", "/F",
		"/Rect", "/P", "/AP", "/MK", "/BS", "/Border", "/DA", "/DR", "/Q", "/M", "/NM", "/Lock",
		"/SV", "/StructParent", NULL};
	qpdf_data q = c->fresh->q;
	qpdf_oh value = qpdf_oh_get_key_if_dict(q, field, "/V");

	if (!qpdf_oh_is_dictionary(q, field) || !qpdf_oh_is_dictionary(q, value) ||
		!qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, field, "/FT"), "/Sig") ||
		!qpdf_oh_is_string(q, qpdf_oh_get_key(q, field, "/T")) ||
		!qpdf_oh_has_key(q, value, "/ByteRange") || !qpdf_oh_has_key(q, value, "/Contents") ||
		qpdf_oh_has_key(q, value, "/Subtype")) /* a font at the same time */
		return false;
	if (qpdf_oh_has_key(q, field, "/Type") &&
		!qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, field, "/Type"), "/Annot"))
		return false;
	if (qpdf_oh_has_key(q, field, "/Subtype") &&
		!qpdf_oh_is_name_and_equals(q, qpdf_oh_get_key(q, field, "/Subtype"), "/Widget"))
		return false;
	for (qpdf_oh_begin_dict_key_iter(q, field); qpdf_oh_dict_more_keys(q);)
		if (!is_listed(qpdf_oh_dict_next_key(q), keys))
			return false;
	return true;
}

static bool is_on_page(struct compare *c, qpdf_oh page, struct pdf_id field)
{
	qpdf_data q = c->fresh->q;
	qpdf_oh annots = qpdf_oh_get_key(q, page, "/Annots");
	int count = qpdf_oh_is_array(q, annots) ? qpdf_oh_get_array_n_items(q, annots) : 0;

	for (int i = 0; i < count; i++)
		if (pdf_id_equal(pdf_id_of(c->fresh, qpdf_oh_get_array_item(q, annots, i)), field))
			return true;
	return false;
}

/* On exactly one page, where people look for it. */
static bool find_area(struct compare *c, qpdf_oh field, struct page_area *out)
{
	qpdf_data q = c->fresh->q;
	struct pdf_id id = pdf_id_of(c->fresh, field);
	int pages = qpdf_get_num_pages(q);
	unsigned found = 0;

	for (int i = 0; i < pages; i++) {
		qpdf_oh page = qpdf_get_page_n(q, (size_t)i);
		if (!is_on_page(c, page, id))
			continue;
		if (found++ > 0 || !look_find(c->fresh, page, qpdf_oh_get_key(q, field, "/Rect"), out))
			return false;
		out->page = (unsigned)i + 1;
	}
	return found == 1;
}

/* Always true but for a field whose place cannot be told. */
static bool count_signature(struct compare *c, qpdf_oh field)
{
	qpdf_oh value = qpdf_oh_get_key(c->fresh->q, field, "/V");
	bool is_stamp = qpdf_oh_is_name_and_equals(
		c->fresh->q, qpdf_oh_get_key(c->fresh->q, value, "/Type"), "/DocTimeStamp");
	struct pdf_id id = pdf_id_of(c->fresh, field);

	for (size_t i = 0; i < c->counted_len; i++)
		if (pdf_id_equal(c->counted[i], id))
			return true;
	if (c->counted_len < LIMIT_SIGNATURES)
		c->counted[c->counted_len++] = id;
	c->out->signatures += !is_stamp;
	c->out->stamps += is_stamp;
	if (!has_area(c, field))
		return true;
	if (is_stamp)
		return blame(c, _("a document time-stamp that covers a part of a page"));
	c->out->visible = true;
	return find_area(c, field, &c->out->area) ||
	       blame(c, _("a visible signature that stands on no page or on several"));
}

/* `fresh` begins with all of `old` (which may be absent) and adds new signature fields only. */
static bool only_signatures_added(struct compare *c, const char *what, qpdf_oh old, qpdf_oh fresh)
{
	qpdf_data o = c->old->q, f = c->fresh->q;
	int had = qpdf_oh_is_array(o, old) ? qpdf_oh_get_array_n_items(o, old) : 0;
	int has = qpdf_oh_is_array(f, fresh) ? qpdf_oh_get_array_n_items(f, fresh) : 0;

	if (has < had)
		return blame(c, _("%s: an entry was removed"), what);
	for (int i = 0; i < had; i++)
		if (!same_text(c, qpdf_oh_get_array_item(o, old, i), qpdf_oh_get_array_item(f, fresh, i)))
			return blame(c, _("%s: an entry was changed"), what);
	for (int i = had; i < has; i++) {
		qpdf_oh added = qpdf_oh_get_array_item(f, fresh, i);
		if (pdf_id_of(c->fresh, added).number < c->old_size || !is_signed_field(c, added))
			return blame(c, _("%s: something was added that is not a signature"), what);
		if (!count_signature(c, added))
			return false;
	}
	return true;
}

static bool compare_form(struct compare *c)
{
	static const char *const may_change[] = {"/Fields", "/SigFlags", NULL};
	static const char *const may_come[] = {"/Fields", "/SigFlags", "/DA", "/DR", "/Type", NULL};
	qpdf_oh old, fresh;
	bool had = pdf_reader_acroform(c->old, &old), has = pdf_reader_acroform(c->fresh, &fresh);

	if (!keeps_shape(c, _("catalog"), c->old->root, c->fresh->root, "/AcroForm", shape_is_dictionary))
		return false;
	if (!has)
		return !had || blame(c, _("the form was removed"));
	if (!keeps_shape(c, _("form"), old, fresh, "/Fields", shape_is_array) ||
		!keeps_shape(c, _("form"), old, fresh, "/SigFlags", shape_is_integer))
		return false;
	if (!had) {
		qpdf_oh nothing = qpdf_oh_new_dictionary(c->old->q);
		return same_but(c, _("form"), nothing, fresh, may_come) &&
		       only_signatures_added(c, _("form"), qpdf_oh_new_null(c->old->q),
			       qpdf_oh_get_key(c->fresh->q, fresh, "/Fields"));
	}
	return same_but(c, _("form"), old, fresh, may_change) &&
	       only_signatures_added(c, _("form"), qpdf_oh_get_key(c->old->q, old, "/Fields"),
		       qpdf_oh_get_key(c->fresh->q, fresh, "/Fields"));
}

static bool compare_page(struct compare *c, qpdf_oh old, qpdf_oh fresh)
{
	static const char *const may_change[] = {"/Annots", "/Tabs", NULL};
	qpdf_oh tabs = qpdf_oh_get_key(c->fresh->q, fresh, "/Tabs");

	if (!same_but(c, _("page"), old, fresh, may_change) ||
		!keeps_shape(c, _("page"), old, fresh, "/Annots", shape_is_array) ||
		!keeps_shape(c, _("page"), old, fresh, "/Tabs", shape_is_name) ||
		!only_signatures_added(c, _("page"), qpdf_oh_get_key(c->old->q, old, "/Annots"),
			qpdf_oh_get_key(c->fresh->q, fresh, "/Annots")))
		return false;
	return same_text(c, qpdf_oh_get_key(c->old->q, old, "/Tabs"), tabs) ||
	       (!qpdf_oh_has_key(c->old->q, old, "/Tabs") &&
		       qpdf_oh_is_name_and_equals(c->fresh->q, tabs, "/S")) ||
	       blame(c, _("page: the tab order was changed"));
}

/* An empty signature field that was there is signed now. */
static bool compare_field(struct compare *c, qpdf_oh old, qpdf_oh fresh)
{
	static const char *const may_change[] = {"/V", "/AP", "/M", NULL};

	if (qpdf_oh_has_key(c->old->q, old, "/V") || !is_signed_field(c, fresh))
		return blame(c, _("a form field was changed"));
	if (!same_but(c, _("signature field"), old, fresh, may_change) ||
		!keeps_shape(c, _("signature field"), old, fresh, "/AP", shape_is_appearances) ||
		!keeps_shape(c, _("signature field"), old, fresh, "/M", shape_is_string))
		return false;
	return count_signature(c, fresh);
}

static bool compare_info(struct compare *c, qpdf_oh old, qpdf_oh fresh)
{
	static const char *const may_change[] = {"/ModDate", "/Producer", NULL};
	const char *what = _("document information");

	return same_but(c, what, old, fresh, may_change) &&
	       keeps_shape(c, what, old, fresh, "/ModDate", shape_is_string) &&
	       keeps_shape(c, what, old, fresh, "/Producer", shape_is_string);
}

/* An array that only lists fields or a page's annotations; any other has nothing to do with signatures. */
static bool is_list_of_fields(struct compare *c, int number)
{
	qpdf_data o = c->old->q;
	qpdf_oh form;

	if (pdf_reader_acroform(c->old, &form) &&
		pdf_id_of(c->old, qpdf_oh_get_key(o, form, "/Fields")).number == number)
		return true;
	int pages = qpdf_get_num_pages(o);
	for (int i = 0; i < pages; i++) {
		qpdf_oh page = qpdf_get_page_n(o, (size_t)i);
		if (pdf_id_of(c->old, qpdf_oh_get_key(o, page, "/Annots")).number == number)
			return true;
	}
	return false;
}

static bool compare_object(struct compare *c, int number)
{
	static const char *const root_free[] = {"/AcroForm", "/DSS", "/Extensions", NULL};
	static const char *const store_free[] = {"/VRI", "/Certs", "/OCSPs", "/CRLs", "/Type", NULL};
	qpdf_data o = c->old->q, f = c->fresh->q;
	qpdf_oh old = qpdf_get_object_by_id(o, number, 0), fresh = qpdf_get_object_by_id(f, number, 0);
	qpdf_oh form, fresh_form;

	if (number == pdf_id_of(c->old, c->old->root).number)
		return same_but(c, _("catalog"), c->old->root, c->fresh->root, root_free) &&
		       keeps_shape(c, _("catalog"), c->old->root, c->fresh->root, "/Extensions",
			       shape_is_extensions);
	if (pdf_reader_acroform(c->old, &form) && number == pdf_id_of(c->old, form).number &&
		pdf_reader_acroform(c->fresh, &fresh_form) &&
		number == pdf_id_of(c->fresh, fresh_form).number)
		return true; /* compare_form() looks at it in any case */
	if (number == pdf_id_of(c->old, qpdf_oh_get_key(o, c->old->root, "/DSS")).number) {
		c->validation = true;
		/* By its keys, not by its place: a prepared file may call a page its security store. */
		return same_but(c, _("security store"), old, fresh, store_free);
	}
	if (number == pdf_id_of(c->old, qpdf_oh_get_key(o, c->old->trailer, "/Info")).number)
		return compare_info(c, old, fresh);
	if (qpdf_oh_is_array(o, old) && qpdf_oh_is_array(f, fresh) && is_list_of_fields(c, number))
		return only_signatures_added(c, _("list"), old, fresh);
	if (qpdf_oh_is_dictionary_of_type(o, old, "/Page", ""))
		return compare_page(c, old, fresh);
	if (qpdf_oh_is_dictionary(o, old) &&
		qpdf_oh_is_name_and_equals(o, qpdf_oh_get_key(o, old, "/FT"), "/Sig"))
		return compare_field(c, old, fresh);
	return blame(c, _("object %d was replaced"), number);
}

/* What the trailer says beyond the place of sections. */
static bool compare_trailers(struct compare *c)
{
	qpdf_data o = c->old->q, f = c->fresh->q;
	qpdf_oh old_info = qpdf_oh_get_key(o, c->old->trailer, "/Info");
	qpdf_oh info = qpdf_oh_get_key(f, c->fresh->trailer, "/Info");

	if (!pdf_id_equal(pdf_id_of(c->old, c->old->root), pdf_id_of(c->fresh, c->fresh->root)))
		return blame(c, _("the catalog was replaced"));
	if (qpdf_oh_has_key(f, c->fresh->trailer, "/XRefStm"))
		return blame(c, _("an update with two cross-reference sections at once"));
	if (same_text(c, old_info, info))
		return true;
	if (qpdf_oh_is_null(f, info))
		return blame(c, _("the document information was removed"));
	if (!qpdf_oh_is_dictionary(o, old_info))
		old_info = qpdf_oh_new_dictionary(o);
	return compare_info(c, old_info, info);
}

static bool compare_entries(struct compare *c, const struct section *s)
{
	for (size_t i = 0; i < s->count; i++) {
		int64_t number = s->items[i].number;
		if (number == 0 || number >= c->old_size)
			continue;
		qpdf_oh old = qpdf_get_object_by_id(c->old->q, (int)number, 0);
		bool had = !qpdf_oh_is_null(c->old->q, old);
		if (s->items[i].is_free && !had)
			continue;
		if (s->items[i].is_free)
			return blame(c, _("object %d was removed"), (int)number);
		/* As another generation it is another object: the one that is asked for stays the old one. */
		if (s->items[i].generation != 0)
			return blame(c, _("object %d was replaced"), (int)number);
		/* An old number that stood for nothing may be one that the old pages already ask for. */
		if (!had)
			return blame(c, _("object %d was put where the signed file had none"), (int)number);
		if (!compare_object(c, (int)number))
			return false;
	}
	return true;
}

/* One that nothing was done to may be what it is. */
static bool compare_store(struct compare *c)
{
	return !c->validation ||
	       keeps_shape(c, _("catalog"), c->old->root, c->fresh->root, "/DSS", shape_is_store);
}

static int run(struct compare *c, struct err *e)
{
	AUTO(section_release) struct section s = {NULL, 0};
	bool dangling = false;
	long long section = -1;

	(void)qpdf_oh_get_value_as_longlong(
		c->fresh->q, qpdf_oh_get_key(c->fresh->q, c->fresh->trailer, "/Prev"), &section);
	if (section != c->old->scan.startxref || c->fresh->scan.startxref < (int64_t)c->old->len) {
		blame(c, _("the update does not build on the file before it"));
		return 0;
	}
	if (pdf_section_read(c->fresh, &s, e) != 0 || pdf_has_dangling(c->old, &s, &dangling, e) != 0)
		return -1;
	if (dangling) {
		blame(c, _("the file before refers to objects that it did not have"));
		return 0;
	}
	qpdf_oh dss = qpdf_oh_get_key(c->fresh->q, c->fresh->root, "/DSS");
	if (!same_text(c, qpdf_oh_get_key(c->old->q, c->old->root, "/DSS"), dss))
		c->validation = true;
	if (compare_trailers(c) && compare_entries(c, &s) && compare_form(c) && compare_store(c) &&
		c->counted_len == 0 && !c->validation)
		blame(c, _("an update that adds no signature"));
	c->out->validation = c->out->validation || c->validation;
	if (pdf_reader_check(c->old, e) != 0 || pdf_reader_check(c->fresh, e) != 0)
		return -1;
	return 0;
}

int pdf_compare(struct pdf_reader *old, struct pdf_reader *fresh, struct pdf_changes *out, struct err *e)
{
	struct compare c = {.old = old, .fresh = fresh, .old_size = pdf_reader_next_number(old), .out = out};

	return run(&c, e);
}
