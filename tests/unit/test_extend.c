/* From B-T to B-LT and B-LTA, and on for decades, in a world of its own: authorities that answer without a network. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "crypto/issue.h"
#include "crypto/tsp.h"
#include "extend/extend.h"
#include "extend/fetch.h"
#include "pdf/dss.h"
#include "pdf_variants.h"
#include "pki.h"
#include "verify/verify.h"

#define YEAR  (365 * (int64_t)PKI_DAY)
#define START PKI_NOW

#define CA_CRL    "http://uji.invalid/ca.crl"
#define ROOT_CRL  "http://uji.invalid/root.crl"
#define OCSP      "http://uji.invalid/ocsp"
#define CA_ISSUER "http://uji.invalid/ca.crt"
#define STAMP     "http://uji.invalid/tsa"

/* What a part of the world does. */
enum mood { FINE = 0, DOWN, NONSENSE, OLD, UNKNOWN, TRY_LATER };

static struct world {
	struct key *root_key, *ca_key;
	struct cert *root, *ca;
	struct trust *trust;
	struct person_key signer, responder, tsa, next_tsa;
	/* as it is just now */
	int64_t now_at;
	enum mood ocsp, crl, stamp;
	int64_t revoked_at; /* the signer's certificate */
	bool is_later;      /* the authority for time has its next certificate */
	unsigned asked, asked_ocsp, asked_crl, asked_issuer, asked_stamp;
} world;

static void issue(const struct cert_request *req, const struct key *key, const struct cert *issuer,
	const struct key *issuer_key, struct cert **out)
{
	struct err e = ERR_INIT;

	if (cert_issue(req, key, issuer, issuer_key, out, &e) != 0)
		fail_msg("%s", e.msg);
}

static void person(const char *name, enum cert_use use, const char *ocsp, const char *crl, int64_t from,
	int64_t to, struct person_key *out)
{
	const struct cert_request req = {.common_name = name,
		.organization = "Kantor UJI",
		.subject_id = use == CERT_SIGNS ? PKI_NIK : NULL,
		.not_before_at = from,
		.not_after_at = to,
		.use = use,
		.ocsp_url = ocsp,
		.crl_url = crl,
		.issuer_url = CA_ISSUER};
	struct err e = ERR_INIT;

	assert_int_equal(key_generate(use == CERT_STAMPS ? KEY_RSA_2048 : KEY_EC_P256, &out->key, &e), 0);
	issue(&req, out->key, world.ca, world.ca_key, &out->cert);
	out->signer = (struct cms_signer){.key = out->key, .cert = out->cert};
}

static int begin(void **state)
{
	const struct cert_request root = {.common_name = "ROOT CA UJI",
		.not_before_at = START - YEAR,
		.not_after_at = START + 40 * YEAR,
		.is_ca = true,
		.path_len = -1};
	const struct cert_request ca = {.common_name = "CA UJI",
		.not_before_at = START - YEAR,
		.not_after_at = START + 39 * YEAR,
		.is_ca = true,
		.path_len = 0,
		.crl_url = ROOT_CRL};
	char path[] = "/tmp/naskah-root-XXXXXX";
	struct err e = ERR_INIT;
	(void)state;

	world = (struct world){.now_at = START};
	assert_int_equal(key_generate(KEY_EC_P256, &world.root_key, &e), 0);
	assert_int_equal(key_generate(KEY_EC_P256, &world.ca_key, &e), 0);
	issue(&root, world.root_key, NULL, NULL, &world.root);
	issue(&ca, world.ca_key, world.root, world.root_key, &world.ca);
	close(mkstemp(path));
	if (cert_save(world.root, path, &e) != 0 || trust_load(path, &world.trust, &e) != 0)
		fail_msg("%s", e.msg);
	unlink(path);
	person(PKI_NAME " UJI", CERT_SIGNS, OCSP, CA_CRL, START - 10 * PKI_DAY, START + 2 * YEAR,
		&world.signer);
	person("OCSP UJI", CERT_ANSWERS, NULL, NULL, START - 10 * PKI_DAY, START + 30 * YEAR,
		&world.responder);
	person("TSA UJI", CERT_STAMPS, OCSP, CA_CRL, START - 10 * PKI_DAY, START + 10 * YEAR, &world.tsa);
	person("TSA UJI 2", CERT_STAMPS, OCSP, CA_CRL, START - 10 * PKI_DAY, START + 25 * YEAR,
		&world.next_tsa);
	return 0;
}

