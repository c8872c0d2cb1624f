/*
 * config: what an office sets up: naskah.ini as plain data.
 *
 * Paths in the file are relative to the file's own folder. Every key is known or the file is refused, with the
 * line; a key may stand once. Without a file the defaults below hold, so that `naskah verify` and `naskah audit
 * verify` work in any folder that has an out/. Keys: see README.md, "Configuration".
 */
#ifndef NASKAH_CONFIG_CONFIG_H
#define NASKAH_CONFIG_CONFIG_H

#include "base/arena.h"
#include "base/date.h"
#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>

/* [signer NAME]: a person who signs through the service. */
struct config_signer {
	const char *name; /* of the section; with the sandbox also the person's */
	const char
		*person; /* name without titles, as the certificate spells it; NULL = the NIK alone decides */
	const char *nik, *email; /* one of them identifies the person to the service; nik also to the case */
	const char *passphrase_file; /* NULL = none */
	int passphrase_fd;           /* -1 = none */
	unsigned line;
};

struct config {
	struct arena arena;
	const char *path; /* NULL = no file */
	const char *data; /* folder with templates/ and schemas/ */
	/* [office] */
	const char *office; /* name on pages and reports */
	enum zone zone;     /* zona = WIB */
	bool test_identities;
	/* [paths] */
	const char *out, *keys, *templates, *schemas, *fonts, *icc;
	/* [verification] */
	const char *verify_url; /* in the QR: URL/v/CODE; no slash at the end */
	const char *roots;      /* PEM; NULL = the sandbox's, when the sandbox signs */
	/* [audit] */
	const char *log_origin;
	/* [signing] */
	const char *sign_url; /* NULL = naskah's own sandbox */
	const char *username, *password_file, *ca_file;
	const char *reason, *location; /* of the signatures; NULL = none */
	bool allow_plain_http;
	long connect_timeout_ms, timeout_ms;
	/* [sandbox] */
	const char *sandbox_people, *sandbox_state, *sandbox_fault;
	unsigned sandbox_latency_ms;
	/* [serve] */
	const char *serve_address;
	unsigned serve_port;
	/* [signer NAME] */
	struct config_signer *signers;
	size_t signer_count;
};

/*
 * `path` NULL: ./naskah.ini if there is one, else defaults. `data` is where this naskah keeps templates and schemas.
 * `out` overrides [paths] out (and with it keys and sandbox state unless the file names them); NULL = don't.
 * ERR_CONFIG "FILE:LINE: ...".
 */
int config_load(const char *path, const char *data, const char *out, struct config *c, struct err *e)
	__attribute__((warn_unused_result));
void config_release(struct config *c);

const struct config_signer *config_signer_by_nik(const struct config *c, const char *nik);
const struct config_signer *config_signer_by_name(const struct config *c, const char *name);

#endif
