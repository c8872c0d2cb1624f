/* What OCSP responses and CRLs prove, and which of them prove nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "crypto/handles.h"
#include "crypto/issue.h"
#include "crypto/revocation.h"
#include "pki.h"

#include <openssl/ocsp.h>
#include <openssl/x509v3.h>

#define HOUR INT64_C(3600)

static struct pki pki;
static struct person_key responder, stranger;

static void person(const char *name, enum cert_use use, const struct cert *issuer,
	const struct key *issuer_key, bool is_ca, struct person_key *out)
{
	const struct cert_request req = {.common_name = name,
		.not_before_at = PKI_NOW - 10 * PKI_DAY,
		.not_after_at = PKI_NOW + 300 * PKI_DAY,
		.use = use,
		.is_ca = is_ca,
		.path_len = -1,
		.ocsp_url = "http://127.0.0.1:1/ocsp",
		.crl_url = "http://127.0.0.1:1/crl"};
	struct err e = ERR_INIT;

	if (key_generate(KEY_EC_P256, &out->key, &e) != 0 ||
		cert_issue(&req, out->key, issuer, issuer_key, &out->cert, &e) != 0)
		fail_msg("%s", e.msg);
	out->signer = (struct cms_signer){.key = out->key, .cert = out->cert};
}

static int start(void **state)
{
	(void)state;
	pki_new(&pki, NULL);
	person("OCSP UJI", CERT_ANSWERS, pki.root, pki.root_key, false, &responder);
	person("UJI Root", CERT_SIGNS, NULL, NULL, true, &stranger); /* the root's name, another key */
	return 0;
}

static int end(void **state)
{
	(void)state;
	person_release(&responder);
	person_release(&stranger);
	pki_release(&pki);
	return 0;
}

static struct issued_status answer_status;

static struct issued_status lookup(void *user, const char *serial)
{
	(void)user;
	(void)serial;
	return answer_status;
}

static void ocsp(const struct cms_signer *by, const struct person_key *about, int64_t this_at,
	int64_t next_at, struct issued_status status, struct evidence *ev)
{
	AUTO(buf_release) struct buf asked = BUF_INIT(LIMIT_CMS_BYTES), out = BUF_INIT(LIMIT_CMS_BYTES);
	const struct ocsp_answer how = {.responder = by,
		.issuer = pki.root,
		.now_at = this_at,
		.this_update_at = this_at,
		.next_update_at = next_at,
		.lookup = lookup};
	struct err e = ERR_INIT;

	answer_status = status;
	if (ocsp_request(about->cert, pki.root, &asked, &e) != 0 ||
		ocsp_answer(&how, asked.data, asked.len, &out, &e) != 0 ||
		evidence_add(ev, EVIDENCE_OCSP, out.data, out.len, &e) != 0)
		fail_msg("%s", e.msg);
}

static void crl(const struct key *key, const struct cert *issuer, int64_t this_at,
	const struct person_key *who, struct issued_status status, struct evidence *ev)
{
	AUTO(buf_release) struct buf out = BUF_INIT(MIB);
	struct cert_info info = {.serial = ""};
	const char *serials[1] = {info.serial};
	const struct crl_request req = {.key = key,
		.issuer = issuer,
		.this_update_at = this_at,
		.next_update_at = this_at + 24 * HOUR,
		.number = 7,
		.serials = serials,
		.statuses = &status,
		.count = who ? 1 : 0};
	struct err e = ERR_INIT;

	if (who)
		assert_int_equal(cert_info(who->cert, &info, &e), 0);
	if (crl_issue(&req, &out, &e) != 0 || evidence_add(ev, EVIDENCE_CRL, out.data, out.len, &e) != 0)
		fail_msg("%s", e.msg);
}

static struct revocation judge(const struct person_key *who, const struct evidence *ev, int64_t at)
{
	struct revocation r;
	struct err e = ERR_INIT;

	assert_int_equal(revocation_judge(who->cert, pki.root, ev, at, &r, &e), 0);
	assert_int_equal(r.good == FINDING_YES, r.why == NULL);
	return r;
}

