#include "crypto/signed_data.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/handles.h"
#include "crypto/hash.h"
#include "crypto/oid.h"

#include <openssl/err.h>
#include <openssl/rsa.h>

static const unsigned char *end_of(const struct der *d)
{
	return d->body + d->len;
}

/* AlgorithmIdentifier ::= SEQUENCE { OID, parameters }; without parameters `*parameters` is all zero. */
static bool read_algorithm(const struct der *algorithm, struct der *oid, struct der *parameters)
{
	const unsigned char *at = algorithm->body, *end = end_of(algorithm);

	*parameters = (struct der){0};
	if (!der_take(&at, end, DER_OID, oid))
		return false;
	return at == end || (der_take(&at, end, *at, parameters) && at == end);
}

/* Absent and NULL are both in use (RFC 5754 2); one cannot be made the other by changing a byte. */
static bool are_no_parameters(const struct der *parameters)
{
	return parameters->whole_len == 0 || der_is(parameters, OID("\x05\x00"));
}

static const struct hash_row {
	const char *oid;
	size_t oid_len;
	const EVP_MD *(*md)(void);
	const char *rsa, *ecdsa; /* signature algorithms that name this hash */
} hashes[] = {
	{OID(OID_SHA256), EVP_sha256, OID_RSA_SHA256, OID_ECDSA_SHA256},
	{OID(OID_SHA384), EVP_sha384, OID_RSA_SHA384, OID_ECDSA_SHA384},
	{OID(OID_SHA512), EVP_sha512, OID_RSA_SHA512, OID_ECDSA_SHA512},
};

static const struct hash_row *hash_of(const struct der *algorithm)
{
	struct der oid, parameters;

	if (!read_algorithm(algorithm, &oid, &parameters) || !are_no_parameters(&parameters))
		return NULL;
	for (size_t i = 0; i < ARRAY_LEN(hashes); i++)
		if (der_is(&oid, hashes[i].oid, hashes[i].oid_len))
			return &hashes[i];
	return NULL;
}

/* EncapsulatedContentInfo: the kind's type, with or without octets. */
static bool read_content(const struct der *encap, struct signed_data *out)
{
	const unsigned char *at = encap->body, *end = end_of(encap);
	struct der type, explicit;

	if (!der_take(&at, end, DER_OID, &type))
		return false;
	if (out->kind == SIGNED_DETACHED)
		return at == end && der_is(&type, OID(OID_DATA));
	return der_is(&type, OID(OID_TST_INFO)) && der_take(&at, end, DER_CONTEXT_0, &explicit) &&
	       at == end && der_only(&explicit, DER_OCTETS, &out->content);
}

/* RFC 5652 5.3, with IssuerAndSerialNumber: version 1. */
static bool read_signer(const struct der *info, struct signed_data *out)
{
	const unsigned char *at = info->body, *end = end_of(info);
	struct der version;

	if (!der_take(&at, end, DER_INTEGER, &version) || !der_is(&version, OID("\x02\x01\x01")) ||
		!der_take(&at, end, DER_SEQUENCE, &out->sid) ||
		!der_take(&at, end, DER_SEQUENCE, &out->digest) ||
		!der_take(&at, end, DER_CONTEXT_0, &out->attributes) ||
		!der_take(&at, end, DER_SEQUENCE, &out->algorithm) ||
		!der_take(&at, end, DER_OCTETS, &out->signature))
		return false;
	return at == end || (der_take(&at, end, DER_CONTEXT_1, &out->unsigned_attributes) && at == end);
}

/* All but the unsigned attributes, where time-stamp authorities put BER. */
static bool is_strict(const struct signed_data *s)
{
	const struct der *const parts[] = {
		&s->certificates, &s->sid, &s->digest, &s->attributes, &s->algorithm};

	for (size_t i = 0; i < ARRAY_LEN(parts); i++)
		if (!der_is_strict(parts[i]->whole, parts[i]->whole_len))
			return false;
	return true;
}

