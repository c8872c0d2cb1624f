#include "crypto/timestamp.h"

#include "base/auto.h"
#include "base/date.h"
#include "crypto/chain.h"
#include "crypto/cms_parts.h"
#include "crypto/hash.h"

#include <openssl/err.h>
#include <openssl/ts.h>
#include <openssl/x509v3.h>

CRYPTO_RELEASE(release_tst, TS_TST_INFO, TS_TST_INFO_free)

/* RFC 3161 2.4.2: messageImprint is the hash of the signature value. */
static bool imprint_fits(TS_TST_INFO *info, const unsigned char *signature, size_t len)
{
	TS_MSG_IMPRINT *imprint = TS_TST_INFO_get_msg_imprint(info);
	const ASN1_OBJECT *algorithm = NULL;
	unsigned char hash[EVP_MAX_MD_SIZE];
	unsigned int hash_len = 0;

	X509_ALGOR_get0(&algorithm, NULL, NULL, TS_MSG_IMPRINT_get_algo(imprint));
	int nid = OBJ_obj2nid(algorithm);
	if (nid != NID_sha256 && nid != NID_sha384 && nid != NID_sha512)
		return false;
	if (EVP_Digest(signature, len, hash, &hash_len, EVP_get_digestbynid(nid), NULL) != 1)
		return false;
	const ASN1_OCTET_STRING *said = TS_MSG_IMPRINT_get_msg(imprint);
	return (unsigned)ASN1_STRING_length(said) == hash_len &&
	       bytes_equal(ASN1_STRING_get0_data(said), hash, hash_len);
}

/* RFC 3161 2.3: critical, and time-stamping alone. */
static bool may_stamp(X509 *x)
{
	int critical = 0;
	EXTENDED_KEY_USAGE *purposes = X509_get_ext_d2i(x, NID_ext_key_usage, &critical, NULL);
	bool good = purposes && critical == 1 && sk_ASN1_OBJECT_num(purposes) == 1 &&
		    OBJ_obj2nid(sk_ASN1_OBJECT_value(purposes, 0)) == NID_time_stamp;

	EXTENDED_KEY_USAGE_free(purposes);
	return good;
}

static int64_t generalized_at(const ASN1_GENERALIZEDTIME *t)
{
	struct tm tm;

	if (!t || !ASN1_TIME_to_tm(t, &tm))
		return 0;
	struct moment m = {
		.date = {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday},
		.hour = tm.tm_hour,
		.minute = tm.tm_min,
		.second = tm.tm_sec,
	};
	return moment_at(m, ZONE_UTC);
}

static int64_t token_at(const unsigned char *token, size_t len, const unsigned char *signature,
	size_t signature_len, const struct trust *trust)
{
	const unsigned char *p = token;
	AUTO(release_cms) CMS_ContentInfo *cms = d2i_CMS_ContentInfo(NULL, &p, (long)len);

	if (!cms || OBJ_obj2nid(CMS_get0_type(cms)) != NID_pkcs7_signed ||
		OBJ_obj2nid(CMS_get0_eContentType(cms)) != NID_id_smime_ct_TSTInfo)
		return 0;
	STACK_OF(CMS_SignerInfo) *infos = CMS_get0_SignerInfos(cms);
	ASN1_OCTET_STRING **content = CMS_get0_content(cms);
	if (sk_CMS_SignerInfo_num(infos) != 1 || !content || !*content)
		return 0;
	CMS_SignerInfo *si = sk_CMS_SignerInfo_value(infos, 0);
	AUTO(release_x509_stack) x509_stack *all = CMS_get1_certs(cms);
	X509 *signer = all ? signer_certificate(si, all) : NULL;
	if (!signer || key_problem(signer) || !may_stamp(signer) || ess_problem(si, signer, all, true))
		return 0;

	/* Attributes, digest of the content and signature; the path is checked below, at the stamp's own time. */
	if (CMS_verify(cms, NULL, NULL, NULL, NULL, CMS_NO_SIGNER_CERT_VERIFY | CMS_BINARY) != 1)
		return 0;
	p = ASN1_STRING_get0_data(*content);
	AUTO(release_tst) TS_TST_INFO *info = d2i_TS_TST_INFO(NULL, &p, ASN1_STRING_length(*content));
	if (!info || !imprint_fits(info, signature, signature_len))
		return 0;
	int64_t at = generalized_at(TS_TST_INFO_get_time(info));
	struct cert_info who;
	cert_describe(signer, &who);
	if (at < who.not_before_at || at > who.not_after_at || chain_problem(trust, signer, all, at))
		return 0;
	return at;
}

int64_t timestamp_verified_at(const unsigned char *token, size_t len, const unsigned char *signature,
	size_t signature_len, const struct trust *trust)
{
	int64_t at = token_at(token, len, signature, signature_len, trust);

	ERR_clear_error();
	return at;
}
