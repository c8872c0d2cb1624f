#include "crypto/cert.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/bag.h"

#include <openssl/err.h>
#include <openssl/pem.h>

int trust_load(const char *pem_path, struct trust **out, struct err *e)
{
	AUTO(buf_release) struct buf pem = BUF_INIT(LIMIT_SETUP_BYTES);
	AUTO(trust_release) struct trust *t = calloc(1, sizeof *t);
	size_t count = 0;

	if (!t)
		return err_nomem(e);
	if (buf_load(&pem, pem_path, e) != 0)
		return -1;
	AUTO(release_bio) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	t->store = X509_STORE_new();
	t->bags = bag_cache_new();
	if (!bio || !t->store || !t->bags)
		return err_nomem(e);
	for (;;) {
		AUTO(release_x509) X509 *x = PEM_read_bio_X509(bio, NULL, NULL, NULL);
		if (!x)
			break;
		if (!X509_STORE_add_cert(t->store, x))
			return err_set(e, ERR_CONFIG, _("'%s': cannot use certificate %zu: %s"), pem_path,
				count + 1, crypto_reason());
		count++;
	}
	/* "No more" is the good end; anything else is a damaged certificate that must not be skipped in silence. */
	unsigned long last = ERR_peek_last_error();
	bool at_end = ERR_GET_LIB(last) == ERR_LIB_PEM && ERR_GET_REASON(last) == PEM_R_NO_START_LINE;
	if (!at_end || count == 0)
		return err_set(e, ERR_CONFIG, _("'%s' must hold certificates in PEM and nothing damaged: %s"),
			pem_path, crypto_reason());
	ERR_clear_error();
	*out = steal(&t);
	return 0;
}

void trust_free(struct trust *t)
{
	if (!t)
		return;
	bag_cache_free(t->bags);
	X509_STORE_free(t->store);
	free(t);
}

void trust_release(struct trust **t)
{
	trust_free(*t);
	*t = NULL;
}
