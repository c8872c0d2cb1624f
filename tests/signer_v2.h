/* A v2 signer from an address alone, as most tests want one. */
#ifndef NASKAH_TESTS_SIGNER_V2_H
#define NASKAH_TESTS_SIGNER_V2_H

#include "signing/signer.h"

static inline int signer_bsre_v2_new(
	const struct net_config *net, long sign_timeout_ms, struct signer *out, struct err *e)
{
	const struct signer_profile p = {.net = *net, .api = 2, .sign_timeout_ms = sign_timeout_ms};

	return signer_new(&p, out, e);
}

#endif