static const struct issued_status GOOD = {.is = ISSUED_GOOD};

static void moments(void **state)
{
	static const struct {
		int64_t this_at, next_at, at;
		enum finding good;
	} rows[] = {
		{PKI_NOW, PKI_NOW + HOUR, PKI_NOW - 5 * HOUR, FINDING_YES}, /* made after it */
		{PKI_NOW, PKI_NOW + HOUR, PKI_NOW, FINDING_YES},
		{PKI_NOW, PKI_NOW + HOUR, PKI_NOW + HOUR, FINDING_YES}, /* within its own period */
		{PKI_NOW, PKI_NOW + HOUR, PKI_NOW + HOUR + 1, FINDING_UNKNOWN},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
		ocsp(&responder.signer, &pki.sari, rows[i].this_at, rows[i].next_at, GOOD, &ev);
		struct revocation r = judge(&pki.sari, &ev, rows[i].at);
		if (r.good != rows[i].good)
			fail_msg("row %zu: %d", i, r.good);
		assert_int_equal(r.item, r.good == FINDING_YES ? 0 : (size_t)-1);
		/* about nobody else */
		assert_int_equal(judge(&pki.other, &ev, rows[i].at).good, FINDING_UNKNOWN);
	}
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	crl(pki.root_key, pki.root, PKI_NOW, NULL, GOOD, &ev);
	assert_int_equal(judge(&pki.sari, &ev, PKI_NOW + HOUR).good, FINDING_YES);
	assert_int_equal(judge(&pki.sari, &ev, PKI_NOW - HOUR).good, FINDING_YES);
	assert_int_equal(judge(&pki.sari, &ev, PKI_NOW + 25 * HOUR).good, FINDING_UNKNOWN);
}

/* Whoever has ended is left out of lists, revoked or not: nothing was said. A revocation still counts. */
static void after_the_end(void **state)
{
	const struct issued_status gone = {ISSUED_REVOKED, PKI_NOW - HOUR, 1};
	struct cert_info info;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(cert_info(pki.sari.cert, &info, &e), 0);
	for (int64_t late = 0; late < 2; late++) {
		AUTO(evidence_release)
		struct evidence list = EVIDENCE_INIT, answer = EVIDENCE_INIT, revoked = EVIDENCE_INIT;
		const struct cms_signer root = {.key = pki.root_key, .cert = pki.root};
		int64_t at = info.not_after_at + late;
		enum finding good = late ? FINDING_UNKNOWN : FINDING_YES;
		crl(pki.root_key, pki.root, at, NULL, GOOD, &list);
		assert_int_equal(judge(&pki.sari, &list, PKI_NOW).good, good);
		ocsp(&root, &pki.sari, at, at + HOUR, GOOD, &answer);
		assert_int_equal(judge(&pki.sari, &answer, PKI_NOW).good, good);
		crl(pki.root_key, pki.root, at, &pki.sari, gone, &revoked);
		assert_int_equal(judge(&pki.sari, &revoked, PKI_NOW).good, FINDING_NO);
	}
}