const char *signed_data_read(
	const unsigned char *der, size_t len, enum signed_kind kind, struct signed_data *out)
{
	struct der outer, type, explicit, data, version, digests, digest, encap, infos, info;
	const unsigned char *at = der, *end = der + len;
	/* RFC 5652 5.1: 3 as soon as the content is not id-data. */
	const char *right_version = kind == SIGNED_DETACHED ? "\x02\x01\x01" : "\x02\x01\x03";
	struct signed_data s = {.kind = kind};

	if (!der_take(&at, end, DER_SEQUENCE, &outer) || at != end)
		return _("the signature is no CMS structure");
	at = outer.body;
	if (!der_take(&at, end, DER_OID, &type) || !der_is(&type, OID(OID_SIGNED_DATA)) ||
		!der_take(&at, end, DER_CONTEXT_0, &explicit) || at != end ||
		!der_only(&explicit, DER_SEQUENCE, &data))
		return _("the signature is no CMS SignedData");
	at = data.body;
	end = end_of(&data);
	if (!der_take(&at, end, DER_INTEGER, &version) || !der_is(&version, right_version, 3) ||
		!der_take(&at, end, DER_SET, &digests) || !der_only(&digests, DER_SEQUENCE, &digest))
		return _("the signature has an odd version or not exactly one digest algorithm");
	if (!der_take(&at, end, DER_SEQUENCE, &encap) || !read_content(&encap, &s))
		return kind == SIGNED_DETACHED
			       ? _("the signature carries content of its own instead of being detached")
			       : _("the time-stamp is about something else");
	if (!der_take(&at, end, DER_CONTEXT_0, &s.certificates))
		return _("the signature doesn't contain the signer's certificate");
	if (!der_take(&at, end, DER_SET, &infos) || at != end)
		return _("the signature carries something that nothing protects");
	if (!der_only(&infos, DER_SEQUENCE, &info))
		return _("the signature must have exactly one signer");
	if (!read_signer(&info, &s) || !is_strict(&s))
		return _("the signer's part of the signature is not as CMS wants it");
	const struct hash_row *hash = hash_of(&s.digest);
	if (!hash)
		return _("the signature uses a digest that is too weak (SHA-256 is the least)");
	if (hash_of(&digest) != hash)
		return _("the signature names two different digests");
	s.md = hash->md();
	*out = s;
	return NULL;
}

/* The padding of /Contents is zeros, and nothing else may hide there. */
size_t without_padding(const unsigned char *der, size_t len)
{
	size_t whole = der_length(der, len);

	for (size_t i = whole; whole > 0 && i < len; i++)
		if (der[i] != 0)
			return 0;
	return whole;
}

const char *signed_data_open(const void *cms, size_t len, struct buf *der, struct signed_data *out)
{
	if (len > LIMIT_CMS_BYTES)
		return _("the signature is larger than any real one");
	size_t whole = without_padding(cms, len);
	if (whole > 0 && !signed_data_read(cms, whole, SIGNED_DETACHED, out))
		return NULL;
	if (!der_from_ber_padded(cms, len, der))
		return _("the signature is not DER followed by zeros");
	return signed_data_read(der->data, der->len, SIGNED_STAMP, out);
}

bool signed_data_token(const struct signed_data *s, struct der *token)
{
	struct der attribute, type, values;
	const unsigned char *at, *end;

	if (s->unsigned_attributes.whole_len == 0 ||
		!der_only(&s->unsigned_attributes, DER_SEQUENCE, &attribute))
		return false;
	at = attribute.body;
	end = end_of(&attribute);
	if (!der_take(&at, end, DER_OID, &type) || !der_is(&type, OID(OID_STAMP_TOKEN)) ||
		!der_take(&at, end, DER_SET, &values) || at != end)
		return false;
	/* Its own length may be open (BER): it is the rest. */
	*token = (struct der){.whole = values.body, .whole_len = values.len};
	return true;
}

/* ---- attributes ---- */

