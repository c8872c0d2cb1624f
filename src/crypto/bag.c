#include "crypto/bag.h"

#include "base/auto.h"
#include "base/i18n.h"
#include "crypto/chain.h"

#include <openssl/err.h>
#include <openssl/x509_vfy.h>

#include <pthread.h>

/* Certificates in one signature: a path has three or four. Each is tried on each, so hostile crowds cost time. */
#define BAG_MAX   16
/* Bags remembered: signers and time-stamp authorities of one office. */
#define CACHE_MAX 32

struct bag_cache {
	pthread_mutex_t lock; /* guards all below and `users` of each bag */
	struct bag *bags[CACHE_MAX];
	size_t next; /* the oldest place */
};

static void bag_free(struct bag *b)
{
	if (!b)
		return;
	sk_X509_pop_free(b->all, X509_free);
	free(b->key);
	free(b);
}

static void bag_release(struct bag **b)
{
	bag_free(*b);
	*b = NULL;
}

/* ---- the cache ---- */

struct bag_cache *bag_cache_new(void)
{
	struct bag_cache *c = calloc(1, sizeof *c);

	if (c && pthread_mutex_init(&c->lock, NULL) != 0) {
		free(c);
		return NULL;
	}
	return c;
}

void bag_cache_free(struct bag_cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < CACHE_MAX; i++)
		bag_free(c->bags[i]);
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static bool is_bag_of(const struct bag *b, const struct signed_data *s)
{
	return b->certificates_len == s->certificates.whole_len && b->sid_len == s->sid.whole_len &&
	       memcmp(b->key, s->certificates.whole, b->certificates_len) == 0 &&
	       memcmp(b->key + b->certificates_len, s->sid.whole, b->sid_len) == 0;
}

/* Counts the caller in; NULL if there is none. */
static struct bag *cache_find(struct bag_cache *c, const struct signed_data *s)
{
	struct bag *found = NULL;

	pthread_mutex_lock(&c->lock);
	for (size_t i = 0; i < CACHE_MAX && !found; i++)
		if (c->bags[i] && is_bag_of(c->bags[i], s))
			found = c->bags[i];
	if (found)
		found->users++;
	pthread_mutex_unlock(&c->lock);
	return found;
}

/* The cache is one more user of the bag. Two threads may bring the same one: harmless. */
static void cache_keep(struct bag_cache *c, struct bag *b)
{
	pthread_mutex_lock(&c->lock);
	struct bag **place = &c->bags[c->next++ % CACHE_MAX], *old = *place;
	b->users++;
	*place = b;
	bool unused = old && --old->users == 0;
	pthread_mutex_unlock(&c->lock);
	if (unused)
		bag_free(old);
}

void bag_close(const struct trust *trust, struct bag *b)
{
	bool unused = true;

	if (!b)
		return;
	if (trust) {
		pthread_mutex_lock(&trust->bags->lock);
		unused = --b->users == 0;
		pthread_mutex_unlock(&trust->bags->lock);
	}
	if (unused)
		bag_free(b);
}

/* ---- a bag from its bytes ---- */

/* Issuer and serial number of this certificate, as it spells them, are those of `sid`. */
static bool is_named(const struct der *certificate, const struct der *sid)
{
	struct der tbs, version, serial, algorithm, issuer, said_issuer, said_serial;
	const unsigned char *at = certificate->body, *end = at + certificate->len;

	if (!der_take(&at, end, DER_SEQUENCE, &tbs))
		return false;
	at = tbs.body;
	end = at + tbs.len;
	(void)der_take(&at, end, DER_CONTEXT_0, &version);
	if (!der_take(&at, end, DER_INTEGER, &serial) || !der_take(&at, end, DER_SEQUENCE, &algorithm) ||
		!der_take(&at, end, DER_SEQUENCE, &issuer))
		return false;
	at = sid->body;
	end = at + sid->len;
	return der_take(&at, end, DER_SEQUENCE, &said_issuer) &&
	       der_take(&at, end, DER_INTEGER, &said_serial) && at == end &&
	       der_equal(&said_issuer, &issuer) && der_equal(&said_serial, &serial);
}

/* The certificate; NULL if it is none, or one that OpenSSL would write otherwise than it stands here. */
static X509 *decode(const struct der *certificate)
{
	const unsigned char *at = certificate->whole;
	AUTO(release_x509) X509 *x = d2i_X509(NULL, &at, (long)certificate->whole_len);
	unsigned char *again = NULL;

	if (!x)
		return NULL;
	int len = i2d_X509(x, &again);
	bool same = len > 0 && (size_t)len == certificate->whole_len &&
		    memcmp(again, certificate->whole, certificate->whole_len) == 0;
	OPENSSL_free(again);
	return same ? steal(&x) : NULL;
}

