/* The document security store: added, added to, read back, on every kind of file; and document time-stamps. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "crypto/hash.h"
#include "pdf/append.h"
#include "pdf/changes.h"
#include "pdf/dss.h"
#include "pdf_variants.h"

#define CEILING ((size_t)8 << 20)

static unsigned char cert[] = "a certificate that does not shrink";
static unsigned char ocsp[] =
	"an OCSP response, an OCSP response, an OCSP response, an OCSP response, an OCSP response";
static unsigned char crl[] = "a CRL";
static unsigned char more[] = "another certificate";

#define ITEM(kind, bytes)                                                                                    \
	{                                                                                                    \
		kind, bytes, sizeof bytes - 1                                                                \
	}
static const struct dss_item first[] = {ITEM(DSS_CERT, cert), ITEM(DSS_OCSP, ocsp), ITEM(DSS_CERT, cert)};
static const struct dss_item second[] = {
	ITEM(DSS_CERT, more), ITEM(DSS_CERT, cert), ITEM(DSS_CRL, crl), ITEM(DSS_OCSP, cert)};

static void sign(const struct buf *in, const char *field, struct buf *out)
{
	const struct pdf_append_request request = {
		.field = field, .signed_at = 1774924800, .contents_max = 100};
	struct err e = ERR_INIT;
	int64_t range[4];

	buf_reset(out);
	if (pdf_append_signature(in->data, in->len, "uji.pdf", &request, out, range, &e) != 0)
		fail_msg("%s", e.msg);
}

static void add(const struct buf *in, const struct dss_addition *what, struct buf *out)
{
	struct err e = ERR_INIT;

	buf_reset(out);
	if (pdf_append_dss(in->data, in->len, "uji.pdf", what, out, &e) != 0)
		fail_msg("%s", e.msg);
	assert_true(out->len > in->len);
	assert_memory_equal(in->data, out->data, in->len);
}

static void stamp(const struct buf *in, const char *field, struct buf *out)
{
	struct err e = ERR_INIT;
	int64_t range[4];

	buf_reset(out);
	if (pdf_append_stamp(in->data, in->len, "uji.pdf", field, 100, out, range, &e) != 0)
		fail_msg("%s", e.msg);
	assert_memory_equal(in->data, out->data, in->len);
	assert_int_equal(range[2] + range[3], out->len);
}

static void read_dss(const struct buf *in, struct dss *out)
{
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	struct err e = ERR_INIT;

	if (pdf_reader_open(in->data, in->len, "uji.pdf", &r, &e) != 0 || pdf_reader_dss(r, out, &e) != 0)
		fail_msg("%s", e.msg);
}

static void assert_item(const struct dss *d, size_t i, const struct dss_item *want)
{
	assert_true(i < d->count);
	assert_int_equal(d->items[i].kind, want->kind);
	assert_int_equal(d->items[i].len, want->len);
	assert_memory_equal(d->items[i].der, want->der, want->len);
}

/* qpdf as a stranger: reads it with recovery on and has nothing to say. */
static void assert_clean(const struct buf *b)
{
	qpdf_data q = qpdf_init();

	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	assert_int_equal(qpdf_read_memory(q, "extended", (const char *)b->data, b->len, NULL), 0);
	if (qpdf_check_pdf(q) != 0 && qpdf_more_warnings(q))
		fail_msg("%s", qpdf_get_error_full_text(q, qpdf_next_warning(q)));
	assert_false(qpdf_has_error(q));
	qpdf_cleanup(&q);
}

static void assert_harmless(const struct buf *b, size_t before, size_t stamps)
{
	struct pdf_changes changes;
	struct err e = ERR_INIT;

	assert_int_equal(pdf_changes(b->data, before, b->len, "uji.pdf", &changes, &e), 0);
	assert_string_equal(changes.why, "");
	assert_true(changes.validation);
	assert_false(changes.visible);
	assert_int_equal(changes.signatures, 0);
	assert_int_equal(changes.stamps, stamps);
}

static size_t count_text(const struct buf *b, const char *text)
{
	const unsigned char *at = b->data, *end = b->data + b->len;
	size_t n = 0;

	while ((at = memmem(at, (size_t)(end - at), text, strlen(text)))) {
		at += strlen(text);
		n++;
	}
	return n;
}