static void revoked(void **state)
{
	const struct issued_status gone = {ISSUED_REVOKED, PKI_NOW - HOUR, 1},
				   hold = {ISSUED_REVOKED, PKI_NOW - HOUR, 6};

	(void)state;
	for (int by_list = 0; by_list < 2; by_list++) {
		AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
		if (by_list)
			crl(pki.root_key, pki.root, PKI_NOW, &pki.sari, gone, &ev);
		else
			ocsp(&responder.signer, &pki.sari, PKI_NOW, PKI_NOW + HOUR, gone, &ev);
		struct revocation r = judge(&pki.sari, &ev, PKI_NOW);
		assert_int_equal(r.good, FINDING_NO);
		assert_int_equal(r.revoked_at, PKI_NOW - HOUR);
		/* for ever: no end of its period makes it good again */
		assert_int_equal(judge(&pki.sari, &ev, PKI_NOW + 1000 * HOUR).good, FINDING_NO);
		/* good until then, and this very word proves it */
		r = judge(&pki.sari, &ev, PKI_NOW - 2 * HOUR);
		assert_int_equal(r.good, FINDING_YES);
		assert_int_equal(r.revoked_at, PKI_NOW - HOUR);
		/* a later "good" does not bring it back */
		ocsp(&responder.signer, &pki.sari, PKI_NOW + HOUR, PKI_NOW + 3 * HOUR, GOOD, &ev);
		assert_int_equal(judge(&pki.sari, &ev, PKI_NOW + 2 * HOUR).good, FINDING_NO);

		AUTO(evidence_release) struct evidence held = EVIDENCE_INIT;
		if (by_list)
			crl(pki.root_key, pki.root, PKI_NOW, &pki.sari, hold, &held);
		else
			ocsp(&responder.signer, &pki.sari, PKI_NOW, PKI_NOW + HOUR, hold, &held);
		assert_int_equal(judge(&pki.sari, &held, PKI_NOW).good, FINDING_NO);
		assert_int_equal(judge(&pki.sari, &held, PKI_NOW + 2 * HOUR).good, FINDING_NO);
		/* lifted: good again, but not for the time that it lasted */
		ocsp(&responder.signer, &pki.sari, PKI_NOW + HOUR, PKI_NOW + 3 * HOUR, GOOD, &held);
		assert_int_equal(judge(&pki.sari, &held, PKI_NOW + 2 * HOUR).good, FINDING_YES);
		assert_int_equal(judge(&pki.sari, &held, PKI_NOW).good, FINDING_NO);
		assert_int_equal(judge(&pki.sari, &held, PKI_NOW - 2 * HOUR).good, FINDING_YES);
	}
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	ocsp(&responder.signer, &pki.sari, PKI_NOW, PKI_NOW + HOUR,
		(struct issued_status){.is = ISSUED_UNKNOWN}, &ev);
	assert_int_equal(judge(&pki.sari, &ev, PKI_NOW).good, FINDING_UNKNOWN);
}

/* Whoever else answers proves nothing: neither good nor revoked. */
static void by_nobody(void **state)
{
	const struct issued_status gone = {ISSUED_REVOKED, PKI_NOW - HOUR, 1};
	const struct cms_signer root = {.key = pki.root_key, .cert = pki.root};
	struct person_key foreign = {0};
	struct err e = ERR_INIT;
	const struct {
		const struct cms_signer *by;
		int64_t at;
		enum finding good;
	} rows[] = {
		{&root, PKI_NOW, FINDING_YES}, {&responder.signer, PKI_NOW, FINDING_YES},
		{&responder.signer, PKI_NOW + 301 * PKI_DAY, FINDING_UNKNOWN}, /* its certificate had ended */
		{&responder.signer, PKI_NOW - 11 * PKI_DAY, FINDING_UNKNOWN},
		{&stranger.signer, PKI_NOW, FINDING_UNKNOWN},  /* the root's name, another key */
		{&pki.other.signer, PKI_NOW, FINDING_UNKNOWN}, /* issued by the root, not for this */
		{&foreign.signer, PKI_NOW, FINDING_UNKNOWN},   /* for this, but not by the root */
	};

	(void)state;
	person("OCSP LAIN UJI", CERT_ANSWERS, stranger.cert, stranger.key, false, &foreign);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT, bad = EVIDENCE_INIT;
		ocsp(rows[i].by, &pki.sari, rows[i].at, rows[i].at + HOUR, GOOD, &ev);
		if (judge(&pki.sari, &ev, rows[i].at).good != rows[i].good)
			fail_msg("row %zu", i);
		ocsp(rows[i].by, &pki.sari, rows[i].at, rows[i].at + HOUR, gone, &bad);
		if (rows[i].good == FINDING_UNKNOWN &&
			judge(&pki.sari, &bad, rows[i].at).good != FINDING_UNKNOWN)
			fail_msg("row %zu, revoked", i);
	}
	AUTO(evidence_release) struct evidence lists = EVIDENCE_INIT;
	crl(stranger.key, stranger.cert, PKI_NOW, NULL, GOOD, &lists);
	crl(stranger.key, stranger.cert, PKI_NOW, &pki.sari, gone, &lists);
	assert_int_equal(judge(&pki.sari, &lists, PKI_NOW).good, FINDING_UNKNOWN);
	/* of the wrong kind, or nothing at all */
	AUTO(evidence_release) struct evidence mixed = EVIDENCE_INIT;
	assert_int_equal(evidence_add(&mixed, EVIDENCE_OCSP, lists.items[0].der, lists.items[0].len, &e), 0);
	assert_int_equal(evidence_add(&mixed, EVIDENCE_CRL, "x", 1, &e), 0);
	assert_int_equal(evidence_add(&mixed, EVIDENCE_OCSP, "", 0, &e), 0);
	assert_int_equal(evidence_add(&mixed, EVIDENCE_CERT, "0", 1, &e), 0);
	assert_int_equal(judge(&pki.sari, &mixed, PKI_NOW).good, FINDING_UNKNOWN);
	person_release(&foreign);
}

