/*
 * bag: the certificates that a signature carries, and whether they lead to a root that the office believes; private to
 * crypto/.
 *
 * Nothing covers these bytes, so each certificate must be vouched for: it is the signer's, or stands byte for byte on
 * the path to the root, or is signed by another one here or by a root. A bag that led to a root is remembered by its
 * bytes in `trust` (the same signer brings the same one each time): decoding a public key costs more than a signature.
 */
#ifndef NASKAH_CRYPTO_BAG_H
#define NASKAH_CRYPTO_BAG_H

#include "crypto/handles.h"
#include "crypto/revocation.h"
#include "crypto/signed_data.h"

typedef STACK_OF(X509) x509_stack;

/* Read only once bag_open() gave it; several threads may hold it. */
struct bag {
	unsigned users;     /* guarded by the cache's lock */
	unsigned char *key; /* owned: the bytes of certificates and sid */
	size_t certificates_len, sid_len;
	x509_stack *all; /* owned */
	X509 *signer;    /* lent by `all`: the one that sid names */
	struct cert_info who;
	bool has_path;                    /* leads to a root ... */
	int64_t path_from_at, path_to_at; /* ... at these times at least: the authorities' common period */
	bool has_stranger;                /* one that nobody vouches for; known once has_path */
};

/* NULL in `*out` with the reason in `*why` when the signer's certificate isn't there; -1 only without memory. */
int bag_open(const struct trust *trust, const struct signed_data *s, struct bag **out, const char **why,
	struct err *e) __attribute__((warn_unused_result));
/* Gives it back. `trust` is the one it was opened with. */
void bag_close(const struct trust *trust, struct bag *bag);
/* NULL if the signer's certificate leads to a root at `at` (see chain.h), else why not. May fill in `bag`. */
const char *bag_path_problem(const struct trust *trust, struct bag *bag, int64_t at);
/* The same with more certificates than the signature brought: those of the file's security store. `ev` may be NULL. */
const char *bag_path_problem_with(
	const struct trust *trust, struct bag *bag, const struct evidence *ev, int64_t at);
/* NULL if each certificate is vouched for. Without a path to a root only what is in the bag counts. */
const char *bag_stranger_problem(const struct trust *trust, struct bag *bag);

/* The memory of a trust. */
struct bag_cache;
struct bag_cache *bag_cache_new(void);
void bag_cache_free(struct bag_cache *c);

/*
 * signing-certificate-v2 (or, with `old_too`, RFC 2634 signing-certificate) names exactly this certificate as
 * the signer's. NULL if so, else the reason.
 */
const char *ess_problem(const struct signed_data *s, const struct bag *bag, bool old_too);

#endif
