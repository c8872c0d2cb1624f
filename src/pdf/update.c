#include "pdf/update.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/text.h"

/* An offset in an xref table has ten digits; in our xref streams four bytes. LIMIT_PDF_BYTES is far below. */
#define ENTRY_BYTES 7

int update_begin_tail(struct update *u, struct pdf_reader *r, struct buf *out, struct err *e)
{
	*u = (struct update){
		.r = r, .out = out, .base = r->len - out->len, .next = pdf_reader_next_number(r)};
	if (pdf_reader_check(r, e) != 0)
		return -1;
	if (u->next <= 0 || u->next > INT32_MAX - UPDATE_OBJECTS)
		return err_set(e, ERR_INPUT, _("%s: damaged: no usable /Size in the trailer"), r->name);
	if (r->len > 0 && r->pdf[r->len - 1] != '\n' && r->pdf[r->len - 1] != '\r')
		buf_addc(out, '\n');
	return 0;
}

int update_begin(struct update *u, struct pdf_reader *r, struct buf *out, struct err *e)
{
	buf_add(out, r->pdf, r->len);
	return buf_check(out, e) == 0 ? update_begin_tail(u, r, out, e) : -1;
}

size_t update_at(const struct update *u)
{
	return u->base + u->out->len;
}

qpdf_oh update_reserve(struct update *u)
{
	int number = (int)u->next++;

	/* A reference to what qpdf takes for null would be left out of dictionaries. */
	qpdf_replace_object(u->r->q, number, 0, qpdf_oh_new_bool(u->r->q, QPDF_TRUE));
	return qpdf_get_object_by_id(u->r->q, number, 0);
}

void update_open_object(struct update *u, struct pdf_id id)
{
	if (u->count < UPDATE_OBJECTS) {
		u->objects[u->count].id = id;
		u->objects[u->count].off = update_at(u);
	}
	u->count++; /* update_end() refuses when there were too many */
	buf_addf(u->out, "%d %d obj\n", id.number, id.generation);
}

void update_close_object(struct update *u)
{
	buf_adds(u->out, "\nendobj\n");
}

void update_rewrite(struct update *u, qpdf_oh oh)
{
	struct pdf_id id = pdf_id_of(u->r, oh);

	for (size_t i = 0; i < u->count && i < UPDATE_OBJECTS; i++)
		if (pdf_id_equal(u->objects[i].id, id))
			return;
	update_open_object(u, id);
	buf_adds(u->out, qpdf_oh_unparse_resolved(u->r->q, oh));
	update_close_object(u);
}

static void sort_objects(struct update *u)
{
	for (size_t i = 1; i < u->count; i++)
		for (size_t k = i; k > 0 && u->objects[k].id.number < u->objects[k - 1].id.number; k--) {
			__typeof__(u->objects[0]) swap = u->objects[k];
			u->objects[k] = u->objects[k - 1];
			u->objects[k - 1] = swap;
		}
}

/* How many objects from `first` on have consecutive numbers. */
static size_t run_length(const struct update *u, size_t first)
{
	size_t n = 1;

	while (first + n < u->count &&
		u->objects[first + n].id.number == u->objects[first].id.number + (int)n)
		n++;
	return n;
}

/* 128 bits that differ when the file does; no secret, no proof (ISO 32000-2 14.4 asks for no more). */
static void file_identifier(const struct update *u, const char *old_id, char out[33])
{
	uint64_t hash[2] = {UINT64_C(0xcbf29ce484222325), UINT64_C(0x9e3779b97f4a7c15)};
	/* The old identifier stands for the old bytes when there is one. */
	const unsigned char *old = old_id ? (const unsigned char *)old_id : u->r->pdf;
	size_t old_len = old_id ? strlen(old_id) : u->r->len;

	for (size_t side = 0; side < 2; side++) {
		for (size_t i = 0; i < old_len; i++)
			hash[side] = (hash[side] ^ old[i]) * UINT64_C(0x100000001b3);
		for (size_t i = u->r->len - u->base; i < u->out->len; i++)
			hash[side] = (hash[side] ^ u->out->data[i]) * UINT64_C(0x100000001b3);
	}
	snprintf(out, 33, "%016llx%016llx", (unsigned long long)hash[0], (unsigned long long)hash[1]);
}

static bool is_carried(const char *key)
{
	/* What belongs to one section only; /Size and /ID are written anew. */
	static const char *const own[] = {"/Size", "/ID", "/Prev", "/XRefStm", "/Type", "/W", "/Index",
		"/Length", "/Filter", "/DecodeParms", "/F", "/FFilter", "/FDecodeParms", "/DL", "/Encrypt"};

	for (size_t i = 0; i < ARRAY_LEN(own); i++)
		if (strcmp(key, own[i]) == 0)
			return false;
	return true;
}