static int end(void **state)
{
	(void)state;
	person_release(&world.signer);
	person_release(&world.responder);
	person_release(&world.tsa);
	person_release(&world.next_tsa);
	key_release(&world.root_key);
	key_release(&world.ca_key);
	cert_release(&world.root);
	cert_release(&world.ca);
	trust_release(&world.trust);
	return 0;
}

/* ---- its answers ---- */

static struct issued_status status_of(void *user, const char *serial)
{
	struct cert_info signer;
	struct err e = ERR_INIT;
	(void)user;

	assert_int_equal(cert_info(world.signer.cert, &signer, &e), 0);
	if (world.ocsp == UNKNOWN)
		return (struct issued_status){.is = ISSUED_UNKNOWN};
	if (world.revoked_at && strcmp(serial, signer.serial) == 0)
		return (struct issued_status){
			.is = ISSUED_REVOKED, .revoked_at = world.revoked_at, .reason = 1};
	return (struct issued_status){.is = ISSUED_GOOD};
}

static int answer_ocsp(const struct extend_question *q, struct buf *out, struct err *e)
{
	int64_t at = world.ocsp == OLD ? world.now_at - 60 * PKI_DAY : world.now_at;
	const struct ocsp_answer how = {.responder = &world.responder.signer,
		.issuer = world.ca,
		.now_at = at,
		.this_update_at = at,
		.next_update_at = at + PKI_DAY,
		.lookup = status_of,
		.try_later = world.ocsp == TRY_LATER};

	world.asked_ocsp++;
	return ocsp_answer(&how, q->body, q->len, out, e);
}

static int answer_crl(bool of_root, struct buf *out, struct err *e)
{
	struct cert_info signer;
	assert_int_equal(cert_info(world.signer.cert, &signer, e), 0);
	const char *const serials[] = {signer.serial};
	const struct issued_status statuses[] = {
		{.is = ISSUED_REVOKED, .revoked_at = world.revoked_at, .reason = 1}};
	const struct crl_request req = {.key = of_root ? world.root_key : world.ca_key,
		.issuer = of_root ? world.root : world.ca,
		.this_update_at = world.now_at - 3600,
		.next_update_at = world.now_at + 7 * PKI_DAY,
		.number = 1,
		.serials = serials,
		.statuses = statuses,
		.count = !of_root && world.revoked_at ? 1 : 0};

	world.asked_crl++;
	return crl_issue(&req, out, e);
}

static int answer(void *user, const struct extend_question *q, struct buf *out, struct err *e)
{
	enum mood mood = strcmp(q->url, OCSP) == 0    ? world.ocsp
			 : strcmp(q->url, STAMP) == 0 ? world.stamp
			 : strstr(q->url, ".crl")     ? world.crl
						      : FINE;
	(void)user;

	world.asked++;
	assert_int_equal(q->is_stamp, strcmp(q->url, STAMP) == 0);
	if (mood == DOWN)
		return err_set(e, ERR_REMOTE, "'%s': nobody answers", q->url);
	if (mood == NONSENSE) {
		buf_adds(out, "<html>it works</html>");
		return 0;
	}
	if (strcmp(q->url, OCSP) == 0)
		return answer_ocsp(q, out, e);
	if (strcmp(q->url, CA_CRL) == 0 || strcmp(q->url, ROOT_CRL) == 0)
		return answer_crl(strcmp(q->url, ROOT_CRL) == 0, out, e);
	if (strcmp(q->url, CA_ISSUER) == 0) {
		world.asked_issuer++;
		return cert_der(world.ca, out, e);
	}
	if (strcmp(q->url, STAMP) != 0)
		return err_set(e, ERR_REMOTE, "'%s': no such server", q->url);
	world.asked_stamp++;
	const struct tsa_request how = {
		.authority = world.is_later ? &world.next_tsa.signer : &world.tsa.signer,
		.now_at = world.now_at,
		.wrong_imprint = world.stamp == OLD};
	return tsa_answer(&how, q->body, q->len, out, e);
}

/* ---- files ---- */

