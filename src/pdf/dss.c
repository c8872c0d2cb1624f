#include "pdf/dss.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "pdf/append.h"
#include "pdf/deflate.h"
#include "pdf/update.h"

/* The arrays of a DSS dictionary and of its VRI entries (ISO 32000-2 tables 261, 262), by kind. */
static const char *const store_key[] = {NULL, "/Certs", "/OCSPs", "/CRLs"};
static const char *const vri_key[] = {NULL, "/Cert", "/OCSP", "/CRL"};

/* A store that is open: its items, and which object each is. */
struct store {
	struct dss items;
	struct pdf_id *ids; /* owned: per item */
	size_t bytes;
};

void dss_release(struct dss *d)
{
	for (size_t i = 0; i < d->count; i++)
		free(d->items[i].der);
	free(d->items);
	*d = (struct dss){NULL, 0};
}

static void store_release(struct store *s)
{
	dss_release(&s->items);
	free(s->ids);
	s->ids = NULL;
}

static bool store_has(const struct store *s, enum dss_kind kind, struct pdf_id id)
{
	for (size_t i = 0; i < s->items.count; i++)
		if (s->items.items[i].kind == kind && pdf_id_equal(s->ids[i], id))
			return true;
	return false;
}

static int read_item(struct pdf_reader *r, struct store *s, enum dss_kind kind, qpdf_oh stream, struct err *e)
{
	AUTO(free_ptr) unsigned char *data = NULL;
	QPDF_BOOL filtered = QPDF_FALSE;
	size_t len = 0;

	if (!qpdf_oh_is_stream(r->q, stream))
		return err_set(
			e, ERR_INPUT, _("%s: damaged: the security store holds what is no stream"), r->name);
	struct pdf_id id = pdf_id_of(r, stream);
	if (store_has(s, kind, id)) /* a thousand times the same large one */
		return 0;
	if (s->items.count == DSS_ITEMS_MAX)
		return err_set(e, ERR_LIMIT, _("%s: more than %d items in the security store"), r->name,
			DSS_ITEMS_MAX);
	if (qpdf_oh_get_stream_data(r->q, stream, qpdf_dl_generalized, &filtered, &data, &len) != 0 ||
		!data || !filtered)
		return err_set(
			e, ERR_INPUT, _("%s: damaged: the security store cannot be unpacked"), r->name);
	if (len > LIMIT_PDF_BYTES - s->bytes)
		return err_set(e, ERR_LIMIT, _("%s: the security store is longer than %zu bytes"), r->name,
			LIMIT_PDF_BYTES);
	s->bytes += len;
	s->ids[s->items.count] = id;
	s->items.items[s->items.count++] = (struct dss_item){kind, steal(&data), len};
	return 0;
}

static int read_store(struct pdf_reader *r, qpdf_oh dss, struct store *s, struct err *e)
{
	s->items.items = calloc(DSS_ITEMS_MAX, sizeof *s->items.items);
	s->ids = calloc(DSS_ITEMS_MAX, sizeof *s->ids);
	if (!s->items.items || !s->ids)
		return err_nomem(e);
	for (enum dss_kind kind = DSS_CERT; kind <= DSS_CRL; kind++) {
		qpdf_oh array = qpdf_oh_get_key_if_dict(r->q, dss, store_key[kind]);
		int count = qpdf_oh_is_array(r->q, array) ? qpdf_oh_get_array_n_items(r->q, array) : 0;
		if (count > DSS_ENTRIES_MAX)
			return err_set(e, ERR_LIMIT, _("%s: more than %d items in the security store"),
				r->name, DSS_ITEMS_MAX);
		for (int i = 0; i < count; i++)
			if (read_item(r, s, kind, qpdf_oh_get_array_item(r->q, array, i), e) != 0)
				return -1;
	}
	return pdf_reader_check(r, e);
}

int pdf_reader_dss(struct pdf_reader *r, struct dss *out, struct err *e)
{
	AUTO(store_release) struct store s = {.ids = NULL};

	if (read_store(r, qpdf_oh_get_key(r->q, r->root, "/DSS"), &s, e) != 0)
		return -1;
	*out = s.items;
	s.items = (struct dss){NULL, 0};
	return 0;
}

/* ---- writing ---- */

struct adding {
	struct update *u;
	const struct dss_addition *add;
	struct store old;
	qpdf_oh *refs; /* owned: per item of `add`, the object that it is */
	bool *fresh;   /* owned: per item of `add`, whether that object is new */
};

static void adding_release(struct adding *a)
{
	store_release(&a->old);
	free(a->refs);
	free(a->fresh);
}

static bool same_item(const struct dss_item *a, const struct dss_item *b)
{
	return a->kind == b->kind && a->len == b->len && memcmp(a->der, b->der, a->len) == 0;
}

