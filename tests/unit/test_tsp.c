/* Time-stamps from request to signature: what we ask for, what the sandbox's authority answers, what is believed. */
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
#include "pki.h"
#include "tool.h"

#include <stdio.h>

#define STAMPED (PKI_NOW - 5 * (int64_t)PKI_DAY)
#define NONCE   UINT64_C(0x8000000000000123) /* needs a ninth byte */

static struct pki pki;
static struct person_key tsa;

static int start(void **state)
{
	struct cert_request req = {.common_name = "TSA UJI",
		.not_before_at = PKI_NOW - 100 * (int64_t)PKI_DAY,
		.not_after_at = PKI_NOW + 900 * (int64_t)PKI_DAY,
		.use = CERT_STAMPS,
		.ocsp_url = "http://127.0.0.1:1/ocsp",
		.crl_url = "http://127.0.0.1:1/crl/ca.crl"};
	struct err e = ERR_INIT;

	(void)state;
	pki_new(&pki, NULL);
	if (key_generate(KEY_RSA_2048, &tsa.key, &e) != 0 ||
		cert_issue(&req, tsa.key, pki.root, pki.root_key, &tsa.cert, &e) != 0)
		fail_msg("%s", e.msg);
	tsa.signer = (struct cms_signer){.key = tsa.key, .cert = tsa.cert};
	return 0;
}

static int end(void **state)
{
	(void)state;
	person_release(&tsa);
	pki_release(&pki);
	return 0;
}

static void answer_to(const struct tsa_request *how, const struct sha256 *imprint, struct buf *out)
{
	AUTO(buf_release) struct buf request = BUF_INIT(KIB);
	struct err e = ERR_INIT;

	buf_reset(out);
	if (tsp_request(imprint, NONCE, &request, &e) != 0 ||
		tsa_answer(how, request.data, request.len, out, &e) != 0)
		fail_msg("%s", e.msg);
}

static void stamped_signature(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES), answer = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf token = BUF_INIT(LIMIT_CMS_BYTES), all = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf twice = BUF_INIT(LIMIT_CMS_BYTES);
	const struct sha256 digest = sha256_of("isi surat", 9);
	const struct tsa_request how = {.authority = &tsa.signer, .now_at = STAMPED};
	struct signature_verdict v = {0};
	struct sha256 imprint;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(cms_sign(&pki.sari.signer, &digest, &cms, &e), 0);
	assert_int_equal(cms_signature_imprint(cms.data, cms.len, &imprint, &e), 0);
	answer_to(&how, &imprint, &answer);
	if (tsp_response(answer.data, answer.len, &imprint, NONCE, &token, &e) != 0 ||
		cms_add_stamp(cms.data, cms.len, token.data, token.len, &all, &e) != 0)
		fail_msg("%s", e.msg);
	/* Padding of /Contents may follow. */
	for (int i = 0; i < 20; i++)
		buf_addc(&all, 0);
	assert_int_equal(cms_verify(all.data, all.len, &digest, pki.trust, 0,
				 PKI_NOW + 800 * (int64_t)PKI_DAY, &v, &e),
		0);
	assert_string_equal(v.why, "");
	assert_int_equal(v.stamped_at, STAMPED);
	assert_int_equal(v.in_time, FINDING_YES);
	assert_int_equal(cms_add_stamp(all.data, all.len, token.data, token.len, &twice, &e), -1);
}

static void the_same_request_is_the_same_stamp(void **state)
{
	AUTO(buf_release) struct buf one = BUF_INIT(LIMIT_CMS_BYTES), two = BUF_INIT(LIMIT_CMS_BYTES);
	const struct sha256 imprint = sha256_of("x", 1);
	const struct tsa_request how = {.authority = &tsa.signer, .now_at = STAMPED};

	(void)state;
	answer_to(&how, &imprint, &one);
	answer_to(&how, &imprint, &two);
	assert_int_equal(one.len, two.len);
	assert_memory_equal(one.data, two.data, one.len);
}

/* Each must be refused, with these words among the reason. */
static void answers_that_are_none(void **state)
{
	const struct tsa_request sound = {.authority = &tsa.signer, .now_at = STAMPED};
	struct tsa_request how = sound;
	const struct sha256 imprint = sha256_of("x", 1), other = sha256_of("y", 1);
	AUTO(buf_release) struct buf answer = BUF_INIT(LIMIT_CMS_BYTES), token = BUF_INIT(LIMIT_CMS_BYTES);
	struct err e = ERR_INIT;

	(void)state;
#define REFUSED(n, words)                                                                                    \
	do {                                                                                                 \
		err_clear(&e);                                                                               \
		assert_int_equal(tsp_response(answer.data, answer.len, &imprint, (n), &token, &e), -1);      \
		assert_int_equal(e.kind, ERR_REMOTE);                                                        \
		if (!strstr(e.msg, words))                                                                   \
			fail_msg("%s", e.msg);                                                               \
		assert_int_equal(token.len, 0);                                                              \
	} while (0)
	answer_to(&how, &other, &answer);
	REFUSED(NONCE, "something else");
	answer_to(&how, &imprint, &answer);
	REFUSED(NONCE + 1, "number");
	how.wrong_imprint = true;
	answer_to(&how, &imprint, &answer);
	REFUSED(NONCE, "something else");
	how = sound;
	how.no_nonce = true;
	answer_to(&how, &imprint, &answer);
	REFUSED(NONCE, "number");
	how = sound;
	how.refuse = true;
	answer_to(&how, &imprint, &answer);
	REFUSED(NONCE, "layanan stempel waktu UJI sedang terganggu, systemFailure");
	buf_reset(&answer);
	buf_adds(&answer, "<html>502 Bad Gateway</html>");
	REFUSED(NONCE, "no TimeStampResp");
	/* Cut anywhere, or any byte else: refused, or the same token, never a crash. */
	answer_to(&sound, &imprint, &answer);
	for (size_t len = answer.len; len-- > 0;) {
		err_clear(&e);
		assert_int_equal(tsp_response(answer.data, len, &imprint, NONCE, &token, &e), -1);
	}
}