/* No byte of a response or list can be changed without its proof being lost. */
static void every_byte_counts(void **state)
{
	(void)state;
	for (int by_list = 0; by_list < 2; by_list++) {
		AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
		if (by_list)
			crl(pki.root_key, pki.root, PKI_NOW, NULL, GOOD, &ev);
		else
			ocsp(&responder.signer, &pki.sari, PKI_NOW, PKI_NOW + HOUR, GOOD, &ev);
		size_t kept = 0;
		for (size_t i = 0; i < ev.items[0].len; i++) {
			AUTO(evidence_release) struct evidence bad = EVIDENCE_INIT;
			struct err e = ERR_INIT;
			ev.items[0].der[i] ^= 0x01;
			assert_int_equal(
				evidence_add(&bad, ev.items[0].kind, ev.items[0].der, ev.items[0].len, &e),
				0);
			ev.items[0].der[i] ^= 0x01;
			/* Certificates beside a response are only places to look at. */
			kept += judge(&pki.sari, &bad, PKI_NOW).good == FINDING_YES;
			assert_int_not_equal(judge(&pki.sari, &bad, PKI_NOW).good, FINDING_NO);
		}
		if (kept > (by_list ? 0U : 40U))
			fail_msg("%zu of %zu bytes do not matter", kept, ev.items[0].len);
		assert_int_equal(judge(&pki.sari, &ev, PKI_NOW).good, FINDING_YES);
		/* and none may follow */
		AUTO(evidence_release) struct evidence longer = EVIDENCE_INIT;
		AUTO(buf_release) struct buf more = BUF_INIT(MIB);
		struct err e = ERR_INIT;
		buf_add(&more, ev.items[0].der, ev.items[0].len);
		buf_addc(&more, 0);
		assert_int_equal(evidence_add(&longer, ev.items[0].kind, more.data, more.len, &e), 0);
		assert_int_equal(judge(&pki.sari, &longer, PKI_NOW).good, FINDING_UNKNOWN);
	}
}

