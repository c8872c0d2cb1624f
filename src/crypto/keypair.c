#include "crypto/keypair.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/handles.h"
#include "crypto/key_pkcs11.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

int secret_terminated(const struct secret *s, struct secret **out, struct err *e)
{
	AUTO(secret_release) struct secret *copy = NULL;

	/* A fresh secret is all zeros. */
	if (secret_new(secret_len(s) + 1, &copy, e) != 0 ||
		secret_set(copy, secret_bytes(s), secret_len(s), e) != 0)
		return -1;
	*out = steal(&copy);
	return 0;
}

static int take_chain(X509 *from, STACK_OF(X509) * others, struct keypair *k, struct err *e)
{
	while (k->chain_len < KEYPAIR_CHAIN_MAX) {
		X509 *above = NULL;
		for (int i = 0; i < sk_X509_num(others) && !above; i++)
			if (X509_check_issued(sk_X509_value(others, i), from) == X509_V_OK)
				above = sk_X509_value(others, i);
		if (!above || X509_self_signed(above, 0) == 1)
			break;
		X509_up_ref(above);
		if (cert_wrap(above, &k->chain[k->chain_len], e) != 0)
			return -1;
		k->chain_len++;
		from = above;
	}
	ERR_clear_error();
	return 0;
}

int keypair_take(struct keypair *k, EVP_PKEY *pkey, X509 *x509, STACK_OF(X509) * others, struct err *e)
{
	AUTO(release_pkey) EVP_PKEY *owned = pkey;

	if (cert_wrap(x509, &k->cert, e) != 0)
		return -1;
	k->key = calloc(1, sizeof *k->key);
	if (!k->key)
		return err_nomem(e);
	k->key->pkey = steal(&owned);
	if (!cert_fits_key(k->cert, k->key))
		return err_set(e, ERR_CONFIG, _("the certificate doesn't belong to the key"));
	return take_chain(k->cert->x509, others, k, e);
}

void keypair_signer(const struct keypair *k, const struct cert **chain, struct cms_signer *out)
{
	for (size_t i = 0; i < k->chain_len; i++)
		chain[i] = k->chain[i];
	*out = (struct cms_signer){k->key, k->cert, chain, k->chain_len};
}

void keypair_release(struct keypair *k)
{
	key_free(k->key);
	cert_free(k->cert);
	for (size_t i = 0; i < k->chain_len; i++)
		cert_free(k->chain[i]);
	token_close(k->token);
	*k = (struct keypair)KEYPAIR_INIT;
}
