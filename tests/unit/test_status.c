/* OCSP responses and CRLs of the sandbox's authority, as OpenSSL reads them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "crypto/handles.h"
#include "crypto/issue.h"
#include "pki.h"

#include <openssl/ocsp.h>
#include <openssl/x509_vfy.h>

#define REVOKED_AT (PKI_NOW - 3 * (int64_t)PKI_DAY)

static struct pki pki;
static struct person_key responder;

static int start(void **state)
{
	struct cert_request req = {.common_name = "OCSP UJI",
		.not_before_at = PKI_NOW - 100 * (int64_t)PKI_DAY,
		.not_after_at = PKI_NOW + 900 * (int64_t)PKI_DAY,
		.use = CERT_ANSWERS};
	struct err e = ERR_INIT;

	(void)state;
	pki_new(&pki, NULL);
	if (key_generate(KEY_EC_P256, &responder.key, &e) != 0 ||
		cert_issue(&req, responder.key, pki.root, pki.root_key, &responder.cert, &e) != 0)
		fail_msg("%s", e.msg);
	responder.signer = (struct cms_signer){.key = responder.key, .cert = responder.cert};
	return 0;
}

static int end(void **state)
{
	(void)state;
	person_release(&responder);
	pki_release(&pki);
	return 0;
}

/* Sari's is on hold, the other's is good, the expired one's is not known. */
static struct issued_status lookup(void *user, const char *serial)
{
	struct cert_info sari, other;
	struct err e = ERR_INIT;

	(void)user;
	assert_int_equal(cert_info(pki.sari.cert, &sari, &e), 0);
	assert_int_equal(cert_info(pki.other.cert, &other, &e), 0);
	if (strcmp(serial, sari.serial) == 0)
		return (struct issued_status){ISSUED_REVOKED, REVOKED_AT, 6};
	return (struct issued_status){.is = strcmp(serial, other.serial) == 0 ? ISSUED_GOOD : ISSUED_UNKNOWN};
}

static struct ocsp_answer sound(void)
{
	return (struct ocsp_answer){.responder = &responder.signer,
		.issuer = pki.root,
		.now_at = PKI_NOW,
		.this_update_at = PKI_NOW - 60,
		.next_update_at = PKI_NOW + PKI_DAY,
		.lookup = lookup};
}

static void ask(const struct cert *cert, const struct cert *issuer, const EVP_MD *md, bool nonce,
	const struct ocsp_answer *how, OCSP_CERTID **id, OCSP_REQUEST **req, OCSP_RESPONSE **out)
{
	AUTO(buf_release) struct buf answer = BUF_INIT(LIMIT_CMS_BYTES);
	unsigned char *der = NULL;
	struct err e = ERR_INIT;

	*id = OCSP_cert_to_id(md, cert->x509, issuer->x509);
	*req = OCSP_REQUEST_new();
	assert_non_null(OCSP_request_add0_id(*req, OCSP_CERTID_dup(*id)));
	if (nonce)
		assert_int_equal(OCSP_request_add1_nonce(*req, NULL, -1), 1);
	int len = i2d_OCSP_REQUEST(*req, &der);
	if (ocsp_answer(how, der, (size_t)len, &answer, &e) != 0)
		fail_msg("%s", e.msg);
	const unsigned char *p = answer.data;
	*out = d2i_OCSP_RESPONSE(NULL, &p, (long)answer.len);
	assert_non_null(*out);
	assert_ptr_equal(p, answer.data + answer.len);
	OPENSSL_free(der);
}

static int status_of(const struct cert *cert, const struct cert *issuer, const EVP_MD *md, bool nonce)
{
	const struct ocsp_answer how = sound();
	OCSP_CERTID *id;
	OCSP_REQUEST *req;
	OCSP_RESPONSE *resp;
	ASN1_GENERALIZEDTIME *at = NULL, *from, *to;
	int status = -1, reason = -1;

	ask(cert, issuer, md, nonce, &how, &id, &req, &resp);
	assert_int_equal(OCSP_response_status(resp), OCSP_RESPONSE_STATUS_SUCCESSFUL);
	OCSP_BASICRESP *basic = OCSP_response_get1_basic(resp);
	assert_non_null(basic);
	X509_STORE *store = X509_STORE_new();
	X509_STORE_add_cert(store, pki.root->x509);
	X509_VERIFY_PARAM_set_time(X509_STORE_get0_param(store), (time_t)PKI_NOW);
	/* The responder is one that the issuer named: OpenSSL looks at key usage and path. */
	assert_int_equal(OCSP_basic_verify(basic, NULL, store, 0), issuer == pki.root);
	if (nonce)
		assert_int_equal(OCSP_check_nonce(req, basic), 1);
	assert_int_equal(OCSP_resp_find_status(basic, id, &status, &reason, &at, &from, &to), 1);
	assert_int_equal(asn1_time_at(from), PKI_NOW - 60);
	assert_int_equal(asn1_time_at(to), PKI_NOW + PKI_DAY);
	assert_int_equal(asn1_time_at(OCSP_resp_get0_produced_at(basic)), PKI_NOW);
	if (status == V_OCSP_CERTSTATUS_REVOKED) {
		assert_int_equal(asn1_time_at(at), REVOKED_AT);
		assert_int_equal(reason, OCSP_REVOKED_STATUS_CERTIFICATEHOLD);
	}
	X509_STORE_free(store);
	OCSP_BASICRESP_free(basic);
	OCSP_RESPONSE_free(resp);
	OCSP_REQUEST_free(req);
	OCSP_CERTID_free(id);
	return status;
}

