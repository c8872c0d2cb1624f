#include "pdf/append.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"
#include "pdf/look.h"
#include "pdf/signable.h"
#include "pdf/update.h"
#include "pdf/writer.h"

/* The three numbers of /ByteRange behind the first 0, each in this many columns. */
#define RANGE_DIGITS 10
#define FIELD_MAX    127

struct taken {
	const char *field;
	bool found;
};

static int look_for_name(
	void *user, struct pdf_reader *r, qpdf_oh field, const char *full, const char *type, struct err *e)
{
	struct taken *t = user;
	(void)r;
	(void)field;
	(void)type;
	(void)e;
	t->found = t->found || strcmp(full, t->field) == 0;
	return 0;
}

/* A partial field name: no dot (ISO 32000-2 12.7.4.2), and plain enough to be a name of ours. */
static bool is_field_name(const char *field)
{
	size_t len = strlen(field);

	for (size_t i = 0; i < len; i++)
		if (field[i] <= ' ' || field[i] >= 0x7f || field[i] == '.' || field[i] == '(' ||
			field[i] == ')' || field[i] == '\\')
			return false;
	return len > 0 && len <= FIELD_MAX;
}

/* Reasons not to sign a file that can be read. */
static int refuse(struct pdf_reader *r, const char *field, struct err *e)
{
	struct taken taken = {field, false};

	if (!is_field_name(field))
		return err_set(e, ERR_INPUT, _("'%s' cannot be the name of a signature field"), field);
	if (pdf_reader_signable(r, e) != 0)
		return -1;
	if (pdf_reader_each_field(r, look_for_name, &taken, e) != 0)
		return -1;
	if (taken.found)
		return err_set(e, ERR_INPUT, _("%s: already has a field named '%s'"), r->name, field);
	return 0;
}

/*
 * Adds `item` to the array `key` of `holder` and writes the smallest object that holds the array: the array
 * itself, or else `*dirty` says that `holder` must be written.
 */
static int add_to_array(
	struct update *u, qpdf_oh holder, const char *key, qpdf_oh item, bool *dirty, struct err *e)
{
	qpdf_data q = u->r->q;
	qpdf_oh array = qpdf_oh_get_key(q, holder, key);

	if (qpdf_oh_is_array(q, array)) {
		qpdf_oh_append_item(q, array, item);
		if (pdf_id_of(u->r, array).number > 0)
			update_rewrite(u, array);
		else
			*dirty = true;
		return 0;
	}
	if (!qpdf_oh_is_null(q, array))
		return err_set(e, ERR_INPUT, _("%s: damaged: %s is not an array"), u->r->name, key + 1);
	array = qpdf_oh_new_array(q);
	qpdf_oh_append_item(q, array, item);
	qpdf_oh_replace_key(q, holder, key, array);
	*dirty = true;
	return 0;
}

/* SigFlags: signatures exist, append only (ISO 32000-2 table 225). */
static bool set_flags(struct update *u, qpdf_oh form)
{
	qpdf_data q = u->r->q;
	int flags = 0;

	(void)qpdf_oh_get_value_as_int(q, qpdf_oh_get_key(q, form, "/SigFlags"), &flags);
	if ((flags & 3) == 3)
		return false;
	qpdf_oh_replace_key(q, form, "/SigFlags", qpdf_oh_new_integer(q, flags | 3));
	return true;
}

static int add_to_form(struct update *u, qpdf_oh widget, struct err *e)
{
	struct pdf_reader *r = u->r;
	bool dirty = false;
	qpdf_oh form;

	if (!pdf_reader_acroform(r, &form)) {
		struct pdf_id id = pdf_id_of(r, widget);
		qpdf_oh fresh = update_reserve(u);
		qpdf_oh_replace_key(r->q, r->root, "/AcroForm", fresh);
		update_open_object(u, pdf_id_of(r, fresh));
		buf_addf(u->out, "<< /Fields [%d 0 R] /SigFlags 3 >>", id.number);
		update_close_object(u);
		update_rewrite(u, r->root);
		return 0;
	}
	if (add_to_array(u, form, "/Fields", widget, &dirty, e) != 0)
		return -1;
	if (set_flags(u, form))
		dirty = true;
	if (dirty)
		update_rewrite(u, pdf_id_of(r, form).number > 0 ? form : r->root);
	return 0;
}

