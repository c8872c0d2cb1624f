#include "crypto/parts.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/handles.h"

#include <openssl/err.h>
#include <openssl/ocsp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

CRYPTO_RELEASE(release_ocsp, OCSP_RESPONSE, OCSP_RESPONSE_free)
CRYPTO_RELEASE(release_basic, OCSP_BASICRESP, OCSP_BASICRESP_free)

int cert_parse(const void *bytes, size_t len, struct cert **out, struct err *e)
{
	const unsigned char *at = bytes;
	X509 *x = len <= INT_MAX ? d2i_X509(NULL, &at, (long)len) : NULL;

	if (!x && len <= INT_MAX) {
		AUTO(release_bio) BIO *bio = BIO_new_mem_buf(bytes, (int)len);
		x = bio ? PEM_read_bio_X509(bio, NULL, NULL, NULL) : NULL;
	}
	ERR_clear_error();
	return x ? cert_wrap(x, out, e) : err_set(e, ERR_CRYPTO, _("these bytes are no certificate"));
}

int ocsp_certificates(const void *response, size_t len, struct evidence *ev, struct err *e)
{
	const unsigned char *at = response;
	AUTO(release_ocsp) OCSP_RESPONSE *whole = d2i_OCSP_RESPONSE(NULL, &at, (long)len);
	AUTO(release_basic) OCSP_BASICRESP *basic = whole ? OCSP_response_get1_basic(whole) : NULL;
	const STACK_OF(X509) *certs = basic ? OCSP_resp_get0_certs(basic) : NULL;
	int status = 0;

	for (int i = 0; i < sk_X509_num(certs) && status == 0; i++) {
		unsigned char *der = NULL;
		int der_len = i2d_X509(sk_X509_value(certs, i), &der);
		if (der_len > 0)
			status = evidence_add(ev, EVIDENCE_CERT, der, (size_t)der_len, e);
		OPENSSL_free(der);
	}
	ERR_clear_error();
	return status;
}

bool cert_is_authority(const struct cert *c)
{
	return X509_check_ca(c->x509) == 1;
}

bool cert_is_by(const struct cert *c, const struct cert *issuer)
{
	bool good = X509_check_issued(issuer->x509, c->x509) == X509_V_OK &&
		    X509_verify(c->x509, X509_get0_pubkey(issuer->x509)) == 1;

	ERR_clear_error();
	return good;
}
