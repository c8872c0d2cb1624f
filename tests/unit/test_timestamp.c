/* A signature with an RFC 3161 time-stamp, as BSrE's carry one. The authority is made here, with OpenSSL's own parts. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/limits.h"
#include "crypto/cms.h"
#include "crypto/der.h"
#include "crypto/handles.h"
#include "crypto/hash.h"

#include <openssl/cms.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

#include <stdio.h>
#include <unistd.h>

#define DAY     ((int64_t)86400)
#define NOW     ((int64_t)1774924800)
#define STAMPED (NOW - 5 * DAY)

static struct key *root_key, *person_key, *tsa_key;
static struct cert *root, *person;
static struct trust *trust;
static char root_file[64];

static struct cert *issue(const char *name, const struct key *key, bool is_ca, int days)
{
	const struct cert_request req = {
		.common_name = name,
		.not_before_at = NOW - 100 * DAY,
		.not_after_at = NOW + days * DAY,
		.is_ca = is_ca,
		.path_len = -1,
	};
	struct cert *c = NULL;
	struct err e = ERR_INIT;

	if (cert_issue(&req, key, is_ca ? NULL : root, root_key, &c, &e) != 0)
		fail_msg("%s", e.msg);
	return c;
}

static int start(void **state)
{
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(key_generate(KEY_EC_P256, &root_key, &e), 0);
	assert_int_equal(key_generate(KEY_RSA_2048, &person_key, &e), 0);
	assert_int_equal(key_generate(KEY_RSA_2048, &tsa_key, &e), 0);
	root = issue("ROOT CA UJI", root_key, true, 1000);
	person = issue("Nama UJI", person_key, false, 2);
	snprintf(root_file, sizeof root_file, "/tmp/naskah-tsa-%ld.pem", (long)getpid());
	assert_int_equal(cert_save(root, root_file, &e), 0);
	assert_int_equal(trust_load(root_file, &trust, &e), 0);
	return 0;
}

static int end(void **state)
{
	(void)state;
	unlink(root_file);
	key_release(&root_key);
	key_release(&person_key);
	key_release(&tsa_key);
	cert_release(&root);
	cert_release(&person);
	trust_release(&trust);
	return 0;
}

/* cert_issue() makes no authorities for time; `purpose` is the extendedKeyUsage. */
static X509 *tsa_certificate(const char *purpose)
{
	AUTO(cert_release) struct cert *plain = issue("TSA UJI", tsa_key, false, 500);
	X509 *x = X509_dup(plain->x509);
	X509V3_CTX ctx;

	assert_non_null(x);
	X509V3_set_ctx(&ctx, root->x509, x, NULL, NULL, 0);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, NID_ext_key_usage, purpose);
	assert_non_null(ext);
	assert_true(X509_add_ext(x, ext, -1));
	X509_EXTENSION_free(ext);
	assert_true(X509_sign(x, root_key->pkey, EVP_sha256()) > 0);
	return x;
}

static int fixed_time(struct TS_resp_ctx *ctx, void *user, long *sec, long *usec)
{
	(void)ctx;
	(void)user;
	*sec = (long)STAMPED;
	*usec = 0;
	return 1;
}

static ASN1_INTEGER *fixed_serial(struct TS_resp_ctx *ctx, void *user)
{
	ASN1_INTEGER *serial = ASN1_INTEGER_new();

	(void)ctx;
	(void)user;
	ASN1_INTEGER_set(serial, 7);
	return serial;
}

