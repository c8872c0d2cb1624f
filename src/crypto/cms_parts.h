/*
 * cms_parts: what the verification of signatures and of time-stamps share; private to crypto/.
 */
#ifndef NASKAH_CRYPTO_CMS_PARTS_H
#define NASKAH_CRYPTO_CMS_PARTS_H

#include "crypto/handles.h"

#include <openssl/cms.h>

typedef STACK_OF(X509) x509_stack;
void release_x509_stack(x509_stack **stack);
CRYPTO_RELEASE(release_cms, CMS_ContentInfo, CMS_ContentInfo_free)

/* The certificate in `all` that the signer names; NULL if none. Lends. */
X509 *signer_certificate(CMS_SignerInfo *si, const x509_stack *all);
/* The only value of a signed attribute that must stand there exactly once; NULL otherwise. Lends. */
ASN1_TYPE *only_signed_value(const CMS_SignerInfo *si, int nid);
/*
 * signing-certificate-v2 (or, with `old_too`, RFC 2634 signing-certificate) names exactly this certificate as
 * the signer's. NULL if so, else the reason.
 */
const char *ess_problem(const CMS_SignerInfo *si, X509 *signer, const x509_stack *all, bool old_too);

#endif
