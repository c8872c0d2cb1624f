#include "pdf/reader.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "pdf/handle.h"

/* A page tree or field tree deeper than this is a loop or an attack. */
#define TREE_DEPTH     64
/* Fields looked at in one form; a tax form has 2,000. */
#define FIELDS_MAX     20000
/* Fully qualified field name. */
#define NAME_MAX_BYTES 1024

/*
 * Two warnings leave nothing to repair and are common in the wild (reference feasibility 2): a wrong /Size and white
 * space before "xref". Everything else that qpdf has to say means that two readers may see two files.
 */
static bool is_forgiven(struct pdf_reader *r, const char *detail)
{
	if (strncmp(detail, "reported number of objects", 26) == 0) {
		r->size_is_wrong = true;
		return true;
	}
	return strcmp(detail, "extraneous whitespace seen before xref") == 0;
}

int pdf_reader_check(struct pdf_reader *r, struct err *e)
{
	while (qpdf_more_warnings(r->q)) {
		const char *detail = qpdf_get_error_message_detail(r->q, qpdf_next_warning(r->q));
		if (!is_forgiven(r, detail))
			return err_set(
				e, ERR_INPUT, _("%s: damaged, would need repair: %s"), r->name, detail);
	}
	if (!qpdf_has_error(r->q))
		return 0;
	qpdf_error error = qpdf_get_error(r->q);
	const char *detail = qpdf_get_error_message_detail(r->q, error);
	switch (qpdf_get_error_code(r->q, error)) {
	case qpdf_e_password:
		return err_set(e, ERR_INPUT, _("%s: is encrypted"), r->name);
	case qpdf_e_system:
		return err_set(e, ERR_NOMEM, _("%s: cannot be read: %s"), r->name, detail);
	default:
		return err_set(e, ERR_INPUT, _("%s: cannot be read as PDF: %s"), r->name, detail);
	}
}

struct pdf_id pdf_id_of(struct pdf_reader *r, qpdf_oh oh)
{
	if (!qpdf_oh_is_indirect(r->q, oh))
		return (struct pdf_id){0, 0};
	return (struct pdf_id){qpdf_oh_get_object_id(r->q, oh), qpdf_oh_get_generation(r->q, oh)};
}

bool pdf_id_equal(struct pdf_id a, struct pdf_id b)
{
	return a.number == b.number && a.generation == b.generation;
}

/*
 * Encryption whose handler qpdf does not know ends in an error of many kinds; the trailer that it would have needed is
 * still there to be asked.
 */
static int read_failed(struct pdf_reader *r, struct err *e)
{
	qpdf_error error = qpdf_get_error(r->q);
	enum qpdf_error_code_e code = qpdf_get_error_code(r->q, error);
	const char *detail = qpdf_get_error_message_detail(r->q, error);

	if (code == qpdf_e_password || strstr(detail, "ncrypt"))
		return err_set(e, ERR_INPUT, _("%s: is encrypted"), r->name);
	if (code == qpdf_e_system || code == qpdf_e_internal)
		return err_set(e, ERR_NOMEM, _("%s: cannot be read: %s"), r->name, detail);
	return err_set(e, ERR_INPUT, _("%s: damaged: %s"), r->name, detail);
}

/* Fills an empty reader, whose bytes have been scanned. */
static int open_scanned(struct pdf_reader *r, const char *name, struct err *e)
{
	r->name = strdup(name);
	r->q = qpdf_init();
	if (!r->name || !r->q)
		return err_nomem(e);
	qpdf_silence_errors(r->q);
	qpdf_set_suppress_warnings(r->q, QPDF_TRUE);
	qpdf_set_attempt_recovery(r->q, QPDF_FALSE);
	if (qpdf_read_memory(r->q, name, (const char *)r->pdf, r->len, NULL) & QPDF_ERRORS)
		return read_failed(r, e);
	r->trailer = qpdf_get_trailer(r->q);
	if (qpdf_is_encrypted(r->q) || qpdf_oh_has_key(r->q, r->trailer, "/Encrypt"))
		return err_set(e, ERR_INPUT, _("%s: is encrypted"), name);
	r->root = qpdf_get_root(r->q);
	if (pdf_reader_check(r, e) != 0)
		return -1;
	if (!qpdf_oh_is_dictionary(r->q, r->root) || pdf_id_of(r, r->root).number == 0)
		return err_set(e, ERR_INPUT, _("%s: damaged: no catalog (ISO 32000-2 7.7.2)"), name);
	return 0;
}