/* The token's DER over a hash. */
static unsigned char *make_token(X509 *tsa, const struct sha256 *hash, int *len)
{
	TS_RESP_CTX *ctx = TS_RESP_CTX_new();
	TS_REQ *req = TS_REQ_new();
	TS_MSG_IMPRINT *imprint = TS_MSG_IMPRINT_new();
	X509_ALGOR *algorithm = X509_ALGOR_new();
	ASN1_OBJECT *policy = OBJ_txt2obj("1.2.3.4", 1);
	BIO *bio = BIO_new(BIO_s_mem());
	unsigned char *der = NULL;

	X509_ALGOR_set0(algorithm, OBJ_nid2obj(NID_sha256), V_ASN1_NULL, NULL);
	assert_true(TS_MSG_IMPRINT_set_algo(imprint, algorithm));
	assert_true(TS_MSG_IMPRINT_set_msg(imprint, (unsigned char *)(uintptr_t)hash->bytes, 32));
	assert_true(TS_REQ_set_version(req, 1) && TS_REQ_set_msg_imprint(req, imprint) &&
		    TS_REQ_set_cert_req(req, 1));
	assert_true(i2d_TS_REQ_bio(bio, req));
	assert_true(TS_RESP_CTX_set_signer_cert(ctx, tsa) && TS_RESP_CTX_set_signer_key(ctx, tsa_key->pkey) &&
		    TS_RESP_CTX_set_signer_digest(ctx, EVP_sha256()) &&
		    TS_RESP_CTX_set_def_policy(ctx, policy) && TS_RESP_CTX_add_md(ctx, EVP_sha256()) &&
		    TS_RESP_CTX_set_ess_cert_id_digest(ctx, EVP_sha256()));
	TS_RESP_CTX_set_time_cb(ctx, fixed_time, NULL);
	TS_RESP_CTX_set_serial_cb(ctx, fixed_serial, NULL);
	TS_RESP *resp = TS_RESP_create_response(ctx, bio);
	assert_non_null(resp);
	assert_non_null(TS_RESP_get_token(resp));
	*len = i2d_PKCS7(TS_RESP_get_token(resp), &der);
	assert_true(*len > 0);
	TS_RESP_free(resp);
	TS_RESP_CTX_free(ctx);
	TS_REQ_free(req);
	TS_MSG_IMPRINT_free(imprint);
	X509_ALGOR_free(algorithm);
	ASN1_OBJECT_free(policy);
	BIO_free(bio);
	return der;
}

/* Puts a token over the signature value (or over other bytes) into a signature. */
static void stamp(struct buf *cms, X509 *tsa, const char *over, bool damage)
{
	const unsigned char *p = cms->data;
	CMS_ContentInfo *parsed = d2i_CMS_ContentInfo(NULL, &p, (long)cms->len);
	assert_non_null(parsed);
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(parsed), 0);
	const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(si);
	struct sha256 hash =
		over ? sha256_of(over, strlen(over))
		     : sha256_of(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
	unsigned char *out = NULL;
	int len = 0;
	unsigned char *token = make_token(tsa, &hash, &len);

	if (damage)
		token[len - 3] ^= 1;
	assert_true(CMS_unsigned_add1_attr_by_NID(
		si, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, token, len));
	int out_len = i2d_CMS_ContentInfo(parsed, &out);
	assert_true(out_len > 0);
	buf_reset(cms);
	buf_add(cms, out, (size_t)out_len);
	OPENSSL_free(out);
	OPENSSL_free(token);
	CMS_ContentInfo_free(parsed);
}

static void stamps(void **state)
{
	static const struct {
		const char *purpose, *over;
		bool damage;
		int64_t stamped_at;
	} rows[] = {
		{"critical,timeStamping", NULL, false, STAMPED},
		{"critical,timeStamping", "another signature", false, 0},
		{"critical,timeStamping", NULL, true, 0},
	};
	const struct cms_signer signer = {person_key, person, NULL, 0};
	const struct sha256 digest = sha256_of("isi surat", 9);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
		AUTO(release_x509) X509 *tsa = tsa_certificate(rows[i].purpose);
		struct signature_verdict v = {0};
		struct err e = ERR_INIT;
		assert_int_equal(cms_sign(&signer, &digest, &cms, &e), 0);
		stamp(&cms, tsa, rows[i].over, rows[i].damage);
		/* Long after the certificate's end: only a time-stamp can save it when there is no claimed time. */
		assert_int_equal(cms_verify(cms.data, cms.len, &digest, trust, 0, NOW + 50 * DAY, &v, &e), 0);
		assert_int_equal(v.intact, FINDING_YES);
		assert_int_equal(v.cades, FINDING_YES);
		assert_int_equal(v.stamped_at, rows[i].stamped_at);
		assert_int_equal(v.in_time, rows[i].stamped_at ? FINDING_YES : FINDING_UNKNOWN);
		assert_true(rows[i].stamped_at ? !v.why[0] : strstr(v.why, "time-stamp") != NULL);

		/* Nor one that has ended since. */
		struct signature_verdict late = {0};
		assert_int_equal(
			cms_verify(cms.data, cms.len, &digest, trust, 0, NOW + 501 * DAY, &late, &e), 0);
		assert_int_equal(late.stamped_at, 0);
		assert_int_equal(late.in_time, rows[i].stamped_at ? FINDING_NO : FINDING_UNKNOWN);

		/* An authority that leads to no root proves no time. */
		struct signature_verdict stranger = {0};
		assert_int_equal(cms_verify(cms.data, cms.len, &digest, NULL, NOW, NOW, &stranger, &e), 0);
		assert_int_equal(stranger.stamped_at, 0);
	}
}