/* The trailer's entries, without the brackets. */
static void add_trailer(struct update *u)
{
	struct pdf_reader *r = u->r;
	qpdf_oh id = qpdf_oh_get_key(r->q, r->trailer, "/ID");
	char fresh[33];
	AUTO(buf_release) struct buf first = BUF_INIT(4096);
	AUTO(buf_release) struct buf both = BUF_INIT(8192);

	if (qpdf_oh_is_array(r->q, id) && qpdf_oh_get_array_n_items(r->q, id) == 2) {
		buf_adds(&first, qpdf_oh_unparse_binary(r->q, qpdf_oh_get_array_item(r->q, id, 0)));
		buf_adds(&both, buf_str(&first));
		buf_adds(&both, qpdf_oh_unparse_binary(r->q, qpdf_oh_get_array_item(r->q, id, 1)));
	}
	bool has_id = first.len > 0 && !both.failed && !first.failed;
	file_identifier(u, has_id ? buf_str(&both) : NULL, fresh);
	qpdf_oh_begin_dict_key_iter(r->q, r->trailer);
	while (qpdf_oh_dict_more_keys(r->q)) {
		const char *key = qpdf_oh_dict_next_key(r->q);
		if (!is_carried(key))
			continue;
		/* `key` lives until the next call of the iterator; the unparsed text until the next one of its kind. */
		buf_addf(u->out, "%s ", key);
		buf_addf(u->out, "%s ", qpdf_oh_unparse(r->q, qpdf_oh_get_key(r->q, r->trailer, key)));
	}
	if (has_id)
		buf_addf(u->out, "/ID [%s<%s>] ", buf_str(&first), fresh);
	else
		buf_addf(u->out, "/ID [<%s><%s>] ", fresh, fresh);
	buf_addf(u->out, "/Prev %lld /Size %ld", (long long)r->scan.startxref, u->next);
}

static void add_table(struct update *u)
{
	buf_adds(u->out, "xref\n");
	for (size_t i = 0; i < u->count;) {
		size_t n = run_length(u, i);
		buf_addf(u->out, "%d %zu\n", u->objects[i].id.number, n);
		for (; n > 0; n--, i++)
			buf_addf(u->out, "%010zu %05d n \n", u->objects[i].off, u->objects[i].id.generation);
	}
	buf_adds(u->out, "trailer\n<< ");
	add_trailer(u);
	buf_adds(u->out, " >>\n");
}

/* The section is an object itself and lists itself (ISO 32000-2 7.5.8). */
static void add_stream(struct update *u, size_t section)
{
	struct pdf_id self = {(int)u->next++, 0};

	u->objects[u->count].id = self;
	u->objects[u->count].off = section;
	u->count++;
	buf_addf(u->out, "%d 0 obj\n<< /Type /XRef /W [1 4 2] /Index [", self.number);
	for (size_t i = 0; i < u->count;) {
		size_t n = run_length(u, i);
		buf_addf(u->out, "%d %zu ", u->objects[i].id.number, n);
		i += n;
	}
	buf_addf(u->out, "] /Length %zu ", u->count * ENTRY_BYTES);
	add_trailer(u);
	buf_adds(u->out, " >>\nstream\n");
	for (size_t i = 0; i < u->count; i++) {
		size_t off = u->objects[i].off;
		int generation = u->objects[i].id.generation;
		const unsigned char entry[ENTRY_BYTES] = {1, (unsigned char)(off >> 24),
			(unsigned char)(off >> 16), (unsigned char)(off >> 8), (unsigned char)off,
			(unsigned char)(generation >> 8), (unsigned char)generation};
		buf_add(u->out, entry, sizeof entry);
	}
	buf_adds(u->out, "\nendstream\nendobj\n");
}

int update_end(struct update *u, struct err *e)
{
	size_t section = update_at(u);

	if (u->count >= UPDATE_OBJECTS) /* one is kept for the xref stream */
		return err_set(e, ERR_BUG, "update: more than %d objects", UPDATE_OBJECTS - 1);
	sort_objects(u);
	if (u->r->scan.kind == XREF_TABLE)
		add_table(u);
	else
		add_stream(u, section);
	buf_addf(u->out, "startxref\n%zu\n%%%%EOF\n", section);
	if (pdf_reader_check(u->r, e) != 0)
		return -1;
	return buf_check(u->out, e);
}
