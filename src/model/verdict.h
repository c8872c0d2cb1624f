/*
 * verdict: what verification found. Data, not an error: zero means "unknown", so that a forgotten or
 * half-filled verdict can never read as valid.
 */
#ifndef NASKAH_MODEL_VERDICT_H
#define NASKAH_MODEL_VERDICT_H

#include "base/limits.h"
#include "model/sha256.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum finding { FINDING_UNKNOWN = 0, FINDING_NO, FINDING_YES };

/* PAdES baseline levels (ETSI EN 319 142-1 6). Each holds what the one before holds. */
enum pades_level {
	LEVEL_NONE = 0, /* no PAdES baseline signature */
	LEVEL_B_B,      /* the signature alone */
	LEVEL_B_T,      /* with a signature time-stamp */
	LEVEL_B_LT,     /* with all certificates and revocation data that its validation needs, in the file */
	LEVEL_B_LTA,    /* with a document time-stamp over all that */
};

struct signature_verdict {
	char field[128]; /* name of the signature field */
	char subfilter[64];
	int64_t range[4];        /* ByteRange */
	int64_t covers_to;       /* the signed bytes end here (offset in the file) */
	enum finding intact;     /* digest and CMS signature fit (ETSI EN 319 142-1, ISO 32000-2 12.8) */
	enum finding cades;      /* signing-certificate-v2 present and right (PAdES baseline) */
	enum finding trusted;    /* chain to a configured root at the time of signing */
	enum finding in_time;    /* the certificate was valid at the time of signing */
	enum finding covers_all; /* the ByteRange covers the whole file but /Contents */
	enum finding unchanged;  /* what was appended later only signs again or adds validation data */
	enum finding
		unrevoked; /* by OCSP or CRL in the file, at the time of signing; unknown: none is there */
	bool is_stamp;     /* a document time-stamp (/DocTimeStamp): nobody's signature */
	enum pades_level level;
	char signer[256];    /* common name of the certificate */
	char signer_dn[512]; /* one line, RFC 2253; a NIK in it is masked */
	char signer_id[64];  /* serialNumber attribute of the subject as it stands (NIK); never shown */
	char serial[64];     /* of the certificate, hex */
	char issuer[256];
	struct sha256 certificate; /* of its DER */
	int64_t not_before_at, not_after_at;
	int64_t claimed_at; /* /M; 0 = none */
	int64_t stamped_at; /* RFC 3161 time-stamp, verified; 0 = none */
	char stamper[256];  /* common name of its authority; "" = none */
	int64_t stamp_ends_at; /* when the authority's certificate ends: to be stamped anew before; 0 = no time-stamp */
	int64_t revoked_at; /* 0 = not */
	char reason[256], location[256];
	char why[256]; /* first thing that is wrong, for people; "" when nothing is */
};

struct verdict {
	struct sha256 file;     /* SHA-256 of all bytes */
	size_t signature_count; /* with document time-stamps; see verdict_signers() */
	struct signature_verdict signatures[LIMIT_SIGNATURES]; /* in file order */
	enum finding
		all_good; /* at least one signature, every one good, nothing but validation data behind */
	enum pades_level level; /* the lowest of the signatures' (document time-stamps have none) */
	char why[256];          /* when all_good is not YES */
};

/* People's signatures: without document time-stamps. */
size_t verdict_signers(const struct verdict *v);
/* The number `i` of those, from 0; NULL if there are fewer. */
const struct signature_verdict *verdict_signer(const struct verdict *v, size_t i);
/*
 * Until when this can be checked, at the latest, if nothing is done: the certificates of those who prove its time, else of
 * the signers, end. 0 = not known.
 */
int64_t verdict_lasts_to(const struct verdict *v);
/* "B-LTA"; "-" for none. */
const char *pades_level_name(enum pades_level level);

#endif