/* Counts the attributes of this type; the last one's only value is `*value`, which stays zero if it has none or two. */
static size_t find_attribute(const struct der *set, const char *oid, size_t oid_len, struct der *value)
{
	const unsigned char *at = set->body, *end = end_of(set);
	struct der attribute, type, values;
	size_t count = 0;

	*value = (struct der){0};
	while (der_take(&at, end, DER_SEQUENCE, &attribute)) {
		const unsigned char *in = attribute.body, *in_end = end_of(&attribute);
		if (!der_take(&in, in_end, DER_OID, &type) || !der_is(&type, oid, oid_len))
			continue;
		count++;
		*value = (struct der){0};
		if (der_take(&in, in_end, DER_SET, &values) && in == in_end && values.len > 0 &&
			!der_only(&values, *values.body, value))
			*value = (struct der){0};
	}
	return count;
}

bool signed_attribute(const struct signed_data *s, const char *oid, size_t oid_len, struct der *value)
{
	return find_attribute(&s->attributes, oid, oid_len, value) == 1 && value->whole_len > 0;
}

size_t signed_attribute_count(const struct signed_data *s, const char *oid, size_t oid_len)
{
	struct der value;

	return find_attribute(&s->attributes, oid, oid_len, &value);
}

/* The same algorithm: the same OID, and parameters that are both none or the same. */
static bool same_algorithm(const struct der *a, const struct der *b)
{
	struct der a_oid, a_parameters, b_oid, b_parameters;

	if (!read_algorithm(a, &a_oid, &a_parameters) || !read_algorithm(b, &b_oid, &b_parameters) ||
		!der_equal(&a_oid, &b_oid))
		return false;
	return (are_no_parameters(&a_parameters) && are_no_parameters(&b_parameters)) ||
	       der_equal(&a_parameters, &b_parameters);
}

/* RFC 6211 3: SEQUENCE { digestAlgorithm, [1] IMPLICIT signatureAlgorithm }. Signers need not have it. */
static bool is_protection_right(const struct signed_data *s)
{
	struct der value, digest, algorithm;

	if (signed_attribute_count(s, OID(OID_PROTECTION)) == 0)
		return true;
	if (!signed_attribute(s, OID(OID_PROTECTION), &value) || value.tag != DER_SEQUENCE)
		return false;
	const unsigned char *at = value.body, *end = end_of(&value);
	return der_take(&at, end, DER_SEQUENCE, &digest) && der_take(&at, end, DER_CONTEXT_1, &algorithm) &&
	       at == end && same_algorithm(&digest, &s->digest) && same_algorithm(&algorithm, &s->algorithm);
}

static const char *attribute_problem(const struct signed_data *s, const unsigned char *digest)
{
	struct der type, said;
	size_t size = (size_t)EVP_MD_get_size(s->md);
	bool right_type =
		signed_attribute(s, OID(OID_CONTENT_TYPE), &type) &&
		(s->kind == SIGNED_STAMP ? der_is(&type, OID(OID_TST_INFO)) : der_is(&type, OID(OID_DATA)));

	if (!right_type)
		return _("the signature's content-type attribute is missing or wrong");
	if (!signed_attribute(s, OID(OID_MESSAGE_DIGEST), &said) || said.tag != DER_OCTETS)
		return _("the signature's message-digest attribute is missing or wrong");
	if (said.len != size || !bytes_equal(said.body, digest, size))
		return _("the document was changed after it was signed");
	if (!is_protection_right(s))
		return _("the signature was made with other algorithms than it names");
	return NULL;
}

/* ---- the signature itself ---- */

/*
 * RSASSA-PSS-params (RFC 8017 A.2.3): the signer's hash in both places and the length of the salt, all said, as the
 * defaults are SHA-1's.
 */
