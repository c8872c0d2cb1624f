#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/auto.h"
#include "base/text.h"
#include "crypto/cms.h"
#include "crypto/handles.h"
#include "crypto/hash.h"

#include <openssl/cms.h>
#include <openssl/rsa.h>

#include <pthread.h>
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

static bool is_good(const struct buf *cms)
{
	struct signature_verdict v = verify_at(cms, &pki.digest, pki.trust, NOW, NOW);
	bool good = v.intact == FINDING_YES && v.cades == FINDING_YES && v.trusted == FINDING_YES &&
		    v.in_time == FINDING_YES;

	assert_int_equal(good, v.why[0] == '\0');
	return good;
}

/*
 * No byte may be changed and leave a signature that reads as good: not those that the signature covers, and not the
 * versions, algorithms and names around them, which it doesn't. There every other value is tried.
 */
static void every_byte_counts(void **state)
{
	AUTO(buf_release) struct buf issuer_der = BUF_INIT(LIMIT_CMS_BYTES);
	struct err e = ERR_INIT;

	(void)state;
	assert_int_equal(cert_der(pki.ca, &issuer_der, &e), 0);
	for (int rsa = 0; rsa < 2; rsa++) {
		AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
		AUTO(buf_release) struct buf own = BUF_INIT(LIMIT_CMS_BYTES);
		sign_with(rsa ? pki.rsa : pki.ec, rsa ? pki.person_rsa : pki.person_ec, &cms);
		assert_int_equal(cert_der(rsa ? pki.person_rsa : pki.person_ec, &own, &e), 0);
		const unsigned char *certificates[2] = {
			memmem(cms.data, cms.len, issuer_der.data, issuer_der.len),
			memmem(cms.data, cms.len, own.data, own.len)};
		const unsigned char *attributes =
			memmem(cms.data, cms.len, "\x2a\x86\x48\x86\xf7\x0d\x01\x09\x03", 9);
		assert_true(certificates[0] && certificates[1] && attributes);
		size_t value = cms.len - (rsa ? 256 : 70);
		for (size_t i = 0; i < cms.len; i++) {
			const unsigned char *at = cms.data + i, was = cms.data[i];
			bool covered = (at >= certificates[0] && at < certificates[0] + issuer_der.len) ||
				       (at >= certificates[1] && at < certificates[1] + own.len) ||
				       (at >= attributes && at < attributes + 150) || i >= value;
			/* A name that is not found costs a path that is not remembered: there, bits are enough. */
			bool name = at < attributes && at + 110 > attributes + 13;
			for (unsigned flip = covered ? 1U << i % 8 : 1; flip < 256;
				flip = covered ? 256
				       : name  ? flip << 1
					       : flip + 1) {
				cms.data[i] = (unsigned char)(was ^ flip);
				if (is_good(&cms))
					fail_msg("byte %zu of %zu: %02x can be %02x", i, cms.len, was,
						was ^ flip);
			}
			cms.data[i] = was;
		}
		assert_true(is_good(&cms));
	}
}

/* What other makers write differently and what is still one signature: put together here from the pieces of ours. */
struct recipe {
	const char *version, *digests, *crls, *info_version, *digest, *algorithm, *unsigned_attributes;
	const struct cert *extra[3];
	bool good;
};

static void wrap(struct buf *b, size_t at, unsigned char tag)
{
	AUTO(buf_release) struct buf body = BUF_INIT(LIMIT_CMS_BYTES);

	buf_add(&body, b->data + at, b->len - at);
	b->len = at;
	const unsigned char head[] = {tag, 0x82, (unsigned char)(body.len >> 8), (unsigned char)body.len};
	const unsigned char small[] = {tag, (unsigned char)body.len},
			    middle[] = {tag, 0x81, (unsigned char)body.len};
	if (body.len < 0x80)
		buf_add(b, small, sizeof small);
	else if (body.len < 0x100)
		buf_add(b, middle, sizeof middle);
	else
		buf_add(b, head, sizeof head);
	buf_add(b, body.data, body.len);
}

/* The bytes of one DER element that begins at `at`. */
static size_t element(const unsigned char *at)
{
	return at[1] < 0x80 ? 2U + at[1] : at[1] == 0x81 ? 3U + at[2] : 4U + ((size_t)at[2] << 8 | at[3]);
}

