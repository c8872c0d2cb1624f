/*
 * revocation: was a certificate good at a moment? OCSP (RFC 6960) and CRLs (RFC 5280 5), and where they are to be had.
 *
 * Pure functions of bytes; fetching is extend/'s. What comes in is foreign. A response counts when it is signed
 * by the certificate's issuer or by a responder whom that issuer names for it (id-kp-OCSPSigning), is about this certificate, and
 * says something about `at`: revoked before `at` is revoked; good counts when it was made after `at` (thisUpdate
 * >= at), or `at` lies within its own period. Good is not what was said only after the certificate had ended.
 */
#ifndef NASKAH_CRYPTO_REVOCATION_H
#define NASKAH_CRYPTO_REVOCATION_H

#include "base/buf.h"
#include "crypto/cert.h"
#include "model/verdict.h"

/*
 * Certificates and revocation data, as DER, in one pool: of a file's DSS, of a CMS, or being collected. What is decoded
 * is remembered, so a pool is used by one thread at a time, also where it is const.
 */
struct evidence {
	struct evidence_item {
		enum evidence_kind { EVIDENCE_CERT = 1, EVIDENCE_OCSP, EVIDENCE_CRL } kind;
		unsigned char *der; /* owned */
		size_t len;
		bool is_tried; /* to be decoded; crypto/'s own, as is: */
		void *decoded; /* owned: NULL if these bytes are nothing of the kind */
	} * items;             /* owned */
	size_t count;
};
#define EVIDENCE_INIT                                                                                        \
	{                                                                                                    \
		NULL, 0                                                                                      \
	}
#define EVIDENCE_MAX 512
/* Copies; the same bytes twice are kept once. ERR_LIMIT beyond EVIDENCE_MAX. */
int evidence_add(struct evidence *ev, enum evidence_kind kind, const void *der, size_t len, struct err *e)
	__attribute__((warn_unused_result));
void evidence_release(struct evidence *ev);
/* All certificates inside a SignedData (signature or time-stamp token). */
int evidence_add_cms(struct evidence *ev, const void *cms, size_t len, struct err *e)
	__attribute__((warn_unused_result));

/* The path from the signer of a CMS (signature or token) to a trusted root, nearest first, the root last. */
#define PATH_MAX_CERTS 8
struct cert_path {
	struct cert *certs[PATH_MAX_CERTS]; /* owned */
	size_t count;
};
void cert_path_release(struct cert_path *p);
/* Certificates come from the CMS, `ev` and the roots. ERR_CRYPTO with the reason when there is no path at `at`. */
int cert_path_of_cms(const void *cms, size_t len, const struct evidence *ev, const struct trust *trust,
	int64_t at, struct cert_path *out, struct err *e) __attribute__((warn_unused_result));

/* Was `cert`, issued by `issuer`, good at `at`? Looks through all of `ev`. */
struct revocation {
	enum finding good;  /* NO = revoked; UNKNOWN = nothing usable, see why */
	int64_t revoked_at; /* 0 = not */
	size_t item;        /* index in ev of what decided; (size_t)-1 = none */
	const char *why;    /* when not YES */
};
int revocation_judge(const struct cert *cert, const struct cert *issuer, const struct evidence *ev,
	int64_t at, struct revocation *out, struct err *e) __attribute__((warn_unused_result));
/* Revocation needs no proof: a root, or a responder with id-pkix-ocsp-nocheck. */
bool revocation_is_exempt(const struct cert *cert);

/* Where it is to be had (AIA id-ad-ocsp, cRLDistributionPoints, AIA id-ad-caIssuers); "" = nowhere. http and https only. */
struct cert_urls {
	char ocsp[512], crl[512], issuer[512];
};
void cert_urls(const struct cert *c, struct cert_urls *out);
/* Appends an OCSPRequest about one certificate, without a nonce (responses may be made beforehand, RFC 5019). */
int ocsp_request(const struct cert *cert, const struct cert *issuer, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
