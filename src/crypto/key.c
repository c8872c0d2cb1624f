#include "crypto/key.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "base/limits.h"
#include "base/outfile.h"
#include "base/text.h"
#include "crypto/handles.h"
#include "crypto/hash.h"

#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/rsa.h>

#include <errno.h>

#define KEY_FILE_BYTES (16 * KIB) /* an RSA-4096 key in PEM has 3.3 kB */

const char *crypto_reason(void)
{
	const char *reason = ERR_reason_error_string(ERR_peek_last_error());

	ERR_clear_error();
	return reason ? reason : "?";
}

int key_generate(enum key_kind kind, struct key **out, struct err *e)
{
	EVP_PKEY *pkey = NULL;

	switch (kind) {
	case KEY_RSA_1024:
		pkey = EVP_RSA_gen(1024);
		break;
	case KEY_RSA_2048:
		pkey = EVP_RSA_gen(2048);
		break;
	case KEY_RSA_3072:
		pkey = EVP_RSA_gen(3072);
		break;
	case KEY_EC_P256:
		pkey = EVP_EC_gen("P-256");
		break;
	case KEY_ED25519:
		pkey = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
		break;
	}
	if (!pkey)
		return err_set(e, ERR_CRYPTO, _("cannot generate a key: %s"), crypto_reason());
	struct key *k = calloc(1, sizeof *k);
	if (!k) {
		EVP_PKEY_free(pkey);
		return err_nomem(e);
	}
	k->pkey = pkey;
	*out = k;
	return 0;
}

/* PKCS#8 PEM in memory that is wiped when it is freed. */
static int key_pem(const struct key *k, BIO **out, struct err *e)
{
	AUTO(release_bio) BIO *bio = BIO_new(BIO_s_secmem());

	if (!bio)
		return err_nomem(e);
	if (!PEM_write_bio_PKCS8PrivateKey(bio, k->pkey, NULL, NULL, 0, NULL, NULL))
		return err_set(e, ERR_CRYPTO, _("cannot write a key: %s"), crypto_reason());
	*out = steal(&bio);
	return 0;
}

/* Never asks: a key file under a passphrase is an error here, not a prompt. */
static int no_passphrase(char *to, int size, int writing, void *user)
{
	(void)to;
	(void)size;
	(void)writing;
	(void)user;
	return -1;
}

int key_load(const char *path, struct key **out, struct err *e)
{
	AUTO(buf_wipe) struct buf pem = BUF_INIT(KEY_FILE_BYTES);

	if (private_load(path, &pem, e) != 0)
		return -1;
	AUTO(release_bio) BIO *bio = BIO_new_mem_buf(pem.data, (int)pem.len);
	if (!bio)
		return err_nomem(e);
	AUTO(release_pkey) EVP_PKEY *pkey = PEM_read_bio_PrivateKey(bio, NULL, no_passphrase, NULL);
	if (!pkey)
		return err_set(e, ERR_CONFIG, _("'%s' holds no private key in PEM without passphrase: %s"),
			path, crypto_reason());
	struct key *k = calloc(1, sizeof *k);
	if (!k)
		return err_nomem(e);
	k->pkey = steal(&pkey);
	*out = k;
	return 0;
}

static bool is_kind(const struct key *k, enum key_kind kind)
{
	switch (kind) {
	case KEY_RSA_1024:
		return EVP_PKEY_is_a(k->pkey, "RSA") && EVP_PKEY_get_bits(k->pkey) == 1024;
	case KEY_RSA_2048:
		return EVP_PKEY_is_a(k->pkey, "RSA") && EVP_PKEY_get_bits(k->pkey) == 2048;
	case KEY_RSA_3072:
		return EVP_PKEY_is_a(k->pkey, "RSA") && EVP_PKEY_get_bits(k->pkey) == 3072;
	case KEY_EC_P256: {
		char group[32] = "";
		return EVP_PKEY_is_a(k->pkey, "EC") &&
		       EVP_PKEY_get_group_name(k->pkey, group, sizeof group, NULL) &&
		       strcmp(group, "prime256v1") == 0;
	}
	case KEY_ED25519:
		return EVP_PKEY_is_a(k->pkey, "ED25519");
	}
	return false;
}

