/* A key of the office's own as a signer: the same checks and outcomes as of a service. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "crypto/issue.h"
#include "http/server.h"
#include "office_keys.h"
#include "pdf_variants.h"
#include "signing/signer.h"
#include "verify/verify.h"

#define CEILING (8 * MIB)

static struct office_keys keys;
static int64_t clock_at = OFFICE_NOW;

static int64_t test_now(void *user)
{
	(void)user;
	return clock_at;
}

static int setup(void **state)
{
	(void)state;
	office_keys_make(&keys);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	office_keys_remove(&keys);
	tool_temp_remove();
	return 0;
}

static struct secret *secret_of(const char *text)
{
	struct secret *s = NULL;

	assert_int_equal(secret_new(64, &s, NULL), 0);
	assert_int_equal(secret_set(s, text, strlen(text), NULL), 0);
	return s;
}

/* A signer on a file of the folder, or on the token. */
static void make(const char *file, const char *stamp_url, const struct secret *secret, struct signer *out)
{
	char path[128];
	struct signer_profile p = {
		.way = strchr(file, '.') ? WAY_PKCS12 : WAY_PKCS11,
		.secret = secret,
		.key_file = path,
		.module = OFFICE_MODULE,
		.token = OFFICE_TOKEN,
		.key = file,
		.stamp = {.base_url = stamp_url, .connect_timeout_ms = 2000},
		.clock = {.now = test_now},
	};
	struct err e = ERR_INIT;

	snprintf(path, sizeof path, "%s/%s", keys.folder, file);
	if (signer_new(&p, out, &e) != 0)
		fail_msg("%s", e.msg);
}

static void sign(struct signer *s, const struct buf *pdf, const struct secret *passphrase, struct outfile *to,
	const struct sign_look *look, struct sign_result *out)
{
	const struct sign_job job = {.who = {.nik = "3300000000000001"},
		.passphrase = passphrase,
		.pdf = pdf->data,
		.pdf_len = pdf->len,
		.reason = "Uji",
		.look = look,
		.to = to};
	struct err e = ERR_INIT;

	sign_result_init(out);
	if (s->sign(s->self, &job, out, &e) != 0)
		fail_msg("%s", e.msg);
}

/* What the pipeline asks before it publishes. */
static void assert_good(const struct buf *sent, const struct buf *reply, struct verdict *v)
{
	const struct expected_signer who = {"3300000000000001", OFFICE_NAME};
	const struct reply_check check = {.sent = sent->data,
		.sent_len = sent->len,
		.reply = reply->data,
		.reply_len = reply->len,
		.signers = &who,
		.signer_count = 1,
		.of_any = true,
		.trust = keys.trust,
		.now_at = OFFICE_NOW};
	struct err e = ERR_INIT;

	if (verify_reply(&check, v, &e) != 0)
		fail_msg("%s", e.msg);
	if (v->all_good != FINDING_YES)
		fail_msg("%s", v->why);
}

static void test_signs(void **state)
{
	static const char *const from[] = {"rsa2048.p12", "p256.p12", "rsa2048", "p384"};
	AUTO(secret_release) struct secret *passphrase = secret_of(OFFICE_PASSPHRASE);
	AUTO(secret_release) struct secret *pin = secret_of(OFFICE_PIN);
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	static struct verdict verdict;
	(void)state;

	fixture(&pdf, "plain.pdf", OBJECT_STREAMS);
	for (size_t i = 0; i < ARRAY_LEN(from); i++) {
		AUTO(signer_release) struct signer s = SIGNER_INIT;
		AUTO(sign_result_release) struct sign_result once, twice;
		bool file = strchr(from[i], '.') != NULL;
		if (!file && !keys.token)
			continue;
		make(from[i], NULL, file ? NULL : pin, &s);
		sign(&s, &pdf, passphrase, NULL, NULL, &once);
		if (once.outcome != SIGN_ACCEPTED)
			fail_msg("%s: %d %s", from[i], (int)once.outcome, once.text);
		assert_int_equal(once.pdf_len, once.pdf.len);
		assert_good(&pdf, &once.pdf, &verdict);
		assert_string_equal(verdict.signatures[0].signer, OFFICE_NAME);
		/* a second signature in the same second, on what came back */
		sign(&s, &once.pdf, passphrase, NULL, NULL, &twice);
		assert_int_equal(twice.outcome, SIGN_ACCEPTED);
		assert_good(&once.pdf, &twice.pdf, &verdict);
		assert_int_equal(verdict.signature_count, 2);
	}
}