/* A signature as BSrE returns it: B-T (or B-B), with the authority's certificate or without. */
static void sign(const struct buf *in, const char *field, bool with_stamp, bool with_ca, struct buf *out)
{
	const struct cert *chain[] = {world.ca};
	struct cms_signer signer = world.signer.signer, tsa = world.tsa.signer;
	const struct pdf_append_request req = {
		.field = field, .signed_at = world.now_at, .contents_max = 12 * KIB};
	AUTO(hasher_release) struct hasher *h = NULL;
	AUTO(buf_release) struct buf plain = BUF_INIT(LIMIT_CMS_BYTES), cms = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf question = BUF_INIT(KIB), reply = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf token = BUF_INIT(LIMIT_CMS_BYTES);
	struct sha256 imprint;
	struct err e = ERR_INIT;
	int64_t range[4];

	if (with_ca) {
		signer.chain = tsa.chain = chain;
		signer.chain_len = tsa.chain_len = 1;
	}
	const struct tsa_request how = {.authority = &tsa, .now_at = world.now_at};
	assert_int_equal(hasher_new(&h, &e), 0);
	buf_reset(out);
	assert_int_equal(pdf_append_signature(in->data, in->len, "uji.pdf", &req, out, range, &e), 0);
	hasher_add(h, out->data, (size_t)range[1]);
	hasher_add(h, out->data + range[2], (size_t)range[3]);
	struct sha256 digest = hasher_end(h);
	assert_int_equal(cms_sign(&signer, &digest, &plain, &e), 0);
	if (with_stamp) {
		assert_int_equal(cms_signature_imprint(plain.data, plain.len, &imprint, &e), 0);
		assert_int_equal(tsp_request(&imprint, 7, &question, &e), 0);
		assert_int_equal(tsa_answer(&how, question.data, question.len, &reply, &e), 0);
		assert_int_equal(tsp_response(reply.data, reply.len, &imprint, 7, &token, &e), 0);
		assert_int_equal(cms_add_stamp(plain.data, plain.len, token.data, token.len, &cms, &e), 0);
	}
	struct buf *final = with_stamp ? &cms : &plain;
	if (pdf_patch_contents(out, range, final->data, final->len, &e) != 0)
		fail_msg("%s", e.msg);
}

static void look(const struct buf *file, int64_t now_at, struct verdict *out)
{
	const struct verify_request req = {.pdf = file->data,
		.len = file->len,
		.name = "uji.pdf",
		.trust = world.trust,
		.now_at = now_at};
	struct err e = ERR_INIT;

	assert_int_equal(verify_pdf(&req, out, &e), 0);
}

static void assert_level(const struct buf *file, int64_t now_at, enum pades_level level)
{
	static struct verdict v;

	look(file, now_at, &v);
	if (v.all_good != FINDING_YES)
		fail_msg("not valid: %s", v.why);
	assert_int_equal(v.level, level);
}

static struct extender *extender(bool with_stamps)
{
	const struct extender_config config = {.trust = world.trust,
		.fetch = answer,
		.stamp_url = with_stamps ? STAMP : NULL,
		.renew_days = 90};
	struct extender *x = NULL;
	struct err e = ERR_INIT;

	assert_int_equal(extender_new(&config, &x, &e), 0);
	world.asked = world.asked_ocsp = world.asked_crl = world.asked_issuer = world.asked_stamp = 0;
	return x;
}

static enum extend_end extend(struct extender *x, const struct buf *in, enum pades_level level,
	struct buf *out, struct extend_report *report)
{
	static struct verdict v;
	struct err e = ERR_INIT;

	look(in, world.now_at, &v);
	const struct extend_request req = {in->data, in->len, "uji.pdf", &v, level, world.now_at};
	buf_release(out);
	if (extend_pdf(x, &req, out, report, &e) != 0)
		fail_msg("%s", e.msg);
	if (report->end == EXTEND_DONE) {
		assert_true(out->len > in->len);
		assert_memory_equal(in->data, out->data, in->len);
		assert_string_equal(report->why, "");
	} else {
		assert_int_equal(out->len, 0);
	}
	return report->end;
}

static void must_extend(const struct buf *in, enum pades_level level, struct buf *out)
{
	AUTO(extender_release) struct extender *x = extender(true);
	struct extend_report report;

	if (extend(x, in, level, out, &report) != EXTEND_DONE)
		fail_msg("%s", report.why);
}

#define FILES(...) AUTO(buf_release) struct buf __VA_ARGS__
#define FILE_MAX   BUF_INIT(PDF_BYTES)