/* Finds each item in the old store or before itself, or reserves an object for it. */
static int find_objects(struct adding *a, struct err *e)
{
	qpdf_data q = a->u->r->q;
	size_t fresh = 0;

	for (size_t i = 0; i < a->add->count; i++) {
		const struct dss_item *item = &a->add->items[i];
		size_t k = 0;
		while (k < a->old.items.count && !same_item(&a->old.items.items[k], item))
			k++;
		if (k < a->old.items.count) {
			a->refs[i] = qpdf_get_object_by_id(q, a->old.ids[k].number, a->old.ids[k].generation);
			continue;
		}
		for (k = 0; k < i && !same_item(&a->add->items[k], item);)
			k++;
		if (k < i) {
			a->refs[i] = a->refs[k];
			continue;
		}
		if (++fresh + a->old.items.count > DSS_ITEMS_MAX)
			return err_set(e, ERR_LIMIT, _("%s: more than %d items in the security store"),
				a->u->r->name, DSS_ITEMS_MAX);
		a->refs[i] = update_reserve(a->u);
		a->fresh[i] = true;
	}
	return 0;
}

static int write_stream(struct adding *a, struct deflater *d, size_t i, struct err *e)
{
	const struct dss_item *item = &a->add->items[i];
	AUTO(buf_release) struct buf packed = BUF_INIT(LIMIT_PDF_BYTES);
	struct buf *out = a->u->out;

	if (pdf_deflate(d, &packed, item->der, item->len, DEFLATE_ONCE, e) != 0)
		return -1;
	/* Keys and signatures do not shrink; names and lists do. */
	bool deflate = packed.len < item->len;
	update_open_object(a->u, pdf_id_of(a->u->r, a->refs[i]));
	buf_addf(out, "<< /Length %zu%s >>\nstream\n", deflate ? packed.len : item->len,
		deflate ? " /Filter /FlateDecode" : "");
	buf_add(out, deflate ? packed.data : item->der, deflate ? packed.len : item->len);
	buf_adds(out, "\nendstream");
	update_close_object(a->u);
	return 0;
}

static int write_streams(struct adding *a, struct err *e)
{
	AUTO(deflater_release) struct deflater d = DEFLATER_INIT;

	for (size_t i = 0; i < a->add->count; i++)
		if (a->fresh[i] && write_stream(a, &d, i, e) != 0)
			return -1;
	return 0;
}

/* A direct copy of an array: the old one may be an object of its own, which other things may refer to. */
static qpdf_oh copy_array(struct adding *a, qpdf_oh holder, const char *key)
{
	qpdf_data q = a->u->r->q;
	qpdf_oh old = qpdf_oh_get_key_if_dict(q, holder, key), copy = qpdf_oh_new_array(q);
	int count = qpdf_oh_is_array(q, old) ? qpdf_oh_get_array_n_items(q, old) : 0;

	for (int i = 0; i < count; i++)
		qpdf_oh_append_item(q, copy, qpdf_oh_get_array_item(q, old, i));
	return copy;
}

/* Likewise of a dictionary, or an empty one. */
static qpdf_oh copy_dict(struct adding *a, qpdf_oh old)
{
	qpdf_data q = a->u->r->q;
	qpdf_oh copy = qpdf_oh_new_dictionary(q);

	if (!qpdf_oh_is_dictionary(q, old))
		return copy;
	for (qpdf_oh_begin_dict_key_iter(q, old); qpdf_oh_dict_more_keys(q);) {
		const char *key = qpdf_oh_dict_next_key(q);
		qpdf_oh_replace_key(q, copy, key, qpdf_oh_get_key(q, old, key));
	}
	return copy;
}

static bool array_has(struct adding *a, qpdf_oh array, qpdf_oh item)
{
	qpdf_data q = a->u->r->q;
	struct pdf_id id = pdf_id_of(a->u->r, item);
	int count = qpdf_oh_get_array_n_items(q, array);

	for (int i = 0; i < count; i++)
		if (pdf_id_equal(pdf_id_of(a->u->r, qpdf_oh_get_array_item(q, array, i)), id))
			return true;
	return false;
}

static void add_to_lists(struct adding *a, qpdf_oh store)
{
	qpdf_data q = a->u->r->q;

	for (enum dss_kind kind = DSS_CERT; kind <= DSS_CRL; kind++) {
		qpdf_oh array = copy_array(a, store, store_key[kind]);
		for (size_t i = 0; i < a->add->count; i++)
			if (a->fresh[i] && a->add->items[i].kind == kind)
				qpdf_oh_append_item(q, array, a->refs[i]);
		if (qpdf_oh_get_array_n_items(q, array) > 0)
			qpdf_oh_replace_key(q, store, store_key[kind], array);
	}
}

