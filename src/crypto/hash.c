#include "crypto/hash.h"

#include "base/i18n.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>
#include <openssl/sha.h>

struct hasher {
	EVP_MD_CTX *ctx; /* owned */
};

/*
 * SHA256() takes no memory and cannot fail. EVP_Q_digest() would look the algorithm up on each call, which
 * costs more than hashing a ledger leaf.
 */
struct sha256 sha256_of(const void *bytes, size_t len)
{
	struct sha256 out;

	SHA256(bytes, len, out.bytes);
	return out;
}

void sha1_name(const void *bytes, size_t len, char out[41])
{
	unsigned char hash[SHA_DIGEST_LENGTH];

	SHA1(bytes, len, hash);
	for (size_t i = 0; i < sizeof hash; i++)
		snprintf(out + 2 * i, 3, "%02X", hash[i]);
}

/* The C library's default provider always has SHA-256: a failure here means a broken installation. */
static void must(int ok)
{
	if (!ok)
		abort();
}

int hasher_new(struct hasher **out, struct err *e)
{
	struct hasher *h = calloc(1, sizeof *h);

	if (!h)
		return err_nomem(e);
	h->ctx = EVP_MD_CTX_new();
	if (!h->ctx || !EVP_DigestInit_ex(h->ctx, EVP_sha256(), NULL)) {
		EVP_MD_CTX_free(h->ctx);
		free(h);
		return err_nomem(e);
	}
	*out = h;
	return 0;
}

void hasher_add(struct hasher *h, const void *bytes, size_t len)
{
	must(EVP_DigestUpdate(h->ctx, bytes, len));
}

struct sha256 hasher_end(struct hasher *h)
{
	struct sha256 out;

	must(EVP_DigestFinal_ex(h->ctx, out.bytes, NULL));
	must(EVP_DigestInit_ex(h->ctx, NULL, NULL));
	return out;
}

void hasher_release(struct hasher **h)
{
	if (*h) {
		EVP_MD_CTX_free((*h)->ctx);
		free(*h);
	}
	*h = NULL;
}

struct sha256 hmac_sha256(const void *key, size_t key_len, const void *bytes, size_t len)
{
	struct sha256 out;
	unsigned int out_len = 0;

	must(key_len <= INT_MAX);
	must(HMAC(EVP_sha256(), key, (int)key_len, bytes, len, out.bytes, &out_len) != NULL);
	must(out_len == sizeof out.bytes);
	return out;
}

bool bytes_equal(const void *a, const void *b, size_t len)
{
	return CRYPTO_memcmp(a, b, len) == 0;
}

int random_bytes(void *out, size_t len, struct err *e)
{
	if (len > INT_MAX || RAND_bytes(out, (int)len) != 1)
		return err_set(e, ERR_CRYPTO, _("this machine gives no random bytes"));
	return 0;
}
