/* Verdicts: good files of every kind, and the known families of attack on signed PDFs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "pdf/changes.h"
#include "pdf_variants.h"
#include "pki.h"
#include "verify/verify.h"

static struct pki pki;
static struct verdict verdict; /* too large for the stack of a test */

#define PDF AUTO(buf_release) struct buf

static const struct verdict *judge(const struct buf *b, const struct trust *trust, int64_t now_at)
{
	struct verify_request req = {
		.pdf = b->data, .len = b->len, .name = "uji.pdf", .trust = trust, .now_at = now_at};
	struct err e = ERR_INIT;

	if (verify_pdf(&req, &verdict, &e) != 0)
		fail_msg("%s", e.msg);
	return &verdict;
}

static const struct verdict *now(const struct buf *b)
{
	return judge(b, pki.trust, PKI_NOW);
}

static void assert_good(const char *what, const struct verdict *v)
{
	if (v->all_good != FINDING_YES || v->why[0])
		fail_msg("%s: %s", what, v->why);
}

/* Not valid, with a reason that holds these words. */
static void assert_bad(const char *what, const struct verdict *v, const char *words)
{
	if (v->all_good != FINDING_NO || !v->why[0] || !strstr(v->why, words))
		fail_msg("%s: finding %d, '%s'", what, v->all_good, v->why);
}

static const struct verdict *reply_by(const struct buf *sent, const struct buf *reply,
	const struct expected_signer *signers, size_t count, bool of_any)
{
	struct reply_check req = {.sent = sent->data,
		.sent_len = sent->len,
		.reply = reply->data,
		.reply_len = reply->len,
		.signers = signers,
		.signer_count = count,
		.of_any = of_any,
		.trust = pki.trust,
		.now_at = PKI_NOW};
	struct err e = ERR_INIT;

	if (verify_reply(&req, &verdict, &e) != 0)
		fail_msg("%s", e.msg);
	return &verdict;
}

static const struct verdict *reply_of(
	const struct buf *sent, const struct buf *reply, const char *nik, const char *name)
{
	return reply_by(sent, reply, &(const struct expected_signer){nik, name}, 1, true);
}

static const struct verdict *reply(const struct buf *sent, const struct buf *got)
{
	return reply_of(sent, got, PKI_NIK, PKI_NAME " UJI");
}

static size_t find(const struct buf *b, size_t from, const char *what)
{
	const unsigned char *at = memmem(b->data + from, b->len - from, what, strlen(what));

	assert_non_null(at);
	return (size_t)(at - b->data);
}

struct object {
	int number;
	const char *text;
};

/* An incremental update by hand, on a file with a table: attackers are not polite. */
static void update(struct buf *b, const struct object *objects, size_t count, int size, const char *trailer)
{
	size_t start[16], prev = 0;

	for (size_t at = 0; at + 9 < b->len; at++)
		if (memcmp(b->data + at, "startxref", 9) == 0)
			prev = (size_t)strtol((const char *)b->data + at + 10, NULL, 10);
	for (size_t i = 0; i < count; i++) {
		start[i] = b->len;
		buf_addf(b, "%d 0 obj\n%s\nendobj\n", objects[i].number, objects[i].text);
	}
	size_t section = b->len;
	buf_adds(b, "xref\n");
	for (size_t i = 0; i < count; i++)
		buf_addf(b, "%d 1\n%010zu 00000 n \n", objects[i].number, start[i]);
	buf_addf(b, "trailer\n<< /Size %d /Root 1 0 R %s /Prev %zu >>\nstartxref\n%zu\n%%%%EOF\n", size,
		trailer[0] ? trailer : "/Info 6 0 R", prev, section);
	assert_false(b->failed);
}

static void copy(struct buf *to, const struct buf *from)
{
	buf_reset(to);
	buf_add(to, from->data, from->len);
}