#define PUT(b, literal) buf_add((b), (literal), sizeof(literal) - 1)
/* Text of DER: its own second byte says how long it is. */
static void put_der(struct buf *b, const char *der)
{
	if (der)
		buf_add(b, der, 2U + (unsigned char)der[1]);
}

static void cook(const struct recipe *r, const struct buf *cms, struct buf *out)
{
	/* SEQUENCE, OID, [0], SEQUENCE, version, digests, data, [0] certificates, SET, SEQUENCE, version, sid */
	const unsigned char *certificates = cms->data + 4 + 11 + 4 + 4 + 3 + 15 + 13;
	const unsigned char *info = certificates + element(certificates) + 4 + 4;
	const unsigned char *sid = info + 3, *digest = sid + element(sid), *attributes = digest + 13;
	const unsigned char *algorithm = attributes + element(attributes);
	const unsigned char *value = algorithm + element(algorithm);
	struct err e = ERR_INIT;

	assert_int_equal(certificates[0], 0xa0);
	assert_int_equal(attributes[0], 0xa0);
	PUT(out, "\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02");
	size_t data = out->len;
	put_der(out, r->version);
	put_der(out, r->digests);
	PUT(out, "\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x01");
	size_t at = out->len;
	buf_add(out, certificates + 4, element(certificates) - 4);
	for (size_t i = 0; i < 3 && r->extra[i]; i++)
		assert_int_equal(cert_der(r->extra[i], out, &e), 0);
	wrap(out, at, 0xa0);
	put_der(out, r->crls);
	at = out->len;
	put_der(out, r->info_version);
	buf_add(out, sid, element(sid));
	put_der(out, r->digest);
	buf_add(out, attributes, element(attributes));
	if (r->algorithm)
		put_der(out, r->algorithm);
	else
		buf_add(out, algorithm, element(algorithm));
	buf_add(out, value, element(value));
	put_der(out, r->unsigned_attributes);
	wrap(out, at, 0x30);
	wrap(out, at, 0x31);
	wrap(out, data, 0x30);
	wrap(out, data, 0xa0);
	wrap(out, 0, 0x30);
	assert_false(out->failed);
}