static int reset(void **state)
{
	(void)state;
	world.now_at = START;
	world.ocsp = world.crl = world.stamp = FINE;
	world.revoked_at = 0;
	world.is_later = false;
	return 0;
}

/* ---- tests ---- */

static void test_every_sane_file(void **state)
{
	static const char *const sane[] = {"plain.pdf", "no-final-eol.pdf", "form-direct.pdf",
		"form-indirect.pdf", "arrays-indirect.pdf", "array-shared.pdf", "deep-pages.pdf",
		"tagged.pdf", "hybrid.pdf"};
	FILES(in = FILE_MAX, one = FILE_MAX, out = FILE_MAX);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(sane); i++)
		for (enum variant v = AS_IS; v <= LINEARIZED_STREAMS; v++) {
			fixture(&in, sane[i], v);
			sign(&in, "esc_1", true, true, &one);
			assert_level(&one, START, LEVEL_B_T);
			must_extend(&one, LEVEL_B_LT, &out);
			assert_level(&out, START, LEVEL_B_LT);
			must_extend(&one, LEVEL_B_LTA, &out);
			assert_level(&out, START, LEVEL_B_LTA);
			const char *keep = getenv("NASKAH_KEEP_PDF");
			if (keep) {
				char path[512];
				struct err e = ERR_INIT;
				snprintf(path, sizeof path, "%s/%s-%d.ltv.pdf", keep, sane[i], (int)v);
				assert_int_equal(outfile_put(path, 0644, out.data, out.len, &e), 0);
				snprintf(path, sizeof path, "%s/uji.pem", keep);
				assert_int_equal(cert_save(world.root, path, &e), 0);
			}
		}
}

static void test_steps(void **state)
{
	FILES(in = FILE_MAX, one = FILE_MAX, lt = FILE_MAX, lta = FILE_MAX, none = FILE_MAX);
	AUTO(extender_release) struct extender *x = extender(true);
	AUTO(dss_release) struct dss dss = {NULL, 0};
	AUTO(pdf_reader_release) struct pdf_reader *r = NULL;
	struct extend_report report;
	struct err e = ERR_INIT;
	(void)state;

	fixture(&in, "plain.pdf", AS_IS);
	sign(&in, "esc_1", true, true, &one);
	assert_int_equal(extend(x, &one, LEVEL_B_LT, &lt, &report), EXTEND_DONE);
	assert_int_equal(world.asked_stamp, 0);
	assert_int_equal(extend(x, &lt, LEVEL_B_LT, &none, &report), EXTEND_NOT_DUE);
	/* From there to B-LTA only the time-stamp is missing. */
	unsigned asked = world.asked;
	assert_int_equal(extend(x, &lt, LEVEL_B_LTA, &lta, &report), EXTEND_DONE);
	assert_int_equal(world.asked, asked + 1);
	assert_false(report.renewed);
	assert_level(&lta, START, LEVEL_B_LTA);
	assert_int_equal(extend(x, &lta, LEVEL_B_LTA, &none, &report), EXTEND_NOT_DUE);
	assert_int_equal(extend(x, &lta, LEVEL_B_LT, &none, &report), EXTEND_NOT_DUE);
	assert_int_equal(pdf_reader_open(lta.data, lta.len, "uji.pdf", &r, &e), 0);
	assert_int_equal(pdf_reader_dss(r, &dss, &e), 0);
	size_t kinds[4] = {0};
	for (size_t i = 0; i < dss.count; i++)
		kinds[dss.items[i].kind]++;
	assert_int_equal(kinds[DSS_CERT], 5); /* signer, TSA, CA, root, responder */
	assert_int_equal(kinds[DSS_OCSP], 2); /* signer, TSA */
	assert_int_equal(kinds[DSS_CRL], 1);  /* CA */
}

static void test_one_question_for_many_files(void **state)
{
	FILES(in = FILE_MAX, one = FILE_MAX, out = FILE_MAX);
	AUTO(extender_release) struct extender *x = extender(true);
	struct extend_report report;
	(void)state;

	fixture(&in, "plain.pdf", AS_IS);
	for (int i = 0; i < 5; i++) {
		char field[16];
		snprintf(field, sizeof field, "esc_%d", i);
		sign(&in, field, true, true, &one);
		assert_int_equal(extend(x, &one, LEVEL_B_LTA, &out, &report), EXTEND_DONE);
	}
	assert_int_equal(world.asked_ocsp, 2);
	assert_int_equal(world.asked_crl, 1);
	/* The first token may not have fitted its room. */
	assert_in_range(world.asked_stamp, 5, 6);
}