static void test_every_kind_of_file(void **state)
{
	static const char *const sane[] = {"plain.pdf", "no-final-eol.pdf", "form-direct.pdf",
		"form-indirect.pdf", "arrays-indirect.pdf", "array-shared.pdf", "deep-pages.pdf",
		"tagged.pdf", "hybrid.pdf"};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF once = BUF_INIT(PDF_BYTES);
	PDF twice = BUF_INIT(PDF_BYTES);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(sane); i++)
		for (enum variant v = AS_IS; v <= LINEARIZED_STREAMS; v++) {
			char what[64];
			snprintf(what, sizeof what, "%s %d", sane[i], v);
			fixture(&b, sane[i], v);
			pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &once);
			assert_good(what, now(&once));
			assert_int_equal(verdict.signature_count, 1);
			assert_int_equal(verdict.signatures[0].covers_all, FINDING_YES);
			assert_int_equal(verdict.signatures[0].unchanged, FINDING_YES);
			assert_int_equal(verdict.signatures[0].claimed_at, PKI_NOW);
			assert_string_equal(verdict.signatures[0].signer, PKI_NAME " UJI");
			assert_good(what, reply(&b, &once));
			pki_sign(&once, "esc_2", &pki.other.signer, PKI_NOW + 60, &twice);
			assert_good(what, now(&twice));
			assert_int_equal(verdict.signature_count, 2);
			assert_int_equal(verdict.signatures[0].covers_all, FINDING_NO);
			assert_int_equal(verdict.signatures[0].unchanged, FINDING_YES);
			assert_string_equal(verdict.signatures[1].signer, "Orang Lain UJI");
			assert_good(what, reply_of(&once, &twice, "9971021505880002", "Orang Lain UJI"));
			assert_bad(what, reply_of(&b, &twice, "9971021505880002", NULL),
				"exactly one signature");
			/* NASKAH_KEEP_PDF=folder, NASKAH_KEEP_ROOT: for other people's tools. */
			const char *keep = getenv("NASKAH_KEEP_PDF");
			if (keep) {
				char path[512];
				snprintf(path, sizeof path, "%s/%s-%d.pdf", keep, sane[i], v);
				FILE *f = fopen(path, "wb");
				assert_non_null(f);
				fwrite(twice.data, 1, twice.len, f);
				fclose(f);
			}
		}
}

static void test_zero_is_unknown(void **state)
{
	struct signature_verdict empty = {0};
	(void)state;
	assert_int_equal(empty.intact, FINDING_UNKNOWN);
	assert_int_equal(empty.unchanged, FINDING_UNKNOWN);
	assert_true(FINDING_UNKNOWN != FINDING_YES);
}

/*
 * One byte anywhere in a signed file: never good, never a failure to look. All of what the signature brought, and every
 * seventh of what was there before.
 */
static void test_every_flipped_byte(void **state)
{
	static const unsigned char flip[] = {
		0x01, 0x20, 0x53}; /* the last makes b of 1: one digit for another */
	PDF b = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	for (size_t i = 0; i < s.len; i += i < b.len ? 7 : 1) {
		for (size_t k = 0; k < sizeof flip; k++) {
			s.data[i] ^= flip[k];
			if (now(&s)->all_good != FINDING_NO)
				fail_msg("byte %zu of %zu ('%c')", i, s.len, s.data[i]);
			s.data[i] ^= flip[k];
		}
	}
	assert_good("flipped back", now(&s));
}

static void test_truncated_and_garbage(void **state)
{
	PDF b = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	for (size_t len = 0; len < s.len; len += len < b.len ? 11 : 97) {
		struct buf part = s;
		part.len = len;
		if (now(&part)->all_good != FINDING_NO)
			fail_msg("first %zu bytes", len);
		if (reply(&b, &part)->all_good != FINDING_NO)
			fail_msg("reply of %zu bytes", len);
	}
	buf_reset(&s);
	for (int i = 0; i < 5000; i++)
		buf_addc(&s, (char)(i * 31 ^ i >> 3));
	assert_bad("garbage", now(&s), "%PDF-");
	fixture(&b, "plain.pdf", AS_IS);
	assert_bad("unsigned", now(&b), "no signature");
	fixture(&b, "plain.pdf", ENCRYPTED_EMPTY);
	assert_bad("encrypted", now(&b), "encrypted");
}

/* Incremental saving attacks: anything behind the signed bytes. */
static void test_appended(void **state)
{
	static const struct object page = {3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] >>"};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	copy(&t, &s);
	buf_adds(&t, "\n");
	assert_bad("one line feed", now(&t), "");
	assert_int_equal(verdict.signatures[0].covers_all, FINDING_NO);
	assert_bad("reply", reply(&b, &t), "");
	copy(&t, &s);
	buf_adds(&t, "3 0 obj\n<< /Type /Page >>\nendobj\n"); /* no section, no end */
	assert_bad("bare object", now(&t), "");
	copy(&t, &s);
	update(&t, &page, 1, 20, "");
	assert_bad("page replaced", now(&t), "/Contents was changed");
	assert_int_equal(verdict.signatures[0].intact, FINDING_YES);
	assert_int_equal(verdict.signatures[0].unchanged, FINDING_NO);
	copy(&t, &s);
	update(&t, NULL, 0, 20, "");
	assert_bad("empty update", now(&t), "");
	copy(&t, &s);
	buf_add(&t, s.data, s.len);
	assert_bad("the file twice", now(&t), "");
}

