/* How certificates stand: OCSP responses (RFC 6960) and CRLs (RFC 5280 5); declared in issue.h. */
#include "crypto/issue.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/text.h"
#include "crypto/handles.h"
#include "crypto/hash.h"
#include "crypto/oid.h"
#include "crypto/tsp_inside.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

#define ASKED_MAX  16
#define SERIAL_HEX 64 /* as in cert_info */

CRYPTO_RELEASE(release_crl, X509_CRL, X509_CRL_free)
CRYPTO_RELEASE(release_revoked, X509_REVOKED, X509_REVOKED_free)
CRYPTO_RELEASE(release_time, ASN1_TIME, ASN1_TIME_free)
CRYPTO_RELEASE(release_integer, ASN1_INTEGER, ASN1_INTEGER_free)
CRYPTO_RELEASE(release_enumerated, ASN1_ENUMERATED, ASN1_ENUMERATED_free)
CRYPTO_RELEASE(release_bn, BIGNUM, BN_free)

/* ---- the question ---- */

/* CertID (RFC 6960 4.1.1). */
struct question {
	struct der id, algorithm, name_hash, key_hash, serial;
};

struct questions {
	struct question items[ASKED_MAX];
	size_t count;
	struct der nonce; /* the extension; all zero = none */
};

static bool read_id(const struct der *request, struct question *out)
{
	const unsigned char *at = request->body, *end = at + request->len;

	if (!der_take(&at, end, DER_SEQUENCE, &out->id))
		return false;
	at = out->id.body;
	end = at + out->id.len;
	return der_take(&at, end, DER_SEQUENCE, &out->algorithm) &&
	       der_take(&at, end, DER_OCTETS, &out->name_hash) &&
	       der_take(&at, end, DER_OCTETS, &out->key_hash) &&
	       der_take(&at, end, DER_INTEGER, &out->serial) && at == end;
}

/* Keeps the nonce; other extensions of a request are wishes. */
static bool read_extensions(const struct der *explicit, struct questions *out)
{
	struct der list, extension, oid;

	if (!der_only(explicit, DER_SEQUENCE, &list))
		return false;
	const unsigned char *at = list.body, *end = at + list.len;
	while (der_take(&at, end, DER_SEQUENCE, &extension)) {
		const unsigned char *in = extension.body;
		if (der_take(&in, in + extension.len, DER_OID, &oid) && der_is(&oid, OID(OID_OCSP_NONCE)))
			out->nonce = extension;
	}
	return at == end;
}

/* OCSPRequest: a signature on it is not looked at. False when it is none, or asks too much. */
static bool read_questions(const unsigned char *der, size_t len, struct questions *out)
{
	struct der outer, tbs, skipped, list, request;
	const unsigned char *at = der, *end = der + len;

	*out = (struct questions){.count = 0};
	if (!der_is_strict(der, len) || !der_take(&at, end, DER_SEQUENCE, &outer) || at != end)
		return false;
	at = outer.body;
	if (!der_take(&at, end, DER_SEQUENCE, &tbs))
		return false;
	at = tbs.body;
	end = at + tbs.len;
	(void)der_take(&at, end, DER_CONTEXT_0, &skipped); /* version */
	(void)der_take(&at, end, DER_CONTEXT_1, &skipped); /* requestorName */
	if (!der_take(&at, end, DER_SEQUENCE, &list))
		return false;
	if (der_take(&at, end, DER_CONTEXT_2, &skipped) && !read_extensions(&skipped, out))
		return false;
	const unsigned char *in = list.body, *in_end = in + list.len;
	while (out->count < ASKED_MAX && der_take(&in, in_end, DER_SEQUENCE, &request))
		if (!read_id(&request, &out->items[out->count++]))
			return false;
	return at == end && in == in_end && out->count > 0;
}

/* The digest that a CertID names; NULL for one we don't have. */
static const EVP_MD *digest_of(const struct der *algorithm)
{
	const unsigned char *p = algorithm->whole;
	X509_ALGOR *parsed = d2i_X509_ALGOR(NULL, &p, (long)algorithm->whole_len);
	const ASN1_OBJECT *oid = NULL;

	if (parsed)
		X509_ALGOR_get0(&oid, NULL, NULL, parsed);
	int nid = oid ? OBJ_obj2nid(oid) : NID_undef;
	X509_ALGOR_free(parsed);
	ERR_clear_error();
	return nid == NID_sha1 || nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512
		       ? EVP_get_digestbynid(nid)
		       : NULL;
}

static bool is_by(const struct question *q, const struct cert *issuer)
{
	unsigned char name[EVP_MAX_MD_SIZE], key[EVP_MAX_MD_SIZE];
	unsigned int name_len = 0, key_len = 0;
	const EVP_MD *md = digest_of(&q->algorithm);

	return md && X509_NAME_digest(X509_get_subject_name(issuer->x509), md, name, &name_len) == 1 &&
	       X509_pubkey_digest(issuer->x509, md, key, &key_len) == 1 && q->name_hash.len == name_len &&
	       q->key_hash.len == key_len && memcmp(q->name_hash.body, name, name_len) == 0 &&
	       memcmp(q->key_hash.body, key, key_len) == 0;
}

