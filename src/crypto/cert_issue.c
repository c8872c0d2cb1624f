#include "crypto/cert.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/handles.h"
#include "crypto/hash.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/x509v3.h>

/* "UJI" or "TEST" as a word of its own: UJIANTO is a name. */
static bool says_word(const char *text, const char *word)
{
	size_t len = strlen(word);

	for (const char *at = text; (at = strstr(at, word)); at++) {
		bool starts = at == text || at[-1] == ' ';
		bool ends = at[len] == '\0' || at[len] == ' ';
		if (starts && ends)
			return true;
	}
	return false;
}

static bool says_test(const char *text)
{
	return text && (says_word(text, "UJI") || says_word(text, "TEST"));
}

/* 127 random bits with the highest set: positive, never short (RFC 5280 4.1.2.2). */
static int set_serial(X509 *x, struct err *e)
{
	unsigned char bytes[16];

	if (random_bytes(bytes, sizeof bytes, e) != 0)
		return -1;
	bytes[0] = (unsigned char)((bytes[0] & 0x7f) | 0x40);
	BIGNUM *bn = BN_bin2bn(bytes, sizeof bytes, NULL);
	bool good = bn && BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x));
	BN_free(bn);
	return good ? 0 : err_nomem(e);
}

static bool add_name(X509_NAME *name, int nid, int type, const char *value)
{
	return !value || X509_NAME_add_entry_by_NID(name, nid, type, (const unsigned char *)value, -1, -1, 0);
}

static bool add_extension(X509 *x, X509 *issuer, int nid, const char *value)
{
	X509V3_CTX ctx;

	X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
	X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
	bool good = ext && X509_add_ext(x, ext, -1);
	X509_EXTENSION_free(ext);
	return good;
}

static bool add_extensions(const struct cert_request *req, X509 *x, X509 *issuer)
{
	char basic[64] = "critical,CA:FALSE";

	if (req->is_ca && req->path_len >= 0)
		snprintf(basic, sizeof basic, "critical,CA:TRUE,pathlen:%d", req->path_len);
	else if (req->is_ca)
		snprintf(basic, sizeof basic, "critical,CA:TRUE");
	return add_extension(x, issuer, NID_basic_constraints, basic) &&
	       add_extension(x, issuer, NID_key_usage,
		       req->is_ca ? "critical,keyCertSign,cRLSign"
				  : "critical,digitalSignature,nonRepudiation") &&
	       add_extension(x, issuer, NID_subject_key_identifier, "hash") &&
	       (issuer == x || add_extension(x, issuer, NID_authority_key_identifier, "keyid:always"));
}

int cert_issue(const struct cert_request *req, const struct key *subject_key, const struct cert *issuer,
	const struct key *issuer_key, struct cert **out, struct err *e)
{
	/* Nobody may take what is made here for a certificate of a real authority. */
	if (!says_test(req->common_name) && !says_test(req->organization))
		return err_set(e, ERR_CRYPTO,
			_("certificate '%s': a name made here must contain the word UJI or TEST"),
			req->common_name);
	if (req->not_after_at <= req->not_before_at)
		return err_set(e, ERR_CRYPTO, _("certificate '%s': ends before it begins"), req->common_name);

	AUTO(release_x509) X509 *x = X509_new();
	if (!x)
		return err_nomem(e);
	if (set_serial(x, e) != 0)
		return -1;
	X509_NAME *name = X509_get_subject_name(x);
	X509 *parent = issuer ? issuer->x509 : x;
	EVP_PKEY *signing_key = issuer ? issuer_key->pkey : subject_key->pkey;
	bool good = X509_set_version(x, X509_VERSION_3) &&
		    add_name(name, NID_countryName, V_ASN1_PRINTABLESTRING, "ID") &&
		    add_name(name, NID_organizationName, V_ASN1_UTF8STRING, req->organization) &&
		    add_name(name, NID_commonName, V_ASN1_UTF8STRING, req->common_name) &&
		    add_name(name, NID_serialNumber, V_ASN1_PRINTABLESTRING, req->subject_id) &&
		    X509_set_issuer_name(x, X509_get_subject_name(parent)) &&
		    ASN1_TIME_adj(X509_getm_notBefore(x), (time_t)req->not_before_at, 0, 0) &&
		    ASN1_TIME_adj(X509_getm_notAfter(x), (time_t)req->not_after_at, 0, 0) &&
		    X509_set_pubkey(x, subject_key->pkey) && add_extensions(req, x, parent);
	/* Ed25519 hashes by itself. */
	if (!good || !X509_sign(x, signing_key, EVP_PKEY_is_a(signing_key, "ED25519") ? NULL : EVP_sha256()))
		return err_set(e, ERR_CRYPTO, _("cannot issue the certificate '%s': %s"), req->common_name,
			crypto_reason());
	return cert_wrap(steal(&x), out, e);
}