static int add_to_page(struct update *u, qpdf_oh page, qpdf_oh widget, struct err *e)
{
	qpdf_data q = u->r->q;
	bool dirty = false;

	if (add_to_array(u, page, "/Annots", widget, &dirty, e) != 0)
		return -1;
	/* ISO 14289-1 7.18.3: in a tagged file, a page with annotations is walked in the order of its structure. */
	if (dirty && qpdf_oh_has_key(q, u->r->root, "/StructTreeRoot") && !qpdf_oh_has_key(q, page, "/Tabs"))
		qpdf_oh_replace_key(q, page, "/Tabs", qpdf_oh_new_name(q, "/S"));
	if (dirty)
		update_rewrite(u, page);
	return 0;
}

/* Where the holes of the signature dictionary are. */
struct holes {
	size_t numbers;                   /* of /ByteRange, behind its first 0 */
	size_t contents_at, contents_end; /* from '<' to behind '>' */
};

static void add_signature(
	struct update *u, struct pdf_id id, const struct pdf_append_request *request, struct holes *holes)
{
	const struct {
		const char *key, *text;
	} texts[] = {
		{"/Reason ", request->reason}, {"/Location ", request->location}, {"/Name ", request->name}};
	char date[32];

	update_open_object(u, id);
	buf_addf(u->out, "<< /Type /%s /Filter /Adobe.PPKLite /SubFilter /%s /ByteRange [0",
		request->is_stamp ? "DocTimeStamp" : "Sig",
		request->is_stamp ? "ETSI.RFC3161" : "ETSI.CAdES.detached");
	holes->numbers = u->out->len;
	buf_addf(u->out, "%*s] /Contents ", 3 * (RANGE_DIGITS + 1), "");
	holes->contents_at = u->out->len;
	buf_addc(u->out, '<');
	unsigned char *zeros = buf_room(u->out, request->contents_max * 2);
	if (zeros) {
		memset(zeros, '0', request->contents_max * 2);
		u->out->len += request->contents_max * 2;
	}
	buf_addc(u->out, '>');
	holes->contents_end = u->out->len;
	if (!request->is_stamp) {
		pdf_date_text(request->signed_at, date);
		buf_addf(u->out, " /M (%s)", date);
	}
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		if (!texts[i].text || !texts[i].text[0])
			continue;
		buf_addf(u->out, " %s", texts[i].key);
		pdf_add_text(u->out, texts[i].text);
	}
	if (request->certify > 0)
		buf_addf(u->out,
			" /Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams "
			"<< /Type /TransformParams /P %u /V /1.2 >> >>]",
			request->certify);
	buf_adds(u->out, " >>");
	update_close_object(u);
}

/* ISO 32000-2 12.8.6: the catalog names the signature that certifies. */
static void add_certification(struct update *u, qpdf_oh signature)
{
	qpdf_data q = u->r->q;
	qpdf_oh perms = qpdf_oh_new_dictionary(q);

	qpdf_oh_replace_key(q, perms, "/DocMDP", signature);
	qpdf_oh_replace_key(q, u->r->root, "/Perms", perms);
}

/*
 * A widget as PDF/A and PDF/UA allow it: print and locked set, nothing hidden, a rectangle without area when it is
 * invisible, else an appearance, a name for screen readers (ISO 19005-2 6.3.2, 6.3.3, ISO 14289-1 7.18.4).
 */
static void add_widget(struct update *u, struct pdf_id id, struct pdf_id signature, struct pdf_id page,
	const struct pdf_append_request *request, const struct buf *look)
{
	update_open_object(u, id);
	buf_addf(u->out, "<< /Type /Annot /Subtype /Widget /FT /Sig %s /F 132 /T (%s)", buf_str(look),
		request->field);
	buf_addf(u->out, " /TU (%s) /V %d %d R /P %d %d R >>",
		request->is_stamp ? "Stempel waktu dokumen" : "Tanda tangan elektronik", signature.number,
		signature.generation, page.number, page.generation);
	update_close_object(u);
}

/* All objects of the update, its end, and the numbers of /ByteRange. */
static int write_update(
	struct update *u, const struct pdf_append_request *request, int64_t range[4], struct err *e)
{
	AUTO(buf_release) struct buf look = BUF_INIT(256);
	struct pdf_reader *r = u->r;
	struct buf *out = u->out;
	struct holes holes;
	qpdf_oh page;
	char numbers[64];

