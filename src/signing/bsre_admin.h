/*
 * bsre_admin: what an office asks of the BSrE service besides signatures: to register a person, to activate or revoke the
 * agency's seal (reference bsre-api 4.4, 4.7). Each is an order that is sent once.
 */
#ifndef NASKAH_SIGNING_BSRE_ADMIN_H
#define NASKAH_SIGNING_BSRE_ADMIN_H

#include "signing/bsre_reply.h"

/* -1 with ERR_REMOTE when there was no usable answer; else `out` says whether it was granted. */
int bsre_register(const struct signer_profile *p, const char *name, const char *email, struct bsre_words *out,
	struct err *e) __attribute__((warn_unused_result));
/* Without p->secret: the service sends a first activation code to the agency. With it: asks whether it still holds. */
int bsre_seal_activate(const struct signer_profile *p, struct bsre_words *out, struct err *e)
	__attribute__((warn_unused_result));
/* p->secret: the activation code that ends. */
int bsre_seal_revoke(const struct signer_profile *p, struct bsre_words *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