bool ocsp_asks_about(const struct cert *issuer, const void *request, size_t len)
{
	struct questions asked;

	return read_questions(request, len, &asked) && is_by(&asked.items[0], issuer);
}

/* ---- the answer ---- */

/* As cert_info spells it: the value's bytes, without the zero that keeps it positive. */
static struct issued_status status_of(const struct ocsp_answer *how, const struct question *q)
{
	char serial[SERIAL_HEX];
	size_t skip = q->serial.len > 1 && q->serial.body[0] == 0, len = q->serial.len - skip;

	if (!is_by(q, how->issuer) || len > (sizeof serial - 1) / 2)
		return (struct issued_status){.is = ISSUED_UNKNOWN};
	hex_text(serial, q->serial.body + skip, len);
	return how->lookup(how->user, serial);
}

/* SingleResponse. CertStatus is IMPLICIT: good [0] NULL, revoked [1], unknown [2] NULL. */
static void put_single(struct buf *out, const struct ocsp_answer *how, const struct question *q)
{
	struct issued_status s = status_of(how, q);
	size_t at = out->len;

	buf_add(out, q->id.whole, q->id.whole_len);
	size_t status = out->len;
	if (s.is == ISSUED_REVOKED) {
		der_put_time(out, s.revoked_at);
		size_t reason = out->len;
		unsigned char code = (unsigned char)s.reason;
		der_put(out, DER_ENUMERATED, &code, 1);
		der_wrap(out, reason, DER_CONTEXT_0);
		der_wrap(out, status, DER_CONTEXT_1);
	} else {
		der_put(out, s.is == ISSUED_GOOD ? 0x80 : 0x82, "", 0);
	}
	der_put_time(out, how->this_update_at);
	size_t next = out->len;
	der_put_time(out, how->next_update_at);
	der_wrap(out, next, DER_CONTEXT_0);
	der_wrap(out, at, DER_SEQUENCE);
}

/* ResponseData, with the responder by the SHA-1 of its key (RFC 6960 4.2.1: byKey). */
static int put_data(
	struct buf *out, const struct ocsp_answer *how, const struct questions *asked, struct err *e)
{
	unsigned char key[EVP_MAX_MD_SIZE];
	unsigned int key_len = 0;
	size_t at = out->len;

	if (X509_pubkey_digest(how->responder->cert->x509, EVP_sha1(), key, &key_len) != 1)
		return err_set(e, ERR_CRYPTO, _("cannot sign: %s"), crypto_reason());
	der_put(out, DER_OCTETS, key, key_len);
	der_wrap(out, at, DER_CONTEXT_2);
	der_put_time(out, how->now_at);
	size_t list = out->len;
	for (size_t i = 0; i < asked->count; i++)
		put_single(out, how, &asked->items[i]);
	der_wrap(out, list, DER_SEQUENCE);
	if (asked->nonce.whole_len > 0) {
		size_t extensions = out->len;
		buf_add(out, asked->nonce.whole, asked->nonce.whole_len);
		der_wrap(out, extensions, DER_SEQUENCE);
		der_wrap(out, extensions, DER_CONTEXT_1);
	}
	der_wrap(out, at, DER_SEQUENCE);
	return buf_check(out, e);
}