int pdf_reader_open(
	const unsigned char *pdf, size_t len, const char *name, struct pdf_reader **out, struct err *e)
{
	struct pdf_scan scan;

	if (len > LIMIT_PDF_BYTES)
		return err_set(e, ERR_LIMIT, _("%s: longer than %zu bytes"), name, LIMIT_PDF_BYTES);
	if (pdf_scan(pdf, len, name, &scan, e) != 0)
		return -1;
	AUTO(pdf_reader_release) struct pdf_reader *r = calloc(1, sizeof *r);
	if (!r)
		return err_nomem(e);
	r->pdf = pdf;
	r->len = len;
	r->scan = scan;
	if (open_scanned(r, name, e) != 0)
		return -1;
	*out = steal(&r);
	return 0;
}

void pdf_reader_free(struct pdf_reader *r)
{
	if (!r)
		return;
	if (r->q) {
		/* An error that nobody asked for would be printed by qpdf_cleanup(). */
		if (qpdf_has_error(r->q))
			(void)qpdf_get_error(r->q);
		qpdf_cleanup(&r->q);
	}
	free(r->name);
	free(r);
}

void pdf_reader_release(struct pdf_reader **r)
{
	pdf_reader_free(*r);
	*r = NULL;
}

bool pdf_reader_acroform(struct pdf_reader *r, qpdf_oh *out)
{
	*out = qpdf_oh_get_key(r->q, r->root, "/AcroForm");
	return qpdf_oh_is_dictionary(r->q, *out);
}

bool pdf_reader_is_xfa(struct pdf_reader *r)
{
	qpdf_oh form;

	return pdf_reader_acroform(r, &form) && qpdf_oh_has_key(r->q, form, "/XFA");
}

int pdf_reader_docmdp(struct pdf_reader *r)
{
	qpdf_oh perms = qpdf_oh_get_key(r->q, r->root, "/Perms");
	qpdf_oh signature = qpdf_oh_get_key_if_dict(r->q, perms, "/DocMDP");
	qpdf_oh references = qpdf_oh_get_key_if_dict(r->q, signature, "/Reference");

	if (!qpdf_oh_is_dictionary(r->q, signature))
		return 0;
	int count = qpdf_oh_is_array(r->q, references) ? qpdf_oh_get_array_n_items(r->q, references) : 0;
	for (int i = 0; i < count; i++) {
		qpdf_oh reference = qpdf_oh_get_array_item(r->q, references, i);
		qpdf_oh params = qpdf_oh_get_key_if_dict(r->q, reference, "/TransformParams");
		qpdf_oh p = qpdf_oh_get_key_if_dict(r->q, params, "/P");
		int value = 0;
		if (qpdf_oh_get_value_as_int(r->q, p, &value) && value >= 1 && value <= 3)
			return value;
	}
	return 2; /* ISO 32000-2 table 257: the default */
}

int pdf_reader_form_kind(struct pdf_reader *r, struct pdf_form_kind *out, struct err *e)
{
	struct pdf_form_kind kind = {pdf_reader_is_xfa(r), pdf_reader_docmdp(r)};

	if (pdf_reader_check(r, e) != 0)
		return -1;
	*out = kind;
	return 0;
}

long pdf_reader_next_number(struct pdf_reader *r)
{
	long long size = 0;

	(void)qpdf_oh_get_value_as_longlong(r->q, qpdf_oh_get_key(r->q, r->trailer, "/Size"), &size);
	if (r->size_is_wrong) {
		/* Slow (qpdf looks at every object), but certain. */
		qpdf_oh made = qpdf_make_indirect_object(r->q, qpdf_oh_new_null(r->q));
		int number = qpdf_oh_get_object_id(r->q, made);
		size = number > size ? number : size;
	}
	return (long)size;
}

int pdf_reader_page_count(struct pdf_reader *r, size_t *out, struct err *e)
{
	int count = qpdf_get_num_pages(r->q);

	if (pdf_reader_check(r, e) != 0)
		return -1;
	if (count < 0)
		return err_set(e, ERR_INPUT, _("%s: damaged page tree"), r->name);
	*out = (size_t)count;
	return 0;
}