static void extend_twice(const char *what, const struct buf *in)
{
	AUTO(buf_release) struct buf one = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf two = BUF_INIT(CEILING);
	AUTO(dss_release) struct dss d = {NULL, 0};
	static const size_t all[] = {0, 1, 2}, last[] = {1, 2, 3};
	struct dss_vri vri[] = {{"", all, 3}, {"", last, 3}};

	sha1_name("x", 1, vri[0].key);
	sha1_name("y", 1, vri[1].key);
	sign(in, "esc_1", &two);
	size_t signed_len = two.len;
	add(&two, &(struct dss_addition){first, 3, vri, 1}, &one);
	read_dss(&one, &d);
	assert_int_equal(d.count, 2);
	assert_item(&d, 0, &first[0]);
	assert_item(&d, 1, &first[1]);
	dss_release(&d);
	stamp(&one, "stempel_1", &two);
	assert_clean(&two);
	add(&two, &(struct dss_addition){second, 4, vri, 2}, &one);
	stamp(&one, "stempel_2", &two);
	read_dss(&two, &d);
	assert_int_equal(d.count, 5);
	assert_item(&d, 0, &first[0]); /* by kind; what was there comes first */
	assert_item(&d, 1, &second[0]);
	assert_item(&d, 2, &first[1]);
	assert_item(&d, 3, &second[3]);
	assert_item(&d, 4, &second[2]);
	/* The signed part and the store of the first round stand: nothing is written twice. */
	assert_int_equal(count_text(&two, (const char *)cert), 2); /* as certificate and, oddly, as OCSP */
	assert_harmless(&two, signed_len, 2);
	assert_clean(&two);

	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	struct err e = ERR_INIT;
	assert_int_equal(pdf_reader_open(two.data, two.len, what, &r, &e), 0);
	assert_int_equal(pdf_reader_signatures(r, &list, &e), 0);
	assert_int_equal(list.count, 3);
	assert_false(list.items[0].is_timestamp);
	assert_true(list.items[1].is_timestamp);
	assert_string_equal(list.items[2].field, "stempel_2");
	assert_string_equal(list.items[2].subfilter, "ETSI.RFC3161");
	assert_string_equal(list.items[2].modified, "");
	const char *keep = getenv("NASKAH_KEEP_PDF");
	if (keep) {
		char path[512];
		snprintf(path, sizeof path, "%s/%s.pdf", keep, what);
		FILE *f = fopen(path, "wb");
		assert_non_null(f);
		fwrite(two.data, 1, two.len, f);
		fclose(f);
	}
}

static void test_every_sane_file(void **state)
{
	static const char *const sane[] = {"plain.pdf", "no-final-eol.pdf", "form-direct.pdf",
		"form-indirect.pdf", "arrays-indirect.pdf", "array-shared.pdf", "deep-pages.pdf",
		"tagged.pdf", "hybrid.pdf"};
	static const char *const suffix[] = {"", "-objstm", "-linear", "-linear-objstm"};
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(sane); i++)
		for (enum variant v = AS_IS; v <= LINEARIZED_STREAMS; v++) {
			char what[64];
			snprintf(what, sizeof what, "%s%s", sane[i], suffix[v]);
			fixture(&b, sane[i], v);
			extend_twice(what, &b);
		}
}

#define VRI_KEY "ABCDABCDABCDABCDABCDABCDABCDABCDABCDABCD"

static void test_vri_grows(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf one = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf two = BUF_INIT(CEILING);
	static const size_t all[] = {0, 1}, last[] = {2};
	const struct dss_vri vri = {VRI_KEY, all, 2}, again = {VRI_KEY, last, 1};
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	add(&b, &(struct dss_addition){first, 2, &vri, 1}, &one);
	add(&one, &(struct dss_addition){second, 3, &again, 1}, &two);
	/* The old lists stand in the new entry, and the new item behind. */
	const struct buf tail = {two.data + one.len, two.len - one.len, 0, 0, BUF_FINE};
	assert_int_equal(count_text(&tail, "/" VRI_KEY), 1);
	assert_int_equal(count_text(&tail, "/CRL ["), 1);
	assert_int_equal(count_text(&tail, "/Cert ["), 1);
	assert_int_equal(count_text(&tail, "/OCSP ["), 1);
	/* The store stayed the same object, and the catalog needed no change. */
	assert_int_equal(count_text(&two, "/Extensions"), count_text(&one, "/Extensions"));
	assert_int_equal(count_text(&one, "/ESIC"), 1);
	assert_harmless(&two, one.len, 0);
}