static void test_ten_and_twenty_years(void **state)
{
	FILES(in = FILE_MAX, one = FILE_MAX, lta = FILE_MAX, renewed = FILE_MAX, none = FILE_MAX);
	AUTO(extender_release) struct extender *x = extender(true);
	struct extend_report report;
	static struct verdict v;
	(void)state;

	fixture(&in, "plain.pdf", AS_IS);
	sign(&in, "esc_1", true, true, &one);
	must_extend(&one, LEVEL_B_LTA, &lta);
	/* The signer's certificate ends after two years, the time-stamp's after ten. */
	assert_level(&lta, START + 10 * YEAR - PKI_DAY, LEVEL_B_LTA);
	look(&lta, START + 10 * YEAR + PKI_DAY, &v);
	assert_int_not_equal(v.level == LEVEL_B_LTA && v.all_good == FINDING_YES, 1);

	world.now_at = START + 9 * YEAR;
	assert_int_equal(extend(x, &lta, LEVEL_B_LTA, &none, &report), EXTEND_NOT_DUE);
	world.now_at = START + 10 * YEAR - 30 * PKI_DAY;
	world.is_later = true;
	assert_int_equal(extend(x, &lta, LEVEL_B_LTA, &renewed, &report), EXTEND_DONE);
	assert_true(report.renewed);
	assert_level(&renewed, world.now_at, LEVEL_B_LTA);
	assert_level(&renewed, START + 20 * YEAR, LEVEL_B_LTA);
	assert_level(&renewed, START + 24 * YEAR, LEVEL_B_LTA);
	assert_int_equal(extend(x, &renewed, LEVEL_B_LTA, &none, &report), EXTEND_NOT_DUE);
	look(&renewed, world.now_at, &v);
	assert_int_equal(v.signature_count, 3);
}

static void test_without_stamp_or_authority(void **state)
{
	FILES(in = FILE_MAX, one = FILE_MAX, out = FILE_MAX);
	struct extend_report report;
	(void)state;

	fixture(&in, "plain.pdf", AS_IS);
	/* The authority's certificate is fetched. */
	sign(&in, "esc_1", true, false, &one);
	must_extend(&one, LEVEL_B_LTA, &out);
	assert_int_not_equal(world.asked_issuer, 0);
	assert_level(&out, START + YEAR, LEVEL_B_LTA);
	/* A time-stamp comes first. */
	sign(&in, "esc_1", false, true, &one);
	assert_level(&one, START, LEVEL_B_B);
	must_extend(&one, LEVEL_B_LTA, &out);
	assert_level(&out, START + 3 * YEAR, LEVEL_B_LTA);
	AUTO(extender_release) struct extender *x = extender(false);
	struct err e = ERR_INIT;
	static struct verdict v;
	look(&one, START, &v);
	const struct extend_request req = {one.data, one.len, "uji.pdf", &v, LEVEL_B_LTA, START};
	assert_int_equal(extend_pdf(x, &req, &out, &report, &e), -1);
	assert_int_equal(e.kind, ERR_CONFIG);
}

/* A file may name any number of servers. Not all are asked, and the signer's own first. */
static void test_crowd_of_issuers(void **state)
{
	FILES(in = FILE_MAX, one = FILE_MAX, crowd = FILE_MAX, out = FILE_MAX);
	AUTO(key_release) struct key *key = NULL;
	struct dss_item items[60];
	struct cert *certs[ARRAY_LEN(items)];
	struct buf ders[ARRAY_LEN(items)];
	struct err e = ERR_INIT;
	(void)state;

	fixture(&in, "plain.pdf", AS_IS);
	sign(&in, "esc_1", true, false, &one);
	assert_int_equal(key_generate(KEY_EC_P256, &key, &e), 0);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		char url[64];
		snprintf(url, sizeof url, "http://server%zu.invalid/x.cer", i);
		const struct cert_request req = {.common_name = "Banyak UJI",
			.not_before_at = START,
			.not_after_at = START + YEAR,
			.path_len = -1,
			.issuer_url = url};
		issue(&req, key, NULL, NULL, &certs[i]);
		ders[i] = (struct buf)BUF_INIT(PDF_BYTES);
		assert_int_equal(cert_der(certs[i], &ders[i], &e), 0);
		items[i] = (struct dss_item){DSS_CERT, ders[i].data, ders[i].len};
	}
	const struct dss_addition add = {items, ARRAY_LEN(items), NULL, 0};
	assert_int_equal(pdf_append_dss(one.data, one.len, "uji.pdf", &add, &crowd, &e), 0);
	must_extend(&crowd, LEVEL_B_LT, &out);
	assert_in_range(world.asked, 1, 30);
	for (size_t i = 0; i < ARRAY_LEN(items); i++) {
		cert_free(certs[i]);
		buf_release(&ders[i]);
	}
}

