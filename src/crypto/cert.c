#include "crypto/cert.h"

#include "base/auto.h"
#include "base/date.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/handles.h"
#include "crypto/hash.h"

#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pem.h>

void cert_free(struct cert *c)
{
	if (!c)
		return;
	X509_free(c->x509);
	OPENSSL_free(c->der);
	OPENSSL_free(c->issuer);
	OPENSSL_free(c->serial);
	free(c);
}

void cert_release(struct cert **c)
{
	cert_free(*c);
	*c = NULL;
}

int cert_wrap(X509 *x509, struct cert **out, struct err *e)
{
	AUTO(cert_release) struct cert *c = calloc(1, sizeof *c);

	if (!c) {
		X509_free(x509);
		return err_nomem(e);
	}
	c->x509 = x509;
	int der_len = i2d_X509(x509, &c->der);
	int issuer_len = i2d_X509_NAME(X509_get_issuer_name(x509), &c->issuer);
	int serial_len = i2d_ASN1_INTEGER(X509_get0_serialNumber(x509), &c->serial);
	if (der_len <= 0 || issuer_len <= 0 || serial_len <= 0)
		return err_set(e, ERR_CRYPTO, _("cannot encode a certificate: %s"), crypto_reason());
	c->der_len = (size_t)der_len;
	c->issuer_len = (size_t)issuer_len;
	c->serial_len = (size_t)serial_len;
	c->sha256 = sha256_of(c->der, c->der_len);
	*out = steal(&c);
	return 0;
}

int cert_load(const char *path, struct cert **out, struct err *e)
{
	AUTO(buf_release) struct buf pem = BUF_INIT(LIMIT_SETUP_BYTES);

	if (buf_load(&pem, path, e) != 0)
		return -1;
	AUTO(release_bio) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	if (!bio)
		return err_nomem(e);
	X509 *x509 = PEM_read_bio_X509(bio, NULL, NULL, NULL);
	if (!x509)
		return err_set(
			e, ERR_CONFIG, _("'%s' holds no certificate in PEM: %s"), path, crypto_reason());
	return cert_wrap(x509, out, e);
}

int cert_save(const struct cert *c, const char *path, struct err *e)
{
	AUTO(release_bio) BIO *bio = BIO_new(BIO_s_mem());
	char *pem = NULL;

	if (!bio || !PEM_write_bio_X509(bio, c->x509))
		return err_nomem(e);
	long len = BIO_get_mem_data(bio, &pem);
	return outfile_put(path, 0644, pem, (size_t)len, e);
}

int cert_der(const struct cert *c, struct buf *out, struct err *e)
{
	buf_add(out, c->der, c->der_len);
	return buf_check(out, e);
}

bool cert_fits_key(const struct cert *c, const struct key *k)
{
	bool fits = EVP_PKEY_eq(X509_get0_pubkey(c->x509), k->pkey) == 1;

	ERR_clear_error();
	return fits;
}

void copy_text(char *out, size_t size, const char *text, size_t len)
{
	if (len >= size) {
		len = size - 1;
		while (len > 0 && ((unsigned char)text[len] & 0xc0) == 0x80)
			len--;
	}
	memcpy(out, text, len);
	out[len] = '\0';
}

/*
 * The last value of an attribute: DER names run from the country to the person. A value with a NUL or a control
 * byte is no name that a person could have read, so it stays empty.
 */
static void name_value(const X509_NAME *name, int nid, char *out, size_t size)
{
	int at = -1, last = -1;
	unsigned char *utf8 = NULL;

	out[0] = '\0';
	while ((at = X509_NAME_get_index_by_NID(name, nid, at)) >= 0)
		last = at;
	if (last < 0)
		return;
	int len = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, last)));
	if (len < 0) {
		ERR_clear_error();
		return;
	}
	bool printable = utf8_is_valid((char *)utf8, (size_t)len);
	for (int i = 0; i < len; i++)
		printable = printable && utf8[i] >= 0x20 && utf8[i] != 0x7f;
	if (printable)
		copy_text(out, size, (char *)utf8, (size_t)len);
	OPENSSL_free(utf8);
}

static void name_line(const X509_NAME *name, char *out, size_t size)
{
	AUTO(release_bio) BIO *bio = BIO_new(BIO_s_mem());
	char *text = NULL;

	out[0] = '\0';
	/* RFC 2253 without escaping UTF-8: control bytes stay escaped. */
	if (!bio || X509_NAME_print_ex(bio, name, 0, XN_FLAG_RFC2253 & ~(unsigned long)ASN1_STRFLGS_ESC_MSB) <
			    0) {
		ERR_clear_error();
		return;
	}
	long len = BIO_get_mem_data(bio, &text);
	if (len > 0)
		copy_text(out, size, text, (size_t)len);
}

int64_t asn1_time_at(const ASN1_TIME *t)
{
	struct tm tm;

	if (!t || !ASN1_TIME_to_tm(t, &tm)) {
		ERR_clear_error();
		return 0;
	}
	struct moment m = {
		.date = {tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday},
		.hour = tm.tm_hour,
		.minute = tm.tm_min,
		.second = tm.tm_sec,
	};
	return moment_at(m, ZONE_UTC);
}

void cert_describe(const X509 *x509, struct cert_info *out)
{
	const X509_NAME *subject = X509_get_subject_name(x509);
	const X509_NAME *issuer = X509_get_issuer_name(x509);
	const ASN1_INTEGER *serial = X509_get0_serialNumber(x509);
	unsigned int hash_len = 0;

	memset(out, 0, sizeof *out);
	name_value(subject, NID_commonName, out->common_name, sizeof out->common_name);
	name_value(issuer, NID_commonName, out->issuer_cn, sizeof out->issuer_cn);
	name_value(subject, NID_serialNumber, out->subject_id, sizeof out->subject_id);
	if (!out->subject_id[0]) {
		/* Some certificates carry the NIK as user id; other user ids say nothing about a person. */
		char uid[64];
		name_value(subject, NID_userId, uid, sizeof uid);
		if (strlen(uid) == 16 && strspn(uid, "0123456789") == 16)
			memcpy(out->subject_id, uid, sizeof uid);
	}
	name_line(subject, out->subject, sizeof out->subject);
	name_line(issuer, out->issuer, sizeof out->issuer);
	/* RFC 5280 4.1.2.2: at most 20 bytes; a longer one is cut, as it only serves display. */
	const unsigned char *digits = ASN1_STRING_get0_data(serial);
	size_t digits_len = (size_t)ASN1_STRING_length(serial);
	if (digits_len > (sizeof out->serial - 1) / 2)
		digits_len = (sizeof out->serial - 1) / 2;
	hex_text(out->serial, digits, digits_len);
	out->not_before_at = asn1_time_at(X509_get0_notBefore(x509));
	out->not_after_at = asn1_time_at(X509_get0_notAfter(x509));
	if (!X509_digest(x509, EVP_sha256(), out->sha256.bytes, &hash_len))
		ERR_clear_error();
}

int cert_info(const struct cert *c, struct cert_info *out, struct err *e)
{
	(void)e;
	cert_describe(c->x509, out);
	out->sha256 = c->sha256;
	return 0;
}
