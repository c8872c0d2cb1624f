#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/text.h"
#include "crypto/cms.h"
#include "crypto/hash.h"

#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define DAY ((int64_t)86400)
#define NOW ((int64_t)1774924800) /* 2026-03-31 */
#define NIK "3300000000000001"    /* made up */

/* A small hierarchy, made once: key generation is the slow part. */
static struct {
	char folder[64];
	struct key *root_key, *ca_key, *rsa, *ec;
	struct cert *root, *ca, *person_rsa, *person_ec;
	struct trust *trust;
	struct sha256 digest;
} pki;

static void path_in(char out[128], const char *name)
{
	snprintf(out, 128, "%s/%s", pki.folder, name);
}

static struct cert *issue(const char *cn, const char *id, const struct key *key, int64_t from, int64_t to,
	bool is_ca, const struct cert *by, const struct key *by_key)
{
	const struct cert_request req = {
		.common_name = cn,
		.organization = "UJI",
		.subject_id = id,
		.not_before_at = from,
		.not_after_at = to,
		.is_ca = is_ca,
		.path_len = is_ca && by ? 0 : -1,
	};
	struct cert *c = NULL;
	struct err e = ERR_INIT;

	if (cert_issue(&req, key, by, by_key, &c, &e) != 0)
		fail_msg("%s", e.msg);
	return c;
}

static int make_pki(void **state)
{
	struct err e = ERR_INIT;
	char path[128];

	(void)state;
	snprintf(pki.folder, sizeof pki.folder, "/tmp/naskah-cms-XXXXXX");
	assert_non_null(mkdtemp(pki.folder));
	assert_int_equal(key_generate(KEY_EC_P256, &pki.root_key, &e), 0);
	assert_int_equal(key_generate(KEY_EC_P256, &pki.ca_key, &e), 0);
	assert_int_equal(key_generate(KEY_RSA_2048, &pki.rsa, &e), 0);
	assert_int_equal(key_generate(KEY_EC_P256, &pki.ec, &e), 0);
	pki.root = issue("ROOT CA UJI NASKAH", NULL, pki.root_key, NOW - 1000 * DAY, NOW + 3000 * DAY, true,
		NULL, NULL);
	pki.ca = issue("CA UJI TTE", NULL, pki.ca_key, NOW - 900 * DAY, NOW + 2000 * DAY, true, pki.root,
		pki.root_key);
	pki.person_rsa = issue(
		"Nama Contoh", NIK, pki.rsa, NOW - 100 * DAY, NOW + 600 * DAY, false, pki.ca, pki.ca_key);
	pki.person_ec = issue(
		"Nama Contoh", NIK, pki.ec, NOW - 100 * DAY, NOW + 600 * DAY, false, pki.ca, pki.ca_key);
	path_in(path, "root.pem");
	assert_int_equal(cert_save(pki.root, path, &e), 0);
	assert_int_equal(trust_load(path, &pki.trust, &e), 0);
	pki.digest = sha256_of("isi surat", 9);
	return 0;
}

static int drop_pki(void **state)
{
	char path[128];

	(void)state;
	path_in(path, "root.pem");
	unlink(path);
	rmdir(pki.folder);
	key_release(&pki.root_key);
	key_release(&pki.ca_key);
	key_release(&pki.rsa);
	key_release(&pki.ec);
	cert_release(&pki.root);
	cert_release(&pki.ca);
	cert_release(&pki.person_rsa);
	cert_release(&pki.person_ec);
	trust_release(&pki.trust);
	return 0;
}

static void sign_with(const struct key *key, const struct cert *cert, struct buf *out)
{
	const struct cert *chain[] = {pki.ca};
	const struct cms_signer signer = {key, cert, chain, 1};
	struct err e = ERR_INIT;

	if (cms_sign(&signer, &pki.digest, out, &e) != 0)
		fail_msg("%s", e.msg);
	assert_true(out->len <= cms_size_max(&signer));
}

static struct signature_verdict verify_at(const struct buf *cms, const struct sha256 *digest,
	const struct trust *trust, int64_t claimed_at, int64_t now_at)
{
	struct signature_verdict v = {0};
	struct err e = ERR_INIT;

	if (cms_verify(cms->data, cms->len, digest, trust, claimed_at, now_at, &v, &e) != 0)
		fail_msg("%s", e.msg);
	return v;
}