/* A ByteRange that leaves more, less or other than its own /Contents uncovered, each with a fitting signature. */
static void test_byte_ranges(void **state)
{
	static const int64_t shift[][4] = {{0, -1, 0, 0}, {0, 0, 1, -1}, {0, -20, 0, 0}, {0, 0, 30, -30},
		{1, -1, 0, 0}, {0, 0, 0, -1}, {0, 1, 0, 0}, {0, 0, -1, 1}};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	for (size_t i = 0; i < ARRAY_LEN(shift); i++) {
		struct pdf_append_request req = {
			.field = "esc_1", .signed_at = PKI_NOW, .contents_max = 3000};
		struct err e = ERR_INIT;
		int64_t right[4], wrong[4];
		char text[64];
		AUTO(hasher_release) struct hasher *h = NULL;
		AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);

		buf_reset(&s);
		assert_int_equal(pdf_append_signature(b.data, b.len, "x", &req, &s, right, &e), 0);
		for (size_t k = 0; k < 4; k++)
			wrong[k] = right[k] + shift[i][k];
		int width = snprintf(text, sizeof text, "[%lld %lld %lld %lld]", (long long)wrong[0],
			(long long)wrong[1], (long long)wrong[2], (long long)wrong[3]);
		size_t at = find(&s, b.len, "/ByteRange [") + 11;
		memset(s.data + at, ' ', 36);
		memcpy(s.data + at, text, (size_t)width);
		assert_int_equal(hasher_new(&h, &e), 0);
		hasher_add(h, s.data + wrong[0], (size_t)wrong[1]);
		hasher_add(h, s.data + wrong[2], (size_t)wrong[3]);
		struct sha256 digest = hasher_end(h);
		assert_int_equal(cms_sign(&pki.sari.signer, &digest, &cms, &e), 0);
		assert_int_equal(pdf_patch_contents(&s, right, cms.data, cms.len, &e), 0);
		assert_bad(text, now(&s), "");
		assert_true(verdict.signatures[0].intact != FINDING_YES ||
			    verdict.signatures[0].covers_all != FINDING_YES);
	}
}

/* Universal signature forgery: parts of the dictionary missing, empty or strange. */
static void test_dictionary_tricks(void **state)
{
	static const char *const trick[][2] = {{"/ByteRange", "/ByteRangf"}, {"/Contents", "/Contentz"},
		{"/ByteRange [0 ", "/ByteRange [-1"}, {"/ETSI.CAdES.detached", "/ETSI.CAdES.attached"},
		{"/FT /Sig", "/FT /Btn"}, {"/ByteRange [0", "/ByteRange null"},
		{"/ByteRange [0 ", "/ByteRange [0.0"}};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	for (size_t i = 0; i < ARRAY_LEN(trick); i++) {
		pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
		memcpy(s.data + find(&s, b.len, trick[i][0]), trick[i][1], strlen(trick[i][1]));
		assert_bad(trick[i][1], now(&s), "");
	}
}

static void test_time_and_trust(void **state)
{
	struct pki stranger;
	PDF b = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	assert_bad("no roots", judge(&s, NULL, PKI_NOW), "");
	assert_int_equal(verdict.signatures[0].intact, FINDING_YES);
	assert_int_equal(verdict.signatures[0].trusted, FINDING_NO);
	pki_new(&stranger, NULL);
	assert_bad("another root of the same name", judge(&s, stranger.trust, PKI_NOW), "");
	pki_release(&stranger);
	/* Years later the claimed time proves nothing. */
	assert_bad("later", judge(&s, pki.trust, PKI_NOW + 900 * (int64_t)PKI_DAY), "nothing proves");
	assert_bad("before it was signed", judge(&s, pki.trust, PKI_NOW - 2 * PKI_DAY), "future");
	pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW - 200 * PKI_DAY, &s);
	assert_bad("not valid yet", now(&s), "");
	assert_int_equal(verdict.signatures[0].in_time, FINDING_NO);
	pki_sign(&b, "esc_1", &pki.expired.signer, PKI_NOW, &s);
	assert_bad("expired", now(&s), "");
	assert_int_equal(verdict.signatures[0].in_time, FINDING_NO);
	/* Backdated with an expired certificate. */
	pki_sign(&b, "esc_1", &pki.expired.signer, PKI_NOW - 300 * PKI_DAY, &s);
	assert_bad("backdated", now(&s), "nothing proves");
	assert_bad("backdated reply", reply(&b, &s), "nothing proves");
}