int pdf_reader_first_page(struct pdf_reader *r, qpdf_oh *out, struct err *e)
{
	qpdf_oh node = qpdf_oh_get_key(r->q, r->root, "/Pages");

	for (int depth = 0; depth < TREE_DEPTH; depth++) {
		qpdf_oh kids = qpdf_oh_get_key_if_dict(r->q, node, "/Kids");
		if (!qpdf_oh_is_array(r->q, kids)) {
			if (depth == 0 || !qpdf_oh_is_dictionary(r->q, node) ||
				pdf_id_of(r, node).number == 0)
				break;
			*out = node;
			return pdf_reader_check(r, e);
		}
		/* The first kid with a page in it; an inner node may be empty. */
		int count = qpdf_oh_get_array_n_items(r->q, kids), i = 0;
		for (; i < count; i++) {
			node = qpdf_oh_get_array_item(r->q, kids, i);
			long long pages = 1;
			(void)qpdf_oh_get_value_as_longlong(
				r->q, qpdf_oh_get_key_if_dict(r->q, node, "/Count"), &pages);
			if (pages > 0)
				break;
		}
		if (i == count)
			break;
	}
	if (pdf_reader_check(r, e) != 0)
		return -1;
	return err_set(e, ERR_INPUT, _("%s: has no pages"), r->name);
}

static bool is_text(const char *text, size_t len)
{
	if (!utf8_is_valid(text, len))
		return false;
	for (size_t i = 0; i < len; i++)
		if ((unsigned char)text[i] < 0x20 || text[i] == 0x7f)
			return false;
	return true;
}

