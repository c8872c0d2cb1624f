#include "crypto/cms_make.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/der.h"
#include "crypto/handles.h"
#include "crypto/oid.h"

#include <openssl/rsa.h>

/*
 * DER by hand: each piece is written into a buffer of its own and then wrapped, from the inside out. The whole
 * structure has some 3 kB; the RSA operation costs a hundred times more than these copies.
 */

/* AlgorithmIdentifiers: SHA-256 without parameters (RFC 5754 2), RSA with NULL (RFC 3370 3.2), ECDSA without (RFC 5754 3.3). */
#define ALG_SHA256     "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define ALG_SHA1       "\x30\x07\x06\x05\x2b\x0e\x03\x02\x1a"
#define ALG_RSA        "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
#define ALG_ECDSA      "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define VERSION_1      "\x02\x01\x01"
#define VERSION_3      "\x02\x01\x03"
#define ADD(b, string) buf_add((b), (string), sizeof(string) - 1)

/* ESSCertIDv2 with the default hash (SHA-256, omitted in DER) and issuerSerial (RFC 5035 4). */
static void add_signing_certificate(struct buf *b, const struct cert *c)
{
	size_t at = b->len;

	ADD(b, OID_SIGNING_CERT_V2);
	size_t set = b->len;
	der_put(b, DER_OCTETS, c->sha256.bytes, sizeof c->sha256.bytes);
	size_t issuer_serial = b->len;
	buf_add(b, c->issuer, c->issuer_len);
	der_wrap(b, issuer_serial,
		DER_CONTEXT_4); /* GeneralName directoryName, explicit as Name is a CHOICE */
	der_wrap(b, issuer_serial, DER_SEQUENCE);
	buf_add(b, c->serial, c->serial_len);
	der_wrap(b, issuer_serial, DER_SEQUENCE);
	der_wrap(b, set, DER_SEQUENCE); /* ESSCertIDv2 */
	der_wrap(b, set, DER_SEQUENCE); /* certs */
	der_wrap(b, set, DER_SEQUENCE); /* SigningCertificateV2 */
	der_wrap(b, set, DER_SET);
	der_wrap(b, at, DER_SEQUENCE);
}

static bool is_weak(const struct cms_plan *plan)
{
	return plan->flaw == CMS_FLAW_SHA1;
}

static void add_digest_algorithm(struct buf *b, const struct cms_plan *plan)
{
	if (is_weak(plan))
		ADD(b, ALG_SHA1);
	else
		ADD(b, ALG_SHA256);
}

static void add_content_type(struct buf *b, const struct cms_plan *plan)
{
	if (plan->stamp)
		ADD(b, OID_TST_INFO);
	else
		ADD(b, OID_DATA);
}

/* AlgorithmIdentifier of this signer's signatures. */
static void add_algorithm(struct buf *b, const struct key *k)
{
	if (EVP_PKEY_is_a(k->pkey, "RSA"))
		ADD(b, ALG_RSA);
	else
		ADD(b, ALG_ECDSA);
}

/* RFC 6211: [1] is IMPLICIT, so it takes the place of the SEQUENCE's tag. */
static void add_protection(struct buf *b, const struct key *k)
{
	size_t at = b->len;

	ADD(b, OID_PROTECTION);
	size_t set = b->len;
	ADD(b, ALG_SHA256);
	size_t algorithm = b->len;
	add_algorithm(b, k);
	if (!b->failed)
		b->data[algorithm] = DER_CONTEXT_1;
	der_wrap(b, set, DER_SEQUENCE);
	der_wrap(b, set, DER_SET);
	der_wrap(b, at, DER_SEQUENCE);
}

/*
 * The signed attributes without their outer tag. DER sorts a SET OF by encoding; these four are sorted already,
 * as each is longer than the one before and the length is the first byte that differs. (A SHA-1 digest is shorter:
 * then the protection stays away.)
 */
static void add_attributes(struct buf *b, const struct cms_plan *plan)
{
	size_t at = b->len;

	ADD(b, OID_CONTENT_TYPE);
	size_t set = b->len;
	add_content_type(b, plan);
	der_wrap(b, set, DER_SET);
	der_wrap(b, at, DER_SEQUENCE);

	if (!is_weak(plan))
		add_protection(b, plan->signer->key);

	at = b->len;
	ADD(b, OID_MESSAGE_DIGEST);
	set = b->len;
	der_put(b, DER_OCTETS, plan->digest, plan->digest_len);
	der_wrap(b, set, DER_SET);
	der_wrap(b, at, DER_SEQUENCE);

	if (plan->flaw == CMS_FLAW_WRONG_ESS)
		add_signing_certificate(b, plan->signer->chain[0]);
	else if (plan->flaw != CMS_FLAW_NO_ESS)
		add_signing_certificate(b, plan->signer->cert);
}

/* Signs the attributes: RSASSA-PKCS1-v1_5 or ECDSA. */
static int sign_attributes(
	const struct cms_plan *plan, const struct buf *attributes, struct buf *out, struct err *e)
{
	const EVP_MD *md = is_weak(plan) ? EVP_sha1() : EVP_sha256();
	EVP_PKEY *pkey = plan->signer->key->pkey;
	AUTO(release_pkey_ctx) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(pkey, NULL);
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int hash_len = 0;
	size_t len = (size_t)EVP_PKEY_get_size(pkey);
	unsigned char *to = buf_room(out, len);

	if (!ctx || !to)
		return err_nomem(e);
	if (EVP_Digest(attributes->data, attributes->len, hash, &hash_len, md, NULL) != 1 ||
		EVP_PKEY_sign_init(ctx) != 1 ||
		(EVP_PKEY_is_a(pkey, "RSA") && EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1) ||
		EVP_PKEY_CTX_set_signature_md(ctx, md) != 1 ||
		EVP_PKEY_sign(ctx, to, &len, hash, hash_len) != 1)
		return err_set(e, ERR_CRYPTO, _("cannot sign: %s"), crypto_reason());
	out->len += len;
	return 0;
}

