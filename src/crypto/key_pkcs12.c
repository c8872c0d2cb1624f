#include "crypto/key_pkcs12.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "crypto/handles.h"

#include <openssl/err.h>
#include <openssl/pkcs12.h>

#define FILE_MAX (256 * KIB) /* a key, and a chain of certificates with long names */

static void release_stack(STACK_OF(X509) * *s)
{
	sk_X509_pop_free(*s, X509_free);
	*s = NULL;
}
CRYPTO_RELEASE(release_pkcs12, PKCS12, PKCS12_free)

static int parse_file(const char *path, PKCS12 **out, struct err *e)
{
	AUTO(buf_wipe) struct buf file = BUF_INIT(FILE_MAX);

	if (private_load(path, &file, e) != 0)
		return -1;
	const unsigned char *at = file.data;
	*out = file.len > 0 ? d2i_PKCS12(NULL, &at, (long)file.len) : NULL;
	ERR_clear_error();
	if (!*out)
		return err_set(e, ERR_CONFIG, _("'%s' is no PKCS#12 file (.p12, .pfx)"), path);
	return 0;
}

/* Whether OpenSSL's last words are about a cipher that it no longer has. */
static bool is_unsupported(void)
{
	bool found = false;
	unsigned long code;

	while ((code = ERR_get_error()) != 0) {
		int reason = ERR_GET_REASON(code);
		found = found || reason == ERR_R_UNSUPPORTED || reason == EVP_R_UNSUPPORTED_ALGORITHM ||
			reason == PKCS12_R_UNKNOWN_DIGEST_ALGORITHM;
	}
	return found;
}

static int explain(const char *path, enum key_trouble *trouble, struct err *e)
{
	if (is_unsupported())
		return err_set(e, ERR_CONFIG,
			_("'%s' is protected by an outdated cipher (RC2): write it anew with 'openssl pkcs12 "
			  "-legacy -in OLD -out KEY.pem' and 'openssl pkcs12 -export -in KEY.pem -out NEW', "
			  "then destroy KEY.pem"),
			path);
	*trouble = KEY_WRONG_SECRET;
	return err_set(e, ERR_CRYPTO, _("the passphrase does not open '%s'"), path);
}

int pkcs12_open(const char *path, const struct secret *passphrase, struct keypair *out,
	enum key_trouble *trouble, struct err *e)
{
	AUTO(release_pkcs12) PKCS12 *file = NULL;
	AUTO(release_pkey) EVP_PKEY *pkey = NULL;
	AUTO(release_x509) X509 *x509 = NULL;
	AUTO(release_stack) STACK_OF(X509) *others = NULL;
	AUTO(secret_release) struct secret *text = NULL;
	AUTO(keypair_release) struct keypair k = KEYPAIR_INIT;

	*trouble = KEY_ELSE;
	if (parse_file(path, &file, e) != 0 || secret_terminated(passphrase, &text, e) != 0)
		return -1;
	const char *pass = (const char *)secret_bytes(text);
	/* The check sum first: it alone tells a wrong passphrase from a file that OpenSSL cannot read. */
	if ((PKCS12_mac_present(file) && !PKCS12_verify_mac(file, pass, (int)secret_len(text))) ||
		!PKCS12_parse(file, pass, &pkey, &x509, &others))
		return explain(path, trouble, e);
	if (!pkey)
		return err_set(e, ERR_CONFIG, _("'%s' holds no private key"), path);
	if (!x509)
		return err_set(e, ERR_CONFIG, _("'%s' holds a key without its certificate"), path);
	if (keypair_take(&k, steal(&pkey), steal(&x509), others, e) != 0)
		return -1;
	*trouble = KEY_FINE;
	*out = k;
	k = (struct keypair)KEYPAIR_INIT;
	return 0;
}