static bool read_pss(const struct signed_data *s, const struct der *parameters, int *salt)
{
	const unsigned char *at = parameters->body, *end = end_of(parameters);
	const struct hash_row *hash = hash_of(&s->digest);
	struct der field[3], digest, mask, mask_oid, mask_digest, length;

	if (parameters->tag != DER_SEQUENCE || !der_take(&at, end, DER_CONTEXT_0, &field[0]) ||
		!der_take(&at, end, DER_CONTEXT_1, &field[1]) ||
		!der_take(&at, end, DER_CONTEXT_2, &field[2]) || at != end)
		return false;
	if (!der_only(&field[0], DER_SEQUENCE, &digest) || hash_of(&digest) != hash ||
		!der_only(&field[1], DER_SEQUENCE, &mask) ||
		!read_algorithm(&mask, &mask_oid, &mask_digest) || !der_is(&mask_oid, OID(OID_MGF1)) ||
		mask_digest.tag != DER_SEQUENCE || hash_of(&mask_digest) != hash)
		return false;
	if (!der_only(&field[2], DER_INTEGER, &length) || length.len < 1 || length.len > 2 ||
		length.body[0] > 0x7f || (length.len == 2 && length.body[0] == 0 && length.body[1] < 0x80))
		return false;
	*salt = length.len == 1 ? length.body[0] : length.body[0] << 8 | length.body[1];
	return true;
}

/* Says to `ctx` what the algorithm identifier says; false if it doesn't fit the key and the digest. */
static bool set_algorithm(const struct signed_data *s, EVP_PKEY *key, EVP_PKEY_CTX *ctx)
{
	const struct hash_row *hash = hash_of(&s->digest);
	struct der oid, parameters;
	int salt = 0;

	if (!hash || !read_algorithm(&s->algorithm, &oid, &parameters) ||
		EVP_PKEY_CTX_set_signature_md(ctx, s->md) != 1)
		return false;
	if (EVP_PKEY_is_a(key, "EC"))
		return der_is(&oid, hash->ecdsa, sizeof OID_ECDSA_SHA256 - 1) &&
		       are_no_parameters(&parameters);
	if (der_is(&oid, OID(OID_RSA_PSS)))
		return read_pss(s, &parameters, &salt) &&
		       EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PSS_PADDING) == 1 &&
		       EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, s->md) == 1 &&
		       EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, salt) == 1;
	return EVP_PKEY_is_a(key, "RSA") && are_no_parameters(&parameters) &&
	       (der_is(&oid, OID(OID_RSA)) || der_is(&oid, hash->rsa, sizeof OID_RSA_SHA256 - 1)) &&
	       EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_PKCS1_PADDING) == 1;
}

/* RFC 5652 5.4: over the attributes as the SET that they are, not as the [0] that holds their place. */
static bool hash_attributes(const struct signed_data *s, unsigned char out[EVP_MAX_MD_SIZE])
{
	static const unsigned char set = DER_SET;
	AUTO(release_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();

	return ctx && EVP_DigestInit_ex(ctx, s->md, NULL) == 1 && EVP_DigestUpdate(ctx, &set, 1) == 1 &&
	       EVP_DigestUpdate(ctx, s->attributes.whole + 1, s->attributes.whole_len - 1) == 1 &&
	       EVP_DigestFinal_ex(ctx, out, NULL) == 1;
}

const char *signed_data_problem(const struct signed_data *s, EVP_PKEY *key, const unsigned char *digest)
{
	unsigned char hash[EVP_MAX_MD_SIZE];
	AUTO(release_pkey_ctx) EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	const char *why = NULL;

	if (!ctx || EVP_PKEY_verify_init(ctx) != 1 || !set_algorithm(s, key, ctx))
		why = _("the signature algorithm doesn't fit the signer's key and digest");
	else
		why = attribute_problem(s, digest);
	if (!why && (!hash_attributes(s, hash) || EVP_PKEY_verify(ctx, s->signature.body, s->signature.len,
							  hash, (size_t)EVP_MD_get_size(s->md)) != 1))
		why = _("the signature doesn't fit the signer's key");
	ERR_clear_error();
	return why;
}