static void test_several_signers(void **state)
{
	FILES(in = FILE_MAX, one = FILE_MAX, two = FILE_MAX, out = FILE_MAX);
	(void)state;

	fixture(&in, "form-direct.pdf", AS_IS);
	sign(&in, "esc_1", true, true, &one);
	world.now_at += 3600;
	sign(&one, "esc_2", true, true, &two);
	must_extend(&two, LEVEL_B_LTA, &out);
	assert_level(&out, START + 9 * YEAR, LEVEL_B_LTA);
}

/* Who does not answer, or not well, and what comes of it. */
static void test_bad_answers(void **state)
{
	static const struct {
		enum mood ocsp, crl, stamp;
		enum extend_end end;
		const char *words;
	} row[] = {{DOWN, FINE, FINE, EXTEND_DONE, ""}, {NONSENSE, FINE, FINE, EXTEND_DONE, ""},
		{OLD, FINE, FINE, EXTEND_DONE, ""}, {UNKNOWN, FINE, FINE, EXTEND_DONE, ""},
		{TRY_LATER, FINE, FINE, EXTEND_DONE, ""}, {FINE, DOWN, FINE, EXTEND_DOWN, "'CA UJI'"},
		{DOWN, DOWN, FINE, EXTEND_DOWN, "nobody answers"},
		{OLD, NONSENSE, FINE, EXTEND_CANNOT, "cannot be shown"},
		{UNKNOWN, NONSENSE, FINE, EXTEND_CANNOT, "cannot be shown"},
		{NONSENSE, NONSENSE, FINE, EXTEND_CANNOT, "cannot be shown"},
		{FINE, FINE, DOWN, EXTEND_DOWN, "nobody answers"},
		{FINE, FINE, NONSENSE, EXTEND_DOWN, "time-stamp"},
		{FINE, FINE, OLD, EXTEND_DOWN, "time-stamp"}};
	FILES(in = FILE_MAX, one = FILE_MAX, out = FILE_MAX);
	struct extend_report report;
	(void)state;

	fixture(&in, "plain.pdf", AS_IS);
	sign(&in, "esc_1", true, true, &one);
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		AUTO(extender_release) struct extender *x = extender(true);
		world.ocsp = row[i].ocsp;
		world.crl = row[i].crl;
		world.stamp = row[i].stamp;
		if (extend(x, &one, LEVEL_B_LTA, &out, &report) != row[i].end ||
			!strstr(report.why, row[i].words))
			fail_msg("row %zu: %d '%s'", i, (int)report.end, report.why);
		if (row[i].end == EXTEND_DONE)
			assert_level(&out, START, LEVEL_B_LTA);
	}
}

static void test_revoked(void **state)
{
	FILES(in = FILE_MAX, one = FILE_MAX, out = FILE_MAX);
	struct extend_report report;
	(void)state;

	fixture(&in, "plain.pdf", AS_IS);
	sign(&in, "esc_1", true, true, &one);
	for (int by_crl = 0; by_crl < 2; by_crl++) {
		AUTO(extender_release) struct extender *x = extender(true);
		world.ocsp = by_crl ? DOWN : FINE;
		world.revoked_at = START - 3600;
		assert_int_equal(extend(x, &one, LEVEL_B_LTA, &out, &report), EXTEND_REVOKED);
		assert_int_equal(report.revoked_at, START - 3600);
		assert_non_null(strstr(report.why, "was revoked on 2026-03-31T01:40:00Z"));
		assert_non_null(strstr(report.why, PKI_NAME));
	}
	/* After it signed: what it signed before stays good, and says so for ever. */
	world.ocsp = FINE;
	world.revoked_at = START + 3600;
	world.now_at = START + PKI_DAY;
	must_extend(&one, LEVEL_B_LTA, &out);
	assert_level(&out, START + 9 * YEAR, LEVEL_B_LTA);
}

