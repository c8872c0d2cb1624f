#include "crypto/chain.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <openssl/err.h>
#include <openssl/rsa.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

CRYPTO_RELEASE(release_store_ctx, X509_STORE_CTX, X509_STORE_CTX_free)
CRYPTO_RELEASE(release_usages, EXTENDED_KEY_USAGE, EXTENDED_KEY_USAGE_free)

/* The leaf's own period is a finding of its own; everything else that OpenSSL finds stands. */
static int leaf_period_apart(int good, X509_STORE_CTX *ctx)
{
	int error = X509_STORE_CTX_get_error(ctx);

	if (!good && X509_STORE_CTX_get_error_depth(ctx) == 0 &&
		(error == X509_V_ERR_CERT_HAS_EXPIRED || error == X509_V_ERR_CERT_NOT_YET_VALID)) {
		X509_STORE_CTX_set_error(ctx, X509_V_OK);
		return 1;
	}
	return good;
}

static const char *problem_text(int error)
{
	switch (error) {
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
	case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
	case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
	case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
	case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
		return _("the certificate doesn't lead to a trusted root");
	case X509_V_ERR_CERT_HAS_EXPIRED:
		return _("a certificate authority's certificate had expired");
	case X509_V_ERR_CERT_NOT_YET_VALID:
		return _("a certificate authority's certificate was not valid yet");
	case X509_V_ERR_CERT_SIGNATURE_FAILURE:
		return _("a signature in the certificate's path is wrong");
	case X509_V_ERR_EE_KEY_TOO_SMALL:
	case X509_V_ERR_CA_KEY_TOO_SMALL:
	case X509_V_ERR_CA_MD_TOO_WEAK:
		return _("the certificate's path uses an algorithm that is too weak");
	case X509_V_ERR_INVALID_CA:
	case X509_V_ERR_PATH_LENGTH_EXCEEDED:
	case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
		return _("a certificate in the path may not issue this one");
	default:
		return X509_verify_cert_error_string(error);
	}
}

static struct period common_period(STACK_OF(X509) * chain)
{
	struct period common = {INT64_MIN, INT64_MAX};

	for (int i = 1; i < sk_X509_num(chain); i++) {
		int64_t from_at = asn1_time_at(X509_get0_notBefore(sk_X509_value(chain, i)));
		int64_t to_at = asn1_time_at(X509_get0_notAfter(sk_X509_value(chain, i)));
		common.from_at = from_at > common.from_at ? from_at : common.from_at;
		common.to_at = to_at < common.to_at ? to_at : common.to_at;
	}
	return common;
}

const char *chain_find(
	const struct trust *trust, X509 *leaf, STACK_OF(X509) * others, int64_t at, STACK_OF(X509) * *path)
{
	*path = NULL;
	if (!trust)
		return _("no trusted roots are configured");
	AUTO(release_store_ctx) X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	if (!ctx || !X509_STORE_CTX_init(ctx, trust->store, leaf, others)) {
		ERR_clear_error();
		return _("the certificate's path could not be looked at");
	}
	X509_VERIFY_PARAM *param = X509_STORE_CTX_get0_param(ctx);
	X509_VERIFY_PARAM_set_time(param, (time_t)at);
	X509_VERIFY_PARAM_set_auth_level(param, 2);
	X509_VERIFY_PARAM_set_depth(param, 8);
	X509_STORE_CTX_set_verify_cb(ctx, leaf_period_apart);
	int good = X509_verify_cert(ctx);
	int error = X509_STORE_CTX_get_error(ctx);
	ERR_clear_error();
	if (good != 1 || error != X509_V_OK)
		return problem_text(error == X509_V_OK ? X509_V_ERR_UNSPECIFIED : error);
	*path = X509_STORE_CTX_get1_chain(ctx);
	return *path ? NULL : _("the certificate's path could not be looked at");
}

const char *chain_problem(const struct trust *trust, X509 *leaf, STACK_OF(X509) * others, int64_t at,
	struct period *authorities)
{
	STACK_OF(X509) *path = NULL;
	const char *why = chain_find(trust, leaf, others, at, &path);

	if (!why)
		*authorities = common_period(path);
	sk_X509_pop_free(path, X509_free);
	return why;
}

static bool is_strong_hash(int nid)
{
	return nid == NID_sha256 || nid == NID_sha384 || nid == NID_sha512;
}

bool is_strong_algorithm(const X509_ALGOR *algorithm)
{
	const ASN1_OBJECT *oid = NULL, *hash_oid = NULL;
	int hash = NID_undef, key = NID_undef;

	X509_ALGOR_get0(&oid, NULL, NULL, algorithm);
	if (OBJ_obj2nid(oid) != NID_rsassaPss)
		return OBJ_find_sigid_algs(OBJ_obj2nid(oid), &hash, &key) == 1 && is_strong_hash(hash);
	RSA_PSS_PARAMS *pss = ASN1_TYPE_unpack_sequence(ASN1_ITEM_rptr(RSA_PSS_PARAMS), algorithm->parameter);
	/* Without a word about it the hash is SHA-1 (RFC 8017 A.2.3). */
	if (pss && pss->hashAlgorithm)
		X509_ALGOR_get0(&hash_oid, NULL, NULL, pss->hashAlgorithm);
	bool strong = hash_oid && is_strong_hash(OBJ_obj2nid(hash_oid));
	RSA_PSS_PARAMS_free(pss);
	ERR_clear_error();
	return strong;
}

const char *key_problem(X509 *x)
{
	EVP_PKEY *pkey = X509_get0_pubkey(x);
	char group[32] = "";

	if (!pkey) {
		ERR_clear_error();
		return _("the certificate's key cannot be read");
	}
	if (EVP_PKEY_is_a(pkey, "RSA") || EVP_PKEY_is_a(pkey, "RSA-PSS"))
		return EVP_PKEY_get_bits(pkey) >= 2048 ? NULL
						       : _("an RSA key of fewer than 2048 bits is too weak");
	if (EVP_PKEY_is_a(pkey, "EC") && EVP_PKEY_get_group_name(pkey, group, sizeof group, NULL) == 1 &&
		(strcmp(group, "prime256v1") == 0 || strcmp(group, "secp384r1") == 0 ||
			strcmp(group, "secp521r1") == 0))
		return NULL;
	ERR_clear_error();
	return _("the certificate's key is neither RSA nor on a NIST curve");
}

/* Uses that say "not for documents" when nothing else stands beside them. */
static bool is_other_purpose(const ASN1_OBJECT *purpose)
{
	switch (OBJ_obj2nid(purpose)) {
	case NID_server_auth:
	case NID_code_sign:
	case NID_time_stamp:
	case NID_OCSP_sign:
		return true;
	default:
		return false;
	}
}

const char *usage_problem(X509 *x)
{
	uint32_t usage = X509_get_key_usage(x);
	int critical = 0;

	/* ETSI EN 319 412-2 4.3.2: the extension must be there. */
	if (usage == UINT32_MAX || (usage & (KU_DIGITAL_SIGNATURE | KU_NON_REPUDIATION)) == 0)
		return _("the certificate is not meant for signatures (key usage)");
	AUTO(release_usages)
	EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(x, NID_ext_key_usage, &critical, NULL);
	ERR_clear_error();
	if (!purposes)
		return critical == -1 ? NULL : _("the certificate's extended key usage cannot be read");
	for (int i = 0; i < sk_ASN1_OBJECT_num(purposes); i++)
		if (!is_other_purpose(sk_ASN1_OBJECT_value(purposes, i)))
			return NULL;
	return _("the certificate is meant for another purpose than documents (extended key usage)");
}
