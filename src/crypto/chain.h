/*
 * chain: from a certificate to a root that the office believes, at a moment; private to crypto/.
 */
#ifndef NASKAH_CRYPTO_CHAIN_H
#define NASKAH_CRYPTO_CHAIN_H

#include "crypto/handles.h"

struct period {
	int64_t from_at, to_at; /* both included */
};

/*
 * NULL when a path exists (RFC 5280 6) whose signatures and keys are strong (112 bits: no SHA-1, RSA from 2048)
 * and whose authorities were valid at `at`; else the reason in words. The validity period of `leaf` itself is
 * left to the caller, who reports it apart. No network: no revocation is fetched. `authorities` gets the time
 * when all of them were valid, and the same path is one.
 */
const char *chain_problem(const struct trust *trust, X509 *leaf, STACK_OF(X509) * others, int64_t at,
	struct period *authorities);
/* The same, and the path itself: from the leaf to the root. The caller frees it (sk_X509_pop_free). */
const char *chain_find(
	const struct trust *trust, X509 *leaf, STACK_OF(X509) * others, int64_t at, STACK_OF(X509) * *path);

/* NULL if the key is RSA from 2048 bits or EC on a NIST curve from P-256; else the reason. */
const char *key_problem(X509 *x);
/* The hash and the padding under this signature are strong: no SHA-1, no MD5 (for CRLs and OCSP responses). */
bool is_strong_algorithm(const X509_ALGOR *algorithm);
/* NULL if the certificate may sign documents by its keyUsage and extendedKeyUsage. */
const char *usage_problem(X509 *x);

#endif
