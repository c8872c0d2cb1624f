/*
 * parts: what extending a signature takes out of what others answer: certificates and responders.
 */
#ifndef NASKAH_CRYPTO_PARTS_H
#define NASKAH_CRYPTO_PARTS_H

#include "crypto/revocation.h"

/* One certificate, DER or PEM. ERR_CRYPTO if these bytes are none. */
int cert_parse(const void *bytes, size_t len, struct cert **out, struct err *e)
	__attribute__((warn_unused_result));
/* The certificates that an OCSP response brings along: responders whom the authority named. Not one when it is none. */
int ocsp_certificates(const void *response, size_t len, struct evidence *ev, struct err *e)
	__attribute__((warn_unused_result));
/* May it issue certificates? (basicConstraints) */
bool cert_is_authority(const struct cert *c);
/* True if `issuer` signed `c`: name and signature fit. */
bool cert_is_by(const struct cert *c, const struct cert *issuer);

#endif