static void test_streams_into_a_file(void **state)
{
	AUTO(secret_release) struct secret *passphrase = secret_of(OFFICE_PASSPHRASE);
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf got = BUF_INIT(CEILING);
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	AUTO(sign_result_release) struct sign_result r;
	AUTO(outfile_release) struct outfile to = OUTFILE_INIT;
	static struct verdict verdict;
	char path[128];
	struct err e = ERR_INIT;
	(void)state;

	fixture(&pdf, "tagged.pdf", AS_IS);
	tool_temp(path, sizeof path, "signed.pdf");
	assert_int_equal(outfile_open(&to, path, 0600, &e), 0);
	make("p256.p12", NULL, passphrase, &s);
	sign(&s, &pdf, NULL, &to, NULL, &r);
	assert_int_equal(r.outcome, SIGN_ACCEPTED);
	assert_int_equal(r.pdf.len, 0);
	assert_int_equal(outfile_commit(&to, &e), 0);
	assert_int_equal(buf_load(&got, path, &e), 0);
	assert_int_equal(got.len, r.pdf_len);
	assert_good(&pdf, &got, &verdict);
}

static void test_refused(void **state)
{
	static const struct {
		const char *file, *passphrase, *fixture, *code, *words;
		enum sign_outcome outcome;
	} row[] = {
		{"p256.p12", "salah sekali", "plain.pdf", "WRONG_PIN", "does not open", SIGN_REFUSED},
		{"expired.p12", OFFICE_PASSPHRASE, "plain.pdf", "CERT_PERIOD", "only", SIGN_REFUSED},
		{"p256.p12", OFFICE_PASSPHRASE, "xfa.pdf", "PDF", "XFA", SIGN_REFUSED},
		{"p256.p12", OFFICE_PASSPHRASE, "docmdp-1.pdf", "PDF", "DocMDP", SIGN_REFUSED},
		{"nothing.p12", OFFICE_PASSPHRASE, "plain.pdf", "", "cannot read", SIGN_NOT_SENT},
		{"nocert.p12", OFFICE_PASSPHRASE, "plain.pdf", "", "certificate", SIGN_NOT_SENT},
		{"tidak-ada", OFFICE_PIN, "plain.pdf", "", "no private key", SIGN_NOT_SENT},
	};
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		AUTO(secret_release) struct secret *secret = secret_of(row[i].passphrase);
		AUTO(signer_release) struct signer s = SIGNER_INIT;
		AUTO(sign_result_release) struct sign_result r;
		if (!strchr(row[i].file, '.') && !keys.token)
			continue;
		fixture(&pdf, row[i].fixture, AS_IS);
		make(row[i].file, NULL, NULL, &s);
		sign(&s, &pdf, secret, NULL, NULL, &r);
		if (r.outcome != row[i].outcome || strcmp(r.code, row[i].code) != 0 ||
			!strstr(r.text, row[i].words))
			fail_msg("%s %s: %d %s %s", row[i].file, row[i].fixture, (int)r.outcome, r.code,
				r.text);
		assert_int_equal(r.wrong_secret, strcmp(row[i].code, "WRONG_PIN") == 0);
		assert_int_equal(r.pdf.len, 0);
		assert_null(strstr(r.text, row[i].passphrase));
	}
}

