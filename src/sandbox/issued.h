/*
 * issued: what certificates the sandbox's authorities have issued, and how each stands; private to sandbox/.
 *
 * One line per event in STATE/issued, the last one about a serial number counts:
 *
 *	SERIAL AUTHORITY NAME good|revoked SECONDS REASON
 *
 * SERIAL is hex, AUTHORITY "root" or "ca", NAME a person's section or "tsa", "ocsp", "ca"; SECONDS since 1970 and REASON
 * (RFC 5280 5.3.1) of a revocation, else 0. Another sandbox on the same state may write meanwhile; its lines are read
 * when a serial number is not known.
 */
#ifndef NASKAH_SANDBOX_ISSUED_H
#define NASKAH_SANDBOX_ISSUED_H

#include "crypto/issue.h"

struct issued_entry {
	char serial[64];
	char authority[8];
	char name[64];
	struct issued_status status;
};

struct issued;

int issued_open(const char *path, struct issued **out, struct err *e) __attribute__((warn_unused_result));
void issued_free(struct issued *r);
void issued_release(struct issued **r);

/* Writes one line. Safe from many threads. */
int issued_put(struct issued *r, const struct issued_entry *entry, struct err *e)
	__attribute__((warn_unused_result));
/* ISSUED_UNKNOWN for a serial number that this authority never gave. */
struct issued_status issued_standing(struct issued *r, const char *authority, const char *serial);
/* Copies how each certificate of an authority stands, one entry per serial number; the caller frees `*out`. */
int issued_list(struct issued *r, const char *authority, struct issued_entry **out, size_t *count,
	struct err *e) __attribute__((warn_unused_result));

#endif
