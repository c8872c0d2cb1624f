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
#include "model/area.h"

#include <stdbool.h>
#include <stddef.h>

/* How a signer signs: `way` of a [signer NAME]. */
enum config_way {
	WAY_PASSPHRASE = 0, /* BSrE, a person's passphrase */
	WAY_TOTP,           /* BSrE, an OTP that the person is sent for so many files */
	WAY_SEAL,           /* BSrE, the agency's seal: unattended */
	WAY_PKCS12,         /* a key file of the office */
	WAY_PKCS11,         /* a key in a token (HSM, SoftHSM) */
};

/* [signer NAME]: a person who signs through the service, or a key of the office's own. */
struct config_signer {
	const char *name; /* of the section; with the sandbox also the person's */
	const char
		*person; /* name without titles, as the certificate spells it; NULL = the NIK alone decides */
	const char *nik, *email; /* one of them identifies the person to the service; nik also to the case */
	const char *
		passphrase_file; /* of the passphrase, PIN, OTP, or the seal's activation code; NULL = none */
	const char *passphrase_credential; /* name of a systemd credential; NULL = none */
	int passphrase_fd;                 /* -1 = none */
	enum config_way way;
	const char *subscriber; /* seal: idSubscriber */
	const char *key_file;   /* pkcs12 */
	const char *module, *token,
		*key; /* pkcs11: the library, label of the token, label of key and certificate */
	const char *reason, *location; /* NULL = those of [signing] */
	/* A visible signature; image NULL = invisible. */
	const char *image, *tag;      /* tag NULL = by page and place */
	unsigned page;                /* from 1 */
	unsigned x, y, width, height; /* points; x and y from the page's upper left corner */
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
	const char *reason, *location;   /* of the signatures; NULL = none */
	const char *password_credential; /* name of a systemd credential; NULL = none */
	const char *pin;                 /* "sha256//BASE64" of the service's public key; NULL = none */
	unsigned api;                    /* 2, or 1 for the older multipart API */
	unsigned in_flight, in_flight_per_signer; /* requests under way at once */
	unsigned
		patience_s; /* how long in all a run waits for a service that is out of order before it leaves the rest */
	unsigned keep_files, keep_minutes; /* how long the keeper holds a passphrase */
	bool approve; /* a person must approve the batch sheet; default: yes, but for the sandbox (a key of
		the office's own is none) */
	bool allow_plain_http;
	long connect_timeout_ms, timeout_ms;
	/* [stamp] time-stamps and revocation data of our own making */
	const char *stamp_url; /* RFC 3161 over HTTP; NULL = the sandbox's, or none */
	const char *stamp_username, *stamp_password_file, *stamp_ca_file;
	unsigned renew_days; /* stamp anew when the last time-stamp's certificate ends within so many days */
	/* [sandbox] */
	const char *sandbox_people, *sandbox_state, *sandbox_fault;
	const char *sandbox_level; /* of its signatures: B-T, or B-B; NULL = B-T */
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

/* False when all signers have keys of the office's own: nobody else is asked, nor is the sandbox started. */
bool config_needs_service(const struct config *c);
/* Where this signer's signature may be seen; NULL, and `area` untouched, when it is invisible. */
const struct page_area *config_signer_area(const struct config_signer *s, struct page_area *area);
const struct config_signer *config_signer_by_nik(const struct config *c, const char *nik);
const struct config_signer *config_signer_by_name(const struct config *c, const char *name);

#endif
