/* Incremental signature updates on every kind of file, and the files that must be refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "pdf/append.h"
#include "pdf/reader.h"
#include "pdf_variants.h"

#include <pthread.h>
#include <unistd.h>

#define CEILING ((size_t)4 << 20)

static const struct pdf_append_request usual = {.field = "esc_1774924800123",
	.reason = "Saya menyetujui (dokumen) ini",
	.location = "Jakarta \xe2\x80\x94 Žemun",
	.name = "Sari \\ Uji",
	.signed_at = 1774924800,
	.contents_max = 200};

static int append(const struct buf *in, const char *field, struct buf *out, int64_t range[4], struct err *e)
{
	struct pdf_append_request request = usual;

	request.field = field;
	return pdf_append_signature(in->data, in->len, "uji.pdf", &request, out, range, e);
}

/* qpdf as a stranger: reads it with recovery on and has nothing to say. */
static void assert_clean(const struct buf *b)
{
	qpdf_data q = qpdf_init();

	qpdf_silence_errors(q);
	qpdf_set_suppress_warnings(q, QPDF_TRUE);
	assert_int_equal(qpdf_read_memory(q, "signed", (const char *)b->data, b->len, NULL), 0);
	if (qpdf_check_pdf(q) != 0 && qpdf_more_warnings(q))
		fail_msg("%s", qpdf_get_error_full_text(q, qpdf_next_warning(q)));
	assert_false(qpdf_has_error(q));
	qpdf_cleanup(&q);
}

static void check_signed(const char *what, const struct buf *in, const struct buf *out,
	const int64_t range[4], size_t signatures)
{
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	struct err e = ERR_INIT;

	assert_true(out->len > in->len);
	assert_memory_equal(in->data, out->data, in->len);
	assert_int_equal(range[0], 0);
	assert_int_equal(range[2] + range[3], out->len);
	assert_int_equal(out->data[range[1]], '<');
	assert_int_equal(out->data[range[2] - 1], '>');
	assert_int_equal(range[2] - range[1], 2 + 400);
	assert_true((size_t)range[1] > in->len);
	if (pdf_reader_open(out->data, out->len, what, &r, &e) != 0 ||
		pdf_reader_signatures(r, &list, &e) != 0)
		fail_msg("%s: %s", what, e.msg);
	assert_int_equal(list.count, signatures);
	const struct pdf_signature *s = &list.items[signatures - 1];
	assert_memory_equal(s->range, range, sizeof s->range);
	assert_int_equal(s->contents.len, 200);
	assert_string_equal(s->filter, "Adobe.PPKLite");
	assert_string_equal(s->subfilter, "ETSI.CAdES.detached");
	assert_string_equal(s->reason, usual.reason);
	assert_string_equal(s->location, usual.location);
	assert_string_equal(s->name, usual.name);
	assert_string_equal(s->modified, "D:20260331024000Z");
	assert_false(s->is_timestamp);
	assert_clean(out);
}

static void sign_twice(const char *what, const struct buf *in)
{
	AUTO(buf_release) struct buf once = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf twice = BUF_INIT(CEILING);
	struct err e = ERR_INIT;
	int64_t range[4];

	if (append(in, "esc_1", &once, range, &e) != 0)
		fail_msg("%s: %s", what, e.msg);
	check_signed(what, in, &once, range, 1);
	if (append(&once, "esc_2", &twice, range, &e) != 0)
		fail_msg("%s again: %s", what, e.msg);
	check_signed(what, &once, &twice, range, 2);
	/* NASKAH_KEEP_PDF=folder: for other people's tools. */
	const char *keep = getenv("NASKAH_KEEP_PDF");
	if (keep) {
		char path[512];
		snprintf(path, sizeof path, "%s/%s.pdf", keep, what);
		FILE *f = fopen(path, "wb");
		assert_non_null(f);
		fwrite(twice.data, 1, twice.len, f);
		fclose(f);
	}
}

static const char *const sane[] = {"plain.pdf", "no-final-eol.pdf", "form-direct.pdf", "form-indirect.pdf",
	"arrays-indirect.pdf", "array-shared.pdf", "deep-pages.pdf", "tagged.pdf", "hybrid.pdf"};

