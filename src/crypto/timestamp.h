/*
 * timestamp: the RFC 3161 token over a signature (unsigned attribute id-aa-timeStampToken); private to crypto/.
 */
#ifndef NASKAH_CRYPTO_TIMESTAMP_H
#define NASKAH_CRYPTO_TIMESTAMP_H

#include "crypto/handles.h"

/*
 * The moment that the token proves, 0 if it proves none: it must be over `signature`, signed by its own
 * certificate with ESS, which is meant for time-stamps and leads to a trusted root at that moment.
 */
int64_t timestamp_verified_at(const unsigned char *token, size_t len, const unsigned char *signature,
	size_t signature_len, const struct trust *trust);

#endif