/* A text string of `dict` as UTF-8, cut to fit at a character; what is no text becomes "?". */
static void copy_text(struct pdf_reader *r, qpdf_oh dict, const char *key, char *out, size_t size)
{
	qpdf_oh value = qpdf_oh_get_key(r->q, dict, key);
	const char *text = "";
	size_t len = 0;

	out[0] = '\0';
	if (!qpdf_oh_get_value_as_utf8(r->q, value, &text, &len) || len == 0)
		return;
	if (!is_text(text, len)) {
		snprintf(out, size, "?");
		return;
	}
	if (len >= size) {
		len = size - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(out, text, len);
	out[len] = '\0';
}

static void copy_name(struct pdf_reader *r, qpdf_oh dict, const char *key, char *out, size_t size)
{
	qpdf_oh value = qpdf_oh_get_key(r->q, dict, key);
	const char *text = "";
	size_t len = 0;

	out[0] = '\0';
	if (qpdf_oh_get_value_as_name(r->q, value, &text, &len) && len > 1 && len <= size &&
		is_text(text, len))
		snprintf(out, size, "%s", text + 1);
}

struct walk {
	pdf_field_fn *visit;
	void *user;
	int seen;
};

static int walk_fields(struct pdf_reader *r, struct walk *w, qpdf_oh fields, const char *parent,
	const char *inherited, int depth, struct err *e)
{
	if (depth > TREE_DEPTH)
		return err_set(e, ERR_INPUT, _("%s: form fields nested too deeply"), r->name);
	int count = qpdf_oh_get_array_n_items(r->q, fields);
	for (int i = 0; i < count; i++) {
		qpdf_oh field = qpdf_oh_get_array_item(r->q, fields, i);
		char own[NAME_MAX_BYTES], full[NAME_MAX_BYTES * 2], type[16];
		if (!qpdf_oh_is_dictionary(r->q, field))
			continue;
		if (++w->seen > FIELDS_MAX)
			return err_set(e, ERR_LIMIT, _("%s: more than %d form fields"), r->name, FIELDS_MAX);
		copy_text(r, field, "/T", own, sizeof own);
		snprintf(full, sizeof full, "%s%s%s", parent, parent[0] && own[0] ? "." : "", own);
		full[NAME_MAX_BYTES - 1] = '\0';
		copy_name(r, field, "/FT", type, sizeof type);
		if (!type[0])
			snprintf(type, sizeof type, "%s", inherited);
		if (w->visit(w->user, r, field, full, type, e) != 0)
			return -1;
		qpdf_oh kids = qpdf_oh_get_key(r->q, field, "/Kids");
		if (qpdf_oh_is_array(r->q, kids) && walk_fields(r, w, kids, full, type, depth + 1, e) != 0)
			return -1;
	}
	return 0;
}

int pdf_reader_each_field(struct pdf_reader *r, pdf_field_fn *visit, void *user, struct err *e)
{
	struct walk w = {visit, user, 0};
	qpdf_oh form;

	if (!pdf_reader_acroform(r, &form))
		return pdf_reader_check(r, e);
	qpdf_oh fields = qpdf_oh_get_key(r->q, form, "/Fields");
	if (qpdf_oh_is_array(r->q, fields) && walk_fields(r, &w, fields, "", "", 0, e) != 0)
		return -1;
	return pdf_reader_check(r, e);
}

/* Four integers, or four times -1 for anything else. */
static void read_range(struct pdf_reader *r, qpdf_oh dict, int64_t range[4])
{
	qpdf_oh array = qpdf_oh_get_key(r->q, dict, "/ByteRange");
	bool good = qpdf_oh_is_array(r->q, array) && qpdf_oh_get_array_n_items(r->q, array) == 4;

	for (int i = 0; i < 4 && good; i++) {
		long long value = -1;
		good = qpdf_oh_get_value_as_longlong(r->q, qpdf_oh_get_array_item(r->q, array, i), &value);
		range[i] = value;
	}
	for (int i = 0; i < 4 && !good; i++)
		range[i] = -1;
}

static int collect_signature(
	void *user, struct pdf_reader *r, qpdf_oh field, const char *full, const char *type, struct err *e)
{
	struct pdf_signature_list *list = user;
	qpdf_oh value = qpdf_oh_get_key(r->q, field, "/V");
	const char *contents = "";
	size_t len = 0;

	if (strcmp(type, "Sig") != 0 || !qpdf_oh_is_dictionary(r->q, value))
		return 0;
	if (list->count == LIMIT_SIGNATURES)
		return err_set(e, ERR_LIMIT, _("%s: more than %d signatures"), r->name, LIMIT_SIGNATURES);
	struct pdf_signature *s = &list->items[list->count++];
	*s = (struct pdf_signature){.contents = BUF_INIT(LIMIT_CMS_BYTES)};
	snprintf(s->field, sizeof s->field, "%.*s", (int)(sizeof s->field - 1), full);
	copy_name(r, value, "/Filter", s->filter, sizeof s->filter);
	copy_name(r, value, "/SubFilter", s->subfilter, sizeof s->subfilter);
	copy_text(r, value, "/M", s->modified, sizeof s->modified);
	copy_text(r, value, "/Reason", s->reason, sizeof s->reason);
	copy_text(r, value, "/Location", s->location, sizeof s->location);
	copy_text(r, value, "/Name", s->name, sizeof s->name);
	char kind[32];
	copy_name(r, value, "/Type", kind, sizeof kind);
	s->is_timestamp = strcmp(kind, "DocTimeStamp") == 0;
	read_range(r, value, s->range);
	if (qpdf_oh_get_value_as_string(r->q, qpdf_oh_get_key(r->q, value, "/Contents"), &contents, &len))
		buf_add(&s->contents, contents, len);
	if (buf_check(&s->contents, e) != 0)
		return err_context(e, _("%s: signature '%s'"), r->name, s->field);
	return 0;
}

static int by_end(const void *a, const void *b)
{
	const struct pdf_signature *x = a, *y = b;
	/* Unsigned: hostile numbers may not overflow. */
	uint64_t x_end = (uint64_t)x->range[2] + (uint64_t)x->range[3];
	uint64_t y_end = (uint64_t)y->range[2] + (uint64_t)y->range[3];

	return x_end < y_end ? -1 : x_end > y_end;
}

int pdf_reader_signatures(struct pdf_reader *r, struct pdf_signature_list *out, struct err *e)
{
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};

	list.items = calloc(LIMIT_SIGNATURES, sizeof *list.items);
	if (!list.items)
		return err_nomem(e);
	if (pdf_reader_each_field(r, collect_signature, &list, e) != 0)
		return -1;
	qsort(list.items, list.count, sizeof *list.items, by_end);
	*out = list;
	list = (struct pdf_signature_list){NULL, 0};
	return 0;
}

void pdf_signature_list_release(struct pdf_signature_list *l)
{
	for (size_t i = 0; i < l->count; i++)
		buf_release(&l->items[i].contents);
	free(l->items);
	*l = (struct pdf_signature_list){NULL, 0};
}