static void test_every_sane_file(void **state)
{
	static const char *const suffix[] = {"", "-objstm", "-linear", "-linear-objstm"};
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(sane); i++)
		for (enum variant v = AS_IS; v <= LINEARIZED_STREAMS; v++) {
			char what[64];
			snprintf(what, sizeof what, "%s%s", sane[i], suffix[v]);
			fixture(&b, sane[i], v);
			sign_twice(what, &b);
		}
}

static void assert_refused(const char *what, const struct buf *in, const char *field, const char *words)
{
	AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
	int64_t range[4] = {7, 7, 7, 7};
	struct err e = ERR_INIT;

	if (append(in, field, &out, range, &e) == 0)
		fail_msg("%s was signed", what);
	if (e.kind != ERR_INPUT || !strstr(e.msg, words))
		fail_msg("%s: kind %d '%s'", what, (int)e.kind, e.msg);
	assert_int_equal(out.len, 0);
	assert_int_equal(range[0], 7);
}

static void test_refusals_of_fixtures(void **state)
{
	static const struct {
		const char *file;
		enum variant v;
		const char *words;
	} row[] = {{"xfa.pdf", AS_IS, "XFA"}, {"docmdp-1.pdf", AS_IS, "DocMDP P=1"},
		{"no-pages.pdf", AS_IS, "no pages"}, {"field-taken.pdf", AS_IS, "already has a field"},
		{"kids-loop.pdf", AS_IS, "no pages"}, {"fields-loop.pdf", AS_IS, "too deeply"},
		{"plain.pdf", ENCRYPTED, "encrypted"}, {"plain.pdf", ENCRYPTED_EMPTY, "encrypted"}};
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		fixture(&b, row[i].file, row[i].v);
		assert_refused(row[i].file, &b, "esc_1", row[i].words);
	}
}

static void replace(struct buf *b, const char *from, const char *to)
{
	unsigned char *at = memmem(b->data, b->len, from, strlen(from));

	assert_non_null(at);
	assert_int_equal(strlen(from), strlen(to));
	memcpy(at, to, strlen(to));
}

static void test_refusals_of_damage(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf junk = BUF_INIT(CEILING);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	buf_adds(&junk, "sampah\n");
	buf_add(&junk, b.data, b.len);
	assert_refused("junk in front", &junk, "esc_1", "%PDF-");
	for (size_t cut = 2; cut < b.len - 1; cut += 7) {
		struct buf part = b;
		part.len = b.len - cut;
		assert_refused("truncated", &part, "esc_1", "uji.pdf: ");
	}
	buf_adds(&b, "<script>");
	assert_refused("junk behind", &b, "esc_1", "damaged end");
	fixture(&b, "plain.pdf", AS_IS);
	replace(&b, "%PDF-1.7", "%PDF-9.7");
	assert_refused("version", &b, "esc_1", "version");
	fixture(&b, "plain.pdf", AS_IS);
	replace(&b, "00000 n ", "00000 x ");
	assert_refused("xref entry", &b, "esc_1", "damaged");
	fixture(&b, "plain.pdf", AS_IS);
	unsigned char *digit = memmem(b.data, b.len, "startxref\n", 10);
	assert_non_null(digit);
	digit[10] = '9';
	assert_refused("startxref", &b, "esc_1", "damaged");
	fixture(&b, "plain.pdf", AS_IS);
	replace(&b, "3 0 obj\n", "7 0 obj\n"); /* the xref says object 3 stands here */
	assert_refused("wrong object", &b, "esc_1", "uji.pdf: ");
	buf_reset(&b);
	assert_refused("empty", &b, "esc_1", "%PDF-");
}

static void test_refusals_of_names(void **state)
{
	static const char *const bad[] = {"", "a.b", "a b", "a(b", "a\\b", "h\xc3\xa9", "a\nb"};
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_refused(bad[i], &b, bad[i], "name of a signature field");
	fixture(&b, "form-direct.pdf", AS_IS);
	assert_refused("taken", &b, "nama", "already has a field");
}