int key_load_or_make(const char *path, enum key_kind kind, struct key **out, struct err *e)
{
	AUTO(key_release) struct key *k = NULL;
	struct err first = ERR_INIT;

	if (key_load(path, &k, &first) != 0) {
		if (first.sys != ENOENT)
			return err_set(e, first.kind, "%s", first.msg);
		AUTO(key_release) struct key *made = NULL;
		AUTO(release_bio) BIO *bio = NULL;
		char *pem = NULL;
		if (key_generate(kind, &made, e) != 0 || key_pem(made, &bio, e) != 0)
			return -1;
		long len = BIO_get_mem_data(bio, &pem);
		/* What is in the file counts, whoever wrote it. */
		if (private_make(path, pem, (size_t)len, e) != 0 || key_load(path, &k, e) != 0)
			return -1;
	}
	if (!is_kind(k, kind))
		return err_set(e, ERR_CONFIG, _("'%s' holds a key of another kind than expected"), path);
	*out = steal(&k);
	return 0;
}

void key_free(struct key *k)
{
	if (!k)
		return;
	EVP_PKEY_free(k->pkey);
	free(k);
}

void key_release(struct key **k)
{
	key_free(*k);
	*k = NULL;
}

int ed25519_public(const struct key *k, unsigned char out[32], struct err *e)
{
	size_t len = 32;

	if (!EVP_PKEY_is_a(k->pkey, "ED25519") || EVP_PKEY_get_raw_public_key(k->pkey, out, &len) != 1 ||
		len != 32)
		return err_set(e, ERR_CRYPTO, _("not an Ed25519 key"));
	return 0;
}

int ed25519_sign(const struct key *k, const void *msg, size_t len, unsigned char sig[64], struct err *e)
{
	AUTO(release_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t sig_len = 64;

	if (!ctx)
		return err_nomem(e);
	if (!EVP_PKEY_is_a(k->pkey, "ED25519"))
		return err_set(e, ERR_CRYPTO, _("not an Ed25519 key"));
	if (EVP_DigestSignInit(ctx, NULL, NULL, NULL, k->pkey) != 1 ||
		EVP_DigestSign(ctx, sig, &sig_len, msg, len) != 1 || sig_len != 64)
		return err_set(e, ERR_CRYPTO, _("cannot sign with Ed25519: %s"), crypto_reason());
	return 0;
}

bool ed25519_verify(const unsigned char pub[32], const void *msg, size_t len, const unsigned char sig[64])
{
	AUTO(release_pkey) EVP_PKEY *pkey = EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, NULL, pub, 32);
	AUTO(release_md_ctx) EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	bool good = pkey && ctx && EVP_DigestVerifyInit(ctx, NULL, NULL, NULL, pkey) == 1 &&
		    EVP_DigestVerify(ctx, sig, 64, msg, len) == 1;

	ERR_clear_error();
	return good;
}

/* Hex and a line feed: survives a copy through text tools and a print-out for the safe. */
static int symmetric_parse(const char *path, struct secret **out, struct err *e)
{
	AUTO(buf_wipe) struct buf text = BUF_INIT(80);
	AUTO(secret_release) struct secret *s = NULL;
	unsigned char key[32];

	if (private_load(path, &text, e) != 0)
		return -1;
	if (text.len == 65 && text.data[64] == '\n')
		text.data[--text.len] = 0;
	if (text.len != 64 || !hex_parse(buf_str(&text), key, sizeof key)) {
		explicit_bzero(key, sizeof key);
		return err_set(e, ERR_CONFIG, _("'%s' must hold a key of 64 hexadecimal digits"), path);
	}
	int r = secret_new(sizeof key, &s, e);
	if (r == 0)
		r = secret_set(s, key, sizeof key, e);
	explicit_bzero(key, sizeof key);
	if (r != 0)
		return -1;
	*out = steal(&s);
	return 0;
}

int symmetric_key_load_or_make(const char *path, struct secret **out, struct err *e)
{
	struct err first = ERR_INIT;
	unsigned char key[32];
	char text[66];

	if (symmetric_parse(path, out, &first) == 0)
		return 0;
	if (first.sys != ENOENT)
		return err_set(e, first.kind, "%s", first.msg);
	if (random_bytes(key, sizeof key, e) != 0)
		return -1;
	hex_text(text, key, sizeof key);
	text[64] = '\n';
	int r = private_make(path, text, 65, e);
	explicit_bzero(key, sizeof key);
	explicit_bzero(text, sizeof text);
	return r == 0 ? symmetric_parse(path, out, e) : -1;
}