/* The person who signs must not be able to stamp too. */
static void stamper_without_the_purpose(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(release_x509) X509 *tsa = tsa_certificate("critical,timeStamping");
	const struct cms_signer signer = {person_key, person, NULL, 0};
	const struct sha256 digest = sha256_of("isi surat", 9);
	struct signature_verdict v = {0};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(cms_sign(&signer, &digest, &cms, &e), 0);
	stamp(&cms, tsa, NULL, false);
	/* timeStamping (1.3.6.1.5.5.7.3.8) becomes emailProtection (...3.4) in the authority's certificate. */
	unsigned char *purpose = memmem(cms.data, cms.len, "\x2b\x06\x01\x05\x05\x07\x03\x08", 8);
	assert_non_null(purpose);
	purpose[7] = 4;
	assert_int_equal(cms_verify(cms.data, cms.len, &digest, trust, NOW, NOW, &v, &e), 0);
	assert_int_equal(v.stamped_at, 0);
	assert_int_equal(v.intact, FINDING_YES);
	assert_int_equal(v.in_time, FINDING_UNKNOWN);
	assert_non_null(strstr(v.why, "damaged"));
}

static bool is_good(const struct buf *cms)
{
	const struct sha256 digest = sha256_of("isi surat", 9);
	struct signature_verdict v = {0};
	struct err e = ERR_INIT;

	assert_int_equal(cms_verify(cms->data, cms->len, &digest, trust, NOW, NOW, &v, &e), 0);
	bool good = v.intact == FINDING_YES && v.cades == FINDING_YES && v.trusted == FINDING_YES &&
		    v.in_time == FINDING_YES;
	assert_int_equal(good, v.why[0] == '\0');
	return good;
}

/* A stamped signature is as closed as one without a stamp: no byte of the token can be changed without notice. */
static void every_byte_counts(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(release_x509) X509 *tsa = tsa_certificate("critical,timeStamping");
	const struct cms_signer signer = {person_key, person, NULL, 0};
	const struct sha256 digest = sha256_of("isi surat", 9);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(cms_sign(&signer, &digest, &cms, &e), 0);
	size_t plain = cms.len;
	stamp(&cms, tsa, NULL, false);
	assert_true(is_good(&cms));
	for (size_t i = plain; i < cms.len; i++)
		for (unsigned bit = 0; bit < 8; bit++) {
			cms.data[i] ^= (unsigned char)(1U << bit);
			/*
			 * rsaEncryption for sha256WithRSAEncryption is more than one bit. OpenSSL's token has no
			 * CMSAlgorithmProtection.
			 */
			if (is_good(&cms))
				fail_msg("bit %u of byte %zu (%02x) of %zu", bit, i, cms.data[i], cms.len);
			cms.data[i] ^= (unsigned char)(1U << bit);
		}
	assert_true(is_good(&cms));
}

/* The first element in `der` with its length left open, as some authorities write it. */
static void add_indefinite(struct buf *out, const unsigned char *der, size_t body)
{
	size_t head = der[1] < 0x80 ? 2 : 2U + (der[1] & 0x7f);

	buf_addc(out, (char)der[0]);
	buf_addc(out, '\x80');
	buf_add(out, der + head, body - head);
	buf_addc(out, 0);
	buf_addc(out, 0);
}

