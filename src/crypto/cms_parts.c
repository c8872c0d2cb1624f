#include "crypto/cms_parts.h"

#include "base/auto.h"
#include "base/i18n.h"

#include <openssl/err.h>
#include <openssl/ess.h>

CRYPTO_RELEASE(release_ess, ESS_SIGNING_CERT, ESS_SIGNING_CERT_free)
CRYPTO_RELEASE(release_ess_v2, ESS_SIGNING_CERT_V2, ESS_SIGNING_CERT_V2_free)

void release_x509_stack(x509_stack **stack)
{
	sk_X509_pop_free(*stack, X509_free);
	*stack = NULL;
}

X509 *signer_certificate(CMS_SignerInfo *si, const x509_stack *all)
{
	for (int i = 0; i < sk_X509_num(all); i++)
		if (CMS_SignerInfo_cert_cmp(si, sk_X509_value(all, i)) == 0)
			return sk_X509_value(all, i);
	return NULL;
}

ASN1_TYPE *only_signed_value(const CMS_SignerInfo *si, int nid)
{
	int at = CMS_signed_get_attr_by_NID(si, nid, -1);

	if (at < 0 || CMS_signed_get_attr_by_NID(si, nid, at) >= 0)
		return NULL;
	X509_ATTRIBUTE *attribute = CMS_signed_get_attr(si, at);
	if (X509_ATTRIBUTE_count(attribute) != 1)
		return NULL;
	return X509_ATTRIBUTE_get0_type(attribute, 0);
}

/* The signer first, then the others: the order in which OSSL_ESS_check_signing_certs() wants a chain. */
static x509_stack *signer_first(X509 *signer, const x509_stack *all)
{
	x509_stack *chain = sk_X509_new_null();

	if (!chain || !sk_X509_push(chain, signer)) {
		sk_X509_free(chain);
		return NULL;
	}
	for (int i = 0; i < sk_X509_num(all); i++)
		if (sk_X509_value(all, i) != signer && !sk_X509_push(chain, sk_X509_value(all, i))) {
			sk_X509_free(chain);
			return NULL;
		}
	return chain;
}

/* Bytes of a SEQUENCE value, which must be used up by its parser. */
static bool sequence_bytes(const ASN1_TYPE *value, const unsigned char **bytes, long *len)
{
	if (!value || value->type != V_ASN1_SEQUENCE)
		return false;
	*bytes = ASN1_STRING_get0_data(value->value.sequence);
	*len = ASN1_STRING_length(value->value.sequence);
	return true;
}

const char *ess_problem(const CMS_SignerInfo *si, X509 *signer, const x509_stack *all, bool old_too)
{
	AUTO(release_ess) ESS_SIGNING_CERT *v1 = NULL;
	AUTO(release_ess_v2) ESS_SIGNING_CERT_V2 *v2 = NULL;
	const unsigned char *bytes;
	long len;

	if (sequence_bytes(only_signed_value(si, NID_id_smime_aa_signingCertificateV2), &bytes, &len))
		v2 = d2i_ESS_SIGNING_CERT_V2(NULL, &bytes, len);
	else if (old_too &&
		 sequence_bytes(only_signed_value(si, NID_id_smime_aa_signingCertificate), &bytes, &len))
		v1 = d2i_ESS_SIGNING_CERT(NULL, &bytes, len);
	else
		return _("the signature doesn't bind its certificate (no signing-certificate-v2)");
	if (!v1 && !v2) {
		ERR_clear_error();
		return _("signing-certificate-v2 cannot be read");
	}
	x509_stack *chain = signer_first(signer, all);
	int good = chain ? OSSL_ESS_check_signing_certs(v1, v2, chain, 1) : 0;
	sk_X509_free(chain);
	ERR_clear_error();
	return good == 1 ? NULL : _("signing-certificate-v2 names another certificate than the signer's");
}