/* A list with one more extension. */
static void special_list(int nid, const char *value, struct evidence *ev)
{
	X509_CRL *list = X509_CRL_new();
	X509V3_CTX ctx;
	ASN1_TIME *at = ASN1_TIME_adj(NULL, (time_t)PKI_NOW, 0, 0),
		  *next = ASN1_TIME_adj(NULL, (time_t)PKI_NOW, 1, 0);
	unsigned char *der = NULL;
	struct err e = ERR_INIT;

	assert_true(X509_CRL_set_version(list, 1));
	assert_true(X509_CRL_set_issuer_name(list, X509_get_subject_name(pki.root->x509)));
	assert_true(X509_CRL_set1_lastUpdate(list, at) && X509_CRL_set1_nextUpdate(list, next));
	if (nid == NID_delta_crl) {
		ASN1_INTEGER *base = ASN1_INTEGER_new();
		ASN1_INTEGER_set(base, 1);
		assert_true(X509_CRL_add1_ext_i2d(list, nid, base, 1, 0));
		ASN1_INTEGER_free(base);
	} else if (value) {
		X509V3_set_ctx(&ctx, pki.root->x509, NULL, NULL, list, 0);
		X509_EXTENSION *x = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
		assert_non_null(x);
		assert_true(X509_CRL_add_ext(list, x, -1));
		X509_EXTENSION_free(x);
	}
	assert_true(X509_CRL_sign(list, pki.root_key->pkey, nid == NID_sha1 ? EVP_sha1() : EVP_sha384()) > 0);
	int len = i2d_X509_CRL(list, &der);
	assert_int_equal(evidence_add(ev, EVIDENCE_CRL, der, (size_t)len, &e), 0);
	OPENSSL_free(der);
	ASN1_TIME_free(at);
	ASN1_TIME_free(next);
	X509_CRL_free(list);
}

static void lists_that_do_not_count(void **state)
{
	static const struct {
		int nid;
		const char *value;
		bool good;
	} rows[] = {
		{NID_undef, NULL, true},
		{NID_sha1, NULL, false}, /* signed with it */
		{NID_delta_crl, NULL, false},
		{NID_issuing_distribution_point, "critical,onlyuser:TRUE", true},
		{NID_issuing_distribution_point, "critical,onlyCA:TRUE", false},
		{NID_issuing_distribution_point, "critical,onlyAA:TRUE", false},
		{NID_issuing_distribution_point, "critical,indirectCRL:TRUE", false},
		{NID_issuing_distribution_point, "critical,onlysomereasons:keyCompromise", false},
		{NID_issuing_distribution_point, "critical,fullname:URI:http://127.0.0.1:1/crl", true},
		{NID_issuing_distribution_point, "critical,fullname:URI:http://127.0.0.1:1/lain", false},
	};
	struct person_key who = {0};

	(void)state;
	person("Nama UJI", CERT_SIGNS, pki.root, pki.root_key, false, &who);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
		special_list(rows[i].nid, rows[i].value, &ev);
		if ((judge(&who, &ev, PKI_NOW).good == FINDING_YES) != rows[i].good)
			fail_msg("row %zu", i);
	}
	person_release(&who);
}

static void exempt_and_urls(void **state)
{
	struct cert_urls urls;

	(void)state;
	assert_true(revocation_is_exempt(pki.root));
	assert_true(revocation_is_exempt(responder.cert));
	assert_false(revocation_is_exempt(pki.sari.cert));
	cert_urls(responder.cert, &urls);
	assert_string_equal(urls.ocsp, "http://127.0.0.1:1/ocsp");
	assert_string_equal(urls.crl, "http://127.0.0.1:1/crl");
	assert_string_equal(urls.issuer, "");
	cert_urls(pki.sari.cert, &urls);
	assert_string_equal(urls.ocsp, "");
}

static void pools(void **state)
{
	AUTO(evidence_release) struct evidence ev = EVIDENCE_INIT;
	struct err e = ERR_INIT;

	(void)state;
	for (int i = 0; i < EVIDENCE_MAX; i++)
		for (int twice = 0; twice < 2; twice++)
			assert_int_equal(evidence_add(&ev, EVIDENCE_OCSP, &i, sizeof i, &e), 0);
	assert_int_equal(ev.count, EVIDENCE_MAX);
	int more = -1;
	assert_int_equal(evidence_add(&ev, EVIDENCE_OCSP, &more, sizeof more, &e), -1);
	assert_int_equal(e.kind, ERR_LIMIT);
	assert_memory_equal(ev.items[300].der, &(int){300}, sizeof(int));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(moments),
		cmocka_unit_test(after_the_end),
		cmocka_unit_test(revoked),
		cmocka_unit_test(by_nobody),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(lists_that_do_not_count),
		cmocka_unit_test(exempt_and_urls),
		cmocka_unit_test(pools),
	};

	return cmocka_run_group_tests(tests, start, end);
}
