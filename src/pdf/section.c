/* The newest cross-reference section as a list of numbers; declared in compare.h. */
#include "base/auto.h"
#include "base/i18n.h"
#include "pdf/compare.h"

/* Objects of one update; an update that signs has ten. */
#define ENTRIES_MAX ((size_t)1 << 20)
/* One table entry (ISO 32000-2 7.5.4). */
#define TABLE_ENTRY 20

static int add_entry(struct section *s, int64_t number, int generation, bool is_free, struct err *e)
{
	if ((s->count & (s->count + 1)) == 0) { /* 0, 1, 3, 7...: doubles */
		struct section_entry *items = realloc(s->items, (s->count + 1) * 2 * sizeof *items);
		if (!items)
			return err_nomem(e);
		s->items = items;
	}
	s->items[s->count++] = (struct section_entry){number, generation, is_free};
	return 0;
}

void section_release(struct section *s)
{
	free(s->items);
	*s = (struct section){NULL, 0};
}

static int bad_section(struct pdf_reader *r, struct err *e)
{
	return err_set(e, ERR_INPUT, _("%s: odd cross-reference section in an update"), r->name);
}

static int read_table(struct pdf_reader *r, struct section *s, struct err *e)
{
	const unsigned char *at = r->pdf + r->scan.startxref + 4, *end = r->pdf + r->len; /* behind "xref" */
	int64_t first, count;

	for (;;) {
		pdf_skip_space(&at, end);
		if (pdf_read_word(&at, end, "trailer"))
			return 0;
		if (!pdf_read_number(&at, end, &first))
			return bad_section(r, e);
		pdf_skip_space(&at, end);
		if (!pdf_read_number(&at, end, &count) || first > INT32_MAX || count > (int64_t)ENTRIES_MAX ||
			s->count + (size_t)count > ENTRIES_MAX)
			return bad_section(r, e);
		pdf_skip_space(&at, end);
		if ((int64_t)(end - at) < count * TABLE_ENTRY)
			return bad_section(r, e);
		for (int64_t i = 0; i < count; i++, at += TABLE_ENTRY) {
			if (at[17] != 'n' && at[17] != 'f')
				return bad_section(r, e);
			/* "nnnnnnnnnn ggggg n"; qpdf has read the same and not complained. */
			const unsigned char *p = at + 11;
			int64_t generation;
			if (!pdf_read_number(&p, at + 16, &generation))
				return bad_section(r, e);
			if (add_entry(s, first + i, (int)generation, at[17] == 'f', e) != 0)
				return -1;
		}
	}
}

/* The number of `width` bytes that ends at `end`; one that no generation can be counts as the largest (ISO 32000-2 7.5.4). */
static int last_field(const unsigned char *end, int width)
{
	int value = 0;

	for (int i = width; i > 0; i--) {
		value = value << 8 | end[-i];
		if (value > UINT16_MAX)
			return UINT16_MAX;
	}
	return value;
}

static int read_stream_entries(struct pdf_reader *r, qpdf_oh dict, const unsigned char *data, size_t len,
	struct section *s, struct err *e)
{
	qpdf_data q = r->q;
	qpdf_oh widths = qpdf_oh_get_key(q, dict, "/W"), index = qpdf_oh_get_key(q, dict, "/Index");
	int w[3] = {0, 0, 0};
	size_t at = 0;

	for (int i = 0; i < 3; i++)
		if (!qpdf_oh_is_array(q, widths) ||
			!qpdf_oh_get_value_as_int(q, qpdf_oh_get_array_item(q, widths, i), &w[i]) ||
			w[i] < 0 || w[i] > 8)
			return bad_section(r, e);
	size_t entry = (size_t)(w[0] + w[1] + w[2]);
	int pairs = qpdf_oh_is_array(q, index) ? qpdf_oh_get_array_n_items(q, index) / 2 : 0;
	if (entry == 0 || pairs == 0)
		return bad_section(r, e); /* an update without /Index would replace every object */
	for (int p = 0; p < pairs; p++) {
		int first = -1, count = -1;
		(void)qpdf_oh_get_value_as_int(q, qpdf_oh_get_array_item(q, index, 2 * p), &first);
		(void)qpdf_oh_get_value_as_int(q, qpdf_oh_get_array_item(q, index, 2 * p + 1), &count);
		if (first < 0 || count < 0 || s->count + (size_t)count > ENTRIES_MAX)
			return bad_section(r, e);
		for (int i = 0; i < count; i++, at += entry) {
			if (len - at < entry)
				return bad_section(r, e);
			/* The type is the first field; without one it is 1, "in use". */
			unsigned type = w[0] > 0 ? data[at + (size_t)w[0] - 1] : 1;
			int generation = type == 1 ? last_field(data + at + entry, w[2]) : 0;
			if (add_entry(s, (int64_t)first + i, generation, type == 0, e) != 0)
				return -1;
		}
	}
	return 0;
}

static int read_stream(struct pdf_reader *r, struct section *s, struct err *e)
{
	qpdf_oh stream = qpdf_get_object_by_id(r->q, (int)r->scan.xref_object, 0);
	unsigned char *data = NULL;
	size_t len = 0;
	QPDF_BOOL filtered = QPDF_FALSE;

	if (!qpdf_oh_is_stream(r->q, stream))
		return bad_section(r, e);
	if (qpdf_oh_get_stream_data(r->q, stream, qpdf_dl_generalized, &filtered, &data, &len) != 0 ||
		!data) {
		free(data);
		return bad_section(r, e);
	}
	int status = read_stream_entries(r, qpdf_oh_get_dict(r->q, stream), data, len, s, e);
	free(data);
	return status;
}

int pdf_section_read(struct pdf_reader *r, struct section *out, struct err *e)
{
	AUTO(section_release) struct section s = {NULL, 0};
	int status = r->scan.kind == XREF_TABLE ? read_table(r, &s, e) : read_stream(r, &s, e);

	if (status != 0 || pdf_reader_check(r, e) != 0)
		return -1;
	*out = s;
	s = (struct section){NULL, 0};
	return 0;
}
