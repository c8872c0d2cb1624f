/*
 * pades: the sandbox's signatures: PAdES B-B or B-T (ETSI EN 319 142-1 6), sound or wrong on purpose; private to
 * sandbox/. All ways to sign (v1, v2, seal) end here.
 */
#ifndef NASKAH_SANDBOX_PADES_H
#define NASKAH_SANDBOX_PADES_H

#include "model/verdict.h"
#include "pdf/append.h"
#include "sandbox/authority.h"
#include "sandbox/fault.h"

struct pades_request {
	const unsigned char *pdf;
	size_t len;
	const char *reason, *location; /* NULL = none */
	const struct pdf_look *look;   /* NULL = invisible */
	int64_t now_at;                /* of certificates and time-stamps */
	int64_t claimed_at;            /* /M: another clock may run wrong */
	int64_t field_ms;       /* names the field esc_MS; a name that is taken gives way to the next one */
	enum pades_level level; /* LEVEL_B_B, or LEVEL_B_T as BSrE makes */
	enum fault fault; /* those of certificates, signatures and time-stamps; others are somebody else's */
};

/* Appends to `out` (which starts empty) the signed file. */
int pades_sign(struct authority *a, const struct people *people, size_t person,
	const struct pades_request *request, struct buf *out, struct err *e)
	__attribute__((warn_unused_result));

#endif
