#include "crypto/cms.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/der.h"
#include "crypto/handles.h"
#include "crypto/hash.h"
#include "crypto/oid.h"

#include <openssl/rsa.h>

/*
 * DER by hand: each piece is written into a buffer of its own and then wrapped, from the inside out. The whole
 * structure has some 3 kB; the RSA operation costs a hundred times more than these copies.
 */

/* AlgorithmIdentifiers: SHA-256 without parameters (RFC 5754 2), RSA with NULL (RFC 3370 3.2), ECDSA without (RFC 5754 3.3). */
#define ALG_SHA256     "\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01"
#define ALG_RSA        "\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00"
#define ALG_ECDSA      "\x30\x0a\x06\x08\x2a\x86\x48\xce\x3d\x04\x03\x02"
#define VERSION_1      "\x02\x01\x01"
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

/* AlgorithmIdentifier of this signer's signatures. */
static void add_algorithm(struct buf *b, const struct key *k)
{
	if (EVP_PKEY_is_a(k->pkey, "RSA"))
		ADD(b, ALG_RSA);
	else
		ADD(b, ALG_ECDSA);
}

/*
 * The signed attributes without their outer tag. DER sorts a SET OF by encoding; these four are sorted already,
 * as each is longer than the one before and the length is the first byte that differs.
 */
static void add_attributes(struct buf *b, const struct cms_signer *signer, const struct sha256 *digest)
{
	size_t at = b->len;

	ADD(b, OID_CONTENT_TYPE);
	size_t set = b->len;
	ADD(b, OID_DATA);
	der_wrap(b, set, DER_SET);
	der_wrap(b, at, DER_SEQUENCE);

	/* RFC 6211: [1] is IMPLICIT, so it takes the place of the SEQUENCE's tag. */
	at = b->len;
	ADD(b, OID_PROTECTION);
	set = b->len;
	ADD(b, ALG_SHA256);
	size_t algorithm = b->len;
	add_algorithm(b, signer->key);
	if (!b->failed)
		b->data[algorithm] = DER_CONTEXT_1;
	der_wrap(b, set, DER_SEQUENCE);
	der_wrap(b, set, DER_SET);
	der_wrap(b, at, DER_SEQUENCE);

	at = b->len;
	ADD(b, OID_MESSAGE_DIGEST);
	set = b->len;
	der_put(b, DER_OCTETS, digest->bytes, sizeof digest->bytes);
	der_wrap(b, set, DER_SET);
	der_wrap(b, at, DER_SEQUENCE);

	add_signing_certificate(b, signer->cert);
}

/* Signs the hash of the attributes: RSASSA-PKCS1-v1_5 or ECDSA. */
static int sign_hash(const struct key *k, const struct sha256 *hash, struct buf *out, struct err *e)
{
	AUTO(release_pkey_ctx) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k->pkey, NULL);
	size_t len = (size_t)EVP_PKEY_get_size(k->pkey);
	unsigned char *to = buf_room(out, len);

	if (!ctx || !to)
		return err_nomem(e);
	if (EVP_PKEY_sign_init(ctx) != 1 ||
		(EVP_PKEY_is_a(k->pkey, "RSA") &&
			EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) != 1) ||
		EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) != 1 ||
		EVP_PKEY_sign(ctx, to, &len, hash->bytes, sizeof hash->bytes) != 1)
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

int cms_sign(const struct cms_signer *signer, const struct sha256 *digest, struct buf *out, struct err *e)
{
	AUTO(buf_release) struct buf b = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf attributes = BUF_INIT(LIMIT_CMS_BYTES);
	AUTO(buf_release) struct buf signature = BUF_INIT(1024);

	if (check_signer(signer, e) != 0)
		return -1;
	/* RFC 5652 5.4: the signature is over the attributes as an explicit SET, which the message holds as [0]. */
	add_attributes(&attributes, signer, digest);
	der_wrap(&attributes, 0, DER_SET);
	if (buf_check(&attributes, e) != 0)
		return -1;
	struct sha256 hash = sha256_of(attributes.data, attributes.len);
	if (sign_hash(signer->key, &hash, &signature, e) != 0)
		return -1;
	attributes.data[0] = DER_CONTEXT_0;

	ADD(&b, OID_SIGNED_DATA);
	size_t content = b.len;
	ADD(&b, VERSION_1);
	der_put(&b, DER_SET, ALG_SHA256, sizeof ALG_SHA256 - 1);
	der_put(&b, DER_SEQUENCE, OID_DATA, sizeof OID_DATA - 1); /* detached: no eContent */
	add_certificates(&b, signer);
	size_t info = b.len;
	ADD(&b, VERSION_1);
	buf_add(&b, signer->cert->issuer, signer->cert->issuer_len);
	buf_add(&b, signer->cert->serial, signer->cert->serial_len);
	der_wrap(&b, info + sizeof VERSION_1 - 1, DER_SEQUENCE);
	ADD(&b, ALG_SHA256);
	buf_add(&b, attributes.data, attributes.len);
	add_algorithm(&b, signer->key);
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

size_t cms_size_max(const struct cms_signer *signer)
{
	/* Everything but certificates, names and signature has 320 bytes. */
	size_t size = 512 + (size_t)EVP_PKEY_get_size(signer->key->pkey) + signer->cert->der_len +
		      2 * (signer->cert->issuer_len + signer->cert->serial_len);

	for (size_t i = 0; i < signer->chain_len; i++)
		size += signer->chain[i]->der_len;
	return size;
}
