#include "crypto/cms.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/chain.h"
#include "crypto/cms_parts.h"
#include "crypto/der.h"
#include "crypto/hash.h"
#include "crypto/timestamp.h"

#include <openssl/err.h>

/* The first thing that is wrong stays. */
static void blame(struct signature_verdict *out, const char *why)
{
	if (!out->why[0])
		copy_text(out->why, sizeof out->why, why, strlen(why));
}

/* A NIK is 16 digits; nothing longer than 15 digits is shown. */
static void mask_nik(char *text)
{
	while (*text) {
		size_t digits = strspn(text, "0123456789");
		if (digits >= 16)
			memset(text, '*', digits);
		text += digits ? digits : 1;
	}
}

static void fill_signer(X509 *signer, struct signature_verdict *out)
{
	struct cert_info info;

	cert_describe(signer, &info);
	mask_nik(info.subject);
	memcpy(out->signer, info.common_name, sizeof out->signer);
	memcpy(out->signer_dn, info.subject, sizeof out->signer_dn);
	memcpy(out->signer_id, info.subject_id, sizeof out->signer_id);
	memcpy(out->serial, info.serial, sizeof out->serial);
	memcpy(out->issuer, info.issuer_cn, sizeof out->issuer);
	out->certificate = info.sha256;
	out->not_before_at = info.not_before_at;
	out->not_after_at = info.not_after_at;
}

/* The padding of /Contents is zeros, and nothing else may hide there. */
static size_t without_padding(const unsigned char *der, size_t len)
{
	size_t whole = der_length(der, len);

	for (size_t i = whole; whole > 0 && i < len; i++)
		if (der[i] != 0)
			return 0;
	return whole;
}

/* NULL, or what makes this no detached SignedData with one signer and SHA-256. `*unknown`: not wrong, but not ours to judge. */
static const char *shape_problem(CMS_ContentInfo *cms, CMS_SignerInfo **si, bool *unknown)
{
	X509_ALGOR *digest = NULL;
	const ASN1_OBJECT *algorithm = NULL;

	if (OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed)
		return _("the signature is no CMS SignedData");
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);
	if (!content || *content || OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_pkcs7_data)
		return _("the signature carries content of its own instead of being detached");
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	if (sk_CMS_SignerInfo_num(infos) != 1)
		return _("the signature must have exactly one signer");
	*si = sk_CMS_SignerInfo_value(infos, 0);
	CMS_SignerInfo_get0_algs(*si, NULL, NULL, &digest, NULL);
	X509_ALGOR_get0(&algorithm, NULL, NULL, digest);
	switch (OBJ_obj2nid(algorithm)) {
	case NID_sha256:
		return NULL;
	case NID_sha384:
	case NID_sha512:
		*unknown = true;
		return _("the signature uses a digest that this program doesn't compute (only SHA-256)");
	default:
		return _("the signature uses a digest that is too weak (SHA-256 is the least)");
	}
}

/* The algorithm that the signer names must be one for this key, with SHA-256 or with its hash named elsewhere. */
static const char *algorithm_problem(CMS_SignerInfo *si, X509 *signer)
{
	X509_ALGOR *signature = NULL;
	const ASN1_OBJECT *algorithm = NULL;

	CMS_SignerInfo_get0_algs(si, NULL, NULL, NULL, &signature);
	X509_ALGOR_get0(&algorithm, NULL, NULL, signature);
	EVP_PKEY *pkey = X509_get0_pubkey(signer);
	bool fits = false;
	switch (OBJ_obj2nid(algorithm)) {
	case NID_rsaEncryption:
	case NID_sha256WithRSAEncryption:
		fits = EVP_PKEY_is_a(pkey, "RSA");
		break;
	case NID_rsassaPss: /* its parameters must say SHA-256: CMS_SignerInfo_verify() compares them */
		fits = EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_is_a(pkey, "RSA-PSS");
		break;
	case NID_ecdsa_with_SHA256:
		fits = EVP_PKEY_is_a(pkey, "EC");
		break;
	default:
		break;
	}
	return fits ? NULL : _("the signature algorithm doesn't fit the signer's key and SHA-256");
}

/* RFC 5652 5.3, 11.1, 11.2: both attributes exactly once; the digest is that of the signed ranges. */
static const char *attribute_problem(const CMS_SignerInfo *si, const struct sha256 *digest)
{
	const ASN1_TYPE *type = only_signed_value(si, NID_pkcs9_contentType);
	const ASN1_TYPE *said = only_signed_value(si, NID_pkcs9_messageDigest);

	if (!type || type->type != V_ASN1_OBJECT || OBJ_obj2nid(type->value.object) != NID_pkcs7_data)
		return _("the signature's content-type attribute is missing or wrong");
	if (!said || said->type != V_ASN1_OCTET_STRING)
		return _("the signature's message-digest attribute is missing or wrong");
	const ASN1_OCTET_STRING *octets = said->value.octet_string;
	if (ASN1_STRING_length(octets) != sizeof digest->bytes ||
		!bytes_equal(ASN1_STRING_get0_data(octets), digest->bytes, sizeof digest->bytes))
		return _("the document was changed after it was signed");
	return NULL;
}