/* A store as other makers write it: inline in the catalog, arrays as objects that something else uses too. */
static void test_foreign_stores(void **state)
{
	static const char file[] =
		"%PDF-1.7\n"
		"1 0 obj\n<</Type/Catalog/Pages 2 0 R/DSS<</Certs 4 0 R/VRI 6 0 R>>/Extensions 7 0 R"
		"/Names 4 0 R>>\nendobj\n"
		"2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n"
		"3 0 obj\n<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>\nendobj\n"
		"4 0 obj\n[5 0 R 5 0 R]\nendobj\n"
		"5 0 obj\n<</Length 3>>\nstream\nabc\nendstream\nendobj\n"
		"6 0 obj\n<</0123456789012345678901234567890123456789<</Cert[5 0 R]>>>>\nendobj\n"
		"7 0 obj\n<</ADBE<</BaseVersion/1.7/ExtensionLevel 5>>>>\nendobj\n";
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
	AUTO(dss_release) struct dss d = {NULL, 0};
	size_t off[8] = {0};
	(void)state;

	buf_adds(&b, file);
	for (int i = 1; i <= 7; i++) {
		char head[16];
		snprintf(head, sizeof head, "\n%d 0 obj", i);
		off[i] = (size_t)((char *)memmem(b.data, b.len, head, strlen(head)) - (char *)b.data) + 1;
	}
	size_t section = b.len;
	buf_adds(&b, "xref\n0 8\n0000000000 65535 f \n");
	for (int i = 1; i <= 7; i++)
		buf_addf(&b, "%010zu 00000 n \n", off[i]);
	buf_addf(&b, "trailer\n<</Size 8/Root 1 0 R>>\nstartxref\n%zu\n%%%%EOF\n", section);
	add(&b, &(struct dss_addition){first, 3, NULL, 0}, &out);
	read_dss(&out, &d);
	assert_int_equal(d.count, 3);
	assert_int_equal(d.items[0].len, 3);
	assert_clean(&out);
	assert_harmless(&out, b.len, 0);
	const struct buf tail = {out.data + b.len, out.len - b.len, 0, 0, BUF_FINE};
	assert_int_equal(count_text(&tail, "\n4 0 obj"), 0);
	assert_int_equal(count_text(&tail, "\n7 0 obj"), 0);
	assert_int_equal(count_text(&tail, "/ADBE"), 1);
	assert_int_equal(count_text(&tail, "/ESIC"), 1);
	assert_int_equal(count_text(&tail, "5 0 R 5 0 R"), 1); /* kept as it is */
}

static void assert_refused(const char *file, enum variant v, const char *words)
{
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
	struct err e = ERR_INIT;

	fixture(&b, file, v);
	assert_int_equal(
		pdf_append_dss(b.data, b.len, file, &(struct dss_addition){first, 3, NULL, 0}, &out, &e), -1);
	if (!strstr(e.msg, words))
		fail_msg("%s: '%s'", file, e.msg);
	assert_int_equal(out.len, 0);
}

static void test_refusals(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf small = BUF_INIT(2000);
	AUTO(free_ptr) struct dss_item *many = calloc(DSS_ITEMS_MAX + 1, sizeof *many);
	AUTO(free_ptr) unsigned char *bytes = calloc(DSS_ITEMS_MAX + 1, 2);
	struct err e = ERR_INIT;
	(void)state;

	assert_refused("xfa.pdf", AS_IS, "XFA");
	assert_refused("docmdp-1.pdf", AS_IS, "DocMDP P=1");
	assert_refused("plain.pdf", ENCRYPTED, "encrypted");
	fixture(&b, "plain.pdf", AS_IS);
	assert_non_null(many);
	assert_non_null(bytes);
	for (size_t i = 0; i <= DSS_ITEMS_MAX; i++) {
		bytes[2 * i] = (unsigned char)i;
		bytes[2 * i + 1] = (unsigned char)(i >> 8);
		many[i] = (struct dss_item){DSS_CERT, bytes + 2 * i, 2};
	}
	assert_int_equal(pdf_append_dss(b.data, b.len, "uji",
				 &(struct dss_addition){many, DSS_ITEMS_MAX + 1, NULL, 0}, &small, &e),
		-1);
	assert_int_equal(e.kind, ERR_LIMIT);
	err_clear(&e);
	assert_int_equal(pdf_append_dss(b.data, b.len, "uji",
				 &(struct dss_addition){many, DSS_ITEMS_MAX, NULL, 0}, &small, &e),
		-1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(small.len, 0);
	AUTO(buf_release) struct buf full = BUF_INIT(CEILING);
	add(&b, &(struct dss_addition){many, DSS_ITEMS_MAX, NULL, 0}, &full);
	assert_clean(&full);
	err_clear(&e);
	AUTO(buf_release) struct buf over = BUF_INIT(CEILING);
	assert_int_equal(pdf_append_dss(full.data, full.len, "uji", &(struct dss_addition){first, 1, NULL, 0},
				 &over, &e),
		-1);
	assert_int_equal(e.kind, ERR_LIMIT);
	/* What is there already needs no room. */
	add(&full, &(struct dss_addition){many, DSS_ITEMS_MAX, NULL, 0}, &over);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_sane_file),
		cmocka_unit_test(test_vri_grows),
		cmocka_unit_test(test_foreign_stores),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