/* AlgorithmIdentifier and BIT STRING over the bytes from `at` on. */
static int put_signature(struct buf *out, size_t at, const struct key *k, struct err *e)
{
	AUTO(release_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char bits[1 + 1024] = {0}; /* no unused bits */
	size_t len = sizeof bits - 1;

	if (!ctx)
		return err_nomem(e);
	if (EVP_DigestSignInit(ctx, NULL, EVP_sha256(), NULL, k->pkey) != 1 ||
		EVP_DigestSign(ctx, bits + 1, &len, out->data + at, out->len - at) != 1)
		return err_set(e, ERR_CRYPTO, _("cannot sign: %s"), crypto_reason());
	if (EVP_PKEY_is_a(k->pkey, "RSA"))
		der_put(out, DER_SEQUENCE, OID(OID_RSA_SHA256 "\x05\x00"));
	else
		der_put(out, DER_SEQUENCE, OID(OID_ECDSA_SHA256));
	der_put(out, DER_BITS, bits, 1 + len);
	return buf_check(out, e);
}

static int put_basic(
	struct buf *out, const struct ocsp_answer *how, const struct questions *asked, struct err *e)
{
	const struct cert *cert = how->responder->cert;
	size_t at = out->len;

	if (put_data(out, how, asked, e) != 0 || put_signature(out, at, how->responder->key, e) != 0)
		return -1;
	/* The issuer itself need not bring its certificate. */
	if (cert != how->issuer) {
		size_t certificates = out->len;
		buf_add(out, cert->der, cert->der_len);
		der_wrap(out, certificates, DER_SEQUENCE);
		der_wrap(out, certificates, DER_CONTEXT_0);
	}
	der_wrap(out, at, DER_SEQUENCE);
	return buf_check(out, e);
}

/* OCSPResponse without an answer: 1 malformedRequest, 3 tryLater. */
static int put_error(struct buf *out, unsigned char status, struct err *e)
{
	size_t at = out->len;

	der_put(out, DER_ENUMERATED, &status, 1);
	der_wrap(out, at, DER_SEQUENCE);
	return buf_check(out, e);
}

int ocsp_answer(
	const struct ocsp_answer *how, const void *request, size_t len, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf basic = BUF_INIT(LIMIT_CMS_BYTES);
	struct questions asked;
	size_t at = out->len;

	if (!cert_is_test(how->responder->cert))
		return err_set(e, ERR_CRYPTO,
			_("only an authority whose name contains the word UJI or TEST answers here"));
	if (how->try_later)
		return put_error(out, 3, e);
	if (!read_questions(request, len, &asked))
		return put_error(out, 1, e);
	if (put_basic(&basic, how, &asked, e) != 0)
		return -1;
	unsigned char successful = 0;
	der_put(out, DER_ENUMERATED, &successful, 1);
	size_t bytes = out->len;
	buf_add(out, OID(OID_OCSP_BASIC));
	der_put(out, DER_OCTETS, basic.data, basic.len);
	der_wrap(out, bytes, DER_SEQUENCE);
	der_wrap(out, bytes, DER_CONTEXT_0);
	der_wrap(out, at, DER_SEQUENCE);
	return buf_check(out, e);
}

/* ---- CRLs ---- */

/* "removeFromCRL" and "unspecified" need no reason (RFC 5280 5.3.1). */
static bool set_reason(X509_REVOKED *r, int reason)
{
	if (reason == 0)
		return true;
	AUTO(release_enumerated) ASN1_ENUMERATED *code = ASN1_ENUMERATED_new();
	return code && ASN1_ENUMERATED_set(code, reason) &&
	       X509_REVOKED_add1_ext_i2d(r, NID_crl_reason, code, 0, 0) == 1;
}

static bool add_revoked(X509_CRL *crl, const char *serial, const struct issued_status *s)
{
	AUTO(release_revoked) X509_REVOKED *r = X509_REVOKED_new();
	AUTO(release_time) ASN1_TIME *at = ASN1_TIME_adj(NULL, (time_t)s->revoked_at, 0, 0);
	AUTO(release_bn) BIGNUM *bn = NULL;
	AUTO(release_integer) ASN1_INTEGER *number = NULL;

	if (!r || !at || !BN_hex2bn(&bn, serial) || !(number = BN_to_ASN1_INTEGER(bn, NULL)) ||
		!X509_REVOKED_set_serialNumber(r, number) || !X509_REVOKED_set_revocationDate(r, at) ||
		!set_reason(r, s->reason) || !X509_CRL_add0_revoked(crl, r))
		return false;
	r = NULL; /* the list's now */
	return true;
}

static bool add_crl_extensions(X509_CRL *crl, const struct crl_request *req)
{
	AUTO(release_integer) ASN1_INTEGER *number = ASN1_INTEGER_new();
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, req->issuer->x509, NULL, NULL, crl, 0);
	X509_EXTENSION *key_id =
		X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier, "keyid:always");
	bool good = key_id && X509_CRL_add_ext(crl, key_id, -1) && number &&
		    ASN1_INTEGER_set_uint64(number, req->number) &&
		    X509_CRL_add1_ext_i2d(crl, NID_crl_number, number, 0, 0) == 1;
	X509_EXTENSION_free(key_id);
	return good;
}

int crl_issue(const struct crl_request *req, struct buf *out, struct err *e)
{
	AUTO(release_crl) X509_CRL *crl = X509_CRL_new();
	AUTO(release_time) ASN1_TIME *from = ASN1_TIME_adj(NULL, (time_t)req->this_update_at, 0, 0);
	AUTO(release_time) ASN1_TIME *to = ASN1_TIME_adj(NULL, (time_t)req->next_update_at, 0, 0);
	unsigned char *der = NULL;

	if (!cert_is_test(req->issuer))
		return err_set(e, ERR_CRYPTO,
			_("only an authority whose name contains the word UJI or TEST answers here"));
	if (!crl || !from || !to)
		return err_nomem(e);
	bool good = X509_CRL_set_version(crl, X509_CRL_VERSION_2) &&
		    X509_CRL_set_issuer_name(crl, X509_get_subject_name(req->issuer->x509)) &&
		    X509_CRL_set1_lastUpdate(crl, from) && X509_CRL_set1_nextUpdate(crl, to);
	for (size_t i = 0; good && i < req->count; i++)
		if (req->statuses[i].is == ISSUED_REVOKED)
			good = add_revoked(crl, req->serials[i], &req->statuses[i]);
	int len = -1;
	if (good && add_crl_extensions(crl, req) && X509_CRL_sort(crl) &&
		X509_CRL_sign(crl, req->key->pkey, EVP_sha256()) > 0)
		len = i2d_X509_CRL(crl, &der);
	if (len <= 0)
		return err_set(e, ERR_CRYPTO, _("cannot sign: %s"), crypto_reason());
	buf_add(out, der, (size_t)len);
	OPENSSL_free(der);
	return buf_check(out, e);
}