static void answers(void **state)
{
	(void)state;
	assert_int_equal(status_of(pki.sari.cert, pki.root, EVP_sha1(), true), V_OCSP_CERTSTATUS_REVOKED);
	assert_int_equal(status_of(pki.sari.cert, pki.root, EVP_sha256(), false), V_OCSP_CERTSTATUS_REVOKED);
	assert_int_equal(status_of(pki.other.cert, pki.root, EVP_sha1(), false), V_OCSP_CERTSTATUS_GOOD);
	assert_int_equal(status_of(pki.expired.cert, pki.root, EVP_sha1(), false), V_OCSP_CERTSTATUS_UNKNOWN);
	/* The same serial number by another issuer. */
	assert_int_equal(
		status_of(pki.other.cert, pki.other.cert, EVP_sha1(), false), V_OCSP_CERTSTATUS_UNKNOWN);
}

static void answers_that_say_nothing(void **state)
{
	struct ocsp_answer how = sound();
	OCSP_CERTID *id;
	OCSP_REQUEST *req;
	OCSP_RESPONSE *resp;
	AUTO(buf_release) struct buf answer = BUF_INIT(LIMIT_CMS_BYTES);
	struct err e = ERR_INIT;

	(void)state;
	how.try_later = true;
	ask(pki.sari.cert, pki.root, EVP_sha1(), false, &how, &id, &req, &resp);
	assert_int_equal(OCSP_response_status(resp), OCSP_RESPONSE_STATUS_TRYLATER);
	how.try_later = false;
	unsigned char *der = NULL;
	int len = i2d_OCSP_REQUEST(req, &der);
	for (int cut = 0; cut < len; cut++) {
		buf_reset(&answer);
		assert_int_equal(ocsp_answer(&how, der, (size_t)cut, &answer, &e), 0);
		assert_int_equal(answer.len, 5);
		assert_memory_equal(answer.data, "\x30\x03\x0a\x01\x01", 5); /* malformedRequest */
	}
	OPENSSL_free(der);
	OCSP_RESPONSE_free(resp);
	OCSP_REQUEST_free(req);
	OCSP_CERTID_free(id);
}

static void lists(void **state)
{
	struct cert_info sari, other;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(cert_info(pki.sari.cert, &sari, &e), 0);
	assert_int_equal(cert_info(pki.other.cert, &other, &e), 0);
	const char *const serials[] = {sari.serial, other.serial};
	const struct issued_status statuses[] = {{ISSUED_REVOKED, REVOKED_AT, 6}, {.is = ISSUED_GOOD}};
	const struct crl_request req = {.key = pki.root_key,
		.issuer = pki.root,
		.this_update_at = PKI_NOW - 60,
		.next_update_at = PKI_NOW + PKI_DAY,
		.number = 7,
		.serials = serials,
		.statuses = statuses,
		.count = 2};
	AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
	if (crl_issue(&req, &der, &e) != 0)
		fail_msg("%s", e.msg);
	const unsigned char *p = der.data;
	X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)der.len);
	assert_non_null(crl);
	assert_int_equal(X509_CRL_verify(crl, X509_get0_pubkey(pki.root->x509)), 1);
	X509_REVOKED *r = NULL;
	assert_int_equal(X509_CRL_get0_by_cert(crl, &r, pki.sari.cert->x509), 1);
	assert_int_equal(asn1_time_at(X509_REVOKED_get0_revocationDate(r)), REVOKED_AT);
	assert_int_equal(X509_CRL_get0_by_cert(crl, &r, pki.other.cert->x509), 0);
	assert_int_equal(asn1_time_at(X509_CRL_get0_nextUpdate(crl)), PKI_NOW + PKI_DAY);
	X509_CRL_free(crl);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers),
		cmocka_unit_test(answers_that_say_nothing),
		cmocka_unit_test(lists),
	};

	return cmocka_run_group_tests(tests, start, end);
}
