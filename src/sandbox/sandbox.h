/*
 * sandbox: a service that speaks the BSrE Esign Client API and makes real PAdES signatures with a TEST hierarchy.
 *
 * v1, v2 and seal (reference bsre-api 3, 4, 7, 11; docs/openapi.yaml), HTTP Basic, loopback only. Its state
 * folder gets, at first start: root and intermediate CA (names say "UJI"), when first needed one key and certificate
 * per person, `username`, `password` (mode 0600), `passphrase/NAME` (mode 0600, random) per person, and
 * `root.pem`, which a config may name as trusted root for tests. Second start: the same keys.
 *
 * People come from an INI file: one section per made-up person ([kapusdatin] nik=, nama=, email=, status=).
 */
#ifndef NASKAH_SANDBOX_SANDBOX_H
#define NASKAH_SANDBOX_SANDBOX_H

#include "base/err.h"

#include <stdint.h>

struct fault_book;
struct sandbox;

struct sandbox_config {
	const char *state;   /* folder, made if missing (mode 0700) */
	const char *people;  /* INI file; NULL = nine people, one in each status, and a seal */
	uint16_t port;       /* on 127.0.0.1; 0 = that of the first start if it is free, else any */
	int64_t now_at;      /* fixed clock for tests; 0 = this machine's */
	unsigned latency_ms; /* before each answer */
	const char *fault;   /* NULL = none; a plan, see sandbox/fault.h */
	const char *level;   /* of its signatures: "B-T" (NULL too), as BSrE's, or "B-B" */
};

int sandbox_new(const struct sandbox_config *config, struct sandbox **out, struct err *e)
	__attribute__((warn_unused_result));
/* "http://127.0.0.1:41234"; lives as long as the sandbox. */
const char *sandbox_url(const struct sandbox *s);
const char *sandbox_username(const struct sandbox *s);
const char *sandbox_password_file(const struct sandbox *s);
const char *sandbox_root_file(const struct sandbox *s);
/* Where that person's passphrase lies; NULL for somebody unknown. */
const char *sandbox_passphrase_file(const struct sandbox *s, const char *nik);
/* Faults planned while it runs; lives as long as the sandbox. */
struct fault_book *sandbox_faults(struct sandbox *s);
void sandbox_free(struct sandbox *s);
void sandbox_release(struct sandbox **s);

#endif