static void assert_good(const struct signature_verdict *v)
{
	assert_string_equal(v->why, "");
	assert_int_equal(v->intact, FINDING_YES);
	assert_int_equal(v->cades, FINDING_YES);
	assert_int_equal(v->trusted, FINDING_YES);
	assert_int_equal(v->in_time, FINDING_YES);
}

static void both_algorithms(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
		sign_with(i ? pki.ec : pki.rsa, i ? pki.person_ec : pki.person_rsa, &cms);
		struct signature_verdict v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW);
		assert_good(&v);
		assert_string_equal(v.signer, "Nama Contoh");
		assert_string_equal(v.signer_id, NIK);
		assert_null(strstr(v.signer_dn, NIK));
		assert_non_null(strstr(v.signer_dn, "****************"));
		assert_string_equal(v.issuer, "CA UJI TTE");
		assert_int_equal(v.not_after_at, NOW + 600 * DAY);
		assert_int_equal(v.stamped_at, 0);
		assert_int_equal(strlen(v.serial), 32);

		/* zeros behind it are padding */
		for (int n = 0; n < 100; n++)
			buf_addc(&cms, 0);
		v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW);
		assert_good(&v);
		buf_addc(&cms, 1);
		v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW);
		assert_int_equal(v.intact, FINDING_NO);
	}
}

static void same_bytes_for_rsa(void **state)
{
	AUTO(buf_release) struct buf a = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CMS_BYTES);

	(void)state;
	sign_with(pki.rsa, pki.person_rsa, &a);
	sign_with(pki.rsa, pki.person_rsa, &b);
	assert_int_equal(a.len, b.len);
	assert_memory_equal(a.data, b.data, a.len);
}

static void changed_document(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	struct sha256 other = sha256_of("isi lain", 8);

	(void)state;
	sign_with(pki.rsa, pki.person_rsa, &cms);
	struct signature_verdict v = verify_at(&cms, &other, pki.trust, NOW, NOW);
	assert_int_equal(v.intact, FINDING_NO);
	assert_int_not_equal(v.trusted, FINDING_YES);
	assert_non_null(strstr(v.why, "changed"));
}

/*
 * No flipped bit may leave a signature that reads as good, but for what no signature covers and nobody acts on
 * (RFC 5652): the list of digest algorithms, version numbers, and the case of letters in the signer's issuer name.
 */
static void every_byte_counts(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);

	(void)state;
	sign_with(pki.ec, pki.person_ec, &cms);
	const unsigned char *attributes =
		memmem(cms.data, cms.len, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03", 9);
	assert_non_null(attributes);
	size_t signed_from = (size_t)(attributes - cms.data);
	for (size_t i = 0; i < cms.len; i++) {
		bool uncovered = i < 41 || (i > signed_from - 100 && i < signed_from - 20);
		cms.data[i] ^= (unsigned char)(1u << (i % 8));
		struct signature_verdict v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW);
		bool good = v.intact == FINDING_YES && v.cades == FINDING_YES && v.trusted == FINDING_YES &&
			    v.in_time == FINDING_YES;
		if (good && !uncovered)
			fail_msg("byte %zu of %zu can be changed", i, cms.len);
		assert_int_equal(good, v.why[0] == '\0');
		cms.data[i] ^= (unsigned char)(1u << (i % 8));
	}
}

static void cut_anywhere(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);

	(void)state;
	sign_with(pki.ec, pki.person_ec, &cms);
	for (size_t len = 0; len < cms.len; len += 7) {
		const struct buf part = {cms.data, len, len, len, BUF_FINE};
		struct signature_verdict v = verify_at(&part, &pki.digest, pki.trust, NOW, NOW);
		assert_int_equal(v.intact, FINDING_NO);
	}
}

static void times(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);

	(void)state;
	sign_with(pki.rsa, pki.person_rsa, &cms);
	/* signed while valid, looked at after the end */
	struct signature_verdict v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW + 700 * DAY);
	assert_good(&v);
	/* no claimed time: now counts */
	v = verify_at(&cms, &pki.digest, pki.trust, 0, NOW + 700 * DAY);
	assert_int_equal(v.in_time, FINDING_NO);
	assert_int_equal(v.trusted, FINDING_YES);
	v = verify_at(&cms, &pki.digest, pki.trust, NOW - 200 * DAY, NOW);
	assert_int_equal(v.in_time, FINDING_NO);
	/* the authority had ended too */
	v = verify_at(&cms, &pki.digest, pki.trust, NOW + 2500 * DAY, NOW);
	assert_int_equal(v.trusted, FINDING_NO);
	assert_int_equal(v.in_time, FINDING_NO);
}

