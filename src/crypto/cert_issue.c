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

static bool name_says_test(const X509_NAME *name, int nid)
{
	char text[256];

	return X509_NAME_get_text_by_NID(name, nid, text, sizeof text) > 0 && says_test(text);
}

bool cert_is_test(const struct cert *c)
{
	const X509_NAME *name = X509_get_subject_name(c->x509);

	return name_says_test(name, NID_commonName) || name_says_test(name, NID_organizationName);
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

/* What else the use asks for: RFC 3161 2.3, RFC 6960 4.2.2.2 (and nobody need ask about the answerer). */
static bool add_use(const struct cert_request *req, X509 *x, X509 *issuer)
{
	switch (req->use) {
	case CERT_SIGNS:
		return true;
	case CERT_STAMPS:
		return add_extension(x, issuer, NID_ext_key_usage, "critical,timeStamping");
	case CERT_ANSWERS:
		return add_extension(x, issuer, NID_ext_key_usage, "OCSPSigning") &&
		       add_extension(x, issuer, NID_id_pkix_OCSP_noCheck, "ignored");
	}
	return false;
}

/* An http URL of plain characters, so that it says nothing else to OpenSSL's little language. */
static bool is_plain_url(const char *url)
{
	return strncmp(url, "http", 4) == 0 && strlen(url) < 400 &&
	       strspn(url, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:/.-_~%[]") ==
		       strlen(url);
}

static bool add_url(X509 *x, X509 *issuer, int nid, const char *first, const char *second)
{
	AUTO(buf_release) struct buf value = BUF_INIT(1024);
	const char *first_kind = nid == NID_info_access ? "OCSP;URI:" : "URI:";

	if (!first && !second)
		return true;
	if ((first && !is_plain_url(first)) || (second && !is_plain_url(second)))
		return false;
	if (first)
		buf_addf(&value, "%s%s", first_kind, first);
	if (second)
		buf_addf(&value, "%scaIssuers;URI:%s", first ? "," : "", second);
	return !value.failed && add_extension(x, issuer, nid, buf_str(&value));
}

static bool add_extensions(const struct cert_request *req, X509 *x, X509 *issuer)
{
	char basic[64] = "critical,CA:FALSE";

	if (req->is_ca && req->path_len >= 0)
		snprintf(basic, sizeof basic, "critical,CA:TRUE,pathlen:%d", req->path_len);
	else if (req->is_ca)
		snprintf(basic, sizeof basic, "critical,CA:TRUE");
	const char *usage = req->is_ca               ? "critical,keyCertSign,cRLSign"
			    : req->use == CERT_SIGNS ? "critical,digitalSignature,nonRepudiation"
						     : "critical,digitalSignature";
	return add_extension(x, issuer, NID_basic_constraints, basic) &&
	       add_extension(x, issuer, NID_key_usage, usage) &&
	       add_extension(x, issuer, NID_subject_key_identifier, "hash") &&
	       (issuer == x || add_extension(x, issuer, NID_authority_key_identifier, "keyid:always")) &&
	       add_use(req, x, issuer) &&
	       add_url(x, issuer, NID_info_access, req->ocsp_url, req->issuer_url) &&
	       add_url(x, issuer, NID_crl_distribution_points, req->crl_url, NULL);
}

/* As BSrE's hierarchy: the authorities' certificates are signed with SHA-384. Ed25519 hashes by itself. */
static const EVP_MD *digest_for(const struct cert_request *req, const EVP_PKEY *signing_key)
{
	if (EVP_PKEY_is_a(signing_key, "ED25519"))
		return NULL;
	return req->is_ca ? EVP_sha384() : EVP_sha256();
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
	if (!good || !X509_sign(x, signing_key, digest_for(req, signing_key)))
		return err_set(e, ERR_CRYPTO, _("cannot issue the certificate '%s': %s"), req->common_name,
			crypto_reason());
	return cert_wrap(steal(&x), out, e);
}