static void test_same_input_same_bytes(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf one = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf two = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf other = BUF_INIT(CEILING);
	struct err e = ERR_INIT;
	int64_t range[4];
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	assert_int_equal(append(&b, "esc_1", &one, range, &e), 0);
	assert_int_equal(append(&b, "esc_1", &two, range, &e), 0);
	assert_int_equal(append(&b, "esc_2", &other, range, &e), 0);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.data, two.data, one.len);
	/* The first half of /ID stays, the second is new each time. */
	const char *id =
		memmem(one.data + b.len, one.len - b.len, "/ID [<0102030405060708090a0b0c0d0e0f10><", 40);
	const char *id2 =
		memmem(other.data + b.len, other.len - b.len, "/ID [<0102030405060708090a0b0c0d0e0f10><", 40);
	assert_non_null(id);
	assert_non_null(id2);
	assert_memory_not_equal(id + 40, id2 + 40, 32);
	assert_memory_not_equal(id + 40, "0102030405060708090a0b0c0d0e0f10", 32);
}

static void test_ceiling(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf out = BUF_INIT(1000);
	struct err e = ERR_INIT;
	int64_t range[4];
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	assert_int_equal(append(&b, "esc_1", &out, range, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_int_equal(out.len, 0);
}

static void test_patch(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
	unsigned char cms[201];
	struct err e = ERR_INIT;
	int64_t range[4];
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	assert_int_equal(append(&b, "esc_1", &out, range, &e), 0);
	for (size_t i = 0; i < sizeof cms; i++)
		cms[i] = (unsigned char)(i * 7);
	assert_int_equal(pdf_patch_contents(&out, range, cms, 201, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	err_clear(&e);
	assert_int_equal(pdf_patch_contents(&out, range, cms, 200, &e), 0);
	assert_memory_equal(out.data + range[1], "<00070e15", 9);
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	AUTO(pdf_signature_list_release) struct pdf_signature_list list = {NULL, 0};
	assert_int_equal(pdf_reader_open(out.data, out.len, "x", &r, &e), 0);
	assert_int_equal(pdf_reader_signatures(r, &list, &e), 0);
	assert_memory_equal(list.items[0].contents.data, cms, 200);
	const int64_t bad[][4] = {{0, range[1] + 1, range[2], range[3]},
		{0, range[1], range[2] + 1, range[3]}, {0, 0, 0, 0}, {0, 10, 5, 0}, {0, INT64_MAX, 5, 0},
		{0, 10, (int64_t)out.len + 50, 0}};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(pdf_patch_contents(&out, bad[i], cms, 2, NULL), -1);
}

static void test_tagged_page_gets_tab_order(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
	struct err e = ERR_INIT;
	int64_t range[4];
	(void)state;

	fixture(&b, "tagged.pdf", AS_IS);
	assert_int_equal(append(&b, "esc_1", &out, range, &e), 0);
	assert_non_null(memmem(out.data, out.len, "/Tabs /S", 8));
	fixture(&b, "plain.pdf", AS_IS);
	assert_int_equal(append(&b, "esc_1", &out, range, &e), 0);
	assert_null(memmem(out.data, out.len, "/Tabs", 5));
}

static void *sign_many(void *arg)
{
	const struct buf *b = arg;

	for (int i = 0; i < 20; i++) {
		AUTO(buf_release) struct buf out = BUF_INIT(CEILING);
		struct err e = ERR_INIT;
		int64_t range[4];
		if (append(b, "esc_1", &out, range, &e) != 0)
			return (void *)1;
	}
	return NULL;
}

static void test_many_threads(void **state)
{
	AUTO(buf_release) struct buf b = BUF_INIT(CEILING);
	pthread_t thread[4];
	(void)state;

	fixture(&b, "plain.pdf", OBJECT_STREAMS);
	for (size_t i = 0; i < ARRAY_LEN(thread); i++)
		assert_int_equal(pthread_create(&thread[i], NULL, sign_many, &b), 0);
	for (size_t i = 0; i < ARRAY_LEN(thread); i++) {
		void *bad;
		pthread_join(thread[i], &bad);
		assert_null(bad);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_sane_file),
		cmocka_unit_test(test_refusals_of_fixtures),
		cmocka_unit_test(test_refusals_of_damage),
		cmocka_unit_test(test_refusals_of_names),
		cmocka_unit_test(test_same_input_same_bytes),
		cmocka_unit_test(test_ceiling),
		cmocka_unit_test(test_patch),
		cmocka_unit_test(test_tagged_page_gets_tab_order),
		cmocka_unit_test(test_many_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