static void requests_that_are_none(void **state)
{
	static const struct {
		const char *der;
		size_t len;
		const char *words;
	} rows[] = {
		{"", 0, "badRequest"},
		{"0", 1, "badRequest"},
		{"\x30\x03\x02\x01\x02", 5, "badRequest"},
		/* SHA-1, and SHA-256 with a hash that is too short */
		{"\x30\x24\x02\x01\x01\x30\x1f\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a\x04\x14"
		 "01234567890123456789",
			38, "badAlg"},
		{"\x30\x24\x02\x01\x01\x30\x1f\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x04\x10"
		 "0123456789012345",
			38, "badAlg"},
	};
	const struct tsa_request how = {.authority = &tsa.signer, .now_at = STAMPED};
	const struct sha256 imprint = sha256_of("x", 1);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(buf_release) struct buf answer = BUF_INIT(KIB), token = BUF_INIT(KIB);
		struct err e = ERR_INIT;
		assert_int_equal(tsa_answer(&how, rows[i].der, rows[i].len, &answer, &e), 0);
		assert_int_equal(tsp_response(answer.data, answer.len, &imprint, 1, &token, &e), -1);
		if (!strstr(e.msg, rows[i].words))
			fail_msg("row %zu: %s", i, e.msg);
	}
}

/* openssl ts judges what we ask and what we answer. */
static void others_agree(void **state)
{
	AUTO(buf_release) struct buf request = BUF_INIT(KIB), answer = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf said = BUF_INIT(MIB);
	const struct tsa_request how = {.authority = &tsa.signer, .now_at = STAMPED};
	const struct sha256 imprint = sha256_of("isi", 3);
	char root[256], query[256], reply[256], data[256], at[32];
	struct err e = ERR_INIT;

	(void)state;
	tool_temp(root, sizeof root, "root.pem");
	tool_temp(query, sizeof query, "query.tsq");
	tool_temp(reply, sizeof reply, "reply.tsr");
	tool_temp(data, sizeof data, "data");
	snprintf(at, sizeof at, "%lld", (long long)PKI_NOW);
	assert_int_equal(cert_save(pki.root, root, &e), 0);
	assert_int_equal(tsp_request(&imprint, NONCE, &request, &e), 0);
	answer_to(&how, &imprint, &answer);
	assert_int_equal(outfile_put(query, 0600, request.data, request.len, &e), 0);
	assert_int_equal(outfile_put(reply, 0600, answer.data, answer.len, &e), 0);
	assert_int_equal(outfile_put(data, 0600, "isi", 3, &e), 0);
	const char *const by_query[] = {"openssl", "ts", "-verify", "-queryfile", query, "-in", reply,
		"-CAfile", root, "-attime", at, NULL};
	const char *const by_data[] = {"openssl", "ts", "-verify", "-data", data, "-in", reply, "-CAfile",
		root, "-attime", at, NULL};
	if (tool_run(by_query, &said) != 0 || tool_run(by_data, &said) != 0)
		fail_msg("%s", buf_str(&said));
	assert_int_equal(outfile_put(data, 0600, "ise", 3, &e), 0);
	assert_int_not_equal(tool_run(by_data, &said), 0);
	tool_temp_remove();
}

/* A signature with a flaw is refused for it and nothing else. */
static void flaws(void **state)
{
	static const struct {
		enum cms_flaw flaw;
		const char *why;
	} rows[] = {
		{CMS_SOUND, ""},
		{CMS_FLAW_SHA1, "digest that is too weak"},
		{CMS_FLAW_NO_ESS, "doesn't bind its certificate"},
		{CMS_FLAW_WRONG_ESS, "names another certificate"},
	};
	const unsigned char *const ranges[2] = {
		(const unsigned char *)"isi ", (const unsigned char *)"surat"};
	const size_t lens[2] = {4, 5};
	const struct sha256 digest = sha256_of("isi surat", 9);
	const struct cert *const chain[] = {pki.root};
	struct cms_signer signer = pki.sari.signer;

	(void)state;
	signer.chain = chain;
	signer.chain_len = 1;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
		struct signature_verdict v = {0};
		struct err e = ERR_INIT;
		if (cms_sign_flawed(&signer, rows[i].flaw, ranges, lens, &cms, &e) != 0)
			fail_msg("%s", e.msg);
		assert_int_equal(cms_verify(cms.data, cms.len, &digest, pki.trust, 0, PKI_NOW, &v, &e), 0);
		if (rows[i].why[0] ? !strstr(v.why, rows[i].why) : v.why[0])
			fail_msg("row %zu: '%s'", i, v.why);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamped_signature),
		cmocka_unit_test(the_same_request_is_the_same_stamp),
		cmocka_unit_test(answers_that_are_none),
		cmocka_unit_test(requests_that_are_none),
		cmocka_unit_test(others_agree),
		cmocka_unit_test(flaws),
	};

	return cmocka_run_group_tests(tests, start, end);
}