static void test_status(void **state)
{
	AUTO(secret_release) struct secret *good = secret_of(OFFICE_PASSPHRASE);
	AUTO(secret_release) struct secret *bad = secret_of("salah sekali");
	const struct sign_identity who = {.nik = "3300000000000001"};
	const struct {
		const char *file;
		const struct secret *secret;
		int64_t at;
		const char *status;
		bool may, fails;
	} row[] = {
		{"p256.p12", good, OFFICE_NOW, "ISSUE", true, false},
		{"p256.p12", NULL, OFFICE_NOW, "ISSUE", true, false},
		{"p256.p12", bad, OFFICE_NOW, "WRONG_PIN", false, false},
		{"expired.p12", good, OFFICE_NOW, "EXPIRED", false, false},
		{"p256.p12", good, OFFICE_NOW - 86400 * 40, "NOT_YET_VALID", false, false},
		{"nothing.p12", good, OFFICE_NOW, "", false, true},
	};
	(void)state;

	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		AUTO(signer_release) struct signer s = SIGNER_INIT;
		struct sign_status status = {0};
		struct err e = ERR_INIT;
		clock_at = row[i].at;
		make(row[i].file, NULL, row[i].secret, &s);
		assert_int_equal(s.status(s.self, &who, &status, &e), row[i].fails ? -1 : 0);
		assert_string_equal(status.status, row[i].status);
		assert_int_equal(status.may_sign, row[i].may);
		if (row[i].secret == good && !row[i].fails)
			assert_int_not_equal(status.not_after_at, 0);
	}
	clock_at = OFFICE_NOW;
}

static void test_look(void **state)
{
	AUTO(secret_release) struct secret *passphrase = secret_of(OFFICE_PASSPHRASE);
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	AUTO(buf_release) struct buf picture = BUF_INIT(CEILING);
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	static struct verdict verdict;
	(void)state;

	fixture(&pdf, "plain.pdf", AS_IS);
	assert_int_equal(buf_load(&picture, "fixtures/pictures/quarters.jpg", NULL), 0);
	make("p256.p12", NULL, passphrase, &s);
	struct sign_look look = {.image = picture.data,
		.image_len = picture.len,
		.page = 1,
		.x = 50,
		.y = 60,
		.width = 70,
		.height = 70};
	AUTO(sign_result_release) struct sign_result seen, tagged, outside;
	sign(&s, &pdf, NULL, NULL, &look, &seen);
	if (seen.outcome != SIGN_ACCEPTED)
		fail_msg("%s", seen.text);
	const struct verify_request whole = {.pdf = seen.pdf.data,
		.len = seen.pdf.len,
		.name = "x",
		.trust = keys.trust,
		.now_at = OFFICE_NOW};
	assert_int_equal(verify_pdf(&whole, &verdict, NULL), 0);
	if (verdict.all_good != FINDING_YES)
		fail_msg("%s", verdict.why);
	look.x = 580;
	sign(&s, &pdf, NULL, NULL, &look, &outside);
	assert_int_equal(outside.outcome, SIGN_REFUSED);
	assert_string_equal(outside.code, "PDF");
	snprintf(look.tag, sizeof look.tag, "#");
	sign(&s, &pdf, NULL, NULL, &look, &tagged);
	assert_int_equal(tagged.outcome, SIGN_REFUSED);
	assert_non_null(strstr(tagged.text, "tag"));
}

/* ---- time-stamps ---- */

static struct {
	struct key *key;
	struct cert *cert;
	enum { STAMPS, REFUSES, HTML } how;
} tsa;

