/* The time-stamp authority, and signatures with a flaw; declared in issue.h. */
#include "crypto/issue.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/cms_make.h"
#include "crypto/handles.h"
#include "crypto/hash.h"
#include "crypto/oid.h"
#include "crypto/tsp_inside.h"

/* 2.999 is the arc for examples: 2.999.3161.1 */
#define OID_POLICY "\x06\x05\x88\x37\x98\x59\x01"

enum failure {
	BAD_ALG = 0,
	BAD_REQUEST = 2,
	UNACCEPTED_POLICY = 15,
	UNACCEPTED_EXTENSION = 16,
	SYSTEM_FAILURE = 25
};

void der_put_time(struct buf *out, int64_t at)
{
	struct moment m = moment_in(at, ZONE_UTC);
	char text[32];
	int len = snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02dZ", m.date.year, m.date.month,
		m.date.day, m.hour, m.minute, m.second);

	der_put(out, DER_TIME, text, (size_t)len);
}

static int refuse_the_real(const struct cert *c, struct err *e)
{
	return cert_is_test(c) ? 0
			       : err_set(e, ERR_CRYPTO,
					 _("only an authority whose name contains the word UJI or TEST "
					   "answers here"));
}

int cms_sign_flawed(const struct cms_signer *signer, enum cms_flaw flaw, const unsigned char *const ranges[2],
	const size_t lens[2], struct buf *out, struct err *e)
{
	AUTO(release_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char digest[EVP_MAX_MD_SIZE];
	unsigned int digest_len = 0;

	if (refuse_the_real(signer->cert, e) != 0)
		return -1;
	if (flaw == CMS_FLAW_WRONG_ESS && signer->chain_len == 0)
		return err_set(e, ERR_BUG, "cms: no other certificate to name");
	if (!ctx || EVP_DigestInit(ctx, flaw == CMS_FLAW_SHA1 ? EVP_sha1() : EVP_sha256()) != 1 ||
		EVP_DigestUpdate(ctx, ranges[0], lens[0]) != 1 ||
		EVP_DigestUpdate(ctx, ranges[1], lens[1]) != 1 ||
		EVP_DigestFinal(ctx, digest, &digest_len) != 1)
		return err_set(e, ERR_CRYPTO, _("cannot sign: %s"), crypto_reason());
	const struct cms_plan plan = {
		.signer = signer, .digest = digest, .digest_len = digest_len, .flaw = flaw};
	return cms_make(&plan, out, e);
}

int cms_add_unsigned_text(const void *cms, size_t len, const char *text, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf value = BUF_INIT(KIB);

	der_put(&value, DER_UTF8, text, strlen(text));
	if (buf_check(&value, e) != 0)
		return -1;
	return cms_add_attribute(cms, len, OID(OID_UNSTRUCTURED_NAME), value.data, value.len, out, e);
}

/* ---- time-stamps ---- */

static void put_refusal(struct buf *out, enum failure failure, const char *words)
{
	unsigned char bits[5] = {7, 0, 0, 0, 0};
	size_t last = 1 + (size_t)failure / 8, at = out->len;

	/* Named bits: no zeros at the end (X.690 11.2.2). */
	bits[last] = (unsigned char)(0x80 >> failure % 8);
	bits[0] = (unsigned char)(7 - failure % 8);
	der_put_uint(out, 2); /* rejection */
	size_t text = out->len;
	der_put(out, DER_UTF8, words, strlen(words));
	der_wrap(out, text, DER_SEQUENCE);
	der_put(out, DER_BITS, bits, last + 1);
	der_wrap(out, at, DER_SEQUENCE);
	der_wrap(out, at, DER_SEQUENCE);
}

/* The hash has the length that its algorithm makes. */
static bool is_known_imprint(const struct tsp_request_parts *p)
{
	static const struct {
		const char *oid;
		size_t oid_len, hash_len;
	} known[] = {{OID(OID_SHA256), 32}, {OID(OID_SHA384), 48}, {OID(OID_SHA512), 64}};
	const unsigned char *at = p->algorithm.body, *end = at + p->algorithm.len;
	struct der oid, none;

	if (!der_take(&at, end, DER_OID, &oid) ||
		(at != end && (!der_take(&at, end, DER_NULL, &none) || none.len != 0 || at != end)))
		return false;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		if (der_is(&oid, known[i].oid, known[i].oid_len))
			return p->hash.len == known[i].hash_len;
	return false;
}

/* The serial number is a hash of what is stamped and when: the same request at the same moment is the same token. */
static void put_serial(struct buf *out, const struct tsa_request *how, const void *request, size_t len)
{
	struct sha256 inside = sha256_of(request, len);
	unsigned char all[sizeof inside.bytes + sizeof how->now_at];

	memcpy(all, inside.bytes, sizeof inside.bytes);
	memcpy(all + sizeof inside.bytes, &how->now_at, sizeof how->now_at);
	struct sha256 serial = sha256_of(all, sizeof all);
	serial.bytes[0] = (unsigned char)((serial.bytes[0] & 0x7f) | 0x40);
	der_put(out, DER_INTEGER, serial.bytes, 16);
}

static void put_imprint(struct buf *out, const struct tsa_request *how, const struct tsp_request_parts *p)
{
	size_t at = out->len;

	buf_add(out, p->imprint.whole, p->imprint.whole_len);
	/* The hash stands last. */
	if (how->wrong_imprint && !out->failed && out->len > at)
		out->data[out->len - 1] ^= 1;
}

/* TSTInfo (RFC 3161 2.4.2). */
static void put_info(struct buf *out, const struct tsa_request *how, const struct tsp_request_parts *p,
	const void *request, size_t len)
{
	size_t at = out->len;

	der_put_uint(out, 1);
	buf_add(out, OID_POLICY, sizeof OID_POLICY - 1);
	put_imprint(out, how, p);
	put_serial(out, how, request, len);
	der_put_time(out, how->now_at);
	size_t accuracy = out->len;
	der_put_uint(out, 1);
	der_wrap(out, accuracy, DER_SEQUENCE);
	if (p->nonce.whole_len > 0 && !how->no_nonce)
		buf_add(out, p->nonce.whole, p->nonce.whole_len);
	der_wrap(out, at, DER_SEQUENCE);
}

static int grant(const struct tsa_request *how, const struct tsp_request_parts *p, const void *request,
	size_t len, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf info = BUF_INIT(LIMIT_CMS_BYTES);
	size_t at = out->len;

	put_info(&info, how, p, request, len);
	if (buf_check(&info, e) != 0)
		return -1;
	struct sha256 digest = sha256_of(info.data, info.len);
	const struct cms_plan plan = {
		.signer = how->authority,
		.digest = digest.bytes,
		.digest_len = sizeof digest.bytes,
		.stamp = info.data,
		.stamp_len = info.len,
		.no_certificates = !p->wants_certificates,
	};
	der_put_uint(out, 0); /* granted */
	der_wrap(out, at, DER_SEQUENCE);
	if (cms_make(&plan, out, e) != 0)
		return -1;
	der_wrap(out, at, DER_SEQUENCE);
	return 0;
}

int tsa_answer(const struct tsa_request *how, const void *request, size_t len, struct buf *out, struct err *e)
{
	struct tsp_request_parts p;

	if (refuse_the_real(how->authority->cert, e) != 0)
		return -1;
	if (how->refuse)
		put_refusal(out, SYSTEM_FAILURE, "layanan stempel waktu UJI sedang terganggu");
	else if (!tsp_request_read(request, len, &p))
		put_refusal(out, BAD_REQUEST, "bukan TimeStampReq");
	else if (!is_known_imprint(&p))
		put_refusal(out, BAD_ALG, "hanya SHA-256, SHA-384, SHA-512");
	else if (p.policy.whole_len > 0 && !der_is(&p.policy, OID(OID_POLICY)))
		put_refusal(out, UNACCEPTED_POLICY, "kebijakan tidak dikenal");
	else if (p.extensions.whole_len > 0)
		put_refusal(out, UNACCEPTED_EXTENSION, "ekstensi tidak dikenal");
	else if (grant(how, &p, request, len, out, e) != 0)
		return -1;
	return buf_check(out, e);
}
