/* Which certificate the signer says is his; declared in bag.h. */
#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/bag.h"
#include "crypto/oid.h"

#include <openssl/err.h>
#include <openssl/ess.h>

CRYPTO_RELEASE(release_ess, ESS_SIGNING_CERT, ESS_SIGNING_CERT_free)
CRYPTO_RELEASE(release_ess_v2, ESS_SIGNING_CERT_V2, ESS_SIGNING_CERT_V2_free)

/* The signer first, then the others: the order in which OSSL_ESS_check_signing_certs() wants a chain. */
static x509_stack *signer_first(const struct bag *bag)
{
	x509_stack *chain = sk_X509_new_null();

	if (!chain || !sk_X509_push(chain, bag->signer)) {
		sk_X509_free(chain);
		return NULL;
	}
	for (int i = 0; i < sk_X509_num(bag->all); i++)
		if (sk_X509_value(bag->all, i) != bag->signer &&
			!sk_X509_push(chain, sk_X509_value(bag->all, i))) {
			sk_X509_free(chain);
			return NULL;
		}
	return chain;
}

const char *ess_problem(const struct signed_data *s, const struct bag *bag, bool old_too)
{
	AUTO(release_ess) ESS_SIGNING_CERT *v1 = NULL;
	AUTO(release_ess_v2) ESS_SIGNING_CERT_V2 *v2 = NULL;
	struct der value;
	const unsigned char *at;

	if (signed_attribute(s, OID(OID_SIGNING_CERT_V2), &value)) {
		at = value.whole;
		v2 = d2i_ESS_SIGNING_CERT_V2(NULL, &at, (long)value.whole_len);
	} else if (old_too && signed_attribute(s, OID(OID_SIGNING_CERT), &value)) {
		at = value.whole;
		v1 = d2i_ESS_SIGNING_CERT(NULL, &at, (long)value.whole_len);
	} else {
		return _("the signature doesn't bind its certificate (no signing-certificate-v2)");
	}
	if ((!v1 && !v2) || at != value.whole + value.whole_len) {
		ERR_clear_error();
		return _("signing-certificate-v2 cannot be read");
	}
	x509_stack *chain = signer_first(bag);
	int good = chain ? OSSL_ESS_check_signing_certs(v1, v2, chain, 1) : 0;
	sk_X509_free(chain);
	ERR_clear_error();
	return good == 1 ? NULL : _("signing-certificate-v2 names another certificate than the signer's");
}
