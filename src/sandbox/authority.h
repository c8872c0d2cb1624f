/*
 * authority: the sandbox's TEST hierarchy and the persons' keys, in its state folder.
 *
 *	root.key root.pem  ca.key ca.pem      "ROOT CA UJI NASKAH", "CA UJI TTE"
 *	person/NAME.key person/NAME.pem       made when the person first signs: RSA keys take time
 *	tsa.key tsa.pem ocsp.key ocsp.pem     "TSA UJI NASKAH", "OCSP UJI TTE": likewise
 *	passphrase/NAME                       mode 0600
 *	issued                                how each certificate stands (issued.h)
 *
 * A second start finds the same keys. A certificate is issued anew when its period doesn't cover now, or when it names
 * other URLs of OCSP, CRL and CA certificates than this authority's.
 *
 * Who is in which state: EXPIRED has a certificate that has ended; SUSPEND and REVOKE have one that is on hold or
 * revoked since the sandbox first saw them so; what was signed before stays good. A hold that is lifted is good again.
 */
#ifndef NASKAH_SANDBOX_AUTHORITY_H
#define NASKAH_SANDBOX_AUTHORITY_H

#include "base/buf.h"
#include "crypto/cms.h"
#include "sandbox/people.h"

struct authority;

/* `url` is where the authority's own endpoints answer: http://127.0.0.1:PORT. */
int authority_new(const char *state, const char *url, const struct people *people, int64_t now_at,
	struct authority **out, struct err *e) __attribute__((warn_unused_result));
void authority_free(struct authority *a);
void authority_release(struct authority **a);

const char *authority_root_file(const struct authority *a);
const char *authority_passphrase_file(const struct authority *a, size_t person);
/* Constant time. */
bool authority_passphrase_fits(const struct authority *a, size_t person, const char *passphrase);

/* Lends key, certificate and chain of a person; makes them at first use. Safe from many threads. */
int authority_signer(struct authority *a, size_t person, int64_t now_at, struct cms_signer *out,
	struct err *e) __attribute__((warn_unused_result));
/* Certificates of a person that nobody should believe; kept in memory only. */
enum special {
	SPECIAL_SELF_SIGNED = 0, /* leads to no root */
	SPECIAL_EXPIRED,         /* ended yesterday */
	SPECIAL_NOT_YET,         /* begins tomorrow */
	SPECIAL_REVOKED,         /* revoked a week ago, which only OCSP and CRL say */
	SPECIAL_FOREIGN,         /* by an authority of the same name under a root that nobody knows */
	SPECIAL_WEAK,            /* RSA-1024 */
	SPECIAL_COUNT,
};
int authority_special(struct authority *a, size_t person, enum special kind, int64_t now_at,
	struct cms_signer *out, struct err *e) __attribute__((warn_unused_result));

/* The time-stamp authority, and such as nobody should believe. */
enum tsa_kind {
	TSA_SOUND = 0,
	TSA_STRANGER, /* self-signed */
	TSA_NO_USE,   /* may not stamp (no extendedKeyUsage) */
	TSA_EXPIRED,  /* ended yesterday */
	TSA_KIND_COUNT,
};
int authority_tsa(struct authority *a, enum tsa_kind kind, int64_t now_at, struct cms_signer *out,
	struct err *e) __attribute__((warn_unused_result));

/* What goes wrong with an answer about certificates. */
enum status_flaw {
	STATUS_SOUND = 0,
	STATUS_UNKNOWN,
	STATUS_REVOKED,
	STATUS_STALE,    /* a year old */
	STATUS_STRANGER, /* signed by somebody whom the issuer did not name */
	STATUS_LATER,    /* OCSP only: tryLater */
};
/* Appends an OCSPResponse. */
int authority_ocsp(struct authority *a, const void *request, size_t len, enum status_flaw flaw,
	int64_t now_at, struct buf *out, struct err *e) __attribute__((warn_unused_result));
/* Appends the CRL of "root" or "ca" in DER. */
int authority_crl(struct authority *a, const char *name, enum status_flaw flaw, int64_t now_at,
	struct buf *out, struct err *e) __attribute__((warn_unused_result));
/* "root" or "ca"; NULL for others. */
const struct cert *authority_cert(const struct authority *a, const char *name);
const struct trust *authority_trust(const struct authority *a);

/* A file with a random word (mode 0600) unless it is there; its content either way. */
int authority_word(const char *path, struct secret **out, struct err *e) __attribute__((warn_unused_result));

#endif
