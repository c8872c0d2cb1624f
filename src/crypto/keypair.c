#include "crypto/keypair.h"

#include "crypto/handles.h"
#include "crypto/key_pkcs11.h"

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