static void test_what_is_no_signature(void **state)
{
	FILES(in = FILE_MAX, one = FILE_MAX, out = FILE_MAX);
	AUTO(extender_release) struct extender *x = extender(true);
	struct extend_report report;
	(void)state;

	fixture(&in, "plain.pdf", AS_IS);
	assert_int_equal(extend(x, &in, LEVEL_B_LTA, &out, &report), EXTEND_CANNOT);
	assert_non_null(strstr(report.why, "no signature"));
	sign(&in, "esc_1", true, true, &one);
	one.data[10] ^= 1;
	assert_int_equal(extend(x, &one, LEVEL_B_LTA, &out, &report), EXTEND_CANNOT);
	one.data[10] ^= 1;
	char *kind = (char *)memmem(one.data, one.len, "ETSI.CAdES.detached", 19);
	assert_non_null(kind);
	memcpy(kind, "adbe.pkcs7.detached", 19);
	assert_int_equal(extend(x, &one, LEVEL_B_LTA, &out, &report), EXTEND_CANNOT);
	/* Somebody else's root. */
	memcpy(kind, "ETSI.CAdES.detached", 19);
	struct pki stranger;
	static struct verdict v;
	struct err e = ERR_INIT;
	pki_new(&stranger, NULL);
	const struct extender_config config = {
		.trust = stranger.trust, .fetch = answer, .stamp_url = STAMP, .renew_days = 90};
	AUTO(extender_release) struct extender *other = NULL;
	assert_int_equal(extender_new(&config, &other, &e), 0);
	const struct verify_request look_at = {
		.pdf = one.data, .len = one.len, .name = "uji.pdf", .trust = stranger.trust, .now_at = START};
	assert_int_equal(verify_pdf(&look_at, &v, &e), 0);
	const struct extend_request req = {one.data, one.len, "uji.pdf", &v, LEVEL_B_LTA, START};
	assert_int_equal(extend_pdf(other, &req, &out, &report, &e), 0);
	assert_int_equal(report.end, EXTEND_CANNOT);
	assert_non_null(strstr(report.why, "root"));
	pki_release(&stranger);
}

static void test_addresses(void **state)
{
	static const char *const bad[] = {"", "ftp://contoh.example/a", "http://", "http:///a",
		"file:///etc/passwd", "http://a@contoh.example/", "http://contoh.example/a b",
		"ldap://contoh.example/x"};
	AUTO(fetcher_release) struct fetcher *f = NULL;
	AUTO(buf_release) struct buf out = BUF_INIT(KIB);
	const struct fetcher_config config = {.tries = 1, .connect_timeout_ms = 500, .timeout_ms = 1000};
	struct err e = ERR_INIT;
	(void)state;

	assert_int_equal(fetcher_new(&config, &f, &e), 0);
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		const struct extend_question q = {.url = bad[i], .answer_max = KIB};
		err_clear(&e);
		assert_int_equal(fetch(f, &q, &out, &e), -1);
		assert_int_equal(e.kind, ERR_REMOTE);
		assert_non_null(strstr(e.msg, "no http or https address"));
	}
	const struct extend_question q = {.url = "http://127.0.0.1:1/ocsp", .answer_max = KIB};
	err_clear(&e);
	assert_int_equal(fetch(f, &q, &out, &e), -1);
	assert_int_equal(e.kind, ERR_REMOTE);
	assert_int_equal(out.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(test_every_sane_file, reset),
		cmocka_unit_test_setup(test_steps, reset),
		cmocka_unit_test_setup(test_one_question_for_many_files, reset),
		cmocka_unit_test_setup(test_ten_and_twenty_years, reset),
		cmocka_unit_test_setup(test_without_stamp_or_authority, reset),
		cmocka_unit_test_setup(test_crowd_of_issuers, reset),
		cmocka_unit_test_setup(test_several_signers, reset),
		cmocka_unit_test_setup(test_bad_answers, reset),
		cmocka_unit_test_setup(test_revoked, reset),
		cmocka_unit_test_setup(test_what_is_no_signature, reset),
		cmocka_unit_test(test_addresses),
	};

	return cmocka_run_group_tests(tests, begin, end);
}