	if (look_page(r, request->look, &page, e) != 0)
		return -1;
	qpdf_oh signature = update_reserve(u), widget = update_reserve(u);
	add_signature(u, pdf_id_of(r, signature), request, &holes);
	if (look_write(u, page, request->look, &look, e) != 0)
		return -1;
	add_widget(u, pdf_id_of(r, widget), pdf_id_of(r, signature), pdf_id_of(r, page), request, &look);
	/* Before the catalog is written for the form's sake: an object is written once. */
	if (request->certify > 0)
		add_certification(u, signature);
	if (add_to_form(u, widget, e) != 0 || add_to_page(u, page, widget, e) != 0)
		return -1;
	if (request->certify > 0)
		update_rewrite(u, r->root);
	if (update_end(u, e) != 0)
		return -1;

	const int64_t found[4] = {0, (int64_t)(u->base + holes.contents_at),
		(int64_t)(u->base + holes.contents_end), (int64_t)(out->len - holes.contents_end)};
	int width = snprintf(numbers, sizeof numbers, " %lld %lld %lld]", (long long)found[1],
		(long long)found[2], (long long)found[3]);
	memset(out->data + holes.numbers, ' ', 3 * (RANGE_DIGITS + 1) + 1);
	memcpy(out->data + holes.numbers, numbers, (size_t)width);
	memcpy(range, found, sizeof found);
	return 0;
}

static int append(const unsigned char *pdf, size_t len, const char *name,
	const struct pdf_append_request *request, bool whole, struct buf *out, int64_t range[4],
	struct err *e)
{
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	AUTO(buf_release) struct buf file = BUF_INIT(out->max);
	/* One allocation: the placeholder and some kilobytes for dictionaries. */
	size_t room = (whole ? len : 0) + request->contents_max * 2 + 4096;
	struct update u;

	if (pdf_reader_open(pdf, len, name, &r, e) != 0 || refuse(r, request->field, e) != 0)
		return -1;
	(void)buf_room(&file, room < file.max ? room : 0);
	if ((whole ? update_begin(&u, r, &file, e) : update_begin_tail(&u, r, &file, e)) != 0 ||
		write_update(&u, request, range, e) != 0)
		return -1;
	buf_release(out);
	*out = file;
	file = (struct buf)BUF_INIT(0);
	return 0;
}

int pdf_append_signature(const unsigned char *pdf, size_t len, const char *name,
	const struct pdf_append_request *request, struct buf *out, int64_t range[4], struct err *e)
{
	return append(pdf, len, name, request, true, out, range, e);
}

int pdf_append_signature_tail(const unsigned char *pdf, size_t len, const char *name,
	const struct pdf_append_request *request, struct buf *tail, int64_t range[4], struct err *e)
{
	return append(pdf, len, name, request, false, tail, range, e);
}

int pdf_patch_tail(struct buf *tail, size_t before, const int64_t range[4], const unsigned char *cms,
	size_t len, struct err *e)
{
	const int64_t shift = (int64_t)before;
	const int64_t inside[4] = {range[0], range[1] - shift, range[2] - shift, range[3]};

	return pdf_patch_contents(tail, inside, cms, len, e);
}

int pdf_patch_contents(
	struct buf *pdf, const int64_t range[4], const unsigned char *cms, size_t len, struct err *e)
{
	if (range[0] != 0 || range[1] <= 0 || range[2] <= 0 || (uint64_t)range[2] > pdf->len ||
		range[1] > range[2] - 2 || pdf->data[range[1]] != '<' || pdf->data[range[2] - 1] != '>')
		return err_set(e, ERR_BUG, "patch: these ranges leave no placeholder");
	size_t from = (size_t)range[1] + 1, room = ((size_t)range[2] - 1 - from) / 2;
	if (len > room)
		return err_set(e, ERR_LIMIT, _("the signature needs %zu bytes, %zu are reserved"), len, room);
	static const char digits[] = "0123456789abcdef";
	for (size_t i = 0; i < len; i++) {
		pdf->data[from + 2 * i] = (unsigned char)digits[cms[i] >> 4];
		pdf->data[from + 2 * i + 1] = (unsigned char)digits[cms[i] & 15];
	}
	return 0;
}