static void add_vri(struct adding *a, qpdf_oh vri, const struct dss_vri *what)
{
	qpdf_data q = a->u->r->q;
	char key[sizeof what->key + 1];

	snprintf(key, sizeof key, "/%s", what->key);
	qpdf_oh entry = copy_dict(a, qpdf_oh_get_key(q, vri, key));
	for (enum dss_kind kind = DSS_CERT; kind <= DSS_CRL; kind++) {
		qpdf_oh array = copy_array(a, entry, vri_key[kind]);
		for (size_t i = 0; i < what->count; i++) {
			size_t item = what->items[i];
			if (a->add->items[item].kind == kind && !array_has(a, array, a->refs[item]))
				qpdf_oh_append_item(q, array, a->refs[item]);
		}
		if (qpdf_oh_get_array_n_items(q, array) > 0)
			qpdf_oh_replace_key(q, entry, vri_key[kind], array);
	}
	qpdf_oh_replace_key(q, vri, key, entry);
}

/* Says that the file uses more than its version of PDF has (ISO 32000-1 7.12; EN 319 142-1 5.6). */
static bool add_extension(struct adding *a)
{
	struct pdf_reader *r = a->u->r;
	qpdf_data q = r->q;
	qpdf_oh old = qpdf_oh_get_key(q, r->root, "/Extensions");

	if (r->pdf[5] != '1' || (qpdf_oh_is_dictionary(q, old) && qpdf_oh_has_key(q, old, "/ESIC")))
		return false;
	qpdf_oh all = copy_dict(a, old), ours = qpdf_oh_new_dictionary(q);
	qpdf_oh_replace_key(q, ours, "/BaseVersion", qpdf_oh_new_name(q, "/1.7"));
	qpdf_oh_replace_key(q, ours, "/ExtensionLevel", qpdf_oh_new_integer(q, 1));
	qpdf_oh_replace_key(q, all, "/ESIC", ours);
	qpdf_oh_replace_key(q, r->root, "/Extensions", all);
	return true;
}

/* The store keeps its object if it is one; else it becomes one, and the catalog says which. */
static void write_store(struct adding *a, qpdf_oh old)
{
	struct pdf_reader *r = a->u->r;
	bool stays = pdf_id_of(r, old).number > 0 && qpdf_oh_is_dictionary(r->q, old);
	qpdf_oh store = stays ? old : copy_dict(a, old);

	add_to_lists(a, store);
	qpdf_oh vri = copy_dict(a, qpdf_oh_get_key(r->q, store, "/VRI"));
	for (size_t i = 0; i < a->add->vri_count; i++)
		add_vri(a, vri, &a->add->vri[i]);
	if (a->add->vri_count > 0)
		qpdf_oh_replace_key(r->q, store, "/VRI", vri);
	bool root_changed = add_extension(a);
	if (stays) {
		update_rewrite(a->u, old);
	} else {
		qpdf_oh fresh = update_reserve(a->u);
		qpdf_oh_replace_key(r->q, store, "/Type", qpdf_oh_new_name(r->q, "/DSS"));
		update_open_object(a->u, pdf_id_of(r, fresh));
		buf_adds(a->u->out, qpdf_oh_unparse_resolved(r->q, store));
		update_close_object(a->u);
		qpdf_oh_replace_key(r->q, r->root, "/DSS", fresh);
		root_changed = true;
	}
	if (root_changed)
		update_rewrite(a->u, r->root);
}

static int refuse(struct pdf_reader *r, struct err *e)
{
	if (pdf_reader_is_xfa(r))
		return err_set(
			e, ERR_INPUT, _("%s: an XFA form: what people see is not in its pages"), r->name);
	if (pdf_reader_docmdp(r) == 1)
		return err_set(e, ERR_INPUT, _("%s: certified as final (DocMDP P=1): nothing may be added"),
			r->name);
	return 0;
}

int pdf_append_dss(const unsigned char *pdf, size_t len, const char *name, const struct dss_addition *add,
	struct buf *out, struct err *e)
{
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	AUTO(buf_release) struct buf file = BUF_INIT(out->max);
	AUTO(adding_release) struct adding a = {.add = add};
	struct update u;

	if (pdf_reader_open(pdf, len, name, &r, e) != 0 || refuse(r, e) != 0)
		return -1;
	qpdf_oh store = qpdf_oh_get_key(r->q, r->root, "/DSS");
	a.u = &u;
	a.refs = calloc(add->count + 1, sizeof *a.refs);
	a.fresh = calloc(add->count + 1, sizeof *a.fresh);
	if (!a.refs || !a.fresh)
		return err_nomem(e);
	if (read_store(r, store, &a.old, e) != 0 || update_begin(&u, r, &file, e) != 0 ||
		find_objects(&a, e) != 0 || write_streams(&a, e) != 0)
		return -1;
	write_store(&a, store);
	if (update_end(&u, e) != 0)
		return -1;
	buf_release(out);
	*out = file;
	file = (struct buf)BUF_INIT(0);
	return 0;
}

int pdf_append_stamp(const unsigned char *pdf, size_t len, const char *name, const char *field,
	size_t contents_max, struct buf *out, int64_t range[4], struct err *e)
{
	const struct pdf_append_request request = {
		.field = field, .contents_max = contents_max, .is_stamp = true};

	return pdf_append_signature(pdf, len, name, &request, out, range, e);
}