static void one_spelling(void **state)
{
#define SHA    "\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define ALG    "\x30\x0b" SHA
#define NULLED "\x30\x0d" SHA "\x05\x00"
	AUTO(cert_release)
	struct cert *other_root =
		issue("ROOT LAIN UJI", NULL, pki.ec, NOW - DAY, NOW + DAY, true, NULL, NULL);
	AUTO(cert_release)
	struct cert *stranger =
		issue("Orang Asing UJI", NULL, pki.ec, NOW, NOW + DAY, false, other_root, pki.ec);
	const struct recipe recipes[] = {
		{"\x02\x01\x01", "\x31\x0d" ALG, NULL, "\x02\x01\x01", ALG, NULL, NULL, {NULL}, true},
		/* NULL or nothing, as makers like it, also mixed */
		{"\x02\x01\x01", "\x31\x0f" NULLED, NULL, "\x02\x01\x01", NULLED, NULL, NULL, {NULL}, true},
		{"\x02\x01\x01", "\x31\x0f" NULLED, NULL, "\x02\x01\x01", ALG, NULL, NULL, {NULL}, true},
		/* the root too, the issuer twice: all vouched for */
		{"\x02\x01\x01", "\x31\x0d" ALG, NULL, "\x02\x01\x01", ALG, NULL, NULL,
			{pki.root, pki.ca, other_root}, true},
		{"\x02\x01\x01", "\x31\x0d" ALG, NULL, "\x02\x01\x01", ALG, NULL, NULL, {stranger}, false},
		{"\x02\x01\x03", "\x31\x0d" ALG, NULL, "\x02\x01\x01", ALG, NULL, NULL, {NULL}, false},
		{"\x02\x02\x00\x01", "\x31\x0d" ALG, NULL, "\x02\x01\x01", ALG, NULL, NULL, {NULL}, false},
		{"\x02\x01\x01", "\x31\x00", NULL, "\x02\x01\x01", ALG, NULL, NULL, {NULL}, false},
		{"\x02\x01\x01", "\x31\x1a" ALG ALG, NULL, "\x02\x01\x01", ALG, NULL, NULL, {NULL}, false},
		{"\x02\x01\x01", "\x31\x0f\x30\x0d" SHA "\x04\x00", NULL, "\x02\x01\x01", ALG, NULL, NULL,
			{NULL}, false},
		{"\x02\x01\x01", "\x31\x0d" ALG, "\xa1\x00", "\x02\x01\x01", ALG, NULL, NULL, {NULL}, false},
		{"\x02\x01\x01", "\x31\x0d" ALG, "\xa1\x02\x30\x00", "\x02\x01\x01", ALG, NULL, NULL, {NULL},
			false},
		{"\x02\x01\x01", "\x31\x0d" ALG, NULL, "\x02\x01\x03", ALG, NULL, NULL, {NULL}, false},
		/* the other name of RSA, which CMSAlgorithmProtection tells apart */
		{"\x02\x01\x01", "\x31\x0d" ALG, NULL, "\x02\x01\x01", ALG,
			"\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b\x05\x00", NULL, {NULL}, false},
		{"\x02\x01\x01", "\x31\x0d" ALG, NULL, "\x02\x01\x01", ALG,
			"\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", NULL, {NULL}, true},
		/* unsigned attributes: none, one of another kind */
		{"\x02\x01\x01", "\x31\x0d" ALG, NULL, "\x02\x01\x01", ALG, NULL, "\xa1\x00", {NULL}, false},
		{"\x02\x01\x01", "\x31\x0d" ALG, NULL, "\x02\x01\x01", ALG, NULL,
			"\xa1\x0b\x30\x09\x06\x03\x55\x04\x03\x31\x02\x05\x00", {NULL}, false},
	};
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);

	(void)state;
	sign_with(pki.rsa, pki.person_rsa, &cms);
	for (size_t i = 0; i < ARRAY_LEN(recipes); i++) {
		AUTO(buf_release) struct buf made = BUF_INIT(LIMIT_CMS_BYTES);
		cook(&recipes[i], &cms, &made);
		if (is_good(&made) != recipes[i].good)
			fail_msg("recipe %zu", i);
	}
}

/* What is remembered of a bag must not outlive its period, nor reach another trust. */
static void remembered_paths(void **state)
{
	AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);

	(void)state;
	sign_with(pki.rsa, pki.person_rsa, &cms);
	assert_true(is_good(&cms));
	struct signature_verdict v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW + 2500 * DAY);
	assert_int_equal(v.trusted, FINDING_NO);
	v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW - 950 * DAY);
	assert_int_equal(v.trusted, FINDING_NO);
	v = verify_at(&cms, &pki.digest, NULL, NOW, NOW);
	assert_int_equal(v.trusted, FINDING_NO);
	assert_true(is_good(&cms));
}

static void *verify_often(void *arg)
{
	for (int i = 0; i < 30; i++) {
		struct signature_verdict v =
			verify_at(arg, &pki.digest, pki.trust, NOW, NOW + (i % 3) * 100 * DAY);
		if (v.trusted != FINDING_YES || v.intact != FINDING_YES)
			return arg;
	}
	return NULL;
}

/* More signers than are remembered, from several threads at once. */
static void many_threads(void **state)
{
	enum { SIGNERS = 40, THREADS = 4 };
	static struct buf cms[SIGNERS];
	pthread_t threads[THREADS];
	const struct cert *chain[] = {pki.ca};
	struct err e = ERR_INIT;

	(void)state;
	for (size_t i = 0; i < SIGNERS; i++) {
		AUTO(cert_release)
		struct cert *person = issue("Nama Contoh", NIK, pki.ec, NOW - 100 * DAY, NOW + 600 * DAY,
			false, pki.ca, pki.ca_key);
		const struct cms_signer signer = {pki.ec, person, chain, 1};
		cms[i] = (struct buf)BUF_INIT(LIMIT_CMS_BYTES);
		assert_int_equal(cms_sign(&signer, &pki.digest, &cms[i], &e), 0);
	}
	for (size_t round = 0; round < SIGNERS; round += THREADS) {
		for (size_t i = 0; i < THREADS; i++)
			assert_int_equal(
				pthread_create(&threads[i], NULL, verify_often, &cms[round + i / 2]), 0);
		for (size_t i = 0; i < THREADS; i++) {
			void *bad = NULL;
			pthread_join(threads[i], &bad);
			assert_null(bad);
		}
	}
	for (size_t i = 0; i < SIGNERS; i++)
		buf_release(&cms[i]);
}

