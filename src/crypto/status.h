/*
 * status: what one OCSP response or one CRL says about one certificate; private to crypto/.
 *
 * Foreign bytes. They say nothing unless they are one structure and no more, strongly signed by somebody who may speak
 * for the issuer, and about this very certificate.
 */
#ifndef NASKAH_CRYPTO_STATUS_H
#define NASKAH_CRYPTO_STATUS_H

#include "crypto/bag.h"
#include "crypto/revocation.h"

/*
 * The item in OpenSSL's form, lent; NULL if it is nothing of the kind (or a list or a response with more behind it). Decoded once: a
 * list may have a million entries, and is asked about each certificate of each path.
 */
X509 *evidence_cert(struct evidence_item *item);
X509_CRL *evidence_crl(struct evidence_item *item);
struct ocsp_basic_response_st *evidence_ocsp(struct evidence_item *item);

struct status {
	enum { STATUS_NONE = 0, STATUS_GOOD, STATUS_REVOKED } is;
	bool on_hold;       /* revoked with certificateHold: it may have been lifted later */
	int64_t revoked_at; /* STATUS_REVOKED */
	int64_t this_at;    /* as it stood then ... */
	int64_t next_at;    /* ... and until then, where nothing newer was said; 0 = not told */
};

/*
 * By the issuer itself or by a responder whom the issuer named with id-kp-OCSPSigning, with id-pkix-ocsp-nocheck or
 * proven good by one of the CRLs in `ev`. `ev` also has responders' certificates that the response does not carry.
 */
struct status ocsp_status(struct evidence_item *ocsp, X509 *subject, X509 *issuer, const struct evidence *ev);
/*
 * A full CRL by the issuer itself: no delta, not indirect, for all reasons, and for certificates of this kind.
 */
struct status crl_status(struct evidence_item *crl, X509 *subject, X509 *issuer);

#endif