static int compare_der(const void *a, const void *b)
{
	const struct cert *x = *(const struct cert *const *)a, *y = *(const struct cert *const *)b;
	size_t shorter = x->der_len < y->der_len ? x->der_len : y->der_len;
	int order = memcmp(x->der, y->der, shorter);

	return order ? order : (x->der_len > y->der_len) - (x->der_len < y->der_len);
}

#define CHAIN_MAX 8

/* certificates [0] IMPLICIT SET OF, sorted as DER wants it. */
static void add_certificates(struct buf *b, const struct cms_signer *signer)
{
	const struct cert *all[CHAIN_MAX + 1] = {signer->cert};
	size_t at = b->len;

	for (size_t i = 0; i < signer->chain_len; i++)
		all[i + 1] = signer->chain[i];
	qsort(all, signer->chain_len + 1, sizeof all[0], compare_der);
	for (size_t i = 0; i <= signer->chain_len; i++)
		buf_add(b, all[i]->der, all[i]->der_len);
	der_wrap(b, at, DER_CONTEXT_0);
}

static int check_signer(const struct cms_signer *signer, struct err *e)
{
	const EVP_PKEY *pkey = signer->key->pkey;
	bool rsa = EVP_PKEY_is_a(pkey, "RSA");

	if (!rsa && !EVP_PKEY_is_a(pkey, "EC"))
		return err_set(e, ERR_CRYPTO, _("only RSA and EC keys sign letters"));
	if (rsa && EVP_PKEY_get_bits(pkey) < 2048)
		return err_set(e, ERR_CRYPTO, _("an RSA key of fewer than 2048 bits is too weak"));
	if (signer->chain_len > CHAIN_MAX)
		return err_set(e, ERR_LIMIT, _("more than %d certificates in a chain"), CHAIN_MAX);
	if (!cert_fits_key(signer->cert, signer->key))
		return err_set(e, ERR_CRYPTO, _("the certificate doesn't belong to the key"));
	return 0;
}

/* encapContentInfo: a time-stamp carries its content, a document's signature is detached. */
static void add_content(struct buf *b, const struct cms_plan *plan)
{
	size_t at = b->len;

	add_content_type(b, plan);
	if (plan->stamp) {
		size_t content = b->len;
		der_put(b, DER_OCTETS, plan->stamp, plan->stamp_len);
		der_wrap(b, content, DER_CONTEXT_0);
	}
	der_wrap(b, at, DER_SEQUENCE);
}

int cms_make(const struct cms_plan *plan, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf attributes = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf signature = BUF_INIT(1024);
	const struct cert *cert = plan->signer->cert;

	/* RFC 5652 5.4: the signature is over the attributes as an explicit SET, which the message holds as [0]. */
	add_attributes(&attributes, plan);
	der_wrap(&attributes, 0, DER_SET);
	if (buf_check(&attributes, e) != 0 || sign_attributes(plan, &attributes, &signature, e) != 0)
		return -1;
	attributes.data[0] = DER_CONTEXT_0;

	ADD(&b, OID_SIGNED_DATA);
	size_t content = b.len;
	if (plan->stamp)
		ADD(&b, VERSION_3); /* RFC 5652 5.1 */
	else
		ADD(&b, VERSION_1);
	size_t digests = b.len;
	add_digest_algorithm(&b, plan);
	der_wrap(&b, digests, DER_SET);
	add_content(&b, plan);
	if (!plan->no_certificates)
		add_certificates(&b, plan->signer);
	size_t info = b.len;
	ADD(&b, VERSION_1);
	buf_add(&b, cert->issuer, cert->issuer_len);
	buf_add(&b, cert->serial, cert->serial_len);
	der_wrap(&b, info + sizeof VERSION_1 - 1, DER_SEQUENCE);
	add_digest_algorithm(&b, plan);
	buf_add(&b, attributes.data, attributes.len);
	add_algorithm(&b, plan->signer->key);
	der_put(&b, DER_OCTETS, signature.data, signature.len);
	der_wrap(&b, info, DER_SEQUENCE);
	der_wrap(&b, info, DER_SET);
	der_wrap(&b, content, DER_SEQUENCE);
	der_wrap(&b, content, DER_CONTEXT_0);
	der_wrap(&b, 0, DER_SEQUENCE);
	if (buf_check(&b, e) != 0)
		return -1;
	buf_add(out, b.data, b.len);
	return buf_check(out, e);
}

int cms_sign(const struct cms_signer *signer, const struct sha256 *digest, struct buf *out, struct err *e)
{
	const struct cms_plan plan = {
		.signer = signer, .digest = digest->bytes, .digest_len = sizeof digest->bytes};

	return check_signer(signer, e) != 0 ? -1 : cms_make(&plan, out, e);
}

size_t cms_size_max(const struct cms_signer *signer)
{
	/* Everything but certificates, names and signature has 320 bytes. */
	size_t size = 512 + (size_t)EVP_PKEY_get_size(signer->key->pkey) + signer->cert->der_len +
		      2 * (signer->cert->issuer_len + signer->cert->serial_len);

	for (size_t i = 0; i < signer->chain_len; i++)
		size += signer->chain[i]->der_len;
	return size;
}