/* OpenSSL's own signatures: signing-time, capabilities, NULL parameters; RSA, RSA-PSS and EC. */
static void made_by_openssl(void **state)
{
	static const struct {
		bool rsa, pss, no_ess, good;
		const char *digest;
	} row[] = {
		{true, false, false, true, "SHA256"},
		{true, true, false, true, "SHA256"},
		{false, false, false, true, "SHA256"},
		{true, false, true, false, "SHA256"},
		{true, true, false, false, "SHA1"},
		{false, false, false, false, "SHA384"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(row); i++) {
		AUTO(buf_release) struct buf der = BUF_INIT(LIMIT_CMS_BYTES);
		const unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_PARTIAL;
		const struct key *key = row[i].rsa ? pki.rsa : pki.ec;
		const struct cert *cert = row[i].rsa ? pki.person_rsa : pki.person_ec;
		AUTO(release_bio) BIO *content = BIO_new_mem_buf("isi surat", 9);
		CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, NULL, flags);
		CMS_SignerInfo *si =
			CMS_add1_signer(cms, cert->x509, key->pkey, EVP_get_digestbyname(row[i].digest),
				flags | (row[i].pss ? CMS_KEY_PARAM : 0) | (row[i].no_ess ? 0 : CMS_CADES));
		assert_non_null(si);
		if (row[i].pss)
			assert_true(EVP_PKEY_CTX_set_rsa_padding(
					    CMS_SignerInfo_get0_pkey_ctx(si), RSA_PKCS1_PSS_PADDING) > 0);
		assert_true(CMS_add1_cert(cms, pki.ca->x509));
		assert_true(CMS_final(cms, content, NULL, flags));
		unsigned char *bytes = NULL;
		int len = i2d_CMS_ContentInfo(cms, &bytes);
		buf_add(&der, bytes, (size_t)len);
		OPENSSL_free(bytes);
		CMS_ContentInfo_free(cms);
		if (is_good(&der) != row[i].good)
			fail_msg("row %zu: %s", i, verify_at(&der, &pki.digest, pki.trust, NOW, NOW).why);
		if (!row[i].pss || !row[i].good)
			continue;
		/* The parameters of PSS are unprotected, too: every bit of the last 256 + 70 bytes. */
		for (size_t at = der.len - 256 - 4 - 70; at < der.len - 256; at++)
			for (unsigned bit = 0; bit < 8; bit++) {
				der.data[at] ^= (unsigned char)(1U << bit);
				if (is_good(&der))
					fail_msg("bit %u of byte %zu of %zu (%02x)", bit, at, der.len,
						der.data[at]);
				der.data[at] ^= (unsigned char)(1U << bit);
			}
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
	/* signed while valid, looked at after the end: the claimed time is no proof */
	struct signature_verdict v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW + 700 * DAY);
	assert_int_equal(v.in_time, FINDING_NO);
	assert_int_equal(v.trusted, FINDING_YES);
	assert_non_null(strstr(v.why, "nothing proves"));
	v = verify_at(&cms, &pki.digest, pki.trust, 0, NOW + 700 * DAY);
	assert_int_equal(v.in_time, FINDING_NO);
	/* but it must not be outside the validity */
	v = verify_at(&cms, &pki.digest, pki.trust, NOW - 200 * DAY, NOW);
	assert_int_equal(v.in_time, FINDING_NO);
	assert_non_null(strstr(v.why, "not valid yet"));
	v = verify_at(&cms, &pki.digest, pki.trust, NOW + 700 * DAY, NOW);
	assert_int_equal(v.in_time, FINDING_NO);
	/* the authority had ended too */
	v = verify_at(&cms, &pki.digest, pki.trust, NOW, NOW + 2500 * DAY);
	assert_int_equal(v.trusted, FINDING_NO);
	assert_int_equal(v.in_time, FINDING_NO);
}