static void answer(void *user, const struct http_request *req, struct http_reply *reply)
{
	const struct cms_signer authority = {tsa.key, tsa.cert, NULL, 0};
	const struct tsa_request how = {
		.authority = &authority, .now_at = OFFICE_NOW, .refuse = tsa.how == REFUSES};
	struct err e = ERR_INIT;
	(void)user;

	reply->status = 200;
	reply->content_type = "application/timestamp-reply";
	if (tsa.how == HTML)
		buf_adds(&reply->body, "<html>");
	else if (tsa_answer(&how, req->body, req->body_len, &reply->body, &e) != 0)
		reply->status = 500;
}

static void test_stamps(void **state)
{
	const struct cert_request req = {.common_name = "UJI TSA",
		.not_before_at = OFFICE_NOW - 86400,
		.not_after_at = OFFICE_NOW + 86400 * 500,
		.use = CERT_STAMPS};
	const struct http_server_config config = {.address = "127.0.0.1",
		.body_max = 64 * KIB,
		.threads = 1,
		.timeout_s = 5,
		.handler = answer};
	AUTO(http_server_release) struct http_server *server = NULL;
	AUTO(secret_release) struct secret *passphrase = secret_of(OFFICE_PASSPHRASE);
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	AUTO(signer_release) struct signer s = SIGNER_INIT;
	AUTO(sign_result_release) struct sign_result good, refused, html, gone;
	static struct verdict verdict;
	struct err e = ERR_INIT;
	char url[64];
	(void)state;

	assert_int_equal(key_generate(KEY_EC_P256, &tsa.key, &e), 0);
	assert_int_equal(cert_issue(&req, tsa.key, keys.root, keys.root_key, &tsa.cert, &e), 0);
	assert_int_equal(http_server_new(&config, &server, &e), 0);
	snprintf(url, sizeof url, "http://127.0.0.1:%u/tsa", http_server_port(server));
	fixture(&pdf, "plain.pdf", AS_IS);
	make("rsa2048.p12", url, passphrase, &s);
	sign(&s, &pdf, NULL, NULL, NULL, &good);
	if (good.outcome != SIGN_ACCEPTED)
		fail_msg("%s", good.text);
	assert_good(&pdf, &good.pdf, &verdict);
	assert_int_equal(verdict.signatures[0].stamped_at, OFFICE_NOW);
	tsa.how = REFUSES;
	sign(&s, &pdf, NULL, NULL, NULL, &refused);
	tsa.how = HTML;
	sign(&s, &pdf, NULL, NULL, NULL, &html);
	http_server_release(&server);
	sign(&s, &pdf, NULL, NULL, NULL, &gone);
	const struct sign_result *const bad[] = {&refused, &html, &gone};
	for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
		assert_int_equal(bad[i]->outcome, SIGN_NOT_SENT);
		assert_non_null(strstr(bad[i]->text, "no time-stamp"));
		assert_int_equal(bad[i]->pdf.len, 0);
	}
	cert_release(&tsa.cert);
	key_release(&tsa.key);
}

/* Last: nothing of this process gets into the token again. */
static void test_wrong_pin(void **state)
{
	AUTO(secret_release) struct secret *wrong = secret_of("000000");
	AUTO(buf_release) struct buf pdf = BUF_INIT(CEILING);
	(void)state;

	if (!keys.token)
		skip();
	fixture(&pdf, "plain.pdf", AS_IS);
	for (int i = 0; i < 3; i++) {
		AUTO(signer_release) struct signer s = SIGNER_INIT;
		AUTO(sign_result_release) struct sign_result r;
		make("p256", NULL, NULL, &s);
		sign(&s, &pdf, wrong, NULL, NULL, &r);
		assert_int_equal(r.outcome, SIGN_REFUSED);
		assert_true(r.wrong_secret);
		assert_string_equal(r.code, "WRONG_PIN");
		assert_non_null(strstr(r.text, i == 0 ? "is wrong" : "not tried again"));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_signs),
		cmocka_unit_test(test_streams_into_a_file),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_status),
		cmocka_unit_test(test_look),
		cmocka_unit_test(test_stamps),
		cmocka_unit_test(test_wrong_pin),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
