/*
 * authority_inside: what an authority is made of; private to authority*.c.
 */
#ifndef NASKAH_SANDBOX_AUTHORITY_INSIDE_H
#define NASKAH_SANDBOX_AUTHORITY_INSIDE_H

#include "sandbox/authority.h"
#include "sandbox/issued.h"

#include <pthread.h>

#define YEAR         ((int64_t)365 * 86400)
#define DAY          ((int64_t)86400)
#define ORGANIZATION "UJI"

struct identity {
	pthread_mutex_t lock;                /* guards the rest; keys are made under it */
	struct key *key;                     /* owned; NULL until used */
	struct cert *cert;                   /* owned */
	struct key *weak;                    /* owned; NULL until used */
	struct cert *special[SPECIAL_COUNT]; /* owned; NULL until used */
	struct sha256 passphrase;            /* its hash */
	char *passphrase_file;               /* owned */
};

/* A service of the authorities themselves: time-stamps, OCSP. */
struct service {
	struct key *key;                    /* owned; NULL until used */
	struct cert *certs[TSA_KIND_COUNT]; /* owned; NULL until used; [0] is the sound one */
};

struct authority {
	char *state;                                          /* owned */
	char *root_file;                                      /* owned */
	char *root_crl_url, *root_issuer_url, *root_ocsp_url; /* owned: of what the root issued */
	char *ca_crl_url, *ca_issuer_url, *ca_ocsp_url;       /* owned: of what the CA issued */
	const struct people *people;
	struct key *root_key, *ca_key; /* owned */
	struct cert *root, *ca;        /* owned */
	const struct cert *chain[1];
	struct trust *trust;         /* owned */
	struct issued *issued;       /* owned */
	struct identity *identities; /* owned; people->count */
	size_t locks;                /* of identities that are initialised */
	pthread_mutex_t lock;        /* guards the rest; keys are made under it */
	bool has_lock;
	struct service tsa, ocsp;
	struct key *foreign_key;                /* owned */
	struct cert *foreign_root, *foreign_ca; /* owned; NULL until used */
	const struct cert *foreign_chain[1];
};

char *authority_path(
	const struct authority *a, const char *folder, const char *name, const char *suffix, struct err *e);
/* Issues under the CA and writes it into the register. */
int authority_issue(struct authority *a, struct cert_request req, const struct key *key, const char *name,
	struct issued_status status, struct cert **out, struct err *e) __attribute__((warn_unused_result));
struct cert_request authority_person_request(
	const struct authority *a, const struct person *person, int64_t now_at);
int authority_service(struct authority *a, struct service *s, const char *name, enum key_kind kind,
	const struct cert_request *req, int64_t now_at, struct err *e) __attribute__((warn_unused_result));
/* The caller holds the identity's lock. */
int authority_identity(struct authority *a, size_t person, int64_t now_at, struct err *e)
	__attribute__((warn_unused_result));

#endif