static int fill(struct bag *b, const struct signed_data *s, const char **why, struct err *e)
{
	const unsigned char *at = s->certificates.body, *end = at + s->certificates.len;
	struct der certificate;

	b->all = sk_X509_new_null();
	if (!b->all)
		return err_nomem(e);
	while (at < end) {
		if (!der_take(&at, end, DER_SEQUENCE, &certificate) || sk_X509_num(b->all) == BAG_MAX) {
			*why = _("the signature carries too many certificates or something else among them");
			return 0;
		}
		X509 *x = decode(&certificate);
		if (!x) {
			*why = _("a certificate in the signature cannot be read");
			return 0;
		}
		if (!sk_X509_push(b->all, x)) {
			X509_free(x);
			return err_nomem(e);
		}
		if (!b->signer && is_named(&certificate, &s->sid))
			b->signer = x;
	}
	if (!b->signer)
		*why = _("the signature doesn't contain the signer's certificate");
	else
		cert_describe(b->signer, &b->who);
	return 0;
}

int bag_open(const struct trust *trust, const struct signed_data *s, struct bag **out, const char **why,
	struct err *e)
{
	*why = NULL;
	*out = trust ? cache_find(trust->bags, s) : NULL;
	if (*out)
		return 0;
	AUTO(bag_release) struct bag *b = calloc(1, sizeof *b);
	if (!b)
		return err_nomem(e);
	b->users = 1;
	b->certificates_len = s->certificates.whole_len;
	b->sid_len = s->sid.whole_len;
	b->key = malloc(b->certificates_len + b->sid_len);
	if (!b->key)
		return err_nomem(e);
	memcpy(b->key, s->certificates.whole, b->certificates_len);
	memcpy(b->key + b->certificates_len, s->sid.whole, b->sid_len);
	int status = fill(b, s, why, e);
	ERR_clear_error();
	if (status != 0)
		return -1;
	if (!*why)
		*out = steal(&b);
	return 0;
}

/* ---- judging it ---- */

static bool is_signed_by(X509 *x, X509 *issuer)
{
	return X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(issuer)) == 0 &&
	       X509_verify(x, X509_get0_pubkey(issuer)) == 1;
}

static bool is_signed_by_root(const struct trust *trust, X509 *x)
{
	X509_STORE_CTX *ctx = X509_STORE_CTX_new();
	X509 *issuer = NULL;
	bool is_signed = ctx && X509_STORE_CTX_init(ctx, trust->store, x, NULL) &&
			 X509_STORE_CTX_get1_issuer(&issuer, ctx, x) == 1 && is_signed_by(x, issuer);

	X509_free(issuer);
	X509_STORE_CTX_free(ctx);
	return is_signed;
}

static bool has_stranger(const struct trust *trust, const struct bag *b)
{
	for (int i = 0; i < sk_X509_num(b->all); i++) {
		X509 *x = sk_X509_value(b->all, i);
		/* A signature of its own vouches for the signer's: the path, and signing-certificate. */
		bool known = x == b->signer;
		for (int k = 0; k < sk_X509_num(b->all) && !known; k++)
			known = is_signed_by(x, sk_X509_value(b->all, k));
		if (!known && (!trust || !is_signed_by_root(trust, x)))
			return true;
	}
	return false;
}

const char *bag_path_problem(const struct trust *trust, struct bag *b, int64_t at)
{
	struct period period;

	if (b->has_path && at >= b->path_from_at && at <= b->path_to_at)
		return NULL;
	const char *why = chain_problem(trust, b->signer, b->all, at, &period);
	/* Once it has a path others may hold it, and it stays as it is. */
	if (!why && !b->has_path) {
		b->has_stranger = has_stranger(trust, b);
		b->path_from_at = period.from_at;
		b->path_to_at = period.to_at;
		b->has_path = true;
		cache_keep(trust->bags, b);
	}
	ERR_clear_error();
	return why;
}

const char *bag_stranger_problem(const struct trust *trust, struct bag *b)
{
	bool found = b->has_path ? b->has_stranger : has_stranger(trust, b);

	ERR_clear_error();
	return found ? _("the signature carries a certificate that nobody vouches for") : NULL;
}