static void trust_needed(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(cert_release)
	struct cert *other = issue(
		"ROOT CA UJI NASKAH", NULL, pki.ec, NOW - 1000 * DAY, NOW + 3000 * DAY, true, NULL, NULL);
	AUTO(trust_release) struct trust *stranger = NULL;
	struct err e = ERR_INIT;
	char path[128];

	(void)state;
	sign_with(pki.rsa, pki.person_rsa, &cms);
	struct signature_verdict v = verify_at(&cms, &pki.digest, NULL, NOW, NOW);
	assert_int_equal(v.intact, FINDING_YES);
	assert_int_equal(v.trusted, FINDING_NO);
	/* a root of the same name with another key */
	path_in(path, "other.pem");
	assert_int_equal(cert_save(other, path, &e), 0);
	assert_int_equal(trust_load(path, &stranger, &e), 0);
	unlink(path);
	v = verify_at(&cms, &pki.digest, stranger, NOW, NOW);
	assert_int_equal(v.intact, FINDING_YES);
	assert_int_equal(v.trusted, FINDING_NO);
}

/* A person's certificate must not act as an authority; a self-made one leads nowhere. */
static void no_authority(void **state)
{
	AUTO(cert_release)
	struct cert *under_person =
		issue("Orang Lain", NULL, pki.ec, NOW - DAY, NOW + DAY, false, pki.person_rsa, pki.rsa);
	AUTO(cert_release)
	struct cert *alone = issue("Nama Contoh", NIK, pki.ec, NOW - DAY, NOW + DAY, false, NULL, NULL);
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	const struct cert *chain[] = {pki.person_rsa, pki.ca};
	const struct cms_signer signer = {pki.ec, under_person, chain, 2};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(cms_sign(&signer, &pki.digest, &cms, &e), 0);
	struct signature_verdict v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW);
	assert_int_equal(v.intact, FINDING_YES);
	assert_int_equal(v.trusted, FINDING_NO);
	buf_reset(&cms);
	sign_with(pki.ec, alone, &cms);
	v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW);
	assert_int_equal(v.trusted, FINDING_NO);
	/* an authority's certificate isn't for documents */
	buf_reset(&cms);
	sign_with(pki.ca_key, pki.ca, &cms);
	v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW);
	assert_int_equal(v.trusted, FINDING_NO);
}

/* Another certificate of the same person and key is not the one that signed (RFC 5035: substitution). */
static void substituted_certificate(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf twin_der = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf own_der = BUF_INIT(LIMIT_CMS_BYTES);
	struct err e = ERR_INIT;

	(void)state;
	sign_with(pki.rsa, pki.person_rsa, &cms);
	/* Same issuer, serial and key, other bytes in its signature: found by issuerAndSerial, refused by ESS. */
	assert_int_equal(cert_der(pki.person_rsa, &own_der, &e), 0);
	unsigned char *at = memmem(cms.data, cms.len, own_der.data, own_der.len);
	assert_non_null(at);
	at[own_der.len - 1] ^= 1;
	struct signature_verdict v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW);
	assert_int_equal(v.intact, FINDING_YES);
	assert_int_equal(v.cades, FINDING_NO);
	assert_int_equal(v.trusted, FINDING_NO);
}

static void wrong_key_refused(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
	const struct cms_signer signer = {pki.ec, pki.person_rsa, NULL, 0};
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(cms_sign(&signer, &pki.digest, &cms, &e), -1);
	assert_int_equal(e.kind, ERR_CRYPTO);
	assert_int_equal(cms.len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(both_algorithms),
		cmocka_unit_test(same_bytes_for_rsa),
		cmocka_unit_test(changed_document),
		cmocka_unit_test(every_byte_counts),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(times),
		cmocka_unit_test(trust_needed),
		cmocka_unit_test(no_authority),
		cmocka_unit_test(substituted_certificate),
		cmocka_unit_test(wrong_key_refused),
	};

	return cmocka_run_group_tests(tests, make_pki, drop_pki);
}
