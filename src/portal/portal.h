/*
 * portal: the pages behind the QR: GET /v/CODE tells anyone what the office knows of a letter.
 *
 * Reads the ledger and the published files, writes nothing. Pages are plain HTML and CSS without script, in Bahasa
 * Indonesia, with a strict Content-Security-Policy. A NIK is never shown. Paths:
 *	/            a form to type a code
 *	/v/CODE      authentic, superseded, not yet published, or unknown (404); the code in any spelling
 *	/v/CODE/pdf  the signed PDF, also of a letter that was replaced, as long as it verifies; never of one that is
 *	             classed R or SR or is for those only who work on the case
 *	/v/CODE/receipt  its tlog-proof
 *	/audit/...   checkpoint, tiles: the static files of the log (C2SP tlog-tiles)
 *
 * Each answer is made from ledger and files as they are then; but for tiles, which never change, nothing may be kept
 * by caches.
 */
#ifndef NASKAH_PORTAL_PORTAL_H
#define NASKAH_PORTAL_PORTAL_H

#include "base/date.h"
#include "base/err.h"

#include <stdint.h>

struct portal;

struct portal_config {
	const char *address; /* "127.0.0.1" */
	uint16_t port;       /* 0 = any free one */
	const char *out;     /* the folder with ledger.db, letters/, audit/ */
	const char *office;  /* name shown on the pages */
	const char *roots;   /* PEM of trusted roots; each answer is checked again against the file itself */
	enum zone zone;
};

int portal_new(const struct portal_config *config, struct portal **out, struct err *e)
	__attribute__((warn_unused_result));
uint16_t portal_port(const struct portal *p);
void portal_free(struct portal *p);
void portal_release(struct portal **p);

#endif