/* As others sign: another digest, another curve, PSS; by OpenSSL, with its signing-time. */
static void sign_otherwise(EVP_PKEY *key, X509 *cert, const EVP_MD *md, bool pss, struct buf *out)
{
	BIO *content = BIO_new_mem_buf("isi surat", 9);
	unsigned flags = CMS_DETACHED | CMS_BINARY | CMS_CADES | CMS_NOSMIMECAP;
	CMS_ContentInfo *cms = CMS_sign(NULL, NULL, NULL, content, flags | CMS_PARTIAL);
	unsigned char *der = NULL;

	assert_non_null(cms);
	assert_true(CMS_add1_cert(cms, pki.ca->x509));
	CMS_SignerInfo *si = CMS_add1_signer(cms, cert, key, md, flags | (pss ? CMS_KEY_PARAM : 0));
	assert_non_null(si);
	if (pss) {
		EVP_PKEY_CTX *ctx = CMS_SignerInfo_get0_pkey_ctx(si);
		assert_true(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1);
		assert_true(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) == 1);
	}
	assert_true(CMS_final(cms, content, NULL, flags));
	int len = i2d_CMS_ContentInfo(cms, &der);
	assert_true(len > 0);
	buf_reset(out);
	buf_add(out, der, (size_t)len);
	OPENSSL_free(der);
	CMS_ContentInfo_free(cms);
	BIO_free(content);
}

static void other_algorithms(void **state)
{
	static const struct {
		const char *group; /* NULL: RSA */
		const EVP_MD *(*md)(void);
		bool pss;
		const char *why;
	} rows[] = {
		{NULL, EVP_sha256, false, ""},
		{NULL, EVP_sha384, false, ""},
		{NULL, EVP_sha512, false, ""},
		{NULL, EVP_sha384, true, ""},
		{"P-384", EVP_sha384, false, ""},
		{"P-521", EVP_sha512, false, ""},
		{"P-384", EVP_sha256, false, ""},
		{NULL, EVP_sha1, false, "too weak"},
		{"secp256k1", EVP_sha256, false, "NIST curve"},
		{"RSA-1024", EVP_sha256, false, "fewer than 2048 bits"},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		AUTO(buf_release) struct buf cms = BUF_INIT(LIMIT_CMS_BYTES);
		const char *group = rows[i].group;
		struct key key = {.pkey = !group                           ? EVP_RSA_gen(2048)
					  : strcmp(group, "RSA-1024") == 0 ? EVP_RSA_gen(1024)
									   : EVP_EC_gen(group)};
		assert_non_null(key.pkey);
		AUTO(cert_release)
		struct cert *cert = issue(
			"Nama Contoh", NIK, &key, NOW - DAY, NOW + 600 * DAY, false, pki.ca, pki.ca_key);
		sign_otherwise(key.pkey, cert->x509, rows[i].md(), rows[i].pss, &cms);
		for (int changed = 0; changed < 2; changed++) {
			const struct cms_question q = {.der = cms.data,
				.len = cms.len,
				.pieces = {{"isi ", 4}, {changed ? "surut" : "surat", 5}},
				.trust = pki.trust,
				.claimed_at = NOW,
				.proven_at = NOW};
			struct signature_verdict v = {0};
			struct err e = ERR_INIT;
			assert_int_equal(cms_judge(&q, &v, &e), 0);
			if (rows[i].why[0])
				assert_non_null(strstr(v.why, rows[i].why));
			else if (changed)
				assert_non_null(strstr(v.why, "was changed"));
			else
				assert_good(&v);
			/* signing-time: not baseline */
			assert_int_equal(v.level, LEVEL_NONE);
		}
		EVP_PKEY_free(key.pkey);
	}
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
		cmocka_unit_test(one_spelling),
		cmocka_unit_test(made_by_openssl),
		cmocka_unit_test(remembered_paths),
		cmocka_unit_test(many_threads),
		cmocka_unit_test(cut_anywhere),
		cmocka_unit_test(times),
		cmocka_unit_test(other_algorithms),
		cmocka_unit_test(trust_needed),
		cmocka_unit_test(no_authority),
		cmocka_unit_test(substituted_certificate),
		cmocka_unit_test(wrong_key_refused),
	};

	return cmocka_run_group_tests(tests, make_pki, drop_pki);
}