static int64_t stamped_at(CMS_SignerInfo *si, const struct trust *trust)
{
	const ASN1_OCTET_STRING *signature = CMS_SignerInfo_get0_signature(si);
	int at = CMS_unsigned_get_attr_by_NID(si, NID_id_smime_aa_timeStampToken, -1);

	if (at < 0)
		return 0;
	X509_ATTRIBUTE *attribute = CMS_unsigned_get_attr(si, at);
	const ASN1_TYPE *token = X509_ATTRIBUTE_get0_type(attribute, 0);
	if (!token || token->type != V_ASN1_SEQUENCE)
		return 0;
	const ASN1_STRING *bytes = token->value.sequence;
	return timestamp_verified_at(ASN1_STRING_get0_data(bytes), (size_t)ASN1_STRING_length(bytes),
		ASN1_STRING_get0_data(signature), (size_t)ASN1_STRING_length(signature), trust);
}

static void judge(CMS_ContentInfo *cms, const struct sha256 *digest, const struct trust *trust,
	int64_t claimed_at, int64_t now_at, struct signature_verdict *out)
{
	CMS_SignerInfo *si = NULL;
	bool unknown = false;
	const char *why = shape_problem(cms, &si, &unknown);

	if (why) {
		out->intact = unknown ? FINDING_UNKNOWN : FINDING_NO;
		blame(out, why);
		return;
	}
	AUTO(release_x509_stack) x509_stack *all = CMS_get1_certs(cms);
	X509 *signer = all ? signer_certificate(si, all) : NULL;
	if (!signer) {
		out->intact = FINDING_NO;
		blame(out, _("the signature doesn't contain the signer's certificate"));
		return;
	}
	fill_signer(signer, out);

	why = key_problem(signer);
	if (!why)
		why = algorithm_problem(si, signer);
	if (!why)
		why = attribute_problem(si, digest);
	if (!why) {
		CMS_SignerInfo_set1_signer_cert(si, signer);
		if (CMS_SignerInfo_verify(si) != 1)
			why = _("the signature doesn't fit the signer's key");
	}
	out->intact = why ? FINDING_NO : FINDING_YES;
	if (why) {
		/* Without a good signature the attributes are anybody's words, and the path proves nothing. */
		blame(out, why);
		out->cades = out->trusted = FINDING_NO;
		return;
	}

	why = ess_problem(si, signer, all, false);
	out->cades = why ? FINDING_NO : FINDING_YES;
	if (why)
		blame(out, why);

	out->stamped_at = stamped_at(si, trust);
	int64_t at = out->stamped_at ? out->stamped_at : claimed_at > 0 ? claimed_at : now_at;
	why = usage_problem(signer);
	if (!why)
		why = chain_problem(trust, signer, all, at);
	out->trusted = why ? FINDING_NO : FINDING_YES;
	if (why)
		blame(out, why);

	bool early = at<out->not_before_at, late = at> out->not_after_at;
	out->in_time = early || late ? FINDING_NO : FINDING_YES;
	if (early)
		blame(out, _("the certificate was not valid yet at the time of signing"));
	if (late)
		blame(out, _("the certificate had expired at the time of signing"));
}

int cms_verify(const unsigned char *der, size_t len, const struct sha256 *digest, const struct trust *trust,
	int64_t claimed_at, int64_t now_at, struct signature_verdict *out, struct err *e)
{
	out->intact = out->cades = out->trusted = out->in_time = FINDING_UNKNOWN;
	out->stamped_at = 0;
	if (len > LIMIT_CMS_BYTES) {
		blame(out, _("the signature is larger than any real one"));
		return 0;
	}
	ERR_clear_error();
	size_t whole = without_padding(der, len);
	if (whole == 0 || !der_is_strict(der, whole)) {
		out->intact = FINDING_NO;
		blame(out, _("the signature is not DER followed by zeros"));
		return 0;
	}
	const unsigned char *p = der;
	AUTO(release_cms) CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)whole);
	if (!cms && ERR_GET_REASON(ERR_peek_error()) == ERR_R_MALLOC_FAILURE) {
		ERR_clear_error();
		return err_nomem(e);
	}
	if (!cms || p != der + whole) {
		ERR_clear_error();
		out->intact = FINDING_NO;
		blame(out, _("the signature is no CMS structure"));
		return 0;
	}
	judge(cms, digest, trust, claimed_at, now_at, out);
	ERR_clear_error();
	return 0;
}
