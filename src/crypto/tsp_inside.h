/*
 * tsp_inside: the pieces of time-stamp protocol that both sides share; private to crypto/.
 */
#ifndef NASKAH_CRYPTO_TSP_INSIDE_H
#define NASKAH_CRYPTO_TSP_INSIDE_H

#include "crypto/der.h"
#include "crypto/handles.h"
#include "crypto/tsp.h"

#include <openssl/ts.h>

CRYPTO_RELEASE(release_tst, TS_TST_INFO, TS_TST_INFO_free)

/* A TimeStampReq (RFC 3161 2.4.1), taken apart; what is optional is all zero when it is not there. */
struct tsp_request_parts {
	struct der imprint; /* MessageImprint: algorithm and hash */
	struct der algorithm, hash;
	struct der policy, nonce, extensions;
	bool wants_certificates;
};
/* Strict DER. False: these bytes are none. */
bool tsp_request_read(const unsigned char *der, size_t len, struct tsp_request_parts *out);

void der_put_uint(struct buf *out, uint64_t value);
/* GeneralizedTime, seconds UTC. */
void der_put_time(struct buf *out, int64_t at);

/* Puts one unsigned attribute into a detached SignedData that has none; `value` is DER. */
int cms_add_attribute(const void *cms, size_t len, const char *oid, size_t oid_len, const void *value,
	size_t value_len, struct buf *out, struct err *e) __attribute__((warn_unused_result));

#endif
