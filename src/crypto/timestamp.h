/*
 * timestamp: the RFC 3161 token over a signature (unsigned attribute id-aa-timeStampToken); private to crypto/.
 *
 * Unsigned attributes are where anybody could put anything, so one token is all that may stand there (ETSI EN 319
 * 142-1 6.3 knows no other for PAdES), and it must be whole: over this signature, signed by its own certificate with
 * ESS, meant for time-stamps, nothing in it that nobody vouches for.
 */
#ifndef NASKAH_CRYPTO_TIMESTAMP_H
#define NASKAH_CRYPTO_TIMESTAMP_H

#include "crypto/handles.h"
#include "crypto/signed_data.h"

/*
 * `*stamped_at` is the moment that the token proves: 0 if there is none, or if its authority leads to no trusted root
 * at that moment. `*why` is what is wrong with it, else NULL. -1 only without memory.
 */
int timestamp_judge(const struct signed_data *s, const struct trust *trust, int64_t *stamped_at,
	const char **why, struct err *e) __attribute__((warn_unused_result));

#endif