static void test_reply_of_the_wrong_person_or_file(void **state)
{
	PDF b = BUF_INIT(PDF_BYTES);
	PDF other = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	fixture(&other, "form-direct.pdf", AS_IS);
	pki_sign(&other, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	assert_good("on its own", now(&s));
	assert_bad("another file's", reply(&b, &s), "very bytes");
	assert_bad("unsigned echo", reply(&b, &b), "very bytes");
	pki_sign(&b, "esc_1", &pki.other.signer, PKI_NOW, &s);
	assert_bad("another person", reply(&b, &s), "another person");
	pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	assert_bad("nik decides", reply_of(&b, &s, "9971021505880009", PKI_NAME " UJI"), "another person");
	assert_bad("nobody named", reply_of(&b, &s, NULL, NULL), "another person");
	assert_good("name alone", reply_of(&b, &s, NULL, "sari  uji uji"));
	assert_bad("shorter name", reply_of(&b, &s, NULL, "Sari"), "another person");
	assert_bad("glued name", reply_of(&b, &s, NULL, "SariUjiUji"), "another person");
	/* What was sent must have been signed by those before, in their order. */
	PDF t = BUF_INIT(PDF_BYTES);
	pki_sign(&s, "esc_2", &pki.other.signer, PKI_NOW, &t);
	const struct expected_signer sari = {NULL, PKI_NAME " UJI"}, other_one = {NULL, "Orang Lain UJI"};
#define BY(...)                                                                                              \
	(const struct expected_signer[]){__VA_ARGS__},                                                       \
		sizeof((const struct expected_signer[]){__VA_ARGS__}) / sizeof(struct expected_signer)
	assert_good("one before", reply_by(&s, &t, BY(sari, other_one), false));
	assert_bad("the same before", reply_by(&s, &t, BY(other_one, other_one), false), "signers before");
	assert_bad("nobody before", reply_by(&s, &t, BY(other_one), false), "signers before");
	assert_bad("two before", reply_by(&s, &t, BY(sari, sari, other_one), false), "signers before");
	assert_bad("the other way round", reply_by(&s, &t, BY(other_one, sari), false), "another person");
	assert_good("whoever was before", reply_by(&s, &t, BY(other_one), true));
	assert_bad("both at once", reply_by(&b, &t, BY(sari, other_one), false), "exactly one");
#undef BY
	/* Re-saved: signed well, but not our bytes. */
	rewrite(&other, OBJECT_STREAMS);
	pki_sign(&other, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	fixture(&other, "form-direct.pdf", AS_IS);
	assert_bad("re-saved", reply(&other, &s), "very bytes");
}

/* The service (or someone in between) slips in a change and signs it all: shadow and certification attacks. */
static void test_replies_that_change_more(void **state)
{
	static const struct {
		const char *file;
		struct object objects[3];
		size_t count;
		int size;
		const char *trailer, *words;
	} row[] = {
		{"plain.pdf", {{4, "<< /Length 2 >>\nstream\nqQ\nendstream"}}, 1, 7, "", "replaced"},
		{"plain.pdf",
			{{3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << "
			     "/F1 5 0 R >> >> "
			     "/Contents 7 0 R >>"},
				{7, "<< /Length 2 >>\nstream\nqQ\nendstream"}},
			2, 8, "", "/Contents was changed"},
		{"plain.pdf", {{5, "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}}, 1, 7, "",
			"replaced"},
		{"plain.pdf", {{2, "<< /Type /Pages /Kids [3 0 R 3 0 R] /Count 2 >>"}}, 1, 7, "", "replaced"},
		{"plain.pdf",
			{{1, "<< /Type /Catalog /Pages 2 0 R /OpenAction 7 0 R >>"},
				{7, "<< /S /JavaScript /JS (x) >>"}},
			2, 8, "", "/OpenAction was added"},
		{"plain.pdf",
			{{1, "<< /Type /Catalog /Pages 8 0 R >>"},
				{8, "<< /Type /Pages /Kids [] /Count 0 >>"}},
			2, 9, "", "/Pages was changed"},
		{"plain.pdf",
			{{3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << "
			     "/F1 5 0 R >> >> "
			     "/Contents 4 0 R /Annots [7 0 R] >>"},
				{7, "<< /Type /Annot /Subtype /FreeText /Rect [0 0 595 842] /Contents (lain) "
				    ">>"}},
			2, 8, "", "not a signature"},
		{"plain.pdf", {{6, "<< /Title (Lain) >>"}}, 1, 7, "", "/Title was changed"},
		{"plain.pdf", {{7, "<< /Title (Lain) >>"}}, 1, 8, "/Info 7 0 R", "/Title was changed"},
		{"plain.pdf",
			{{1, "<< /Type /Catalog /Pages 2 0 R /DSS 7 0 R >>"}, {7, "<< /Certs [] >>"},
				{6, "<< /Title (Lain) >>"}},
			3, 8, "", "/Title was changed"},
		{"form-direct.pdf", {{7, "<< /FT /Tx /T (nama) /V (Lain) >>"}}, 1, 8, "", "replaced"},
		{"arrays-indirect.pdf", {{9, "[]"}}, 1, 11, "", "removed"},
		{"arrays-indirect.pdf", {{8, "<< /Fields 9 0 R /NeedAppearances true >>"}}, 1, 11, "",
			"/NeedAppearances was added"},
		{"arrays-indirect.pdf",
			{{10, "[7 0 R 11 0 R]"}, {11, "<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] >>"}},
			2, 12, "", "not a signature"},
	};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		char what[32];
		snprintf(what, sizeof what, "row %zu", i);
		fixture(&b, row[i].file, AS_IS);
		copy(&t, &b);
		update(&t, row[i].objects, row[i].count, row[i].size, row[i].trailer);
		if (strcmp(what, "row 5") == 0) { /* no page left to put a widget on */
			assert_bad(what, reply(&b, &t), "");
			continue;
		}
		pki_sign(&t, "esc_1", &pki.sari.signer, PKI_NOW, &s);
		assert_good(what, now(&s)); /* by itself it is a well signed file */
		assert_bad(what, reply(&b, &s), row[i].words);
	}
}

/* The same changes between two signatures spoil the first one. */
static void test_change_between_two_signatures(void **state)
{
	static const struct object content = {4, "<< /Length 2 >>\nstream\nqQ\nendstream"};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "form-indirect.pdf", AS_IS);
	pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	update(&s, &content, 1, 12, "");
	pki_sign(&s, "esc_2", &pki.other.signer, PKI_NOW, &t);
	assert_bad("between", now(&t), "object 4 was replaced");
	assert_int_equal(verdict.signatures[0].intact, FINDING_YES);
	assert_int_equal(verdict.signatures[0].unchanged, FINDING_NO);
	assert_int_equal(verdict.signatures[1].unchanged, FINDING_YES);
}

/* A file prepared to call its page a security store, which later updates may change. */
static void test_page_posing_as_store(void **state)
{
	static const struct object posing = {1, "<< /Type /Catalog /Pages 2 0 R /DSS 3 0 R >>"};
	static const struct object page = {3,
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 5 0 R >>"};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	update(&b, &posing, 1, 7, "");
	copy(&t, &b);
	update(&t, &page, 1, 7, "");
	pki_sign(&t, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	assert_bad("page as store", reply(&b, &s), "security store");
	/* Such a file cannot even be signed without touching its "store". */
	pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	assert_bad("only signed", reply(&b, &s), "security store");
}

/* A file prepared to draw what stands under the keys that an update may change. */
static void test_store_posing_as_resources(void **state)
{
#define PICTURE "<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] /Length 2 >>\nstream\nqQ\nendstream"
#define PAGE(xobjects)                                                                                       \
	"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /XObject " xobjects              \
	" 0 R >> /Contents 4 0 R >>"
#define CATALOG(more) "<< /Type /Catalog /Pages 2 0 R " more " >>"
	static const struct {
		const char *page, *catalog, *extra; /* as signed: objects 3, 1 and 7; 8 is a picture */
		struct object later[2];             /* 20 is another picture, 21 is a store */
		size_t count;
		const char *words;
	} row[] = {
		{PAGE("7"), CATALOG("/DSS 7 0 R"), "<< /Certs 8 0 R >>", {{7, "<< /Certs 20 0 R >>"}}, 1,
			"/DSS is not"},
		{PAGE("7"), CATALOG("/DSS 7 0 R"), "<< /VRI 8 0 R >>", {{7, "<< /VRI 20 0 R >>"}}, 1,
			"/DSS is not"},
		{PAGE("1"), CATALOG("/DSS 8 0 R"), "[]", {{1, CATALOG("/DSS 20 0 R")}}, 1, "/DSS is not"},
		{PAGE("1"), CATALOG("/Extensions 8 0 R"), "[]",
			{{1, CATALOG("/DSS 21 0 R /Extensions 20 0 R")}}, 1, "/Extensions is not"},
		{PAGE("1"), CATALOG("/AcroForm 8 0 R"), "[]", {{1, CATALOG("/DSS 21 0 R /AcroForm 20 0 R")}},
			1, "/AcroForm is not"},
		{PAGE("7"), CATALOG("/AcroForm 7 0 R"), "<< /Fields [] /SigFlags 8 0 R >>",
			{{1, CATALOG("/DSS 21 0 R /AcroForm 7 0 R")},
				{7, "<< /Fields [] /SigFlags 20 0 R >>"}},
			2, "/SigFlags is not"},
		{PAGE("3 0 R >> /Annots 8 0 R /Nothing << /X 1"), CATALOG(""), "[]",
			{{1, CATALOG("/DSS 21 0 R")}, {3, PAGE("3 0 R >> /Annots 20 0 R /Nothing << /X 1")}},
			2, "/Annots is not"},
	};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	struct pdf_changes changes;
	struct err e = ERR_INIT;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		const struct object before[] = {
			{1, row[i].catalog}, {3, row[i].page}, {7, row[i].extra}, {8, PICTURE}};
		struct object after[4] = {{20, PICTURE}, {21, "<< /Certs [8 0 R] >>"}};
		memcpy(after + 2, row[i].later, sizeof row[i].later);
		fixture(&b, "plain.pdf", AS_IS);
		update(&b, before, ARRAY_LEN(before), 9, "");
		copy(&t, &b);
		update(&t, after, 2 + row[i].count, 22, "");
		assert_int_equal(pdf_changes(t.data, b.len, t.len, "uji.pdf", &changes, &e), 0);
		if (!strstr(changes.why, row[i].words))
			fail_msg("row %zu: '%s'", i, changes.why);
	}
}

/* The old pages already ask for an object that only the update brings. */
static void test_holes_filled_later(void **state)
{
	static const struct object asks[] = {
		{3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents [4 0 R 50 0 R] >>"}};
	static const struct object fills[] = {{50, "<< /Length 2 >>\nstream\nqQ\nendstream"}};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	/* Beyond /Size, and inside it. */
	for (int size = 7; size <= 60; size += 53) {
		fixture(&b, "plain.pdf", AS_IS);
		update(&b, asks, 1, size, "");
		copy(&t, &b);
		update(&t, fills, 1, 60, "");
		pki_sign(&t, "esc_1", &pki.sari.signer, PKI_NOW, &s);
		assert_bad("hole", reply(&b, &s), size == 7 ? "" : "had none");
	}
}

/* However the reference is written, it is found. */
static void test_holes_in_disguise(void **state)
{
	static const char *const spelt[] = {"50 0 R", "50\n0\nR", "50 0 %x\nR", "50 %x\n0 R",
		"50 % 3 0\r0 % 4 0\nR", "50 0\n%4 0 R\n\nR", "+50 0 R", "0050 0 R", "50\t00000\fR%"};
	static const struct object fills[] = {{50, "<< /Length 2 >>\nstream\nqQ\nendstream"}};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	for (size_t k = 0; k < 2 * ARRAY_LEN(spelt); k++) {
		size_t i = k / 2;
		char text[160];
		if (k % 2 && spelt[i][0] == '+')
			continue; /* qpdf doesn't take that for a reference */
		snprintf(text, sizeof text,
			"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %s%s\n%s >>",
			k % 2 ? "" : "[4 0 R ", spelt[i], k % 2 ? "" : "]");
		const struct object asks = {3, text};
		fixture(&b, "plain.pdf", AS_IS);
		update(&b, &asks, 1, 7, "");
		copy(&t, &b);
		update(&t, fills, 1, 60, "");
		pki_sign(&t, "esc_1", &pki.sari.signer, PKI_NOW, &s);
		if (reply(&b, &s)->all_good != FINDING_NO)
			fail_msg("'%s'", spelt[i]);
		if (strcmp(spelt[i], "50 0 R") == 0)
			assert_bad(spelt[i], &verdict, "did not have");
	}
}

/*
 * A hybrid file whose widget stands in an object stream, in hexadecimal so that its bytes say nothing; `decoy` stands
 * before the trailer, and @ in that is where the stream of entries is.
 */
static void hybrid(struct buf *b, const char *widget, const char *decoy, const char *trailer)
{
	static const char *const plain[] = {"<< /Type /Catalog /Pages 2 0 R >>",
		"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
		"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << >> /Contents 4 0 R "
		"/Annots [6 0 R] >>",
		"<< /Length 2 >>\nstream\nqQ\nendstream"};
	size_t start[8];
	char entries[64];

	buf_reset(b);
	buf_adds(b, "%PDF-1.7\n");
	for (size_t i = 0; i < ARRAY_LEN(plain); i++) {
		start[i] = b->len;
		buf_addf(b, "%zu 0 obj\n%s\nendobj\n", i + 1, plain[i]);
	}
	start[4] = b->len;
	buf_addf(b,
		"5 0 obj\n<< /Type /ObjStm /N 1 /First 4 /Filter /ASCIIHexDecode /Length %zu >>\nstream\n",
		8 + 2 * strlen(widget) + 1);
	buf_adds(b, "36203020");
	for (const char *p = widget; *p; p++)
		buf_addf(b, "%02x", (unsigned char)*p);
	buf_adds(b, ">\nendstream\nendobj\n");
	start[5] = b->len;
	int len = snprintf(entries, sizeof entries, "02000500>");
	buf_addf(b,
		"7 0 obj\n<< /Type /XRef /W [1 2 1] /Index [6 1] /Size 8 /Root 1 0 R /Filter /ASCIIHexDecode "
		"/Length %d >>\nstream\n%s\nendstream\nendobj\n",
		len, entries);
	size_t section = b->len;
	buf_adds(b, "xref\n0 8\n0000000000 65535 f \n");
	for (size_t i = 0; i < 5; i++)
		buf_addf(b, "%010zu 00000 n \n", start[i]);
	buf_addf(b, "0000000000 00000 f \n%010zu 00000 n \n%strailer\n", start[5], decoy);
	for (const char *p = trailer; *p; p++)
		if (*p == '@')
			buf_addf(b, "%zu", start[5]);
		else
			buf_addc(b, *p);
	buf_addf(b, "\nstartxref\n%zu\n%%%%EOF\n", section);
	assert_false(b->failed);
}

static void test_holes_in_object_streams(void **state)
{
	static const char good[] = "<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /P 3 0 R >>";
	static const char asks[] =
		"<< /Type /Annot /Subtype /Text /Rect [0 0 9 9] /P 3 0 R /AP << /N 50 0 R >> >>";
	static const struct {
		const char *decoy, *trailer;
	} row[] = {
		{"", "<< /Size 8 /Root 1 0 R /XRefStm @ >>"},
		{"%trailer << /Size 8 >> startxref\n", "<< /Size 8 /Root 1 0 R /XRefStm @ >>"},
		{"%trailer\n<< /Size 8 /Root 1 0 R >>\nstartxref\n9\n%%EOF\n",
			"<< /Size 8 /Root 1 0 R /XRefStm @ >>"},
		{"", "<< /Size 8 /startxref 1 /Root 1 0 R /XRefStm @ >>"},
		{"", "<< /Size 8 /X << /startxref 1 >> /Root 1 0 R /XRefStm @ >>"},
		{"", "<< /Size 8 /X <3e3e> /Root 1 0 R /XRefSt#6d @ >>"},
		{"", "<< /Size 8 /X (>> startxref) /Root 1 0 R /XRefStm @ >>"},
		{"", "%<< /Size 8 >>\n<< /Size 8 /Root 1 0 R /XRefStm @ >>"},
		{"", "<< /Size 8 % >> startxref\n/Root 1 0 R /XRefStm @ >>"},
	};
	static const struct object fills[] = {{50, "<< /Length 2 /BBox [0 0 9 9] >>\nstream\nqQ\nendstream"}};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	size_t readable = 0;
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(row); i++)
		for (int hole = 0; hole < 2; hole++) {
			char what[32];
			struct pdf_append_request req = {.field = "x", .contents_max = 10};
			struct err e = ERR_INIT;
			int64_t range[4];
			snprintf(what, sizeof what, "row %zu hole %d", i, hole);
			hybrid(&b, hole ? asks : good, row[i].decoy, row[i].trailer);
			buf_reset(&s);
			if (pdf_append_signature(b.data, b.len, "x", &req, &s, range, &e) != 0)
				continue; /* not even a file */
			readable++;
			if (!hole) {
				pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
				assert_good(what, reply(&b, &s));
				continue;
			}
			copy(&t, &b);
			update(&t, fills, 1, 60, "/X 1");
			pki_sign(&t, "esc_1", &pki.sari.signer, PKI_NOW, &s);
			assert_bad(what, reply(&b, &s), "did not have");
		}
	assert_true(readable >= ARRAY_LEN(row));
}

/* Files prepared so that one object has two roles, of which only the harmless one is looked at. */
static void test_two_roles(void **state)
{
	static const struct {
		struct object before[5];
		size_t before_count;
		struct object after[5];
		size_t after_count;
		const char *words;
	} row[] = {
		/* The new signature field is a page too, added to a list of pages that has a number. */
		{{{2, "<< /Type /Pages /Kids 7 0 R /Count 1 >>"}, {7, "[3 0 R]"}}, 2,
			{{7, "[3 0 R 8 0 R]"},
				{8, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /FT /Sig /T (x) /V << "
				    "/ByteRange [0 1 2 3] /Contents <00> >> >>"}},
			2, "replaced"},
		/* Something that is no page, but still in the list. */
		{{{2, "<< /Type /Pages /Kids 7 0 R /Count 1 >>"}, {7, "[3 0 R]"}}, 2,
			{{7, "[3 0 R 8 0 R]"},
				{8, "<< /FT /Sig /T (x) /V << /ByteRange [0 1 2 3] /Contents <00> >> >>"}},
			2, "replaced"},
		/* The form is the page's resources too: the catalog gets another form, and the old one other fonts. */
		{{{1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 7 0 R >>"},
			 {3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources 7 0 R "
			     "/Contents 4 0 R >>"},
			 {7, "<< /Fields [] /Font << /F1 5 0 R >> >>"}},
			3,
			{{1, "<< /Type /Catalog /Pages 2 0 R /AcroForm 8 0 R >>"},
				{7, "<< /Font << /F1 9 0 R >> >>"},
				{8, "<< /Fields [] /Font << /F1 5 0 R >> >>"},
				{9, "<< /Type /Font /Subtype /Type1 /BaseFont /Symbol >>"}},
			4, "object 7 was replaced"},
		/* An annotation that can do more than sign. */
		{{{3, "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 5 0 R "
		      ">> "
		      ">> "
		      "/Contents 4 0 R /Annots 7 0 R >>"},
			 {7, "[]"}},
			2,
			{{7, "[8 0 R]"}, {8, "<< /FT /Sig /T (x) /A << /S /URI /URI (https://x.invalid) >> "
					     "/V << /ByteRange "
					     "[0 1 2 3] "
					     "/Contents <00> >> >>"}},
			2, "not a signature"},
	};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		char what[32];
		snprintf(what, sizeof what, "row %zu", i);
		fixture(&b, "plain.pdf", AS_IS);
		update(&b, row[i].before, row[i].before_count, 8, "");
		copy(&t, &b);
		update(&t, row[i].after, row[i].after_count, 10, "");
		pki_sign(&t, "esc_1", &pki.sari.signer, PKI_NOW, &s);
		assert_bad(what, reply(&b, &s), row[i].words);
		pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
		assert_good(what, reply(&b, &s));
	}
}

static void test_visible_and_odd_widgets(void **state)
{
	static const char *const trick[][2] = {
		{"/Rect [0 0 0 0]", "/Rect [9 9 0 0]"}, {"/TU (Tanda", "/AA <<>>(("}};
	PDF b = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	(void)state;

	fixture(&b, "plain.pdf", AS_IS);
	struct pdf_append_request req = {.field = "esc_1", .signed_at = PKI_NOW, .contents_max = 3000};
	struct err e = ERR_INIT;
	int64_t range[4];
	assert_int_equal(pdf_append_signature(b.data, b.len, "x", &req, &s, range, &e), 0);
	memcpy(s.data + find(&s, b.len, trick[0][0]), trick[0][1], strlen(trick[0][1]));
	pki_fill(&s, range, &pki.sari.signer);
	assert_good("visible", now(&s));
	assert_bad("visible", reply(&b, &s), "covers a part of a page");
}

static void test_certified_as_final(void **state)
{
	PDF b = BUF_INIT(PDF_BYTES);
	PDF s = BUF_INIT(PDF_BYTES);
	PDF t = BUF_INIT(PDF_BYTES);
	static const struct object final = {
		1, "<< /Type /Catalog /Pages 2 0 R /Perms << /DocMDP 7 0 R >> /AcroForm 9 0 R >>"};
	(void)state;

	fixture(&b, "xfa.pdf", AS_IS);
	assert_bad("xfa", now(&b), "no signature");
	/* Signed, then claimed to have been final, then signed again: the first is spoilt in any case. */
	fixture(&b, "plain.pdf", AS_IS);
	pki_sign(&b, "esc_1", &pki.sari.signer, PKI_NOW, &s);
	pki_sign(&s, "esc_2", &pki.other.signer, PKI_NOW, &t);
	assert_good("two", now(&t));
	update(&s, &final, 1, 10, "");
	assert_bad("perms", now(&s), "");
}

static int start(void **state)
{
	(void)state;
	pki_new(&pki, getenv("NASKAH_KEEP_ROOT"));
	return 0;
}

static int stop(void **state)
{
	(void)state;
	pki_release(&pki);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_kind_of_file),
		cmocka_unit_test(test_zero_is_unknown),
		cmocka_unit_test(test_every_flipped_byte),
		cmocka_unit_test(test_truncated_and_garbage),
		cmocka_unit_test(test_appended),
		cmocka_unit_test(test_byte_ranges),
		cmocka_unit_test(test_dictionary_tricks),
		cmocka_unit_test(test_time_and_trust),
		cmocka_unit_test(test_reply_of_the_wrong_person_or_file),
		cmocka_unit_test(test_replies_that_change_more),
		cmocka_unit_test(test_change_between_two_signatures),
		cmocka_unit_test(test_page_posing_as_store),
		cmocka_unit_test(test_store_posing_as_resources),
		cmocka_unit_test(test_holes_filled_later),
		cmocka_unit_test(test_holes_in_disguise),
		cmocka_unit_test(test_holes_in_object_streams),
		cmocka_unit_test(test_two_roles),
		cmocka_unit_test(test_visible_and_odd_widgets),
		cmocka_unit_test(test_certified_as_final),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