static void ber(void **state)
{
	static const struct {
		const char *in, *out;
		size_t in_len, out_len; /* out_len 0: refused */
	} rows[] = {
		{"\x30\x80\x02\x01\x01\x00\x00", "\x30\x03\x02\x01\x01", 7, 5},
		{"\x24\x80\x04\x01\x61\x04\x01\x62\x00\x00", "\x04\x02\x61\x62", 10, 4},
		{"\x24\x06\x04\x01\x61\x04\x01\x62", "\x04\x02\x61\x62", 8, 4},
		{"\xa0\x80\x30\x80\x00\x00\x00\x00", "\xa0\x02\x30\x00", 8, 4},
		{"\x30\x80\x02\x01\x01\x00\x00\x00", NULL, 8, 0}, /* something behind */
		{"\x30\x80\x02\x01\x01\x00", NULL, 6, 0},         /* no end */
		{"\x04\x80\x61\x00\x00", NULL, 5, 0},             /* primitive and open */
		{"\x24\x80\x02\x01\x61\x00\x00", NULL, 7, 0},     /* a string of an INTEGER */
		{"\x30\x81\x03\x02\x01\x01", NULL, 6, 0},         /* longer than need be */
		{"\x30\x04\x02\x01\x01\x00", NULL, 6, 0},         /* does not fill */
		{"\x30\x80\x30\x80\x00\x00", NULL, 6, 0},
		{"\x1f\x81\x01\x00", NULL, 4, 0},
		{"", NULL, 0, 0},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(buf_release) struct buf out = BUF_INIT(100);
		bool good = der_from_ber((const unsigned char *)rows[i].in, rows[i].in_len, &out);
		if (good != (rows[i].out_len > 0) ||
			(good && (out.len != rows[i].out_len || memcmp(out.data, rows[i].out, out.len) != 0)))
			fail_msg("row %zu", i);
	}
	AUTO(buf_release) struct buf deep = BUF_INIT(MIB);
	AUTO(buf_release) struct buf out = BUF_INIT(MIB);
	for (int i = 0; i < 100000; i++)
		buf_adds(&deep, "\x30\x80");
	assert_false(der_from_ber(deep.data, deep.len, &out));
}

static void token_in_ber(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf open = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(release_x509) X509 *tsa = tsa_certificate("critical,timeStamping");
	const struct cms_signer signer = {person_key, person, NULL, 0};
	const struct sha256 digest = sha256_of("isi surat", 9);
	const unsigned char *p;
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(cms_sign(&signer, &digest, &cms, &e), 0);
	p = cms.data;
	CMS_ContentInfo *parsed = d2i_CMS_ContentInfo(NULL, &p, (long)cms.len);
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(CMS_get0_SignerInfos(parsed), 0);
	const ASN1_OCTET_STRING *value = CMS_SignerInfo_get0_signature(si);
	struct sha256 hash = sha256_of(ASN1_STRING_get0_data(value), (size_t)ASN1_STRING_length(value));
	int len = 0;
	unsigned char *token = make_token(tsa, &hash, &len);
	add_indefinite(&open, token, (size_t)len);
	assert_true(CMS_unsigned_add1_attr_by_NID(
		si, NID_id_smime_aa_timeStampToken, V_ASN1_SEQUENCE, open.data, (int)open.len));
	unsigned char *der = NULL;
	int der_len = i2d_CMS_ContentInfo(parsed, &der);
	buf_reset(&cms);
	buf_add(&cms, der, (size_t)der_len);
	assert_non_null(memmem(cms.data, cms.len, open.data, open.len));
	assert_true(is_good(&cms));
	OPENSSL_free(der);
	OPENSSL_free(token);
	CMS_ContentInfo_free(parsed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stamps),
		cmocka_unit_test(stamper_without_the_purpose),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(ber),
		cmocka_unit_test(token_in_ber),
	};

	return cmocka_run_group_tests(tests, start, end);
}
